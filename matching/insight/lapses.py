"""Licences, certificates and courses that lapse, and the places that this would cost.

What a day would bring is worked out by moving every end so many days nearer and
leaving all else as it is today: the same people of the same age, who have waited
as long as now, and the same beds with the same news. So what differs is the
lapses alone. Nobody is taken to renew anything. An end that nobody has said
stays unknown; it is listed, and never counted as good.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from matching.domain import words as w
from matching.domain.certification import effective_type
from matching.domain.policy import Policy
from matching.domain.records import Provider
from matching.domain.scenario import Paper
from matching.engine.choices import Seat
from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.solution import Solution
from matching.engine.solve import Progress
from matching.insight.difference import Difference, difference, placings
from matching.insight.edits import Edit
from matching.insight.scenario import solved_as_far_as_decided

#: How many days ahead is looked.
HORIZONS = (30, 60, 90)

#: Places that nobody takes to be certified unless they say so.
_CLAIM = frozenset(w.WITHOUT_CERTIFICATE)


@dataclass(frozen=True, slots=True)
class Ending:
    """One thing a provider holds, and until when it counts.

    Attributes
    ----------
    provider_id : str
    what : Paper or Course
    ends : date or None
        Last day on the record; of several caregivers the earliest. ``None`` is
        unknown.
    last_day : date or None
        Last day on which it counts, days of grace included.
    """

    provider_id: str
    what: Paper | w.Course
    ends: date | None
    last_day: date | None

    def lapses_within(self, days: int, today: date) -> bool:
        """Tell whether it counts today and will not so many days from now."""
        return self.last_day is not None and today <= self.last_day < today + timedelta(days)

    def lapsed(self, today: date) -> bool:
        """Tell whether it counts no more."""
        return self.last_day is not None and self.last_day < today


def endings(home: Provider, policy: Policy) -> tuple[Ending, ...]:
    """Return everything a provider holds that has, or should have, an end.

    Background checks have no end on the record and are not among them.

    Parameters
    ----------
    home : Provider
    policy : Policy
        Whose days of grace count.
    """
    out: list[Ending] = []

    def add(what: Paper | w.Course, ends: date | None, grace: int) -> None:
        last = None if ends is None else ends + timedelta(grace)
        out.append(Ending(home.provider_id, what, ends, last))

    if home.licence_status is not w.LicenceStatus.NOT_REQUIRED:
        add(Paper.LICENCE, home.licence_expires, _grace(policy, "licence"))
    claims = home.certificate is None and home.placement_type in _CLAIM
    if home.certificate not in (None, w.Certificate.NONE) or (
        home.certificate is None and (claims or home.certificate_expires is not None)
    ):
        add(Paper.CERTIFICATE, home.certificate_expires, 0)
    for course in w.Course:
        held = [one.expires for one in home.trainings or () if one.course is course]
        known = [end for end in held if end is not None]
        if known:
            add(course, min(known), _grace(policy, "training"))
        if len(known) < len(held):
            add(course, None, 0)
    if home.trainings is None:
        # Nobody has said which; the course that every policy asks for stands for them.
        add(w.Course.TRAFFICKING, None, 0)
    return tuple(out)


def _grace(policy: Policy, code: str) -> int:
    return int(policy.rules[code].parameters["grace_days"])


def sooner(home: Provider, days: int) -> Provider:
    """Return a provider all of whose ends are so many days nearer."""
    less = timedelta(days)

    def moved(end: date | None) -> date | None:
        return None if end is None else end - less

    trainings = home.trainings
    return replace(
        home,
        licence_expires=moved(home.licence_expires),
        certificate_expires=moved(home.certificate_expires),
        trainings=None
        if trainings is None
        else tuple(replace(one, expires=moved(one.expires)) for one in trainings),
    )


@dataclass(frozen=True, slots=True)
class Cost:
    """What lapses would cost.

    Attributes
    ----------
    fewer : int
        How many fewer people would have a place.
    more : int
        How many more might have one than the plan found; 0 is proven.
    difference : Difference
        Who loses, gets or changes a place.
    dropped : tuple of Seat
        Places that somebody had chosen and that would no longer be possible.
    """

    fewer: int
    more: int
    difference: Difference
    dropped: tuple[Seat, ...] = ()


@dataclass(frozen=True, slots=True)
class Alone:
    """What it would cost if one provider alone let everything lapse that ends soon.

    Attributes
    ----------
    provider_id : str
    cost : Cost or None
        ``None`` if the plan uses no bed of it and nothing opens with the lapse, so
        that nothing can change.
    """

    provider_id: str
    cost: Cost | None

    @property
    def fewer(self) -> int:
        """How many fewer people would have a place."""
        return 0 if self.cost is None else self.cost.fewer


@dataclass(frozen=True, slots=True)
class Singles:
    """What each provider alone would cost.

    Attributes
    ----------
    found : tuple of Alone
        Most people first.
    left : tuple of str
        Providers that were not tried.
    """

    found: tuple[Alone, ...]
    left: tuple[str, ...]


def cost_within(
    solution: Solution,
    days: int,
    effort: Effort = NO_LIMIT,
    progress: Progress | None = None,
) -> Cost:
    """Return what it would cost if nobody renewed anything for so many days.

    Parameters
    ----------
    solution : Solution
        The plan of today.
    days : int
    effort : Effort, optional
    progress : callable, optional
        Told the name of each stage of the plan.
    """
    return _cost(solution, solution.problem.provider_records, days, effort, progress)


def alone(solution: Solution, home: Provider, days: int, effort: Effort = NO_LIMIT) -> Alone:
    """Return what it would cost if one provider alone renewed nothing.

    Parameters
    ----------
    solution : Solution
    home : Provider
    days : int
    effort : Effort, optional
    """
    if not _can_matter(solution, home, days):
        return Alone(home.provider_id, None)
    return Alone(home.provider_id, _cost(solution, (home,), days, effort, None))


def each_alone(
    solution: Solution,
    days: int,
    *,
    progress: Callable[[str], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Singles:
    """Return for each provider that lets something lapse what that alone would cost.

    Parameters
    ----------
    solution : Solution
    days : int
    progress : callable, optional
        Told which provider is tried.
    stop : callable, optional
        Tells whether a person has stopped the search; what was found is kept.

    Returns
    -------
    Singles
        Providers are tried in the order of how many people the plan has there.
    """
    problem = solution.problem
    today = problem.as_of.date()
    used = _used(solution)
    todo = [
        home
        for home in problem.provider_records
        if any(one.lapses_within(days, today) for one in endings(home, solution.policy))
    ]
    todo.sort(key=lambda home: (-used.get(home.provider_id, 0), home.provider_id))
    stopped = stop or _never
    found: list[Alone] = []
    for number, home in enumerate(todo, start=1):
        if not _can_matter(solution, home, days):
            found.append(Alone(home.provider_id, None))
            continue
        if stopped():
            continue
        if progress is not None:
            progress(f"{number:,} of {len(todo):,}: {home.name or home.provider_id}")
        one = alone(solution, home, days, Effort(stopped=stopped))
        if not stopped():  # what a stopped search says of a provider is no proof
            found.append(one)
    done = {one.provider_id for one in found}
    return Singles(
        found=tuple(sorted(found, key=lambda one: (-one.fewer, one.provider_id))),
        left=tuple(home.provider_id for home in todo if home.provider_id not in done),
    )


def _never() -> bool:
    return False


def _used(solution: Solution) -> dict[str, int]:
    """Return how many people the plan has at each provider."""
    homes, counts = np.unique(
        solution.problem.pools.provider[solution.plan.pool], return_counts=True
    )
    names = solution.problem.provider_ids
    return {names[home]: int(n) for home, n in zip(homes, counts, strict=True)}


def _can_matter(solution: Solution, home: Provider, days: int) -> bool:
    """Tell whether a lapse could change the plan.

    A plan that uses no bed of a provider stays best when fewer people may use
    them; unless a certificate that ends makes another type of place of it.
    """
    today = solution.problem.as_of.date()
    other_type = effective_type(home, today) is not effective_type(sooner(home, days), today)
    return other_type or home.provider_id in _used(solution)


def _cost(
    solution: Solution,
    homes: Iterable[Provider],
    days: int,
    effort: Effort,
    progress: Progress | None,
) -> Cost:
    changed = [(home, sooner(home, days)) for home in homes]
    edit = Edit(providers=tuple(new for old, new in changed if new != old))
    after, dropped = solved_as_far_as_decided(solution, edit, effort=effort, progress=progress)
    before, then = placings(solution), placings(after)
    return Cost(
        fewer=len(before.places) - len(then.places),
        more=sum(tier.most - tier.placed for tier in after.plan.tiers),
        difference=difference(before, then),
        dropped=dropped,
    )
