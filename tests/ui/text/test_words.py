"""Words of Plan, Case and Gaps: every rule has some, and counts are said first."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.rulebook import PREFERENCES, RULES, Kind
from matching.engine.plan import TierCount
from matching.engine.solve import STAGES
from matching.insight.explain import Option, PointLine
from matching.insight.funnel import TAKEN
from matching.services.gap_lines import Lack
from matching.services.next_best import NextBest
from matching.services.people import Person
from matching.services.plan_lists import Asking, Order
from matching.ui.text import board, case, deciding, gaps, people, plan, upload

CODES = [spec.code for spec in RULES] + [TAKEN]


def person(**facts):
    blank = dict.fromkeys(Person.__dataclass_fields__)
    return Person(**{**blank, "gender": "not known", "priority": "tonight", **facts})


def test_every_rule_preference_stage_and_choice_has_words():
    assert set(people.STOPPED) == set(CODES)
    assert set(case.AGAINST) == {spec.code for spec in PREFERENCES}
    assert set(plan.STAGES) == set(STAGES)
    assert set(plan.ORDERS) == set(Order)
    assert set(plan.ASKINGS) == set(Asking)
    assert set(case.KINDS) == set(Kind)


@pytest.mark.parametrize("code", CODES)
def test_one_provider_is_spoken_of_in_the_singular(code):
    one, two = people.stopped(code, 1), people.stopped(code, 2)
    assert one.startswith("1 ")
    assert two == f"2 {people.STOPPED[code]}"
    assert not one.startswith(("1 are ", "1 have ", "1 do ", "1 keep ", "1 house "))


@given(st.lists(st.tuples(st.sampled_from(CODES), st.integers(1, 99)), min_size=1, max_size=9))
def test_what_stands_in_the_way_adds_up(steps):
    funnel = [(code, "", fell) for code, fell in steps]
    total = sum(fell for _, fell in steps)
    said = people.in_the_way(funnel, 3)
    assert said.startswith(f"{total} provider")
    last = steps[-1][1]
    most = sum(sorted((fell for _, fell in steps[:-1]), reverse=True)[:2])
    rest = total - last - most
    assert (f"{rest} for other reasons" in said) == (rest > 0)


def test_what_took_the_last_chance_is_always_said_and_said_last():
    funnel = [("distance", "", 54), ("placement-type", "", 60), ("service-area", "", 17)]
    said = people.in_the_way([*funnel, ("licence", "", 1)], 3)
    assert said == (
        "132 providers: 60 are another kind of place, 54 are too far, "
        "17 for other reasons, 1 has no valid licence"
    )


def test_no_providers_at_all_are_said_to_be_none():
    assert people.in_the_way([]) == "there are no providers"


def test_what_nobody_has_said_is_said_to_be_so():
    assert people.who(person()) == "age not known, gender not known"
    assert people.waiting(person()) == "tonight, wait not known"
    assert people.who(person(age=15, gender="female")) == "15, female"
    assert people.waiting(person(hours=5)) == "tonight, waiting 5 hours"


@pytest.mark.parametrize("lack", list(Lack))
@pytest.mark.parametrize("number", [1, 2])
def test_every_lack_is_said_for_one_and_for_several(lack, number):
    said = gaps._lack(lack, number, first=True)
    assert said.startswith(f"{number} ")
    assert not said.startswith("1 need ")
    assert not said.startswith("1 were ")


def option(**facts):
    blank = dict.fromkeys(Option.__dataclass_fields__)
    return Option(**{**blank, "points": (), "questions": (), **facts})


def asking(*sentences):
    return tuple(SimpleNamespace(sentence=one) for one in sentences)


def test_the_list_of_other_places_shows_three_questions_and_counts_the_rest():
    assert case.questions(option()) == "nothing to ask"
    assert case.questions(option(questions=asking("Ask A.", "Ask A."))) == "Ask A."
    many = asking("Ask A.", "Ask B.", "Ask A.", "Ask C.", "Ask D.", "Ask E.")
    assert case.questions(option(questions=many)) == "Ask A. Ask B. Ask C. And 2 more."


def test_what_is_not_known_is_never_said_to_be_as_wished():
    lines = (
        PointLine("distance", "Close to home", 0, 0, told=False),
        PointLine("faith", "Faith preference", 0, 0),
        PointLine("school", "School kept", 10, 20),
    )
    assert case.as_wished(option(points=lines)) == (
        "No points, so as wished or nothing wished: faith preference. "
        "No points, since nobody has said: close to home."
    )


def test_a_file_is_told_with_what_it_was_recognised_as():
    assert upload.of_file("a.csv", "referrals", "") == (
        "a.csv: a list of people who are waiting."
    )
    assert upload.of_file("a.csv", "providers", "HIC") == (
        "a.csv: a list of providers. Recognised: HIC."
    )


def test_the_news_of_bed_pools_is_counted_in_bed_pools():
    assert board.news(3, 10, 30) == "3 of 10 bed pools old, oldest 30 hours"


def test_what_is_the_same_at_one_provider_is_said_once():
    first, reasons = case.obstacles(
        "St. Ann, Home",
        [
            "St. Ann, Home could take one of the two. Case R1: Licensed for ages 9 to 18.",
            "St. Ann, Home could take one of the two; it has 1 free bed.",
            "St. Ann, Home could take one of the two, but the plan gives its beds to others.",
        ],
    )
    assert first == "St. Ann, Home could take one of the two"
    assert reasons == (
        "Case R1: Licensed for ages 9 to 18.",
        "It has 1 free bed.",
        "But the plan gives its beds to others.",
    )


@pytest.mark.parametrize(
    "sentences",
    [
        ["R1 and R2 must be kept apart from each other."],
        ["Oak could take one of the two; it is full.", "Oak could take all two. No."],
    ],
)
def test_different_things_are_said_in_full(sentences):
    assert case.obstacles("Oak", sentences) == ("", tuple(sentences))


@pytest.mark.parametrize(
    ("moves", "loses", "gains", "expected"),
    [
        (0, (), (), "Next best: Elm; nobody else moves."),
        (1, (), (), "Next best: Elm; 1 other moves, nobody loses a place."),
        (
            3,
            ("R2",),
            (),
            "Next best: Elm; 2 others move, case R2 would be left without a place.",
        ),
        (2, ("R2", "R3"), (), "Next best: Elm; 2 would be left without a place."),
        (1, (), ("R9",), "Next best: Elm; 1 other gets a place, nobody loses a place."),
    ],
)
def test_the_next_best_in_few_words(moves, loses, gains, expected):
    assert plan.next_best(NextBest("P1", "Elm", moves, loses, gains)) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (14, "Tonight: 14 of 21 with a place, as many as now."),
        (12, "Tonight: 14 of 21 with a place, 2 more than now."),
        (15, "Tonight: 14 of 21 with a place, 1 fewer than now."),
    ],
)
def test_what_a_decision_does_by_priority(before, expected):
    assert deciding.tier(TierCount("tonight", 21, 14, 14), before) == expected


@pytest.mark.parametrize(
    ("cost", "expected"),
    [
        (0, "as well as before"),
        (228, "fit less well than before, by 228 points."),
        (-1, "fit better than before, by 1 point."),
    ],
)
def test_what_a_decision_does_to_the_fit(cost, expected):
    assert expected in deciding.fit(SimpleNamespace(cost=cost))
