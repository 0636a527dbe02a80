from __future__ import annotations

from hypothesis import given, settings

from matching.domain import words as w
from matching.engine.choices import Choices, Seat
from matching.engine.consequences import Alternatives
from matching.engine.effort import Effort
from matching.engine.passed_over import Answer, passed_over
from matching.engine.reach import Reaches
from matching.engine.solution import Solution
from matching.engine.solve import work_out
from matching.insight.promise import promise
from tests.builders import NEAR, ago, known_home, known_pool, known_referral, problem
from tests.engine.oracle import untied
from tests.engine.small import GENERAL, policies, problems

FEW = settings(max_examples=20, deadline=None)


def office(people, homes=1, beds=1, policy=None, **choices) -> Solution:
    names = ["Oak House", "Elm Street", "Birch House", "Cedar House", "Ash House"]
    places = [known_home(f"P{k}", name=names[k]) for k in range(homes)]
    pools = [
        known_pool(f"P{k}", beds_available=beds, beds_accepting=None) for k in range(homes)
    ]
    return work_out(
        problem(people, places, pools), policy or untied(GENERAL), choices=Choices(**choices)
    )


def queue(number: int) -> list:
    return [known_referral(f"R{k}", received_at=ago(hours=9 - k)) for k in range(number)]


def test_who_competes_for_which_beds_and_that_nobody_was_passed_over():
    found = promise(office(queue(3), homes=2), 2)
    assert (found.referral, found.holds, found.trade) == (2, True, None)
    assert found.sentences == (
        "3 young people can only use these 2 beds: at Oak House and Elm Street.",
        "Nobody later in line holds a place that this young person could have had, through "
        "any chain of moves.",
    )


def test_many_places_are_counted_and_one_bed_is_one():
    found = promise(office(queue(6), homes=5), 5)
    assert found.sentences[0] == (
        "6 young people can only use these 5 beds: at Oak House, Elm Street and 3 other places."
    )
    assert promise(office(queue(2)), 1).sentences[0] == (
        "2 young people can only use this 1 bed: at Oak House."
    )


def test_equals_are_told_what_decides():
    people = [known_referral(f"R{k}") for k in range(3)]
    solution = office(people, beds=2)
    left = int((solution.chosen < 0).argmax())
    assert promise(solution, left).sentences[2] == (
        "2 young people with a place there stand equally in line. Between equals it counts "
        "how well places fit, and then the published lottery decides."
    )
    solution = office(people[:2])
    left = int((solution.chosen < 0).argmax())
    assert (
        promise(solution, left)
        .sentences[2]
        .startswith("1 young person with a place there stands equally in line.")
    )


def test_a_place_that_somebody_decided_is_set_aside():
    solution = office(queue(3), forced=frozenset({Seat("R2", "P0")}))
    found = promise(solution, 0)
    assert (found.holds, found.reach.later, found.reach.decided) == (True, (2,), (2,))
    assert found.sentences[1] == (
        "Nobody later in line holds a place that this young person could have had, through "
        "any chain of moves, besides case R2, whose place somebody decided."
    )
    many = {Seat(f"R{k}", f"P{k - 1}") for k in range(1, 6)}
    solution = office(queue(6), homes=5, forced=frozenset(many))
    assert "besides 5 people, whose place somebody decided" in promise(solution, 0).sentences[1]


def test_without_any_place_open_there_is_nothing_to_compete_for():
    stranger = known_referral("R1", age_years=50)
    found = promise(office([stranger]), 0)
    assert found.holds
    assert found.sentences == (
        "No place is open to this person, so nobody holds one that they could have had.",
    )


def two_for_one() -> Solution:
    """Two who stay together, later in line, in the beds of one who came first."""
    people = [
        known_referral("R1", received_at=ago(hours=90)),
        known_referral("R2", received_at=ago(hours=80), group_id="F1"),
        known_referral("R3", received_at=ago(hours=80), group_id="F1"),
    ]
    return office(people, beds=2, policy=GENERAL)


