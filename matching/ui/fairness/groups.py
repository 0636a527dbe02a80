"""Who waits, travels or goes without, group by group, beside first come, first served."""

from __future__ import annotations

import streamlit as st

from matching.services.fairness_views import FairnessView, GroupRow, GroupTable
from matching.ui import components as ui
from matching.ui import parts
from matching.ui.components import Html
from matching.ui.fairness.figures import Share, share_bars
from matching.ui.text import common
from matching.ui.text import fairness as text

#: Groups that the chart shows; the table below has all.
MOST_BARS = 14


def show(view: FairnessView) -> None:
    """Draw what was found, and the groups of the way that is chosen."""
    found = "".join(f"<li>{ui.safe(one)}</li>" for one in text.further(view))
    ui.html(f'<ul class="sb-list">{found}</ul>')
    if not view.tables:
        ui.box(text.WITHHELD)
        return
    table = choose(view)
    ui.section(text.chart_title(view, table), text.CHART_NOTE)
    if table.restricted:
        ui.box(text.RESTRICTED, label=text.RESTRICTED_LABEL)
    if not table.rows:
        ui.box(text.WITHHELD)
        return
    _chart(table)
    _table(table)
    if table.title == "Priority":
        ui.note(text.BY_DESIGN)


def choose(view: FairnessView) -> GroupTable:
    """Draw the choice of a way to group, and return what was chosen."""
    tables = {table.title: table for table in view.tables}
    # Kept apart from the widget, which is gone while another part of the page is shown.
    kept = st.session_state.get("fairness-way")
    titles = list(tables)
    chosen = st.selectbox(
        text.WAY,
        titles,
        index=titles.index(kept) if kept in tables else 0,
        format_func=text.way,
        key="fairness-way-choice",
        width=520,
    )
    st.session_state["fairness-way"] = chosen
    return tables[chosen]


def _chart(table: GroupTable) -> None:
    told = [row for row in table.rows if row.enough and row.share is not None]
    shares = [Share(text.bar(row), *row.share) for row in told[:MOST_BARS] if row.share]
    if shares:
        parts.chart(share_bars(shares), text.CHART_ALT, "fairness-shares")
    if told[MOST_BARS:]:
        ui.note(text.more_groups(len(told) - MOST_BARS))
    elif len(told) < len(table.rows):
        ui.note(text.left_out(len(table.rows) - len(told)))


def _table(table: GroupTable) -> None:
    ui.table(
        (
            text.way(table.title),
            *(ui.Column(title, long=True) for title in text.COLUMNS),
        ),
        [_row(row) for row in table.rows],
        text.caption(table),
    )


def _row(row: GroupRow) -> tuple[object, ...]:
    return (
        _name(row.name),
        _two(text.without(row), text.chance(row)),
        _two(text.waited(row), text.waits(row)),
        text.travel(row),
        _two(text.first(row), text.first_below(row)),
        _two(text.fits(row), text.gives_way(row)),
    )


def _name(name: str) -> Html:
    """Return a group's name, broken between its words alone."""
    words = common.capital(name).split()
    return Html(" ".join(f'<span class="sb-whole">{ui.safe(word)}</span>' for word in words))


def _two(first: str, below: str) -> object:
    return parts.stacked(first, below) if below else Html(ui.safe(first))
