"""Rules on groups that a programme states it does not take.

A programme known to exclude nothing takes everybody, and a person known not
to be in a group passes whatever the programme says.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from matching.domain.words import (
    Behaviour,
    DevelopmentalNeed,
    Exclusion,
    Parenting,
    SubstanceNeed,
    label,
)
from matching.engine.problem import Problem
from matching.engine.rules.base import Facts, Parameters, Rows
from matching.engine.rules.judged import Judged
from matching.engine.rules.logic import Truth, among, any_of, flag, holds_any
from matching.engine.rules.person import children_question, with_children
from matching.engine.rules.text import ask, counted, listed, who


class Excludes(Judged):
    """One group that a programme may exclude."""

    reads_pool = ("excludes",)
    exclusion: ClassVar[Exclusion]
    people: ClassVar[str]  #: the group, in words: "pregnant people"

    @abstractmethod
    def belongs(self, problem: Problem, i: Rows) -> Truth:
        """Tell whether a person is in the group."""

    @abstractmethod
    def belonging(self, f: Facts) -> tuple[bool | None, str, str]:
        """Return whether the person is in the group, that in words, and the question."""

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Pass unless the person is in the group and the programme excludes it."""
        excluded = holds_any(problem.pools.excludes.take(j), (self.exclusion,))
        return ~(self.belongs(problem, i) & excluded)

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say that the group is not excluded, or does not apply."""
        if f.provider.excludes is not None and self.exclusion not in f.provider.excludes:
            return f"Does not exclude {self.people}."
        return f"This does not apply: {who(f)} is not recorded among {self.people}."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say that the group is excluded and the person is in it."""
        return f"Does not take {self.people}; {self.belonging(f)[1]}."

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask about the person, the programme, or both."""
        inside, _, text = self.belonging(f)
        return ask(
            [
                (inside is None, text),
                (f.provider.excludes is None, f"whether the place takes {self.people}"),
            ]
        )


class ExcludesPregnancy(Excludes):
    """Takes pregnant people."""

    code = "excludes-pregnancy"
    reads_referral = ("parenting",)
    exclusion = Exclusion.PREGNANCY
    people = "pregnant people"

    def belongs(self, problem: Problem, i: Rows) -> Truth:
        """Tell whether a person is pregnant."""
        return among(problem.referrals.parenting[i], (Parenting.PREGNANT,))

    def belonging(self, f: Facts) -> tuple[bool | None, str, str]:
        """Say it."""
        status = f.referral.pregnant_parenting
        inside = None if status is None else status is Parenting.PREGNANT
        return inside, f"{who(f)} is pregnant", f"whether {who(f)} is pregnant"


class ExcludesParenting(Excludes):
    """Takes parents with a child."""

    code = "excludes-parenting"
    reads_referral = ("children", "parenting")
    exclusion = Exclusion.PARENTING
    people = "parents with a child"

    def belongs(self, problem: Problem, i: Rows) -> Truth:
        """Tell whether a child comes along."""
        return with_children(problem.referrals, i)

    def belonging(self, f: Facts) -> tuple[bool | None, str, str]:
        """Say it."""
        number = f.referral.children_with
        comes = f"{who(f)} comes with {counted(number or 1, 'child', 'children')}"
        status = f.referral.pregnant_parenting
        if number is None and status in (Parenting.NONE, Parenting.PREGNANT):
            return False, comes, children_question(f)
        return None if number is None else number > 0, comes, children_question(f)


class ExcludesMedical(Excludes):
    """Takes medically fragile people."""

    code = "excludes-medical"
    reads_referral = ("fragile",)
    exclusion = Exclusion.MEDICAL_FRAGILITY
    people = "medically fragile people"

    def belongs(self, problem: Problem, i: Rows) -> Truth:
        """Tell whether a person is medically fragile."""
        return flag(problem.referrals.fragile[i])

    def belonging(self, f: Facts) -> tuple[bool | None, str, str]:
        """Say it."""
        fragile = f"{who(f)} is medically fragile"
        return f.referral.medically_fragile, fragile, f"whether {fragile}"


#: From which need on a programme's exclusion, and a need for support, count.
DEVELOPMENTAL = (DevelopmentalNeed.MODERATE, DevelopmentalNeed.SEVERE)


class ExcludesDevelopmental(Excludes):
    """Takes people with moderate or severe developmental needs."""

    code = "excludes-developmental"
    reads_referral = ("developmental",)
    exclusion = Exclusion.DEVELOPMENTAL
    people = "people with developmental support needs"

    def belongs(self, problem: Problem, i: Rows) -> Truth:
        """Tell whether the need is moderate or severe."""
        return among(problem.referrals.developmental[i], DEVELOPMENTAL)

    def belonging(self, f: Facts) -> tuple[bool | None, str, str]:
        """Say it."""
        need = f.referral.developmental_need
        degree = "" if need is None else f"{label(need)} "
        return (
            None if need is None else need in DEVELOPMENTAL,
            f"{who(f)} has {degree}needs",
            f"whether {who(f)} has moderate or severe developmental needs",
        )


class ExcludesSubstance(Excludes):
    """Takes people who use substances."""

    code = "excludes-substance"
    reads_referral = ("substance",)
    exclusion = Exclusion.SUBSTANCE_USE
    people = "people who need treatment for substance use"

    def belongs(self, problem: Problem, i: Rows) -> Truth:
        """Tell whether any treatment is needed."""
        return ~among(problem.referrals.substance[i], (SubstanceNeed.NONE,))

    def belonging(self, f: Facts) -> tuple[bool | None, str, str]:
        """Say it."""
        need = f.referral.substance_need
        kind = "such" if need in (None, SubstanceNeed.NONE) else label(need)
        return (
            None if need is None else need is not SubstanceNeed.NONE,
            f"{who(f)} needs {kind} treatment",
            f"whether {who(f)} needs treatment for substance use",
        )


#: What a programme says when it excludes a behaviour.
BEHAVIOURS = {behaviour: Exclusion(behaviour.value) for behaviour in Behaviour}


class ExcludesBehaviour(Judged):
    """Takes people with these behaviours."""

    code = "excludes-behaviour"
    reads_referral = ("behaviours",)
    reads_pool = ("excludes",)

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Pass unless a behaviour is both the person's and excluded."""
        shown, excluded = problem.referrals.behaviours.take(i), problem.pools.excludes.take(j)
        return ~any_of(
            holds_any(shown, (behaviour,)) & holds_any(excluded, (exclusion,))
            for behaviour, exclusion in BEHAVIOURS.items()
        )

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say that no behaviour stands in the way."""
        if f.referral.behaviours is not None and not f.referral.behaviours:
            return f"No such behaviour is recorded for {who(f)}."
        return "Excludes none of the behaviours that matter here."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say which behaviours of the person are excluded."""
        both = [
            label(behaviour)
            for behaviour, exclusion in BEHAVIOURS.items()
            if behaviour in (f.referral.behaviours or ())
            and exclusion in (f.provider.excludes or ())
        ]
        return f"Does not take people with {listed(both or ['these behaviours'])}."

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask for the behaviours, or which are excluded."""
        shown, excluded = f.referral.behaviours, f.provider.excludes
        which = [label(b) for b in BEHAVIOURS if shown is None or b in shown]
        barred = [label(b) for b, e in BEHAVIOURS.items() if excluded is None or e in excluded]
        return ask(
            [
                (shown is None, f"whether {who(f)} shows {listed(barred, 'or')}"),
                (excluded is None, f"whether the place takes people with {listed(which)}"),
            ]
        )
