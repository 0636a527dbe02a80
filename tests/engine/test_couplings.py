from __future__ import annotations

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import words as w
from matching.engine.allowed import restrict, with_groups
from matching.engine.candidates import Candidates, candidates
from matching.engine.choices import NO_CHOICES, Choices, Waiver
from matching.engine.couplings import components, find, together
from matching.engine.judge import Judge
from tests.builders import known_home, known_pool, known_referral, problem
from tests.engine.small import (
    GENERAL,
    blocking,
    options,
    policies,
    problems,
    within,
)
from tests.engine.ties import keeps_ties

G, S = w.Gender, w.Setting


def usable(one, policy=GENERAL, choices=NO_CHOICES) -> Candidates:
    judge = Judge(one, policy)
    choices = with_groups(one, policy, choices)
    return together(one, restrict(judge, candidates(judge), choices), choices)


def ties_of(one, policy=GENERAL, choices=NO_CHOICES):
    return find(one, policy, usable(one, policy, choices), with_groups(one, policy, choices))


def holds(one, found, pairs, places) -> bool:
    """Tell whether an assignment keeps the ties found."""
    home = one.pools.provider
    at = {i: int(home[j]) for i, j in enumerate(places) if j is not None}
    used = np.array(
        [
            places[i] == j
            for i, j in zip(pairs.referral.tolist(), pairs.pool.tolist(), strict=True)
        ],
        dtype=bool,
    )
    return (
        all(len({at.get(i) for i in members}) == 1 for members in found.groups)
        and all(
            len(sites) == len(set(sites))
            for sites in ([at[i] for i in members if i in at] for members in found.conflicts)
        )
        and all(tie.fits[used[tie.pairs]].all(axis=0).any() for tie in found.modes)
        and all(int(used[limit.pairs].sum()) <= limit.room for limit in found.limits)
    )


@settings(max_examples=25, deadline=None)
@given(problems(people=4, pools=4, tied=True), policies(), st.data())
def test_the_ties_say_exactly_who_can_be_placed_together(one, policy, data):
    """Every assignment within the beds there are, against the records."""
    groups = {r.group_id for r in one.referral_records} - {None}
    codes = st.sampled_from(["resident-age", "acuity", "together"])
    waived = st.builds(
        Waiver,
        st.sampled_from(one.referral_ids),
        codes,
        st.sampled_from([None, *one.provider_ids]),
    )
    choices = Choices(
        split=frozenset(
            data.draw(st.sets(st.sampled_from(sorted(groups))) if groups else st.just(set()))
        ),
        waived=frozenset(data.draw(st.sets(waived, max_size=2))),
    )
    pairs = usable(one, policy, choices)
    may = options(one, policy, choices)
    listed = list(zip(pairs.referral.tolist(), pairs.pool.tolist(), strict=True))
    assert listed == [(i, j) for i, pools in enumerate(may) for j in pools]
    found = find(one, policy, pairs, with_groups(one, policy, choices))
    for places in within(one, policy, may, found.beds.tolist()):
        assert holds(one, found, pairs, places) == keeps_ties(one, policy, places, choices)


@settings(max_examples=15, deadline=None)
@given(problems(people=4, pools=4, tied=True), policies())
def test_every_tie_listed_could_bind(one, policy):
    pairs = usable(one, policy)
    found = find(one, policy, pairs)
    home = one.pools.provider[pairs.pool]
    for members in found.conflicts:
        sites = [set(home[pairs.referral == i].tolist()) for i in members]
        for k, mine in enumerate(sites):
            assert any(mine & theirs for j, theirs in enumerate(sites) if j != k)
    for tie in found.modes:
        assert tie.pairs.tolist() == np.flatnonzero(pairs.pool == tie.pool).tolist()
        assert tie.fits.shape == (len(tie.pairs), len(tie.names))
        assert tie.fits.any(axis=1).all()  # nobody fits no mode
        assert not tie.fits.all(axis=0).any()  # no mode for everybody
        assert len(set(tie.names)) == len(tie.names) > 1
        for a in range(len(tie.names)):
            for b in range(len(tie.names)):  # and none that another is as good as
                assert a == b or (tie.fits[:, a] & ~tie.fits[:, b]).any()
    for limit in found.limits:
        assert (home[limit.pairs] == limit.provider).all()
        assert len(set(pairs.referral[limit.pairs].tolist())) > limit.room >= 0


# --- groups, conflicts and several beds ---------------------------------------------


def _people(*facts, **all_of_them):
    return [known_referral(f"R{k}", **all_of_them, **own) for k, own in enumerate(facts)]


