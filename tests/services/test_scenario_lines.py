"""Lines of a comparison: every table published adds up, and withheld ones show nothing."""

from __future__ import annotations

from matching.domain.rulebook import Stage
from matching.insight.disclosure import Cell, Mark, ProtectedTable
from matching.insight.levels import Level
from matching.insight.scenario_figures import PRIORITIES, Figures, Tier
from matching.services.scenario_lines import (
    PLACED,
    WITHOUT,
    Part,
    lines_of,
    tables_of,
)


def numbers(placed, without, distances=(("same county", None),)):
    return Figures(
        tiers=(Tier("tonight", placed + without, placed),),
        stages={stage: without if stage is Stage.NO_FREE_BED else 0 for stage in Stage},
        priorities=tuple(
            (name, without if name == PRIORITIES[0] else 0) for name in PRIORITIES
        ),
        distances=tuple((band, placed if n is None else n) for band, n in distances),
        homes_used=1,
        providers=2,
        beds=dict.fromkeys(Level, 4),
    )


TODAY, THEN = numbers(20, 40), numbers(25, 35, (("up to 10 miles", 5), ("same county", 20)))


def test_published_tables_add_up_to_those_they_are_of():
    tables = {table.title: table for table in tables_of(TODAY)}
    assert tables["Outcome"].total == TODAY.waiting
    assert tables["Stage"].total == tables["Priority"].total == TODAY.without
    assert tables["Distance from home"].total == TODAY.placed
    for title in ("Stage", "Priority"):
        assert tables[title].of == {("Outcome", "without")}


def test_bands_of_all_columns_are_shown_nearest_first_and_nobody_is_0():
    lines = lines_of(TODAY, [THEN], gained=["5"], lost=["0"])
    far = [line for line in lines if line.part is Part.DISTANCE]
    assert [line.label for line in far] == ["Up to 10 miles", "Same county"]
    assert [entry.value for entry in far[0].entries] == [0, 5]
    assert [entry.text for entry in far[1].entries] == ["20", "20"]
    assert far[1].entries[1].change == "no change"


def withheld(total):
    return ProtectedTable(
        {}, Cell(Mark.HIDDEN, None) if total is None else total, withheld=True
    )


def test_a_table_that_is_withheld_shows_nothing_but_the_bands_of_change():
    shown = {
        table.title: withheld(Cell(Mark.SHOWN, 60) if table.title == "Outcome" else None)
        for table in tables_of(TODAY)
    }
    lines = {
        line.label: [entry.text for entry in line.entries]
        for line in lines_of(TODAY, [THEN], gained=["1 to 10"], lost=["0"], shown=shown)
    }
    assert lines[PLACED] == ["hidden", "1 to 10 more"]
    assert lines[WITHOUT] == ["hidden", "1 to 10 fewer"]
    assert lines["Waiting"] == ["60", "no change"]
    assert lines["Planned"] == ["hidden", "no change"]
    assert lines["Providers"] == ["2", "2"]


def test_a_band_that_nobody_is_in_today_is_0_where_the_table_is_shown():
    cells = {"same county": Cell(Mark.SHOWN, 20)}
    shown = {table.title: withheld(None) for table in tables_of(TODAY)}
    shown["Distance from home"] = ProtectedTable(cells, Cell(Mark.SHOWN, 20))
    lines = lines_of(TODAY, [THEN], gained=["0"], lost=["0"], shown=shown)
    (near,) = [line for line in lines if line.label == "Up to 10 miles"]
    assert [entry.text for entry in near.entries] == ["0", "1 to 10 more"]
