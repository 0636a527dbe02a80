"""The fourth step: what the texts in the columns of words mean."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from matching.intake.draft import Draft
from matching.intake.meanings import Meaning, State
from matching.services import upload_answers as the
from matching.services.upload_answers import ColumnTexts
from matching.services.upload_steps import Step
from matching.ui import components as ui
from matching.ui.text import common
from matching.ui.text import upload_answers as text
from matching.ui.text.upload import WITHHELD
from matching.ui.uploading import answer, frame, state

#: Questions of a column that are shown at a time, and texts that are understood.
_PAGE, _LISTED = 8, 60


def draw(draft: Draft) -> None:
    """Draw the questions column by column, then what each text is read as."""
    columns = the.texts_by_column(draft)
    orders = the.date_orders(draft, state.recipe())
    frame.head(
        draft,
        Step.VALUES,
        text.values_sentence(
            sum(len(one.asked) for one in columns),
            sum(one.cells_asked for one in columns),
            sum(one.chosen is None for one in orders),
        ),
    )
    frame.ways(draft, Step.VALUES)
    if orders:
        _orders(orders)
    for one in columns:
        if one.asked:
            _questions(draft, one)
    if any(one.settled for one in columns):
        ui.section(text.UNDERSTOOD, text.UNDERSTOOD_SENTENCE)
        for one in columns:
            if one.settled:
                _settled(draft, one)
    elif not columns:
        ui.empty("", text.NO_WORD_COLUMNS)
    frame.on_again(draft, Step.VALUES)
    frame.decided(draft)


def _orders(orders: Sequence[the.DateOrder]) -> None:
    ui.section(text.ORDERS, text.ORDERS_SENTENCE)
    for one in orders:
        with st.container(key=f"option-order-{one.column}"):
            ui.html(
                f'<h3 class="sb-option">{ui.safe(common.capital(one.label))}</h3>'
                f"<p>{ui.safe(text.order(one.rows, one.chosen))}</p>"
            )
            question = the.Question(column=one.column, text="", way=the.Way.ORDER)
            answer.draw(question, "order", one.label)


def _questions(draft: Draft, column: ColumnTexts) -> None:
    ui.section(common.capital(column.label), text.asked(len(column.asked), column.cells_asked))
    key = f"upload-asked-{column.column}"
    for k in ui.page_of(column.asked, key, _PAGE):
        _question(draft, column.asked[k])
    ui.pager(column.asked, key, _PAGE)


def _question(draft: Draft, meaning: Meaning) -> None:
    name = answer.key_of(meaning.column, meaning.spelling)
    with st.container(key=f"option-text-{name}"):
        shown = WITHHELD if meaning.text is None else f"“{meaning.text}”"
        ui.html(
            f'<h3 class="sb-option">{ui.safe(shown)} '
            f'<span class="sb-soft">{ui.safe(text.cells(meaning.count))}</span></h3>'
            f'<p class="sb-soft">{ui.safe(meaning.sentence)}</p>'
        )
        question = the.of_meaning(meaning, draft.kind)
        answer.draw(question, "asked", text.MEANS.format(text=ui.literal(shown)))


def _settled(draft: Draft, column: ColumnTexts) -> None:
    with st.expander(text.settled(column.label, len(column.settled)),
                     key=f"upload-settled-{column.column}"):  # fmt: skip
        what, cells, read, how = text.SETTLED_COLUMNS
        ui.table(
            [what, ui.Column(cells, number=True), ui.Column(read, long=True), how],
            [
                (
                    WITHHELD if one.text is None else one.text,
                    f"{one.count:,}",
                    one.meaning or ui.soft(common.UNKNOWN),
                    text.STATES[one.state],
                )
                for one in column.settled[:_LISTED]
            ],
            text.UNDERSTOOD,
        )
        if len(column.settled) > _LISTED:
            ui.note(text.MORE_TEXTS.format(more=f"{len(column.settled) - _LISTED:,}"))
        _change(draft, column)


def _change(draft: Draft, column: ColumnTexts) -> None:
    """Let one text be read differently, or as it stands again."""
    by_name = {one.spelling: one for one in column.settled if one.text is not None}
    chosen = st.selectbox(
        text.CHANGE_TEXT,
        list(by_name),
        index=None,
        format_func=lambda name: str(by_name[name].text),
        placeholder=text.CHOOSE_TEXT,
        key=f"upload-change-{column.column}",
    )
    if chosen not in by_name:
        return
    meaning = by_name[chosen]
    question = the.of_meaning(meaning, draft.kind)
    answer.draw(question, "change", text.MEANS.format(text=ui.literal(meaning.text)))
    if meaning.state is not State.READ:
        st.button(
            text.AS_IT_STANDS,
            key=f"upload-stands-{answer.key_of(column.column, chosen)}",
            on_click=_as_it_stands,
            args=(column.column, chosen),
        )


def _as_it_stands(column: str, name: str) -> None:
    state.decide(state.recipe().without_value(column, name))
