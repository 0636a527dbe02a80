"""What closes most of the gap within a budget: named actions, each confirmed by solving again.

People are placed one by one while choices are searched for (see
:mod:`matching.engine.planning`). Groups, conflicts and whatever else ties people
together are looked at when the whole plan is made again with a choice in; only
what comes of that is told. Where it is less than the search expected, the next
best choices are tried as well: the search bounds all that are left, so that it
ends once no choice left could do better than the best one confirmed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from matching.domain.errors import EngineError
from matching.domain.records import Provider
from matching.domain.scenario import AddBeds, Steps
from matching.domain.words import PlacementType
from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.planning.market import Budget, Within
from matching.engine.planning.network import Network, Outcome
from matching.engine.planning.search import Found, search
from matching.engine.solution import Solution
from matching.insight.planner_market import Prospect, prospect
from matching.insight.planner_new import Recruit, narrowed, openings, recruits
from matching.insight.planner_steps import Kind
from matching.insight.scenario import Trial, tried

Counts = tuple[int, ...]
Progress = Callable[[str], None]

#: Choices confirmed at most where ties between people leave less than was expected.
NEXT_BEST = 4
#: The next best are tried while this many times what was used is left: what each
#: change adds needs time, too.
MUST_BE_LEFT = 4.0
#: Part of the time left that one search may take; the rest is for what it adds.
SEARCH_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class BedsIn:
    """At most so many of the beds in places of a type, in a county, or both."""

    beds: int
    placement_type: PlacementType | None = None
    county: str | None = None

    def takes(self, home: Provider) -> bool:
        """Tell whether it is about a provider."""
        right = self.placement_type in (None, home.placement_type)
        return right and self.county in (None, home.county)


@dataclass(frozen=True, slots=True)
class Ask:
    """What a manager may do and spend.

    Attributes
    ----------
    beds : int
        Beds added to existing homes, in all.
    beds_in : tuple of BedsIn
        Limits among them: nested or apart. Where there are any, beds are added
        only where one of them allows it.
    beds_each : int
        Most beds added to one pool.
    trainings : int
        Existing homes that take a course.
    papers : int
        Licences, certificates and background checks made good.
    new_homes : int
        Homes recruited: host homes with community partners, foster homes and others.
    new_home_beds : int
    money : int or None
        Most that all may cost together.
    bed_cost, training_cost, paper_cost, home_cost : int
        Unit costs; only used with ``money``.
    """

    beds: int = 0
    beds_in: tuple[BedsIn, ...] = ()
    beds_each: int = 3
    trainings: int = 0
    papers: int = 0
    new_homes: int = 0
    new_home_beds: int = 1
    money: int | None = None
    bed_cost: int = 0
    training_cost: int = 0
    paper_cost: int = 0
    home_cost: int = 0

    @property
    def actions(self) -> int:
        """Everything that may be done, counted."""
        return self.beds + self.trainings + self.papers + self.new_homes

    def budget(self, solution: Solution) -> Budget:
        """Return the budget in the terms of a market."""
        p = solution.problem
        homes = [p.provider_records[h] for h in p.pools.provider.tolist()]
        within = tuple(
            Within(frozenset(j for j, home in enumerate(homes) if one.takes(home)), one.beds)
            for one in self.beds_in
        )
        costs = (self.training_cost, self.paper_cost, self.home_cost)
        return Budget(
            options=(self.trainings, self.papers, self.new_homes),
            beds=self.beds,
            within=within,
            money=self.money,
            option_cost=costs if self.money is not None else (),
            bed_cost=self.bed_cost if self.money is not None else 0,
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """Options and beds in the terms of a plan, and as steps of a scenario.

    Attributes
    ----------
    taken : frozenset of int
        Options of the market.
    beds : tuple of (int, int)
        Pools, and how many beds each gets.
    steps : tuple of Step
    """

    taken: frozenset[int]
    beds: tuple[tuple[int, int], ...]
    steps: Steps


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A choice and what came of making the whole plan again with it in."""

    choice: Choice
    found: Found
    trial: Trial

    @property
    def after(self) -> Counts:
        """People with a place in each tier."""
        return placed(self.trial.after)


