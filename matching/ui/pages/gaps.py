"""The page Gaps: why people have no place, where, and what there is."""

from __future__ import annotations

from functools import partial

import streamlit as st

from matching.domain.access import Action, Role, allows
from matching.domain.rulebook import Stage
from matching.insight.gaps import STAGE_WORDS
from matching.services.desk import Desk
from matching.services.gap_views import (
    GapsView,
    GapTable,
    cases_behind,
    export_gaps,
    export_run_gaps,
    gaps_view,
    open_gaps,
)
from matching.services.matching import SavedRun
from matching.services.people import Unplaced
from matching.services.plan_views import PlanState, plan_state
from matching.ui import charts, parts, session
from matching.ui import components as ui
from matching.ui.text import common, people
from matching.ui.text import gaps as text

PAGE_ROWS = 25
#: Categories that a chart shows; the table beside it has all.
MOST_BARS = 12


def show() -> None:
    """Draw the page."""
    at = session.desk()
    state = plan_state(at)
    sees_cases = allows(at.actor.role, Action.SEE_CASES)
    saved = session.current_run(at) if state and sees_cases else None
    view = _view(at, saved) if saved else _counts(at, state)
    if view is None:
        ui.head(text.PAGE, text.NO_PLAN_SENTENCE)
        ui.empty(text.NO_PLAN_TITLE, text.NO_PLAN if sees_cases else text.NO_PLAN_COUNTS)
        if sees_cases and st.button(text.TO_PLAN, type="primary", key="gaps-to-plan"):
            session.go("plan")
        return
    ui.head(text.PAGE, text.sentence(view), ui.as_of(at, view.as_of, text.source(view)))
    ui.html(f"<p>{ui.soft(text.DEFINITION)}</p>")
    if view.protected:
        ui.box(text.PROTECTED, label=text.PROTECTED_LABEL)
    if view.without.count != 0:
        _stages(view)
        for pair in range(0, len(view.tables), 2):
            for column, table in zip(
                st.columns(2, gap="large"), view.tables[pair : pair + 2], strict=False
            ):
                with column:
                    _breakdown(table)
        if saved is not None:
            _cases(at, saved, view)
    _supply(at, view)
    _export(at, saved)


def _view(at: Desk, saved: SavedRun) -> GapsView:
    """Return what the page shows, worked out once for each plan and session."""
    key = (saved.number, saved.data_version, at.settings.database_url, at.actor.name)
    kept = st.session_state.get("gaps-view")
    if isinstance(kept, tuple) and kept[0] == key:
        return kept[1]  # type: ignore[no-any-return]
    with st.spinner(text.COUNTING):
        view = gaps_view(at, saved)
    st.session_state["gaps-view"] = (key, view)
    return view


@st.cache_resource(show_spinner=False, max_entries=4)
def _open(_desk: Desk, key: tuple[Role, str, int, int]) -> GapsView | None:
    del key  # only tells one plan from another
    return open_gaps(_desk)


def _counts(at: Desk, state: PlanState | None) -> GapsView | None:
    """Return protected counts for those who may not see cases."""
    if state is None or state.moved or allows(at.actor.role, Action.SEE_CASES):
        return None
    url, version = at.settings.database_url, at.store.data_version()
    return _open(at, (at.actor.role, url, state.number, version))


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


def _breakdown(table: GapTable) -> None:
    ui.section(text.table_title(table))
    if not table.totals:
        ui.box(text.WITHHELD)
        return
    if table.counts is None:
        # One way only: two ways at once would let small counts be worked out.
        ui.table(
            (common.capital(text.by(table.title)), ui.Column(text.PEOPLE, number=True)),
            [(name, table.totals[name].text) for name in table.categories],
            text.table_caption(table),
        )
        return
    categories, counts = _fewer(table)
    parts.chart(
        charts.stacked_stages(categories, counts, STAGE_WORDS),
        text.table_alt(table),
        f"gaps-{table.title}",
        partial(_take_bar, table.title),
    )
    with st.expander(text.TABLE):
        _two_way(table, table.counts)


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


def _two_way(table: GapTable, counts: dict[tuple[str, Stage], int]) -> None:
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
        text.table_caption(table),
        total=(text.ALL, f"{sum(sums):,}", *(f"{number:,}" for number in sums)),
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
    carried = _pressed(f"gaps-{title}")
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
        session.open_case,
        split=parts.CASE_SPLIT,
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


def _supply(at: Desk, view: GapsView) -> None:
    moment = common.moment(at.local(view.supply_at), at.local(at.clock()).date())
    ui.section(text.SUPPLY, text.SUPPLY_SENTENCE.format(moment=moment))
    ui.table(
        (
            text.SUPPLY_COLUMNS[0],
            *(ui.Column(title, number=True) for title in text.SUPPLY_COLUMNS[1:]),
        ),
        [
            (
                common.capital(one.placement_type),
                f"{one.providers:,}",
                *(
                    common.beds(count.known, count.unknown_pools)
                    for count in (one.licensed, one.staffed, one.accepting, one.free)
                ),
            )
            for one in view.supply
        ],
        text.SUPPLY_CAPTION,
    )


def _export(at: Desk, saved: SavedRun | None) -> None:
    if not allows(at.actor.role, Action.EXPORT_GAPS):
        return
    ui.html(f"<p>{ui.soft(text.EXPORT_NOTE)}</p>")
    st.download_button(
        text.EXPORT,
        partial(export_run_gaps, at, saved) if saved else partial(export_gaps, at),
        file_name="gaps.xlsx",
        mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        key="gaps-export",
        on_click="ignore",
    )


show()
