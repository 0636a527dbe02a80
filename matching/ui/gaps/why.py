"""Why people have no place: the stages, one way of counting at a time, and the cases."""

from __future__ import annotations

from functools import partial

import streamlit as st

from matching.domain.rulebook import Stage
from matching.insight.disclosure import ProtectedCross
from matching.insight.gaps import STAGE_WORDS
from matching.services.desk import Desk
from matching.services.gap_lines import GapTable
from matching.services.gap_views import GapsView, cases_behind
from matching.services.matching import SavedRun
from matching.services.people import Unplaced
from matching.ui import charts, navigation, parts
from matching.ui import components as ui
from matching.ui.text import common, people
from matching.ui.text import gaps as text

PAGE_ROWS = 25
#: Categories that a chart shows; the table beside it has all.
MOST_BARS = 12


def show(at: Desk, view: GapsView, saved: SavedRun | None) -> None:
    """Draw the part; cases only for those who may see them."""
    if view.without.count != 0:
        _stages(view)
    _breakdowns(view)
    _weak(view)
    if saved is not None and view.without.count != 0:
        _cases(at, saved, view)


def _stages(view: GapsView) -> None:
    ui.section(text.stages_title(view), text.STAGES_SENTENCE)
    if not view.stages:
        ui.box(text.WITHHELD)
        return
    bars = {
        line.stage: charts.Bar(text.stage_bar(line), line.cell.count or 0, line.cell.text)
        for line in view.stages
    }
    parts.chart(
        charts.stage_bars(bars),
        text.STAGES_ALT,
        "gaps-stages",
        None if view.protected else _take_stage,
    )
    with st.expander(text.TABLE):
        ui.table(
            (*text.STAGE_COLUMNS[:2], ui.Column(text.STAGE_COLUMNS[2], number=True)),
            [(line.stage.value, line.title, line.cell.text) for line in view.stages],
            text.STAGES_CAPTION,
            total=(text.ALL, "", view.without.text),
        )


def _breakdowns(view: GapsView) -> None:
    of = {
        text.WITHOUT: view.tables,
        text.CONFIRMED: view.weak.confirmed_by,
        text.POOR: view.weak.poor_by,
    }
    groups = [name for name, tables in of.items() if tables and tables[0].categories]
    if not groups:
        return
    group = groups[0]
    if len(groups) > 1:
        group = st.pills(text.WHO, groups, default=group, required=True, key="gaps-who")
    tables = {table.title: table for table in of[group]}
    chosen = st.pills(
        text.COUNTED_BY,
        list(tables),
        default=text.FIRST_WAY,
        required=True,
        key="gaps-way",
    )
    _breakdown(tables[chosen], group)


def _breakdown(table: GapTable, group: str) -> None:
    ui.section(text.table_title(table, group))
    if not table.totals:
        ui.box(text.WITHHELD)
        return
    if table.cross is not None and not table.cross.withheld:
        _protected(table, table.cross)
        return
    if table.counts is None:
        # One way only: two ways at once would let small counts be worked out.
        ui.table(
            (common.capital(text.by(table.title)), ui.Column(text.PEOPLE, number=True)),
            [(name, table.totals[name].text) for name in table.categories],
            text.table_caption(table, group),
        )
        return
    categories, counts = _fewer(table)
    parts.chart(
        charts.stacked_stages(categories, counts, STAGE_WORDS),
        text.table_alt(table, group),
        f"gaps-{group}-{table.title}",
        partial(_take_bar, table.title) if group == text.WITHOUT else None,
    )
    with st.expander(text.TABLE):
        _two_way(table, table.counts, group)


def _protected(table: GapTable, cross: ProtectedCross) -> None:
    """Draw counts by category and stage, as far as they may be shown together."""
    columns = list(cross.columns.cells)
    ui.table(
        (
            common.capital(text.by(table.title)),
            ui.Column(text.ALL, number=True),
            *(ui.Column(name, number=True) for name in columns),
        ),
        [
            (name, one.text, *(cross.cells[name, column].text for column in columns))
            for name, one in cross.rows.cells.items()
        ],
        text.table_caption(table),
        total=(text.ALL, cross.total.text, *(one.text for one in cross.columns.cells.values())),
    )
    for some in cross.together.values():
        for label, many in some.items():
            ui.note(text.TOGETHER.format(label=label, many=common.listed(many)))


def _fewer(table: GapTable) -> tuple[list[str], dict[tuple[str, Stage], int]]:
    """Put the smallest categories together where there are too many for a chart."""
    counts = dict(table.counts or {})
    if len(table.categories) <= MOST_BARS:
        return list(table.categories), counts
    kept = list(table.categories[: MOST_BARS - 1])
    rest = text.rest_of(len(table.categories) - len(kept))
    for (category, stage), number in (table.counts or {}).items():
        if category not in kept:
            counts[rest, stage] = counts.get((rest, stage), 0) + number
    return [*kept, rest], counts


