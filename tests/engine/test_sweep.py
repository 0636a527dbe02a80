"""The first problems of the sweep; the command draws as many as one likes."""

from __future__ import annotations

import pytest

from tests.engine.sweep import block


@pytest.mark.parametrize("number", range(8))
def test_everything_that_can_be_tried_agrees(number):
    seen = block(number, size=25, deep=25)
    assert seen["problems"] == 25
    assert seen["certificates valid"] + seen["decisions that cannot be had"] == 25
    assert seen["worse plans refused"] > 0
