"""Figures: zero-based, complete, the same looks everywhere, nothing from outside."""

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain.rulebook import Stage
from matching.insight.gaps import STAGE_WORDS
from matching.ui import charts

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=70)


def luminance(colour: str) -> float:
    def linear(part: int) -> float:
        value = part / 255
        return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[k : k + 2], 16)) for k in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def bars(values: Sequence[int]) -> dict[Stage, charts.Bar]:
    return {
        stage: charts.Bar(STAGE_WORDS[stage], value, str(value))
        for stage, value in zip(Stage, values, strict=False)
    }


@pytest.mark.parametrize("stage", list(Stage))
def test_text_on_every_stage_can_be_read(stage):
    look = charts.STAGE_LOOK[stage]
    assert contrast(look.fill, look.text) >= 4.5


@pytest.mark.parametrize("background", ["#ffffff", "#12161a"])
def test_the_outline_of_every_bar_is_seen_on_both_backgrounds(background):
    assert contrast(charts.OUTLINE, background) >= 3


def test_neighbouring_stages_differ_in_lightness_or_pattern():
    looks = [charts.STAGE_LOOK[stage] for stage in Stage]
    for first, second in itertools.pairwise(looks):
        assert contrast(first.fill, second.fill) >= 1.4 or first.pattern != second.pattern
    assert len({look.fill for look in looks}) == len(looks)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=8))
def test_stage_bars_start_at_zero_and_keep_their_order_and_numbers(values):
    figure = charts.stage_bars(bars(values))
    assert list(figure.data[0].x) == values
    assert list(figure.data[0].text) == [str(value) for value in values]
    assert list(figure.data[0].y) == sorted(figure.data[0].y, reverse=True)
    assert figure.layout.xaxis.range[0] == 0
    assert figure.layout.xaxis.range[1] >= max(values)
    assert figure.layout.height >= 40 * len(values)


def test_the_order_of_stages_does_not_depend_on_how_they_are_given():
    forwards = bars([1, 2, 3])
    backwards = dict(reversed(list(forwards.items())))
    assert charts.stage_bars(forwards) == charts.stage_bars(backwards)


CELLS = st.dictionaries(
    st.tuples(st.sampled_from(["Oak", "Elm", "not known"]), st.sampled_from(list(Stage))),
    st.integers(0, 50),
)


@settings(max_examples=20, deadline=None)
@given(CELLS)
def test_stacked_bars_hold_every_person_once(counts):
    names = ["Oak", "Elm", "not known"]
    figure = charts.stacked_stages(names, counts, STAGE_WORDS)
    assert sum(sum(trace.x) for trace in figure.data) == sum(counts.values())
    letters = [trace.name for trace in figure.data]
    assert letters == sorted(letters)
    for trace in figure.data:
        assert trace.marker.color == charts.STAGE_LOOK[Stage(trace.name)].fill
        assert [carried[0] for carried in trace.customdata] == names
        assert {carried[1] for carried in trace.customdata} == {trace.name}


@settings(max_examples=20, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=5))
def test_words_are_shown_as_they_are_and_fit_a_narrow_screen(words):
    figure = charts.plain_bars([charts.Bar(one, 1, one) for one in words], "proposed")
    assert len(figure.layout.annotations) == len(words)
    for note in figure.layout.annotations:
        lines = note.text.split("<br>")
        assert "<" not in "".join(lines)
        assert all(len(line) <= 6 * charts.LINE_LENGTH for line in lines)


def test_a_long_name_takes_a_second_line_and_more_room():
    short = charts.plain_bars([charts.Bar("short", 1, "1")], "proposed")
    long = charts.plain_bars([charts.Bar("long words " * 8, 1, "1")], "proposed")
    assert long.layout.height > short.layout.height


def test_no_bars_make_no_error():
    assert charts.plain_bars([], "proposed").layout.height >= 1
    assert len(charts.stacked_stages([], {}, STAGE_WORDS).data) == 0


def test_nothing_in_a_chart_points_elsewhere():
    figure = charts.stacked_stages(["Oak"], {("Oak", Stage.FUNDING): 2}, STAGE_WORDS)
    assert "http" not in figure.to_json().replace("http://www.w3.org", "")
    assert charts.CONFIG["displayModeBar"] is False
    assert charts.CONFIG["showSendToCloud"] is False


def test_a_waterfall_stands_where_its_beds_were_lost():
    falls = [
        charts.Fall("Licensed", 0, 10, "10", "placed", level=True),
        charts.Fall("<b>occupied</b>", 4, 6, "−6", "without", level=False),
        charts.Fall("Free", 0, 4, "4", "placed", level=True),
    ]
    figure = charts.waterfall(falls)
    (bars,) = figure.data
    assert list(bars.base) == [0, 4, 0]
    assert list(bars.x) == [10, 6, 4]
    assert list(bars.text) == ["10", "−6", "4"]
    assert "&lt;b&gt;" in figure.layout.annotations[1].text
    assert len(set(bars.y)) == 3