def _tokens(*names):
    return {"separate_from": frozenset(names)}


def test_groups_conflicts_and_beds():
    people = _people(
        {"group_id": "F1", **_tokens("T1", "T3")},
        {"group_id": "F1"},
        {"group_id": "F2", **_tokens("T2", "T1")},
        {**_tokens("T9"), "children_with": 2},
        {},
    )
    one = problem(people, known_home(residents=0), known_pool(beds_licensed=9))
    pairs = usable(one)
    found = find(one, GENERAL, pairs)
    assert found.groups == ((0, 1),)  # a group of one ties nobody
    assert found.conflicts == ((0, 2),)  # nor does a token of one
    assert found.beds.tolist() == [1, 1, 1, 3, 1]
    assert found.tied(pairs).tolist() == [True, True, True, True, False]
    split = find(one, GENERAL, pairs, Choices(split=frozenset({"F1"})))
    assert split.groups == ()


def test_nobody_is_tied():
    one = problem()
    found, pairs = ties_of(one), usable(one)
    assert (found.groups, found.conflicts, found.beds.tolist()) == ((), (), [])
    assert (found.modes, found.limits) == ((), ())
    assert not found.tied(pairs).any()


def test_a_token_ties_only_those_who_could_meet():
    """R0 and R1 may meet at P1, R2 and R3 at P2, and the two circles never."""
    apart = [_tokens("T1") | {"vetoed_providers": frozenset({p})} for p in ("P2", "P1")]
    people = _people(apart[0], apart[0], apart[1], apart[1])
    one = problem(
        people, [known_home("P1"), known_home("P2")], [known_pool("P1"), known_pool("P2")]
    )
    assert ties_of(one).conflicts == ((0, 1), (2, 3))
    for beds in ({"beds_available": 1}, {"beds_licensed": 1}):
        small = problem(
            people,
            [known_home("P1"), known_home("P2")],
            [known_pool("P1", **beds), known_pool("P2")],
        )
        assert ties_of(small).conflicts == ((2, 3),)  # one bed keeps people apart by itself
    last = problem(people, known_home("P1", licensed_capacity=2), known_pool("P1"))
    assert ties_of(last).conflicts == ()


def test_two_tokens_of_the_same_people_are_one_tie():
    one = problem(_people(_tokens("T1", "T2"), _tokens("T1", "T2")), known_home(), known_pool())
    assert ties_of(one).conflicts == ((0, 1),)


def test_a_group_with_a_conflict_inside_can_go_nowhere():
    people = _people(
        {"group_id": "F1", **_tokens("T1")}, {"group_id": "F1", **_tokens("T1")}, {}
    )
    one = problem(people, known_home(), known_pool())
    assert usable(one).referral.tolist() == [2]
    found = ties_of(one)
    assert (found.groups, found.conflicts) == ((), ())
    split = Choices(split=frozenset({"F1"}))
    assert usable(one, choices=split).referral.tolist() == [0, 1, 2]
    assert ties_of(one, choices=split).conflicts == ((0, 1),)


def test_a_group_keeps_only_the_providers_that_all_its_members_may_use():
    people = _people({"vetoed_providers": frozenset({"P1"})}, {}, group_id="F1")
    one = problem(
        people, [known_home("P1"), known_home("P2")], [known_pool("P1"), known_pool("P2")]
    )
    pairs = usable(one)
    assert pairs.pool.tolist() == [1, 1]
    nowhere = _people({"vetoed_providers": frozenset({"P1", "P2"})}, {}, group_id="F1")
    one = problem(nowhere, one.provider_records, one.pool_records)
    assert len(usable(one)) == 0
    assert ties_of(one).groups == ()


# --- the gender of the first to move in ---------------------------------------------

EVERYBODY = frozenset(G)


def empty_pool(provider="P1", **facts):
    """Three free beds where nobody lives."""
    beds = {
        "genders": EVERYBODY,
        "gender_lock": None,
        "beds_licensed": 3,
        "beds_accepting": 3,
        "beds_available": 3,
        "beds_occupied": 0,
        "resident_age_min": None,
        "resident_age_max": None,
        "age_spread_max": None,
    }
    return known_pool(provider, **{**beds, **facts})


def _of(*genders, settings=None):
    return _people(
        *(
            {"gender": g, "acceptable_settings": settings and frozenset(settings)}
            for g in genders
        )
    )


def modes(people, pool, home=None, policy=GENERAL, choices=NO_CHOICES):
    one = problem(people, home or known_home(residents=0), pool)
    return [
        {name: tie.fits[:, k].tolist() for k, name in enumerate(tie.names)}
        for tie in ties_of(one, policy, choices).modes
    ]


