"""Every remedy lifts its rule, and touches nothing else."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain import words as w
from matching.domain.policy import load
from matching.domain.records import Training
from matching.domain.rulebook import RULE_BY_CODE
from matching.domain.rulebook import Remedy as Means
from matching.engine.judge import BIT, Judge
from matching.engine.rules.base import facts
from matching.insight.attempts import ChangeKind
from matching.insight.attempts_places import kind_of
from matching.insight.remedies import (
    LIFTED,
    OF_A_POOL,
    certificate_decides,
    remedy,
    with_beds,
    with_licence,
    with_staff,
)
from tests.builders import course, day, known_home, known_pool, known_referral, problem

FLORIDA = load("florida")
BOTH_COURSES = FLORIDA.with_rule(
    "training",
    parameters={"courses": ("trafficking",), "labour_courses": ("labour_trafficking",)},
)
TRAINED = known_home().trainings
MEN = frozenset({w.Gender.MALE})


def _failing(one, policy):
    judge = Judge(one, policy)
    bits = int(judge.bits(np.array([0]), np.array([0]))[0][0, 0])
    return {code for code, k in BIT.items() if bits >> k & 1}


#: Rule, person, home, pool, and the words of the remedy.
CASES = [
    ("training", {}, {"trainings": ()}, {}, "a trafficking course"),
    (
        "training",
        {"trafficking_type": w.TraffickingType.BOTH},
        {"trainings": (course(ends=day(-3)),)},
        {},
        "a trafficking course and a course on labour trafficking",
    ),
    (
        "need-developmental",
        {"developmental_need": w.DevelopmentalNeed.SEVERE},
        {"capabilities": frozenset()},
        {},
        "developmental support",
    ),
    (
        "need-parenting",
        {"pregnant_parenting": w.Parenting.PREGNANT},
        {"capabilities": frozenset({w.Capability.PARENTING_SUPPORT})},
        {},
        "prenatal care",
    ),
    (
        "affirming",
        {"lgbtq_affirming_requested": True},
        {"lgbtq_affirming": False},
        {},
        "training to be LGBTQ+ affirming",
    ),
    ("licence", {}, {"licence_expires": day(-1)}, {}, "a renewed licence"),
    (
        "licence",
        {},
        {"licence_status": w.LicenceStatus.EXPIRED},
        {},
        "a renewed licence",
    ),
    (
        "certificate",
        {"behaviour_managed_confirmed": False},
        {"certificate_expires": day(-1), "placement_type": w.PlacementType.FOSTER_HOME},
        {},
        "a renewed certificate",
    ),
    (
        "certificate",
        {"behaviour_managed_confirmed": False},
        {"certificate": w.Certificate.NONE, "placement_type": w.PlacementType.QRTP},
        {},
        "a certificate for exploited children",
    ),
    (
        "background-check",
        {},
        {"background_check": w.BackgroundCheck.EXPIRED},
        {},
        "a clear background check of the adults",
    ),
    ("age", {"age_years": 8}, {}, {}, "a licence for ages 8 to 17"),
    ("age", {"age_years": 19}, {}, {"age_min": None}, "a licence for ages up to 19"),
    ("age", {"age_years": 8}, {}, {"age_max": None}, "a licence for ages from 8"),
    (
        "age",
        {"age_years": 19, "stay_days": 400, "days_to_birthday": 30},
        {},
        {},
        "a licence for ages 10 to 21",
    ),
    (
        "age-stay",
        {"age_years": 17, "days_to_birthday": 20, "stay_days": 90},
        {},
        {},
        "a licence for ages 10 to 18",
    ),
    (
        "gender",
        {"gender": w.Gender.MALE},
        {},
        {"gender_lock": None},
        "a licence for boys and men",
    ),
    (
        "household",
        {"children_with": 1},
        {},
        {"households": frozenset({w.Household.ALONE})},
        "beds for people with children",
    ),
    (
        "household",
        {},
        {},
        {"households": frozenset({w.Household.WITH_CHILDREN})},
        "beds for people alone",
    ),
    (
        "need-substance",
        {"substance_need": w.SubstanceNeed.INPATIENT},
        {"capabilities": frozenset({w.Capability.DETOX})},
        {},
        "inpatient treatment for substance use",
    ),
    (
        "need-mental-health",
        {"mental_health_need": w.CareNeed.INTENSIVE},
        {"capabilities": frozenset()},
        {},
        "intensive therapy",
    ),
    (
        "need-medical",
        {"medically_fragile": True},
        {"capabilities": frozenset()},
        {},
        "nursing",
    ),
    (
        "need-access",
        {"access_needs": frozenset({w.Capability.WHEELCHAIR, w.Capability.SIGN_LANGUAGE})},
        {"capabilities": frozenset({w.Capability.WHEELCHAIR})},
        {},
        "sign language",
    ),
    (
        "family-first",
        {"funding": frozenset({w.Funding.IV_E})},
        {"family_first": w.FamilyFirstCategory.OTHER},
        {},
        "a Title IV-E category that is paid for longer",
    ),
    ("opening", {}, {}, {"available_from": day(9)}, "beds that are open now"),
]


def _people():
    return {"acceptable_types": frozenset(w.PlacementType)}


@pytest.mark.parametrize(("code", "person", "home", "pool", "words"), CASES)
def test_a_remedy_lifts_its_rule_and_no_other_fails_for_it(code, person, home, pool, words):
    people = known_referral(**_people(), **person)
    place, beds = known_home(**home), known_pool(**pool)
    one = problem(people, place, beds)
    assert code in _failing(one, BOTH_COURSES)
    parameters = BOTH_COURSES.rules[code].parameters
    found = remedy(code, [facts(one, 0, 0)], parameters)
    assert found.words == words
    after = problem(people, found.provider or place, found.pool or beds)
    assert _failing(after, BOTH_COURSES) == _failing(one, BOTH_COURSES) - {code}
    assert (found.pool is not None) == (code in OF_A_POOL)
    for record, old in ((found.provider, place), (found.pool, beds)):
        if record is not None:
            changed = [
                f for f in fields(old) if getattr(record, f.name) != getattr(old, f.name)
            ]
            assert 1 <= len(changed) <= 2


def test_every_rule_with_a_remedy_of_a_place_is_lifted():
    of_a_place = {Means.TRAIN, Means.RELICENSE}
    assert {c for c, spec in RULE_BY_CODE.items() if spec.remedy in of_a_place} <= LIFTED
    assert {code for code, *_ in CASES} == LIFTED
    for code in LIFTED:
        assert kind_of(code) in ChangeKind


def test_a_remedy_is_for_all_who_are_asked_about():
    people = [
        known_referral("R1", age_years=9),
        known_referral("R2", age_years=18),
    ]
    one = problem(people, known_home(), known_pool())
    found = remedy("age", [facts(one, k, 0) for k in (0, 1)], {})
    assert (found.pool.age_min, found.pool.age_max) == (9, 18)


@pytest.mark.parametrize(
    ("code", "person", "home"),
    [
        ("training", {}, {"trainings": (), "trainable": False}),
        ("licence", {}, {"licence_status": w.LicenceStatus.REVOKED}),
        (
            "gender",
            {
                "gender": w.Gender.NONBINARY,
                "acceptable_settings": frozenset({w.Setting.MIXED}),
            },
            {},
        ),
    ],
)
def test_where_no_small_change_would_do_there_is_none(code, person, home):
    one = problem(known_referral(**person), known_home(**home), known_pool())
    assert code in _failing(one, BOTH_COURSES)
    assert remedy(code, [facts(one, 0, 0)], BOTH_COURSES.rules[code].parameters) is None


def test_only_courses_that_are_missing_or_have_ended_are_renewed_for_every_caregiver():
    trainings = (
        Training(course=w.Course.TRAFFICKING, expires=day(-5), caregiver="C1"),
        Training(course=w.Course.TRAFFICKING, expires=day(50), caregiver="C2"),
        Training(course=w.Course.COMPLEX_TRAUMA, expires=day(-5), caregiver="C1"),
    )
    one = problem(known_referral(), known_home(trainings=trainings), known_pool())
    found = remedy("training", [facts(one, 0, 0)], BOTH_COURSES.rules["training"].parameters)
    assert found.provider.trainings == (
        replace(trainings[0], expires=day(365)),
        *trainings[1:],
    )


@pytest.mark.parametrize(
    ("home", "decides"),
    [
        ({"certificate_expires": day(-1)}, True),
        ({"certificate_expires": None}, False),
        ({}, False),
        ({"certificate_expires": day(-1), "placement_type": w.PlacementType.QRTP}, False),
    ],
)
def test_where_a_certificate_decides_what_a_place_is(home, decides):
    assert certificate_decides(known_home(**home), day(0)) is decides


@given(
    st.none() | st.integers(0, 3),
    st.none() | st.integers(0, 3),
    st.integers(0, 1),
    st.integers(1, 3),
)
def test_more_beds_are_free_beds(accepting, available, held, number):
    pool = known_pool(beds_accepting=accepting, beds_available=available, beds_held=held)
    if pool.free is not None:
        assert with_beds(pool, number).free == pool.free + number


@pytest.mark.parametrize(
    ("home", "pool", "after", "words"),
    [
        ({"licensed_capacity": 3}, {}, (4, 3, False), "a licence for that"),
        ({"licensed_capacity": 1}, {}, (2, 3, False), "a licence for that"),
        ({"licensed_capacity": None}, {"beds_licensed": None}, (None, None, True), "cap"),
        (
            {"licensed_capacity": None, "placement_type": w.PlacementType.QRTP},
            {"beds_licensed": None},
            (None, None, False),
            "",
        ),
        (
            {"licensed_capacity": None, "placement_type": w.PlacementType.QRTP},
            {"beds_licensed": 1},
            (None, 2, False),
            "a licence for that",
        ),
        ({"licensed_capacity": 6}, {}, (7, 3, True), "a licence for that and an exception"),
        (
            {"licensed_capacity": 6, "foster_cap_exception": True},
            {},
            (7, 3, True),
            "a licence for that",
        ),
    ],
)
def test_the_licence_grows_with_the_beds(home, pool, after, words):
    place = known_home(**home)
    wider, beds, said = with_licence(place, known_pool(**pool), 1, 1, 6)
    found = (wider.licensed_capacity, beds.beds_licensed, wider.foster_cap_exception)
    assert found == after
    assert words in said
    assert bool(said) == bool(words)


def test_more_staff_on_shift():
    found = with_staff(known_home(staff_on_shift=2), 1)
    assert (found.provider.staff_on_shift, found.words) == (
        3,
        "1 more member of staff on shift",
    )
    assert with_staff(known_home(staff_on_shift=None), 2).provider.staff_on_shift == 2
