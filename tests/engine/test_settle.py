from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import words as w
from matching.domain.errors import ChoiceError
from matching.engine.choices import NO_CHOICES, Choices, Seat
from matching.engine.settle import settle
from matching.engine.solve import solve
from tests.builders import known_home, known_pool, known_referral, problem
from tests.engine.small import GENERAL, Records, assignments, named, records

FEW = settings(max_examples=15, deadline=None)
BINARY = (w.Gender.FEMALE, w.Gender.MALE)


def _counted_beds(parts: Records) -> Records:
    """The same records, every vacancy counted."""
    people, homes, beds = parts
    told = [replace(b, beds_available=1) if b.free is None else b for b in beds]
    return people, homes, tuple(told)


def _some_of(data, one, plan) -> set[Seat]:
    """Some of the places of a plan, groups whole."""
    placed = named(one, plan)
    group = {r.referral_id: r.group_id or r.referral_id for r in one.referral_records}
    groups = sorted({group[name] for name in placed})
    if not groups:
        return set()
    taken = data.draw(st.sets(st.sampled_from(groups), min_size=1))
    return {Seat(name, *key) for name, key in placed.items() if group[name] in taken}


@FEW
@given(st.data(), st.booleans())
def test_a_plan_made_after_places_were_accepted_fits_them_and_is_as_good_as_can_be(data, tied):
    """Settled people as facts, against the same people forced into the same places."""
    parts = _counted_beds(data.draw(records(people=4, pools=4, tied=tied)))
    one = problem(*parts)
    plan = solve(one, GENERAL)
    seats = _some_of(data, one, plan)
    settled = settle(*parts, seats)
    two = problem(settled.referrals, settled.providers, settled.pools)
    again = solve(two, GENERAL, choices=settled.choices)
    fixed = {seat.referral_id: (seat.provider_id, seat.pool_id) for seat in seats}
    place = {**named(two, again), **fixed}
    keys = {key: j for j, key in enumerate(one.pool_keys)}
    joint = tuple(keys[place[n]] if n in place else None for n in one.referral_ids)
    assert joint in set(assignments(one, GENERAL))
    forced = solve(one, GENERAL, choices=Choices(forced=frozenset(seats)))
    tier_of = {
        r.referral_id: (r.urgency or GENERAL.ordering.unknown_urgency).value
        for r in one.referral_records
    }
    mine = Counter(tier_of[name] for name in place)
    best = [tier.placed for tier in forced.tiers]
    here = [mine[tier.tier] for tier in forced.tiers]
    by_settings = [r for r in parts[0] if r.referral_id in fixed and r.gender not in BINARY]
    assert here <= best
    assert here == best or by_settings  # beds may be kept for another gender than need be


@FEW
@given(st.data(), records(tied=True))
def test_numbers_and_unknowns(data, parts: Records):
    people, homes, beds = parts
    places = st.sampled_from([(b.provider_id, b.pool_id) for b in beds])
    chosen = data.draw(
        st.dictionaries(st.sampled_from([r.referral_id for r in people]), places)
    )
    seats = [Seat(name, *key) for name, key in chosen.items()]
    counted = data.draw(st.sets(st.sampled_from(seats))) if seats else set()
    found = settle(people, homes, beds, seats, counted=counted)
    assert found == settle(people, homes, beds, seats[::-1], counted=counted)
    assert [r for r in people if r.referral_id not in chosen] == list(found.referrals)
    needs = {r.referral_id: r.beds_needed for r in people}
    new = [seat for seat in seats if seat not in counted]
    for before, after in zip(beds, found.pools, strict=True):
        key = (before.provider_id, before.pool_id)
        taken = sum(needs[s.referral_id] for s in new if (s.provider_id, s.pool_id) == key)
        if key not in chosen.values():
            assert after == before
        assert _never_negative(after)
        assert (after.beds_held is None) == (before.beds_held is None)
        assert after.beds_held is None or after.beds_held == before.beds_held + taken
        if before.beds_available is not None and before.free <= (before.beds_licensed or 9):
            assert after.beds_available == max(0, before.beds_available - taken)
        if before.free is None and after.free is not None:
            here = [s for s in seats if (s.provider_id, s.pool_id) == key]
            assert after.free == 0
            assert sum(needs[s.referral_id] for s in here) >= before.beds_licensed
    for home, now in zip(homes, found.providers, strict=True):
        here = [s for s in new if s.provider_id == home.provider_id]
        assert _never_negative(now)
        if home.residents is not None:
            assert now.residents == home.residents + sum(needs[s.referral_id] for s in here)
        if not any(s.provider_id == home.provider_id for s in seats):
            assert now == home