def _two_way(table: GapTable, counts: dict[tuple[str, Stage], int], group: str) -> None:
    used = [stage for stage in Stage if any(counts.get((c, stage)) for c in table.categories)]
    sums = [sum(counts.get((c, stage), 0) for c in table.categories) for stage in used]
    ui.table(
        (
            common.capital(text.by(table.title)),
            ui.Column(text.ALL, number=True),
            *(ui.Column(stage.value, number=True) for stage in used),
        ),
        [
            (
                name,
                table.totals[name].text,
                *(f"{counts.get((name, stage), 0):,}" for stage in used),
            )
            for name in table.categories
        ],
        text.table_caption(table, group),
        total=(text.ALL, f"{sum(sums):,}", *(f"{number:,}" for number in sums)),
    )


def _weak(view: GapsView) -> None:
    """Draw places that need a call first, and poor ones."""
    weak = view.weak
    if weak.provisional.count == 0 and weak.poor.count == 0:
        return
    ui.section(text.weak_title(weak), text.WEAK_SENTENCE)
    left, right = st.columns(2, gap="large")
    with left:
        ui.part(text.CONFIRMED, text.PROVISIONAL_NOTE)
        ui.table(
            (text.ASKED, ui.Column(text.PEOPLE, number=True)),
            [(name, one.text) for name, one in weak.asked],
            text.CONFIRMED,
            total=(text.ALL, weak.provisional.text),
        )
    with right:
        ui.part(text.POOR, text.poor_note(weak))
        ui.table(
            (text.LOST_AT, ui.Column(text.PEOPLE, number=True)),
            [(common.capital(line.words), line.cell.text) for line in weak.stages],
            text.POOR,
            total=(text.ALL, weak.poor.text),
        )


def _pressed(key: str) -> list[str] | None:
    """Return what the bar pressed last in a chart carries."""
    state = st.session_state.get(key)
    points = state["selection"]["points"] if state else []
    if not points:
        return None
    carried = points[0].get("customdata")
    return [str(one) for one in carried] if carried else None


def _take_bar(title: str) -> None:
    carried = _pressed(f"gaps-{text.WITHOUT}-{title}")
    if carried is None:
        return
    st.session_state["gaps-by"] = title
    st.session_state["gaps-category"] = carried[0]
    st.session_state["gaps-stage"] = Stage(carried[1])
    st.session_state["gaps-cases-page"] = 1


def _take_stage() -> None:
    carried = _pressed("gaps-stages")
    if carried is None:
        return
    st.session_state["gaps-category"] = text.EVERY_CATEGORY
    st.session_state["gaps-stage"] = Stage(carried[0][:1])
    st.session_state["gaps-cases-page"] = 1


def _cases(at: Desk, saved: SavedRun, view: GapsView) -> None:
    """Draw the cases behind a bar, for those who may see cases."""
    ui.section(text.CASES, text.CASES_SENTENCE)
    tables = {table.title: table for table in view.tables}
    first, second, third = st.columns(3, gap="small")
    by = first.selectbox(text.BREAKDOWN, list(tables), key="gaps-by")
    categories = [text.EVERY_CATEGORY, *tables[by].categories]
    if st.session_state.get("gaps-category") not in categories:
        st.session_state["gaps-category"] = text.EVERY_CATEGORY
    category = second.selectbox(text.CATEGORY, categories, key="gaps-category")
    stages: list[Stage | None] = [None, *(line.stage for line in view.stages)]
    stage = third.selectbox(
        text.STAGE,
        stages,
        format_func=lambda one: text.stage_choice(one, STAGE_WORDS[one] if one else ""),
        key="gaps-stage",
    )
    wanted = None if category == text.EVERY_CATEGORY else category
    rows = cases_behind(at, saved, by, wanted, stage)
    if not rows:
        ui.empty("", text.NO_CASES)
        return
    ui.html(f"<p>{ui.soft(common.count(len(rows), 'person', 'people'))}</p>")
    positions = ui.page_of(rows, "gaps-cases-page", PAGE_ROWS)
    ui.rows(
        "gaps-cases",
        text.CASE_COLUMNS,
        (4, 5, 11),
        [_case_line(rows[k]) for k in positions],
        navigation.open_case,
        lead=parts.CASE_LEAD,
        help_text=text.OPEN_CASE,
    )
    ui.pager(rows, "gaps-cases-page", PAGE_ROWS)


def _case_line(row: Unplaced) -> ui.Row:
    return ui.Row(
        row.person.case,
        row.person.case,
        (
            parts.stacked(people.who(row.person), people.waiting(row.person)),
            ui.mark("without", row.stage_title),
            common.capital(people.in_the_way(row.funnel, 3)),
        ),
    )
