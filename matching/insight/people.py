"""People, places and numbers of them in words, as several explanations say them."""

from __future__ import annotations

from collections.abc import Collection

from matching.domain.words import Urgency, label
from matching.engine.columns import UNKNOWN
from matching.engine.problem import Problem
from matching.engine.rules.text import ADULT_AGE, counted

#: Up to so many hours a wait is said in hours, above in days.
MOST_HOURS = 48


def this_person(problem: Problem, row: int) -> str:
    """Return "this young person", or "this person" from 23 years on."""
    return "this young person" if _young(problem, row) else "this person"


def _young(problem: Problem, row: int) -> bool:
    age = problem.referral_records[row].age_years
    return age is None or age < ADULT_AGE


def number_of(problem: Problem, rows: Collection[int]) -> str:
    """Return "14 young people", or "14 people" where adults are among them."""
    if all(_young(problem, row) for row in rows):
        return counted(len(rows), "young person", "young people")
    return counted(len(rows), "person", "people")


def case(problem: Problem, row: int) -> str:
    """Return "case 4417"."""
    return f"case {problem.referral_ids[row]}"


def place(problem: Problem, pool: int) -> str:
    """Return the name of a pool's provider, or its identifier."""
    return home(problem, int(problem.pools.provider[pool]))


def home(problem: Problem, provider: int) -> str:
    """Return the name of a provider, or its identifier."""
    return problem.provider_records[provider].name or problem.provider_ids[provider]


def in_line(problem: Problem, row: int) -> str:
    """Return how urgent it is and how long it lasts: "needed tonight, waiting 3 hours"."""
    urgency = problem.referral_records[row].urgency
    if urgency is None:
        when = "priority not known"
    else:
        when = label(urgency)
        when = when if urgency is Urgency.PLANNED else f"needed {when}"
    hours = int(problem.referrals.waiting_hours[row])
    if hours == UNKNOWN:
        return f"{when}, wait not known"
    wait = counted(hours, "hour") if hours < MOST_HOURS else counted(hours // 24, "day")
    return f"{when}, waiting {wait}"
