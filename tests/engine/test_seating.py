from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import words as w
from matching.engine.candidates import Candidates
from matching.engine.choices import Choices
from matching.engine.couplings import find
from matching.engine.seating import APART, most_seated
from tests.builders import known_home, known_pool, known_referral, problem
from tests.engine.small import GENERAL, beds_in, beds_under, options, problems, within
from tests.engine.ties import keeps_ties


def at_one_provider(one, home, choices):
    """Pairs of everybody with one provider, and the beds there."""
    may = [
        [j for j in pools if one.pool_keys[j][0] == home]
        for pools in options(one, GENERAL, choices)
    ]
    room = {
        j: beds_in(one.pool_records[j], GENERAL)
        for j, key in enumerate(one.pool_keys)
        if key[0] == home
    }
    provider = one.provider_records[one.provider_ids.index(home)]
    under = min(beds_under(one, GENERAL, provider), sum(room.values()))
    return may, room, int(under)


def ties_among(one, may, choices):
    pairs = [(i, j) for i, pools in enumerate(may) for j in pools]
    table = np.array(pairs, dtype=np.int32).reshape(-1, 2)
    listed = Candidates(table[:, 0], table[:, 1], np.zeros(len(table), dtype=np.uint64))
    return pairs, find(one, GENERAL, listed, choices)


@settings(max_examples=40, deadline=None)
@given(problems(people=4, pools=3, tied=True), st.data())
def test_as_many_as_the_best_of_all_ways_to_seat_them(one, data):
    """Nobody is kept together; conflicts are left to those who are there already."""
    groups = {r.group_id for r in one.referral_records} - {None}
    choices = Choices(split=frozenset(groups))
    home = data.draw(st.sampled_from(one.provider_ids))
    may, room, under = at_one_provider(one, home, choices)
    pairs, ties = ties_among(one, may, choices)
    beds = [person.beds_needed for person in one.referral_records]
    every = [p for p in within(one, GENERAL, may, beds) if keeps_ties(one, GENERAL, p, choices)]
    before = data.draw(st.sampled_from(every))
    fixed = [(i, j) for i, j in enumerate(before) if j is not None]
    most = max(
        sum(j is not None for j in places) - len(fixed)
        for places in every
        if all(places[i] == j for i, j in fixed)
    )
    left, below = dict(room), under
    for i, j in fixed:
        left[j] -= beds[i]
        below -= beds[i]
    there = [pairs.index(pair) for pair in fixed]
    found = most_seated(pairs, ties, left, below, there=there)
    apart = any(len(set(members) - {i for i, _ in fixed}) > 1 for members in ties.conflicts)
    assert found >= most if apart else found == most


def test_ties_can_be_left_out():
    genders = (w.Gender.FEMALE, w.Gender.MALE, w.Gender.FEMALE)
    people = [
        known_referral(f"R{k}", gender=gender, run_risk=w.Level.HIGH, age_years=12 + 2 * k)
        for k, gender in enumerate(genders)
    ]
    beds = known_pool(
        genders=frozenset(w.Gender),
        gender_lock=None,
        beds_occupied=0,
        beds_accepting=None,
        beds_available=3,
        age_spread_max=2,
    )
    one = problem(people, known_home(residents=0, high_acuity_limit=1), beds)
    pairs, ties = ties_among(one, [[0], [0], [0]], Choices())
    gender, age, needs = "resident-gender", "resident-age", "acuity"

    def most(*without):
        return most_seated(pairs, ties, {0: 3}, 3, without=frozenset(without))

    assert most() == most(gender) == most(age) == most(gender, age) == 1
    assert most(needs) == 1  # the girls are four years apart
    assert most(needs, age) == 2  # both girls
    assert most(needs, gender) == 2
    assert most(needs, age, gender) == 3
    assert most_seated(pairs, ties, {0: 2}, 3, without=frozenset({gender, age, needs})) == 2
    assert most_seated(pairs, ties, {0: 3}, 1, without=frozenset({gender, age, needs})) == 1


def test_whoever_is_there_already_keeps_others_away():
    tokens = {"separate_from": frozenset({"T1"})}
    people = [
        known_referral("R0", **tokens),
        known_referral("R1", **tokens),
        known_referral("R2"),
    ]
    one = problem(people, known_home(residents=0), known_pool(beds_licensed=9))
    pairs, ties = ties_among(one, [[0], [0], [0]], Choices())
    room = {0: 2}
    assert most_seated(pairs, ties, room, 2, there=[0]) == 1
    assert most_seated(pairs, ties, room, 2, there=[0], without=frozenset({APART})) == 2
    assert most_seated(pairs, ties, room, 2, there=[2]) == 2  # nobody from whom to keep apart


def test_nobody_to_seat():
    one = problem((), known_home(), known_pool())
    pairs, ties = ties_among(one, [], Choices())
    assert most_seated(pairs, ties, {0: 2}, 2) == 0
