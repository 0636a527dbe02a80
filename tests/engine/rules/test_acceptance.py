"""The cases that the domain itself asks for, each on a pair where all else is well."""

from __future__ import annotations

import numpy as np

from matching.domain import policy
from matching.domain import words as w
from matching.domain.records import Training
from matching.domain.rulebook import RULE_BY_CODE, Stage
from matching.engine.rules import CATALOGUE
from matching.engine.rules.base import Verdict, facts
from tests.builders import (
    HERE,
    NEAR,
    day,
    known_home,
    known_pool,
    known_referral,
    problem,
)

POLICIES = {name: policy.load(name) for name in policy.available()}
PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN


def judged(person=None, place=None, beds=None, name="florida"):
    """Return the verdicts other than PASS, with their sentences."""
    made = problem(person or known_referral(), place or known_home(), beds or known_pool())
    zero, known, out = np.array([0]), facts(made, 0, 0), {}
    for rule in CATALOGUE:
        setting = POLICIES[name].rules[rule.code]
        if setting.in_force(made.as_of.date()):
            found = Verdict(int(rule.evaluate(made, setting.parameters, zero, zero)[0]))
            if found is not PASS:
                said = rule.say(known, setting.parameters, found)
                out[rule.code] = (found, said)
    return out


def test_nothing_stands_in_the_way_of_the_known_pair():
    for name in POLICIES:
        assert judged(name=name) == {}


def test_1_pregnant_child_and_a_programme_that_excludes_pregnancy():
    found = judged(
        known_referral(pregnant_parenting=w.Parenting.PREGNANT),
        known_home(excludes=frozenset({w.Exclusion.PREGNANCY, w.Exclusion.MEDICAL_FRAGILITY})),
    )
    assert found == {
        "excludes-pregnancy": (
            FAIL,
            "Does not take pregnant people; this young person is pregnant.",
        )
    }
    assert RULE_BY_CODE["excludes-pregnancy"].stage is Stage.EXCLUDED


def test_2_certificate_expired_yesterday_but_licence_valid():
    lapsed = known_home(certificate_expires=day(-1))
    as_safe_home = judged(known_referral(behaviour_managed_confirmed=False), lapsed)
    assert set(as_safe_home) == {"placement-type", "certificate"}
    assert as_safe_home["certificate"][1].startswith("The certificate ended on 2 Nov 2026")
    # It may be offered as the ordinary foster home that its licence makes it.
    ordinary = known_referral(acceptable_types=frozenset({w.PlacementType.FOSTER_HOME}))
    assert judged(ordinary, lapsed) == {}


def test_3_one_of_two_caregivers_annual_hours_lapsed():
    trainings = (
        Training(course=w.Course.TRAFFICKING, expires=day(99), caregiver="C1"),
        Training(course=w.Course.TRAFFICKING, expires=day(99), caregiver="C2"),
        Training(course=w.Course.TRAFFICKING_ANNUAL, expires=day(99), caregiver="C1"),
        Training(course=w.Course.TRAFFICKING_ANNUAL, expires=day(-1), caregiver="C2"),
    )
    assert judged(place=known_home(trainings=trainings)) == {
        "training": (FAIL, "Yearly training for trafficking ended on 2 Nov 2026.")
    }


def test_5_turns_18_in_10_days_and_the_house_takes_up_to_17():
    person = known_referral(age_years=17, days_to_birthday=10, stay_days=90)
    assert judged(person) == {
        "age-stay": (
            FAIL,
            "This young person passes the limit of 17 here in 10 days; the stay is 90 days.",
        )
    }
    assert judged(known_referral(age_years=17, days_to_birthday=10, stay_days=10)) == {}
    unsure = known_referral(age_years=17, days_to_birthday=None, stay_days=90)
    assert judged(unsure)["age-stay"] == (
        UNKNOWN,
        "Ask how many days it is to the next birthday.",
    )


def test_7_away_from_the_danger_at_home_and_near_the_school_there():
    person = known_referral(avoid_counties=frozenset({HERE}), school_county=HERE)
    assert judged(person) == {
        "danger-zone": (
            FAIL,
            "Alder County, XA is a county that this young person must avoid.",
        )
    }
    # The school never bars a place: a home farther off is open to them.
    assert judged(person, known_home(county=NEAR)) == {}
    setting = POLICIES["florida"].rules["danger-zone"]
    assert setting.waiver_role == "supervisor"  # the last word is a person's


def test_9_an_ordinary_home_stands_in_only_with_confirmed_safety():
    ordinary = known_home(
        placement_type=w.PlacementType.FOSTER_HOME,
        certificate=w.Certificate.NONE,
        certificate_expires=None,
    )
    suits = {"acceptable_types": frozenset({w.PlacementType.FOSTER_HOME})}
    assert judged(known_referral(**suits), ordinary) == {}
    made = problem(known_referral(**suits), ordinary, known_pool())
    rule = next(rule for rule in CATALOGUE if rule.code == "certificate")
    setting = POLICIES["florida"].rules["certificate"]
    assert rule.say(facts(made, 0, 0), setting.parameters, PASS) == (
        "An ordinary place as a recorded fallback: it is confirmed that the behaviour can "
        "be managed there without danger to other children."
    )
    refused = judged(known_referral(**suits, behaviour_managed_confirmed=False), ordinary)
    assert refused["certificate"][0] is FAIL
    unasked = judged(known_referral(**suits, behaviour_managed_confirmed=None), ordinary)
    assert unasked["certificate"][0] is UNKNOWN
    assert unasked["certificate"][1].startswith("Ask whether the behaviour of")
