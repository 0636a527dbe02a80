"""Exclusions and needs, and care that must be there."""

from __future__ import annotations

import pytest

from matching.domain import words as w
from tests.builders import home, referral
from tests.engine.rules.helpers import FAIL, PASS, UNKNOWN, sentence, verdict

E, C = w.Exclusion, w.Capability
GROUPS = [
    (
        "excludes-pregnancy",
        E.PREGNANCY,
        {"pregnant_parenting": w.Parenting.PREGNANT},
        {"pregnant_parenting": w.Parenting.PARENTING},
    ),
    ("excludes-parenting", E.PARENTING, {"children_with": 1}, {"children_with": 0}),
    (
        "excludes-medical",
        E.MEDICAL_FRAGILITY,
        {"medically_fragile": True},
        {"medically_fragile": False},
    ),
    (
        "excludes-developmental",
        E.DEVELOPMENTAL,
        {"developmental_need": w.DevelopmentalNeed.MODERATE},
        {"developmental_need": w.DevelopmentalNeed.MILD},
    ),
    (
        "excludes-substance",
        E.SUBSTANCE_USE,
        {"substance_need": w.SubstanceNeed.OUTPATIENT},
        {"substance_need": w.SubstanceNeed.NONE},
    ),
    (
        "excludes-behaviour",
        E.FIRE_SETTING,
        {"behaviours": frozenset({w.Behaviour.FIRE_SETTING, w.Behaviour.SELF_HARM})},
        {"behaviours": frozenset({w.Behaviour.SELF_HARM})},
    ),
]


@pytest.mark.parametrize(("code", "exclusion", "inside", "outside"), GROUPS)
def test_exclusions(code, exclusion, inside, outside):
    barred = home(excludes=frozenset({exclusion}))
    open_to_all = home(excludes=frozenset())
    assert verdict(code, referral(**inside), barred) is FAIL
    assert verdict(code, referral(**outside), barred) is PASS
    assert verdict(code, referral(), barred) is UNKNOWN
    assert verdict(code, referral(**inside), home()) is UNKNOWN
    # One side known to settle it passes, whatever the other side says.
    assert verdict(code, referral(), open_to_all) is PASS
    others = home(excludes=frozenset(E) - {exclusion})
    if code != "excludes-behaviour":
        assert verdict(code, referral(**outside), home()) is PASS
        assert verdict(code, referral(), others) is PASS


def test_no_behaviour_passes_a_programme_that_has_not_said():
    assert verdict("excludes-behaviour", referral(behaviours=frozenset()), home()) is PASS


def test_exclusion_sentences():
    pregnant = referral(pregnant_parenting=w.Parenting.PREGNANT)
    assert sentence("excludes-pregnancy", pregnant, home(excludes=frozenset(E))) == (
        "Does not take pregnant people; this young person is pregnant."
    )
    assert sentence("excludes-pregnancy", pregnant, home()) == (
        "Ask whether the place takes pregnant people."
    )
    inpatient = referral(substance_need=w.SubstanceNeed.INPATIENT)
    assert sentence("excludes-substance", inpatient, home(excludes=frozenset(E))) == (
        "Does not take people who need treatment for substance use; "
        "this young person needs inpatient treatment."
    )


