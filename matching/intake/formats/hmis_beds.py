"""Bed pools of an HMIS project: its inventory rows, summed by household."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime

from matching.domain.records import BedPool
from matching.domain.words import Household
from matching.intake.dates import DateColumn
from matching.intake.formats.codes import fitted
from matching.intake.formats.hic_beds import HOUSEHOLDS, ages
from matching.intake.formats.tables import Row, count
from matching.intake.issues import CellError

#: Household types of the HMIS data standards, by the name of the pool.
POOLS = {"1": "adults", "3": "families", "4": "minors"}
_YOUTH = ("youthbedinventory", "chyouthbedinventory", "youthvetbedinventory")


@dataclass(frozen=True, slots=True)
class Beds:
    """Whose beds they are, and when they were there.

    Attributes
    ----------
    provider_id : str
    as_of : datetime
        The day whose inventory was summed.
    """

    provider_id: str
    as_of: datetime


def household_pools(beds: Beds, rows: list[Row]) -> tuple[list[BedPool], list[Row]]:
    """Sum inventory rows by household.

    Parameters
    ----------
    beds : Beds
    rows : list of Row
        The inventory of one project that counts on the day.

    Returns
    -------
    pools : list of BedPool
        One of unknown size if there are no rows.
    unsure : list of Row
        Rows whose number of beds is missing, no number, or given twice.
    """
    codes = Counter(code for row in rows if (code := row.get("inventoryid")))
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[POOLS.get(_household(row), "beds")].append(row)
    unsure: list[Row] = []
    pools = []
    for name, members in (groups or {"beds": []}).items():
        bad = [
            row
            for row in members
            if count(row.get("bedinventory")) is None or codes[row.get("inventoryid")] > 1
        ]
        unsure += bad
        total = None
        if members and not bad:
            total = sum(count(row.get("bedinventory")) or 0 for row in members)
        pools.append(_pool(beds, name, total, members))
    return pools, unsure


def _household(row: Row) -> str:
    return row.get("householdtype").split(".")[0]


def _pool(beds: Beds, name: str, total: int | None, rows: list[Row]) -> BedPool:
    """Make one pool; it is for youth if every one of its beds is."""
    youth = sum(count(row.get(one)) or 0 for row in rows for one in _YOUTH)
    low, high = ages(name, bool(total) and youth >= (total or 0))
    household = HOUSEHOLDS.get(name)
    return BedPool(
        pool_id=fitted(f"{beds.provider_id}-{name}"),
        provider_id=beds.provider_id,
        pool_name=name,
        age_min=low,
        age_max=high,
        households=None if household is None else frozenset({household}),
        beds_licensed=total,
        as_of=beds.as_of,
    )


def own_pools(provider_id: str, rows: list[Row]) -> list[BedPool]:
    """Return the pools of an export of this software: one for each row, with its own code.

    Ages have no column of their own in the standard, so none are worked out
    from the household.
    """
    return [
        BedPool(
            pool_id=fitted(row.get("inventoryid") or f"{provider_id}-{number}"),
            provider_id=provider_id,
            households=_own_households(row),
            beds_licensed=count(row.get("bedinventory")),
            as_of=_moment(row.get("dateupdated")),
        )
        for number, row in enumerate(rows, 1)
    ]


def _own_households(row: Row) -> frozenset[Household] | None:
    name = POOLS.get(_household(row))
    return None if name is None else frozenset({HOUSEHOLDS[name]})


def _moment(text: str) -> datetime | None:
    """Read when a row was last changed; it is written in universal time."""
    if not text:
        return None
    try:
        found = DateColumn.of([text]).moment(text)
    except CellError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
