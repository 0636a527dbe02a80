"""Making a plan for everybody on the record, and finding it again."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matching.domain import geography
from matching.domain import policy as policies
from matching.domain.access import Action
from matching.domain.errors import ChoiceError, ConflictError
from matching.domain.policy import Policy
from matching.engine.effort import Effort
from matching.engine.problem import build
from matching.engine.solve import Progress
from matching.services.carrying import Dropped, keep_what_can_be, split_by_record
from matching.services.clock import end_what_is_due
from matching.services.decisions import Decision, Kind, choices_of
from matching.services.desk import Desk
from matching.services.executors import executor as processes
from matching.services.facts import Facts, facts_on, require_both
from matching.services.history import note_plan
from matching.services.planning import Run, make_run
from matching.services.proof import Stopped, why_stopped
from matching.services.still_allowed import require_still
from matching.services.stored import NOTHING_KEPT, Kept, kept_in, recalled, run_row
from matching.services.turn import turn
from matching.store.database import Reading
from matching.store.documents import PlanRun


@dataclass(frozen=True)
class SavedRun:
    """A run on the record.

    Attributes
    ----------
    number : int
    made_at : datetime
    made_by : str
    data_version : int
        State of the record that the plan was made from.
    run : Run
    kept : Kept
        Decisions in force, decisions dropped, and why the search ended.
    """

    number: int
    made_at: datetime
    made_by: str
    data_version: int
    run: Run
    kept: Kept = NOTHING_KEPT

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What people have decided, in force in this plan."""
        return self.kept.decisions

    @property
    def dropped(self) -> tuple[Dropped, ...]:
        """Decisions of the plan before that could not be carried over."""
        return self.kept.dropped

    @property
    def stopped(self) -> Stopped | None:
        """Why the plan is not proven, or ``None`` if it is."""
        return self.kept.stopped


def run_plan(
    desk: Desk,
    policy_name: str | None = None,
    *,
    progress: Progress | None = None,
    effort: Effort | None = None,
    executor: Executor | None = None,
) -> SavedRun:
    """Plan for everybody waiting and save the run: one transaction, one audit event.

    The plan is made outside the transaction, so that nobody waits for the
    solver; the record's version is kept with it. Decisions in force in the
    last plan are carried over; those that mean nothing any more, or cannot be
    had any more, are dropped and listed.

    Parameters
    ----------
    desk : Desk
    policy_name : str, optional
        By default the office's policy.
    progress : callable, optional
        Told each stage as it begins; raising stops the run with nothing saved.
    effort : Effort, optional
        A limit on the search; the best plan found by then is saved, with how
        far it is proven. By default the limit of the settings.
    executor : Executor, optional
        Solves the parts of the plan, such as that of a cluster; by default as
        many processes as the settings say.

    Returns
    -------
    SavedRun

    Raises
    ------
    PermissionDenied
        If the actor may not run plans.
    ConflictError
        If another plan is being made, or one of newer facts was saved meanwhile.
    InputError
        If nobody is waiting or there are no providers.
    EngineError
        If no trustworthy plan can be made; nothing is saved.
    """
    desk.require(Action.RUN_PLAN)
    policy = policies.load(policy_name or desk.settings.policy)
    end_what_is_due(desk.store, desk.settings, desk.clock())
    limit = Effort(desk.settings.plan_seconds) if effort is None else effort
    with turn(wait=0.0):
        with desk.store.reading() as record:
            facts = facts_on(record, policy)
            last = record.runs.latest()
        require_both(facts)
        # The day of the office decides what has lapsed and what is open, not that of UTC.
        now = desk.local(desk.clock())
        before = () if last is None else kept_in(last.document or {}).decisions
        decisions, dropped = split_by_record(
            before,
            facts.referrals,
            facts.providers,
            facts.pools,
            policy,
            now.date(),
            facts.people,
            facts.closed,
        )
        with processes(desk.settings.workers, executor) as pool:
            run, decisions, more = decided_run(
                facts, policy, now, decisions, progress, limit, pool
            )
    stopped = why_stopped(run.solution, limit)
    kept = Kept(decisions, (*dropped, *more), stopped, facts.choices)
    return save_run(desk, run, facts.version, now, kept, basis=before)


def decided_run(
    facts: Facts,
    policy: Policy,
    now: datetime,
    decisions: Sequence[Decision],
    progress: Progress | None,
    effort: Effort,
    executor: Executor | None,
    salt: str | None = None,
) -> tuple[Run, tuple[Decision, ...], tuple[Dropped, ...]]:
    """Make the plan with all decisions, or with as many as can be had together.

    Parameters
    ----------
    facts : Facts
    policy : Policy
    now : datetime
        The moment the plan is for.
    decisions : sequence of Decision
    progress, effort, executor
        As for :func:`run_plan`.
    salt : str, optional
        Salt of the tie-break.

    Returns
    -------
    run : Run
    kept : tuple of Decision
    dropped : tuple of Dropped
    """

    def made(some: Sequence[Decision]) -> Run:
        return make_run(
            facts.referrals,
            facts.providers,
            facts.pools,
            policy,
            now,
            choices=choices_of(some, facts.choices),
            salt=salt,
            progress=progress,
            effort=effort,
            executor=executor,
        )

    try:
        return made(decisions), tuple(decisions), ()
    except ChoiceError:
        free = made([one for one in decisions if one.matter.kind is not Kind.FORCE])
    return keep_what_can_be(
        free, decisions, settled=facts.choices, progress=progress, effort=effort
    )


