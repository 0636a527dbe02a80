"""The address of the record: its one form, with its key, and as it may be shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from matching.domain.errors import InputError

_ENCRYPTED = "sqlite+sqlcipher://"


#: Shorter keys of an encrypted record are tried out too soon.
SHORTEST_KEY = 20


_POSTGRES = re.compile(r"^postgres(ql)?(\+psycopg)?://")


_URL_FORM = "Use sqlite:///path/record.db or postgresql://user:password@host/name."


def with_key(url: str, value: Callable[[str, str], str]) -> str:
    """Return the address of an encrypted record with its key, any other as it is."""
    key, file = value("MATCHING_DATABASE_KEY", ""), value("MATCHING_DATABASE_KEY_FILE", "")
    if not url.startswith(_ENCRYPTED):
        if key or file:
            raise InputError(
                "There is a key, but the record is not an encrypted one.",
                next_step="Use DATABASE_URL=sqlite+sqlcipher:///path/record.db.",
            )
        return url
    if not url.startswith(f"{_ENCRYPTED}/"):
        raise InputError(
            "The key does not belong into DATABASE_URL.",
            next_step="Use MATCHING_DATABASE_KEY or MATCHING_DATABASE_KEY_FILE.",
        )
    return url.replace(_ENCRYPTED, f"{_ENCRYPTED}:{quote(checked_key(key, file), safe='')}@", 1)


def checked_key(key: str, file: str = "") -> str:
    """Return the key of an encrypted record, given as it is or in a file's first line.

    Raises
    ------
    InputError
        If it is given twice or not at all, cannot be read, or is too short.
    """
    if bool(key) == bool(file):
        raise InputError(
            "The key of the encrypted record is given twice, or not at all.",
            next_step="Set one of MATCHING_DATABASE_KEY and MATCHING_DATABASE_KEY_FILE.",
        )
    if file:
        try:
            key = next(iter(Path(file).read_text("utf-8").splitlines()), "")
        except (OSError, UnicodeDecodeError):
            raise InputError(
                "The file of the key cannot be read.", next_step="Check its name and rights."
            ) from None
    if len(key) < SHORTEST_KEY or not key.isprintable():
        raise InputError(
            f"The key of the record has fewer than {SHORTEST_KEY} characters, or odd ones.",
            next_step="Use several words, or 64 hexadecimal digits made at random.",
        )
    return key


def plain_url(url: str) -> str:
    """Return the address of a record in the one form used here: PostgreSQL through psycopg 3.

    Raises
    ------
    InputError
        If it is not the address of a record.
    """
    if re.fullmatch(r"sqlite\+sqlcipher://:[^@/]+@/.+", url):
        return url
    if _POSTGRES.match(url):
        return _POSTGRES.sub("postgresql+psycopg://", url)
    if url.startswith("sqlite:///") and len(url) > len("sqlite:///"):
        return url
    raise InputError("DATABASE_URL is not the address of a database.", next_step=_URL_FORM)


def redacted(url: str) -> str:
    """Return an address without password, key and options, fit for a screen or a log."""
    # The last @ ends the password even where the password holds one itself.
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        return url
    if url.startswith(_ENCRYPTED):
        return f"{scheme}://{rest.rpartition('@')[2]}"
    login, at, place = rest.rpartition("@")
    if "?" in login:
        # Either the password or an option holds both signs: show nothing.
        return f"{scheme}://***"
    place = place.partition("?")[0]
    user = login.partition(":")[0]
    return f"{scheme}://{user}:***@{place}" if at else f"{scheme}://{place}"
