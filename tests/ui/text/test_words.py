"""Words of Plan, Case and Gaps: every rule has some, and counts are said first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.rulebook import PREFERENCES, RULES, Kind
from matching.engine.solve import STAGES
from matching.insight.explain import TAKEN
from matching.services.gap_views import Lack
from matching.services.people import Person
from matching.services.plan_lists import Asking, Order
from matching.ui.text import case, gaps, people, plan

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
    largest = sum(sorted((fell for _, fell in steps), reverse=True)[:3])
    assert (f"{total - largest} for other reasons" in said) == (total > largest)


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
