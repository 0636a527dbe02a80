"""What if: a scenario worked out on the plan saved last, in the background."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from matching.domain.access import Action
from matching.domain.errors import ConflictError
from matching.domain.scenario import CloseProvider, Steps, of_plain
from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.solve import Progress
from matching.insight import scenario_figures
from matching.insight.scenario import Trial, tried
from matching.insight.scenario_places import residents
from matching.services.desk import Desk
from matching.services.jobs import Job, refuse_if_busy
from matching.services.matching import SavedRun, reopen
from matching.services.scenarios import Scenario, base_of, note, seen
from matching.services.still_allowed import require_still
from matching.services.turn import turn


def work_out(
    desk: Desk,
    number: int,
    saved: SavedRun | None = None,
    *,
    progress: Progress | None = None,
    effort: Effort = NO_LIMIT,
) -> Scenario:
    """Make the plan again with a scenario in, and keep what comes of it: one event.

    The plan is made outside the transaction. Stopped, the best plan found by
    then is kept, with how many more people might have a place.

    Parameters
    ----------
    desk : Desk
    number : int
    saved : SavedRun, optional
        The plan saved last, where it is there already.
    progress : callable, optional
    effort : Effort, optional

    Raises
    ------
    PermissionDenied
        If the actor may not plan capacity or save scenarios, or not any more.
    NotFound
        If there is no such scenario, or it is about a provider that is gone.
    InputError
        If a step cannot be done.
    ConflictError
        If there is no plan of today's facts, the record or the scenario moved
        meanwhile, or another plan is being made.
    """
    desk.require(Action.PLAN_CAPACITY)
    desk.require(Action.SAVE_SCENARIO)
    with desk.store.reading() as record:
        stored = record.scenarios.get(number)
    base = plan_of_today(desk, saved)
    steps = of_plain(stored.steps)
    with turn(wait=0.0):
        trial = tried(base.run.solution, steps, effort, progress)
        result = _result(trial, steps, base, desk.clock())
    with desk.store.transaction() as record:
        actor = require_still(record, desk, Action.PLAN_CAPACITY, Action.SAVE_SCENARIO)
        if list(record.scenarios.get(number).steps) != list(stored.steps):
            raise ConflictError(
                "Somebody changed this scenario meanwhile.", next_step="Work it out again."
            )
        record.scenarios.change(number, result=result)
        done = replace(stored, result=result)
        as_now = replace(desk, actor=actor)
        note(as_now, record, done, desk.clock(), "worked out", run=base.number)
        return seen(record, record.scenarios.get(number))


def start_scenario(desk: Desk, number: int, saved: SavedRun | None = None) -> Job[Scenario]:
    """Work a scenario out in the background; arguments and errors as :func:`work_out`."""
    desk.require(Action.PLAN_CAPACITY)
    desk.require(Action.SAVE_SCENARIO)
    refuse_if_busy()

    def work(progress: Progress, effort: Effort) -> Scenario:
        return work_out(desk, number, saved, progress=progress, effort=effort)

    return Job(work, seconds=desk.settings.plan_seconds)


def plan_of_today(desk: Desk, saved: SavedRun | None = None) -> SavedRun:
    """Return the plan saved last, for somebody who may plan capacity.

    Whoever asks must hand on no more than the actor may see.

    Raises
    ------
    ConflictError
        If there is no plan, or the record moved since.
    """
    desk.require(Action.PLAN_CAPACITY)
    if saved is not None:
        with desk.store.reading() as record:
            if base_of(record) == {"run": saved.number, "data_version": saved.data_version}:
                return saved
    found = reopen(desk, Action.PLAN_CAPACITY)
    if found is None:
        raise ConflictError(
            "There is no plan of today's facts to try this on.",
            next_step="Make the plan first.",
        )
    return found


def _result(trial: Trial, steps: Steps, base: SavedRun, now: datetime) -> dict[str, Any]:
    """Return what came of a scenario as plain data; only codes, no fact of anybody."""
    moves = (*trial.difference.gained, *trial.difference.lost, *trial.difference.moved)
    return {
        "base": {"run": base.number, "data_version": base.data_version},
        "worked_at": now.astimezone(UTC).isoformat(),
        "figures": scenario_figures.to_plain(scenario_figures.figures(trial.after)),
        "moves": [
            [
                move.referral_id,
                *(None if at is None else list(at) for at in (move.before, move.after)),
            ]
            for move in moves
        ],
        "dropped": [list(seat[:2]) for seat in trial.dropped],
        "opened": {
            one.provider_id: one.name
            for one in trial.after.problem.provider_records
            if one.provider_id in trial.changed.opened
        },
        "invented": len(trial.changed.invented),
        "residents": _living_there(trial, steps),
    }


def _living_there(trial: Trial, steps: Steps) -> Mapping[str, int | None]:
    """Return how many people live at each place that would close, if anybody has counted."""
    problem = trial.before.problem
    closed = {step.provider_id for step in steps if isinstance(step, CloseProvider)}
    out: dict[str, int | None] = {}
    for home in problem.provider_records:
        if home.provider_id in closed:
            pools = [p for p in problem.pool_records if p.provider_id == home.provider_id]
            told = all(pool.beds_occupied is not None for pool in pools)
            known = home.residents is not None or (told and bool(pools))
            out[home.provider_id] = residents(home, pools) if known else None
    return out
