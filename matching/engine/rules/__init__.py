"""The rules, one small module for each family, and the catalogue of them all."""

from __future__ import annotations

from matching.domain.rulebook import RULES
from matching.engine.rules import (
    exclusions,
    money,
    needs,
    person,
    place,
    programme,
    readiness,
    refusals,
    residents,
    safety,
    together,
    vacancy,
)
from matching.engine.rules.base import PairRule, Rule, Spoken

_RULES: tuple[Rule, ...] = (
    person.Here(),
    place.ServiceArea(),
    place.Distance(),
    place.Suitable(),
    readiness.Licence(),
    readiness.Certified(),
    readiness.BackgroundClear(),
    readiness.Trained(),
    vacancy.BedsEnough(),
    vacancy.StaffEnough(),
    vacancy.OpenInTime(),
    vacancy.Fresh(),
    person.Age(),
    person.AgeOverStay(),
    person.GenderServed(),
    person.HouseholdServed(),
    programme.TakesTrafficking(),
    programme.TakesIdentified(),
    programme.TakesSource(),
    programme.NotReserved(),
    exclusions.ExcludesPregnancy(),
    exclusions.ExcludesParenting(),
    exclusions.ExcludesMedical(),
    exclusions.ExcludesDevelopmental(),
    exclusions.ExcludesBehaviour(),
    exclusions.ExcludesSubstance(),
    needs.NeedSubstance(),
    needs.NeedMentalHealth(),
    needs.NeedMedical(),
    needs.NeedDevelopmental(),
    needs.NeedParenting(),
    needs.NeedAccess(),
    needs.SharedLanguage(),
    safety.RunRisk(),
    safety.Supervised(),
    programme.StayLongEnough(),
    programme.IntakeNow(),
    safety.DangerZone(),
    safety.NotCompromised(),
    residents.KeptApart(),
    residents.ResidentGender(),
    residents.ResidentAge(),
    residents.Acuity(),
    needs.Affirming(),
    money.Payable(),
    money.FamilyFirst(),
)
_PAIR_RULES: tuple[PairRule, ...] = (
    refusals.DoNotPlace(),
    refusals.Declined(),
    refusals.Veto(),
)

_ORDER = {spec.code: k for k, spec in enumerate(RULES)}

#: Rules that follow from facts, in the order of the rulebook.
CATALOGUE: tuple[Rule, ...] = tuple(sorted(_RULES, key=lambda rule: _ORDER[rule.code]))

#: Rules that are lists of named pairs, in the order of the rulebook.
PAIR_RULES: tuple[PairRule, ...] = tuple(
    sorted(_PAIR_RULES, key=lambda rule: _ORDER[rule.code])
)

#: Rules on several people at once; what they bar is worked out from the others.
JOINT_RULES: tuple[Spoken, ...] = (together.Together(),)

_EVERY: tuple[Spoken, ...] = (*CATALOGUE, *PAIR_RULES, *JOINT_RULES)

#: Rules of every shape by code, in the order of the rulebook.
BY_CODE: dict[str, Spoken] = {
    rule.code: rule for rule in sorted(_EVERY, key=lambda rule: _ORDER[rule.code])
}

__all__ = ["BY_CODE", "CATALOGUE", "JOINT_RULES", "PAIR_RULES"]
