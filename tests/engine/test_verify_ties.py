from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import words as w
from matching.engine.choices import NO_CHOICES, Choices, Waiver
from matching.engine.solve import solve
from matching.engine.verify_ties import not_fitting
from tests.builders import known_home, known_pool, known_referral, problem
from tests.engine.small import GENERAL, blocking, policies, problems
from tests.engine.ties import fit_each_other

G, S = w.Gender, w.Setting
EMPTY = solve(problem(), GENERAL)


def said(one, places, policy=GENERAL, choices=NO_CHOICES):
    """What is wrong with a plan of one's own making."""
    pairs = [(i, j) for i, j in enumerate(places) if j is not None]
    rows, pools = np.array(pairs, dtype=np.int32).reshape(-1, 2).T
    return list(not_fitting(one, policy, replace(EMPTY, referral=rows, pool=pools), choices))


@settings(max_examples=40, deadline=None)
@given(problems(people=4, pools=4, tied=True), policies(), st.data())
def test_what_is_said_of_any_places_is_what_the_slow_twin_says(one, policy, data):
    waivers = st.builds(
        Waiver,
        st.sampled_from(one.referral_ids),
        st.sampled_from(["resident-age", "acuity"]),
        st.sampled_from([None, *one.provider_ids]),
    )
    choices = Choices(waived=data.draw(st.frozensets(waivers, max_size=2)))
    beds = st.none() | st.integers(0, one.size[1] - 1)
    for _ in range(12):
        places = tuple(data.draw(beds) for _ in range(one.size[0]))
        found = said(one, places, policy, choices)
        assert (found == []) == fit_each_other(one, policy, places, choices), found


def of(*people, home=None, **beds):
    """People of one sort each, and an empty pool of three beds with few limits."""
    facts = {
        "genders": frozenset(G),
        "gender_lock": None,
        "beds_occupied": 0,
        "resident_age_min": None,
        "resident_age_max": None,
        "age_spread_max": None,
    }
    persons = [known_referral(f"R{k}", **person) for k, person in enumerate(people)]
    return problem(persons, home or known_home(residents=0), known_pool(**{**facts, **beds}))


GENDERS = ["Those proposed for the empty bed pool B1 of P1 fit no one gender."]
AGES = ["The ages of those proposed for bed pool B1 of P1 lie too far apart."]
GIRL, BOY, NOBODY_KNOWS = ({"gender": g} for g in (G.FEMALE, G.MALE, None))
MIXED = {"acceptable_settings": frozenset({S.MIXED})}


def test_a_girl_and_a_boy_in_an_empty_pool():
    assert said(of(GIRL, BOY), (0, 0)) == GENDERS
    assert said(of(GIRL, GIRL), (0, 0)) == []
    assert said(of(GIRL, BOY), (0, None)) == []
    assert said(of(GIRL, BOY, beds_occupied=1, home=known_home(residents=1)), (0, 0)) == []
    assert said(of(GIRL, BOY, home=known_home(residents=4)), (0, 0)) == GENDERS
    assert said(of(GIRL, BOY, genders=None), (0, 0)) == GENDERS
    assert said(of(GIRL, BOY, gender_lock=G.FEMALE), (0, 0)) == []  # the rule bars him itself


def test_trans_and_non_binary_people_fit_by_their_own_settings():
    trans = {"gender": G.TRANS_FEMALE}
    assert said(of(GIRL, trans | {"acceptable_settings": frozenset({S.FEMALE})}), (0, 0)) == []
    assert said(of(GIRL, trans | MIXED), (0, 0)) == GENDERS
    assert said(of({"gender": G.NONBINARY} | MIXED, trans | MIXED), (0, 0)) == []
    unsaid = trans | {"acceptable_settings": None}
    assert said(of(GIRL, unsaid), (0, 0)) == []
    strict = blocking(GENERAL, ["resident-gender"])
    assert said(of(GIRL, unsaid), (0, 0), strict) == GENDERS
    assert said(of(GIRL, NOBODY_KNOWS), (0, 0), strict) == GENDERS
    assert said(of(GIRL, NOBODY_KNOWS), (0, 0)) == []


