"""One person on a list, and what tells people apart: for plans, cases and gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from matching.domain.policy import Policy
from matching.domain.rulebook import Stage
from matching.domain.words import label
from matching.engine.problem import Problem
from matching.export.columns import rule_title
from matching.insight.categories import ways
from matching.insight.gaps import STAGE_TITLES, Gap
from matching.services.needed import priority
from matching.services.planning import Run
from matching.services.views import hours_since


@dataclass(frozen=True, slots=True)
class Person:
    """What a list shows of one referral.

    Attributes
    ----------
    case : str
        Opaque case reference.
    age : int or None
    gender : str
        In words; "not known" if nobody has said.
    tier : int
        Place in the order of priority, 0 first.
    priority : str
        In words.
    received_at : datetime or None
    hours : int or None
        Whole hours waiting when the plan was made.
    county : str
        Of home, in words.
    kinds : frozenset of str
        Placement types found suitable, in words.
    categories : mapping of str to str
        Where every way to tell people apart puts this person, by its title.
    worker : str or None
    """

    case: str
    age: int | None
    gender: str
    tier: int
    priority: str
    received_at: datetime | None
    hours: int | None
    county: str
    kinds: frozenset[str]
    categories: Mapping[str, str]
    worker: str | None


@dataclass(frozen=True, slots=True)
class Unplaced:
    """One person without a place.

    Attributes
    ----------
    person : Person
    stage : Stage
    stage_title : str
    rule : str
        Code of the rule at which the furthest provider fell, or "taken".
    rule_title : str
    funnel : tuple of (str, str, int)
        Code, title and providers that fell there, in the order of the rules;
        they add up to all providers.
    """

    person: Person
    stage: Stage
    stage_title: str
    rule: str
    rule_title: str
    funnel: tuple[tuple[str, str, int], ...]


def person(problem: Problem, policy: Policy, row: int) -> Person:
    """Return what a list shows of one referral of a problem."""
    referral = problem.referral_records[row]
    tier, when = priority(referral, policy.ordering)
    words = {title: of(referral) for title, of in ways(problem, policy).items()}
    return Person(
        case=referral.referral_id,
        age=referral.age_years,
        gender=words["Gender"],
        tier=tier,
        priority=when,
        received_at=referral.received_at,
        hours=hours_since(referral.received_at, problem.as_of),
        county=words["County"],
        kinds=frozenset(label(kind) for kind in referral.acceptable_types or ()),
        categories=words,
        worker=referral.worker,
    )


def unplaced(run: Run, gap: Gap) -> Unplaced:
    """Return one person without a place, with the funnel in words."""
    return Unplaced(
        person=person(run.problem, run.policy, gap.row),
        stage=gap.stage,
        stage_title=STAGE_TITLES[gap.stage],
        rule=gap.rule,
        rule_title=rule_title(gap.rule),
        funnel=tuple((code, rule_title(code), fell) for code, fell in gap.funnel.items()),
    )
