"""What if: scenarios saved, named, renamed, deleted and put back.

Each use case that writes is one transaction with one audit event. What came of
a scenario is kept with the state of the record it was worked out from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from matching.domain import geography
from matching.domain.access import Action
from matching.domain.errors import InputError, StoreError
from matching.domain.records import BedPool, Provider
from matching.domain.scenario import MOST_STEPS, Step, Steps, of_plain, to_plain
from matching.insight.scenario_figures import of_plain as figures_of_plain
from matching.insight.scenario_words import Names, sentence
from matching.services.desk import Desk
from matching.store.database import Reading
from matching.store.repositories import StoredScenario

#: Longest name of a scenario.
LONGEST_NAME = 80


class State(StrEnum):
    """Whether what came of a scenario can be shown."""

    NEVER = "never"  #: not worked out yet
    READY = "ready"  #: worked out on the plan saved last
    MOVED = "moved"  #: worked out from facts, or on a plan, that are not the last any more


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario.

    Attributes
    ----------
    number : int
    name : str
    made_at : datetime
    made_by : str
    steps : tuple of Step
    lines : tuple of str
        The steps in words.
    state : State
    worked_at : datetime or None
        When it was worked out last.
    """

    number: int
    name: str
    made_at: datetime
    made_by: str
    steps: Steps
    lines: tuple[str, ...]
    state: State
    worked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Deleted:
    """A scenario that was deleted, to be put back."""

    stored: StoredScenario

    @property
    def name(self) -> str:
        """What it was called."""
        return self.stored.name


def names_of(providers: tuple[Provider, ...], pools: tuple[BedPool, ...]) -> Names:
    """Return what providers, bed pools and counties are called."""
    of_home: dict[str, list[BedPool]] = defaultdict(list)
    for pool in pools:
        of_home[pool.provider_id].append(pool)
    return Names(
        homes={one.provider_id: one.name for one in providers if one.name},
        pools={
            (pool.provider_id, pool.pool_id): pool.pool_name or pool.pool_id
            for several in of_home.values()
            if len(several) > 1
            for pool in several
        },
        county=geography.load().name,
    )


def names_in(record: Reading, steps: Iterable[Step], others: Iterable[str] = ()) -> Names:
    """Return what the providers and bed pools of some steps are called, and no more.

    Parameters
    ----------
    record : Reading
    steps : iterable of Step
    others : iterable of str
        Identifiers of providers besides.
    """
    named, with_pools = set(others), set()
    for step in steps:
        about = {getattr(step, name, None) for name in ("provider_id", "like")} - {None}
        named |= {str(one) for one in about}
        if hasattr(step, "pool_id"):
            with_pools |= {str(one) for one in about}
    table, veil = record.providers.rows["provider"], record.providers.veil()
    providers = tuple(map(veil.over, table.some([(one,) for one in sorted(named)]).values()))
    pools = [
        veil.over_pool(pool)
        for one in sorted(with_pools)
        for pool in record.providers.rows["bed_pool"].matching(provider_id=one)
    ]
    return names_of(providers, tuple(pools))


def in_words(desk: Desk, steps: Steps) -> tuple[str, ...]:
    """Return steps in words, before they are saved.

    Raises
    ------
    PermissionDenied
        If the actor may not plan capacity.
    """
    desk.require(Action.PLAN_CAPACITY)
    with desk.store.reading() as record:
        names = names_in(record, steps)
    return tuple(sentence(step, names) for step in steps)


def scenarios(desk: Desk) -> tuple[Scenario, ...]:
    """Return all scenarios, newest first.

    Raises
    ------
    PermissionDenied
        If the actor may not plan capacity.
    """
    desk.require(Action.PLAN_CAPACITY)
    with desk.store.reading() as record:
        return tuple(seen(record, one) for one in record.scenarios.all())


def seen(record: Reading, stored: StoredScenario) -> Scenario:
    """Return a stored scenario as it is shown."""
    steps = of_plain(stored.steps)
    names = names_in(record, steps)
    worked = None if stored.result is None else stored.result.get("worked_at")
    return Scenario(
        number=int(stored.id or 0),
        name=stored.name,
        made_at=stored.made_at,
        made_by=stored.actor,
        steps=steps,
        lines=tuple(sentence(step, names) for step in steps),
        state=state_of(record, stored),
        worked_at=None if worked is None else datetime.fromisoformat(worked),
    )


