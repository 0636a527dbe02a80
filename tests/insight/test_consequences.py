from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from matching.domain import words as w
from matching.engine.beds import AT_ONCE, Beds, bed_values
from matching.engine.choices import Choices, Seat
from matching.engine.consequences import Alternatives, Consequence
from matching.engine.ledger import By
from matching.engine.residual import Move
from matching.engine.solution import Solution
from matching.engine.solve import work_out
from matching.insight.consequences import bed_sentence, sentence, sentences
from tests.builders import NEAR, ago, known_home, known_pool, known_referral, problem
from tests.engine.oracle import untied
from tests.engine.small import GENERAL, places_of, policies, problems

NAMES = ("Oak House", "Elm Street", "Birch House")


def office(people, beds=(1, 1, 1), **choices) -> Solution:
    """Plan for some people and homes, the nearest first."""
    homes = [
        known_home(f"P{k}", name=name, county=known_home().county if k == 1 else NEAR)
        for k, name in enumerate(NAMES, start=1)
    ]
    homes[2] = replace(homes[2], trainings=homes[2].trainings[:1])
    pools = [
        known_pool(f"P{k}", beds_available=n, beds_accepting=None)
        for k, n in enumerate(beds, start=1)
    ]
    return work_out(problem(people, homes, pools), untied(GENERAL), choices=Choices(**choices))


def two() -> list:
    return [
        known_referral("4401", received_at=ago(hours=5)),
        known_referral("4417", received_at=ago(hours=3)),
    ]


def say(solution: Solution, i: int, j: int) -> str:
    found = Alternatives(solution).consequence(i, j)
    assert found is not None
    return sentence(solution, found)


def test_a_chain_of_moves_in_which_nobody_loses_a_place():
    first, second = two()
    said = say(office([first, replace(second, school_county=NEAR)], (1, 1, 0)), 1, 0)
    assert said.startswith(
        "This young person would go to Oak House; case 4401 would move to Elm Street; nobody "
        "loses a place."
    )


def test_a_free_bed_moves_nobody_else():
    first, second = sentences(
        *(lambda s: (s, Alternatives(s).consequence(0, 2)))(office(two()[:1]))
    )
    assert first == (
        "This young person would go to Birch House; nobody else moves; nobody loses a place."
    )
    assert second.startswith("The plan as a whole would be farther from people's wishes: ")
    assert second.endswith(" points.")


def test_who_would_be_left_without_a_place_is_said_with_their_place_in_line():
    assert say(office(two(), (1, 0, 0)), 1, 0) == (
        "This young person would go to Oak House; case 4417 (needed tonight, waiting 3 hours) "
        "would be left without a place."
    ).replace("4417", "4401").replace("3 hours", "5 hours")


def test_adults_are_not_called_young():
    adult = replace(two()[0], age_years=17)
    solution = office([adult])
    found = Alternatives(solution).consequence(0, 1)
    assert found is not None
    old = replace(solution.problem.referral_records[0], age_years=40)
    told = replace(solution, problem=replace(solution.problem, referral_records=(old,)))
    assert sentence(told, found).startswith("This person would go to Elm Street; ")


def test_a_bed_kept_by_a_decision_cannot_be_had():
    solution = office(two(), (1, 0, 0), forced=frozenset({Seat("4401", "P1")}))
    assert say(solution, 1, 0) == (
        "This young person cannot go to Oak House: the beds there are kept by decisions."
    )


def made(solution: Solution, *moves: tuple[int, int, int], **changes) -> Consequence:
    """Return a consequence with given moves, the first of them the person's own."""
    told = {
        "referral": moves[0][0],
        "pool": moves[0][2],
        "tiers": (0, 0, 0),
        "standing": 0,
        "moved": 0,
        "icwa": 0,
        "cost": 0,
        "moves": tuple(Move(*move) for move in moves),
        "exact": True,
        "by": By.CHAIN,
    }
    return Consequence(**{**told, **changes})


def many() -> Solution:
    return office([known_referral(f"R{k}", received_at=ago(hours=9 - k)) for k in range(9)])


def test_long_chains_are_counted():
    found = made(many(), (0, 0, 1), (1, 1, 2), (2, 2, 0), (3, 0, 1))
    assert sentence(many(), found) == (
        "This young person would go to Elm Street; case R1 would move to Birch House; 2 others "
        "would move to other places; nobody loses a place."
    )


def test_moves_within_a_home_are_to_other_beds():
    homes, pools = known_home("P1", name="Oak House"), [known_pool("P1", b) for b in "BCD"]
    one = problem([known_referral(f"R{k}") for k in range(4)], homes, pools)
    solution = work_out(one, GENERAL)
    found = made(solution, (0, 0, 1), (1, 1, 2))
    assert sentence(solution, found) == (
        "This young person would go to other beds of Oak House; case R1 would move to other "
        "beds of Oak House; nobody loses a place."
    )
    found = made(solution, (0, 0, 1), (1, 1, 2), (2, 2, 0), (3, 0, 1))
    assert "2 others would move to other beds; " in sentence(solution, found)


