"""People decide on a plan: tried out first, with the difference shown, then accepted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from matching.domain.access import Action
from matching.domain.errors import ConflictError, InputError, NotFound
from matching.engine.effort import Effort
from matching.engine.solve import Progress, again
from matching.insight.difference import Difference, difference, placings
from matching.services.decisions import (
    Decision,
    Kind,
    Matter,
    Reason,
    choices_of,
    sentence,
    who_and_why,
    with_decision,
)
from matching.services.desk import Desk
from matching.services.history import note_plan
from matching.services.matching import SavedRun
from matching.services.planning import Run
from matching.services.proof import why_stopped
from matching.services.rights import ACTIONS, may_decide, require_right
from matching.services.stored import Kept, kept_in, run_row
from matching.services.turn import turn

__all__ = [
    "TRIAL_SECONDS",
    "InForce",
    "Trial",
    "Wish",
    "accept",
    "decisions",
    "dropped",
    "may_decide",
    "needs_reason",
    "take_back",
    "try_out",
]

#: Seconds that a decision tried out may take before the best found is shown.
TRIAL_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to decide, or to take back.

    Attributes
    ----------
    matter : Matter
        See :func:`matching.services.decisions.force` and the others there.
    reason : Reason or None
        Needed to waive a rule and to split a group; for a place that is chosen or
        excluded by hand it may be said when the plan is kept.
    until : date or None
        Last day in force; needed to waive a rule and to split a group.
    back : bool
        Whether the decision on this matter is to be taken back.
    """

    matter: Matter
    reason: Reason | None = None
    until: date | None = None
    back: bool = False


def take_back(decision: Decision) -> Wish:
    """Return the wish that a decision holds no more."""
    return Wish(decision.matter, back=True)


@dataclass(frozen=True, slots=True)
class InForce:
    """A decision in force, in words.

    Attributes
    ----------
    decision : Decision
    sentence : str
        What was decided.
    who : str
        Who decided, when, why and until when.
    """

    decision: Decision
    sentence: str
    who: str


@dataclass(frozen=True, slots=True)
class Trial:
    """A plan under one decision more or less; nothing of it is stored.

    Attributes
    ----------
    basis : SavedRun
        The plan shown.
    wish : Wish
    decisions : tuple of Decision
        All that are in force if this is accepted.
    sentence : str
        What would be decided.
    run : Run
        The plan as it would be.
    difference : Difference
        From the plan shown; its sentences say what changes for whom.
    kept : Kept
        What would be stored with it.
    """

    basis: SavedRun
    wish: Wish
    decisions: tuple[Decision, ...]
    sentence: str
    run: Run
    difference: Difference
    kept: Kept


def decisions(desk: Desk) -> tuple[InForce, ...]:
    """Return the decisions in force in the plan saved last, in the order they were made.

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    """
    desk.require(Action.SEE_CASES)
    kept, names = _last_kept(desk)
    return tuple(
        InForce(one, sentence(one.matter, names), who_and_why(one, desk.local(one.at)))
        for one in kept.decisions
    )


def dropped(desk: Desk) -> tuple[str, ...]:
    """Return what the plan saved last could not carry over, in sentences.

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    """
    desk.require(Action.SEE_CASES)
    kept, names = _last_kept(desk)
    return tuple(one.sentence(names) for one in kept.dropped)


def _last_kept(desk: Desk) -> tuple[Kept, dict[str, str]]:
    with desk.store.reading() as record:
        last = record.runs.latest()
        providers, _ = record.providers.all()
    names = {one.provider_id: one.name for one in providers if one.name}
    return kept_in({} if last is None else last.document or {}), names


def try_out(
    desk: Desk,
    saved: SavedRun,
    wish: Wish,
    *,
    progress: Progress | None = None,
    effort: Effort | None = None,
) -> Trial:
    """Make the plan shown again with one decision more or less; store nothing.

    Parameters
    ----------
    desk : Desk
    saved : SavedRun
        The plan shown.
    wish : Wish
    progress : callable, optional
        Told each stage as it begins.
    effort : Effort, optional
        A limit on the search; by default :data:`TRIAL_SECONDS`.

    Returns
    -------
    Trial

    Raises
    ------
    PermissionDenied
        If the actor, or the actor's role under the policy, may not decide this.
    InputError
        If a reason or an end is missing, or the rule cannot be waived.
    NotFound
        If the case, the place, the group or the decision is not in the plan.
    ChoiceError
        If it cannot be done; the message says why.
    ConflictError
        If another plan is being made and does not end in time.
    """
    run, policy = saved.run, saved.run.policy
    require_right(desk, policy, wish.matter)
    _require_in(run, wish.matter)
    after = _after(desk, saved, wish)
    limit = Effort(TRIAL_SECONDS) if effort is None else effort
    with turn():
        choices = choices_of(after, saved.kept.settled)
        solution = again(run.solution, choices, progress=progress, effort=limit)
    names = {p.provider_id: p.name for p in run.problem.provider_records if p.name}
    said = sentence(wish.matter, names)
    return Trial(
        basis=saved,
        wish=wish,
        decisions=after,
        sentence=f"Taken back: {said}" if wish.back else said,
        run=Run(solution),
        difference=difference(placings(run.solution), placings(solution)),
        kept=Kept(after, saved.dropped, why_stopped(solution, limit), saved.kept.settled),
    )


