"""What every table of a policy file is checked with; a refusal says where the file is wrong."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from matching.domain.errors import PolicyError


def fail(name: str, where: str, what: str) -> PolicyError:
    """Return the error that names a place in a policy file.

    Parameters
    ----------
    name : str
        Name of the policy.
    where : str
        The table, and the setting in it.
    what : str
        What is wrong there, as a sentence.
    """
    return PolicyError(
        f"Policy '{name}', {where}: {what}", next_step="Correct the policy file."
    )


def only(table: Any, allowed: Set[str], name: str, where: str) -> None:
    """Refuse what is no table, or has a setting that nobody knows.

    Raises
    ------
    PolicyError
    """
    if not isinstance(table, dict):
        raise fail(name, where, "a table is expected here.")
    extra = sorted(set(table) - allowed)
    if extra:
        raise fail(name, where, f"'{extra[0]}' is not known here.")


def number(value: Any, low: int, high: int, name: str, where: str) -> int:
    """Return a whole number within its limits.

    Raises
    ------
    PolicyError
        If it is something else.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise fail(name, where, f"{value!r} is not a whole number from {low} to {high}.")
    return value
