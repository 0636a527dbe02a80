"""The second step: which sheet, which rows name the columns, which rows are data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import streamlit as st

from matching.intake.draft import Draft
from matching.intake.fields import SheetKind
from matching.intake.reader import DELIMITERS, ENCODINGS
from matching.services import upload_sheet as the
from matching.services.upload_steps import Step, assumptions
from matching.ui import components as ui
from matching.ui.text import common
from matching.ui.text import upload as text
from matching.ui.uploading import frame, state

#: Columns of the preview that are shown at a time.
_ACROSS = 6
_LEFT_OUT = 40
_KIND, _SHEET, _HEADER = "upload-kind", "upload-sheet", "upload-header"
_ENCODING, _DELIMITER = "upload-encoding", "upload-delimiter"
_AS_DATA, _NO_DATA = "upload-as-data", "upload-no-data"


def draw(draft: Draft) -> None:
    """Draw how the file was read, and its own first rows."""
    grid = draft.grid
    rows, columns = (0, 0) if grid is None else (len(grid.rows), len(grid.columns))
    frame.head(draft, Step.SHEET, text.sheet_sentence(rows, columns))
    frame.ways(draft, Step.SHEET)
    if not draft.recipe.standard:
        st.button(
            text.AS_STANDARD, key="upload-as-standard", on_click=_as_standard, args=(True,)
        )
    _assumed(draft)
    _choices(draft)
    _preview(draft)
    if grid is not None:
        if grid.decisions:
            ui.section(text.HOW_READ)
            items = "".join(f"<li>{ui.safe(one)}</li>" for one in grid.decisions)
            ui.html(f'<ul class="sb-list">{items}</ul>')
        _rows(draft)
    frame.on_again(draft, Step.SHEET)
    frame.decided(draft)


def _as_standard(yes: bool) -> None:
    state.decide(replace(state.recipe(), standard=yes))


def _assumed(draft: Draft) -> None:
    """Say what is known of a published list beyond what stands in it."""
    said = assumptions(draft)
    if not said:
        return
    ui.section(text.ASSUMED, text.assumed(draft.standard))
    items = "".join(f"<li>{ui.safe(one)}</li>" for one in said)
    ui.html(f'<ul class="sb-list">{items}</ul>')
    st.button(text.AS_TABLE, key="upload-as-table", on_click=_as_standard, args=(False,))


def _choices(draft: Draft) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key="upload-filters"):
        st.session_state[_KIND] = draft.kind
        st.selectbox(
            text.KIND, list(SheetKind), format_func=text.kind, key=_KIND, width=250,
            on_change=lambda: state.mean(st.session_state[_KIND]),
        )  # fmt: skip
        if len(draft.sheets) > 1:
            names = [one.name for one in draft.sheets]
            shown = {one.name: text.sheet(one.shown, one.rows, one.hidden)
                     for one in draft.sheets}  # fmt: skip
            st.session_state[_SHEET] = draft.grid.sheet if draft.grid else names[0]
            st.selectbox(
                text.SHEET, names, format_func=shown.__getitem__, key=_SHEET, width=330,
                on_change=_sheet_chosen,
            )  # fmt: skip
        if draft.encoding is not None and draft.delimiter is not None:
            _text_file(draft)
    _header(draft)


def _text_file(draft: Draft) -> None:
    encodings = list(dict.fromkeys([*ENCODINGS, str(draft.encoding)]))
    st.session_state[_ENCODING], st.session_state[_DELIMITER] = draft.encoding, draft.delimiter
    st.selectbox(
        text.ENCODING, encodings, format_func=lambda one: ENCODINGS.get(one, one),
        key=_ENCODING, width=250, help=text.ENCODING_HELP, on_change=_text_chosen,
    )  # fmt: skip
    st.selectbox(
        text.DELIMITER, list(DELIMITERS), format_func=text.delimiter, key=_DELIMITER,
        width=190, on_change=_text_chosen,
    )  # fmt: skip


def _text_chosen() -> None:
    found = state.recipe()
    encoding, sign = st.session_state[_ENCODING], st.session_state[_DELIMITER]
    state.decide(replace(found, encoding=encoding, delimiter=sign))


def _sheet_chosen() -> None:
    """Read another sheet; decisions about rows of the one before do not fit it."""
    state.decide(
        replace(
            state.recipe(), sheet=st.session_state[_SHEET], header=(), rows={}, cells={},
            left_out={},
        )
    )  # fmt: skip


def _header(draft: Draft) -> None:
    found = state.current()
    if draft.grid is None or found is None:
        return
    choices = dict(the.header_choices(draft, found.opened))
    st.session_state[_HEADER] = [row for row in draft.grid.header if row in choices]
    with st.container(key="narrow-upload-header"):
        st.multiselect(
            text.HEADER,
            list(choices),
            format_func=lambda row: text.header_row(row, choices[row]),
            key=_HEADER,
            max_selections=3,
            help=text.HEADER_HELP,
            placeholder=text.HEADER_HINT,
            on_change=_header_chosen,
        )


def _header_chosen() -> None:
    rows = tuple(sorted(st.session_state[_HEADER]))
    state.decide(replace(state.recipe(), header=rows))


def _preview(draft: Draft) -> None:
    shown = the.own_rows(draft)
    ui.section(text.OWN_ROWS, text.OWN_ROWS_SENTENCE)
    if not shown.rows:
        ui.empty("", text.NO_ROWS)
        return
    places = ui.page_of(shown.titles, "upload-across", _ACROSS)
    ui.table(
        [ui.Column(""), *(shown.titles[k] for k in places)],
        [
            (
                _row(number),
                *(
                    ui.soft(text.WITHHELD) if cells[k] is None else cells[k] or ""
                    for k in places
                ),
            )
            for number, cells in shown.rows
        ],
        text.OWN_ROWS,
    )
    if len(shown.titles) > _ACROSS:
        ui.note(text.across(places.start + 1, places.stop, len(shown.titles)))
        ui.pager(shown.titles, "upload-across", _ACROSS)
    if shown.hidden:
        ui.note(text.hidden_columns(shown.hidden))


def _row(number: int) -> ui.Html:
    """Return the name of a row, which is not broken however many columns there are."""
    return ui.Html(f'<span class="sb-whole">{ui.safe(text.row(number))}</span>')


def _rows(draft: Draft) -> None:
    """Draw the rows that are not read as data, and let each be taken back."""
    grid, told = draft.grid, state.recipe().rows
    if grid is None:
        return
    if grid.left_out:
        ui.section(text.NO_DATA, text.no_data(len(grid.left_out)))
        where, why, what = text.NO_DATA_COLUMNS
        ui.table(
            [where, why, ui.Column(what, long=True)],
            [
                (f"{one.row:,}", common.capital(one.why.value), one.text)
                for one in grid.left_out[:_LEFT_OUT]
            ],
            text.NO_DATA,
        )
        if len(grid.left_out) > _LEFT_OUT:
            ui.note(text.MORE_ROWS.format(more=f"{len(grid.left_out) - _LEFT_OUT:,}"))
    back = sorted(
        {one.row for one in grid.left_out} | {row for row, yes in told.items() if yes}
    )
    out = sorted(
        {*the.rows_to_leave_out(draft)} | {row for row, yes in told.items() if not yes}
    )
    with st.expander(text.JUDGE_ROWS, key="upload-judge"):
        if back:
            _judge(text.AS_DATA, back, _AS_DATA, yes=True)
        if out:
            _judge(text.TAKE_OUT, out, _NO_DATA, yes=False)


def _judge(label: str, rows: Iterable[int], key: str, *, yes: bool) -> None:
    told = state.recipe().rows
    st.session_state[key] = [row for row, kept in told.items() if kept is yes]
    st.multiselect(
        label,
        list(rows),
        format_func=text.row,
        key=key,
        placeholder=text.ROWS_HINT,
        on_change=_judged,
        args=(key, yes),
    )


def _judged(key: str, yes: bool) -> None:
    found = state.recipe()
    others = {row: kept for row, kept in found.rows.items() if kept is not yes}
    state.decide(replace(found, rows={**others, **dict.fromkeys(st.session_state[key], yes)}))
