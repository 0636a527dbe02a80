"""The slow search for the best is itself held to what it says."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import words as w
from matching.engine.choices import Choices, Seat
from tests.builders import ago, known_home, known_pool, known_referral, problem
from tests.engine.best import Best, best_key, key_of
from tests.engine.small import GENERAL, Ranking, assignments, policies, problems


def _one_pool(*people, beds=2, **facts):
    """People with these facts, and one pool of an empty home that takes everybody."""
    persons = [known_referral(f"R{k}", **person) for k, person in enumerate(people)]
    open_to_all = {"genders": frozenset(w.Gender), "gender_lock": None, "beds_occupied": 0}
    pool = known_pool(beds_available=beds, beds_accepting=None, **{**open_to_all, **facts})
    return problem(persons, known_home(residents=0), pool)


GIRL, BOY = {"gender": w.Gender.FEMALE}, {"gender": w.Gender.MALE}


@settings(max_examples=15, deadline=None)
@given(problems(people=4), policies())
def test_without_ties_the_order_of_single_hours_always_holds(one, policy):
    best, ranking = Best(one, policy), Ranking(one, policy)
    assert all(circle.kept for circle in best.circles)
    every = list(assignments(one, policy))
    first = min(every, key=ranking.free_key)
    assert best.of(first) == best.key
    assert {i for circle in best.circles for i in circle.people} == set(range(one.size[0]))


@settings(max_examples=15, deadline=None)
@given(problems(people=4, pools=3, tied=True), policies(), st.data())
def test_no_assignment_is_better_in_any_circle_and_some_is_as_good_in_all(one, policy, data):
    best = Best(one, policy)
    every = list(assignments(one, policy))
    keys = [best.of(places) for places in every]
    for position, circle in enumerate(best.circles):
        assert min(key[position] for key in keys) == circle.best
    assert best.key in keys
    places = data.draw(st.sampled_from(every))
    assert key_of(one, policy, places) == best.of(places)


def test_a_tie_that_costs_nothing_is_kept():
    waits = [{"received_at": ago(hours=h)} for h in (9, 5)]
    one = _one_pool(GIRL | waits[0], BOY | waits[1], beds=1)
    (circle,) = Best(one, GENERAL).circles
    assert circle.kept
    assert key_of(one, GENERAL, (0, None)) == best_key(one, GENERAL)
    assert key_of(one, GENERAL, (None, 0)) > best_key(one, GENERAL)


def test_where_a_tie_costs_a_place_hours_within_a_band_count_as_equal():
    waits = [{"received_at": ago(hours=h)} for h in (9, 5)]
    one = _one_pool(GIRL | waits[0], BOY | waits[1])
    best = Best(one, GENERAL)
    assert [circle.kept for circle in best.circles] == [False]
    assert best.of((0, None)) == best.of((None, 0)) == best.key
    assert best.of((None, None)) > best.key
    assert best.of((0, 0)) == (None,)  # a girl and a boy in an empty pool
    days = _one_pool(GIRL | {"received_at": ago(hours=30)}, BOY | waits[1])
    assert key_of(days, GENERAL, (None, 0)) > best_key(days, GENERAL)


def test_people_who_share_no_provider_are_judged_apart():
    people = [known_referral("R0", vetoed_providers=frozenset({"P2"})), known_referral("R1")]
    homes = [known_home("P1"), known_home("P2")]
    pools = [known_pool("P1"), known_pool("P2")]
    assert len(Best(problem(people, homes, pools), GENERAL).circles) == 1
    people[1] = known_referral("R1", vetoed_providers=frozenset({"P1"}))
    assert len(Best(problem(people, homes, pools), GENERAL).circles) == 2


def test_what_was_decided_comes_first_and_may_be_impossible():
    one = _one_pool(GIRL | {"received_at": ago(hours=9)}, BOY)
    boy = Choices(forced=frozenset({Seat("R1", "P1")}))
    best = Best(one, GENERAL, boy)
    assert best.possible
    assert best.of((None, 0)) == best.key
    assert best.of((0, None)) == (None,)
    both = boy.and_(forced=[Seat("R0", "P1", "B1")])
    assert not Best(one, GENERAL, both).possible
    calling = Choices(calling=frozenset({Seat("R0", "P1", "B9")}))
    moved = Best(one, GENERAL, calling).of((0, None))[0]
    assert moved[-3] == 1
