"""Recording race and tribal status, for those who may."""

from __future__ import annotations

from functools import partial

import streamlit as st

from matching.domain.errors import MatchingError
from matching.services.desk import Desk
from matching.services.equity import (
    EquityUpload,
    check_equity,
    equity_state,
    forget_equity,
    record_equity,
)
from matching.ui import components as ui
from matching.ui.text import common
from matching.ui.text import equity as text

#: What came of the last press, told once.
_DONE = "fairness-race-done"
TYPES = ["csv", "tsv", "txt", "xlsx", "xls", "xlsb", "ods"]


def show(at: Desk) -> None:
    """Draw what is recorded, a list to record, and the way to remove it all."""
    ui.section(text.TITLE, text.NOTE)
    done = st.session_state.pop(_DONE, None)
    if isinstance(done, MatchingError):
        ui.error(done)
    elif done:
        ui.box(done, "good", status=True)
    state = equity_state(at)
    moment = ""
    if state.at is not None:
        moment = common.moment(at.local(state.at), at.local(at.clock()).date())
    ui.html(f"<p>{ui.safe(text.recorded(state, moment))}</p>")
    ui.note(text.FORM)
    file = st.file_uploader(
        text.FILE,
        type=TYPES,
        max_upload_size=at.settings.max_upload_mb,
        key=f"fairness-race-file-{st.session_state.get('fairness-race-round', 0)}",
    )
    if file is not None:
        _checked(at, file.getvalue())
    if state.people:
        _forget(at)


def _checked(at: Desk, data: bytes) -> None:
    """Say what a list holds, and offer to record it."""
    try:
        found = check_equity(at, data)
    except MatchingError as error:
        ui.error(error)
        return
    ui.html(f'<p role="status">{ui.safe(text.check(found))}</p>')
    _left_out(found)
    st.button(
        text.RECORD,
        type="primary",
        key="fairness-race-record",
        on_click=partial(_record, at, data),
        disabled=not found.cases,
    )


def _left_out(found: EquityUpload) -> None:
    facts = []
    if found.unknown:
        facts.append((text.UNKNOWN_CASES, text.some(found.unknown)))
    if found.issues:
        facts.append((text.SET_ASIDE, text.some(tuple(map(str, found.issues)), most=5)))
    if found.not_read:
        facts.append((text.NOT_READ, text.some(found.not_read)))
    if facts:
        ui.facts(facts)


def _record(at: Desk, data: bytes) -> None:
    try:
        st.session_state[_DONE] = text.done(record_equity(at, data))
    except MatchingError as error:
        st.session_state[_DONE] = error
        return
    # A new box, so that the file does not stay in the session.
    st.session_state["fairness-race-round"] = st.session_state.get("fairness-race-round", 0) + 1


def _forget(at: Desk) -> None:
    with st.expander(text.FORGET):
        st.button(text.SURE, key="fairness-race-forget", on_click=partial(_forgotten, at))


def _forgotten(at: Desk) -> None:
    try:
        st.session_state[_DONE] = text.gone(forget_equity(at))
    except MatchingError as error:
        st.session_state[_DONE] = error
