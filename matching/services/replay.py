"""A stored plan made again from the record: the same plan, or what differs.

Everything that led to the plan is held against what there is now: the records,
the policy, the decisions, the software. Then the plan is made again, at its own
moment and with its own salt, and compared place by place.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from matching.domain import geography
from matching.domain import policy as policies
from matching.domain.access import Action, allows
from matching.domain.errors import MatchingError, PolicyError, StoreError
from matching.domain.policy import Policy
from matching.engine.allowed import with_groups
from matching.engine.certificate import check_certificate
from matching.engine.choices import Choices
from matching.engine.effort import Effort
from matching.engine.plan import Plan, Status
from matching.engine.problem import Problem, build
from matching.engine.solve import Progress, work_out
from matching.engine.verify import verify
from matching.insight.difference import Placings, difference, stored_placings
from matching.services.carrying import split_by_record
from matching.services.decisions import Decision, choices_of
from matching.services.desk import Desk
from matching.services.documents import plan_document
from matching.services.executors import executor
from matching.services.facts import Facts, facts_on
from matching.services.marks import differences, marks
from matching.services.planning import Run
from matching.services.stored import certificate_in, kept_in, plan_in
from matching.services.turn import turn
from matching.store.documents import PlanRun
from matching.store.forgetting import REMOVED_PEOPLE

#: Case references and codes named in one sentence before the rest is counted.
NAMED = 20


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of making a stored plan again.

    Attributes
    ----------
    number : int
        Of the stored plan.
    made_at : datetime
    same : bool
        Whether nothing differs: neither what the plan was made from, nor how,
        nor the plan itself.
    plan_same : bool
        Whether the plan itself is the same, whatever else differs.
    differences : tuple of str
        What differs, in plain sentences.
    notes : tuple of str
        What must be known to read the result.
    """

    number: int
    made_at: datetime
    same: bool
    plan_same: bool
    differences: tuple[str, ...]
    notes: tuple[str, ...]


def replay(
    desk: Desk,
    number: int,
    *,
    progress: Progress | None = None,
    effort: Effort | None = None,
) -> Replayed:
    """Make a stored plan again from the record, and say what differs.

    A plan that was stopped before its proof is compared on its own terms: it
    must keep every rule, and the plan made again must lie within what the
    stored one said could still be better.

    Case references and codes are named only to those who may see cases. An
    audit event says who replayed which plan, and whether it came out the same.

    Parameters
    ----------
    desk : Desk
    number : int
        Of the stored plan.
    progress : callable, optional
        Told each stage as it begins.
    effort : Effort, optional
        A limit on the search; by default that of the settings.

    Returns
    -------
    Replayed

    Raises
    ------
    PermissionDenied
        If the actor may not replay plans.
    NotFound
        If there is no plan of that number.
    ConflictError
        If another plan is being made.
    """
    desk.require(Action.REPLAY_PLAN)
    with desk.store.reading() as record:
        saved = record.runs.get(number)
        facts = facts_on(record, _policy_of(saved))
    limit = Effort(desk.settings.plan_seconds) if effort is None else effort
    names = allows(desk.actor.role, Action.SEE_CASES)
    saved = replace(saved, as_of=desk.local(saved.as_of))
    work = _Replay(saved, facts, names=names, today=desk.local(saved.created_at).date())
    with turn(wait=0.0), executor(desk.settings.workers) as pool:
        work.run(progress, limit, pool)
    found = Replayed(
        number=number,
        made_at=saved.created_at,
        same=not work.said,
        plan_same=work.plan_same,
        differences=tuple(work.said),
        notes=tuple(work.notes),
    )
    with desk.store.transaction() as record:
        record.audit.append(
            desk.actor,
            desk.clock(),
            Action.REPLAY_PLAN,
            object_kind="run",
            object_id=str(number),
            details={
                "same": found.same,
                "plan_same": found.plan_same,
                "differences": len(found.differences),
            },
        )
    return found


def _policy_of(saved: PlanRun) -> Policy | None:
    """Return the policy of a plan, or ``None`` if there is none such any more."""
    try:
        return policies.load(saved.policy_name)
    except PolicyError:
        return None


