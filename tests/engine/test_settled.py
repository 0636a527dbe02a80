"""The record with everybody in who has a bed, against a plain count of heads."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain.casework import BedTaken
from matching.domain.words import Gender
from matching.engine.choices import Seat
from matching.engine.settled import counted, heard, settled, uncounted_beds
from tests.builders import NOW, known_home, known_pool, known_referral

HOUR = timedelta(hours=1)
EMPTY = {
    "beds_staffed": None,
    "beds_held": None,
    "gender_lock": None,
    "resident_age_min": None,
    "resident_age_max": None,
}


def taken(name, home="H1", pool="P", *, office="main", beds=1, hours=None, **facts):
    """Somebody with a bed: held, or moved in so many hours after the beds were told."""
    person = known_referral(name, children_with=beds - 1, **facts)
    moved = None if hours is None else NOW + hours * HOUR
    return BedTaken(
        office=office,
        person=person,
        provider_id=home,
        pool_id=pool,
        beds=beds,
        since=NOW,
        by="kim",
        moved_in=moved,
    )


def pool(free=3, home="H1", **facts):
    given_facts = {"beds_accepting": None, "beds_available": free, "beds_licensed": None}
    return known_pool(home, "P", **{**EMPTY, **given_facts, "as_of": NOW, **facts})


def after(pools, who, waiting=(), homes=None, **options):
    homes = [known_home(one.provider_id) for one in pools] if homes is None else homes
    return settled(waiting, homes, pools, who, office="main", **options)


people = st.lists(
    st.tuples(
        st.sampled_from(["H1", "H2"]),
        st.integers(1, 3),
        st.sampled_from([None, -2, -1, 1, 2]),
        st.sampled_from(["main", "second"]),
    ),
    max_size=6,
)
frees = st.tuples(st.one_of(st.none(), st.integers(0, 6)), st.integers(0, 6))


@given(people, frees)
@settings(max_examples=60)
def test_beds_are_those_said_less_those_taken_since_and_never_fewer_than_none(who, said):
    pools = [pool(said[0], beds_occupied=None), pool(said[1], "H2", beds_occupied=0)]
    rows = [
        taken(f"R{k}", home, beds=beds, hours=hours, office=office)
        for k, (home, beds, hours, office) in enumerate(who)
    ]
    found = after(pools, rows).pools
    for before, one in zip(pools, found, strict=True):
        since = sum(
            beds
            for home, beds, hours, _ in who
            if home == before.provider_id and (hours is None or hours > 0)
        )
        assert uncounted_beds(before, rows) == since
        if before.free is not None:
            assert one.free == max(0, before.free - since)
        elif since:
            assert one.free == 0  # one may be asked for where nobody has said
        else:
            assert one.free is None


@given(people)
@settings(max_examples=40)
def test_the_order_of_those_who_have_a_bed_changes_nothing(who):
    rows = [
        taken(f"R{k}", home, beds=beds, hours=hours, office=office, age_years=11 + k)
        for k, (home, beds, hours, office) in enumerate(who)
    ]
    pools = [pool(), pool(home="H2")]
    waiting = [known_referral("W1", group_id="G"), known_referral("W2")]
    assert after(pools, rows, waiting) == after(pools, rows[::-1], waiting)


def test_where_nobody_has_a_bed_the_record_is_as_it_was():
    pools, homes = [pool()], [known_home("H1")]
    found = after(pools, [], [known_referral("W1")], homes)
    assert (found.pools, found.providers) == (tuple(pools), tuple(homes))
    assert not found.choices


def test_numbers_given_after_somebody_moved_in_have_them_in():
    lives, came = taken("R1", hours=-1), taken("R2", hours=1)
    held, same = taken("R3"), taken("R4", hours=0)
    assert [counted(one, pool()) for one in (lives, came, held, same)] == [
        True,
        False,
        False,
        False,
    ]
    never_told = replace(pool(), as_of=None)
    assert not counted(lives, never_told)


def test_a_pool_of_which_nobody_has_said_is_asked_for_as_often_as_the_policy_lets():
    unknown = pool(None, beds_occupied=None)
    for allowed in (1, 2, 3):
        for number in range(4):
            rows = [taken(f"R{k}") for k in range(number)]
            (one,) = after([unknown], rows, unknown_beds=allowed).pools
            assert one.free == (0 if number >= allowed else None)


def test_a_resident_locks_empty_beds_and_spreads_the_ages():
    empty = pool(
        genders=frozenset({Gender.FEMALE, Gender.MALE}), beds_occupied=0, age_spread_max=4
    )
    rows = [taken("R1", gender=Gender.MALE, age_years=12)]
    (one,) = after([empty], rows, homes=[known_home("H1", residents=0)]).pools
    assert one.gender_lock is Gender.MALE
    assert (one.resident_age_min, one.resident_age_max) == (12, 12)
    (free,) = after([empty], rows, lock_empty=False).pools
    assert free.gender_lock is None


def test_tokens_of_residents_count_against_newcomers_of_every_office():
    there = [taken("R1", office="second", separate_from=frozenset({"gang:X"}))]
    known = after([pool()], there, homes=[known_home("H1", resident_tokens=frozenset())])
    assert known.providers[0].resident_tokens == {"gang:X"}
    waiting = [
        known_referral("W1", separate_from=frozenset({"gang:X"})),
        known_referral("W2", separate_from=frozenset()),
    ]
    unknown = after([pool()], there, waiting, homes=[known_home("H1", resident_tokens=None)])
    assert unknown.choices.forbidden == {Seat("W1", "H1")}
    assert unknown.because == {Seat("W1", "H1"): "kept-apart"}


def test_a_group_follows_to_where_one_of_them_lives_in_one_office_alone():
    waiting = [known_referral("W1", group_id="G")]
    own = after([pool()], [taken("R1", group_id="G")], waiting)
    assert own.choices.only == {Seat("W1", "H1")}
    apart = after([pool()], [taken("R1", group_id="G")], waiting, split=["G"])
    assert not apart.choices.only
    others = after([pool()], [taken("R1", group_id="G", office="second")], waiting)
    assert not others.choices.only


def test_two_offices_may_use_one_case_reference():
    rows = [taken("R1"), taken("R1", office="second")]
    assert after([pool(3)], rows).pools[0].free == 1


def test_beds_are_as_many_as_were_taken_whatever_became_of_the_facts():
    one = taken("R1", beds=2)
    changed = replace(one, person=replace(one.person, children_with=None))
    assert after([pool(3)], [changed]).pools[0].free == 1


def test_somebody_at_a_place_that_is_not_asked_for_counts_for_nothing():
    assert after([pool(3)], [taken("R1", "H9")]).pools == (pool(3),)


@given(st.one_of(st.none(), st.integers(0, 5)), people, st.integers(0, 3))
@settings(max_examples=30)
def test_residents_are_brought_up_to_the_moment_a_place_is_heard(occupied, who, left):
    came = [taken(f"R{k}", beds=beds, hours=1) for k, (_, beds, _, _) in enumerate(who)]
    found, change = heard(pool(beds_occupied=occupied), came, left)
    assert change == sum(one.beds for one in came) - left
    wanted = None if occupied is None else max(0, occupied + change)
    assert found.beds_occupied == wanted
    assert replace(found, beds_occupied=occupied) == pool(beds_occupied=occupied)
