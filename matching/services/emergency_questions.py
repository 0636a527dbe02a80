"""The six questions that are asked when somebody needs a bed at once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the emergency form.

    Attributes
    ----------
    code : str
    fields : tuple of str
        Attributes of a referral that the answer fills; the first is asked for, the
        others are offered beside it.
    """

    code: str
    fields: tuple[str, ...]


def questions() -> tuple[Question, ...]:
    """Return the six questions of the emergency form, in the order in which they are asked.

    The form is for somebody who stands beside a young person at eleven at night. It asks
    what that worker can see or be told within a minute, and what a rule on safety would
    otherwise have to ask every provider about:

    1. *Where are they now*: nobody is placed who is missing or in hospital, and home
       decides distance and danger.
    2. *How old*: age limits are the terms of a licence.
    3. *Which gender, as they say it*, and in which settings they can live.
    4. *Who comes along*: each child needs a bed of its own.
    5. *Whom or what must they be kept away from*: the one mistake that cannot be made
       good the next morning.
    6. *What care tonight*: a place without it is not safe tonight.

    *When* is not among them: an emergency is a bed tonight, and the form says so. Risk of
    running, behaviour, screening, school, family and money are not either: they need a
    conversation, a file or a team. They stay unknown, are asked of the provider where a
    rule needs them, and are looked at again within the time that the policy sets.

    Returns
    -------
    tuple of Question
    """
    return (
        Question("where", ("presence", "home_county")),
        Question("age", ("age_years",)),
        Question("gender", ("gender", "acceptable_settings")),
        Question("along", ("children_with",)),
        Question("apart", ("avoid_counties", "vetoed_providers", "separate_from")),
        Question("care", ("medical_need", "substance_need", "mental_health_need")),
    )
