"""Random codes for people, groups and papers: they follow from nothing about anybody."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from matching.domain.sharing import CODE_LENGTH, CODE_LETTERS

#: Digits and consonants that are not mistaken for one another, written or said; without
#: vowels no code reads as a word or a name.
LETTERS = "23456789BCDFGHJKMNPQRTVWXZ"
LENGTH = 6
#: A case, a group of people who stay together, and a provider.
CASE, GROUP, HOME = "C", "G", "H"


def new_code(kind: str, taken: Collection[str]) -> str:
    """Return a random code that is not taken, such as "C-7KQ4MX"."""
    while True:
        code = f"{kind}-{_drawn(LETTERS, LENGTH)}"
        if code not in taken:
            return code


def secret_code(length: int = CODE_LENGTH) -> str:
    """Return a code that nobody can guess, in groups of four: whoever has it has the paper."""
    letters = _drawn(CODE_LETTERS, length)
    return "-".join(letters[k : k + 4] for k in range(0, length, 4))


def _drawn(letters: str, length: int) -> str:
    return "".join(secrets.choice(letters) for _ in range(length))
