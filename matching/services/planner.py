"""What would close the gap within a budget: asked for, worked out in the background, exported.

The work reads the plan saved last and changes nothing on the record. That it
was done, and within which budget, is one audit event.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from matching.domain.access import Action, Actor, allows
from matching.domain.errors import InputError
from matching.domain.scenario import MOST_STEPS, OpenProvider
from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.solve import Progress
from matching.export.planner import planner_workbook
from matching.insight.planner import Ask
from matching.insight.planner_recommendation import Recommendation, recommend
from matching.services.desk import Desk
from matching.services.jobs import Job, refuse_if_busy
from matching.services.matching import SavedRun
from matching.services.planner_views import PlannerView, planner_view
from matching.services.scenario_runs import plan_of_today
from matching.services.scenarios import Scenario, save
from matching.services.still_allowed import require_still
from matching.services.turn import turn

#: Seconds for one question, unless told otherwise; what is found by then is told.
PLANNER_SECONDS = 180.0
#: Most beds that may be added in one question.
MOST_BEDS = 30


@dataclass(frozen=True, slots=True)
class Planned:
    """An answer, as the one who asked may see it, and as anybody may.

    Attributes
    ----------
    view : PlannerView
    public : PlannerView
        Protected: what an export is written from.
    """

    view: PlannerView
    public: PlannerView


def checked(ask: Ask) -> Ask:
    """Refuse a budget that cannot be meant.

    Raises
    ------
    InputError
        If it allows nothing, too much, or less than nothing.
    """
    numbers = (ask.beds, ask.trainings, ask.papers, ask.new_homes, ask.beds_each)
    costs = (ask.bed_cost, ask.training_cost, ask.paper_cost, ask.home_cost, ask.money or 0)
    if min(*numbers, *costs) < 0:
        raise InputError("A budget cannot be negative.", next_step="Choose other numbers.")
    if ask.actions == 0:
        raise InputError(
            "This budget allows nothing to be done.", next_step="Allow a bed or a training."
        )
    if ask.beds > MOST_BEDS or ask.actions > MOST_STEPS:
        raise InputError(
            f"At most {MOST_BEDS} beds and {MOST_STEPS} changes in all can be weighed at once.",
            next_step="Choose smaller numbers.",
        )
    return ask


def answer(
    desk: Desk,
    ask: Ask,
    saved: SavedRun | None = None,
    *,
    progress: Progress | None = None,
    effort: Effort = NO_LIMIT,
) -> Planned:
    """Work out what to do with a budget: one audit event.

    Parameters
    ----------
    desk : Desk
    ask : Ask
    saved : SavedRun, optional
        The plan saved last, where it is there already.
    progress : callable, optional
    effort : Effort, optional
        Once stopped, what was found by then is told, with its bound; before it is
        known what could be done there is nothing to tell.

    Returns
    -------
    Planned

    Raises
    ------
    PermissionDenied
        If the actor may not plan capacity, or not any more.
    InputError
        If the budget cannot be meant.
    ConflictError
        If there is no plan of today's facts, or another plan is being made.
    EngineError
        If somebody stops it before it is known what could be done.
    """
    desk.require(Action.PLAN_CAPACITY)
    wanted = checked(ask)
    base = plan_of_today(desk, saved)
    with turn(wait=0.0):
        found = recommend(base.run.solution, wanted, effort=effort, progress=progress)
    actor = _note(desk, base, wanted, found)
    public = planner_view(base, found, exact=False)
    if not allows(actor.role, Action.SEE_CASES):
        return Planned(public, public)
    return Planned(planner_view(base, found, exact=True), public)


def start_answer(
    desk: Desk, ask: Ask, saved: SavedRun | None = None, *, seconds: float | None = None
) -> Job[Planned]:
    """Work an answer out in the background; arguments and errors as :func:`answer`."""
    desk.require(Action.PLAN_CAPACITY)
    checked(ask)
    refuse_if_busy()

    def work(progress: Progress, effort: Effort) -> Planned:
        return answer(desk, ask, saved, progress=progress, effort=effort)

    return Job(work, seconds=PLANNER_SECONDS if seconds is None else seconds)


def _note(desk: Desk, base: SavedRun, ask: Ask, found: Recommendation) -> Actor:
    """Record that an answer was worked out; return who asked, as they stand now."""
    with desk.store.transaction() as record:
        actor = require_still(record, desk, Action.PLAN_CAPACITY)
        record.audit.append(
            actor,
            desk.clock(),
            Action.PLAN_CAPACITY,
            object_kind="run",
            object_id=str(base.number),
            details={
                "beds": ask.beds,
                "trainings": ask.trainings,
                "papers": ask.papers,
                "new_homes": ask.new_homes,
                "changes": len(found.lines),
                "proven": found.proven,
            },
        )
    return actor


def save_scenario(desk: Desk, view: PlannerView, name: str) -> Scenario:
    """Keep the actions of an answer as a scenario: one event.

    Raises
    ------
    PermissionDenied
        If the actor may not save scenarios.
    InputError
        If it has no name, one that is taken, or nothing to do.
    """
    return save(desk, name, view.steps)


def export_answer(desk: Desk, planned: Planned) -> bytes:
    """Write an answer as a workbook, protected whoever asks: one event.

    Raises
    ------
    PermissionDenied
        If the actor may not export gaps.
    """
    desk.require(Action.EXPORT_GAPS)
    view = planned.public
    shown = replace(view, as_of=desk.local(view.as_of))
    data = planner_workbook(_document(shown))
    with desk.store.transaction() as record:
        record.audit.append(
            desk.actor,
            desk.clock(),
            Action.EXPORT_GAPS,
            object_kind="run",
            object_id=str(view.run),
            details={"form": "xlsx", "protected": True, "what": "planner"},
        )
    return data


def _document(view: PlannerView) -> dict[str, object]:
    ask = view.ask
    return {
        "as_of": view.as_of.isoformat(),
        "policy": view.policy_title,
        "run": view.run,
        "without": view.without,
        "gain": view.gain,
        "proven": view.proven,
        "at_most": view.at_most,
        "left_out": view.left_out,
        "stopped": view.stopped,
        "samples": view.samples,
        "budget": [
            ("Beds", ask.beds),
            ("Trainings", ask.trainings),
            ("Licences, certificates and checks", ask.papers),
            ("New homes", ask.new_homes),
            ("Money", ask.money),
        ],
        "actions": [
            {
                "words": one.words,
                "adds": one.adds,
                "often": one.often,
                "instead": "; ".join(other.words for other in one.instead),
            }
            for one in view.actions
        ],
        "tiers": [
            {"name": one.name, "before": one.before, "after": one.after} for one in view.tiers
        ],
        "points": [{"spent": one.spent, "more": one.words} for one in view.points],
        "recruits": [
            {"kind": one.kind, "county": one.county, "gives": one.gives, "reach": one.reach}
            for one in view.recruits
        ],
        "opens": sum(isinstance(step, OpenProvider) for step in view.steps),
    }
