"""What may be said on the telephone is the least, and never what must stay here."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from matching.domain import policy as policies
from matching.domain import words as w
from matching.insight.saying import may_say
from tests.builders import TODAY, day, known_referral, referral
from tests.strategies import referrals

POLICY = policies.load("general")


def said(**facts) -> tuple[str, ...]:
    return may_say(known_referral(**facts), POLICY, TODAY)


def test_the_least_of_somebody_with_no_special_need():
    assert said(needed_by=None) == (
        "15 years, female",
        "a place for girls and women or a mixed place",
        "1 bed",
        "from tonight, 3 Nov 2026",
        "for about 90 days",
    )


def test_of_somebody_unknown_only_the_age_is_said_to_be_so():
    assert may_say(referral(), POLICY, TODAY) == (
        "age not known yet",
        "1 bed",
        "day not known yet",
    )


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"substance_need": w.SubstanceNeed.DETOX}, "needs detoxification"),
        ({"mental_health_need": w.CareNeed.INTENSIVE}, "needs intensive mental-health care"),
        ({"medical_need": w.CareNeed.INTENSIVE}, "needs nursing"),
        ({"medically_fragile": True}, "needs nursing"),
        ({"pregnant_parenting": w.Parenting.PREGNANT}, "needs prenatal care"),
        ({"access_needs": frozenset({w.Capability.WHEELCHAIR})}, "needs wheelchair access"),
        ({"recruitment_risk": w.Level.HIGH}, "needs staff who are awake at night"),
        ({"languages": ("es",)}, "needs Spanish or an interpreter"),
        ({"languages": ("es",), "interpreter_ok": False}, "needs Spanish"),
        ({"lgbtq_affirming_requested": True}, "needs an LGBTQ+ affirming place"),
        ({"children_with": 2}, "3 beds, for one person with 2 children"),
        ({"needed_by": day(2)}, "from 5 Nov 2026"),
        ({"needed_by": None, "urgency": w.Urgency.PLANNED}, "planned"),
    ],
)
def test_what_a_rule_holds_against_the_place_is_said(facts, words):
    assert words in said(**facts)
    assert words not in said()


def test_nursing_is_said_once():
    both = said(medical_need=w.CareNeed.INTENSIVE, medically_fragile=True)
    assert sum("nursing" in one for one in both) == 1


def test_a_need_that_no_rule_asks_for_is_not_said():
    off = replace(
        POLICY,
        rules={
            code: replace(setting, on=False) if code == "need-substance" else setting
            for code, setting in POLICY.rules.items()
        },
    )
    who = known_referral(substance_need=w.SubstanceNeed.DETOX)
    assert "needs detoxification" in may_say(who, POLICY, TODAY)
    assert "needs detoxification" not in may_say(who, off, TODAY)


#: Facts that no provider is told before it has accepted, whatever they are.
SILENT = {
    "referral_id": "R-SECRET",
    "worker": "unit 7",
    "trafficking_type": w.TraffickingType.SEX,
    "identification": w.Identification.VERIFIED,
    "run_risk": w.Level.HIGH,
    "behaviours": frozenset(w.Behaviour),
    "home_county": "12086",
    "school_county": "12011",
    "avoid_counties": frozenset({"48201"}),
    "separate_from": frozenset({"T-1"}),
    "group_id": "G-1",
    "declined_by": frozenset({"P9"}),
    "vetoed_providers": frozenset({"P8"}),
    "trauma_level": w.Level.HIGH,
    "exploitation_duration": w.ExploitationDuration.OVER_24_MONTHS,
    "icwa_status": w.IcwaStatus.YES,
}


@given(referrals())
def test_nothing_else_changes_what_is_said(who):
    assert may_say(replace(who, **SILENT), POLICY, TODAY) == may_say(who, POLICY, TODAY)
