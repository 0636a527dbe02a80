"""What if: the plan made again with the steps of a scenario in, beside the plan of today.

A scenario is nothing but other records and, for the radius, another policy;
the same engine plans for it under the same lottery. Decisions of people stay
in force as far as they can: one about a place that would be gone, or barred,
is dropped and named.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from matching.domain.errors import ChoiceError, InputError, NotFound
from matching.domain.policy import Policy
from matching.domain.records import BedPool, Provider, Referral
from matching.domain.scenario import (
    MOST_STEPS,
    AddBeds,
    ChangeAges,
    ChangeRadius,
    CloseProvider,
    LapseLicence,
    OpenProvider,
    Relicense,
    Step,
    Steps,
    Surge,
    Train,
)
from matching.engine.choices import Choices, Seat
from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.problem import Problem
from matching.engine.solution import Solution
from matching.engine.solve import Progress, again
from matching.insight import scenario_places as places
from matching.insight.difference import Difference, difference, placings
from matching.insight.edits import Edit, Identifier, identifier, solved_with
from matching.insight.scenario_people import surge

#: Start of the identifier of every provider that a scenario opens.
OPENED = "new place "


@dataclass(frozen=True, slots=True)
class Changed:
    """What the steps of a scenario come to.

    Attributes
    ----------
    edit : Edit
        The records as they would be.
    policy : Policy
        As it would be.
    invented : frozenset of str
        Case references of people who do not exist.
    opened : tuple of str
        Identifiers of providers that do not exist yet.
    """

    edit: Edit
    policy: Policy
    invented: frozenset[str] = frozenset()
    opened: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """A scenario tried on a plan.

    Attributes
    ----------
    before, after : Solution
        The plan of today, and with the scenario in.
    changed : Changed
    difference : Difference
        From the one to the other, invented people included as new.
    dropped : tuple of Seat
        Places that somebody had chosen and that cannot be had with it.
    """

    before: Solution
    after: Solution
    changed: Changed
    difference: Difference
    dropped: tuple[Seat, ...] = ()


def changed(problem: Problem, policy: Policy, steps: Steps) -> Changed:
    """Return what some steps come to, each on top of those before it.

    Parameters
    ----------
    problem : Problem
    policy : Policy
    steps : tuple of Step

    Returns
    -------
    Changed

    Raises
    ------
    NotFound
        If a step is about a provider or a bed pool that is not on the record.
    InputError
        If a step cannot be done, or there are too many.
    """
    if len(steps) > MOST_STEPS:
        raise InputError(
            f"A scenario has at most {MOST_STEPS} steps.", next_step="Take some steps out."
        )
    work = _Work(problem, policy)
    for step in steps:
        work.take(step)
    return work.done()


class _Work:
    """The records while one step after the other is taken."""

    def __init__(self, problem: Problem, policy: Policy) -> None:
        self._problem, self.policy = problem, policy
        self._homes = {one.provider_id: one for one in problem.provider_records}
        self._pools = {(one.provider_id, one.pool_id): one for one in problem.pool_records}
        self._invented: list[Referral] = []
        self._opened: list[str] = []
        self._surges = 0

    def take(self, step: Step) -> None:
        """Take one step."""
        today = self._problem.as_of.date()
        match step:
            case AddBeds():
                home, pool = self._home(step), self._pool(step)
                all_pools = self._pools_of(home.provider_id)
                self._put(*places.with_more_beds(home, all_pools, pool, step, self.policy))
            case Train():
                self._put(places.trained(self._home(step), step.courses, today))
            case Relicense():
                self._put(places.relicensed(self._home(step), step.what, today))
            case LapseLicence():
                self._put(places.lapsed(self._home(step), self.policy, today))
            case CloseProvider():
                self._close(self._home(step).provider_id)
            case ChangeAges():
                self._put(places.with_ages(self._pool(step), step))
            case OpenProvider():
                self._open(step)
            case ChangeRadius():
                self.policy = _with_radius(self.policy, step.miles)
            case Surge():
                self._surges += 1
                people = self._problem.referral_records
                self._invented += surge(people, step, self._surges, self._problem.as_of)

    def _home(
        self,
        step: AddBeds | Train | Relicense | LapseLicence | CloseProvider,
    ) -> Provider:
        return self._named(step.provider_id)

    def _named(self, provider_id: str) -> Provider:
        if provider_id not in self._homes:
            raise NotFound(
                "A provider of this scenario is not on the record, or is closed by a step "
                "before.",
                next_step="Take the step out, or choose another provider.",
            )
        return self._homes[provider_id]

    def _pool(self, step: AddBeds | ChangeAges) -> BedPool:
        self._named(step.provider_id)
        key = step.provider_id, step.pool_id
        if key not in self._pools:
            raise NotFound(
                "A bed pool of this scenario is not on the record.",
                next_step="Take the step out, or choose another bed pool.",
            )
        return self._pools[key]

    def _pools_of(self, provider_id: str) -> tuple[BedPool, ...]:
        return tuple(pool for key, pool in self._pools.items() if key[0] == provider_id)

    def _put(self, *records: Provider | BedPool) -> None:
        for one in records:
            if isinstance(one, Provider):
                self._homes[one.provider_id] = one
            else:
                self._pools[one.provider_id, one.pool_id] = one

    def _close(self, provider_id: str) -> None:
        del self._homes[provider_id]
        self._pools = {k: one for k, one in self._pools.items() if k[0] != provider_id}
        self._opened = [name for name in self._opened if name != provider_id]

    def _open(self, step: OpenProvider) -> None:
        if step.county is not None and step.county not in self._problem.geography.index:
            raise NotFound("There is no such county.", next_step="Choose another county.")
        number = len(self._opened) + 1
        while f"{OPENED}{number}" in self._homes:
            number += 1
        like = None
        if step.like is not None:
            like = self._named(step.like), self._pools_of(step.like)
        name = f"{OPENED}{number}"
        geography = self._problem.geography
        self._put(*places.opened(step, name, like, self._problem.as_of, geography))
        self._opened.append(name)

    def done(self) -> Changed:
        """Return everything that differs from the record."""
        problem = self._problem
        before = _by_name([*problem.provider_records, *problem.pool_records])
        now = _by_name([*self._homes.values(), *self._pools.values()])
        new = [one for name, one in now.items() if name in before and one != before[name]]
        edit = Edit(
            providers=tuple(one for one in new if isinstance(one, Provider)),
            pools=tuple(one for one in new if isinstance(one, BedPool)),
            added=(*(o for name, o in now.items() if name not in before), *self._invented),
            removed=frozenset(before.keys() - now.keys()),
        )
        names = frozenset(one.referral_id for one in self._invented)
        return Changed(edit, self.policy, names, tuple(self._opened))


def _by_name(records: list[Provider | BedPool]) -> dict[Identifier, Provider | BedPool]:
    return {identifier(one): one for one in records}


def _with_radius(policy: Policy, miles: int) -> Policy:
    """Return a policy with another limit on the distance from home.

    Raises
    ------
    InputError
        If nobody whose home is a danger zone could ever be placed.
    """
    danger = policy.rules["danger-zone"]
    least = int(danger.parameters["min_miles"])
    if danger.on and least > miles:
        raise InputError(
            f"A place must be at least {least} miles from a danger zone, which may be home: "
            f"a radius of {miles} miles would leave nothing.",
            next_step=f"Choose {least} miles or more.",
        )
    return policy.with_rule("distance", on=True, parameters={"max_miles": miles})


def tried(
    solution: Solution,
    steps: Steps,
    effort: Effort = NO_LIMIT,
    progress: Progress | None = None,
) -> Trial:
    """Make the plan again with a scenario in.

    Parameters
    ----------
    solution : Solution
        The plan of today.
    steps : tuple of Step
        Without any, the plan stays as it is.
    effort : Effort, optional
        A limit on the search; the best plan found by then is kept.
    progress : callable, optional
        Told the name of each stage as it begins.

    Returns
    -------
    Trial

    Raises
    ------
    NotFound, InputError
        As :func:`changed`.
    EngineError
        If the plan cannot be proven.
    """
    found = changed(solution.problem, solution.policy, steps)
    nothing = not found.edit.touches_record and found.policy == solution.policy
    if nothing:
        same = placings(solution)
        return Trial(solution, solution, found, difference(same, same))
    after, dropped = solved_as_far_as_decided(
        solution, found.edit, policy=found.policy, effort=effort, progress=progress
    )
    return Trial(
        before=solution,
        after=after,
        changed=found,
        difference=difference(placings(solution), placings(after)),
        dropped=dropped,
    )


def solved_as_far_as_decided(
    solution: Solution,
    edit: Edit,
    *,
    policy: Policy | None = None,
    effort: Effort = NO_LIMIT,
    progress: Progress | None = None,
) -> tuple[Solution, tuple[Seat, ...]]:
    """Make the plan again with a change in, under as many decisions as can be had together.

    Parameters
    ----------
    solution : Solution
    edit : Edit
    policy : Policy, optional
    effort, progress
        As for :func:`tried`.

    Returns
    -------
    solution : Solution
    dropped : tuple of Seat
        Places that somebody had chosen and that cannot be had.
    """

    def made(choices: Choices) -> Solution:
        return solved_with(
            solution, edit, effort, policy=policy, choices=choices, progress=progress
        )

    choices = solution.choices
    try:
        return made(choices), ()
    except ChoiceError:
        kept = replace(choices, forced=frozenset())
    after, dropped = made(kept), []
    for seat in sorted(choices.forced, key=str):
        with_one = kept.and_(forced=[seat])
        try:
            after = again(after, with_one, effort=effort, progress=progress)
        except ChoiceError:
            dropped.append(seat)
        else:
            kept = with_one
    return after, tuple(dropped)