@dataclass(slots=True)
class Planner:
    """One plan and one question, with what was worked out so far.

    Parameters
    ----------
    solution : Solution
    ask : Ask
    effort : Effort, optional
    progress : callable, optional
    """

    solution: Solution
    ask: Ask
    effort: Effort = NO_LIMIT
    progress: Progress | None = None
    prospect: Prospect = field(init=False)
    budget: Budget = field(init=False)
    base: Outcome = field(init=False)
    recruits: tuple[Recruit, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Gather what could be done; without all of it there is nothing to tell.

        Raises
        ------
        EngineError
            If somebody stops it before it is done.
        """
        kinds = {Kind.TRAIN: self.ask.trainings, Kind.PAPER: self.ask.papers}
        everything = prospect(
            self.solution,
            kinds=[kind for kind, most in kinds.items() if most],
            bed_limit=self._bed_limit(),
            new_homes=openings(self.solution, self.ask.new_home_beds),
            progress=self._gathering,
        )
        self.base = Network(everything.market, Budget()).run()
        self.recruits = recruits(everything, self.base)
        self.prospect = narrowed(everything, self.base, self.ask.new_homes)
        self.budget = self.ask.budget(self.solution)

    def _gathering(self, words: str) -> None:
        if self.effort.stopped():
            raise EngineError(
                "Stopped before it was known what could be done. Nothing was saved.",
                next_step="Ask again when there is time.",
            )
        self.say(words)

    def stopped(self) -> bool:
        """Tell whether the time is up, or somebody has stopped it."""
        return self.effort.left() == 0

    def say(self, words: str) -> None:
        """Tell what is done next."""
        if self.progress is not None:
            self.progress(words)

    def _bed_limit(self) -> np.ndarray:
        p, ask = self.solution.problem, self.ask
        each = min(ask.beds, ask.beds_each)
        homes = [p.provider_records[h] for h in p.pools.provider.tolist()]
        anywhere = not ask.beds_in
        return np.array(
            [
                each if anywhere or any(one.takes(home) for one in ask.beds_in) else 0
                for home in homes
            ],
            dtype=np.int64,
        )

    def choice(self, taken: frozenset[int], outcome: Outcome) -> Choice:
        """Return a choice as steps: courses and papers first, then beds, then new homes."""
        p = self.solution.problem
        beds = [(j, int(outcome.beds[j])) for j in np.flatnonzero(outcome.beds).tolist()]
        return self.of(taken, tuple((j, n) for j, n in beds if j < p.size[1]))

    def of(self, taken: frozenset[int], beds: tuple[tuple[int, int], ...]) -> Choice:
        """Return options and beds as a choice."""
        p, market = self.solution.problem, self.prospect.market
        order = sorted(taken, key=lambda a: (int(market.kind[a]), a))
        early = [self.prospect.actions[a] for a in order if market.kind[a] != Kind.OPEN]
        late = [self.prospect.actions[a] for a in order if market.kind[a] == Kind.OPEN]
        added = [AddBeds(*p.pool_keys[j], n, licence=True) for j, n in beds]
        return Choice(taken, beds, (*early, *added, *late))

    def try_out(self, steps: Steps) -> Trial | None:
        """Make the whole plan again with some steps in; none once stopped on the way."""
        trial = tried(self.solution, steps, Effort(stopped=self.effort.stopped))
        return None if self.effort.stopped() else trial


def placed(solution: Solution) -> Counts:
    """Return the people with a place in each tier."""
    return tuple(tier.placed for tier in solution.plan.tiers)


def best_choice(planner: Planner) -> tuple[Confirmed, bool, int]:
    """Find the best choice of a budget, confirmed by making the plan again.

    Parameters
    ----------
    planner : Planner

    Returns
    -------
    best : Confirmed
    proven : bool
        Whether no choice among those weighed does better, in the order of the tiers.
    at_most : int
        People with a place with the best choice, if nothing tied people together.

    Raises
    ------
    MatchingError
        If the plan cannot be made again with it.
    """
    begun = time.monotonic()
    first = _found(planner, [], "Looking for the best changes")
    best = _confirmed(planner, first)
    seen = [first.taken]
    for _ in range(NEXT_BEST - 1):
        if best.after >= first.outcome.counts or not first.proven:
            break
        left = planner.effort.left()
        if left is not None and left < MUST_BE_LEFT * (time.monotonic() - begun):
            break
        # Ties between people left less than was expected: another choice may do better.
        found = _found(planner, seen, "Trying the next best changes")
        if found.taken in seen or found.outcome.counts <= best.after:
            # All that is left is bounded by what was found.
            return best, found.proven, first.at_most
        one = _confirmed(planner, found)
        best = max(best, one, key=lambda c: c.after)
        seen.append(found.taken)
    proven = first.proven and best.after >= first.outcome.counts
    return best, proven, first.at_most


def _found(planner: Planner, seen: Sequence[frozenset[int]], words: str) -> Found:
    planner.say(words)
    return search(
        planner.prospect.market,
        planner.budget,
        without=seen,
        effort=planner.effort.share(SEARCH_SHARE),
        progress=planner.progress,
    )


def _confirmed(planner: Planner, found: Found) -> Confirmed:
    planner.say("Making the whole plan again with the changes in")
    choice = planner.choice(found.taken, found.outcome)
    return Confirmed(choice, found, tried(planner.solution, choice.steps, planner.effort))


def more(after: Sequence[int], before: Sequence[int]) -> Counts:
    """Return how many more have a place in each tier."""
    return tuple(a - b for a, b in zip(after, before, strict=True))
