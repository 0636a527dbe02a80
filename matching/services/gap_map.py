"""Need and supply by county, for the map on the page Gaps and the table beside it.

Both are given the same protected values. A county number of beds never gives a
confidential place away: its beds are counted with its county only where several
such places are, and otherwise in one sum for all counties together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from matching.domain import geography
from matching.domain import policy as policies
from matching.domain.access import Action, allows
from matching.domain.confidential import is_secret
from matching.domain.policy import Policy
from matching.domain.records import BedPool, Provider
from matching.engine.problem import build
from matching.insight.categories import UNKNOWN_WORD
from matching.insight.disclosure import Cell, Mark
from matching.insight.levels import Level
from matching.insight.supply import supply
from matching.services.desk import Desk
from matching.services.facts import places_on
from matching.services.gap_views import GapsView, gaps_view
from matching.services.matching import SavedRun, reopen
from matching.services.views import BedCount, bed_count

#: Confidential places a county must have before their beds are counted with it.
#: Three is this software's choice: the least at which the sum does not tell one of
#: them the size of another. A county known to have a shelter can lead a trafficker
#: to it, so where there are fewer even that there is one must not show.
PLACES_TOGETHER = 3


@dataclass(frozen=True, slots=True)
class PlaceBeds:
    """Beds of some places.

    Attributes
    ----------
    providers : int
    ready : BedCount
        Usable tonight (see :mod:`matching.insight.supply`), and bed pools whose
        vacancy nobody has said.
    licensed : BedCount
    """

    providers: int
    ready: BedCount
    licensed: BedCount


NO_BEDS = PlaceBeds(0, BedCount(0, 0), BedCount(0, 0))


@dataclass(frozen=True, slots=True)
class CountyLine:
    """One county.

    Attributes
    ----------
    fips : str
    name : str
        With its state.
    state : str
        Postal code.
    waiting : Cell or None
        Identified demand: people in the plan whose home is here; ``None`` for
        those who see protected numbers, since beside the people without a
        place it would give away how few have one.
    without : Cell or None
        Those among them without a place; ``None`` if the numbers are too small
        for any table.
    beds : PlaceBeds
    """

    fips: str
    name: str
    state: str
    waiting: Cell | None
    without: Cell | None
    beds: PlaceBeds


@dataclass(frozen=True, slots=True)
class GapMap:
    """Need and supply by county.

    Attributes
    ----------
    as_of : datetime
        Moment of the people.
    supply_at : datetime
        Moment of the beds.
    protected : bool
    lines : tuple of CountyLine
        Counties with anybody or any place on record, by name. All others have
        nobody and no place.
    states : tuple of str
        Their states: most counties with people first, then most counties.
    nowhere : CountyLine or None
        People and places whose county nobody has said.
    elsewhere : PlaceBeds
        Confidential places that are not counted with their county.
    """

    as_of: datetime
    supply_at: datetime
    protected: bool
    lines: tuple[CountyLine, ...]
    states: tuple[str, ...]
    nowhere: CountyLine | None
    elsewhere: PlaceBeds


def gap_map(desk: Desk, saved: SavedRun | None = None) -> GapMap | None:
    """Return need and supply by county, protected unless the actor may see cases.

    Parameters
    ----------
    desk : Desk
    saved : SavedRun, optional
        The plan; by default the one saved last.

    Returns
    -------
    GapMap or None
        ``None`` if there is no plan, or the record moved since.

    Raises
    ------
    PermissionDenied
        If the actor may not see gaps.
    """
    desk.require(Action.SEE_GAPS)
    saved = reopen(desk, Action.SEE_GAPS) if saved is None else saved
    if saved is None:
        return None
    exact = allows(desk.actor.role, Action.SEE_CASES)
    now = desk.clock()
    policy = policies.load(desk.settings.policy)
    with desk.store.reading() as record:
        places = places_on(record, policy)
    today = desk.local(now)
    shown, elsewhere = beds_by_county(places.providers, places.pools, today, policy)
    waiting, without = _people(desk, saved, exact=exact)
    lines = [
        _line(fips, waiting, without, shown.get(fips, NO_BEDS), exact=exact)
        for fips in waiting.keys() | without.keys() | shown.keys()
    ]
    known = sorted((one for one in lines if one.fips), key=lambda one: (one.name, one.fips))
    return GapMap(
        as_of=saved.run.problem.as_of,
        supply_at=now,
        protected=not exact,
        lines=tuple(known),
        states=_states(known),
        nowhere=next((one for one in lines if not one.fips), None),
        elsewhere=elsewhere,
    )


def _line(
    fips: str,
    waiting: dict[str, Cell],
    without: dict[str, Cell],
    beds: PlaceBeds,
    *,
    exact: bool,
) -> CountyLine:
    where = geography.load()
    none = Cell(Mark.SHOWN, 0)
    return CountyLine(
        fips=fips,
        name=where.name(fips) if fips else UNKNOWN_WORD,
        state=where.state_of(fips) or "",
        waiting=waiting.get(fips, none) if exact else None,
        without=without.get(fips, none) if exact or without else None,
        beds=beds,
    )


def _people(
    desk: Desk, saved: SavedRun, *, exact: bool
) -> tuple[dict[str, Cell], dict[str, Cell]]:
    """Return people in the plan, and those without a place, by county; "" is unknown."""
    known = geography.load().index
    if not exact:
        return {}, _protected(gaps_view(desk, saved))
    people = saved.run.problem.referral_records
    # A code that is no county of ours cannot be drawn; its people are not lost.
    home = [one.home_county if one.home_county in known else None for one in people]
    everybody = Counter(one or "" for one in home)
    return _shown(everybody), _shown(Counter(home[gap.row] or "" for gap in saved.run.gaps))


def _protected(view: GapsView) -> dict[str, Cell]:
    """Return the cells of the table by county on the same page, by code.

    They are taken from there, not protected anew, so that the same counts are
    hidden in both.
    """
    table = next(one for one in view.tables if one.title == "County")
    by_name = {str(county): county.fips for county in geography.load().counties}
    out: dict[str, Cell] = {}
    for name, cell in table.totals.items():
        fips = by_name.get(name, "")
        # Two kinds of unknown county are not added up: the sum may give one away.
        out[fips] = Cell(Mark.HIDDEN, None) if fips in out else cell
    return out


def _shown(counts: Counter[str]) -> dict[str, Cell]:
    return {fips: Cell(Mark.SHOWN, number) for fips, number in counts.items()}


def _states(lines: Sequence[CountyLine]) -> tuple[str, ...]:
    people, all_of = Counter[str](), Counter(one.state for one in lines)
    for one in lines:
        people[one.state] += one.without is not None and one.without.count != 0
    return tuple(sorted(all_of, key=lambda state: (-people[state], -all_of[state], state)))


def beds_by_county(
    providers: Sequence[Provider], pools: Sequence[BedPool], now: datetime, policy: Policy
) -> tuple[dict[str, PlaceBeds], PlaceBeds]:
    """Count beds by county, so that no confidential place is given away.

    Parameters
    ----------
    providers, pools : records
    now : datetime
        In the office's time zone.
    policy : Policy

    Returns
    -------
    dict of str to PlaceBeds
        By code of the county; "" is unknown.
    PlaceBeds
        Confidential places in counties with fewer than :data:`PLACES_TOGETHER`.
    """
    known = geography.load().index
    secret: dict[str, list[Provider]] = defaultdict(list)
    named: dict[str, list[Provider]] = defaultdict(list)
    for one in providers:
        county = one.county if one.county in known else ""
        (secret if is_secret(one) else named)[county or ""].append(one)
    apart: list[Provider] = []
    for county, places in secret.items():
        if county and len(places) >= PLACES_TOGETHER:
            named[county] += places
        else:
            apart += places
    mine: dict[str, list[BedPool]] = defaultdict(list)
    for pool in pools:
        mine[pool.provider_id].append(pool)
    listed = [one for places in named.values() for one in places]
    ready = _ready_by_county(listed, _of(listed, mine), now, policy)
    shown = {
        county: _counted(places, _of(places, mine), ready.get(county, 0))
        for county, places in named.items()
    }
    theirs = _of(apart, mine)
    hidden = sum(_ready_by_county(apart, theirs, now, policy).values())
    return shown, _counted(apart, theirs, hidden)


def _of(places: Iterable[Provider], pools: dict[str, list[BedPool]]) -> list[BedPool]:
    return [pool for one in places for pool in pools.get(one.provider_id, ())]


def _counted(places: Sequence[Provider], pools: Sequence[BedPool], ready: int) -> PlaceBeds:
    unsaid = sum(pool.free is None for pool in pools)
    return PlaceBeds(
        len(places), BedCount(ready, unsaid), bed_count(pool.beds_licensed for pool in pools)
    )


def _ready_by_county(
    places: Sequence[Provider], pools: Sequence[BedPool], now: datetime, policy: Policy
) -> dict[str, int]:
    """Return beds usable tonight by county, "" for those without one."""
    if not pools:
        return {}
    known = geography.load().index
    counties = sorted({one.county for one in places if one.county in known})
    by_county = replace(policy, regions={fips: frozenset({fips}) for fips in counties})
    problem = build((), tuple(places), tuple(pools), now, geography.load())
    found = supply(problem, by_county)
    out: dict[str, int] = {}
    for group in found.groups:
        county = group.region if group.region in known else ""
        alone = replace(found, groups={group: found.groups[group]})
        out[county] = out.get(county, 0) + alone.beds(Level.READY)
    return out