def needs_reason(wish: Wish) -> bool:
    """Tell whether a decision goes against the plan, so that somebody must say why.

    That somebody is calling about a proposal does not, nor does taking one back.
    """
    return not wish.back and wish.matter.kind is not Kind.CALLING


def accept(desk: Desk, trial: Trial, reason: Reason | None = None) -> SavedRun:
    """Save a plan tried out: one transaction, one audit event.

    Parameters
    ----------
    desk : Desk
    trial : Trial
    reason : Reason, optional
        Why, if it was not said when it was tried out.

    Returns
    -------
    SavedRun

    Raises
    ------
    PermissionDenied
        If the actor may not decide this.
    InputError
        If it goes against the plan and nobody has said why.
    ConflictError
        If the record moved or another plan was saved meanwhile; nothing is saved.
    """
    matter, basis = trial.wish.matter, trial.basis
    require_right(desk, basis.run.policy, matter)
    desk.require(Action.SAVE_RUN)
    trial = _with_reason(trial, reason)
    now = desk.clock()
    row = run_row(desk, trial.run, basis.data_version, now, trial.kept)
    with desk.store.transaction() as record:
        newest = record.runs.list(limit=1)
        _require_unmoved(basis, record.data_version(), newest[0].id if newest else None)
        saved = record.runs.add(row)
        run = trial.run
        note_plan(record, desk, now, run.problem.size[0], len(run.plan.referral))
        record.audit.append(
            desk.actor,
            now,
            ACTIONS[matter.kind],
            object_kind="group" if matter.kind is Kind.SPLIT else "referral",
            object_id=matter.group or matter.case or "",
            reason="" if trial.wish.reason is None else trial.wish.reason.value,
            details=_details(trial, int(saved.id or 0)),
        )
    number = int(saved.id or 0)
    return SavedRun(number, now, desk.actor.name, basis.data_version, trial.run, trial.kept)


def _with_reason(trial: Trial, reason: Reason | None) -> Trial:
    """Return a trial with why, in what is stored too."""
    wish = trial.wish
    if not needs_reason(wish):
        return trial
    why = wish.reason or reason
    if why is None:
        raise InputError(
            "A decision that goes against the plan needs a reason.",
            next_step="Choose one, then keep the plan.",
        )
    decided = tuple(
        replace(one, reason=why) if one.matter == wish.matter else one
        for one in trial.decisions
    )
    return replace(
        trial,
        wish=replace(wish, reason=why),
        decisions=decided,
        kept=replace(trial.kept, decisions=decided),
    )


def _details(trial: Trial, number: int) -> dict[str, object]:
    """Return what the audit event says: codes and counts, no personal fact."""
    matter, wish = trial.wish.matter, trial.wish
    found = trial.difference
    return {
        "kind": matter.kind.value,
        "taken_back": wish.back,
        "provider": matter.provider_id,
        "bed_pool": matter.pool_id,
        "rule": matter.rule,
        "until": None if wish.until is None else wish.until.isoformat(),
        "plan_before": trial.basis.number,
        "plan": number,
        "placed_before": len(trial.basis.run.plan.referral),
        "placed": len(trial.run.plan.referral),
        "moved": len(found.moved) + len(found.shifted),
    }


def _require_unmoved(basis: SavedRun, version: int, newest: int | None) -> None:
    if version != basis.data_version:
        raise ConflictError(
            "Records changed since this plan was made.",
            next_step="Make the plan again, then decide on the new one.",
        )
    if newest != basis.number:
        raise ConflictError(
            "Somebody saved another plan meanwhile.",
            next_step="Open the plan saved last and decide on that one.",
        )


def _after(desk: Desk, saved: SavedRun, wish: Wish) -> tuple[Decision, ...]:
    """Return the decisions in force if a wish is accepted."""
    if wish.back:
        left = tuple(one for one in saved.decisions if one.matter != wish.matter)
        if len(left) == len(saved.decisions):
            raise NotFound(
                "This decision is not in force in the plan shown.",
                next_step="Open the plan saved last.",
            )
        return left
    now = desk.clock()
    if wish.matter.kind in (Kind.SPLIT, Kind.WAIVE):
        _require_reason(wish, desk.local(now))
    new = Decision(wish.matter, desk.actor.name, desk.actor.role, now, wish.reason, wish.until)
    return with_decision(saved.decisions, new)


def _require_reason(wish: Wish, now: datetime) -> None:
    if wish.reason is None or wish.until is None:
        raise InputError(
            "A waiver needs a reason and a last day.", next_step="Choose both and try again."
        )
    if wish.until < now.date():
        raise InputError(
            "The last day of the waiver has passed.", next_step="Choose a day to come."
        )


def _require_in(run: Run, matter: Matter) -> None:
    """Refuse a matter about somebody or something that is not in the plan.

    Raises
    ------
    NotFound
    """
    problem = run.problem
    if matter.case is not None:
        run.row(matter.case)
    groups = {one.group_id for one in problem.referral_records}
    place = (matter.provider_id, matter.pool_id)
    missing = None
    if matter.group is not None and matter.group not in groups:
        missing = "group"
    elif matter.provider_id is not None and matter.provider_id not in problem.provider_ids:
        missing = "provider"
    elif matter.pool_id is not None and place not in set(problem.pool_keys):
        missing = "bed pool"
    if missing is not None:
        raise NotFound(
            f"This {missing} is not part of the plan.", next_step="Make the plan again."
        )
