"""Random codes for people and groups: they follow from nothing about anybody."""

from __future__ import annotations

import secrets
from collections.abc import Collection

#: Digits and consonants that are not mistaken for one another, written or said; without
#: vowels no code reads as a word or a name.
LETTERS = "23456789BCDFGHJKMNPQRTVWXZ"
LENGTH = 6
#: A case, and a group of people who stay together.
CASE, GROUP = "C", "G"


def new_code(kind: str, taken: Collection[str]) -> str:
    """Return a random code that is not taken, such as "C-7KQ4MX"."""
    while True:
        code = f"{kind}-{''.join(secrets.choice(LETTERS) for _ in range(LENGTH))}"
        if code not in taken:
            return code
