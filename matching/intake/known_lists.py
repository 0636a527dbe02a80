"""Published lists that are plain tables: what their columns and words mean is known.

A known list is a recipe that comes with the product; a person's own decisions
stand above it. Each says what it assumes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from matching.intake.field_types import plain
from matching.intake.grid import Grid
from matching.intake.recipe import UNKNOWN, Recipe, spelling


@dataclass(frozen=True, kw_only=True)
class KnownList:
    """One published list.

    Attributes
    ----------
    label : str
        What it is, in words.
    columns : frozenset of str
        Plain names of columns that a file must have to be taken for it.
    recipe : Recipe
    leaves_out : mapping of str to frozenset of str
        Plain name of a column to spellings of cells whose rows are no place.
    why : str
        Why such rows are left out.
    decisions : tuple of str
        What is assumed.
    """

    label: str
    columns: frozenset[str]
    recipe: Recipe
    leaves_out: Mapping[str, frozenset[str]] = field(default_factory=dict)
    why: str = ""
    decisions: tuple[str, ...] = ()

    def rows_left_out(self, grid: Grid) -> dict[int, str]:
        """Return the rows of a file that are no place for a night, and why."""
        out: dict[int, str] = {}
        for position, name in enumerate(grid.columns):
            spellings = self.leaves_out.get(plain(name), frozenset())
            if spellings:
                for number, row in zip(grid.numbers, grid.rows, strict=True):
                    if position < len(row) and spelling(row[position]) in spellings:
                        out[number] = self.why
        return out


#: https://data.chhs.ca.gov, "Community Care Licensing - Foster Family Agency Locations".
CALIFORNIA = KnownList(
    label="California list of licensed foster family agencies",
    columns=frozenset(
        {"facility type", "facility number", "facility name", "licensee", "county name",
         "facility capacity", "facility status"}
    ),
    recipe=Recipe(
        values={
            "placement_type": {
                "foster family agency": "foster home",
                "foster family agency sub": "foster home",
                "foster family agency - sub": "foster home",
            },
            "licensed_capacity": {"0": UNKNOWN},
        }
    ),
    leaves_out={"facility type": frozenset({"adoption agency"})},
    why="an adoption agency is no place for a night",
    decisions=(
        "A foster family agency stands for the homes it certifies, so its kind is foster home.",
        "A capacity of 0 is read as unknown: the list does not count the homes of an agency.",
        "Ages, genders and free beds are not on this list: they stay unknown and are asked.",
    ),
)  # fmt: skip

KNOWN_LISTS: tuple[KnownList, ...] = (CALIFORNIA,)


def known_list(columns: Iterable[str]) -> KnownList | None:
    """Return the published list that has these columns, if it is a known one."""
    names = {plain(name) for name in columns}
    return next((one for one in KNOWN_LISTS if one.columns <= names), None)
