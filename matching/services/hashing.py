"""Passwords become Argon2 hashes, one or two at a time.

Each hash takes tens of megabytes and tens of milliseconds by design, so that whoever
steals the record guesses slowly; a crowd at the door must not take the machine's memory.
"""

from __future__ import annotations

import threading
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

#: Hashes computed at the same time.
AT_ONCE = 2

_hasher = PasswordHasher()
_turn = threading.BoundedSemaphore(AT_ONCE)


def hashed(password: str) -> str:
    """Return the hash of a password, with salt and parameters of its own."""
    with _turn:
        return _hasher.hash(_normal(password))


def matches(stored: str | None, password: str) -> bool:
    """Tell whether a password is the one that was hashed.

    Parameters
    ----------
    stored : str or None
        ``None`` where there is no account, or it has no password: the same work is
        done, so that the time taken tells nothing.
    password : str
    """
    with _turn:
        try:
            same = _hasher.verify(stored or _nobodys(), _normal(password))
        except (VerificationError, InvalidHashError):
            return False
    return same and stored is not None


def outdated(stored: str) -> bool:
    """Tell whether a hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody's password")


def _normal(password: str) -> str:
    """Return one spelling of what different keyboards write differently."""
    return unicodedata.normalize("NFKC", password)