def test_a_girl_and_a_boy_cannot_both_move_into_an_empty_pool():
    assert modes(_of(G.FEMALE, G.MALE), empty_pool()) == [
        {"girls and women": [True, False], "boys and men": [False, True]}
    ]


@pytest.mark.parametrize(
    ("pool", "home"),
    [
        (empty_pool(beds_occupied=1), known_home(residents=1)),  # somebody lives there
        (empty_pool(beds_occupied=None), known_home(residents=1)),  # or may
        (empty_pool(beds_available=1), known_home(residents=0)),  # room for one alone
        (empty_pool(beds_available=None, beds_accepting=None), known_home(residents=0)),
        (empty_pool(), known_home(residents=0, licensed_capacity=1)),
    ],
)
def test_no_lock_where_it_could_not_bind(pool, home):
    assert modes(_of(G.FEMALE, G.MALE), pool, home) == []


def test_a_pool_of_an_empty_home_is_empty_and_so_is_an_empty_pool_of_a_full_home():
    people = _of(G.FEMALE, G.MALE)
    assert len(modes(people, empty_pool(beds_occupied=None), known_home(residents=0))) == 1
    assert len(modes(people, empty_pool(), known_home(residents=2))) == 1


def test_a_pool_for_one_gender_or_with_a_recorded_lock_needs_no_first_resident():
    girls = _of(G.FEMALE, G.FEMALE)
    assert modes(girls, empty_pool(genders=frozenset({G.FEMALE}))) == []
    assert modes(girls, empty_pool(gender_lock=G.FEMALE)) == []
    mixed = _of(G.FEMALE, G.MALE)
    assert len(modes(mixed, empty_pool(genders=None))) == 1  # nobody has said which


def test_a_trans_girl_fits_girls_where_she_can_live_in_a_female_setting():
    together_with = [*_of(G.TRANS_FEMALE, settings={S.FEMALE}), known_referral("R9")]
    assert modes(together_with, empty_pool()) == []
    mixed_only = [*_of(G.TRANS_FEMALE, settings={S.MIXED}), known_referral("R9")]
    assert modes(mixed_only, empty_pool()) == [
        {"girls and women": [False, True], "trans girls and women": [True, False]}
    ]


def test_two_who_live_in_mixed_settings_fit_a_lock_for_non_binary_people():
    people = _of(G.NONBINARY, G.TRANS_MALE, G.MALE, settings={S.MIXED})
    assert modes(people, empty_pool()) == [
        {"boys and men": [False, False, True], "non-binary people": [True, True, False]}
    ]


def test_somebody_whose_gender_is_unknown_fits_every_lock_unless_unknown_blocks():
    people = _of(G.FEMALE, G.MALE, None)
    assert modes(people, empty_pool()) == [
        {"girls and women": [True, False, True], "boys and men": [False, True, True]}
    ]
    strict = blocking(GENERAL, ["resident-gender"])
    assert modes(people, empty_pool(), policy=strict) == [
        {"girls and women": [True, False], "boys and men": [False, True]}
    ]


def test_the_lock_is_a_setting_and_goes_with_the_rule():
    people = _of(G.FEMALE, G.MALE)
    off = GENERAL.with_rule("resident-gender", parameters={"empty_pools_lock": False})
    assert modes(people, empty_pool(), policy=off) == []
    gone = GENERAL.with_rule("resident-gender", on=False)
    assert modes(people, empty_pool(), policy=gone) == []


# --- ages ---------------------------------------------------------------------------


def _aged(*ages):
    return _people(*({"age_years": age} for age in ages))


def _girls(**facts):
    return empty_pool(genders=frozenset({G.FEMALE}), age_min=5, age_max=20, **facts)


def test_those_who_are_placed_together_lie_within_the_spread():
    assert modes(_aged(12, 13, 15), _girls(age_spread_max=2)) == [
        {"ages 12 to 14": [True, True, False], "ages 13 to 15": [False, True, True]}
    ]
    assert modes(_aged(12, 13, 15), _girls(age_spread_max=3)) == []
    assert modes(_aged(12, 15), _girls(age_spread_max=0)) == [
        {"age 12": [True, False], "age 15": [False, True]}
    ]
    assert modes(_aged(12, 15), _girls(age_spread_max=0, beds_available=1)) == []


