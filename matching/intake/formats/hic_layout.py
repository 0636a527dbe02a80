"""Which column of a Housing Inventory Count file means what, whatever its year."""

from __future__ import annotations

from dataclasses import dataclass

from matching.intake.field_types import plain
from matching.intake.reader import Sheet

_DEPTH = 20

#: What a column means, and every plain header it has had.
MEANINGS: dict[str, tuple[str, ...]] = {
    "row": ("row", "row number", "row id"),
    "project_id": ("project id", "programme id", "hmis project id"),
    "state": ("coc state", "state", "coc st"),
    "coc": ("hud num", "hudnum", "coc number", "coc code", "coc num"),
    "coc_name": ("coc", "coc name"),
    "year": ("year", "hic year", "reporting year"),
    "agency": ("organisation name", "organisation", "provider name", "agency name"),
    "name": ("project name", "programme name", "facility name"),
    "type": ("project type", "proj type", "programme type", "prog type"),
    "geo": ("geo code", "geocode", "geo"),
    "target_a": ("target population a", "target pop a"),
    "target_b": ("target population b", "target pop b", "target population"),
    "victim": ("victim service provider", "victim services provider", "vsp"),
    "family": (
        "beds hh w children", "beds households with children", "beds hh with children",
        "beds for households with children", "total beds hh w children",
        "family beds", "all fam beds",
    ),
    "adult": (
        "beds hh w o children", "beds households without children", "beds hh wo children",
        "beds hh without children", "beds for households without children",
        "individual beds", "all ind beds",
    ),
    "minor": (
        "beds hh w only children", "beds households with only children",
        "beds hh with only children", "beds for households with only children",
        "beds hh only children", "child only beds",
    ),
    "year_round": ("year round beds", "total year round beds", "yr round beds"),
    "seasonal": ("total seasonal beds", "seasonal beds"),
    "overflow": ("o v beds", "overflow beds", "ov beds", "total overflow beds"),
    "count": ("pit count", "point in time count", "point in time homeless count"),
    "total": ("total beds",),
    "inventory": ("inventory type", "inv type"),
    "youth_beds": ("year youth bed count", "youth bed count", "dedicated youth beds"),
    "youth_group": ("youth age group",),
    "night": ("hic date", "pit date", "inventory date", "count date"),
    "zip": ("zip", "zip code", "zipcode"),
}  # fmt: skip

#: The shared extract of 2014: the same facts under short names.
_EXTRACT: dict[str, str] = {
    "id": "id", "name": "name", "type": "type", "state": "state", "coc": "coc",
    "county fips": "county", "beds total": "total", "pit count": "count",
    "beds family": "family", "beds adult": "adult", "beds minor only": "minor",
    "target a": "target_a", "dv": "violence",
}  # fmt: skip
_EXTRACT_MARK = {"id", "type", "county fips", "beds total", "pit count"}


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a HIC file keeps what.

    Attributes
    ----------
    name : str
        "hud-hic" or "hud-hic-extract".
    row : int
        Position of the header.
    positions : dict of str to int
        Meaning to position of the column.
    """

    name: str
    row: int
    positions: dict[str, int]


def recognise(sheet: Sheet) -> Layout | None:
    """Return where a sheet keeps what, or ``None`` if it is no HIC file.

    Parameters
    ----------
    sheet : Sheet
        Any sheet; the header may stand under title rows.

    Returns
    -------
    Layout or None
    """
    known = {name: key for key, names in MEANINGS.items() for name in names}
    for k, cells in enumerate(sheet.rows[:_DEPTH]):
        headers = [plain(cell.replace("CoC", "Coc")) for cell in cells]
        if set(headers) >= _EXTRACT_MARK:
            places = {_EXTRACT[name]: i for i, name in enumerate(headers) if name in _EXTRACT}
            return Layout("hud-hic-extract", k, places)
        positions: dict[str, int] = {}
        for i, name in enumerate(headers):
            key = known.get(name)
            if key is not None and (key not in positions or name == MEANINGS[key][0]):
                positions[key] = i
        households = positions.keys() & {"family", "adult", "minor"}
        if (
            {"type", "count"} <= positions.keys()
            and households
            and (positions.keys() & {"coc", "project_id", "row"})
        ):
            return Layout("hud-hic", k, positions)
    return None
