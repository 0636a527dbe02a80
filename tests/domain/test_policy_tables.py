"""Each table of a policy's file by itself; the whole file is tested with the policy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain import policy_tables as tables
from matching.domain.errors import PolicyError
from matching.domain.policy_settings import MAX_WEIGHT
from matching.domain.rulebook import PREFERENCE_BY_CODE, RULE_BY_CODE
from matching.domain.words import Urgency

URGENCIES = [one.value for one in Urgency]


def test_what_is_left_out_is_as_built_in():
    order = tables.ordering({}, "trial")
    assert order.tiers == tuple(Urgency)
    assert (order.unknown_urgency, order.icwa) == (Urgency.TONIGHT, True)
    rules = tables.rules({}, "trial")
    assert list(rules) == list(RULE_BY_CODE)
    assert not any(one.on for one in rules.values())
    assert {one.weight for one in tables.preferences({}, "trial").values()} == {0}
    assert tables.regions({}, "trial") == {}


@given(st.permutations(URGENCIES), st.sampled_from(URGENCIES), st.booleans())
def test_any_order_of_every_urgency_is_one(tiers, unknown, icwa):
    table = {"tiers": tiers, "unknown_urgency": unknown, "icwa": icwa}
    order = tables.ordering(table, "trial")
    assert [one.value for one in order.tiers] == tiers
    assert (order.unknown_urgency.value, order.icwa) == (unknown, icwa)


@given(st.lists(st.sampled_from(URGENCIES), max_size=len(URGENCIES) - 1))
def test_an_order_that_forgets_an_urgency_is_refused(tiers):
    with pytest.raises(PolicyError, match="every urgency exactly once"):
        tables.ordering({"tiers": tiers}, "trial")


@pytest.mark.parametrize("code", PREFERENCE_BY_CODE)
@given(weight=st.integers(-5, MAX_WEIGHT + 5))
def test_a_weight_is_kept_or_refused(code, weight):
    table = {code: {"weight": weight}}
    if 0 <= weight <= MAX_WEIGHT:
        assert tables.preferences(table, "trial")[code].weight == weight
    else:
        with pytest.raises(PolicyError, match="weight"):
            tables.preferences(table, "trial")


@pytest.mark.parametrize(
    ("read", "table", "said"),
    [
        (tables.ordering, [], r"\[ordering\]"),
        (tables.rules, {"no-such": {}}, "there is no such rule"),
        (tables.preferences, {"no-such": {}}, "there is no such preference"),
        (tables.regions, {"North": "12086"}, "must be a list of counties"),
        (tables.regions, {"North": ["12086"], "South": ["12086"]}, "listed twice"),
        (tables.regions, {"North": ["nowhere"]}, "not the name of one county"),
    ],
)
def test_a_table_that_cannot_be_meant_says_where(read, table, said):
    with pytest.raises(PolicyError, match=said) as caught:
        read(table, "trial")
    assert "Policy 'trial', [" in caught.value.message


def test_a_region_holds_its_counties_by_code():
    found = tables.regions({"South": ["12086", "Broward County, FL"], "None": []}, "trial")
    assert found == {"South": frozenset({"12086", "12011"}), "None": frozenset()}
