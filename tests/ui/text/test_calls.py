"""The headline of the page Calls: what is none is said where it is news, else left out."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.services.call_lines import CallSheet, Vacancy
from matching.ui.text import calls as text
from tests.builders import NOW


def sheet(places: int, people: int, without: int, case: str | None = None) -> CallSheet:
    # The sentence counts the places and asks nothing of them.
    return CallSheet(NOW, 1, case, (None,) * places, people, without, "In any order.")


@pytest.mark.parametrize(
    ("counts", "beds", "said"),
    [
        (
            (2, 2, 0),
            (0, 0),
            "2 calls to make for 2 people, nobody without a place to call.",
        ),
        (
            (1, 1, 3),
            (1, 0),
            "1 call to make for 1 person, 3 more without a place to call; 1 bed held.",
        ),
        (
            (0, 0, 0),
            (2, 1),
            "No calls to make, nobody without a place to call; 2 beds held, "
            "1 accepted and not moved in.",
        ),
        (
            (0, 0, 1),
            (0, 4),
            "No calls to make, 1 person without a place to call; 4 accepted and not moved in.",
        ),
    ],
)
def test_the_headline(counts, beds, said):
    assert text.sentence(sheet(*counts), *beds) == said


def test_the_headline_of_one_case_counts_its_places_only():
    assert text.sentence(sheet(3, 1, 0, "R1"), 5, 5) == "Case R1: 3 places to call."
    assert text.sentence(sheet(0, 0, 0, "R1"), 0, 0) == "Case R1: 0 places to call."


_few = st.integers(0, 3)


@given(_few, _few, _few, _few, _few)
def test_no_count_of_the_headline_is_a_0_and_none_above_it_is_left_out(a, b, c, held, taken):
    said = text.sentence(sheet(a, b if a else 0, c), held, taken)
    assert not re.search(r"\b0\b(?! people)", said)
    assert ("held" in said) is bool(held)
    assert ("accepted" in said) is bool(taken)
    assert ("No calls" in said) is (a == 0)
    assert ("nobody without" in said) is (c == 0)


@pytest.mark.parametrize(
    ("heard", "dated", "stale", "said"),
    [
        (
            "nobody has said when its beds were last confirmed", False, True,
            "1 free, nobody has said when its beds were last confirmed.",
        ),
        ("beds confirmed on 1 Nov 2026 at 10:41", True, True,
         "1 free, beds confirmed on 1 Nov 2026 at 10:41, which is old."),
        ("beds confirmed on 3 Nov 2026 at 10:41", True, False,
         "1 free, beds confirmed on 3 Nov 2026 at 10:41."),
    ],
)  # fmt: skip
def test_only_beds_with_a_date_are_old(heard, dated, stale, said):
    pool = Vacancy("B1", "Beds B1", 1, heard, dated, stale)
    assert text.vacancies(SimpleNamespace(vacancies=(pool,))) == said
