"""Shares as bars from zero, each with the range that chance allows."""

import pytest

from matching.ui.charts import LINE_LENGTH
from matching.ui.fairness.figures import Share, share_bars


def test_each_group_has_a_bar_and_its_range():
    figure = share_bars([Share("a", 0.5, 0.4, 0.6), Share("b", 0.254, 0.1, 0.9)])
    (bars,) = figure.data
    assert list(bars.x) == [50, 25]
    high = [x + up for x, up in zip(bars.x, bars.error_x.array, strict=True)]
    low = [x - down for x, down in zip(bars.x, bars.error_x.arrayminus, strict=True)]
    assert high == pytest.approx([60, 90])
    assert low == pytest.approx([40, 10])
    assert tuple(figure.layout.xaxis.range) == (0, 101)


def test_words_stand_above_each_bar_and_long_ones_are_broken():
    words = "People from a county whose name is long: 12 of 40 without a place, 30%"
    figure = share_bars([Share(words, 0.3, 0.2, 0.4)])
    (note,) = figure.layout.annotations
    assert all(len(line) <= LINE_LENGTH for line in note.text.split("<br>"))
