"""What the page Planner shows: what to do with a budget, exact or in bands.

Who may see cases sees every number. Everybody else, and every export, gets
changes in counts of people in bands; counts of beds, homes and courses are no
counts of people and stand as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from matching.domain.scenario import AddBeds, OpenProvider, Relicense, Step, Steps, Train
from matching.domain.words import Urgency, label
from matching.insight.bands import change_band, size_band
from matching.insight.planner import Ask
from matching.insight.planner_detail import Line
from matching.insight.planner_new import Recruit
from matching.insight.planner_recommendation import Recommendation
from matching.insight.scenario_words import Names, sentence
from matching.services.matching import SavedRun
from matching.services.scenarios import names_of

#: New homes told in the table of where to recruit.
MOST_RECRUITS = 24


@dataclass(frozen=True, slots=True)
class Instead:
    """Something else in the place of an action: in words, and people fewer with it."""

    words: str
    fewer: int


@dataclass(frozen=True, slots=True)
class ActionView:
    """One action.

    Attributes
    ----------
    words : str
        One sentence.
    adds : str
        What it adds, in words; empty if the work was stopped before.
    adds_count : int or None
        People, for those who may see cases.
    instead : tuple of Instead
    often : str
        How often it is chosen when other people wait; empty if not known.
    foster : bool
        Whether it is an existing foster home that takes a course.
    """

    words: str
    adds: str
    adds_count: int | None
    instead: tuple[Instead, ...]
    often: str
    foster: bool


@dataclass(frozen=True, slots=True)
class TierView:
    """One priority: people waiting, with a place as it is, and with the actions."""

    name: str
    waiting: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PointView:
    """One point of the curve: what is spent, and how many more have a place."""

    spent: int
    words: str
    more: int | None


@dataclass(frozen=True, slots=True)
class RecruitView:
    """One new home of a kind in a county: what its first bed gives, and to how many people."""

    kind: str
    county: str
    gives: str
    reach: str
    useful: bool


@dataclass(frozen=True, slots=True)
class Done:
    """How much of each kind is done: courses, papers, beds and new homes."""

    trainings: int
    papers: int
    beds: int
    new_homes: int


@dataclass(frozen=True, slots=True)
class PlannerView:
    """What to do with a budget, as it may be shown.

    Attributes
    ----------
    run : int
        Number of the plan.
    as_of : datetime
    policy_title : str
    protected : bool
    ask : Ask
    done : Done
    gain : str
        How many more have a place: "7 more", or a band.
    helps : bool
    without : str
        People without a place as it is.
    expected : str
        The gain if nothing tied people together; empty where that is the same.
    proven : bool
    at_most : str
        How many more another choice might give; empty where proven.
    left_out : int
    stopped : bool
    samples : int
    actions : tuple of ActionView
    tiers : tuple of TierView
    points : tuple of PointView
    recruits : tuple of RecruitView
    steps : tuple of Step
        To be saved as a scenario.
    """

    run: int
    as_of: datetime
    policy_title: str
    protected: bool
    ask: Ask
    done: Done
    gain: str
    helps: bool
    without: str
    expected: str
    proven: bool
    at_most: str
    left_out: int
    stopped: bool
    samples: int
    actions: tuple[ActionView, ...]
    tiers: tuple[TierView, ...]
    points: tuple[PointView, ...]
    recruits: tuple[RecruitView, ...]
    steps: Steps


def planner_view(saved: SavedRun, found: Recommendation, *, exact: bool) -> PlannerView:
    """Return a recommendation as it may be shown.

    Parameters
    ----------
    saved : SavedRun
        The plan it is about.
    found : Recommendation
    exact : bool
        Whether true numbers may be shown.

    Returns
    -------
    PlannerView
    """
    problem = saved.run.problem
    names = names_of(problem.provider_records, problem.pool_records)
    words = _Words(exact)
    gain = sum(found.more)
    expected = sum(found.expected)
    steps = tuple(line.step for line in found.lines)
    return PlannerView(
        run=saved.number,
        as_of=problem.as_of,
        policy_title=saved.run.policy.title,
        protected=not exact,
        ask=found.ask,
        done=_done(steps),
        gain=words.change(gain),
        helps=found.more > tuple(0 for _ in found.more),
        without=words.size(sum(found.waiting) - sum(found.before)),
        expected=words.change(expected) if expected > gain and exact else "",
        proven=found.proven,
        at_most="" if found.proven else words.size(found.at_most),
        left_out=found.left_out,
        stopped=found.stopped,
        samples=found.samples,
        actions=tuple(_action(line, names, words, found.samples) for line in found.lines),
        tiers=_tiers(found, [t.tier for t in saved.run.plan.tiers], exact=exact),
        points=_points(found, words, exact=exact),
        recruits=tuple(
            _recruit(one, names, words, found) for one in found.recruits[:MOST_RECRUITS]
        ),
        steps=steps,
    )


class _Words:
    """Counts of people in words: exact, or in bands."""

    def __init__(self, exact: bool) -> None:
        self.exact = exact

    def change(self, number: int) -> str:
        """Return "7 more", "2 fewer", "no change", or a band."""
        if not self.exact or number == 0:
            return change_band(number)
        return f"{abs(number):,} {'more' if number > 0 else 'fewer'}"

    def size(self, number: int) -> str:
        return f"{number:,}" if self.exact else size_band(number)


def _done(steps: Steps) -> Done:
    return Done(
        trainings=sum(isinstance(step, Train) for step in steps),
        papers=sum(isinstance(step, Relicense) for step in steps),
        beds=sum(step.beds for step in steps if isinstance(step, AddBeds)),
        new_homes=sum(isinstance(step, OpenProvider) for step in steps),
    )


def _action(line: Line, names: Names, words: _Words, samples: int) -> ActionView:
    total = None if line.adds is None else sum(line.adds)
    often = ""
    if line.often is not None and samples:
        often = f"{round(100 * line.often / samples)}%"
    return ActionView(
        words=sentence(line.step, names),
        adds="" if line.adds is None else _added(line.adds, words),
        adds_count=total if words.exact else None,
        instead=tuple(
            Instead(_alternative(swap.step, names), swap.fewer)
            for swap in line.swaps
            # Which of two is better by one person is a count of one person.
            if words.exact or swap.fewer == 0
        ),
        often=often,
        foster=line.foster,
    )


def _added(adds: Sequence[int], words: _Words) -> str:
    """Return what an action adds; a better order of who is served counts, too."""
    total = sum(adds)
    if total == 0 and any(adds):
        return "serves people who come first"
    return words.change(total)


def _alternative(step: Step, names: Names) -> str:
    if isinstance(step, AddBeds):
        return f"a bed at {names.pool(step.provider_id, step.pool_id)}"
    if isinstance(step, Train | Relicense):
        return names.home(step.provider_id)
    if isinstance(step, OpenProvider) and step.placement_type is not None:
        return f"a new {label(step.placement_type)} in {names.county(step.county)}"
    return sentence(step, names)


def tier_name(urgency: str) -> str:
    """Return what a tier is called."""
    one = Urgency(urgency)
    return "Planned" if one is Urgency.PLANNED else f"Needed {label(one)}"


def _tiers(found: Recommendation, tiers: Sequence[str], *, exact: bool) -> tuple[TierView, ...]:
    """Return the people in each tier; protected: who has a place, and the change, in bands."""
    titles = [tier_name(one) for one in tiers]
    if exact:
        return tuple(
            TierView(*row)
            for row in zip(
                titles,
                (f"{n:,}" for n in found.waiting),
                (f"{n:,}" for n in found.before),
                (f"{n:,}" for n in found.after),
                strict=True,
            )
        )
    return tuple(
        TierView(title, "", size_band(before), change_band(gained))
        for title, before, gained in zip(titles, found.before, found.more, strict=True)
    )


def _points(found: Recommendation, words: _Words, *, exact: bool) -> tuple[PointView, ...]:
    """Return the curve; protected, only where a band begins, so that no step can be read."""
    out: list[PointView] = []
    for point in found.points:
        said = words.change(point.more)
        if exact or not out or out[-1].words != said or point is found.points[-1]:
            out.append(PointView(point.spent, said, point.more if exact else None))
    return tuple(out)


def _recruit(one: Recruit, names: Names, words: _Words, found: Recommendation) -> RecruitView:
    tiers = [tier.tier for tier in found.trial.before.plan.tiers]
    gives = "no one more"
    if one.tier is not None:
        gives = f"1 more, {tier_name(tiers[one.tier]).lower()}"
        if not words.exact:
            gives = "somebody more"
    profile = one.profile
    kind = label(profile.placement_type)
    ages = f"ages {profile.age_min} to {profile.age_max}"
    if profile.age_max > 90:
        ages = f"from {profile.age_min} years"
    return RecruitView(
        kind=f"{kind[0].upper()}{kind[1:]}, {ages}",
        county=names.county(one.county),
        gives=gives,
        reach=words.size(one.reach),
        useful=one.tier is not None,
    )