def state_of(record: Reading, stored: StoredScenario) -> State:
    """Tell whether what came of a scenario is of the plan saved last and today's facts.

    What another version of this software wrote is to be worked out again, too.
    """
    if stored.result is None:
        return State.NEVER
    try:
        figures_of_plain(stored.result.get("figures", {}))
    except StoreError:
        return State.MOVED
    return State.READY if stored.result.get("base") == base_of(record) else State.MOVED


def base_of(record: Reading) -> dict[str, int | None]:
    """Return the plan saved last and the state of the record, to tell today by."""
    newest = record.runs.list(limit=1)
    number = newest[0].id if newest else None
    return {"run": number, "data_version": record.data_version()}


def save(desk: Desk, name: str, steps: Steps, number: int | None = None) -> Scenario:
    """Save a new scenario, or other steps and another name of one: one event.

    Parameters
    ----------
    desk : Desk
    name : str
    steps : tuple of Step
    number : int, optional
        Of the scenario that is changed; by default a new one is saved.

    Returns
    -------
    Scenario
        What came of it before is kept only if its steps stay the same.

    Raises
    ------
    PermissionDenied
        If the actor may not save scenarios.
    InputError
        If it has no name, one that is taken, no steps, or too many.
    NotFound
        If there is no scenario of that number.
    """
    desk.require(Action.SAVE_SCENARIO)
    called = _name(name)
    if not steps:
        raise InputError("This scenario changes nothing.", next_step="Add a step first.")
    if len(steps) > MOST_STEPS:
        raise InputError(
            f"A scenario has at most {MOST_STEPS} steps.", next_step="Take some steps out."
        )
    now, plain = desk.clock(), to_plain(steps)
    with desk.store.transaction() as record:
        if number is None:
            stored = record.scenarios.add(
                StoredScenario(name=called, made_at=now, actor=desk.actor.name, steps=plain)
            )
        else:
            before = record.scenarios.get(number)
            changed: dict[str, Any] = {"name": called, "made_at": now, "actor": desk.actor.name}
            if list(before.steps) != plain:
                changed |= {"steps": plain, "result": None}
            record.scenarios.change(number, **changed)
            stored = record.scenarios.get(number)
        note(desk, record, stored, now, "saved")
        return seen(record, stored)


def rename(desk: Desk, number: int, name: str) -> None:
    """Give a scenario another name: one event.

    Raises
    ------
    PermissionDenied
        If the actor may not save scenarios.
    InputError
        If the name is empty, too long or taken.
    NotFound
        If there is no scenario of that number.
    """
    desk.require(Action.SAVE_SCENARIO)
    called = _name(name)
    with desk.store.transaction() as record:
        record.scenarios.change(number, name=called)
        note(desk, record, record.scenarios.get(number), desk.clock(), "renamed")


def delete(desk: Desk, number: int) -> Deleted:
    """Delete a scenario, and return what :func:`restore` puts back: one event.

    Raises
    ------
    PermissionDenied
        If the actor may not save scenarios.
    NotFound
        If there is no scenario of that number.
    """
    desk.require(Action.SAVE_SCENARIO)
    with desk.store.transaction() as record:
        stored = record.scenarios.remove(number)
        note(desk, record, stored, desk.clock(), "deleted")
    return Deleted(stored)


def restore(desk: Desk, deleted: Deleted) -> Scenario:
    """Put a scenario back that was deleted, as it was: one event.

    Raises
    ------
    PermissionDenied
        If the actor may not save scenarios.
    InputError
        If another one has its name by now.
    """
    desk.require(Action.SAVE_SCENARIO)
    with desk.store.transaction() as record:
        stored = record.scenarios.add(deleted.stored)
        note(desk, record, stored, desk.clock(), "restored")
        return seen(record, stored)


def _name(name: str) -> str:
    called = " ".join(name.split())
    if not called:
        raise InputError("The scenario has no name.", next_step="Give it a name.")
    if len(called) > LONGEST_NAME:
        raise InputError(
            f"A name has at most {LONGEST_NAME} characters.", next_step="Choose a shorter one."
        )
    return called


def note(
    desk: Desk, record: Any, stored: StoredScenario, now: datetime, what: str, **more: object
) -> None:
    """Add the event; the name, which a person wrote freely, stays out of the log."""
    record.audit.append(
        desk.actor,
        now,
        Action.SAVE_SCENARIO,
        object_kind="scenario",
        object_id=str(stored.id),
        details={"what": what, "steps": len(stored.steps), **more},
    )
