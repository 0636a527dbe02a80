"""Names and tokens that belong to nobody."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.intake import sample_names as names
from matching.intake.firewall import check_reference

_TOKEN = re.compile(r"R-[2-9B-DF-HJ-NP-TV-XZ]{6}")


def rng(seed: int = 3) -> np.random.Generator:
    return np.random.default_rng(seed)


@given(rows=st.integers(0, 700), seed=st.integers(0, 5))
@settings(max_examples=30, deadline=None)
def test_names_never_repeat(rows, seed):
    drawn = names.numbered(rng(seed), names.HOMES, rows)
    assert len(drawn) == len(set(drawn)) == rows


def test_names_get_a_number_when_they_run_out():
    drawn = names.numbered(rng(), ["Oak House", "Elm House"], 5)
    assert sorted(drawn[:2]) == ["Elm House", "Oak House"]
    assert drawn[2:4] == [f"{name} 2" for name in drawn[:2]]
    assert drawn[4] == f"{drawn[0]} 3"


def test_the_lists_have_no_name_twice():
    for listed in (names.HOMES, names.PROGRAMMES, names.AGENCIES):
        assert len(listed) == len(set(listed))
    assert not set(names.HOMES) & set(names.PROGRAMMES)
    assert "Oak House" in names.PROGRAMMES
    assert "Birch Street Home" in names.HOMES


@given(rows=st.integers(0, 300), seed=st.integers(0, 5))
@settings(max_examples=30, deadline=None)
def test_tokens_are_different_and_spell_nothing(rows, seed):
    drawn = names.tokens(rng(seed), "R", rows)
    assert len(drawn) == len(set(drawn)) == rows
    assert all(_TOKEN.fullmatch(token) for token in drawn)


def test_tokens_pass_the_firewall():
    for token in names.tokens(rng(), "R", 2_000):
        check_reference(token)


def test_tokens_say_nothing_about_their_order():
    drawn = names.tokens(rng(), "R", 500)
    assert drawn != sorted(drawn)
    assert names.tokens(rng(4), "R", 500) != drawn
