"""What a provider may be told on the telephone: the least that it needs to answer.

Age, the setting that is right, beds, the day, and the needs that a rule in force holds
against the place. Nothing here tells a name, where somebody comes from, who exploited
them, what happened, or what another place answered.
"""

from __future__ import annotations

from datetime import date

from matching.domain import words as w
from matching.domain.policy import Policy
from matching.domain.records import Referral
from matching.domain.words import label
from matching.engine.rules import CATALOGUE
from matching.engine.rules.base import Rule, day
from matching.engine.rules.needs import Need
from matching.engine.rules.text import counted, listed, worded
from matching.intake.vocabulary import language_name

_NEEDS: tuple[Need, ...] = tuple(rule for rule in CATALOGUE if isinstance(rule, Need))
_RULES: dict[str, Rule] = {rule.code: rule for rule in CATALOGUE}
#: The language that nobody need ask for.
_USUAL = "en"


def may_say(referral: Referral, policy: Policy, today: date) -> tuple[str, ...]:
    """Return what may be said of a person, a few words each, in the order to say it.

    Parameters
    ----------
    referral : Referral
    policy : Policy
        A need is told only where a rule in force asks the place for it.
    today : date
        The office's.

    Returns
    -------
    tuple of str
        What is not known is left out, except the age, which every place asks for.
    """
    on = {code for code, setting in policy.rules.items() if setting.in_force(today)}
    return (
        _person(referral),
        *_setting(referral),
        _beds(referral),
        _when(referral, today),
        *([f"for about {referral.stay_days} days"] if referral.stay_days else []),
        *(f"needs {need}" for need in _needs(referral, on)),
    )


def _person(referral: Referral) -> str:
    age = "age not known yet" if referral.age_years is None else f"{referral.age_years} years"
    return age if referral.gender is None else f"{age}, {label(referral.gender)}"


_SETTINGS = {
    w.Setting.FEMALE: "a place for girls and women",
    w.Setting.MALE: "a place for boys and men",
    w.Setting.MIXED: "a mixed place",
}


def _setting(referral: Referral) -> list[str]:
    right = referral.acceptable_settings
    if not right:
        return []
    return [listed([words for one, words in _SETTINGS.items() if one in right], "or")]


def _beds(referral: Referral) -> str:
    beds = counted(referral.beds_needed, "bed")
    if not referral.children_with:
        return beds
    children = counted(referral.children_with, "child", "children")
    return f"{beds}, for one person with {children}"


def _when(referral: Referral, today: date) -> str:
    if referral.needed_by is not None:
        return f"from {day(referral.needed_by)}"
    if referral.urgency is None:
        return "day not known yet"
    if referral.urgency is w.Urgency.TONIGHT:
        return f"from tonight, {day(today)}"
    return label(referral.urgency)


def _needs(referral: Referral, on: set[str]) -> list[str]:
    out = []
    for rule in _NEEDS:
        value = getattr(referral, rule.attribute)
        if rule.code in on and value in rule.served:
            out.append(rule.words[value])
    if "need-medical" in on and referral.medically_fragile and "nursing" not in out:
        out.append("nursing")
    if "need-access" in on and referral.access_needs:
        out.append(worded(referral.access_needs))
    if "supervision" in on and referral.recruitment_risk is w.Level.HIGH:
        out.append("staff who are awake at night")
    if "affirming" in on and referral.lgbtq_affirming_requested:
        out.append("an LGBTQ+ affirming place")
    if "language" in on and referral.languages and _USUAL not in referral.languages:
        spoken = listed([language_name(code) for code in referral.languages], "or")
        out.append(spoken + (" or an interpreter" if referral.interpreter_ok else ""))
    return out
