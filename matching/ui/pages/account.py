"""The page My account: one's own password and sessions."""

from __future__ import annotations

import streamlit as st

from matching.domain.accounts import Session
from matching.services import offices, sessions
from matching.services.desk import Desk
from matching.services.sessions import Visit
from matching.ui import components as ui
from matching.ui import first_account, header, session
from matching.ui.text import accounts as text
from matching.ui.text import common

_SAID = "account-said"


def show() -> None:
    """Draw the page."""
    visit = session.visit()
    if visit is None:
        ui.head(text.MY_PAGE, text.NO_ACCOUNTS)
        first_account.draw()
        return
    at = session.desk_of(visit)
    found = sessions.own(at)
    names = offices.names(at.store)
    ui.head(
        text.MY_PAGE,
        text.my_head(visit.name, visit.role, names[visit.office], len(found)),
    )
    said = st.session_state.pop(_SAID, None)
    if said:
        ui.box(str(said), "good", status=True)
    _password(at)
    if len(visit.offices) > 1:
        ui.section(text.OFFICES)
        header.way(header.OFFICE, text.OFFICE_LINK)
    _sessions(at, visit, found, names)


def _password(at: Desk) -> None:
    ui.section(text.PASSWORD)
    if not sessions.has_password(at):
        ui.note(text.ELSEWHERE_NOTE)
        return
    header.way(header.PASSWORD, text.PASSWORD_LINK)
    ui.note(text.PASSWORD_NOTE)


def _sessions(
    at: Desk, visit: Visit, found: tuple[Session, ...], names: dict[str, str]
) -> None:
    ui.section(text.SESSIONS, text.SESSIONS_NOTE)
    today = at.local(at.clock()).date()
    rows = [
        (
            common.moment(at.local(one.started_at), today),
            common.moment(at.local(one.seen_at), today),
            names.get(one.office, one.office),
            text.THIS if one.key == visit.key else text.OTHER,
        )
        for one in found
    ]
    ui.table(text.SESSION_COLUMNS, rows, text.SESSIONS)
    if len(found) < 2:
        ui.note(text.NO_OTHERS)
    elif st.button(text.END_OTHERS, key="account-end-others"):
        ended = sessions.end_others(at, visit.key)
        st.session_state[_SAID] = text.ENDED.format(sessions=common.count(ended, "session"))
        st.rerun()


show()