def save_run(
    desk: Desk,
    run: Run,
    data_version: int,
    now: datetime,
    kept: Kept = NOTHING_KEPT,
    *,
    basis: Sequence[Decision] | None = None,
) -> SavedRun:
    """Save a finished run with its document and an audit event.

    The role is asked for again, since a plan takes a while: somebody who was demoted or
    disabled meanwhile saves nothing.

    Several plans may be made at once, by several processes. What one of them saved
    is never hidden by one made from older facts, nor by one that does not know of a
    decision taken meanwhile.

    Parameters
    ----------
    desk : Desk
    run : Run
    data_version : int
        State of the record that the plan was made from.
    now : datetime
    kept : Kept, optional
        Decisions and the end of the search; by default none.
    basis : sequence of Decision, optional
        The decisions that were in force in the plan saved last when this one was
        begun; by default whatever they are.

    Raises
    ------
    PermissionDenied
        If the actor may not save runs, or not any more.
    ConflictError
        If a plan of newer facts or with other decisions was saved meanwhile.
    """
    desk.require(Action.SAVE_RUN)
    plan = run.plan
    row = run_row(desk, run, data_version, now, kept)
    with desk.store.transaction() as record:
        actor = require_still(record, desk, Action.SAVE_RUN)
        _require_newest(record, data_version, basis)
        saved = record.runs.add(row)
        note_plan(record, desk, now, run.problem.size[0], len(plan.referral))
        record.audit.append(
            actor,
            now,
            Action.RUN_PLAN,
            object_kind="run",
            object_id=str(saved.id),
            details={
                "policy": plan.policy_name,
                "status": plan.status.value,
                "waiting": run.problem.size[0],
                "placed": len(plan.referral),
                "fingerprint": plan.problem_fingerprint,
                "decisions": len(kept.decisions),
                "decisions_dropped": len(kept.dropped),
            },
        )
    return SavedRun(int(saved.id or 0), now, desk.actor.name, data_version, run, kept)


def _require_newest(
    record: Reading, data_version: int, basis: Sequence[Decision] | None
) -> None:
    last = record.runs.latest()
    document = {} if last is None else last.document or {}
    if document.get("data_version", 0) > data_version:
        raise ConflictError(
            "A plan of newer facts was saved while this one was being made.",
            next_step="Open the plan saved last.",
        )
    if basis is not None and kept_in(document).decisions != tuple(basis):
        raise ConflictError(
            "Somebody decided on the plan while this one was being made.",
            next_step="Open the plan saved last, or make the plan again.",
        )


@dataclass(frozen=True, slots=True)
class LatestRun:
    """The plan saved last, as a document, and whether it is still of today's facts.

    Attributes
    ----------
    number : int
    made_at : datetime
    made_by : str
    document : dict
    record_moved : bool
        Whether providers or referrals changed since it was made.
    """

    number: int
    made_at: datetime
    made_by: str
    document: dict[str, Any]
    record_moved: bool


def latest_run(desk: Desk) -> LatestRun | None:
    """Return the plan saved last, or ``None`` before the first.

    Raises
    ------
    PermissionDenied
        If the actor may see neither cases nor gaps.
    """
    desk.require(Action.SEE_CASES)
    with desk.store.reading() as record:
        saved = record.runs.latest()
        version = record.data_version()
    if saved is None or saved.document is None:
        return None
    document = dict(saved.document)
    return LatestRun(
        number=int(saved.id or 0),
        made_at=saved.created_at,
        made_by=saved.actor,
        document=document,
        record_moved=document.get("data_version") != version,
    )


def reopen(desk: Desk, action: Action = Action.SEE_CASES) -> SavedRun | None:
    """Return the plan saved last with all that explains it.

    What was stored is put back and held against the record; it is not solved
    again, so that a plan that was stopped early is shown as it was. A plan of
    facts that have changed since is not explained by facts of today.

    Parameters
    ----------
    desk : Desk
    action : Action, optional
        What the run is opened for. Whoever opens it for less than seeing cases
        must hand on no more than counts.

    Returns
    -------
    SavedRun or None
        ``None`` if there is no plan, or the record moved since.

    Raises
    ------
    PermissionDenied
        If the actor may not do that.
    ConflictError
        If another plan is being made and does not end in time.
    """
    desk.require(action)
    with desk.store.reading() as record:
        saved = record.runs.latest()
        if saved is None or saved.document is None:
            return None
        if saved.document.get("data_version") != record.data_version():
            return None
        facts = facts_on(record, policies.load(saved.policy_name))
    kept = kept_in(saved.document)
    with turn():
        run = _put_back(saved, facts, desk.local(saved.as_of))
    if run is None:
        return None
    return SavedRun(int(saved.id or 0), saved.created_at, saved.actor, facts.version, run, kept)


def _put_back(saved: PlanRun, facts: Facts, as_of: datetime) -> Run | None:
    """Return a stored run as it was, or made again where it does not keep enough."""
    document = saved.document or {}
    policy = policies.load(saved.policy_name)
    if "tied_parts" in document:
        problem = build(facts.referrals, facts.providers, facts.pools, as_of, geography.load())
        return recalled(document, problem, policy)
    run = make_run(
        facts.referrals,
        facts.providers,
        facts.pools,
        policy,
        as_of,
        choices=facts.choices,
        salt=saved.salt,
    )
    same = run.plan.problem_fingerprint == saved.problem_fingerprint
    return run if same else None
