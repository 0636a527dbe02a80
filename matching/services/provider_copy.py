"""The provider's copy: what one provider must know to answer, and nothing else.

It names nobody. A one-time code stands for the case; the age is a band; no county of
home, nobody else, nothing of what happened. The kind of trafficking is told only to a
programme that takes some kinds and not others, since it must know for its licence.
Asking for a bed is part of what the person came for, and nothing in the copy tells who
they are, so that no consent is asked for it beyond that of being helped.
"""

from __future__ import annotations

from datetime import date

from matching.domain import words as w
from matching.domain.policy import Policy
from matching.domain.records import Provider, Referral
from matching.engine.rules.text import counted, listed
from matching.export.paper import Bullets, Facts, Paper, Section
from matching.insight.categories import age_band
from matching.insight.saying import may_say
from matching.services.needed import needed

TITLE = "Request for a bed"
WARNING = "Confidential. For this provider only. Destroy after use"
#: Hours for which the code of a copy stands for the case.
COPY_HOURS = 72

LEFT_OUT = (
    "name, case reference and exact age",
    "county of home and of school, and counties to avoid",
    "what happened, who was involved, and contact with the police",
    "family, brothers and sisters, and who must be kept apart",
    "other places that were asked, and what they answered",
    "the person's own wishes",
    "facts of health and behaviour that do not touch what this provider offers",
)

_SETTINGS = {
    w.Setting.FEMALE: "a place for girls and women",
    w.Setting.MALE: "a place for boys and men",
    w.Setting.MIXED: "a mixed place",
}
_NEEDS = "needs "
FIRST_QUESTION = "Is a bed free, and from when?"


def copy_facts(
    referral: Referral, provider: Provider, policy: Policy, today: date
) -> tuple[tuple[str, str], ...]:
    """Return what a provider is told about a person: what, and what it is.

    Parameters
    ----------
    referral : Referral
    provider : Provider
        Whom it is told.
    policy : Policy
        A need is told only where a rule in force asks the place for it.
    today : date
        The office's.
    """
    band = age_band(referral.age_years)
    needs = [
        said.removeprefix(_NEEDS)
        for said in may_say(referral, policy, today)
        if said.startswith(_NEEDS)
    ]
    out = [
        ("Age", band if referral.age_years is None else f"{band} years"),
        ("Setting", _setting(referral)),
        ("Beds", _beds(referral)),
        ("Needed", needed(referral, today)),
    ]
    if referral.stay_days:
        out.append(("For about", counted(referral.stay_days, "day")))
    out.append(
        ("Must have", listed(needs) if needs else "nothing beyond a bed, as far as known")
    )
    return (*out, *_licence(referral, provider))


def _setting(referral: Referral) -> str:
    right = referral.acceptable_settings
    if right:
        return listed([words for one, words in _SETTINGS.items() if one in right], "or")
    return (
        "not known yet" if referral.gender is None else f"right for: {w.label(referral.gender)}"
    )


def _beds(referral: Referral) -> str:
    beds = counted(referral.beds_needed, "bed")
    if not referral.children_with:
        return beds
    return f"{beds}, one of them for {counted(referral.children_with, 'child', 'children')}"


def _licence(referral: Referral, provider: Provider) -> tuple[tuple[str, str], ...]:
    """Return what the programme must know for its licence, and no more."""
    taken = provider.trafficking_types
    some = taken is not None and taken != frozenset(w.TraffickingType)
    if not some or referral.trafficking_type is None:
        return ()
    return (("Kind of trafficking, as the licence asks", w.label(referral.trafficking_type)),)


def copy_paper(
    code: str,
    until: str,
    name: str,
    facts: tuple[tuple[str, str], ...],
    asked: tuple[str, ...],
) -> Paper:
    """Return the provider's copy.

    Parameters
    ----------
    code : str
        One-time code that stands for the case.
    until : str
        Until when it does, in words.
    name : str
        Of the provider.
    facts : tuple of (str, str)
        From :func:`copy_facts`.
    asked : tuple of str
        What the provider is asked.
    """
    return Paper(
        title=TITLE,
        number=code,
        sentence=f"A bed is asked for at {name}. The code {code} stands for the person.",
        warning=WARNING,
        facts=(f"The code is good until {until}. Use it on the telephone and in answers.",),
        sections=(
            Section("What you need to know", (Facts(facts),)),
            Section("What we ask you", (Bullets(("Is a bed free, and from when?", *asked)),)),
            Section(
                "Left out on purpose",
                (Bullets(LEFT_OUT),),
                "Do not write these on this sheet. Ask the worker if you must know more.",
            ),
        ),
        ending="Saying no has no effect on later requests. Destroy this sheet after use.",
    )
