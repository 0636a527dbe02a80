"""Words of the page What if: the finding first, for one scenario and for several."""

from __future__ import annotations

import pytest

from matching.domain.scenario import NAMES
from matching.domain.words import Gender, Urgency
from matching.services.scenario_lines import WITHOUT, Entry, Line, Part
from matching.services.scenario_views import Column, Comparison
from matching.services.scenarios import State
from matching.ui.text import whatif as text
from tests.builders import NOW

TODAY = Column(None, "")


def comparison(*columns):
    entries = (Entry("24"), *(Entry("25") for _ in columns))
    return Comparison(
        run=3,
        as_of=NOW,
        policy_title="General",
        protected=False,
        columns=(TODAY, *columns),
        lines=(Line(Part.PEOPLE, WITHOUT, entries),),
    )


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (Column(1, "A", net="no change"), "as many people would have a place as today"),
        (Column(1, "A", net="1 fewer"), "1 fewer person would have a place"),
        (Column(1, "A", net="12 more"), "12 more people would have a place"),
        (Column(1, "A", net="1 to 10 more"), "1 to 10 more people would have a place"),
        (
            Column(1, "A", net="4 fewer", invented=20),
            "4 fewer of those who wait today would have a place",
        ),
    ],
)
def test_one_scenario_is_one_finding(column, said):
    assert text.sentence(comparison(column)) == f"With “A”, {said}."


def test_several_are_told_side_by_side():
    found = comparison(
        Column(1, "A", net="2 more"), Column(2, "B"), Column(3, "C", net="1 to 10 fewer")
    )
    assert text.sentence(found) == (
        "People with a place, against today: 2 more with “A”, as many with “B” and "
        "1 to 10 fewer with “C”."
    )
    assert text.beside_title(found) == (
        "Without a place: 24 today, 25 with “A”, 25 with “B” and 25 with “C”"
    )
    assert text.sentence(comparison()) == text.NOTHING_YET
    assert text.source(found) == "Today is plan 3, under General."


def test_everything_that_can_be_chosen_has_words():
    assert set(text.STEPS) == set(NAMES)
    assert set(text.PARTS) == set(Part)
    assert set(text.STATES) == set(State)
    assert set(text.GENDER_WORDS) == set(Gender)
    assert set(text.URGENCY_WORDS) == set(Urgency)


def test_what_changes_for_one_person():
    assert text.told("R1", None, "Oak") == "Case R1 gets a place at Oak."
    assert text.told("R1", "Oak", None) == "Case R1 loses the place at Oak."
    assert text.told("R1", "Oak", "Elm") == "Case R1 moves from Oak to Elm."