def _never_negative(record: object) -> bool:
    numbers = [getattr(record, one.name) for one in fields(record)]
    return all(n >= 0 for n in numbers if isinstance(n, int))


def test_nobody_settled_changes_nothing():
    people, homes, beds = [known_referral()], [known_home()], [known_pool()]
    found = settle(people, homes, beds, [])
    assert (found.referrals, found.providers, found.pools) == (
        tuple(people),
        tuple(homes),
        tuple(beds),
    )
    assert found.choices == NO_CHOICES
    assert not found.because


def test_beds_residents_and_high_needs_are_counted_once():
    mother = known_referral("R1", children_with=1, run_risk=w.Level.HIGH)
    home, beds = known_home(residents=1, high_acuity_residents=0), known_pool()
    seat = Seat("R1", "P1")
    found = settle([mother], [home], [beds], [seat])
    (now,), (after,) = found.providers, found.pools
    assert (after.beds_available, after.beds_held, after.free) == (0, 2, 0)
    assert (now.residents, now.high_acuity_residents) == (3, 1)
    once = settle([mother], [home], [beds], [seat], counted=[seat])
    (now,), (after,) = once.providers, once.pools
    assert (after.beds_available, after.beds_held) == (2, 0)
    assert (now.residents, now.high_acuity_residents) == (1, 0)
    assert once.referrals == ()


def test_residents_follow_from_the_pools_where_only_these_are_counted():
    homes = [known_home(residents=None, licensed_capacity=4)]
    beds = [known_pool("P1", name, beds_occupied=1) for name in ("B1", "B2")]
    (home,) = settle([known_referral()], homes, beds, [Seat("R1", "P1", "B1")]).providers
    assert (home.residents, home.licensed_capacity) == (3, 4)


def test_where_nobody_has_counted_the_residents_those_settled_count():
    """Three places under the licence, four beds in two pools: one of each is settled."""
    people = [known_referral(f"R{k}") for k in range(5)]
    homes = [known_home(residents=None, licensed_capacity=3)]
    beds = [known_pool("P1", n, beds_occupied=None, beds_accepting=None) for n in ("B1", "B2")]
    found = settle(people, homes, beds, [Seat("R0", "P1", "B1")])
    assert found.providers[0].residents == 1
    one = problem(found.referrals, found.providers, found.pools)
    assert len(solve(one, GENERAL, choices=found.choices).referral) == 2


@pytest.mark.parametrize(
    ("limit", "after"), [(3, (None, 2)), (1, (1, 1)), (None, (None, None))]
)
def test_where_nobody_has_counted_high_needs_the_limit_is_one_less(limit, after):
    home = known_home(high_acuity_residents=None, high_acuity_limit=limit)
    person = known_referral(behaviours=frozenset({w.Behaviour.AGGRESSION}))
    (now,) = settle([person], [home], [known_pool()], [Seat("R1", "P1")]).providers
    assert (now.high_acuity_residents, now.high_acuity_limit) == after


def test_free_beds_beyond_the_licence_are_not_left_over():
    beds = known_pool(beds_licensed=1, beds_available=2, beds_accepting=None)
    (after,) = settle([known_referral()], [known_home()], [beds], [Seat("R1", "P1")]).pools
    assert after.free == 0


def test_an_unknown_vacancy_is_settled_once_all_licensed_beds_are_taken():
    blank = known_pool(beds_available=None, beds_accepting=None, beds_licensed=2)
    people = [known_referral("R1"), known_referral("R2")]
    seats = [Seat("R1", "P1"), Seat("R2", "P1")]
    for taken, free in ((seats[:1], None), (seats, 0)):
        (after,) = settle(people, [known_home()], [blank], taken).pools
        assert after.free == free


# --- who else can live there --------------------------------------------------------

