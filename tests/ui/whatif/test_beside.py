"""Side by side on screen: what must be known of a scenario is said, names stay text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from matching.domain.rulebook import Stage
from matching.services.scenario_lines import PLACED, WITHOUT, Entry, Line, Part
from matching.services.scenario_views import Column, Comparison, Told
from matching.ui.text import whatif as text
from tests.builders import NOW
from tests.ui.office import charts, raw, said, tables

STAGES = dict.fromkeys(Stage, 0) | {Stage.NO_FREE_BED: 3}
ONE = Column(1, "<b>One</b>", ("Oak House closes.",), NOW, by_stage=STAGES)


def comparison(*columns, protected=False):
    change = [Entry("2", "−1", 2) for _ in columns]
    return Comparison(
        run=3,
        as_of=NOW,
        policy_title="General",
        protected=protected,
        columns=(Column(None, "", by_stage=None if protected else STAGES), *columns),
        lines=(
            Line(Part.PEOPLE, PLACED, (Entry("3", value=3), *change)),
            Line(Part.PEOPLE, WITHOUT, (Entry("3", value=3), *change)),
            Line(Part.CHANGES, "Get a place", (Entry("–"), *(Entry("0") for _ in columns))),
        ),
    )


def _script(found: object) -> None:
    from matching.ui.whatif import beside

    beside.show(found)


@pytest.fixture
def draw():
    def show(found):
        app = AppTest.from_function(_script, args=(found,), default_timeout=30).run()
        assert not app.exception
        return app

    return show


def test_today_alone_is_a_table_without_changes(draw):
    app = draw(comparison())
    assert text.BESIDE in said(app)
    assert text.PARTS[Part.CHANGES] not in said(app)
    assert len(charts(app)) == 1


def test_a_number_and_its_change_stand_together_and_names_stay_text(draw):
    app = draw(comparison(ONE))
    assert tables(app)[0][0] == [PLACED, "3", "2 (−1)"]
    assert "<b>One</b>" not in raw(app)
    assert "&lt;b&gt;One" in raw(app)


def test_what_must_be_known_of_a_scenario_is_said(draw):
    column = replace(
        ONE,
        unproven=True,
        invented=1200,
        residents=(("Oak House", "4"), ("Elm House", "not known")),
        dropped="1",
        dropped_told=(Told("R7", "Oak House", None),),
        told=(Told("R1", None, "Elm House"), Told("R2", "Oak House", None)),
        more_told=True,
    )
    words = said(draw(comparison(column)))
    assert text.UNPROVEN in words
    assert text.INVENTED.format(people="1,200") in words
    assert text.LIVING.format(name="Oak House", number="4") in words
    assert text.LIVING_UNKNOWN.format(name="Elm House") in words
    assert text.DROPPED_ONE.format(case="R7", place="Oak House") in words
    assert "Case R1 gets a place at Elm House." in words
    assert text.TOLD_MORE.format(number="2") in words


def test_nobody_is_said_to_be_nobody(draw):
    assert text.NOBODY in said(draw(comparison(ONE)))


def test_protected_there_is_no_chart_and_nobody_is_told(draw):
    app = draw(comparison(replace(ONE, by_stage=None), protected=True))
    assert charts(app) == []
    assert text.PROTECTED in said(app)
    assert text.NOBODY not in said(app)