NEEDS = [
    ("need-substance", {"substance_need": w.SubstanceNeed.DETOX}, {C.DETOX}, True),
    (
        "need-substance",
        {"substance_need": w.SubstanceNeed.DETOX},
        {C.INPATIENT_SUBSTANCE},
        True,
    ),
    ("need-substance", {"substance_need": w.SubstanceNeed.INPATIENT}, {C.DETOX}, False),
    ("need-substance", {"substance_need": w.SubstanceNeed.OUTPATIENT}, set(), True),
    ("need-mental-health", {"mental_health_need": w.CareNeed.INTENSIVE}, {C.THERAPY}, True),
    (
        "need-mental-health",
        {"mental_health_need": w.CareNeed.INTENSIVE},
        {C.INPATIENT_MENTAL_HEALTH},
        True,
    ),
    ("need-mental-health", {"mental_health_need": w.CareNeed.INPATIENT}, {C.THERAPY}, False),
    ("need-mental-health", {"mental_health_need": w.CareNeed.STANDARD}, set(), True),
    (
        "need-medical",
        {"medical_need": w.CareNeed.NONE, "medically_fragile": True},
        {C.NURSING},
        True,
    ),
    (
        "need-medical",
        {"medical_need": w.CareNeed.NONE, "medically_fragile": True},
        set(),
        False,
    ),
    (
        "need-medical",
        {"medical_need": w.CareNeed.INPATIENT, "medically_fragile": True},
        {C.NURSING},
        False,
    ),
    (
        "need-developmental",
        {"developmental_need": w.DevelopmentalNeed.SEVERE},
        {C.DEVELOPMENTAL_SUPPORT},
        True,
    ),
    ("need-developmental", {"developmental_need": w.DevelopmentalNeed.MODERATE}, set(), False),
    ("need-developmental", {"developmental_need": w.DevelopmentalNeed.MILD}, set(), True),
    (
        "need-parenting",
        {"pregnant_parenting": w.Parenting.PREGNANT},
        {C.PARENTING_SUPPORT},
        False,
    ),
    ("need-parenting", {"pregnant_parenting": w.Parenting.PREGNANT}, {C.PRENATAL_CARE}, True),
    ("need-access", {"access_needs": frozenset({C.WHEELCHAIR})}, {C.WHEELCHAIR}, True),
    (
        "need-access",
        {"access_needs": frozenset({C.WHEELCHAIR, C.SIGN_LANGUAGE})},
        {C.WHEELCHAIR},
        False,
    ),
]


@pytest.mark.parametrize(("code", "need", "has", "met"), NEEDS)
def test_needs(code, need, has, met):
    person, place = referral(**need), home(capabilities=frozenset(has))
    assert verdict(code, person, place) is (PASS if met else FAIL)
    if has or not met:
        assert verdict(code, person, home()) is UNKNOWN


@pytest.mark.parametrize("code", sorted({code for code, *_ in NEEDS}))
def test_an_unknown_need_passes_only_where_everything_is_there(code):
    assert verdict(code, referral(), home(capabilities=frozenset(C))) is PASS
    assert verdict(code, referral(), home(capabilities=frozenset())) is UNKNOWN


def test_need_sentences():
    person = referral(mental_health_need=w.CareNeed.INPATIENT)
    bare = home(capabilities=frozenset())
    assert sentence("need-mental-health", person, bare) == (
        "This young person needs inpatient mental-health care; there is none."
    )
    wheels = referral(access_needs=frozenset({C.WHEELCHAIR, C.SIGN_LANGUAGE}))
    assert sentence("need-access", wheels, bare) == (
        "This young person needs wheelchair access and sign language; there is none."
    )


@pytest.mark.parametrize(
    ("own", "interpreter", "spoken", "expected"),
    [
        (("es", "en"), False, {"en"}, PASS),
        (("ht",), False, {"en"}, FAIL),
        (("ht",), True, {"en"}, PASS),
        (("ht",), None, {"en"}, UNKNOWN),
        (None, False, {"en"}, UNKNOWN),
        (None, True, None, PASS),
        (("ht",), False, None, UNKNOWN),
        (("ht",), False, set(), FAIL),
    ],
)
def test_language(own, interpreter, spoken, expected):
    person = referral(languages=own, interpreter_ok=interpreter)
    place = home(languages=None if spoken is None else frozenset(spoken))
    assert verdict("language", person, place) is expected


def test_affirming_is_asked_only_where_somebody_asks_for_it():
    asks = referral(lgbtq_affirming_requested=True)
    assert verdict("affirming", asks, home(lgbtq_affirming=True)) is PASS
    assert verdict("affirming", asks, home(lgbtq_affirming=False)) is FAIL
    assert verdict("affirming", asks, home()) is UNKNOWN
    assert verdict("affirming", referral(lgbtq_affirming_requested=False), home()) is PASS
    assert sentence("affirming", asks, home()) == ("Ask whether the place is LGBTQ+ affirming.")