EVERYBODY = frozenset(w.Gender)
GIRLS, MIXED = frozenset({w.Setting.FEMALE}), frozenset({w.Setting.MIXED})


@pytest.mark.parametrize(
    ("people", "lock"),
    [
        ([(w.Gender.FEMALE, None)], w.Gender.FEMALE),
        ([(w.Gender.MALE, None)], w.Gender.MALE),
        ([(w.Gender.TRANS_FEMALE, GIRLS | MIXED)], w.Gender.FEMALE),
        ([(w.Gender.TRANS_FEMALE, MIXED)], w.Gender.TRANS_FEMALE),
        ([(w.Gender.NONBINARY, GIRLS)], w.Gender.NONBINARY),
        ([(w.Gender.NONBINARY, GIRLS), (w.Gender.FEMALE, None)], w.Gender.FEMALE),
        ([(w.Gender.TRANS_MALE, None)], w.Gender.TRANS_MALE),
        ([(w.Gender.MALE, None), (w.Gender.FEMALE, None)], None),
        ([(None, None)], None),
        ([(None, None), (w.Gender.MALE, None)], w.Gender.MALE),
    ],
)
def test_empty_beds_take_the_gender_of_who_comes(people, lock):
    persons = [
        known_referral(f"R{k}", gender=gender, acceptable_settings=accepts)
        for k, (gender, accepts) in enumerate(people)
    ]
    seats = [Seat(r.referral_id, "P1") for r in persons]
    home = known_home(residents=0)
    beds = known_pool(genders=EVERYBODY, gender_lock=None, beds_occupied=0)
    assert settle(persons, [home], [beds], seats).pools[0].gender_lock is lock
    as_counted = replace(home, residents=len(persons))
    occupied = replace(beds, beds_occupied=len(persons))
    twice = settle(persons, [as_counted], [occupied], seats, counted=seats)
    assert twice.pools[0].gender_lock is lock
    off = settle(persons, [home], [beds], seats, lock_empty=False)
    assert off.pools[0].gender_lock is None


def test_beds_where_somebody_lives_or_a_lock_is_recorded_keep_it():
    boy, seat = known_referral(gender=w.Gender.MALE), Seat("R1", "P1")
    lived_in = known_pool(genders=EVERYBODY, gender_lock=None, beds_occupied=1)
    kept = known_pool(genders=EVERYBODY, gender_lock=w.Gender.FEMALE, beds_occupied=0)
    for beds in (lived_in, kept):
        (after,) = settle([boy], [known_home(residents=1)], [beds], [seat]).pools
        assert after.gender_lock is beds.gender_lock


@pytest.mark.parametrize(
    ("facts", "ages", "after"),
    [
        ({}, [17], (14, 17)),
        ({}, [10, 17], (10, 17)),
        ({}, [14], (14, 14)),
        ({}, [None], (None, None)),
        ({"resident_age_min": None}, [17], (None, 14)),
        ({"beds_occupied": 0}, [17], (17, 17)),
        ({"beds_occupied": 0}, [17, None], (None, None)),
    ],
)
def test_the_ages_of_the_residents_reach_to_who_comes(facts, ages, after):
    people = [known_referral(f"R{k}", age_years=age) for k, age in enumerate(ages)]
    seats = [Seat(r.referral_id, "P1") for r in people]
    (now,) = settle(people, [known_home()], [known_pool(**facts)], seats).pools
    assert (now.resident_age_min, now.resident_age_max) == after


@pytest.mark.parametrize(
    ("facts", "settled_age", "barred"),
    [
        ({"resident_age_min": None}, 12, {"R4"}),  # 18 is six years from 12
        ({}, None, set()),  # 14 lives there: 10 and 18 are near enough
        ({"age_spread_max": 3}, None, {"R3", "R4"}),
        ({"age_spread_max": None}, None, set()),
        ({"beds_occupied": 0}, None, set()),  # nobody else: no known age
        ({"age_spread_max": 3}, 14, set()),  # the record itself says it
    ],
)
def test_an_age_surely_too_far_is_forbidden_where_the_record_cannot_say_it(
    facts, settled_age, barred
):
    people = [known_referral("R1", age_years=settled_age), known_referral("R2", age_years=None)]
    people += [known_referral("R3", age_years=10), known_referral("R4", age_years=18)]
    found = settle(people, [known_home()], [known_pool(**facts)], [Seat("R1", "P1")])
    assert found.because == {Seat(name, "P1", "B1"): "resident-age" for name in barred}
    assert found.choices.forbidden == set(found.because)


