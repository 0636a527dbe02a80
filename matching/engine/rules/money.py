"""Rules on who pays."""

from __future__ import annotations

import numpy as np

from matching.domain.words import FamilyFirstCategory, Funding, label
from matching.engine.problem import Problem
from matching.engine.rules.base import Facts, Parameters, Rows
from matching.engine.rules.judged import Judged
from matching.engine.rules.logic import Truth, among, at_least, holds_any, meets
from matching.engine.rules.text import ask, counted, who


class Payable(Judged):
    """Payment possible.

    A provider that lists "none", or is known to list nobody, asks for no
    payment and takes everybody; a person without a payer needs such a place.
    """

    code = "funding"
    reads_referral = ("funding",)
    reads_pool = ("funding",)

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Pass if a payer of the person is accepted, or none is asked for."""
        person = problem.referrals.funding.take(i)
        place = problem.pools.funding.take(j)
        free = holds_any(place, (Funding.NONE,)).yes | place.empty()
        shared = meets(person, place)
        both = person.known & place.known
        return Truth(free | (both & shared.yes), ~free & both & ~shared.yes)

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say which payer is accepted."""
        accepted = f.provider.funding
        if accepted is not None and (not accepted or Funding.NONE in accepted):
            return "Asks for no payment."
        shared = (f.referral.funding or frozenset()) & (accepted or frozenset())
        return f"Accepts payment from {_payers(shared)}."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say which payers there are on both sides."""
        own = (f.referral.funding or frozenset()) - {Funding.NONE}
        accepted = f"Accepts payment from {_payers(f.provider.funding)} only"
        if not own:
            return f"{accepted}; nobody pays for {who(f)}."
        return f"{accepted}; for {who(f)} the payer is {_payers(own)}."

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask who pays, or whose payment is accepted."""
        return ask(
            [
                (f.referral.funding is None, f"who pays for {who(f)}"),
                (f.provider.funding is None, "whose payment the place accepts"),
            ]
        )


_PAYERS = {Funding.STATE: "the state", Funding.PRIVATE: "private payers"}


def _payers(funding: frozenset[Funding] | None) -> str:
    if not funding:
        return "an unknown payer"
    texts = [
        _PAYERS.get(f, label(f)) for f in Funding if f in funding and f is not Funding.NONE
    ]
    return " or ".join(texts) or "nobody"


class FamilyFirst(Judged):
    """Family First category, where Title IV-E is known to be the only payer."""

    code = "family-first"
    reads_referral = ("funding", "age", "stay_days")
    reads_pool = ("family_first",)

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Pass unless a minor stays too long in a setting of no paid category."""
        person = problem.referrals
        payers = person.funding.take(i)
        federal = np.all(payers.bits == payers.mask((Funding.IV_E,)), axis=-1) & payers.known
        minor = ~at_least(person.age[i], parameters["minor_age"])
        long = at_least(person.stay_days[i], parameters["max_days"] + 1)
        unpaid = among(problem.pools.family_first[j], (FamilyFirstCategory.OTHER,))
        return ~(Truth(federal, ~federal) & minor & long & unpaid)

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say why federal payment does not end."""
        category = f.provider.family_first
        if category is not None and category is not FamilyFirstCategory.OTHER:
            return f"Title IV-E category: {label(category)}."
        if f.referral.funding != frozenset({Funding.IV_E}):
            return "Title IV-E is not recorded as the only payer."
        stay = f.referral.stay_days
        if stay is not None and stay <= parameters["max_days"]:
            return f"The stay of {counted(stay, 'day')} is within the {_limit(parameters)}."
        return f"The limit is for people under {parameters['minor_age']}."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say for how long federal payment runs and how long the stay is."""
        return (
            f"Title IV-E is the only payer and pays {_limit(parameters)} here; {who(f)} "
            f"needs {counted(f.referral.stay_days, 'day')}."
        )

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask for the age, the stay or the category."""
        return ask(
            [
                (f.referral.age_years is None, f"how old {who(f)} is"),
                (f.referral.stay_days is None, f"how long {who(f)} needs to stay"),
                (
                    f.provider.family_first is None,
                    "which Title IV-E category the place is in",
                ),
            ]
        )


def _limit(parameters: Parameters) -> str:
    return counted(parameters["max_days"], "day")
