"""Rules on what a person needs and what a provider has."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import ClassVar

from matching.domain.words import (
    Capability,
    CareNeed,
    DevelopmentalNeed,
    Parenting,
    SubstanceNeed,
    label,
)
from matching.engine.problem import Problem
from matching.engine.rules.base import Facts, Parameters, Rows
from matching.engine.rules.exclusions import DEVELOPMENTAL
from matching.engine.rules.judged import Judged
from matching.engine.rules.logic import Truth, among, every, flag, holds_any, meets
from matching.engine.rules.text import ask, listed, start, who, worded

Care = SubstanceNeed | CareNeed | DevelopmentalNeed | Parenting
Served = Mapping[Care, tuple[Capability, ...]]
Wording = Mapping[Care, str]


class Need(Judged):
    """One coded need, and what serves each value of it that needs something.

    ``served`` names for each such value the capabilities any one of which is
    enough: inpatient care also serves a lesser need of its own kind.
    """

    reads_pool = ("capabilities",)
    column: ClassVar[str]  #: of the referral columns
    attribute: ClassVar[str]  #: of the referral record
    served: ClassVar[Served]
    words: ClassVar[Wording]  #: the need, after "needs"
    asked: ClassVar[str]  #: the question about the person, after "whether ..."
    offered: ClassVar[str]  #: what the place is asked for, after "has"

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Pass unless a value needs something that the provider does not have."""
        need = getattr(problem.referrals, self.column)[i]
        has = problem.pools.capabilities.take(j)
        return every(
            ~among(need, (value,)) | holds_any(has, enough)
            for value, enough in self.served.items()
        )

    def value(self, f: Facts) -> Care | None:
        """Return the person's need; None if nobody has said."""
        need: Care | None = getattr(f.referral, self.attribute)
        return need

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say that the need is served, or that there is none."""
        value, has = self.value(f), f.provider.capabilities or frozenset()
        if value is not None and value not in self.served:
            return f"{start(who(f))} does not need {self.offered}."
        there = [c for enough in self.served.values() for c in enough if c in has]
        return f"Has {listed([label(c) for c in dict.fromkeys(there)] or [self.offered])}."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say what is needed and not there."""
        value = self.value(f)
        needed = self.offered if value is None else self.words.get(value, self.offered)
        return f"{start(who(f))} needs {needed}; there is none."

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask about the person, the place, or both."""
        value = self.value(f)
        offered = self.offered if value is None else self.words.get(value, self.offered)
        return ask(
            [
                (value is None, f"whether {who(f)} {self.asked}"),
                (f.provider.capabilities is None, f"whether the place has {offered}"),
            ]
        )


class NeedSubstance(Need):
    """Substance-use treatment."""

    code = "need-substance"
    reads_referral = ("substance",)
    column, attribute = "substance", "substance_need"
    served: ClassVar[Served] = {
        SubstanceNeed.DETOX: (Capability.DETOX, Capability.INPATIENT_SUBSTANCE),
        SubstanceNeed.INPATIENT: (Capability.INPATIENT_SUBSTANCE,),
    }
    words: ClassVar[Wording] = {
        SubstanceNeed.DETOX: "detoxification",
        SubstanceNeed.INPATIENT: "inpatient treatment for substance use",
    }
    asked = "needs detoxification or inpatient treatment"
    offered = "detoxification or inpatient treatment"


class NeedMentalHealth(Need):
    """Mental-health care."""

    code = "need-mental-health"
    reads_referral = ("mental_health",)
    column, attribute = "mental_health", "mental_health_need"
    served: ClassVar[Served] = {
        CareNeed.INTENSIVE: (Capability.THERAPY, Capability.INPATIENT_MENTAL_HEALTH),
        CareNeed.INPATIENT: (Capability.INPATIENT_MENTAL_HEALTH,),
    }
    words: ClassVar[Wording] = {
        CareNeed.INTENSIVE: "intensive mental-health care",
        CareNeed.INPATIENT: "inpatient mental-health care",
    }
    asked = "needs intensive or inpatient mental-health care"
    offered = "intensive or inpatient mental-health care"


class NeedMedical(Need):
    """Medical care; a medically fragile person needs nursing at least."""

    code = "need-medical"
    reads_referral = ("medical", "fragile")
    column, attribute = "medical", "medical_need"
    served: ClassVar[Served] = {
        CareNeed.INTENSIVE: (Capability.NURSING, Capability.INPATIENT_MEDICAL),
        CareNeed.INPATIENT: (Capability.INPATIENT_MEDICAL,),
    }
    words: ClassVar[Wording] = {
        CareNeed.INTENSIVE: "nursing",
        CareNeed.INPATIENT: "inpatient medical care",
    }
    asked = "needs nursing or inpatient medical care"
    offered = "nursing or inpatient medical care"

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Add nursing for those who are medically fragile."""
        nursed = holds_any(problem.pools.capabilities.take(j), self.served[CareNeed.INTENSIVE])
        by_need = super().met(problem, parameters, i, j)
        return by_need & (~flag(problem.referrals.fragile[i]) | nursed)

    def value(self, f: Facts) -> Care | None:
        """Count a fragile person as one who needs nursing; unknown if either is."""
        need, fragile = f.referral.medical_need, f.referral.medically_fragile
        if need is CareNeed.INPATIENT:
            return need
        if fragile:
            return CareNeed.INTENSIVE
        return need if fragile is not None or need is CareNeed.INTENSIVE else None


