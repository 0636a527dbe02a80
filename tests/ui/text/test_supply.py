"""Words of the beds on the page Gaps: what nobody has said is said to be so."""

from __future__ import annotations

import pytest

from matching.insight.levels import Level, Loss
from matching.insight.supply import Step
from matching.ui.text import supply as text


@pytest.mark.parametrize(
    ("unsaid", "said"),
    [
        ({}, ""),
        (
            {Level.STAFFED: 1},
            "A plus sign means at least: 1 bed pool has not said how many are staffed.",
        ),
        (
            {Level.LICENSED: 2, Level.FREE: 1},
            "A plus sign means at least: 2 bed pools have not said how many beds are licensed "
            "and 1 bed pool has not said how many are free.",
        ),
    ],
)
def test_a_plus_sign_is_explained_with_the_pools_that_have_not_said(unsaid, said):
    assert text.at_least(unsaid) == said


def steps(followed):
    return (
        Step(Level.LICENSED, 8, 8, ()),
        Step(Level.STAFFED, 12, 4, (), followed),
        Step(Level.ACCEPTING, 12, 0, ()),
        Step(Level.FREE, 3, 0, ((Loss.VACANCY_UNKNOWN, 9),)),
        Step(Level.READY, 3, 0, ()),
    )


def test_the_finding_calls_no_bed_staffed_that_nobody_has_said_is():
    assert text.title(steps(0)).startswith("3 of 12 staffed beds are usable tonight")
    assert text.title(steps(8)).startswith("3 of 12 known beds are usable tonight")


def test_what_not_said_means_is_told_only_where_it_stands():
    assert "marked as not said" in text.sentence("now", steps(8))
    assert "marked as not said" not in text.sentence("now", steps(0))
