"""The uploads of late, each with what it did and the way to take it back."""

from __future__ import annotations

import streamlit as st

from matching.domain.errors import MatchingError
from matching.services.desk import Desk
from matching.services.upload_undo import BatchLine, Undone, batches, undo
from matching.ui import components as ui
from matching.ui.text import common
from matching.ui.text import uploading as text

_MOST = 8
_WANTED, _DID = "undo-wanted", "undo-did"


def draw(at: Desk) -> None:
    """Draw the newest uploads; taking one back is asked twice."""
    wanted = st.session_state.pop(_WANTED, None)
    if isinstance(wanted, int):
        _take_back(at, wanted)
    lines = batches(at, _MOST)
    did = st.session_state.pop(_DID, None)
    if not lines and not isinstance(did, Undone):
        return
    ui.section(text.RECENT, text.RECENT_SENTENCE)
    if isinstance(did, Undone):
        ui.box(did.sentence, "good" if did.done else "warn", status=True)
        if did.conflicts:
            items = "".join(f"<li>{ui.safe(one.sentence)}</li>" for one in did.conflicts[:10])
            ui.html(f'<ul class="sb-list">{items}</ul>')
    for line in lines:
        _line(at, line)


def _line(at: Desk, line: BatchLine) -> None:
    today = at.local(at.clock()).date()
    when = common.moment(at.local(line.at), today)
    with st.container(key=f"option-batch-{line.number}"):
        ui.html(
            f'<h3 class="sb-option">{ui.safe(text.batch(line.number, line.kind))} '
            f'<span class="sb-soft">{ui.safe(text.batch_by(when, line.by))}</span></h3>'
            f'<p class="sb-soft">{ui.safe(text.batch_did(line.counts, line.why_not))}</p>'
        )
        if line.may_undo:
            with st.popover(text.UNDO.format(number=line.number)):
                ui.note(text.UNDO_NOTE)
                st.button(
                    text.UNDO_YES.format(number=line.number),
                    key=f"undo-{line.number}",
                    on_click=_want,
                    args=(line.number,),
                )


def _want(number: int) -> None:
    st.session_state[_WANTED] = number


def _take_back(at: Desk, number: int) -> None:
    try:
        st.session_state[_DID] = undo(at, number)
    except MatchingError as error:
        ui.error(error)
