"""Presence, age, gender and household."""

from __future__ import annotations

import pytest

from matching.domain import words as w
from tests.builders import pool, referral
from tests.engine.rules.helpers import FAIL, PASS, UNKNOWN, sentence, verdict

G, S = w.Gender, w.Setting


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (w.Presence.PRESENT, PASS),
        (None, PASS),
        (w.Presence.MISSING, FAIL),
        (w.Presence.HOSPITAL, FAIL),
    ],
)
def test_only_a_recorded_absence_fails(where, expected):
    assert verdict("presence", referral(presence=where)) is expected


def test_presence_sentence():
    assert sentence("presence", referral(presence=w.Presence.MISSING)) == (
        "This young person is recorded as missing; no bed is proposed meanwhile."
    )


@pytest.mark.parametrize(
    ("age", "low", "high", "expected"),
    [
        (12, 12, 17, PASS),
        (17, 12, 17, PASS),
        (11, 12, 17, FAIL),
        (18, 12, 17, FAIL),
        (11, 12, None, FAIL),
        (12, 12, None, UNKNOWN),
        (18, None, 17, FAIL),
        (17, None, 17, UNKNOWN),
        (None, 12, 17, UNKNOWN),
        (15, None, None, UNKNOWN),
    ],
)
def test_age_at_move_in(age, low, high, expected):
    assert verdict("age", referral(age_years=age), None, pool(age_min=low, age_max=high)) is (
        expected
    )


def test_age_sentences():
    teens = pool(age_min=12, age_max=17)
    assert sentence("age", referral(age_years=18), None, teens) == (
        "Licensed for ages 12 to 17; this young person is 18."
    )
    assert sentence("age", referral(age_years=30), None, teens) == (
        "Licensed for ages 12 to 17; this person is 30."
    )
    assert sentence("age", referral(age_years=11), None, pool(age_min=12)) == (
        "Licensed for ages from 12; this young person is 11."
    )
    assert sentence("age", referral(), None, teens) == "Ask how old this young person is."


@pytest.mark.parametrize(
    ("age", "birthday", "stay", "expected"),
    [
        (17, 10, 10, PASS),  # leaves on the birthday
        (17, 10, 11, FAIL),
        (17, 10, None, UNKNOWN),
        (17, None, 30, UNKNOWN),
        (17, None, 0, PASS),
        (17, 0, 30, UNKNOWN),  # nobody knows whether today's birthday is counted
        (16, None, 300, PASS),
        (16, 10, 375, PASS),
        (16, 10, 376, FAIL),
        (16, None, None, PASS),
        (18, 10, 90, PASS),  # too old at move-in already: another rule
        (None, 10, 90, UNKNOWN),
    ],
)
def test_age_over_the_stay(age, birthday, stay, expected):
    person = referral(age_years=age, days_to_birthday=birthday, stay_days=stay)
    assert verdict("age-stay", person, None, pool(age_max=17)) is expected


def test_gender_of_girls_and_boys_is_looked_up():
    girls = pool(genders=frozenset({G.FEMALE}))
    assert verdict("gender", referral(gender=G.FEMALE), None, girls) is PASS
    assert verdict("gender", referral(gender=G.MALE), None, girls) is FAIL
    assert verdict("gender", referral(gender=G.MALE), None, pool()) is UNKNOWN
    assert verdict("gender", referral(), None, girls) is UNKNOWN
    assert verdict("gender", referral(), None, pool(genders=frozenset(G))) is PASS
    for gender in (None, *G):
        assert (
            verdict("gender", referral(gender=gender), None, pool(genders=frozenset())) is FAIL
        )


@pytest.mark.parametrize("gender", [G.TRANS_FEMALE, G.TRANS_MALE, G.NONBINARY])
@pytest.mark.parametrize(
    ("served", "setting"),
    [({G.FEMALE}, S.FEMALE), ({G.MALE}, S.MALE), ({G.FEMALE, G.MALE}, S.MIXED)],
)
def test_trans_and_nonbinary_people_are_placed_by_their_own_settings(gender, served, setting):
    def ask(settings, genders=served):
        person = referral(gender=gender, acceptable_settings=settings)
        return verdict("gender", person, None, pool(genders=frozenset(genders)))

    assert ask(frozenset({setting})) is UNKNOWN
    assert ask(None) is UNKNOWN
    assert ask(frozenset(S) - {setting}) is FAIL
    assert ask(frozenset()) is FAIL
    assert ask(frozenset(), served | {gender}) is PASS


def test_gender_sentences():
    girls = pool(genders=frozenset({G.FEMALE}))
    assert sentence("gender", referral(gender=G.MALE), None, girls) == (
        "Serves girls and women; this young person is male."
    )
    trans = referral(gender=G.TRANS_MALE, acceptable_settings=frozenset({S.MALE, S.MIXED}))
    assert sentence("gender", trans, None, girls) == (
        "Serves girls and women; this young person can live in male or mixed settings only."
    )
    open_to = referral(gender=G.TRANS_FEMALE, acceptable_settings=frozenset({S.FEMALE}))
    assert sentence("gender", open_to, None, girls) == (
        "Ask whether the place serves trans girls and women."
    )


@pytest.mark.parametrize(
    ("children", "status", "households", "expected"),
    [
        (1, None, {"with_children"}, PASS),
        (1, None, {"alone"}, FAIL),
        (0, None, {"with_children"}, FAIL),
        (None, "pregnant", {"alone"}, PASS),
        (None, "parenting", {"alone"}, UNKNOWN),
        (None, None, {"alone"}, UNKNOWN),
        (None, None, {"alone", "with_children"}, PASS),
        (2, None, None, UNKNOWN),
        (None, None, set(), FAIL),
    ],
)
def test_household(children, status, households, expected):
    person = referral(children_with=children, pregnant_parenting=status and w.Parenting(status))
    beds = pool(
        households=None if households is None else frozenset(map(w.Household, households))
    )
    assert verdict("household", person, None, beds) is expected


def test_household_sentence():
    beds = pool(households=frozenset({w.Household.WITH_CHILDREN}))
    assert sentence("household", referral(children_with=0), None, beds) == (
        "The beds are for people with children; this young person comes alone."
    )
