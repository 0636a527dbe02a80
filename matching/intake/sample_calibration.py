"""Every number behind the invented sample, with where it comes from.

A number that was published carries its source. Most are published nowhere:
they carry the word "assumption" and are there so that a plan has something to
do, not as facts about the world.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from matching.domain.words import label
from matching.intake.sample_number import ASSUMPTION, SOURCES, Number
from matching.intake.sample_numbers_providers import PROVIDERS
from matching.intake.sample_numbers_referrals import REFERRALS, REGION

__all__ = ["ASSUMPTION", "CALIBRATION", "SOURCES", "Number", "sentences", "value"]

#: The one table: every number by its name.
CALIBRATION: Mapping[str, Number] = {
    **{f"region.{name}": number for name, number in REGION.items()},
    **{f"providers.{name}": number for name, number in PROVIDERS.items()},
    **{f"referrals.{name}": number for name, number in REFERRALS.items()},
}


def value(name: str) -> Any:
    """Return a number of the table.

    Parameters
    ----------
    name : str
        Such as "providers.types".

    Returns
    -------
    object
        A share, a count, a range, or shares by name.
    """
    return CALIBRATION[name].value


def sentences() -> tuple[str, ...]:
    """Return every number as a sentence with its source, for a read-me."""
    return tuple(
        f"{number.says}: {_written(number.value, number.bare)} ({number.source})."
        for number in CALIBRATION.values()
    )


def _written(found: Any, bare: bool) -> str:
    """Write a value in words and numbers; a share as a percentage unless bare."""
    if isinstance(found, Mapping):
        if any(isinstance(part, Mapping) for part in found.values()):
            return "; ".join(
                f"{_written(key, True)}: {_written(part, bare)}" for key, part in found.items()
            )
        return ", ".join(
            f"{_written(key, True)} ({_written(part, bare)})" for key, part in found.items()
        )
    if isinstance(found, frozenset):
        return ", ".join(sorted(_written(item, bare) for item in found))
    if isinstance(found, tuple):
        joint = " to " if isinstance(found[0], int) else " and "
        return joint.join(_written(item, bare) for item in found)
    if isinstance(found, float) and not bare:
        return f"{100 * found:.3g}%"
    return label(found) if isinstance(found, StrEnum) else f"{found}"