def test_where_two_have_a_place_for_one_it_says_who_would_lose_it():
    found = promise(two_for_one(), 0)
    assert found.holds is False
    assert found.trade is not None
    assert found.trade.loses == (1, 2)
    assert found.sentences == (
        "3 young people can only use these 2 beds: at Oak House.",
        "This young person could go to Oak House with everybody before them still placed; case "
        "R2 (needed tonight, waiting 3 days) and case R3 (needed tonight, waiting 3 days), "
        "later in line, would then be left without a place.",
        "The plan does not do so since fewer people would have a place: 1 fewer in the "
        "priority 'tonight'.",
    )


def test_where_waits_count_in_bands_it_says_so():
    people = [
        known_referral("R1", received_at=ago(hours=5), school_county=NEAR),
        known_referral("R2", received_at=ago(hours=4)),
        known_referral("R3", received_at=ago(hours=3), group_id="F1"),
        known_referral("R4", received_at=ago(hours=3), group_id="F1"),
    ]
    solution = office(people, beds=3, policy=GENERAL)
    assert solution.chosen.tolist().index(-1) == 0
    found = promise(solution, 0)
    assert found.holds is False
    assert found.trade is not None
    assert (found.trade.loses, found.trade.tiers) == ((1,), (0, 0, 0))
    assert found.sentences[1:] == (
        "This young person could go to Oak House with everybody before them still placed; case "
        "R2 (needed tonight, waiting 4 hours), later in line, would then be left without a "
        "place.",
        "The plan does not do so since people here must be placed together or kept apart, and "
        "where that is so the policy counts waits in wide bands.",
    )


def test_without_time_it_says_that_it_is_not_worked_out():
    found = promise(two_for_one(), 0, Effort(0.0))
    assert (found.holds, found.trade) == (None, None)
    assert found.sentences[1] == (
        "Whether anybody later in line holds a place that this young person could have had is "
        "not worked out yet."
    )


def test_a_free_bed_that_ties_keep_from_somebody():
    people = [
        known_referral("R1", received_at=ago(hours=9), separate_from=frozenset({"T"})),
        known_referral("R2", urgency=w.Urgency.PLANNED, separate_from=frozenset({"T"})),
    ]
    solution = office(people, beds=2, policy=GENERAL)
    assert solution.chosen[0] >= 0
    found = promise(solution, 1)
    assert found.holds
    assert found.reach.free == (0,)
    assert found.sentences[0] == (
        "A bed is free at Oak House, but people who must be placed together or kept apart "
        "stand in its way."
    )


def test_somebody_who_needs_more_beds_than_there_are():
    parent = known_referral("R1", children_with=1, pregnant_parenting=None)
    solution = office([parent], homes=1, beds=2)
    assert solution.chosen[0] >= 0
    homes = [known_home("P0", name="Oak House", licensed_capacity=5, residents=3)]
    pools = [known_pool("P0", b, beds_available=2, beds_accepting=None) for b in ("B1", "B2")]
    two = [replace_id(parent, name) for name in ("R1", "R2")]
    solution = work_out(problem(two, homes, pools), GENERAL)
    left = int((solution.chosen < 0).argmax())
    said = promise(solution, left).sentences[0]
    assert said == "2 young people can only use these 2 beds: at Oak House."


def replace_id(person, name):
    return known_referral(name, children_with=1, pregnant_parenting=None)


def test_what_is_there_already_is_used():
    solution = two_for_one()
    reaches, alternatives = Reaches(solution), Alternatives(solution)
    once = promise(solution, 0, alternatives=alternatives, reaches=reaches)
    assert once == promise(solution, 0)


@FEW
@given(problems(tied=True, people=4, pools=3), policies())
def test_everybody_without_a_place_is_told_the_truth_in_whole_sentences(one, policy):
    solution = work_out(one, policy)
    for i in range(one.size[0]):
        if solution.chosen[i] >= 0:
            continue
        found = promise(solution, i)
        assert found.holds == (passed_over(solution, i).answer is Answer.NO)
        for text in found.sentences:
            assert text.endswith(".")
            assert text[0].isupper() or text[0].isdigit()
        assert (found.trade is None) == found.holds
