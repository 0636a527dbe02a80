"""Everybody stands in exactly one group of each way to group."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import words as w
from matching.domain.equity import EquityFacts, Race, TribalStatus
from matching.insight.categories import UNKNOWN_WORD, ways
from matching.insight.fairness_groups import RACE, TITLES, TRIBE, groupings
from tests.builders import NOW, problem, referral
from tests.engine.small import GENERAL, problems


def recorded(name, race=None, tribe=None):
    found = None if race is None else frozenset(race)
    return EquityFacts(referral_id=name, race=found, tribal_status=tribe, actor="x", at=NOW)


FACTS = st.builds(
    recorded,
    st.just("R1"),
    st.none() | st.sets(st.sampled_from(Race), min_size=1, max_size=3),
    st.none() | st.sampled_from(TribalStatus),
)


@settings(max_examples=25, deadline=None)
@given(problems(), st.lists(FACTS, max_size=5))
def test_every_grouping_holds_everybody_once(one, facts):
    known = dict(zip(one.referral_ids, facts, strict=False))
    for grouping in groupings(one, GENERAL, known):
        assert len(grouping.names) > 1
        assert len(set(grouping.names)) == len(grouping.names)
        sizes = [int(grouping.inside(name).sum()) for name in grouping.names]
        assert all(sizes)
        assert sum(sizes) == one.size[0]
        assert UNKNOWN_WORD not in grouping.names[:-1]
        assert grouping.restricted == (grouping.title in (RACE, TRIBE))
        assert grouping.restricted or grouping.title in TITLES


def test_groups_are_those_of_the_common_catalogue():
    people = [referral("R1", age_years=14), referral("R2", age_years=30), referral("R3")]
    one = problem(people)
    (age,) = groupings(one, GENERAL)
    assert age.names == ("13 to 15", "25 and over", UNKNOWN_WORD)
    assert age.of.tolist() == [0, 1, 2]
    assert [ways(one, GENERAL)["Age"](p) for p in people] == [age.names[k] for k in age.of]


def test_the_largest_group_comes_first_where_no_order_is_natural():
    genders = [w.Gender.MALE, w.Gender.FEMALE, w.Gender.MALE, None, None, None]
    one = problem([referral(f"R{k}", gender=g) for k, g in enumerate(genders)])
    (gender,) = groupings(one, GENERAL)
    assert gender.names == ("male", "female", UNKNOWN_WORD)


def races(*said):
    people = [referral(f"R{k}") for k in range(len(said) + 1)]
    known = {f"R{k}": recorded(f"R{k}", one) for k, one in enumerate(said)}
    found = {g.title: g for g in groupings(problem(people), GENERAL, known)}
    return [found[RACE].names[k] for k in found[RACE].of]


def test_several_races_are_a_group_and_so_are_no_answer_and_no_record():
    assert races({Race.BLACK}, {Race.BLACK, Race.WHITE}, {Race.DECLINED}, None) == [
        "Black or African American",
        "more than one",
        "declined to say",
        UNKNOWN_WORD,
        UNKNOWN_WORD,
    ]


def test_who_declined_and_named_a_race_named_it():
    assert races({Race.ASIAN, Race.DECLINED}, {Race.WHITE})[0] == "Asian"


def test_without_records_there_is_no_grouping_by_race():
    one = problem([referral("R1", age_years=3), referral("R2", age_years=14)])
    assert [g.title for g in groupings(one, GENERAL, {})] == ["Age"]


def test_restricted_groups_stand_by_name():
    names = ["R0", "R1", "R2", "R3"]
    said = [Race.WHITE, Race.WHITE, Race.ASIAN, None]
    known = {
        name: recorded(name, None if race is None else {race}, TribalStatus.MEMBER)
        for name, race in zip(names, said, strict=True)
    }
    (race,) = groupings(problem([referral(name) for name in names]), GENERAL, known)
    assert race.names == ("Asian", "White", UNKNOWN_WORD)
    assert np.bincount(race.of).tolist() == [1, 2, 1]
