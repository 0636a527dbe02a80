"""A table of a policy file holds what is known there, and numbers within their limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.errors import PolicyError
from matching.domain.policy_checks import fail, number, only


def test_an_error_names_the_policy_the_place_and_what_to_do():
    error = fail("trial", "[clocks] hold_minutes", "it is wrong.")
    assert error.sentence() == (
        "Policy 'trial', [clocks] hold_minutes: it is wrong. Nothing was saved. "
        "Correct the policy file."
    )


def test_only_known_settings_stand_in_a_table():
    only({"a": 1}, {"a", "b"}, "trial", "[x]")
    with pytest.raises(PolicyError, match=r"\[x\]: 'c' is not known here"):
        only({"a": 1, "d": 1, "c": 1}, {"a", "b"}, "trial", "[x]")
    with pytest.raises(PolicyError, match="a table is expected here"):
        only([], {"a"}, "trial", "[x]")


@given(st.one_of(st.integers(), st.floats(), st.booleans(), st.text(), st.none()))
def test_a_number_is_a_whole_one_within_its_limits(value):
    good = isinstance(value, int) and not isinstance(value, bool) and 3 <= value <= 9
    if good:
        assert number(value, 3, 9, "trial", "[x] n") == value
        return
    with pytest.raises(PolicyError, match=r"\[x\] n: .* is not a whole number from 3 to 9"):
        number(value, 3, 9, "trial", "[x] n")