def test_several_who_gain_or_lose_are_named_up_to_four():
    solution = many()
    gains = [(k, -1, 1) for k in range(1, 7)]
    said = sentence(solution, made(solution, (0, 0, 1), *gains))
    assert said.count("without a place now, would go to Elm Street") == 4
    assert "2 more would have a place" in said
    loses = [(k, 1, -1) for k in range(1, 7)]
    said = sentence(solution, made(solution, (0, 0, 1), *loses))
    assert said.endswith("and 2 others would be left without a place.")
    assert said.count("needed tonight, waiting") == 4


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"moved": 1}, "1 proposal that somebody is calling about would move."),
        ({"moved": 2}, "2 proposals that somebody is calling about would move."),
        ({"icwa": 1}, "Children under ICWA would go to lower preferences, all together."),
        ({"icwa": -2}, "Children under ICWA would go to higher preferences, all together."),
        ({"cost": 12}, "The plan as a whole would be farther from people's wishes: 12 points."),
        ({"cost": -1}, "The plan as a whole would be nearer to people's wishes: 1 point."),
        ({"exact": False}, "This can be done; there may be a better way."),
    ],
)
def test_what_else_it_costs(changes, said):
    solution = many()
    assert sentences(solution, made(solution, (0, 0, 1), **changes))[1:] == (said,)


def test_where_others_gain_or_lose_places_points_would_compare_other_people():
    solution = many()
    found = made(solution, (0, 0, 1), (1, 1, -1), cost=-90, icwa=-1)
    assert len(sentences(solution, found)) == 1


def test_what_is_not_worked_out_is_said_to_be_so():
    solution = many()
    found = made(solution, (0, 0, 1), by=By.NOTHING, exact=False)
    assert sentence(solution, found) == (
        "What it means for others if this young person goes to Elm Street is not worked out "
        "yet."
    )


# --- beds ---------------------------------------------------------------------------


def test_what_one_more_bed_would_do():
    solution = office(two(), (1, 0, 0))
    found = {value.pool: bed_sentence(solution, value) for value in bed_values(solution)}
    assert found[0] == (
        "With one more bed at Oak House, case 4417, without a place now, would go to Oak House."
    )
    nobody = office(two()[:1])
    (last, *_) = reversed(bed_values(nobody))
    assert bed_sentence(nobody, last) == (
        "One more bed at Birch House would change nothing for those who are waiting now."
    )


def test_a_bed_that_only_brings_people_nearer_to_their_wishes():
    solution = office(two(), (1, 1, 0))
    found = Beds(Alternatives(solution)).of_provider(0)
    assert found is not None
    said = bed_sentence(solution, found)
    there = solution.problem.referral_ids[places_of(solution.problem, solution.plan).index(1)]
    assert said.startswith(
        f"With one more licensed bed at Oak House, case {there} would move to Oak House; "
        "nobody more would have a place. The plan as a whole would be nearer to people's "
        "wishes: "
    )


def test_a_bed_whose_worth_is_not_sure():
    people = [known_referral(name, group_id="F1") for name in ("R1", "R2")]
    pool = known_pool(beds_available=1, beds_accepting=None)
    solution = work_out(problem(people, known_home(name="Oak House"), pool), GENERAL)
    beds = Beds(Alternatives(solution))
    quick = beds.of_pool(0, effort=AT_ONCE)
    assert quick is not None
    assert bed_sentence(solution, quick) == (
        "What one more bed at Oak House would do is not worked out yet."
    )
    moves = (Move(0, -1, 0),)
    sure = replace(quick, by=By.CHAIN, moves=moves, standing=-1)
    assert bed_sentence(solution, sure).endswith("This much is sure; it may do more.")


@settings(max_examples=15, deadline=None)
@given(problems(tied=True, people=4, pools=4), policies())
def test_everything_is_said_in_whole_sentences(one, policy):
    solution = work_out(one, policy)
    alternatives = Alternatives(solution)
    texts = [bed_sentence(solution, v) for v in Beds(alternatives).of_pools()]
    for i in range(one.size[0]):
        texts += [sentence(solution, c) for c in alternatives.of(i)]
    for text in texts:
        assert text.endswith(".")
        assert text[0].isupper()
        assert "  " not in text
        assert ".." not in text
        assert "None" not in text
    urgent = w.Urgency.TONIGHT.value
    assert all(text.count("(") == text.count(")") for text in texts if urgent in text)
