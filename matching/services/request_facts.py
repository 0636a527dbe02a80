"""What a partner agency is told about a person: the groups that the consent covers.

No name, no case reference, no exact age, no county, nobody else, nothing of what
happened. What a consent does not cover is left out and said to be left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from matching.domain.geography import Geography
from matching.domain.policy import Policy
from matching.domain.records import Referral
from matching.domain.sharing import Scope
from matching.domain.words import label
from matching.engine.rules.text import counted, listed, worded
from matching.insight.categories import age_band
from matching.insight.saying import may_say
from matching.intake.vocabulary import language_name
from matching.services.casework_words import SCOPES
from matching.services.needed import needed

NOT_KNOWN = "not known"
_NEEDS = "needs "
#: Never in a request, whatever a consent covers.
NEVER_SHARED = (
    "name, case reference, exact age and birth date",
    "county of home and of school, and addresses",
    "what happened, who was involved, and contact with the police",
    "family, brothers and sisters, and who must be kept apart",
    "other places and partners that were asked",
)


@dataclass(frozen=True, slots=True)
class Told:
    """One fact of a request.

    Attributes
    ----------
    scope : Scope or None
        The group it belongs to; ``None`` for what every request says.
    name : str
        Of the fact.
    said : str
    """

    scope: Scope | None
    name: str
    said: str


def request_facts(
    referral: Referral,
    scope: frozenset[Scope],
    policy: Policy,
    where: Geography,
    today: date,
) -> tuple[Told, ...]:
    """Return what a request says.

    Parameters
    ----------
    referral : Referral
    scope : frozenset of Scope
        What the consent covers.
    policy : Policy
        A need is told only where a rule in force asks a place for it.
    where : Geography
    today : date
        The office's.
    """
    every = [*_always(referral, today), *_about(referral, policy, where, today)]
    return tuple(one for one in every if one.scope is None or one.scope in scope)


def left_out(scope: frozenset[Scope]) -> tuple[str, ...]:
    """Return what is not in a request: what never is, and what the consent leaves out."""
    return (*NEVER_SHARED, *(SCOPES[one] for one in Scope if one not in scope))


def _always(referral: Referral, today: date) -> list[Told]:
    children = referral.children_with
    beds = counted(referral.beds_needed, "bed")
    if children:
        beds = f"{beds}, for one person with {counted(children, 'child', 'children')}"
    out = [Told(None, "Beds", beds), Told(None, "Needed", needed(referral, today))]
    if referral.stay_days:
        out.append(Told(None, "For about", counted(referral.stay_days, "day")))
    if referral.acceptable_types:
        out.append(Told(None, "Kind of place", worded(referral.acceptable_types, "or")))
    return out


def _about(referral: Referral, policy: Policy, where: Geography, today: date) -> list[Told]:
    gender = NOT_KNOWN if referral.gender is None else label(referral.gender)
    settings = worded(referral.acceptable_settings, "or")
    state = where.state_of(referral.home_county) or NOT_KNOWN
    # Languages and wishes have groups of their own.
    care = replace(referral, languages=None, lgbtq_affirming_requested=None)
    needs = [
        said.removeprefix(_NEEDS)
        for said in may_say(care, policy, today)
        if said.startswith(_NEEDS)
    ]
    kind, known = (
        NOT_KNOWN if one is None else label(one)
        for one in (referral.trafficking_type, referral.identification)
    )
    return [
        Told(Scope.AGE, "Age", age_band(referral.age_years)),
        Told(Scope.GENDER, "Gender", gender),
        Told(Scope.GENDER, "Settings they can live in", settings),
        Told(Scope.AREA, "State", state),
        Told(Scope.CARE, "Must have", listed(needs) if needs else "nothing known beyond a bed"),
        Told(Scope.LANGUAGE, "Languages", _languages(referral)),
        *_wishes(referral),
        Told(Scope.TRAFFICKING, "Kind of trafficking", kind),
        Told(Scope.TRAFFICKING, "Identified as", known),
    ]


def _languages(referral: Referral) -> str:
    if referral.languages is None:
        return NOT_KNOWN
    spoken = listed([language_name(code) for code in referral.languages])
    return f"{spoken}; an interpreter will do" if referral.interpreter_ok else spoken


def _wishes(referral: Referral) -> list[Told]:
    out = []
    if referral.lgbtq_affirming_requested:
        out.append(Told(Scope.WISHES, "Asks for", "an LGBTQ+ affirming place"))
    for name, value in (
        ("Faith", referral.faith_preference),
        ("Telephone", referral.device_preference),
    ):
        if value is not None:
            out.append(Told(Scope.WISHES, name, label(value)))
    if referral.preferred_types:
        kinds = listed([label(one) for one in referral.preferred_types], "or")
        out.append(Told(Scope.WISHES, "Wishes", kinds))
    return out
