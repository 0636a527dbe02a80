"""The page Upload: a file is read, looked at, and only then saved."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from matching.domain.errors import MatchingError
from matching.domain.words import label
from matching.intake.uploads import ProviderUpload, ReferralUpload
from matching.services import intake, sheets
from matching.services.desk import Desk
from matching.services.intake import Uploaded
from matching.ui import components as ui
from matching.ui import session
from matching.ui.text import common
from matching.ui.text import shell as words
from matching.ui.text import upload as text

_TYPES = ["csv", "tsv", "txt", "xlsx", "xls", "xlsb", "ods"]
_PROBLEMS = 25
_READ, _SAVED, _ROUND = "upload-read", "upload-saved", "upload-round"
Read = ProviderUpload | ReferralUpload


def page() -> None:
    """Draw the step the upload is at."""
    at = session.desk()
    saved, read = st.session_state.get(_SAVED), st.session_state.get(_READ)
    if isinstance(saved, Uploaded):
        _done(saved)
    elif isinstance(read, ProviderUpload | ReferralUpload):
        _look(at, read)
    else:
        _start(at)


def _again() -> None:
    """Go back to the first step with an empty file box."""
    for key in (_READ, _SAVED):
        st.session_state.pop(key, None)
    st.session_state[_ROUND] = int(st.session_state.get(_ROUND, 0)) + 1


def _start(at: Desk) -> None:
    ui.head(words.PAGES["upload"], text.START, text.START_NOTE)
    file = st.file_uploader(
        text.CHOOSE,
        type=_TYPES,
        max_upload_size=at.settings.max_upload_mb,
        key=f"upload-file-{st.session_state.get(_ROUND, 0)}",
        help=text.CHOOSE_HELP,
    )
    if file is not None and (read := _read(at, file)) is not None:
        st.session_state[_READ] = read
        st.rerun()
    _templates()
    ui.section(text.PRIVACY, text.PRIVACY_SENTENCE)


def _read(at: Desk, file: UploadedFile) -> Read | None:
    try:
        with st.spinner(text.READING):
            return intake.read_upload(at, file.getvalue(), file.name)
    except MatchingError as error:
        ui.box(error.sentence(), "bad", text.REFUSED)
    return None


def _templates() -> None:
    ui.section(text.TEMPLATES, text.TEMPLATES_SENTENCE)
    with st.container(horizontal=True):
        for kind, name in text.TEMPLATE.items():
            st.download_button(
                name,
                data=sheets.template_csv(kind),
                file_name=text.TEMPLATE_FILE[kind],
                mime="text/csv",
                key=f"template-{kind}",
                on_click="ignore",
            )
    for kind, name in text.COLUMNS_HELP.items():
        with st.expander(name, key=f"columns-{kind}"):
            ui.table(
                [*text.HELP_COLUMNS[:2], ui.Column(text.HELP_COLUMNS[2], long=True)],
                [(one.column, one.label, one.says) for one in sheets.template_help(kind)],
                name,
            )


def _look(at: Desk, read: Read) -> None:
    counts = read.counts
    ui.head(
        words.PAGES["upload"],
        text.sentence(counts.loaded, counts.read, counts.set_aside, counts.left_out),
        text.found(intake.kind_of(read), read.format),
    )
    with st.container(horizontal=True):
        if counts.loaded and st.button(text.save(counts.loaded), type="primary", key="save"):
            _save(at, read)
        st.button(text.ANOTHER, key="another", on_click=_again)
    if not counts.loaded:
        ui.box(text.NOTHING_GOOD, "warn")
    ui.counts(
        [
            (text.COUNT_READ, f"{counts.read:,}", ""),
            (text.COUNT_LOADED, f"{counts.loaded:,}", ""),
            (text.COUNT_ASIDE, f"{counts.set_aside:,}", text.ASIDE_NOTE),
            (text.COUNT_OUT, f"{counts.left_out:,}", text.OUT_NOTE),
        ]
    )
    _problems(read)
    _preview(at, read)
    _not_kept(read)
    if read.decisions:
        ui.section(text.DECISIONS)
        ui.html(
            "<ul>" + "".join(f"<li>{ui.safe(one)}</li>" for one in read.decisions) + "</ul>"
        )


def _save(at: Desk, read: Read) -> None:
    try:
        with st.spinner(text.SAVING):
            st.session_state[_SAVED] = intake.save_upload(at, read)
    except MatchingError as error:
        ui.error(error)
        return
    st.session_state.pop(_READ, None)
    st.rerun()


def _problems(read: Read) -> None:
    listed = sheets.ordered(read.issues)
    errors = sum(sheets.sets_aside(one) for one in listed)
    if not listed:
        ui.section(text.PROBLEMS, text.NO_PROBLEMS)
        return
    ui.section(text.PROBLEMS, text.problems(errors, len(listed) - errors))
    where, column, value, what, state = text.PROBLEM_COLUMNS
    ui.table(
        [where, column, value, ui.Column(what, long=True), state],
        [
            (
                text.row(one.row),
                (one.column or "").replace("_", " "),
                one.value or ("" if one.row is None else ui.soft(text.HIDDEN)),
                f"{one.sentence} {one.fix}".strip(),
                ui.mark("without", text.SET_ASIDE)
                if sheets.sets_aside(one)
                else ui.mark("placed", text.LOADED),
            )
            for one in listed[:_PROBLEMS]
        ],
        text.PROBLEM_CAPTION,
    )
    if len(listed) > _PROBLEMS:
        ui.note(text.MORE_PROBLEMS.format(more=f"{len(listed) - _PROBLEMS:,}"))
    st.download_button(
        text.PROBLEMS_CSV,
        data=sheets.problems_csv(read),
        file_name=text.PROBLEMS_FILE,
        mime="text/csv",
        key="problems-csv",
        on_click="ignore",
    )


def _preview(at: Desk, read: Read) -> None:
    shown = sheets.preview(read)
    if not shown.rows:
        return
    ui.section(text.PREVIEW, text.PREVIEW_CAPTION + ".")
    ui.table(
        [common.capital(title) for title in shown.titles],
        [[_value(at, value) for value in row] for row in shown.rows],
        text.PREVIEW_CAPTION,
    )


def _value(at: Desk, value: object) -> object:
    """Return a value of a record in the words of a screen."""
    if value is None:
        return ui.soft(text.BLANK)
    if isinstance(value, bool):
        return text.YES_NO[value]
    if isinstance(value, StrEnum):
        return label(value)
    if isinstance(value, datetime):
        return common.moment(at.local(value), at.local(at.clock()).date())
    return common.day(value) if isinstance(value, date) else value


def _not_kept(read: Read) -> None:
    if not read.not_kept:
        return
    private = sum(one.private for one in read.not_kept)
    ui.section(text.NOT_KEPT, text.not_kept(len(read.not_kept), private))
    first, columns = text.NOT_KEPT_COLUMNS
    by_reason: dict[str, list[str]] = {}
    # What was dropped to protect people comes first.
    for one in sorted(read.not_kept, key=lambda one: not one.private):
        by_reason.setdefault(one.why, []).append(one.column)
    ui.table(
        [first, ui.Column(columns, long=True)],
        [(common.capital(why), ui.chips(names)) for why, names in by_reason.items()],
        text.NOT_KEPT,
    )


def _done(saved: Uploaded) -> None:
    removed = text.sample_gone(saved.sample_removed) if saved.sample_removed else ""
    changes = sheets.changes(saved)
    first = changes[0]
    ui.head(
        words.PAGES["upload"],
        text.done(saved.kind, first.added, first.changed, first.unchanged),
        f"{text.KEPT} {removed}".strip(),
    )
    with st.container(horizontal=True):
        if st.button(text.TO_BOARD, type="primary", key="to-board"):
            _again()
            session.go("board")
        st.button(text.UPLOAD_MORE, key="upload-more", on_click=_again)
    ui.section(text.CHANGES, text.next_step(saved.kind))
    noun, *numbers = text.CHANGE_COLUMNS
    ui.table(
        [noun, *(ui.Column(title, number=True) for title in numbers)],
        [
            (text.NOUNS[one.noun], f"{one.added:,}", f"{one.changed:,}", f"{one.unchanged:,}")
            for one in changes
        ],
        text.CHANGES,
    )


page()
