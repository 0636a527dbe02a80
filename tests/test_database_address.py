"""The address of the record: its one form, its key, and what of it is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.errors import InputError
from matching.settings import Settings, load_settings

KEY = "eleven words, and a sign: @/%"
URL = "sqlite+sqlcipher:///records/record.db"


def load(**environ):
    return load_settings({"DATABASE_URL": URL, **environ}, {})


def test_the_key_is_taken_in_and_not_shown(tmp_path):
    (tmp_path / "key").write_text(f"{KEY}\nanother line\n")
    for found in (
        load(MATCHING_DATABASE_KEY=KEY),
        load(MATCHING_DATABASE_KEY_FILE=str(tmp_path / "key")),
    ):
        assert found.shown_database_url == "sqlite+sqlcipher:///records/record.db"
        assert "eleven" not in repr(found)
        assert "eleven%20words" in found.database_url


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({}, "not at all"),
        ({"MATCHING_DATABASE_KEY": KEY, "MATCHING_DATABASE_KEY_FILE": "x"}, "twice"),
        ({"MATCHING_DATABASE_KEY": "short"}, "fewer than 20"),
        ({"MATCHING_DATABASE_KEY_FILE": "/no/such/file"}, "cannot be read"),
        ({"DATABASE_URL": f"sqlite+sqlcipher://:{'k' * 30}@/r.db"}, "does not belong"),
        ({"DATABASE_URL": "sqlite:///r.db", "MATCHING_DATABASE_KEY": KEY}, "not an encrypted"),
    ],
)
def test_what_cannot_be_meant_is_refused_without_the_key(environ, said):
    with pytest.raises(InputError, match=said) as caught:
        load(**environ)
    assert "eleven" not in caught.value.sentence()
    assert "kkk" not in caught.value.sentence()


@pytest.mark.parametrize("start", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_always_uses_psycopg_3(start):
    settings = load_settings({"DATABASE_URL": f"{start}://u:p@db/name"}, {})
    assert settings.database_url == "postgresql+psycopg://u:p@db/name"


@given(st.text("abcXYZ019!$%&*()@:/?#", min_size=1).map(lambda text: f"PW{text}PW"))
def test_the_password_is_never_shown(password):
    settings = Settings(database_url=f"postgresql://office:{password}@db.local:5432/record")
    for shown in (repr(settings), str(settings), settings.shown_database_url, f"{settings}"):
        assert "PW" not in shown
        assert "?" in password or "db.local:5432/record" in shown
    assert password in settings.database_url


@pytest.mark.parametrize("password", ["PW", "P@PW", "PW@PW"])
def test_a_password_in_the_options_is_not_shown_either(password):
    settings = Settings(database_url=f"postgresql://db/record?user=u&password={password}")
    assert "PW" not in repr(settings)
    assert "postgresql+psycopg://" in repr(settings)
