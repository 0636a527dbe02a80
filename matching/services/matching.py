"""Making a plan for everybody on the record, and finding it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matching.domain import policy as policies
from matching.domain.access import Action
from matching.domain.errors import InputError
from matching.engine.solve import Progress
from matching.services.desk import Desk
from matching.services.documents import plan_document
from matching.services.planning import Run, make_run
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
    """

    number: int
    made_at: datetime
    made_by: str
    data_version: int
    run: Run


def run_plan(
    desk: Desk, policy_name: str | None = None, *, progress: Progress | None = None
) -> SavedRun:
    """Plan for everybody waiting and save the run: one transaction, one audit event.

    The plan is made outside the transaction, so that nobody waits for the
    solver; the record's version is kept with it.

    Parameters
    ----------
    desk : Desk
    policy_name : str, optional
        By default the office's policy.
    progress : callable, optional
        Told each stage as it begins; raising stops the run with nothing saved.

    Returns
    -------
    SavedRun

    Raises
    ------
    PermissionDenied
        If the actor may not run plans.
    InputError
        If nobody is waiting or there are no providers.
    EngineError
        If no trustworthy plan can be made; nothing is saved.
    """
    desk.require(Action.RUN_PLAN)
    policy = policies.load(policy_name or desk.settings.policy)
    with desk.store.reading() as record:
        providers, pools = record.providers.all()
        referrals = record.referrals.all()
        version = record.data_version()
    if not referrals or not providers:
        missing = "referrals" if not referrals else "providers"
        raise InputError(
            f"There are no {missing} on the record, so there is nothing to plan.",
            next_step=f"Upload {missing} or load the sample data.",
        )
    now = desk.clock()
    run = make_run(referrals, providers, pools, policy, now, progress=progress)
    return save_run(desk, run, version, now)


def save_run(desk: Desk, run: Run, data_version: int, now: datetime) -> SavedRun:
    """Save a finished run with its document and an audit event.

    Raises
    ------
    PermissionDenied
        If the actor may not save runs.
    """
    desk.require(Action.SAVE_RUN)
    plan = run.plan
    document = {**plan_document(run), "data_version": data_version}
    with desk.store.transaction() as record:
        saved = record.runs.add(
            PlanRun(
                created_at=now,
                actor=desk.actor.name,
                policy_name=plan.policy_name,
                policy_version=plan.policy_version,
                policy_fingerprint=plan.policy_fingerprint,
                problem_fingerprint=plan.problem_fingerprint,
                as_of=run.problem.as_of,
                status=plan.status.value,
                objective=plan.objective,
                bound=plan.bound,
                verified=plan.verified,
                engine_version=plan.versions["matching"],
                solver_version=plan.versions["ortools"],
                salt=plan.salt,
                document=document,
            )
        )
        record.audit.append(
            desk.actor,
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
            },
        )
    return SavedRun(int(saved.id or 0), now, desk.actor.name, data_version, run)


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

    The plan is made again from the record at its own moment and compared with
    its fingerprint; a plan of facts that have changed since is not explained
    by facts of today.

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
    """
    desk.require(action)
    with desk.store.reading() as record:
        saved = record.runs.latest()
        version = record.data_version()
        if saved is None or saved.document is None:
            return None
        if saved.document.get("data_version") != version:
            return None
        providers, pools = record.providers.all()
        referrals = record.referrals.all()
    policy = policies.load(saved.policy_name)
    run = make_run(referrals, providers, pools, policy, saved.as_of, salt=saved.salt)
    if run.plan.problem_fingerprint != saved.problem_fingerprint:
        return None
    return SavedRun(int(saved.id or 0), saved.created_at, saved.actor, version, run)
