"""What lapses soon, for a page, and what it would cost, worked out when asked for.

Ends of licences, certificates and courses are facts of providers and no counts
of people. Places lost are counts of people: exact for those who see cases, in
bands for everybody else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from matching.domain import geography
from matching.domain import policy as policies
from matching.domain.access import Action, allows
from matching.domain.policy import Policy
from matching.domain.records import Provider
from matching.domain.scenario import Paper
from matching.domain.words import BackgroundCheck, Course, label
from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.problem import build
from matching.engine.rules.readiness import CHECKED_TYPES
from matching.engine.solution import Solution
from matching.engine.solve import Progress
from matching.insight.bands import change_band
from matching.insight.categories import UNKNOWN_WORD, region
from matching.insight.lapses import (
    HORIZONS,
    Cost,
    Ending,
    Singles,
    cost_within,
    each_alone,
    endings,
)
from matching.services.desk import Desk
from matching.services.jobs import Job, refuse_if_busy
from matching.services.matching import SavedRun
from matching.services.scenario_runs import plan_of_today
from matching.services.turn import turn

#: Seconds of search, unless told otherwise.
SEARCH_SECONDS = 900.0

_PAPERS = {
    Paper.LICENCE: "licence",
    Paper.CERTIFICATE: "certificate",
    Paper.BACKGROUND_CHECK: "background check",
}
_COURSES = {
    Course.TRAFFICKING: "trafficking course",
    Course.TRAFFICKING_ANNUAL: "yearly trafficking course",
    Course.LABOUR_TRAFFICKING: "course on labour trafficking",
    Course.COMPLEX_TRAUMA: "course on complex trauma",
    Course.SUPERVISED_EXPERIENCE: "supervised experience",
}


def called(what: Paper | Course) -> str:
    """Return what it is that lapses, in words."""
    return _COURSES[what] if isinstance(what, Course) else _PAPERS[what]


@dataclass(frozen=True, slots=True)
class LapseLine:
    """One thing that lapses, or whose end nobody has said.

    Attributes
    ----------
    provider_id, name : str
    kind, region : str
        Placement type and region, in words.
    what : str
    ends : date or None
        Last day on the record; ``None`` is unknown.
    days : int or None
        Days from today on which it still counts, today among them.
    """

    provider_id: str
    name: str
    kind: str
    region: str
    what: str
    ends: date | None
    days: int | None


@dataclass(frozen=True, slots=True)
class LapsesView:
    """What lapses.

    Attributes
    ----------
    as_of : datetime
    horizons : tuple of int
        Days ahead, rising; each holds the ones before.
    lines : tuple of LapseLine
        Within the last horizon, earliest first.
    unknown : tuple of LapseLine
        Of which nobody has said the end; they may lapse as well.
    lapsed : int
        That count no more already.
    checks_open : int
        Homes whose background check is pending, expired or not known; checks have
        no end on the record.
    """

    as_of: datetime
    horizons: tuple[int, ...]
    lines: tuple[LapseLine, ...]
    unknown: tuple[LapseLine, ...]
    lapsed: int
    checks_open: int

    def within(self, days: int) -> tuple[LapseLine, ...]:
        """Return what lapses within so many days."""
        return tuple(one for one in self.lines if one.days is not None and one.days <= days)

    def counts(self, by: Callable[[LapseLine], str]) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """Count what lapses within each horizon, by type, region or what it is.

        Returns
        -------
        tuple of (str, tuple of int)
            Most in the widest horizon first.
        """
        found = [Counter(by(one) for one in self.within(days)) for days in self.horizons]
        order = sorted(found[-1], key=lambda name: (-found[-1][name], name))
        return tuple((name, tuple(one[name] for one in found)) for name in order)


def lapses(desk: Desk) -> LapsesView:
    """Return what lapses within 30, 60 and 90 days, from the record as it is now.

    Raises
    ------
    PermissionDenied
        If the actor may not see gaps or providers.
    """
    desk.require(Action.SEE_GAPS)
    desk.require(Action.SEE_PROVIDERS)
    policy = policies.load(desk.settings.policy)
    with desk.store.reading() as record:
        providers, _ = record.providers.all()
    now = desk.clock()
    today = desk.local(now).date()
    where = _regions(providers, policy, now)
    soon: list[LapseLine] = []
    unknown: list[LapseLine] = []
    lapsed = 0
    for home in providers:
        for one in endings(home, policy):
            if one.ends is None:
                unknown.append(_line(home, one, where, today))
            elif one.lapses_within(HORIZONS[-1], today):
                soon.append(_line(home, one, where, today))
            lapsed += one.lapsed(today)
    return LapsesView(
        as_of=now,
        horizons=HORIZONS,
        lines=tuple(sorted(soon, key=lambda x: (x.days or 0, x.name, x.what))),
        unknown=tuple(sorted(unknown, key=lambda x: (x.name, x.what))),
        lapsed=lapsed,
        checks_open=sum(
            home.placement_type in CHECKED_TYPES
            and home.background_check is not BackgroundCheck.CLEAR
            for home in providers
        ),
    )


def _regions(providers: Iterable[Provider], policy: Policy, now: datetime) -> dict[str, str]:
    """Return the region of every provider, in words."""
    empty = build((), (), (), now, geography.load())
    return {
        home.provider_id: region(empty, policy, home.county)
        if home.county
        else home.state or UNKNOWN_WORD
        for home in providers
    }


def _line(home: Provider, one: Ending, where: dict[str, str], today: date) -> LapseLine:
    kind = home.placement_type
    return LapseLine(
        provider_id=home.provider_id,
        name=home.name or home.provider_id,
        kind=UNKNOWN_WORD if kind is None else label(kind),
        region=where[home.provider_id],
        what=called(one.what),
        ends=one.ends,
        days=None if one.last_day is None else (one.last_day - today).days + 1,
    )


@dataclass(frozen=True, slots=True)
class HorizonCost:
    """What it would cost if nobody renewed anything for so many days.

    Attributes
    ----------
    days : int
    day : date
        That many days from the plan's.
    text : str
        How many fewer people would have a place; in bands for those who may not
        see cases.
    fewer : int or None
        The number itself, for those who may see it.
    proven : bool
        Whether no better plan could be found on that day.
    lines : tuple of str
        What changes for whom; empty for those who may not see cases.
    """

    days: int
    day: date
    text: str
    fewer: int | None
    proven: bool
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProviderCost:
    """What it would cost if one provider alone renewed nothing.

    Attributes
    ----------
    provider_id, name : str
    what : tuple of str
        What of it lapses within the widest horizon, in words.
    first : date or None
        The earliest of its ends.
    text : str
    fewer : int or None
        As in :class:`HorizonCost`.
    """

    provider_id: str
    name: str
    what: tuple[str, ...]
    first: date | None
    text: str
    fewer: int | None


@dataclass(frozen=True, slots=True)
class LapseCosts:
    """What lapses would cost.

    Attributes
    ----------
    run : int
        Number of the plan.
    protected : bool
    horizons : tuple of HorizonCost
        Those worked out before the search was stopped.
    providers : tuple of ProviderCost
        Most people first; those who see no number get them by band and name.
    free : int
        Providers whose lapse would cost nobody a place.
    left : int
        Providers that were not tried.
    """

    run: int
    protected: bool
    horizons: tuple[HorizonCost, ...]
    providers: tuple[ProviderCost, ...]
    free: int
    left: int


def lapse_costs(
    desk: Desk,
    saved: SavedRun | None = None,
    *,
    progress: Progress | None = None,
    effort: Effort = NO_LIMIT,
) -> LapseCosts:
    """Work out what lapses would cost, by making the plan again for each.

    Nothing is stored.

    Parameters
    ----------
    desk : Desk
    saved : SavedRun, optional
        The plan saved last, where it is there already.
    progress : callable, optional
        Told in a few words what is tried.
    effort : Effort, optional
        A limit on the search; what was found by then is kept.

    Raises
    ------
    PermissionDenied
        If the actor may not plan capacity.
    ConflictError
        If there is no plan of today's facts, or another plan is being made.
    """
    desk.require(Action.PLAN_CAPACITY)
    base = plan_of_today(desk, saved)
    exact = allows(desk.actor.role, Action.SEE_CASES)
    solution = base.run.solution
    today = solution.problem.as_of.date()
    tell = progress or (lambda _stage: None)

    def stopped() -> bool:
        return effort.left() == 0.0

    horizons = []
    with turn(wait=0.0):
        for days in HORIZONS:
            tell(f"As if it were in {days} days")
            cost = cost_within(solution, days, effort)
            if stopped():
                break
            day = today + timedelta(days)
            horizons.append(_horizon(cost, days, day, exact=exact))
        singles = each_alone(solution, HORIZONS[-1], progress=tell, stop=stopped)
    return LapseCosts(
        run=base.number,
        protected=not exact,
        horizons=tuple(horizons),
        providers=_providers(singles, base.run.solution, exact=exact),
        free=sum(one.fewer <= 0 for one in singles.found),
        left=len(singles.left),
    )


def _providers(
    singles: Singles, solution: Solution, *, exact: bool
) -> tuple[ProviderCost, ...]:
    """Return the providers whose lapse alone would cost somebody a place."""
    today = solution.problem.as_of.date()
    records = {home.provider_id: home for home in solution.problem.provider_records}
    rows = [
        _provider(records[one.provider_id], one.fewer, solution.policy, today, exact=exact)
        for one in singles.found
        if one.fewer > 0
    ]
    if not exact:
        # Their order would tell which of two equal bands is the larger number.
        position = {text: k for k, text in enumerate(dict.fromkeys(r.text for r in rows))}
        rows.sort(key=lambda row: (position[row.text], row.name))
    return tuple(rows)


def start_lapse_costs(
    desk: Desk, saved: SavedRun | None = None, *, seconds: float = SEARCH_SECONDS
) -> Job[LapseCosts]:
    """Work it out in the background; arguments and errors as :func:`lapse_costs`."""
    desk.require(Action.PLAN_CAPACITY)
    refuse_if_busy()

    def work(progress: Progress, effort: Effort) -> LapseCosts:
        return lapse_costs(desk, saved, progress=progress, effort=effort)

    return Job(work, seconds=seconds)


def _horizon(cost: Cost, days: int, day: date, *, exact: bool) -> HorizonCost:
    return HorizonCost(
        days=days,
        day=day,
        text=_fewer(cost.fewer, exact=exact),
        fewer=cost.fewer if exact else None,
        proven=cost.more == 0,
        lines=cost.difference.sentences() if exact else (),
    )


def _provider(
    home: Provider, fewer: int, policy: Policy, today: date, *, exact: bool
) -> ProviderCost:
    mine = [one for one in endings(home, policy) if one.lapses_within(HORIZONS[-1], today)]
    return ProviderCost(
        provider_id=home.provider_id,
        name=home.name or home.provider_id,
        what=tuple(called(one.what) for one in mine),
        first=min((one.ends for one in mine if one.ends is not None), default=None),
        text=_fewer(fewer, exact=exact),
        fewer=fewer if exact else None,
    )


def _fewer(number: int, *, exact: bool) -> str:
    """Return how many people fewer would have a place, in words."""
    if not exact:
        return change_band(-number)
    if number == 0:
        return "no change"
    return f"{abs(number):,} {'fewer' if number > 0 else 'more'}"