class _Replay:
    """One stored plan held against the record of now."""

    def __init__(self, saved: PlanRun, facts: Facts, *, names: bool, today: date) -> None:
        self.saved, self.facts = saved, facts
        self.document: Mapping[str, Any] = saved.document or {}
        self.said: list[str] = []
        self.notes: list[str] = []
        self.plan_same = False
        self._names = names
        self._today = today

    def run(self, progress: Progress | None, effort: Effort, pool: Executor | None) -> None:
        """Compare everything; what differs stands in ``said`` afterwards."""
        saved = self.saved
        removed = self.document.get(REMOVED_PEOPLE, 0)
        if removed:
            people = "1 person" if removed == 1 else f"{removed:,} people"
            self.said.append(
                f"{people} of this plan were removed under the retention rule, or because they "
                "asked for it: it cannot be made again."
            )
            return
        policy = self._policy()
        if policy is None:
            return
        problem = build(
            self.facts.referrals,
            self.facts.providers,
            self.facts.pools,
            saved.as_of,
            geography.load(),
        )
        same_facts = problem.fingerprint() == saved.problem_fingerprint
        if not same_facts:
            self._say_records(problem)
        settled = kept_in(self.document).settled
        choices = choices_of(self._decisions(policy), settled)
        try:
            solution = work_out(
                problem,
                policy,
                choices=choices,
                salt=saved.salt,
                progress=progress,
                effort=effort,
                executor=pool,
            )
        except MatchingError as error:
            self.said.append(f"The plan cannot be made again: {error.message}")
            return
        new = Run(solution)
        self._say_versions(new.plan)
        old = self._stored_plan(problem)
        if old is not None:
            self._say_certificate(old, policy, choices, new)
        if saved.status != Status.FEASIBLE.value:
            self._compare(new)
        elif old is not None:
            self._compare_stopped(old, policy, choices, new)

    # -- what the plan was made from ---------------------------------------------------

    def _policy(self) -> Policy | None:
        saved = self.saved
        try:
            policy = policies.load(saved.policy_name)
        except PolicyError as error:
            self.said.append(f"The plan cannot be made again: {error.message}")
            return None
        if policy.fingerprint() == saved.policy_fingerprint:
            return policy
        if policy.version == saved.policy_version:
            said = f"says something else now, under the same version {policy.version}."
        else:
            said = f"was of version {saved.policy_version} then and is {policy.version} now."
        self.said.append(f"The policy '{policy.name}' {said}")
        return policy

    def _say_records(self, problem: Problem) -> None:
        before = self.document.get("records")
        if before is None:
            self.said.append(
                "The records are not those of the plan; this plan does not keep which."
            )
            return
        now = marks(
            problem.referral_records,
            problem.provider_records,
            problem.pool_records,
            self.saved.problem_fingerprint,
        )
        found = differences(before, now)
        for one in found:
            self.said += one.sentences(NAMED if self._names else 0)
        if not found:
            self.said.append(
                "No record changed, but this version of the software reads them differently."
            )

    def _decisions(self, policy: Policy) -> tuple[Decision, ...]:
        kept, dropped = split_by_record(
            kept_in(self.document).decisions,
            self.facts.referrals,
            self.facts.providers,
            self.facts.pools,
            policy,
            self._today,
            self.facts.people,
            self.facts.closed,
        )
        for one in dropped:
            self.said.append(
                one.sentence({})
                if self._names
                else f"A decision in force then means nothing now: {one.why}"
            )
        return kept

    def _say_versions(self, new: Plan) -> None:
        before = (self.saved.engine_version, self.saved.solver_version)
        now = (new.versions["matching"], new.versions["ortools"])
        for what, old, other in zip(("software", "solver"), before, now, strict=True):
            if old != other:
                self.said.append(f"The {what} was of version {old} then and is {other} now.")

    # -- the plan itself ---------------------------------------------------------------

    def _compare(self, new: Run) -> None:
        """Compare two proven plans, place by place."""
        before = len(self.said)
        if new.plan.status is Status.FEASIBLE:
            self.said.append(
                "The plan was proven then; made again, it was not proven in the time given."
            )
        old = self._placings(self.document)
        if old is None:
            return
        document = plan_document(new)
        self._say_places(old, stored_placings(document))
        for key, what in (
            ("objective", "total preference cost"),
            ("bound", "least preference cost"),
            ("tiers", "number placed and possible by priority"),
        ):
            if document[key] != self.document.get(key):
                self.said.append(f"The {what} differs.")
        self.plan_same = len(self.said) == before

    def _placings(self, document: Mapping[str, Any]) -> Placings | None:
        try:
            return stored_placings(document)
        except StoreError as error:
            self.said.append(error.message)
            return None

    def _say_places(self, old: Placings, new: Placings) -> None:
        found = difference(old, new)
        if not found:
            return
        if self._names:
            said = list(found.sentences())
            more = len(said) - NAMED
            self.said += said[:NAMED]
            if more > 0:
                self.said.append(f"And {more:,} more places differ.")
            return
        sides = (found.gained, found.lost, found.moved, found.shifted, found.new, found.gone)
        number = sum(map(len, sides))
        self.said.append(
            f"The places of {number:,} {'person differs' if number == 1 else 'people differ'}."
        )

    def _compare_stopped(self, old: Plan, policy: Policy, choices: Choices, new: Run) -> None:
        """Hold a plan that was stopped against its own terms."""
        self.notes.append(
            "This plan was stopped before its proof was complete, so that its places need not "
            "come out again. It is held against the rules, and against what it said could "
            "still be better."
        )
        before = len(self.said)
        wrong = verify(new.problem, policy, old, with_groups(new.problem, policy, choices))
        if wrong:
            self.said += (
                wrong[:NAMED]
                if self._names
                else [f"The stored plan breaks {len(wrong)} rules."]
            )
        self.said += _outside(old, new.plan)
        self.plan_same = len(self.said) == before

    def _stored_plan(self, problem: Problem) -> Plan | None:
        """Return the stored plan in positions of the record of now."""
        try:
            return plan_in(self.document, problem)
        except StoreError as error:
            self.said.append(error.message)
            return None

    def _say_certificate(self, old: Plan, policy: Policy, choices: Choices, new: Run) -> None:
        """Check the prices that proved the plan, without a solver."""
        try:
            proof = certificate_in(self.document)
        except StoreError as error:
            self.said.append(error.message)
            return
        if proof is None:
            self.notes.append("No certificate was stored with this plan.")
            return
        wrong = check_certificate(new.problem, policy, old, proof, choices)
        if wrong:
            why = f" {wrong[0]}" if self._names else ""
            self.said.append(f"The certificate of the plan is no longer valid.{why}")


def _outside(old: Plan, new: Plan) -> list[str]:
    """Return where a plan made again lies outside what a stopped one claimed."""
    out = []
    for then, now in zip(old.tiers, new.tiers, strict=False):
        if now.placed > then.most:
            out.append(
                f"More people of the priority '{then.tier}' have a place now than the stored "
                "plan said could have one."
            )
        if then.placed > now.most:
            out.append(
                f"More people of the priority '{then.tier}' had a place in the stored plan "
                "than can have one now."
            )
        if now.placed != then.placed:
            # What the later tiers can have depends on the tiers before.
            break
    return out
