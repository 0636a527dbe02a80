"""What a programme takes: whom, from whom, when and for how long."""

from __future__ import annotations

import pytest

from matching.domain import words as w
from tests.builders import home, pool, referral
from tests.engine.rules.helpers import FAIL, PASS, UNKNOWN, sentence, verdict


def kinds(*names):
    return frozenset(w.TraffickingType(name) for name in names)


@pytest.mark.parametrize(
    ("person", "taken", "expected"),
    [
        ("sex", kinds("sex"), PASS),
        ("sex", kinds("labour"), FAIL),
        ("sex", kinds("both"), PASS),
        ("both", kinds("sex"), FAIL),
        ("both", kinds("sex", "labour"), PASS),
        ("both", kinds("both"), PASS),
        (None, kinds("sex"), UNKNOWN),
        (None, kinds("both"), PASS),
        (None, kinds(), FAIL),
        ("sex", None, UNKNOWN),
    ],
)
def test_trafficking_type(person, taken, expected):
    who = referral(trafficking_type=person and w.TraffickingType(person))
    assert verdict("trafficking-type", who, home(trafficking_types=taken)) is expected


def test_trafficking_type_sentence():
    person = referral(trafficking_type=w.TraffickingType.LABOUR)
    assert sentence("trafficking-type", person, home(trafficking_types=kinds("sex"))) == (
        "Takes survivors of sex trafficking only; here it is labour trafficking."
    )


SETS = [
    ("identification", "identification", "identifications", w.Identification),
    ("referral-source", "referral_source", "referral_sources", w.ReferralSource),
]


@pytest.mark.parametrize(("code", "one", "many", "words"), SETS)
def test_looked_up_in_what_the_provider_takes(code, one, many, words):
    first, second, *_ = words
    taken = home(**{many: frozenset({first})})
    assert verdict(code, referral(**{one: first}), taken) is PASS
    assert verdict(code, referral(**{one: second}), taken) is FAIL
    assert verdict(code, referral(), taken) is UNKNOWN
    assert verdict(code, referral(**{one: first}), home()) is UNKNOWN
    assert verdict(code, referral(), home(**{many: frozenset(words)})) is PASS
    assert verdict(code, referral(), home(**{many: frozenset()})) is FAIL


def test_source_and_identification_sentences():
    police = referral(referral_source=w.ReferralSource.SELF)
    place = home(referral_sources=frozenset({w.ReferralSource.POLICE}))
    assert sentence("referral-source", police, place) == (
        "Takes referrals from the police only; this one comes from survivors themselves."
    )
    at_risk = referral(identification=w.Identification.AT_RISK)
    place = home(identifications=frozenset({w.Identification.VERIFIED}))
    assert sentence("identification", at_risk, place) == (
        "Takes only people identified as verified; this young person is identified as at risk."
    )


def test_a_reservation_must_be_recorded_to_count():
    verified = referral(identification=w.Identification.VERIFIED)
    only = frozenset({w.Identification.VERIFIED})
    for beds in (pool(), pool(reserved_for=frozenset())):
        assert verdict("reserved", referral(), None, beds) is PASS
    assert verdict("reserved", verified, None, pool(reserved_for=only)) is PASS
    other = referral(identification=w.Identification.AT_RISK)
    assert verdict("reserved", other, None, pool(reserved_for=only)) is FAIL
    assert verdict("reserved", referral(), None, pool(reserved_for=only)) is UNKNOWN
    everybody = pool(reserved_for=frozenset(w.Identification))
    assert verdict("reserved", referral(), None, everybody) is PASS


@pytest.mark.parametrize(
    ("needed", "longest", "expected"),
    [
        (90, 90, PASS),
        (91, 90, FAIL),
        (None, 90, UNKNOWN),
        (90, None, UNKNOWN),
        (None, None, UNKNOWN),
    ],
)
@pytest.mark.parametrize("urgency", [w.Urgency.PLANNED, None])
def test_stay(urgency, needed, longest, expected):
    person = referral(urgency=urgency, stay_days=needed)
    assert verdict("stay", person, home(max_stay_days=longest)) is expected


def test_stay_is_only_for_the_urgencies_named():
    person = referral(urgency=w.Urgency.TONIGHT, stay_days=91)
    place = home(max_stay_days=90)
    assert verdict("stay", person, place) is PASS
    assert verdict("stay", person, place, urgencies=["tonight"]) is FAIL
    assert sentence("stay", person, place, urgencies=["tonight"]) == (
        "People can stay up to 90 days; this young person needs 91 days."
    )


@pytest.mark.parametrize(
    ("urgency", "round_the_clock", "expected"),
    [
        ("tonight", True, PASS),
        ("tonight", False, FAIL),
        ("tonight", None, UNKNOWN),
        (None, False, FAIL),
        (None, None, UNKNOWN),
        ("72h", False, PASS),
        ("planned", None, PASS),
    ],
)
def test_intake_hours(urgency, round_the_clock, expected):
    person = referral(urgency=urgency and w.Urgency(urgency))
    assert verdict("intake-hours", person, home(intake_24_7=round_the_clock)) is expected


def test_intake_sentence():
    person = referral(urgency=w.Urgency.TONIGHT)
    assert sentence("intake-hours", person, home(intake_24_7=False)) == (
        "Does not take people in round the clock; this young person needs a bed tonight."
    )