T1, T2, NONE = frozenset({"T1"}), frozenset({"T2"}), frozenset()


@pytest.mark.parametrize(
    ("there", "comes", "after", "barred"),
    [
        (NONE, T1, T1, set()),
        (T2, T1, T1 | T2, set()),
        (T2, NONE, T2, set()),
        (None, T1, None, {"R2"}),
        (T2, None, None, {"R3"}),
        (None, None, None, set()),
    ],
)
def test_tokens_add_up_and_what_is_surely_barred_stays_barred(there, comes, after, barred):
    people = [
        known_referral("R1", separate_from=comes),
        known_referral("R2", separate_from=T1),
        known_referral("R3", separate_from=T2),
        known_referral("R4", separate_from=None),
    ]
    home = known_home(resident_tokens=there)
    found = settle(people, [home], [known_pool()], [Seat("R1", "P1")])
    assert found.providers[0].resident_tokens == after
    assert found.because == {Seat(name, "P1"): "kept-apart" for name in barred}
    one = problem(found.referrals, found.providers, known_pool(beds_available=3))
    plan = named(one, solve(one, GENERAL, choices=found.choices))
    apart = barred | {
        name for name, token in (("R2", T1), ("R3", T2)) if token & (after or NONE)
    }
    assert not apart & set(plan)


# --- siblings -----------------------------------------------------------------------


def _family():
    people = [known_referral(f"R{k}", group_id="F1") for k in (1, 2, 3)]
    homes = [known_home(f"P{k}") for k in (1, 2)]
    return [*people, known_referral("R4")], homes, [known_pool("P1"), known_pool("P2")]


def test_siblings_of_somebody_settled_may_go_there_alone():
    found = settle(*_family(), [Seat("R1", "P2")])
    assert found.choices == Choices(only=frozenset({Seat("R2", "P2"), Seat("R3", "P2")}))
    apart = settle(*_family(), [Seat("R1", "P2")], split={"F1"})
    assert apart.choices == NO_CHOICES
    two = settle(*_family(), [Seat("R1", "P2"), Seat("R2", "P1")])
    assert two.choices.only == {Seat("R3", "P1"), Seat("R3", "P2")}


def test_siblings_wait_rather_than_go_elsewhere():
    people, homes, beds = _family()
    found = settle(people, homes, beds, [Seat("R1", "P1")])  # one bed left, two siblings
    one = problem(found.referrals, found.providers, found.pools)
    assert set(named(one, solve(one, GENERAL, choices=found.choices))) == {"R4"}
    beds[0] = replace(beds[0], beds_available=3, beds_accepting=None)
    found = settle(people, homes, beds, [Seat("R1", "P1")])
    one = problem(found.referrals, found.providers, found.pools)
    plan = named(one, solve(one, GENERAL, choices=found.choices))
    assert {plan["R2"], plan["R3"]} == {("P1", "B1")}
    assert np.unique(list(plan)).size == 3


# --- what cannot be entered ---------------------------------------------------------


@pytest.mark.parametrize(
    ("seats", "what"),
    [
        ([Seat("R9", "P1")], "no case R9"),
        ([Seat("R1", "P9")], "no beds of P9"),
        ([Seat("R1", "P1", "B9")], "no beds B9 of P1"),
        ([Seat("R1", "P2")], "several bed pools"),
        ([Seat("R1", "P1"), Seat("R1", "P2", "B1")], "two places at once"),
    ],
)
def test_a_place_that_is_not_on_the_record_is_refused(seats, what):
    homes = [known_home("P1"), known_home("P2")]
    beds = [known_pool("P1"), known_pool("P2", "B1"), known_pool("P2", "B2")]
    with pytest.raises(ChoiceError, match=what) as caught:
        settle([known_referral("R1")], homes, beds, seats)
    assert "no plan was made" in caught.value.message
    assert caught.value.next_step