class NeedDevelopmental(Need):
    """Developmental support."""

    code = "need-developmental"
    reads_referral = ("developmental",)
    column, attribute = "developmental", "developmental_need"
    served: ClassVar[Served] = dict.fromkeys(DEVELOPMENTAL, (Capability.DEVELOPMENTAL_SUPPORT,))
    words: ClassVar[Wording] = {
        need: f"{need.value} developmental support" for need in DEVELOPMENTAL
    }
    asked = "needs moderate or severe developmental support"
    offered = "developmental support"


class NeedParenting(Need):
    """Care for pregnant or parenting people."""

    code = "need-parenting"
    reads_referral = ("parenting",)
    column, attribute = "parenting", "pregnant_parenting"
    served: ClassVar[Served] = {
        Parenting.PREGNANT: (Capability.PRENATAL_CARE,),
        Parenting.PARENTING: (Capability.PARENTING_SUPPORT,),
    }
    words: ClassVar[Wording] = {
        Parenting.PREGNANT: "prenatal care",
        Parenting.PARENTING: "parenting support",
    }
    asked = "is pregnant or parenting"
    offered = "prenatal care or parenting support"


class NeedAccess(Judged):
    """Access needs met, every one of them."""

    code = "need-access"
    reads_referral = ("access",)
    reads_pool = ("capabilities",)

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Pass if each need is among the features of the place."""
        needs, has = problem.referrals.access.take(i), problem.pools.capabilities.take(j)
        return every(
            ~holds_any(needs, (feature,)) | holds_any(has, (feature,)) for feature in Capability
        )

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say which needs are met, or that there are none."""
        if not f.referral.access_needs:
            return f"No access need is recorded for {who(f)}."
        return f"Has {worded(f.referral.access_needs)}."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say which needs are not met."""
        lacking = _lacking(f)
        if not lacking:
            return f"An access need of {who(f)} is not met."
        return f"{start(who(f))} needs {listed([label(c) for c in lacking])}; there is none."

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask for the needs, or whether the place meets them."""
        features = worded(f.referral.access_needs or None)
        if not f.referral.access_needs:
            features = "every access feature"
        return ask(
            [
                (f.referral.access_needs is None, f"which access needs {who(f)} has"),
                (f.provider.capabilities is None, f"whether the place has {features}"),
            ]
        )


def _lacking(f: Facts) -> list[Capability]:
    needs: Collection[Capability] = f.referral.access_needs or ()
    has: Collection[Capability] = f.provider.capabilities or ()
    return [feature for feature in Capability if feature in needs and feature not in has]


class SharedLanguage(Judged):
    """A shared language or an interpreter."""

    code = "language"
    reads_referral = ("languages", "interpreter_ok")
    reads_pool = ("languages",)

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Pass if a language is shared or an interpreter will do."""
        person, pools = problem.referrals, problem.pools
        shared = meets(person.languages.take(i), pools.languages.take(j))
        return shared | flag(person.interpreter_ok[i])

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say which language is shared, or that an interpreter will do."""
        shared = [t for t in f.referral.languages or () if t in (f.provider.languages or ())]
        if shared:
            return f"A language is shared: {listed(shared)}."
        return f"An interpreter will do for {who(f)}."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say which languages are spoken on both sides."""
        spoken = listed(sorted(f.provider.languages or ()))
        own = listed(f.referral.languages or ())
        return (
            f"Languages spoken there: {spoken}; {who(f)} speaks {own}, and an interpreter "
            "will not do."
        )

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask for the languages or about an interpreter."""
        return ask(
            [
                (f.referral.languages is None, f"which languages {who(f)} speaks"),
                (f.provider.languages is None, "which languages are spoken at the place"),
                (
                    f.referral.interpreter_ok is None,
                    f"whether an interpreter will do for {who(f)}",
                ),
            ]
        )


class Affirming(Judged):
    """Affirming, where asked for."""

    code = "affirming"
    reads_referral = ("affirming",)
    reads_pool = ("affirming",)

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Pass unless it is asked for and the place says that it is not."""
        asked = flag(problem.referrals.affirming[i])
        return ~asked | flag(problem.pools.affirming[j])

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say that the place is affirming, or that nobody asks for it."""
        if f.provider.lgbtq_affirming:
            return "Says that it is LGBTQ+ affirming."
        return f"{start(who(f))} does not ask for an LGBTQ+ affirming place."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say that it is asked for and not given."""
        return (
            f"{start(who(f))} asks for an LGBTQ+ affirming place; this one says that it is not."
        )

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask the person, the place, or both."""
        return ask(
            [
                (
                    f.referral.lgbtq_affirming_requested is None,
                    f"whether {who(f)} asks for an LGBTQ+ affirming place",
                ),
                (
                    f.provider.lgbtq_affirming is None,
                    "whether the place is LGBTQ+ affirming",
                ),
            ]
        )
