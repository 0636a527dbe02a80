"""Words of the map on the page Gaps."""

from __future__ import annotations

from matching.insight.disclosure import THRESHOLD, Cell, Mark
from matching.services.gap_map import CountyLine, GapMap, PlaceBeds
from matching.services.views import BedCount
from matching.ui.text import common

WITHOUT, WAITING, READY, LICENSED = "without", "waiting", "ready", "licensed"

#: What the map can show: in a choice, and within a sentence.
MEASURES = {
    WITHOUT: "People without a place",
    WAITING: "Identified demand",
    READY: "Beds usable tonight",
    LICENSED: "Licensed beds",
}
_WITHIN = {
    WITHOUT: "people without a place",
    WAITING: "people in the plan",
    READY: "beds usable tonight",
    LICENSED: "licensed beds",
}

CHOOSE = "Shade counties by"
STATES = "States on the map"
ORDER = "Order by"
BY_NAME = "County"
TABLE = "The same numbers by county as a table"
CAPTION = "People and beds by county; the map above shows the same numbers."
COLUMNS = "County"
NO_MAP = "People and beds by county"
NOBODY = "Nobody in the plan has a county on record, and no place has one either."
WITHHELD = "People by county are not shown: the numbers are too small."
NOT_KNOWN = "County not known"

ZERO = "0"
NOT_SAID = "nobody has said"
SMALL = f"1 to {THRESHOLD}, exact number hidden"
HIDDEN = "hidden, so that nobody can be recognised"


def every_state(number: int) -> str:
    """Return the choice of all states."""
    return f"All {number} states on record"


def title(measure: str, lines: tuple[CountyLine, ...]) -> str:
    """Return the finding of the map as its title."""
    if measure in (WITHOUT, WAITING):
        return _people_title(measure, lines)
    have = [one for one in lines if count_of(measure, one)]
    if not have:
        return f"No county on this map has {_WITHIN[measure]}"
    need = [one for one in lines if one.without is not None and one.without.count != 0]
    lack = sum(not count_of(measure, one) for one in need)
    said = f"{_counties(len(have))} {_has(len(have))} {_WITHIN[measure]}"
    if not need:
        return said
    if not lack:
        return f"{said}, among them all with people without a place"
    of = common.count(len(need), "county", "counties")
    return f"{said}; {lack} of the {of} with people without a place {_has(lack)} none here"


def _people_title(measure: str, lines: tuple[CountyLine, ...]) -> str:
    cells = [(cell, one) for one in lines if (cell := cell_of(measure, one)) is not None]
    some = [(cell, one) for cell, one in cells if cell.count != 0]
    if not some:
        return f"No county on this map has {_WITHIN[measure]}"
    if len(some) == 1:
        cell, one = some[0]
        return f"Only {one.name} has {_WITHIN[measure]}: {cell.text}"
    whole = f"{_counties(len(some))} have {_WITHIN[measure]}"
    most = max(cell.count or 0 for cell, _ in some)
    first = [one.name for cell, one in some if cell.count == most]
    if len(first) == 1 and most:
        return f"{whole}, the most in {first[0]}: {most:,}"
    return whole


def _counties(number: int) -> str:
    return common.count(number, "county", "counties")


def _has(number: int) -> str:
    return "has" if number == 1 else "have"


def cell_of(measure: str, line: CountyLine) -> Cell | None:
    """Return the people of a county that a measure counts."""
    return line.without if measure == WITHOUT else line.waiting


def beds_of(measure: str, beds: PlaceBeds) -> BedCount:
    """Return the beds that a measure counts."""
    return beds.ready if measure == READY else beds.licensed


def count_of(measure: str, line: CountyLine) -> int | None:
    """Return a county's number, ``None`` if it is hidden or nobody has said it."""
    if measure in (WITHOUT, WAITING):
        cell = cell_of(measure, line)
        return None if cell is None else cell.count
    beds = beds_of(measure, line.beds)
    return None if beds.unknown_pools and not beds.known else beds.known


def value(measure: str, line: CountyLine) -> str:
    """Return a county's number as it stands in the table and where one points."""
    if measure in (WITHOUT, WAITING):
        cell = cell_of(measure, line)
        return "not shown" if cell is None else cell.text
    beds = beds_of(measure, line.beds)
    return common.beds(beds.known, beds.unknown_pools)


def tip(measures: tuple[str, ...], line: CountyLine) -> str:
    """Return what pointing at a county says: the row of the table."""
    said = "; ".join(f"{_WITHIN[one]}: {value(one, line)}" for one in measures)
    return f"{line.name}: {said}"


def empty_tip(name: str, *, protected: bool) -> str:
    """Return what pointing at a county says that is not on record."""
    return f"{name}: {_nobody(protected=protected)}, no place on record"


def _nobody(*, protected: bool) -> str:
    """Say that a county has none of the people that are counted."""
    return "nobody without a place" if protected else "nobody in the plan"


def alt(measure: str, states: tuple[str, ...]) -> str:
    """Return what the map shows, for those who cannot see it."""
    where = common.listed(states) if len(states) <= 4 else f"{len(states)} states"
    return (
        f"Map of the counties of {where}, shaded by {_WITHIN[measure]}; "
        "the table below has the same numbers."
    )


def moments(people: str, beds: str) -> str:
    """Return as of when the numbers hold."""
    return (
        f"People: identified demand, as of {people}. Beds on one night, as of {beds}. A county "
        "is the home county of people and the county of places, never a point on a map."
    )


def counties(number: int) -> str:
    """Return "1 county", for the key."""
    return _counties(number)


def is_hidden(cell: Cell) -> bool:
    """Tell whether a count is hidden without saying that it is small."""
    return cell.mark is Mark.HIDDEN


def apart(view: GapMap) -> str:
    """Return what the map and the table leave out, in a sentence; empty if nothing."""
    beds = view.elsewhere
    if not beds.providers:
        return ""
    licensed = common.beds(beds.licensed.known, beds.licensed.unknown_pools)
    ready = common.beds(beds.ready.known, beds.ready.unknown_pools)
    several = beds.providers > 1
    return (
        f"{common.count(beds.providers, 'confidential place')} {'are' if several else 'is'} "
        f"not counted with a county, so that {'none of them' if several else 'it'} is given "
        f"away. Licensed beds: {licensed}; usable tonight: {ready}."
    )


def others(number: int, *, protected: bool) -> str:
    """Return how many counties of the map are not in the table."""
    has = "other county of this map has" if number == 1 else "other counties of this map have"
    return f"{number:,} {has} {_nobody(protected=protected)} and no place on record."


INVENTED = "These counties are invented; their outlines are drawn around their centres."
