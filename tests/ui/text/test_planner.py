"""Sentences of the page Planner."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matching.insight.planner import Ask
from matching.services.planner_views import ActionView, Done, PlannerView, PointView
from matching.ui.planner.curve import figure
from matching.ui.text import planner as text
from tests.builders import NOW

ACTION = ActionView("Oak House takes a trafficking course.", "1 more", 1, (), "50%", True)
VIEW = PlannerView(
    run=3,
    as_of=NOW,
    policy_title="General",
    protected=False,
    ask=Ask(beds=2, trainings=3),
    done=Done(trainings=3, papers=0, beds=2, new_homes=0),
    gain="7 more",
    helps=True,
    without="37",
    expected="",
    proven=True,
    at_most="",
    left_out=0,
    stopped=False,
    samples=20,
    actions=(ACTION,),
    tiers=(),
    points=(PointView(0, "no change", 0), PointView(2, "4 more", 4), PointView(5, "7 more", 7)),
    recruits=(),
    steps=(),
)


def test_the_sentence_of_the_page():
    said = "With 3 trainings and 2 beds, 7 more of the 37 would have a place."
    assert text.sentence(VIEW) == said


def test_when_nothing_helps_it_says_so():
    nothing = replace(VIEW, helps=False, actions=(), gain="no change")
    assert text.sentence(nothing) == (
        "Within this budget nothing helps the 37 without a place."
    )


def test_as_many_but_those_who_come_first():
    same = replace(VIEW, gain="no change")
    assert "more of those who come first" in text.sentence(same)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (Done(1, 0, 0, 0), "1 training"),
        (Done(0, 1, 1, 0), "1 licence or check and 1 bed"),
        (Done(2, 2, 0, 1), "2 trainings, 2 licences and checks and 1 new home"),
        (Done(0, 0, 0, 0), "nothing"),
    ],
)
def test_what_is_done(what, said):
    assert text.done(what) == said


def test_how_sure_it_is_names_the_bound_and_what_is_missing():
    assert "by proof" in text.how_sure(VIEW)
    open_ = replace(
        VIEW, proven=False, at_most="3", left_out=1, stopped=True, expected="9 more"
    )
    said = text.how_sure(open_)
    assert "at most 3 more" in said
    assert "1 less promising change was not weighed" in said
    assert "stopped before its end" in said
    assert "9 more could have a place" in said
    assert "No choice of what was weighed gives more" in text.how_sure(
        replace(open_, at_most="0")
    )


def test_the_curve_has_its_finding_as_title():
    assert text.finding(VIEW) == "The first 2 changes give 4 of the 7"
    flat = replace(VIEW, points=(*VIEW.points, PointView(8, "7 more", 7)))
    assert text.finding(flat).endswith("; beyond 5 nothing more is gained")
    hidden = replace(VIEW, points=(PointView(0, "no change", None),))
    assert text.finding(hidden) == text.CURVE
    one = replace(VIEW, points=(PointView(0, "no change", 0), PointView(1, "5 more", 5)))
    assert text.finding(one) == "The first change gives 5 of the 5"
    money = replace(VIEW, ask=Ask(trainings=1, money=5))
    assert text.finding(money) == "The first 2 of money give 4 of the 7"


def test_the_chart_begins_at_zero_and_names_each_rise():
    points = (*VIEW.points, PointView(8, "7 more", 7))
    drawn = figure(points, "Changes", "People")
    (line,) = drawn.data
    assert list(line.x) == [0, 2, 5, 8]
    assert list(line.y) == [0, 4, 7, 7]
    assert list(line.text) == ["0", "4", "7", "7"]
    assert drawn.layout.yaxis.range[0] == 0
    assert drawn.layout.xaxis.range[0] == 0
