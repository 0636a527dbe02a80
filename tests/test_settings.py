"""Settings: what wins, and what is refused."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from matching.domain.errors import InputError
from matching.settings import (
    LARGEST_UPLOAD_MB,
    LONGEST_PLAN_SECONDS,
    MOST_WORKERS,
    load_settings,
)


@pytest.fixture
def _in_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("_in_empty_folder")
def test_nothing_set_gives_a_local_record():
    settings = load_settings({})
    assert settings.database_url == f"sqlite:///{Path.cwd()}/.matching/record.db"
    assert settings.policy == "general"
    assert settings.time_zone == "UTC"
    assert settings.max_upload_mb == 10
    assert settings.plan_seconds is None
    assert settings.workers is None


@pytest.mark.usefixtures("_in_empty_folder")
def test_environment_wins_over_the_file_of_secrets():
    folder = Path(".streamlit")
    folder.mkdir()
    lines = [
        'MATCHING_POLICY = "texas"',
        "MATCHING_MAX_UPLOAD_MB = 25",
        'DATABASE_URL = "sqlite:///a.db"',
    ]
    (folder / "secrets.toml").write_text("\n".join(lines))
    settings = load_settings({"MATCHING_POLICY": "florida", "DATABASE_URL": ""})
    assert settings.policy == "florida"
    assert settings.max_upload_mb == 25
    assert settings.database_url == "sqlite:///a.db"


@pytest.mark.usefixtures("_in_empty_folder")
@pytest.mark.parametrize("content", [b"not toml 'secret", b"\xff\xfe"])
def test_a_broken_file_of_secrets_is_refused_without_repeating_it(content):
    Path(".streamlit").mkdir()
    Path(".streamlit/secrets.toml").write_bytes(content)
    with pytest.raises(InputError, match="cannot be read") as caught:
        load_settings({})
    assert "secret'" not in caught.value.sentence()
    assert caught.value.__cause__ is None


def test_the_process_environment_is_the_default(monkeypatch):
    monkeypatch.setenv("MATCHING_POLICY", "florida")
    assert load_settings(secrets={}).policy == "florida"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://u:secret@h/d"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "postgresql+asyncpg://u:secret@h/d"),
        ("DATABASE_URL", "record.db"),
        ("MATCHING_POLICY", "../secret"),
        ("MATCHING_POLICY", "Florida secret"),
        ("MATCHING_TIME_ZONE", "secret"),
        ("MATCHING_TIME_ZONE", "../../etc/secret"),
        ("MATCHING_MAX_UPLOAD_MB", "0"),
        ("MATCHING_MAX_UPLOAD_MB", "-1"),
        ("MATCHING_MAX_UPLOAD_MB", "ten secret"),
        ("MATCHING_MAX_UPLOAD_MB", "1.5"),
        ("MATCHING_MAX_UPLOAD_MB", str(LARGEST_UPLOAD_MB + 1)),
        ("MATCHING_PLAN_SECONDS", "0"),
        ("MATCHING_PLAN_SECONDS", "-5"),
        ("MATCHING_PLAN_SECONDS", "half secret"),
        ("MATCHING_PLAN_SECONDS", str(LONGEST_PLAN_SECONDS + 1)),
        ("MATCHING_WORKERS", "0"),
        ("MATCHING_SMALL_COUNT", "2"),
        ("MATCHING_SMALL_COUNT", "ten"),
        ("MATCHING_PROTECTION_WIDTH", "101"),
        ("MATCHING_WORKERS", "two secret"),
        ("MATCHING_WORKERS", str(MOST_WORKERS + 1)),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused_by_its_name(name, value):
    with pytest.raises(InputError, match=name) as caught:
        load_settings({name: value}, {})
    assert "secret" not in caught.value.sentence()
    assert caught.value.next_step


def test_the_office_time_zone_is_usable():
    settings = load_settings({"MATCHING_TIME_ZONE": "America/New_York"}, {})
    assert settings.zone.key == "America/New_York"


@pytest.mark.parametrize("number", [1, 30, MOST_WORKERS])
def test_a_limit_on_plans_and_a_number_of_processes_are_read(number):
    environ = {"MATCHING_PLAN_SECONDS": f" {number} ", "MATCHING_WORKERS": str(number)}
    settings = load_settings(environ, {})
    assert (settings.plan_seconds, settings.workers) == (number, number)
    assert f"plan_seconds={number}, workers={number}" in repr(settings)
    blank = load_settings({"MATCHING_PLAN_SECONDS": "", "MATCHING_WORKERS": ""}, {})
    assert (blank.plan_seconds, blank.workers) == (None, None)


def test_settings_do_not_change():
    settings = load_settings({}, {})
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.policy = "texas"  # type: ignore[misc]


def test_what_is_a_small_count_and_how_well_it_is_hidden():
    found = load_settings({"MATCHING_SMALL_COUNT": "4", "MATCHING_PROTECTION_WIDTH": " 6 "}, {})
    assert (found.small_count, found.protection_width) == (4, 6)
    assert "small_count=4, protection_width=6" in repr(found)
    usual = load_settings({}, {})
    assert (usual.small_count, usual.protection_width) == (10, None)


def test_times_of_sessions_and_cookies():
    usual = load_settings({}, {})
    assert (usual.idle_minutes, usual.session_hours, usual.secure_cookies) == (15, 10, False)
    environ = {
        "MATCHING_IDLE_MINUTES": "5",
        "MATCHING_SESSION_HOURS": "8",
        "MATCHING_SECURE_COOKIES": "Yes",
        "MATCHING_PROXIES": "10.0.0.7, 10.1.0.0/16",
    }
    found = load_settings(environ, {})
    assert (found.idle_minutes, found.session_hours, found.secure_cookies) == (5, 8, True)
    assert found.proxies == ("10.0.0.7", "10.1.0.0/16")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MATCHING_IDLE_MINUTES", "0"),
        ("MATCHING_IDLE_MINUTES", "121"),
        ("MATCHING_SESSION_HOURS", "25"),
        ("MATCHING_SESSION_HOURS", "ten"),
        ("MATCHING_SECURE_COOKIES", "maybe"),
        ("MATCHING_PROXIES", "everybody"),
        ("MATCHING_PROXIES", "10.0.0.7/8"),
    ],
)
def test_sessions_that_cannot_be_meant_are_refused(name, value):
    with pytest.raises(InputError, match=name):
        load_settings({name: value}, {})


OIDC = {
    "MATCHING_OIDC_ISSUER": "https://id.example",
    "MATCHING_OIDC_CLIENT_ID": "beds",
    "MATCHING_OIDC_CLIENT_SECRET": "never shown",
}


def test_an_identity_provider_and_its_secret():
    found = load_settings(OIDC, {})
    assert found.oidc.issuer == "https://id.example"
    assert found.oidc.name_claim == "email"
    assert "never shown" not in repr(found)
    assert load_settings({}, {}).oidc is None
    named = load_settings({**OIDC, "MATCHING_OIDC_NAME_CLAIM": "upn"}, {})
    assert named.oidc.name_claim == "upn"


@pytest.mark.parametrize(
    "issuer", ["http://id.example", "id.example", "ftp://id.example", "https://"]
)
def test_an_identity_provider_that_others_can_listen_to_is_refused(issuer):
    with pytest.raises(InputError, match="MATCHING_OIDC_ISSUER"):
        load_settings({**OIDC, "MATCHING_OIDC_ISSUER": issuer}, {})


@pytest.mark.parametrize("missing", ["MATCHING_OIDC_CLIENT_ID", "MATCHING_OIDC_CLIENT_SECRET"])
def test_an_identity_provider_needs_a_client(missing):
    with pytest.raises(InputError, match="without a client"):
        load_settings({**OIDC, missing: ""}, {})
