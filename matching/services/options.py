"""The other places of a case, each with what it would change for everybody else."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from matching.domain.access import Action
from matching.domain.errors import ConflictError
from matching.engine.consequences import Consequence
from matching.engine.effort import Effort
from matching.engine.ledger import By
from matching.engine.solution import Method
from matching.engine.solve import Progress
from matching.insight.asking import distinct
from matching.insight.consequences import sentences
from matching.insight.explain import Option
from matching.services.case_views import standing_options
from matching.services.decisions import Decision, Kind
from matching.services.desk import Desk
from matching.services.jobs import Job, refuse_if_busy
from matching.services.matching import SavedRun
from matching.services.planning import Run
from matching.services.turn import turn

#: Seconds a page waits for consequences that need the plan to be made again.
AT_ONCE_SECONDS = 2.0
#: Seconds of work on all of them, when asked for.
LONG_SECONDS = 120.0
#: Said where somebody decided on another place for the person.
DECIDED = (
    "It was decided where this person goes: take that back to see what this place would change."
)


@dataclass(frozen=True, slots=True)
class Alternative:
    """One other place of a case.

    Attributes
    ----------
    option : Option
        The place, with its points.
    questions : tuple of str
        What must be asked before placing.
    sentences : tuple of str
        What it would change for everybody else: the moves it sets off, what
        that costs all together, and how sure it is.
    moves : int
        How many others would be elsewhere.
    gains, loses : tuple of str
        Cases among them that would have a place and had none, and that would
        be left without theirs.
    possible : bool
        Whether it can be done beside what people have decided.
    exact : bool
        Whether no plan with this place does better, by proof.
    worked_out : bool
        Whether the consequence is known at all.
    forced : bool
        Whether it was decided that the person goes there.
    """

    option: Option
    questions: tuple[str, ...]
    sentences: tuple[str, ...]
    moves: int
    gains: tuple[str, ...]
    loses: tuple[str, ...]
    possible: bool
    exact: bool
    worked_out: bool
    forced: bool


@dataclass(frozen=True, slots=True)
class CaseOptions:
    """The other places of a case, and what was decided about its places.

    Attributes
    ----------
    case : str
    others : tuple of Alternative
        In the order of preference, the proposal left out.
    proposal_forced : bool
        Whether somebody decided on the place that the plan proposes.
    forbidden : tuple of Decision
        Places that somebody ruled out for this case, to be taken back.
    complete : bool
        Whether every consequence is worked out and exact.
    """

    case: str
    others: tuple[Alternative, ...]
    proposal_forced: bool
    forbidden: tuple[Decision, ...]
    complete: bool


def case_options(
    desk: Desk,
    saved: SavedRun,
    case: str,
    *,
    pools: Collection[int] | None = None,
    progress: Progress | None = None,
    effort: Effort | None = None,
) -> CaseOptions:
    """Return the other places of a case with their consequences.

    Where nothing ties people together, all are known at once. Where the plan
    has to be made again for them, as many are worked out as the effort allows.

    Parameters
    ----------
    desk : Desk
    saved : SavedRun
        The plan shown.
    case : str
    pools : collection of int, optional
        Only these bed pools, by position; by default every other place.
    progress : callable, optional
        Told which of the places is worked out, as "3 of 10".
    effort : Effort, optional
        By default :data:`AT_ONCE_SECONDS`.

    Returns
    -------
    CaseOptions

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    NotFound
        If the case is not part of the plan.
    """
    desk.require(Action.SEE_CASES)
    run = saved.run
    row = run.row(case)
    explanation = run.case(case)
    limit = Effort(AT_ONCE_SECONDS) if effort is None else effort
    options = [
        option
        for option in standing_options(explanation)
        if pools is None or option.pool in pools
    ]
    known = _consequences(run, row, options, limit, progress)
    mine = [one for one in saved.decisions if one.matter.case == case]
    forced = [one for one in mine if one.matter.kind is Kind.FORCE]
    others = tuple(
        _alternative(run, option, known.get(option.pool), forced=forced) for option in options
    )
    return CaseOptions(
        case=case,
        others=others,
        proposal_forced=bool(forced),
        forbidden=tuple(one for one in mine if one.matter.kind is Kind.FORBID),
        complete=all(one.worked_out and one.exact for one in others),
    )


def start_case_options(
    desk: Desk, saved: SavedRun, case: str, *, seconds: float | None = None
) -> Job[CaseOptions]:
    """Work out every consequence in the background; stopped, it keeps what is known.

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    NotFound
        If the case is not part of the plan.
    ConflictError
        If another plan is being made.
    """
    desk.require(Action.SEE_CASES)
    saved.run.row(case)
    refuse_if_busy()

    def work(progress: Progress, effort: Effort) -> CaseOptions:
        progress("options")
        return case_options(desk, saved, case, effort=effort)

    return Job(work, seconds=LONG_SECONDS if seconds is None else seconds)


def _consequences(
    run: Run,
    row: int,
    options: Sequence[Option],
    effort: Effort,
    progress: Progress | None,
) -> dict[int, Consequence | None]:
    """Work out the consequences; no plan is made again while another one is being made."""

    def worked_out(limit: Effort) -> dict[int, Consequence | None]:
        out = {}
        for number, option in enumerate(options, 1):
            if progress is not None:
                progress(f"{number} of {len(options)}")
            out[option.pool] = run.alternatives.consequence(row, option.pool, limit)
        return out

    part = run.solution.part_of()[row]
    if part < 0 or run.solution.parts[part].method is Method.FLOW:
        return worked_out(effort)
    try:
        with turn(wait=0.0):
            return worked_out(effort)
    except ConflictError:
        return worked_out(Effort(0.0))


def _alternative(
    run: Run, option: Option, found: Consequence | None, *, forced: list[Decision]
) -> Alternative:
    names = run.problem.referral_ids
    return Alternative(
        option=option,
        questions=distinct(option.questions),
        sentences=(DECIDED,) if found is None else sentences(run.solution, found),
        moves=0 if found is None else len(found.others),
        gains=() if found is None else tuple(names[k] for k in found.gains),
        loses=() if found is None else tuple(names[k] for k in found.loses),
        possible=found is not None and found.possible,
        exact=found is None or found.exact,
        worked_out=found is None or found.by is not By.NOTHING,
        forced=any(
            one.matter.provider_id == option.provider_id
            and one.matter.pool_id in (None, option.pool_id)
            for one in forced
        ),
    )
