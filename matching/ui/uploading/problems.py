"""The fifth step: the problems of a file, grouped by what repairs them."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from matching.intake.draft import Draft
from matching.intake.repairs import Repair
from matching.services import sheets
from matching.services import upload_answers as the
from matching.services import upload_steps as all_steps
from matching.services.upload_answers import Way
from matching.services.upload_problems import has_rows_aside, row_spans, rows_aside
from matching.services.upload_steps import Step
from matching.ui import components as ui
from matching.ui.text import common
from matching.ui.text import upload_answers as text
from matching.ui.uploading import answer, frame, state

_PAGE, _REMARKS = 10, 40


def draw(draft: Draft) -> None:
    """Draw the problems that keep rows from being saved, then the remarks."""
    counts = all_steps.counts(draft)
    if counts is None or draft.upload is None:
        return
    frame.head(
        draft,
        Step.PROBLEMS,
        text.sentence(counts.loaded, counts.read, counts.set_aside, counts.left_out),
    )
    frame.ways(draft, Step.PROBLEMS)
    if not counts.loaded:
        ui.box(text.NOTHING_GOOD, "warn")
    if all_steps.is_standard(draft):
        _standard(draft)
    ui.counts(
        [
            (text.COUNT_READ, f"{counts.read:,}", ""),
            (text.COUNT_LOADED, f"{counts.loaded:,}", ""),
            (text.COUNT_ASIDE, f"{counts.set_aside:,}", text.ASIDE_NOTE),
            (text.COUNT_OUT, f"{counts.left_out:,}", text.OUT_NOTE),
        ]
    )
    found = the.problems(draft)
    _asked(draft, found.asked)
    _told(found.told)
    _left_out(draft)
    _downloads(draft)
    frame.on_again(draft, Step.PROBLEMS)
    frame.decided(draft)


def _standard(draft: Draft) -> None:
    ui.box(text.STANDARD.format(standard=draft.standard), label=text.STANDARD_LABEL)
    st.button(text.AS_TABLE, key="upload-as-table", on_click=_as_table)


def _as_table() -> None:
    state.decide(replace(state.recipe(), standard=False))
    state.go(Step.SHEET)


def _asked(draft: Draft, repairs: tuple[Repair, ...]) -> None:
    if not repairs:
        ui.section(text.PROBLEMS, text.NO_PROBLEMS)
        return
    rows = len({row for one in repairs for row in one.rows})
    ui.section(text.PROBLEMS, text.problems(len(repairs), rows))
    for k in ui.page_of(repairs, "upload-problems", _PAGE):
        _repair(draft, repairs[k])
    ui.pager(repairs, "upload-problems", _PAGE)


def _repair(draft: Draft, one: Repair) -> None:
    name = answer.key_of(one.code, one.column, one.value, one.sentence)
    with st.container(key=f"option-problem-{name}"):
        title = text.repair_title(common.capital(one.label), one.value)
        ui.html(
            f'<h3 class="sb-option">{ui.safe(title)} '
            f'<span class="sb-soft">{ui.safe(text.rows_count(one.rows))}</span></h3>'
            f"<p>{ui.safe(common.capital(one.sentence))} {ui.safe(one.fix)}</p>"
            f'<p class="sb-soft">{ui.safe(text.which_rows(one.rows, row_spans(one.rows)))}</p>'
        )
        if draft.grid is None:
            return
        question = the.of_repair(one)
        if question.way is not Way.SERVED:
            answer.draw(question, "problem", title)
        with st.container(horizontal=True):
            if question.way is Way.SERVED:
                # Four boxes for each problem would hide how few problems there are.
                with st.popover(text.SAY_SERVED, key=f"upload-served-{name}"):
                    answer.draw(question, "problem", title)
            if one.rows:
                _other_ways(one, name, question)


def _other_ways(one: Repair, name: str, question: the.Question) -> None:
    several = len(one.rows) > 1
    # What no other text of all cells repairs may still be put right row by row.
    cells = question.way is not Way.ORDER and (several or question.way is Way.ROWS)
    with st.popover(text.other_ways(len(one.rows)), key=f"upload-ways-{name}"):
        if cells and one.column:
            _one_row(one, name)
        with st.form(f"upload-out-{name}", border=False):
            st.text_input(text.WHY_OUT, key=f"upload-why-{name}", placeholder=text.WHY_HINT)
            st.form_submit_button(
                text.leave_out(len(one.rows)),
                key=f"upload-leave-{name}",
                on_click=_leave,
                args=(one.rows, f"upload-why-{name}"),
            )


def _leave(rows: tuple[int, ...], key: str) -> None:
    why = " ".join(st.session_state[key].split()) or text.NO_REASON
    state.decide(state.recipe().with_rows_left_out(rows, why))


def _one_row(one: Repair, name: str) -> None:
    """Correct a single row, the others staying as they are."""
    with st.form(f"upload-one-{name}", border=False):
        row, cell = f"upload-row-{name}", f"upload-cell-{name}"
        st.selectbox(text.ONE_ROW, list(one.rows), key=row, format_func=text.row)
        if one.words:
            st.selectbox(
                text.INSTEAD, list(one.words), index=None, key=cell,
                format_func=common.capital, placeholder=text.CHOOSE_WORD,
            )  # fmt: skip
        else:
            st.text_input(text.INSTEAD, key=cell, placeholder=text.INSTEAD_HINT)
        st.form_submit_button(
            text.CORRECT,
            key=f"upload-correct-{name}",
            on_click=_correct,
            args=(one.column, row, cell),
        )


def _correct(column: str, row: str, cell: str) -> None:
    given = st.session_state[cell]
    state.decide(state.recipe().with_cell(st.session_state[row], column, (given or "").strip()))


def _told(repairs: tuple[Repair, ...]) -> None:
    if not repairs:
        return
    with st.expander(text.remarks(sum(one.count for one in repairs)), key="upload-remarks"):
        rows, what, said = text.REMARK_COLUMNS
        ui.table(
            [rows, what, ui.Column(said, long=True)],
            [
                (
                    common.capital(row_spans(one.rows, 4)) or text.WHOLE_FILE,
                    common.capital(one.label),
                    f"{common.capital(one.sentence)} {one.fix}".strip(),
                )
                for one in repairs[:_REMARKS]
            ],
            text.REMARKS,
        )
        if len(repairs) > _REMARKS:
            ui.note(text.MORE_PROBLEMS.format(more=f"{len(repairs) - _REMARKS:,}"))


def _left_out(draft: Draft) -> None:
    """Draw the rows that were left out; all of them can be taken back."""
    groups = the.left_out(draft, state.recipe())
    if not groups:
        return
    ui.section(text.LEFT_OUT)
    for one in groups:
        name = answer.key_of(one.why)
        with st.container(key=f"option-out-{name}"):
            said = text.left(one.why, one.rows, row_spans(one.rows))
            ui.html(
                f'<h3 class="sb-option">{ui.safe(text.rows_count(one.rows))}</h3>'
                f'<p class="sb-soft">{ui.safe(said)}</p>'
            )
            st.button(
                text.TAKE_BACK, key=f"upload-back-{name}", on_click=_back, args=(one.rows,)
            )


def _back(rows: tuple[int, ...]) -> None:
    state.decide(state.recipe().with_rows_back(rows))


def _downloads(draft: Draft) -> None:
    upload = draft.upload
    if upload is None or not upload.issues:
        return
    if has_rows_aside(draft):
        ui.section(text.TAKE_AWAY, text.TAKE_AWAY_SENTENCE)
    else:
        ui.section(text.ALL_TOLD)
    with st.container(horizontal=True):
        if has_rows_aside(draft):
            st.download_button(
                text.PROBLEMS_XLSX,
                data=lambda: rows_aside(draft),
                file_name=text.ROWS_FILE,
                mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                key="problems-xlsx",
                on_click="ignore",
            )
        st.download_button(
            text.PROBLEMS_CSV,
            data=lambda: sheets.problems_csv(upload),
            file_name=text.PROBLEMS_FILE,
            mime="text/csv",
            key="problems-csv",
            on_click="ignore",
        )
