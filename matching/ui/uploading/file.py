"""The first step: a file, or several, and who sent it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from matching.domain.access import Action, allows
from matching.domain.errors import MatchingError
from matching.intake.draft import Draft
from matching.services import sheets
from matching.services import upload_steps as the
from matching.services.desk import Desk
from matching.services.upload_steps import Step
from matching.ui import components as ui
from matching.ui import session
from matching.ui.text import shell as words
from matching.ui.text import upload as text
from matching.ui.uploading import frame, recent, state

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = ["csv", "tsv", "txt", "xlsx", "xlsm", "xls", "xlsb", "ods", "zip", "json"]


def draw(at: Desk, draft: Draft | None) -> None:
    """Draw the box for files, who sent them, and what helps to begin."""
    frame.steps(draft, Step.FILE)
    ui.head(words.PAGES["upload"], text.START, text.START_NOTE)
    if draft is not None:
        _chosen(draft)
    sender = _sender(at)
    files = _box(at)
    if files:
        _open(at, files, sender)
    _templates(at)
    ui.section(text.PRIVACY, text.PRIVACY_SENTENCE)
    recent.draw(at)


def _chosen(draft: Draft) -> None:
    ui.box(text.CHOSEN.format(file=draft.filename), label=text.CHOSEN_LABEL)
    frame.ways(draft, Step.FILE)


def _sender(at: Desk) -> str | None:
    """Ask who sent the file; what was decided for its last one is then used again."""
    if not allows(at.actor.role, Action.SEE_PROVIDERS):
        return None
    found = state.current()
    key = "upload-sender"
    if key not in st.session_state and found is not None:
        st.session_state[key] = found.sender
    known = the.senders(at)
    mine = st.session_state.get(key)
    options = [*known, *([mine] if mine and mine not in known else [])]
    with st.container(key="narrow-upload-sender"):
        sender = st.selectbox(
            text.SENDER,
            options,
            index=None,
            placeholder=text.SENDER_HINT,
            help=text.SENDER_HELP,
            accept_new_options=True,
            key=key,
            on_change=_sender_said,
            args=(key,),
        )
    return (sender or "").strip() or None


def _sender_said(key: str) -> None:
    state.sent_by((st.session_state[key] or "").strip() or None)


def _box(at: Desk) -> Sequence[UploadedFile]:
    number = state.round_number()
    folder = st.toggle(text.FOLDER, key="upload-folder", help=text.FOLDER_HELP)
    found = st.file_uploader(
        text.CHOOSE_FOLDER if folder else text.CHOOSE,
        type=TYPES,
        accept_multiple_files="directory" if folder else True,
        max_upload_size=at.settings.max_upload_mb,
        key=f"upload-file-{number}-{folder:d}",
        help=text.CHOOSE_HELP,
    )
    return [] if found is None else found if isinstance(found, list) else [found]


def _open(at: Desk, files: Sequence[UploadedFile], sender: str | None) -> None:
    """Open what was chosen and go on, unless it is most likely the wrong file."""
    try:
        with st.spinner(text.READING):
            draft = state.begin(at, {one.name: one.getvalue() for one in files}, sender)
    except MatchingError as error:
        ui.box(error.sentence(), "bad", text.REFUSED)
        return
    if draft.stop is not None and the.is_wrong_file(draft):
        ui.box(draft.stop.sentence(), "bad", text.REFUSED)
        if draft.grid is not None and draft.grid.rows:
            st.button(text.BY_HAND, key="upload-by-hand", on_click=_by_hand)
        return
    state.take()
    st.rerun()


def _by_hand() -> None:
    state.take(Step.SHEET)


def _templates(at: Desk) -> None:
    ui.section(text.TEMPLATES, text.TEMPLATES_SENTENCE)
    with st.container(horizontal=True):
        for kind, name in text.TEMPLATE.items():
            st.download_button(
                name,
                data=partial(sheets.template_book, kind),
                file_name=text.TEMPLATE_FILE[kind],
                mime=_XLSX,
                key=f"template-{kind}",
                on_click="ignore",
            )
        if allows(at.actor.role, Action.EXPORT_PROVIDERS):
            st.download_button(
                text.FILLED,
                data=lambda: sheets.export_providers(at, session.providers(at)),
                file_name=text.FILLED_FILE,
                mime="text/csv",
                key="template-filled",
                on_click="ignore",
            )
    for kind, name in text.COLUMNS_HELP.items():
        with st.expander(name, key=f"columns-{kind}"):
            ui.table(
                [*text.HELP_COLUMNS[:2], ui.Column(text.HELP_COLUMNS[2], long=True)],
                [(one.column, one.label, one.says) for one in sheets.template_help(kind)],
                name,
            )
