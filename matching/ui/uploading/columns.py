"""The third step: what each column of the file fills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from matching.intake.columns import How
from matching.intake.draft import Draft
from matching.intake.recipe import NOT_USED
from matching.services import upload_columns as the
from matching.services.upload_columns import FileColumn, Group, MissingKey
from matching.services.upload_steps import Step, open_questions
from matching.ui import components as ui
from matching.ui.text import common
from matching.ui.text import upload as text
from matching.ui.uploading import frame, state

_PAGE = 15


def draw(draft: Draft) -> None:
    """Draw every column of the file, those that need a decision first."""
    every = the.file_columns(draft)
    groups = the.grouped(every)
    asked = open_questions(draft)[Step.COLUMNS]
    frame.head(
        draft,
        Step.COLUMNS,
        text.columns_sentence(len(groups[Group.USED]), len(every), asked),
        _remembered(draft),
    )
    frame.ways(draft, Step.COLUMNS)
    _stopped(draft)
    for sentence in the.used_twice(draft):
        ui.box(sentence, "warn")
    _cards(draft, text.OPEN_COLUMNS, text.OPEN_SENTENCE, groups[Group.OPEN], "open")
    _cards(draft, text.USED_COLUMNS, "", groups[Group.USED], "used")
    if groups[Group.UNUSED]:
        unused = groups[Group.UNUSED]
        with st.expander(text.unused(len(unused)), key="upload-unused"):
            _cards(draft, "", "", unused, "unused")
    if groups[Group.LOCKED]:
        _locked(groups[Group.LOCKED])
    frame.on_again(draft, Step.COLUMNS)
    frame.decided(draft)


def _remembered(draft: Draft) -> str:
    header = draft.header
    if header is None or all(one.how is not How.REMEMBERED for one in header.matches):
        return ""
    return text.REMEMBERED


def _stopped(draft: Draft) -> None:
    """Say why nothing can be kept so, and offer what helps."""
    if draft.stop is None:
        if the.codes_are_made(draft):
            ui.box(text.CODES_MADE, label=text.CODES_MADE_LABEL)
            if state.recipe().made_ids:
                st.button(text.NO_CODES, key="upload-no-codes", on_click=_made, args=(False,))
        return
    missing = the.missing_key(draft)
    if missing is None or not (missing.candidates or missing.from_names):
        ui.box(draft.stop.sentence(), "bad", text.CANNOT)
        return
    _missing(draft, missing)


def _missing(draft: Draft, missing: MissingKey) -> None:
    kind = draft.kind.value
    ui.box(text.missing_key(kind), "warn", text.missing_label(kind))
    with st.container(horizontal=True):
        for place, one in enumerate(missing.candidates):
            st.button(
                ui.literal(text.USE_COLUMN.format(column=one.header)),
                key=f"upload-key-{place}",
                on_click=_fill,
                args=(one.key, missing.column),
            )
        if missing.from_names:
            st.button(text.MAKE_CODES, key="upload-codes", on_click=_made, args=(True,))
    if missing.from_names:
        ui.note(text.MAKE_CODES_NOTE)


def _made(yes: bool) -> None:
    state.decide(replace(state.recipe(), made_ids=yes))


def _fill(header: str, column: str) -> None:
    state.decide(state.recipe().with_column(header, column))


def _cards(
    draft: Draft, title: str, sentence: str, columns: Sequence[FileColumn], name: str
) -> None:
    if not columns:
        return
    if title:
        ui.section(title, sentence)
    key = f"upload-columns-{name}"
    for k in ui.page_of(columns, key, _PAGE):
        _card(draft, columns[k])
    ui.pager(columns, key, _PAGE)


def _card(draft: Draft, one: FileColumn) -> None:
    place, match = one.match.position, one.match
    with st.container(key=f"option-column-{place}"):
        left, right = st.columns((3, 2), gap="medium")
        with left:
            _about(one)
            if one.proposals and match.column is None:
                with st.container(horizontal=True):
                    for k, (column, words) in enumerate(one.proposals):
                        st.button(
                            text.PROPOSED.format(field=words),
                            key=f"upload-propose-{place}-{k}",
                            type="tertiary",
                            on_click=_fill,
                            args=(match.key, column),
                        )
        with right:
            _choice(draft, one)


def _about(one: FileColumn) -> None:
    how = text.how(one.match.how)
    shown = text.samples(one.samples)
    why = one.match.why if one.match.column is None else ""
    said = " ".join(part for part in (how, shown, text.because(why)) if part)
    ui.html(
        f'<h3 class="sb-option">{ui.safe(one.match.header or text.NO_NAME)}</h3>'
        f'<p class="sb-soft">{ui.safe(said)}</p>'
    )


def _choice(draft: Draft, one: FileColumn) -> None:
    match, key = one.match, f"upload-fills-{one.match.position}"
    words = {target.column: target.words for target in the.targets(draft.kind)}
    st.session_state[key] = NOT_USED if match.column is None else str(match.column)
    st.selectbox(
        text.FILLS.format(column=ui.literal(match.header or text.NO_NAME)),
        [NOT_USED, *words],
        format_func=lambda column: common.capital(words.get(column, text.NOT_USED)),
        key=key,
        label_visibility="collapsed",
        on_change=_chosen,
        args=(match.key, key),
    )


def _chosen(header: str, key: str) -> None:
    _fill(header, st.session_state[key])


def _locked(columns: Sequence[FileColumn]) -> None:
    ui.section(text.LOCKED_COLUMNS, text.LOCKED_SENTENCE)
    first, why = text.LOCKED_TITLES
    ui.table(
        [first, ui.Column(why, long=True)],
        [(one.match.header, text.because(one.match.why)) for one in columns],
        text.LOCKED_COLUMNS,
    )
