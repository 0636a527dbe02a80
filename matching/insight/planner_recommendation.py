"""A budget answered: what to do, what comes of it, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.solution import Solution
from matching.insight.planner import (
    Ask,
    Counts,
    Planner,
    Progress,
    best_choice,
    more,
    placed,
)
from matching.insight.planner_detail import (
    Line,
    Point,
    adds,
    chosen,
    curve,
    foster_training,
    improved,
    in_order,
    often,
    swaps,
)
from matching.insight.planner_new import Recruit
from matching.insight.scenario import Trial


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What to do with a budget.

    Attributes
    ----------
    ask : Ask
    lines : tuple of Line
        The actions; existing foster homes one training away first.
    trial : Trial
        The plan with all of them in, beside the plan as it is.
    waiting, before, after : tuple of int
        People in each tier: all, with a place as it is, and with the actions.
    expected : tuple of int
        How many more there would be in each tier if nothing tied people together.
    at_most : int
        How many more people than ``after`` might have a place with another
        choice of this budget; 0 where nothing is better in the order of the tiers.
    proven : bool
        Whether no choice among those weighed is better, in the order of the tiers.
    left_out : int
        Options of existing homes that were not weighed.
    points : tuple of Point
        The curve; it ends early if the work was stopped.
    samples : int
        Times the demand was drawn again.
    recruits : tuple of Recruit
        New homes by kind and county.
    stopped : bool
        Whether something is missing since the work was stopped.
    """

    ask: Ask
    lines: tuple[Line, ...]
    trial: Trial
    waiting: Counts
    before: Counts
    after: Counts
    expected: Counts
    at_most: int
    proven: bool
    left_out: int
    points: tuple[Point, ...]
    samples: int
    recruits: tuple[Recruit, ...]
    stopped: bool

    @property
    def more(self) -> Counts:
        """How many more have a place in each tier."""
        return more(self.after, self.before)


def recommend(
    solution: Solution,
    ask: Ask,
    *,
    effort: Effort = NO_LIMIT,
    progress: Progress | None = None,
) -> Recommendation:
    """Return what to do with a budget so that most people have a place, by priority.

    Parameters
    ----------
    solution : Solution
    ask : Ask
    effort : Effort, optional
        Once stopped, what was found by then is told, with its bound.
    progress : callable, optional
        Told in a few words what goes on.

    Returns
    -------
    Recommendation
    """
    planner = Planner(solution, ask, effort, progress)
    best, proven, at_most = best_choice(planner)
    if not proven:
        best = improved(planner, best)
    each = adds(planner, best)
    points = curve(planner, best)
    instead = swaps(planner, best)
    counts, samples = often(planner)
    lines = [
        Line(
            step=step,
            adds=gain,
            swaps=instead.get(step, ()),
            often=chosen(counts, step) if samples else None,
            foster=foster_training(planner, step),
        )
        for step, gain in zip(best.choice.steps, each, strict=True)
    ]
    before = placed(solution)
    room = 0 if proven else max(0, at_most - sum(best.after))
    return Recommendation(
        ask=ask,
        lines=in_order(lines),
        trial=best.trial,
        waiting=tuple(tier.waiting for tier in solution.plan.tiers),
        before=before,
        after=best.after,
        expected=more(best.found.outcome.counts, planner.base.counts),
        at_most=room,
        proven=proven,
        left_out=planner.prospect.left_out,
        points=points,
        samples=samples,
        recruits=planner.recruits,
        stopped=planner.stopped(),
    )
