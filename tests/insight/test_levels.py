"""How a number of beds is written when part of it was never said."""

from __future__ import annotations

import pytest

from matching.insight.levels import LEVEL_WORDS, LOSS_WORDS, LOSSES, Level, Loss, level_text


@pytest.mark.parametrize(
    ("beds", "followed", "said"),
    [
        (0, 0, "0"),
        (23, 0, "23"),
        (23, 8, "23 (8 not said)"),
        (2300, 1200, "2,300 (1,200 not said)"),
    ],
)
def test_beds_that_nobody_said_stand_in_brackets(beds, followed, said):
    assert level_text(beds, followed) == said


def test_each_loss_stands_before_one_level_and_has_words():
    listed = [loss for losses in LOSSES.values() for loss in losses]
    assert len(listed) == len(set(listed))
    assert set(listed) == set(LOSS_WORDS) == set(Loss)
    assert set(LOSSES) == set(LEVEL_WORDS) == set(Level)
