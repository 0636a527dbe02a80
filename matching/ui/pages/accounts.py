"""The page Accounts: who may sign in at this office, and in which role."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from matching.domain.access import STAFF_ROLES, Role
from matching.domain.accounts import Account
from matching.domain.errors import MatchingError
from matching.services import accounts, offices
from matching.services.accounts import NewPassword
from matching.services.desk import Desk
from matching.ui import components as ui
from matching.ui import first_account, session
from matching.ui.text import accounts as text
from matching.ui.text import common
from matching.ui.text.shell import ROLES

#: What came of the last press, and a one-time password to be shown once.
_SAID, _ONCE = "accounts-said", "accounts-once"


def show() -> None:
    """Draw the page."""
    at = session.desk()
    found = accounts.listed(at)
    office = offices.names(at.store)[at.store.office]
    numbers: dict[Role, int] = {
        role: sum(one.active and one.roles[at.store.office] is role for one in found)
        for role in STAFF_ROLES
    }
    ui.head(text.PAGE, text.head(office, numbers))
    if at.actor.role is Role.LOCAL:
        first_account.draw()
        return
    _said()
    _list(at, found)
    _change(at, found)
    _add(at)


def _said() -> None:
    """Say what came of the last press; a password is gone with the next run."""
    said = st.session_state.pop(_SAID, None)
    if said:
        ui.box(str(said), "good", status=True)
    once = st.session_state.pop(_ONCE, None)
    if isinstance(once, NewPassword) and once.password is not None:
        ui.section(text.ONE_TIME.format(name=once.name))
        st.code(once.password, language=None)
        ui.note(text.ONE_TIME_NOTE.format(name=once.name))


def _list(at: Desk, found: tuple[Account, ...]) -> None:
    ui.section(text.LIST)
    rows = [
        (
            one.name,
            common.capital(ROLES[one.roles[at.store.office]]),
            _state(at, one),
            _last(at, one),
        )
        for one in found
    ]
    ui.table(text.COLUMNS, rows, text.LIST_CAPTION)


def _state(at: Desk, one: Account) -> str:
    if not one.active:
        return text.DISABLED
    if one.locked_until is not None and one.locked(at.clock()):
        today = at.local(at.clock()).date()
        return text.LOCKED.format(moment=common.moment(at.local(one.locked_until), today))
    return text.MUST_CHANGE if one.must_change else text.CAN


def _last(at: Desk, one: Account) -> str:
    if one.last_sign_in is None:
        return text.NEVER
    return common.moment(at.local(one.last_sign_in), at.local(at.clock()).date())


def _change(at: Desk, found: tuple[Account, ...]) -> None:
    ui.section(text.CHANGE, text.CHANGE_NOTE)
    by_name = {one.name: one for one in found}
    name = st.selectbox(
        text.WHOM,
        list(by_name),
        index=None,
        placeholder=text.CHOOSE,
        key="accounts-whom",
        width=420,
    )
    one = by_name.get(name) if name else None
    if one is None:
        return
    held = one.roles[at.store.office]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        role = st.selectbox(
            text.NEW_ROLE,
            STAFF_ROLES,
            index=STAFF_ROLES.index(held),
            format_func=ROLES.__getitem__,
            key=f"accounts-role-{one.id}",
            width=260,
        )
        if st.button(text.SAVE_ROLE, key="accounts-save-role", disabled=role is held):
            said = text.DONE_ROLE.format(name=one.name, role=ROLES[role])
            _do(lambda: accounts.set_role(at, one.id, role, version=one.version), said)
    _buttons(at, one)


def _buttons(at: Desk, one: Account) -> None:
    with st.container(horizontal=True):
        if one.password_hash is not None and st.button(text.RESET, key="accounts-reset"):
            _do(
                lambda: accounts.reset(at, one.id, version=one.version),
                text.DONE_RESET.format(name=one.name),
            )
        if one.locked(at.clock()) and st.button(text.UNLOCK, key="accounts-unlock"):
            _do(
                lambda: accounts.unlock(at, one.id, version=one.version),
                text.DONE_UNLOCK.format(name=one.name),
            )
        if one.active and st.button(text.DISABLE, key="accounts-disable"):
            _do(
                lambda: accounts.disable(at, one.id, version=one.version),
                text.DONE_DISABLE.format(name=one.name),
            )
        if not one.active and st.button(text.ENABLE, key="accounts-enable"):
            _do(
                lambda: accounts.enable(at, one.id, version=one.version),
                text.DONE_ENABLE.format(name=one.name),
            )
        with st.popover(text.TAKE):
            ui.html(f"<p>{ui.safe(text.SURE.format(name=one.name))}</p>")
            if st.button(text.TAKE, key="accounts-take", type="primary"):
                _do(
                    lambda: accounts.set_role(at, one.id, None, version=one.version),
                    text.DONE_TAKEN.format(name=one.name),
                )


def _add(at: Desk) -> None:
    ui.section(text.ADD, text.ADD_NOTE)
    with st.form("accounts-add", border=False, clear_on_submit=False):
        name = st.text_input(
            text.NAME, help=text.NAME_HELP, key="accounts-name", max_chars=100, width=420
        )
        role = st.selectbox(
            text.ROLE,
            STAFF_ROLES,
            format_func=ROLES.__getitem__,
            key="accounts-new-role",
            width=260,
        )
        elsewhere = at.settings.oidc is not None and st.checkbox(
            text.ELSEWHERE, value=True, key="accounts-elsewhere"
        )
        pressed = st.form_submit_button(text.ADD_BUTTON, type="primary")
    if pressed:
        said = text.ADDED.format(name=" ".join((name or "").split()), role=ROLES[role])
        _do(lambda: accounts.add(at, name or "", role, elsewhere=elsewhere), said)


def _do(work: Callable[[], Account | NewPassword], said: str) -> None:
    try:
        done = work()
    except MatchingError as error:
        ui.error(error)
        return
    st.session_state[_SAID] = said
    if isinstance(done, NewPassword):
        st.session_state[_ONCE] = done
    st.rerun()


show()
