"""Licence, certificate, background check and training: facts, bounds, sentences."""

from __future__ import annotations

import pytest

from matching.domain import words as w
from matching.domain.records import Training
from tests.builders import TODAY, course, day, home, known_home, known_referral, referral
from tests.engine.rules.helpers import (
    FAIL,
    PASS,
    UNKNOWN,
    sentence,
    verdict,
    verdict_and_sentence,
)

ACTIVE = w.LicenceStatus.ACTIVE


def licensed(days, status=ACTIVE):
    return home(licence_status=status, licence_expires=day(days))


@pytest.mark.parametrize(("days", "expected"), [(1, PASS), (0, PASS), (-1, FAIL)])
def test_a_licence_counts_through_its_last_day(days, expected):
    assert verdict("licence", None, licensed(days)) is expected


@pytest.mark.parametrize(("days", "expected"), [(-30, PASS), (-31, FAIL)])
def test_grace_extends_a_licence(days, expected):
    for status in (ACTIVE, w.LicenceStatus.EXPIRED):
        found, said = verdict_and_sentence(
            "licence", None, licensed(days, status), grace_days=30
        )
        assert found is expected
        assert ("within the 30 days of grace" in said) is (expected is PASS)


def test_a_licence_is_unknown_without_status_or_end():
    assert verdict("licence", None, home(licence_status=ACTIVE)) is UNKNOWN
    assert verdict("licence", None, home(licence_expires=day(9))) is UNKNOWN
    said = sentence("licence", None, home(licence_status=ACTIVE))
    assert said == "Ask until when the licence runs."


def test_a_licence_may_be_needless_and_is_never_saved_by_grace_once_revoked():
    assert verdict("licence", None, home(licence_status=w.LicenceStatus.NOT_REQUIRED)) is PASS
    revoked = home(licence_status=w.LicenceStatus.REVOKED)
    assert verdict("licence", None, revoked, grace_days=365) is FAIL
    assert sentence("licence", None, revoked) == "The licence was revoked."


def test_the_licence_sentence_says_the_day():
    assert sentence("licence", None, licensed(-1)) == "The licence ended on 2 Nov 2026."
    probation = licensed(0, w.LicenceStatus.PROBATION)
    assert sentence("licence", None, probation) == "Licensed on probation until 3 Nov 2026."


MINOR = {"age_years": 15, "identification": w.Identification.VERIFIED}
SAFE = w.Certificate.SAFE_HOUSE


def certified(days):
    return home(certificate=SAFE, certificate_expires=day(days))


@pytest.mark.parametrize(("days", "expected"), [(0, PASS), (-1, FAIL)])
def test_a_certificate_counts_through_its_last_day(days, expected):
    person = referral(**MINOR, behaviour_managed_confirmed=False)
    assert verdict("certificate", person, certified(days)) is expected


@pytest.mark.parametrize(
    ("age", "way", "expected"),
    [
        (17, w.Identification.SUSPECTED, FAIL),
        (18, w.Identification.SUSPECTED, PASS),
        (17, w.Identification.AT_RISK, PASS),
        (17, None, UNKNOWN),
        (18, None, PASS),
        (None, w.Identification.AT_RISK, PASS),
    ],
)
def test_only_minors_identified_as_exploited_need_a_certificate(age, way, expected):
    person = referral(age_years=age, identification=way, behaviour_managed_confirmed=False)
    place = home(certificate=w.Certificate.NONE)
    assert verdict("certificate", person, place) is expected


@pytest.mark.parametrize(
    ("managed", "fallback", "expected"),
    [(True, True, PASS), (None, True, UNKNOWN), (False, True, FAIL), (True, False, FAIL)],
)
def test_an_ordinary_place_stands_in_only_with_the_confirmation(managed, fallback, expected):
    person = referral(**MINOR, behaviour_managed_confirmed=managed)
    place = home(certificate=w.Certificate.NONE)
    assert verdict("certificate", person, place, fallback=fallback) is expected


def test_the_kind_of_trafficking_does_not_matter_to_a_certificate():
    for kind in (None, *w.TraffickingType):
        person = referral(**MINOR, trafficking_type=kind)
        assert verdict("certificate", person, certified(9)) is PASS
        said = sentence("certificate", referral(**MINOR, trafficking_type=kind), certified(-1))
        assert "trafficking" not in said