def test_residents_lie_inside_every_window():
    beds = _girls(
        beds_occupied=2, beds_available=2, beds_accepting=None, beds_licensed=4,
        resident_age_min=13, resident_age_max=15, age_spread_max=4,
    )  # fmt: skip
    home = known_home(residents=2)
    assert modes(_aged(11, 12, 16, 17), beds, home) == [
        {
            "ages 11 to 15": [True, True, False, False],
            "ages 12 to 16": [False, True, True, False],
            "ages 13 to 17": [False, False, True, True],
        }
    ]


def test_between_residents_who_are_too_far_apart_already_nobody_is_tied():
    beds = _girls(resident_age_min=10, resident_age_max=17, age_spread_max=2)
    assert modes(_aged(11, 16, 17), beds, known_home(residents=1)) == []


def test_residents_whose_ages_nobody_has_said_leave_the_newcomers_to_each_other():
    beds = _girls(resident_age_max=17, age_spread_max=1)
    assert [list(m) for m in modes(_aged(12, 15), beds, known_home(residents=1))] == [
        ["ages 12 to 13", "ages 15 to 16"]
    ]


def test_recorded_ages_of_nobody_count_for_nothing():
    beds = _girls(resident_age_min=17, resident_age_max=17, age_spread_max=1)
    assert [list(m) for m in modes(_aged(12, 15), beds)] == [["ages 12 to 13", "ages 15 to 16"]]


def test_somebody_of_unknown_age_fits_every_window_and_so_does_a_waived_one():
    beds = _girls(age_spread_max=1)
    assert [m["ages 12 to 13"] for m in modes(_aged(12, 15, None), beds)] == [
        [True, False, True]
    ]
    waived = Choices(waived=frozenset({Waiver("R1", "resident-age", "P1")}))
    assert modes(_aged(12, 15), beds, choices=waived) == []
    elsewhere = Choices(waived=frozenset({Waiver("R1", "resident-age", "P9")}))
    assert len(modes(_aged(12, 15), beds, choices=elsewhere)) == 1
    assert modes(_aged(12, 15), beds, policy=GENERAL.with_rule("resident-age", on=False)) == []


# --- high needs ---------------------------------------------------------------------


def limits(people, home, policy=GENERAL, choices=NO_CHOICES, **beds):
    one = problem(people, home, _girls(beds_licensed=9, beds_accepting=None, **beds))
    return [
        (x.code, x.provider, len(x.pairs), x.room) for x in ties_of(one, policy, choices).limits
    ]


HIGH = {"run_risk": w.Level.HIGH}


def test_no_more_with_high_needs_than_there_is_room():
    people = _people(HIGH, HIGH, HIGH, {}, {"run_risk": None})
    two = known_home(residents=1, high_acuity_limit=3, high_acuity_residents=1)
    assert limits(people, two) == [("acuity", 0, 3, 2)]
    unknown = known_home(residents=1, high_acuity_limit=2, high_acuity_residents=None)
    assert limits(people, unknown) == [("acuity", 0, 3, 2)]
    for roomy in ({"high_acuity_limit": 4}, {"high_acuity_limit": None}):
        assert limits(people, known_home(residents=1, high_acuity_residents=1, **roomy)) == []


def test_no_limit_where_it_could_not_bind():
    people = _people(HIGH, HIGH, HIGH)
    two = {"high_acuity_limit": 2, "high_acuity_residents": 0}
    assert limits(people, known_home(residents=0, **two), beds_available=2) == []
    assert limits(people, known_home(licensed_capacity=3, residents=1, **two)) == []
    assert limits(people, known_home(licensed_capacity=4, residents=1, **two)) != []
    off = GENERAL.with_rule("acuity", on=False)
    assert limits(people, known_home(residents=0, **two), off) == []
    waived = Choices(waived=frozenset({Waiver("R2", "acuity")}))
    assert limits(people, known_home(residents=0, **two), choices=waived) == []


# --- components ---------------------------------------------------------------------


@settings(max_examples=12, deadline=None)
@given(problems(tied=True))
def test_components_are_those_of_the_graph_of_people_and_providers(one):
    pairs = usable(one)
    found = find(one, GENERAL, pairs)
    graph = networkx.Graph()
    graph.add_nodes_from(range(one.size[0]))
    for i, j in zip(pairs.referral.tolist(), pairs.pool.tolist(), strict=True):
        graph.add_edge(i, one.pool_keys[j][0])
    for members in (*found.groups, *found.conflicts):
        networkx.add_path(graph, members)
    label = components(one, found, pairs)
    for component in networkx.connected_components(graph):
        people = sorted(node for node in component if isinstance(node, int))
        if people:
            assert set(label[people].tolist()) == {people[0]}
    assert np.array_equal(label[label], label)
