"""Slow twins of the rules on exclusions, needs, safety and money."""

from __future__ import annotations

from collections.abc import Callable

from matching.domain import words as w
from tests.builders import FAR, HERE, MIAMI, NEAR, TODAY, day
from tests.engine.rules import meanings
from tests.engine.rules.oracle import Facts, Oracle, Values, subsets


def _excluding(
    exclusion: w.Exclusion, test: Callable[[Facts], bool], **person: Values
) -> Oracle:
    other = next(e for e in w.Exclusion if e is not exclusion)
    return Oracle(
        holds=lambda f, _: not (test(f) and exclusion in f.excludes),
        person=person,
        place={"excludes": subsets([exclusion, other])},
    )


_YES_NO = (False, True)
_CHILDREN: dict[str, Values] = {
    "children_with": [0, 1, 2],
    "pregnant_parenting": [*w.Parenting],
}
_C, _T, _F = w.Capability, w.PlacementType, w.Funding


ORACLES: dict[str, Oracle] = {
    "excludes-pregnancy": _excluding(
        w.Exclusion.PREGNANCY,
        lambda f: f.pregnant_parenting == "pregnant",
        pregnant_parenting=[*w.Parenting],
    ),
    "excludes-parenting": _excluding(
        w.Exclusion.PARENTING, lambda f: bool(f.children_with), **_CHILDREN
    ),
    "excludes-medical": _excluding(
        w.Exclusion.MEDICAL_FRAGILITY,
        lambda f: f.medically_fragile,
        medically_fragile=_YES_NO,
    ),
    "excludes-developmental": _excluding(
        w.Exclusion.DEVELOPMENTAL,
        lambda f: f.developmental_need in ("moderate", "severe"),
        developmental_need=[*w.DevelopmentalNeed],
    ),
    "excludes-behaviour": Oracle(
        holds=meanings.behaviours,
        person={"behaviours": subsets([*w.Behaviour])},
        place={
            "excludes": subsets(
                [
                    w.Exclusion.AGGRESSION,
                    w.Exclusion.FIRE_SETTING,
                    w.Exclusion.SEXUALISED,
                    w.Exclusion.SELF_HARM,
                ]
            )
        },
    ),
    "excludes-substance": _excluding(
        w.Exclusion.SUBSTANCE_USE,
        lambda f: f.substance_need != "none",
        substance_need=[*w.SubstanceNeed],
    ),
    "need-substance": Oracle(
        holds=meanings.substance,
        person={"substance_need": [*w.SubstanceNeed]},
        place={"capabilities": subsets([_C.DETOX, _C.INPATIENT_SUBSTANCE, _C.NURSING])},
    ),
    "need-mental-health": Oracle(
        holds=meanings.mental_health,
        person={"mental_health_need": [*w.CareNeed]},
        place={"capabilities": subsets([_C.THERAPY, _C.INPATIENT_MENTAL_HEALTH, _C.DETOX])},
    ),
    "need-medical": Oracle(
        holds=meanings.medical,
        person={"medical_need": [*w.CareNeed], "medically_fragile": _YES_NO},
        place={"capabilities": subsets([_C.NURSING, _C.INPATIENT_MEDICAL, _C.DETOX])},
    ),
    "need-developmental": Oracle(
        holds=lambda f, _: (
            f.developmental_need not in ("moderate", "severe")
            or "developmental_support" in f.capabilities
        ),
        person={"developmental_need": [*w.DevelopmentalNeed]},
        place={"capabilities": subsets([_C.DEVELOPMENTAL_SUPPORT, _C.NURSING])},
    ),
    "need-parenting": Oracle(
        holds=lambda f, _: meanings.serves(
            f,
            f.pregnant_parenting,
            {"pregnant": {"prenatal_care"}, "parenting": {"parenting_support"}},
        ),
        person={"pregnant_parenting": [*w.Parenting]},
        place={"capabilities": subsets([_C.PRENATAL_CARE, _C.PARENTING_SUPPORT])},
    ),
    "need-access": Oracle(
        holds=lambda f, _: f.access_needs <= f.capabilities,
        person={"access_needs": subsets([_C.WHEELCHAIR, _C.SIGN_LANGUAGE])},
        place={
            "capabilities": [*subsets([_C.WHEELCHAIR, _C.SIGN_LANGUAGE]), frozenset(_C)],
        },
        more={"access_needs": [frozenset(_C)]},
    ),
    "language": Oracle(
        holds=meanings.language,
        person={
            "languages": [(), ("en",), ("es", "en"), ("fr",)],
            "interpreter_ok": _YES_NO,
        },
        place={"spoken": subsets(["en", "es"])},
        more={"languages": [("zz",)], "spoken": [frozenset({"zz", "en", "es", "fr"})]},
    ),
    "run-risk": Oracle(
        holds=meanings.run_risk,
        person={"run_risk": [*w.Level]},
        place={"run_tolerance": [*w.Level]},
    ),
    "supervision": Oracle(
        holds=meanings.supervised,
        person={"recruitment_risk": [*w.Level]},
        place={"placement_type": [*_T], "awake_night": _YES_NO},
    ),
    "stay": Oracle(
        holds=meanings.stay,
        person={"urgency": [*w.Urgency], "stay_days": [1, 30, 31]},
        place={"max_stay_days": [30, 90]},
        kept=frozenset({"urgency"}),
        more={"stay_days": [9999], "max_stay_days": [0, 9999]},
        settings=({}, {"urgencies": ["tonight", "72h", "planned"]}, {"urgencies": []}),
    ),
    "intake-hours": Oracle(
        holds=meanings.intake,
        person={"urgency": [*w.Urgency]},
        place={"intake_24_7": _YES_NO},
        kept=frozenset({"urgency"}),
        settings=({}, {"urgencies": ["tonight", "72h"]}, {"urgencies": []}),
    ),
    "danger-zone": Oracle(
        holds=meanings.danger,
        person={"avoid_counties": subsets([HERE, NEAR, FAR])},
        place={"county": [HERE, NEAR, FAR]},
        more={"county": [MIAMI]},
        settings=({}, {"min_miles": 0}, {"min_miles": 29}),
    ),
    "compromised": Oracle(
        holds=meanings.compromised,
        place={
            "compromised_until": [day(-1), TODAY, day(1)],
            "compromise_cleared": _YES_NO,
        },
        kept=frozenset({"compromised_until", "compromise_cleared"}),
    ),
    "kept-apart": Oracle(
        holds=meanings.apart,
        person={"separate_from": subsets(["T1", "T2"])},
        place={"resident_tokens": subsets(["T1", "T3"])},
        more={"separate_from": [frozenset({"T3"})], "resident_tokens": [frozenset({"T2"})]},
    ),
    "resident-gender": Oracle(
        judge=meanings.resident_gender,
        person={"gender": [*w.Gender], "acceptable_settings": subsets([*w.Setting])},
        place={"residents": [0, 1]},
        beds={
            "gender_lock": [*w.Gender, None, None, None, None, None],
            "genders": subsets([*w.Gender][:3]),
            "beds_occupied": [0, 1],
        },
        kept=frozenset({"gender_lock", "genders", "residents", "beds_occupied"}),
        settings=({}, {"empty_pools_lock": False}),
    ),
    "resident-age": Oracle(
        judge=meanings.resident_age,
        person={"age_years": [10, 12, 14, 16, 19, 20]},
        place={"residents": [0, 2]},
        beds={
            "resident_age_min": [14],
            "resident_age_max": [14, 17],
            "age_spread_max": [0, 3, 5],
        },
        kept=frozenset({"residents", "age_spread_max"}),
    ),
    "acuity": Oracle(
        judge=meanings.acuity,
        person={
            "run_risk": [*w.Level],
            "recruitment_risk": [*w.Level],
            "mental_health_need": [*w.CareNeed],
            "behaviours": subsets([w.Behaviour.FIRE_SETTING, w.Behaviour.SELF_HARM]),
        },
        place={"high_acuity_residents": [0, 1, 2], "high_acuity_limit": [0, 1, 2]},
        kept=frozenset({"high_acuity_limit"}),
    ),
    "affirming": Oracle(
        holds=lambda f, _: not f.lgbtq_affirming_requested or f.lgbtq_affirming,
        person={"lgbtq_affirming_requested": _YES_NO},
        place={"lgbtq_affirming": _YES_NO},
    ),
    "funding": Oracle(
        holds=meanings.payable,
        person={"funding": subsets([_F.IV_E, _F.STATE, _F.NONE])},
        place={"accepted": subsets([_F.IV_E, _F.STATE, _F.NONE])},
        more={"accepted": [frozenset({_F.PRIVATE})]},
    ),
    "family-first": Oracle(
        holds=meanings.family_first,
        person={
            "funding": subsets([_F.IV_E, _F.STATE]),
            "age_years": [17, 18],
            "stay_days": [14, 15],
        },
        place={"family_first": [*w.FamilyFirstCategory]},
        kept=frozenset({"funding"}),
        more={"age_years": [0], "stay_days": [999]},
        settings=({}, {"max_days": 15, "minor_age": 17}),
    ),
}