def test_the_certificate_question_asks_only_what_is_missing():
    person = referral(**MINOR, behaviour_managed_confirmed=False)
    assert sentence("certificate", person, home()) == (
        "Ask until when a certificate of the place is valid."
    )


@pytest.mark.parametrize("kind", list(w.PlacementType))
def test_a_background_check_matters_in_family_homes_only(kind):
    family = {
        w.PlacementType.KINSHIP,
        w.PlacementType.FOSTER_HOME,
        w.PlacementType.HOST_HOME,
        w.PlacementType.SPECIALISED_FOSTER_HOME,
        w.PlacementType.SAFE_FOSTER_HOME,
    }
    pending = home(placement_type=kind, background_check=w.BackgroundCheck.PENDING)
    assert verdict("background-check", None, pending) is (FAIL if kind in family else PASS)
    silent = home(placement_type=kind)
    assert verdict("background-check", None, silent) is (UNKNOWN if kind in family else PASS)


def test_background_check_sentences():
    host = w.PlacementType.HOST_HOME
    expired = home(placement_type=host, background_check=w.BackgroundCheck.EXPIRED)
    assert sentence("background-check", None, expired) == "The background check is expired."
    clear = home(background_check=w.BackgroundCheck.CLEAR)
    assert verdict("background-check", None, clear) is PASS


def trained(*ends, kind=w.Course.TRAFFICKING):
    return home(trainings=tuple(Training(course=kind, expires=end) for end in ends))


VERIFIED = referral(identification=w.Identification.VERIFIED)


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ((TODAY,), PASS),
        ((day(-1),), FAIL),
        ((day(90), day(-1)), FAIL),
        ((None,), UNKNOWN),
        ((day(90), None), UNKNOWN),
        # One caregiver's lapsed course settles it, whatever the other's end is.
        ((None, day(-1)), FAIL),
        ((), FAIL),
    ],
)
def test_the_caregiver_whose_course_ends_first_decides(ends, expected):
    assert verdict("training", VERIFIED, trained(*ends)) is expected


def test_grace_extends_a_course():
    assert verdict("training", VERIFIED, trained(day(-30)), grace_days=30) is PASS
    assert verdict("training", VERIFIED, trained(day(-31)), grace_days=30) is FAIL


def test_an_unknown_training_record_is_asked_for():
    found, said = verdict_and_sentence("training", VERIFIED, home())
    assert found is UNKNOWN
    assert said == "Ask which training the caregivers have."


def test_courses_are_asked_only_of_those_identified_as_the_policy_says():
    at_risk = referral(identification=w.Identification.AT_RISK)
    narrow = {"identifications": ["verified"]}
    assert verdict("training", at_risk, trained(), **narrow) is PASS
    assert verdict("training", at_risk, trained()) is FAIL
    assert verdict("training", referral(), trained(), **narrow) is UNKNOWN
    # Every way of being identified needs it, so the way need not be known.
    assert verdict("training", referral(), trained()) is FAIL


@pytest.mark.parametrize(
    ("kind", "expected"), [("sex", PASS), ("labour", FAIL), ("both", FAIL), (None, UNKNOWN)]
)
def test_labour_trafficking_may_ask_for_courses_of_its_own(kind, expected):
    person = referral(
        identification=w.Identification.VERIFIED,
        trafficking_type=kind and w.TraffickingType(kind),
    )
    asked = {"labour_courses": ["labour_trafficking"]}
    assert verdict("training", person, trained(day(9)), **asked) is expected
    both = home(trainings=(course(), course(w.Course.LABOUR_TRAFFICKING)))
    assert verdict("training", person, both, **asked) is PASS


def test_the_training_sentence_says_which_course_and_when():
    ended = trained(day(-22))
    assert sentence("training", VERIFIED, ended) == (
        "Training for trafficking ended on 12 Oct 2026."
    )
    assert sentence("training", VERIFIED, trained()) == "Training for trafficking is missing."
    two = ["trafficking", "complex_trauma"]
    assert sentence("training", VERIFIED, trained(), courses=two) == (
        "Training for trafficking is missing; training for complex trauma is missing."
    )
    assert sentence("training", known_referral(), known_home()) == (
        "Training for trafficking until 3 Nov 2027."
    )