def test_the_lock_goes_with_its_setting_and_its_rule():
    one = of(GIRL, BOY)
    off = GENERAL.with_rule("resident-gender", parameters={"empty_pools_lock": False})
    assert said(one, (0, 0), off) == []
    assert said(one, (0, 0), GENERAL.with_rule("resident-gender", on=False)) == []


def test_ages_too_far_apart():
    young, old = {"age_years": 12}, {"age_years": 15}
    assert said(of(young, old, age_spread_max=2), (0, 0)) == AGES
    assert said(of(young, old, age_spread_max=3), (0, 0)) == []
    assert said(of(young, {"age_years": None}, age_spread_max=0), (0, 0)) == []
    waived = Choices(waived=frozenset({Waiver("R1", "resident-age", "P1")}))
    assert said(of(young, old, age_spread_max=2), (0, 0), choices=waived) == []
    assert said(of(young, old), (0, 0)) == []


@pytest.mark.parametrize(
    ("residents", "ages", "fine"),
    [
        ((14, 14), (12, 16), False),  # each is within 3 years of the resident
        ((14, 14), (13, 15), True),
        ((10, 17), (11, 16), True),  # wider apart already; nobody widens it
        ((10, 17), (11, 18), False),
        ((14, None), (12, 15), True),
        ((14, None), (12, 16), False),
    ],
)
def test_residents_count_where_their_ages_are_known(residents, ages, fine):
    one = of(
        *({"age_years": age} for age in ages),
        home=known_home(residents=2),
        resident_age_min=residents[0],
        resident_age_max=residents[1],
        age_spread_max=3,
        gender_lock=G.FEMALE,
    )
    assert said(one, (0, 0)) == ([] if fine else AGES)


def test_nobody_there_has_no_age_whatever_is_recorded():
    ages = ({"age_years": 12}, {"age_years": 13})
    recorded = {"resident_age_min": 17, "resident_age_max": 17, "age_spread_max": 1}
    assert said(of(*ages, **recorded), (0, 0)) == []
    assert said(of(*ages, home=known_home(residents=None), **recorded), (0, 0)) == []
    someone = known_home(residents=1)
    assert said(of(*ages, home=someone, **recorded), (0, 0)) == AGES


@pytest.mark.parametrize(
    ("need", "counts"),
    [
        ({"run_risk": w.Level.HIGH}, True),
        ({"recruitment_risk": w.Level.HIGH}, True),
        ({"mental_health_need": w.CareNeed.INPATIENT}, True),
        ({"behaviours": frozenset({w.Behaviour.FIRE_SETTING})}, True),
        ({"behaviours": frozenset({w.Behaviour.SELF_HARM})}, False),
        ({"run_risk": None, "behaviours": None}, False),  # only those who surely have them
    ],
)
def test_more_with_high_needs_than_can_be_kept_safe(need, counts):
    home = known_home(residents=0, high_acuity_limit=2, high_acuity_residents=1)
    found = said(of(need, need, home=home), (0, 0))
    wrong = ["Provider P1 cannot keep 2 more people with high needs safe."]
    assert found == (wrong if counts else [])
    assert said(of(need, need, home=home), (0, None)) == []
    waived = Choices(waived=frozenset({Waiver("R0", "acuity")}))
    assert said(of(need, need, home=home), (0, 0), choices=waived) == []
    unknown = replace(home, high_acuity_residents=None)
    assert said(of(need, need, home=unknown), (0, 0)) == []


def test_a_waiver_that_the_policy_does_not_know_lifts_nothing():
    waived = Choices(waived=frozenset({Waiver("R1", "resident-gender"), Waiver("R1", "gone")}))
    assert said(of(GIRL, BOY), (0, 0), choices=waived) == GENDERS
