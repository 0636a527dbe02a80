"""Answers that came back: read, looked at, and noted."""

from __future__ import annotations

import hashlib

import streamlit as st

from matching.domain.access import Action, allows
from matching.domain.errors import MatchingError
from matching.domain.sharing import PartnerAnswer
from matching.services.desk import Desk
from matching.services.partner_answers import Preview, note_answers, read_answers
from matching.ui import components as ui
from matching.ui import session
from matching.ui.casework import said
from matching.ui.casework.said import Told
from matching.ui.text import sharing as text

_TYPES = ["xlsx", "xls", "xlsb", "ods", "csv"]


def draw(at: Desk) -> None:
    """Draw the file, what it says, and the press that notes it."""
    ui.note(text.UPLOAD_NOTE)
    number = int(st.session_state.get("answers-number", 0))
    file = st.file_uploader(
        text.UPLOAD, type=_TYPES, key=f"answers-file-{number}", help=text.UPLOAD_HELP
    )
    if file is None:
        return
    try:
        found = read_answers(at, file.getvalue())
    except MatchingError as error:
        ui.error(error)
        return
    ui.section(text.answers_sentence(found))
    columns = text.ANSWER_COLUMNS
    ui.table(
        (*columns[:2], ui.Column(columns[2], long=True)),
        [
            (
                str(one.row),
                one.partner,
                ui.mark("without" if one.problem else "placed", one.sentence()),
            )
            for one in found.rows
        ],
        text.ANSWER_CAPTION,
    )
    if found.dropped:
        ui.facts([(text.DROPPED, " ".join(found.dropped))])
    if not found.good:
        ui.empty("", text.NOTHING_GOOD)
        return
    places = _places(at, found, hashlib.sha256(file.getvalue()).hexdigest()[:12])
    st.button(
        text.NOTE, type="primary", key="answers-note", on_click=_note, args=(found, places)
    )


def _places(at: Desk, found: Preview, file: str) -> dict[str, tuple[str, str]]:
    """Draw which provider each partner is that offers a bed."""
    if not allows(at.actor.role, Action.RECORD_CALL):
        return {}
    beds = {
        (row.provider.provider_id, pool.pool_id): (
            f"{row.provider.name or pool.provider_id} · {pool.pool_name or pool.pool_id}"
        )
        for row in session.providers(at)
        for pool in row.pools
    }
    out = {}
    for one in found.good:
        if one.answer is not PartnerAnswer.OFFERED:
            continue
        chosen = st.selectbox(
            text.AT_PROVIDER.format(partner=ui.literal(one.partner)),
            list(beds),
            index=None,
            format_func=lambda place: beds[place],
            placeholder=text.NOT_ON_RECORD,
            key=f"answers-{file}-{one.code}",
            width=420,
        )
        if chosen is not None:
            out[one.code] = chosen
    return out


def _note(found: Preview, places: dict[str, tuple[str, str]]) -> None:
    """Note the answers; for a callback."""

    def work(at: Desk) -> Told:
        return Told(text.noted(note_answers(at, found, places)), moves=bool(places))

    def done() -> None:
        number = int(st.session_state.get("answers-number", 0))
        st.session_state["answers-number"] = number + 1

    said.act(work, done)
