"""The map as a figure: every county once, shades that differ, nothing from elsewhere."""

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import geography
from matching.domain.shapes import drawing
from matching.ui import county_map as maps
from matching.ui.county_map import Shade
from matching.ui.theme import SHADES
from tests.ui.test_charts import contrast

TEXAS = drawing(frozenset({"TX"}))
NAMES = {one.fips: one.name for one in geography.load().counties}
REST = Shade("0")


def drawn(states=TEXAS, shades=None, numbers=None):
    tips = {one.fips: NAMES[one.fips] for one in states.counties}
    return maps.figure(states, shades or {}, REST, tips, numbers or {})


def fills(figure):
    return [trace for trace in figure.data if trace.fill == "toself"]


def test_each_county_of_a_state_can_be_pointed_at():
    figure = drawn()
    assert sorted(trace.text for trace in fills(figure)) == sorted(
        NAMES[one.fips] for one in TEXAS.counties
    )
    assert {trace.hoverinfo for trace in fills(figure)} == {"text"}


def test_of_a_whole_country_the_nearest_centre_is_pointed_at():
    states = geography.load().states - geography.FICTIONAL_STATES
    whole = drawing(frozenset(states))
    figure = drawn(whole)
    assert len(figure.data) < 10
    (points,) = [trace for trace in figure.data if trace.mode == "markers"]
    assert len(points.text) == 3231
    assert points.marker.opacity == 0


def test_nothing_is_fetched_from_elsewhere():
    figure = drawn()
    assert {trace.type for trace in figure.data} == {"scatter"}
    layout = figure.layout.to_plotly_json()
    assert not {"geo", "map", "mapbox"} & set(layout)
    assert "http" not in figure.to_json().replace("https://plotly.com", "")


def test_counties_with_the_same_shade_look_alike_and_others_do_not():
    first, second = TEXAS.counties[:2]
    shade = Shade("1 to 2", "#112233")
    figure = drawn(shades={first.fips: shade, second.fips: maps.not_said("nobody has said")})
    look = {trace.text: (trace.fillcolor, trace.fillpattern.shape) for trace in fills(figure)}
    assert look[NAMES[first.fips]] == ("#112233", None)
    assert look[NAMES[second.fips]][1] == "."
    assert len(set(look.values())) == 3


def test_unknown_hidden_and_none_differ_by_more_than_colour():
    signs = [REST, maps.not_said("a"), maps.hidden("b"), Shade("1", "#fde0c8")]
    assert len({(one.pattern, bool(one.fill)) for one in signs}) == len(signs)


@pytest.mark.parametrize("measure", list(SHADES))
def test_shades_run_from_light_to_dark_in_steps_that_can_be_seen(measure):
    steps = [contrast(one, "#000000") for one in SHADES[measure]]
    assert steps == sorted(steps, reverse=True)
    assert min(one / two for one, two in itertools.pairwise(steps)) >= 1.3


@pytest.mark.parametrize("fill", [one for ramp in SHADES.values() for one in ramp])
def test_numbers_can_be_read_on_every_shade(fill):
    assert contrast(Shade("", fill).text, fill) >= 4.5


def test_a_number_stands_only_where_it_fits():
    largest = max(TEXAS.counties, key=lambda one: min(one.size))
    smallest = min(TEXAS.counties, key=lambda one: min(one.size))
    numbers = {largest.fips: "3", smallest.fips: "1,234"}
    shades = dict.fromkeys(numbers, Shade("", "#112233"))
    (texts,) = [one for one in drawn(shades=shades, numbers=numbers).data if one.mode == "text"]
    assert list(texts.text) == ["3"]


def test_names_from_a_file_become_no_tags():
    tips = {one.fips: "<b>x</b>" for one in TEXAS.counties}
    figure = maps.figure(TEXAS, {}, REST, tips, {})
    assert "<b>" not in "".join(trace.text for trace in fills(figure))
    assert "<b>" not in maps.key([(Shade("<b>"), "1 county")])


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 20_000), st.integers(1, 6), st.sampled_from([1, 11]))
def test_every_count_is_in_one_class_and_the_words_say_which(most, number, least):
    starts = maps.classes(most, number, least)
    assert len(starts) <= number
    assert starts[0] == least or number == 1
    assert list(starts) == sorted(set(starts))
    words = maps.class_words(starts, max(most, least))
    ranges = [[int(part.replace(",", "")) for part in said.split(" to ")] for said in words]
    for count in {least, most, (least + most) // 2}:
        if least <= count <= most:
            low, high = (
                ranges[maps.class_of(count, starts)][0],
                ranges[maps.class_of(count, starts)][-1],
            )
            assert low <= count <= high


def test_no_counts_make_no_classes():
    assert maps.class_words((), 0) == ()


def test_the_map_keeps_its_proportions_and_its_place():
    figure = drawn()
    assert figure.layout.yaxis.scaleanchor == "x"
    assert figure.layout.height <= maps.HEIGHT + 8
    assert math.isclose(
        figure.layout.xaxis.range[1] + figure.layout.xaxis.range[0], TEXAS.width, rel_tol=1e-9
    )
    assert "max-height: 95.5vw" in maps.style(TEXAS, "here")
