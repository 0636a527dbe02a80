"""A plan as it is kept on the record, and put back from there.

What is kept names cases and places by their codes, and holds no fact about
anybody: of each record only a mark that tells whether it is another one now.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from matching.domain.errors import EngineError, InputError, StoreError
from matching.domain.policy import Policy
from matching.engine.certificate import Certificate, certificate
from matching.engine.choices import NO_CHOICES, Choices
from matching.engine.judge import BIT
from matching.engine.plan import Plan, Status, TierCount
from matching.engine.problem import Problem
from matching.engine.recall import recall
from matching.engine.solution import Method, Part
from matching.services.carrying import Dropped, dropped_from_plain, dropped_to_plain
from matching.services.decisions import Decision, choices_of, from_plain, to_plain
from matching.services.desk import Desk
from matching.services.documents import plan_document
from matching.services.marks import marks
from matching.services.planning import Run
from matching.services.proof import Stopped, stopped_of
from matching.services.settled_choices import settled_from_plain, settled_to_plain
from matching.store.documents import PlanRun


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a run besides the plan itself.

    Attributes
    ----------
    decisions : tuple of Decision
        In force in this plan.
    dropped : tuple of Dropped
        In force before, and not carried over into it.
    stopped : Stopped or None
        Why the proof is missing, where it is.
    settled : Choices
        What followed from who lived where and who was being called about.
    """

    decisions: tuple[Decision, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    stopped: Stopped | None = None
    settled: Choices = NO_CHOICES


#: Nobody has decided anything, and the search was not cut short.
NOTHING_KEPT = Kept()


def run_row(desk: Desk, run: Run, data_version: int, now: datetime, kept: Kept) -> PlanRun:
    """Return a run as it is put on the record."""
    plan = run.plan
    return PlanRun(
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
        document=stored_document(run, data_version, kept),
    )


def stored_document(run: Run, data_version: int, kept: Kept) -> dict[str, Any]:
    """Return everything that is kept of a run, ready for JSON.

    Parameters
    ----------
    run : Run
    data_version : int
        State of the record that the plan was made from.
    kept : Kept

    Raises
    ------
    EngineError
        If the plan cannot be proven as far as it says.
    """
    problem = run.problem
    return {
        **plan_document(run, kept.stopped),
        "data_version": data_version,
        "choices": to_plain(kept.decisions),
        "settled_choices": settled_to_plain(kept.settled),
        "choices_fingerprint": run.plan.choices_fingerprint,
        "dropped_choices": dropped_to_plain(kept.dropped),
        "tied_parts": [
            _part_row(problem, part)
            for part in run.solution.parts
            if part.method is not Method.FLOW
        ],
        "certificate": json.loads(certificate(run.solution).to_json()),
        "records": marks(
            problem.referral_records,
            problem.provider_records,
            problem.pool_records,
            run.plan.problem_fingerprint,
        ),
    }


def kept_in(document: Mapping[str, Any]) -> Kept:
    """Return what a document keeps besides the plan; older ones keep nothing.

    Raises
    ------
    StoreError
        If this version cannot read it.
    """
    return Kept(
        decisions=from_plain(document.get("choices", ())),
        dropped=dropped_from_plain(document.get("dropped_choices", ())),
        stopped=stopped_of(document),
        settled=settled_from_plain(document.get("settled_choices", {})),
    )


def certificate_in(document: Mapping[str, Any]) -> Certificate | None:
    """Return the certificate of a stored plan; ``None`` if it has none.

    Raises
    ------
    StoreError
        If this version cannot read it.
    """
    found = document.get("certificate")
    if found is None:
        return None
    try:
        return Certificate.from_json(json.dumps(found))
    except InputError:
        raise StoreError(
            "The certificate stored with the plan cannot be read by this version.",
            next_step="Use the version of the software that wrote it, or a newer one.",
        ) from None


def _part_row(problem: Problem, part: Part) -> dict[str, Any]:
    return {
        "first": problem.referral_ids[int(part.members[0])],
        "people": len(part.members),
        "method": part.method.value,
        "more": list(part.more),
        "gap": part.gap,
    }


def plan_in(document: Mapping[str, Any], problem: Problem) -> Plan:
    """Return the plan that a document holds, in positions of a problem.

    Raises
    ------
    StoreError
        If the document cannot be read, or names cases or beds that the problem
        does not have.
    """
    rows = {name: row for row, name in enumerate(problem.referral_ids)}
    beds = {key: row for row, key in enumerate(problem.pool_keys)}
    try:
        placed = sorted(
            (
                rows[one["referral"]],
                beds[one["provider"], one["bed_pool"]],
                int(one["cost"]),
                sum(1 << BIT[code] for code in one["ask"]),
            )
            for one in document["placements"]
        )
        return Plan(
            status=Status(document["status"]),
            referral=_column(placed, 0, np.int32),
            pool=_column(placed, 1, np.int32),
            cost=_column(placed, 2, np.int64),
            unknown=_column(placed, 3, np.uint64),
            objective=document["objective"],
            bound=document["bound"],
            tiers=tuple(
                TierCount(one["tier"], one["waiting"], one["placed"], one["most"])
                for one in document["tiers"]
            ),
            salt=document["salt"],
            pairs=document["pairs"],
            eligible=document["eligible_pairs"],
            problem_fingerprint=document["fingerprint"],
            policy_fingerprint=document["policy_fingerprint"],
            policy_name=document["policy"],
            policy_version=document["policy_version"],
            choices_fingerprint=document.get("choices_fingerprint", ""),
            versions=dict(document["versions"]),
            seconds=dict(document["seconds"]),
        )
    except (KeyError, TypeError, ValueError):
        raise StoreError(
            "The stored plan cannot be read, or names cases or beds that are gone.",
            next_step="Make the plan again.",
        ) from None


def _column(rows: Sequence[tuple[int, ...]], k: int, kind: Any) -> Any:
    return np.array([row[k] for row in rows], dtype=kind)


def recalled(document: Mapping[str, Any], problem: Problem, policy: Policy) -> Run | None:
    """Return a stored run as it was, without solving it again.

    Parameters
    ----------
    document : mapping
    problem : Problem
    policy : Policy

    Returns
    -------
    Run or None
        ``None`` if the problem or the policy is another one now, or the
        document is of a version that did not keep enough.
    """
    if "tied_parts" not in document:
        return None
    if document["policy_fingerprint"] != policy.fingerprint():
        return None
    if document["fingerprint"] != problem.fingerprint():
        return None
    none = np.zeros(0, dtype=np.int64)
    parts = {
        row["first"]: Part(none, Method(row["method"]), tuple(row["more"]), row["gap"])
        for row in document["tied_parts"]
    }
    kept = kept_in(document)
    choices = choices_of(kept.decisions, kept.settled)
    try:
        plan = plan_in(document, problem)
        return Run(recall(problem, policy, plan, parts, choices=choices))
    except (EngineError, StoreError):
        # A version of the software that reads the same facts another way.
        return None
