"""Supply as it is: from licensed beds to beds usable tonight, each loss by its name.

Every bed is followed through the numbers a provider gives. Where one of them
is missing, the next one that is known is taken, and what lies between is
called by what nobody has said; nothing unknown counts as 0, and what was said is told
apart from what was followed to the next number.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from matching.domain import words as w
from matching.domain.policy import Policy
from matching.domain.records import BedPool, Referral
from matching.domain.words import label
from matching.engine.capacity import UNLIMITED, provider_room
from matching.engine.columns import known
from matching.engine.judge import BIT
from matching.engine.problem import Problem, build
from matching.engine.rules import CATALOGUE
from matching.engine.rules.base import Verdict
from matching.engine.solution import Solution
from matching.insight.categories import UNKNOWN_WORD, region
from matching.insight.levels import LOSSES, Level, Loss

#: The levels that a provider says a number of.
_SAID = (Level.LICENSED, Level.STAFFED, Level.ACCEPTING, Level.FREE)

_BY_RULE = {
    "licence": Loss.LICENCE,
    "background-check": Loss.BACKGROUND_CHECK,
    "training": Loss.TRAINING,
    "opening": Loss.LATER,
    "freshness": Loss.STALE,
    "compromised": Loss.COMPROMISED,
}
#: A missing fact keeps a bed from being ready only where the fact is the news itself.
_ASKED = {"freshness"}

#: Rules told apart among those that bar everybody who is waiting.
_LOCKS = {
    "resident-gender": Loss.GENDER_LOCK,
    "resident-age": Loss.AGE_LOCK,
    "kept-apart": Loss.CONFLICT,
}
#: Pairs looked at when it is asked why nobody who is waiting may use a bed.
MOST_PAIRS = 4_000_000


@dataclass(frozen=True, slots=True)
class Step:
    """One level of the waterfall.

    Attributes
    ----------
    level : Level
    beds : int
    entered : int
        Beds counted from here on: nobody has said the numbers of the levels
        before, or they contradict a later one that is larger.
    lost : tuple of (Loss, int)
        Between the level before and this one; only where there are any.
    followed : int
        Of the beds, those of pools that have not said how many reach this level: they
        are on their way from the number before to the next one.
    """

    level: Level
    beds: int
    entered: int
    lost: tuple[tuple[Loss, int], ...]
    followed: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """What providers say of one level.

    Attributes
    ----------
    beds : int
        In the pools that have said; at least so many there are.
    unsaid_pools : int
        Pools that have not said; they are not counted as 0.
    """

    beds: int
    unsaid_pools: int


@dataclass(frozen=True, slots=True)
class Group:
    """Beds of one placement type in one region, both in words."""

    kind: str
    region: str


@dataclass(frozen=True, slots=True)
class Supply:
    """Beds by placement type and region.

    Attributes
    ----------
    groups : dict of Group to Counter
        Beds that entered at a level, and beds lost, by :class:`Level` and
        :class:`Loss`.
    providers : dict of Group to int
    silent : dict of Group to int
        Bed pools of which nobody has said any number of beds.
    of_use : bool
        Whether the last level was worked out; it needs a plan.
    followed : dict of Group to Counter
        Beds counted at a level of which nobody has said how many reach it.
    unsaid : dict of Group to Counter
        Bed pools that have not said how many beds reach a level.
    incomplete : dict of Group to int
        Bed pools that have not said one of these numbers or more.
    """

    groups: dict[Group, Counter[Level | Loss]]
    providers: dict[Group, int]
    silent: dict[Group, int]
    of_use: bool
    followed: dict[Group, Counter[Level]]
    unsaid: dict[Group, Counter[Level]]
    incomplete: dict[Group, int]

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels that were worked out."""
        return tuple(level for level in Level if self.of_use or level is not Level.OF_USE)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Placement types, most beds usable tonight first."""
        return self._order("kind")

    @property
    def regions(self) -> tuple[str, ...]:
        """Regions, most beds usable tonight first."""
        return self._order("region")

    def _order(self, side: str) -> tuple[str, ...]:
        ready: Counter[str] = Counter()
        for group, counts in self.groups.items():
            ready[getattr(group, side)] += _reached(counts, Level.READY)
        return tuple(sorted(ready, key=lambda name: (name == UNKNOWN_WORD, -ready[name], name)))

    def waterfall(self, kind: str | None = None, region: str | None = None) -> tuple[Step, ...]:
        """Return the levels of some or all beds; what is lost adds up.

        Parameters
        ----------
        kind, region : str, optional
            Everything by default.
        """
        counts: Counter[Level | Loss] = Counter()
        followed: Counter[Level] = Counter()
        for group in self._chosen(kind, region):
            counts += self.groups[group]
            followed += self.followed[group]
        steps, beds = [], 0
        for level in self.levels:
            lost = tuple((loss, counts[loss]) for loss in LOSSES[level] if counts[loss])
            beds += counts[level] - sum(number for _, number in lost)
            steps.append(Step(level, beds, counts[level], lost, followed[level]))
        return tuple(steps)

    def beds(self, level: Level, kind: str | None = None, region: str | None = None) -> int:
        """Return how many beds reach a level."""
        return sum(_reached(self.groups[group], level) for group in self._chosen(kind, region))

    def said(self, level: Level, kind: str | None = None, region: str | None = None) -> Said:
        """Return what is said of a level; what is worked out leaves nothing unsaid."""
        chosen = tuple(self._chosen(kind, region))
        return Said(
            sum(
                _reached(self.groups[one], level) - self.followed[one][level] for one in chosen
            ),
            sum(self.unsaid[one][level] for one in chosen),
        )

    def incomplete_of(self, kind: str | None = None, region: str | None = None) -> int:
        """Return how many bed pools have not said all of their numbers."""
        return sum(self.incomplete[group] for group in self._chosen(kind, region))

    def providers_of(self, kind: str | None = None, region: str | None = None) -> int:
        """Return how many providers there are."""
        return sum(self.providers[group] for group in self._chosen(kind, region))

    def silent_of(self, kind: str | None = None, region: str | None = None) -> int:
        """Return of how many bed pools no number is known."""
        return sum(self.silent[group] for group in self._chosen(kind, region))

    def _chosen(self, kind: str | None, region: str | None) -> Iterable[Group]:
        return (
            group
            for group in self.groups
            if kind in (None, group.kind) and region in (None, group.region)
        )


def _reached(counts: Counter[Level | Loss], level: Level) -> int:
    total = 0
    for one in Level:
        total += counts[one] - sum(counts[loss] for loss in LOSSES[one])
        if one is level:
            break
    return total


def supply(problem: Problem, policy: Policy, solution: Solution | None = None) -> Supply:
    """Follow every bed of a problem from licensed to usable tonight.

    Whether a place is ready is asked of the policy's own rules, for a survivor
    who is verified and needs a bed tonight.

    Parameters
    ----------
    problem : Problem
    policy : Policy
    solution : Solution, optional
        Of the same problem; with it, beds that nobody who is waiting may use
        are told apart, unless not all pairs are listed in it.

    Returns
    -------
    Supply
    """
    counts = [_numbers(pool) for pool in problem.pool_records]
    beds = np.array([_reached(one, Level.FREE) for one in counts], dtype=np.int64)
    for loss, barred in _not_ready(problem, policy):
        _lose(counts, beds, np.where(barred, beds, 0), loss)
    _lose(counts, beds, _over_room(problem, policy, beds), Loss.NO_ROOM)
    of_use = solution is not None and solution.pricing is None
    if solution is not None and of_use:
        for j, loss in _unused(solution, beds):
            counts[j][loss] += int(beds[j])
    return _gathered(problem, policy, counts, of_use=of_use)


def _lose(
    counts: Sequence[Counter[Level | Loss]],
    beds: np.ndarray,
    lost: np.ndarray,
    loss: Loss,
) -> None:
    for j in np.flatnonzero(lost).tolist():
        counts[j][loss] += int(lost[j])
    beds -= lost


def _numbers(pool: BedPool) -> Counter[Level | Loss]:
    """Follow the beds of a pool from licensed to free."""
    out: Counter[Level | Loss] = Counter()
    beds: int | None = None
    gaps = {Level.STAFFED: Loss.UNSTAFFED, Level.ACCEPTING: Loss.ON_HOLD}
    for level, number in (
        (Level.LICENSED, pool.beds_licensed),
        (Level.STAFFED, pool.beds_staffed),
        (Level.ACCEPTING, pool.beds_accepting),
    ):
        if number is None:
            if level is Level.STAFFED:
                gaps[Level.ACCEPTING] = Loss.UNSTAFFED_OR_ON_HOLD
            continue
        if beds is None:
            out[level] += number
        elif number < beds:
            out[gaps[level]] += beds - number
        beds = number if beds is None else min(beds, number)
    _vacancy(out, beds, pool)
    return +out


def _vacancy(out: Counter[Level | Loss], beds: int | None, pool: BedPool) -> None:
    free = pool.free
    if beds is None:
        out[Level.FREE] += free or 0
        return
    # What is free counts in any case: the rules go by it.
    most = beds if free is None else max(0, beds - free)
    occupied = min(pool.beds_occupied or 0, most)
    held = min(pool.beds_held or 0, most - occupied)
    rest = most - occupied - held
    out[Loss.OCCUPIED] += occupied
    out[Loss.HELD] += held
    out[Loss.VACANCY_UNKNOWN if free is None else Loss.NOT_FREE] += rest
    out[Level.FREE] += 0 if free is None else max(0, free - beds)


def _not_ready(problem: Problem, policy: Policy) -> Iterable[tuple[Loss, np.ndarray]]:
    """Yield for each rule on readiness which pools it bars for anybody."""
    probe = Referral(
        referral_id="anybody",
        urgency=w.Urgency.TONIGHT,
        identification=w.Identification.VERIFIED,
        trafficking_type=w.TraffickingType.SEX,
        acceptable_types=frozenset(),
    )
    asked = build(
        (probe,),
        problem.provider_records,
        problem.pool_records,
        problem.as_of,
        problem.geography,
    )
    pools = np.arange(problem.size[1])
    first = np.zeros_like(pools)
    for rule in CATALOGUE:
        setting = policy.rules[rule.code]
        if rule.code not in _BY_RULE or not setting.in_force(problem.as_of.date()):
            continue
        verdict = rule.evaluate(asked, setting.parameters, first, pools)
        barred = verdict == Verdict.FAIL
        if rule.code in _ASKED:
            barred |= verdict == Verdict.UNKNOWN
        yield _BY_RULE[rule.code], barred


def _over_room(problem: Problem, policy: Policy, beds: np.ndarray) -> np.ndarray:
    """Return the beds for which the pool or its provider has no room, pool by pool."""
    pools = problem.pools
    licensed = np.where(known(pools.beds_licensed), pools.beds_licensed, UNLIMITED)
    left = np.minimum(beds, licensed)
    room = provider_room(problem, policy).copy()
    for j in np.flatnonzero(left).tolist():
        home = int(pools.provider[j])
        left[j] = min(int(left[j]), int(room[home]))
        room[home] -= left[j]
    return np.asarray(beds - left)


def _unused(solution: Solution, beds: np.ndarray) -> Iterable[tuple[int, Loss]]:
    """Yield the pools with beds that nobody who is waiting may use, and why."""
    used = np.zeros(len(beds), dtype=np.bool_)
    used[solution.eligible.pool] = True
    idle = np.flatnonzero((beds > 0) & ~used)
    people = np.arange(solution.problem.size[0])
    step = max(1, MOST_PAIRS // max(1, len(people)))
    for start in range(0, len(idle), step):
        some = idle[start : start + step]
        barred = solution.judge.barred(*solution.judge.bits(people, some))
        for k, j in enumerate(some.tolist()):
            yield j, _lock(barred[:, k])


def _lock(barred: np.ndarray) -> Loss:
    """Return the one lock that keeps somebody from a pool who could use it without."""
    opened = {
        loss: int((barred == np.uint64(1 << BIT[code])).sum()) for code, loss in _LOCKS.items()
    }
    most = max(opened, key=lambda loss: opened[loss])
    return most if opened[most] else Loss.TAKES_NOBODY


def _gathered(
    problem: Problem,
    policy: Policy,
    counts: Sequence[Counter[Level | Loss]],
    *,
    of_use: bool,
) -> Supply:
    groups: dict[Group, Counter[Level | Loss]] = defaultdict(Counter)
    homes: dict[Group, set[str]] = defaultdict(set)
    silent: dict[Group, int] = defaultdict(int)
    followed: dict[Group, Counter[Level]] = defaultdict(Counter)
    unsaid: dict[Group, Counter[Level]] = defaultdict(Counter)
    incomplete: dict[Group, int] = defaultdict(int)
    where: dict[str | None, str] = {}
    for pool, numbers, home in zip(
        problem.pool_records, counts, problem.pools.provider.tolist(), strict=True
    ):
        provider = problem.provider_records[home]
        if provider.county not in where:
            where[provider.county] = region(problem, policy, provider.county)
        kind = provider.placement_type
        group = Group(
            UNKNOWN_WORD if kind is None else label(kind),
            (where[provider.county] if provider.county else provider.state) or UNKNOWN_WORD,
        )
        groups[group].update(numbers)
        homes[group].add(pool.provider_id)
        missing = _unsaid(pool)
        silent[group] += len(missing) == len(_SAID)
        incomplete[group] += bool(missing)
        unsaid[group].update(missing)
        followed[group].update({level: _reached(numbers, level) for level in missing})
    return Supply(
        dict(groups),
        {one: len(ids) for one, ids in homes.items()},
        dict(silent),
        of_use,
        dict(followed),
        dict(unsaid),
        dict(incomplete),
    )


def _unsaid(pool: BedPool) -> tuple[Level, ...]:
    """Return the levels of which nobody has said how many beds of a pool reach it."""
    said = (pool.beds_licensed, pool.beds_staffed, pool.beds_accepting, pool.free)
    return tuple(level for level, number in zip(_SAID, said, strict=True) if number is None)
