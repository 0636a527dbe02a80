"""The key of an encrypted record: in the environment or a file, and shown nowhere."""

from __future__ import annotations

import pytest

from matching.domain.errors import InputError
from matching.settings import load_settings

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
