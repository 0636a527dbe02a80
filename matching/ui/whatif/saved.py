"""The scenarios there are: work them out, change, rename, delete, put back."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from matching.domain.errors import MatchingError
from matching.services.desk import Desk
from matching.services.scenarios import (
    LONGEST_NAME,
    Deleted,
    Scenario,
    State,
    delete,
    rename,
    restore,
)
from matching.ui import components as ui
from matching.ui.text import common
from matching.ui.text import whatif as text
from matching.ui.whatif import draft

PAGE_ROWS = 10
_DELETED, _REFUSED, _RENAMING = "whatif-deleted", "whatif-list-refused", "whatif-renaming"


def show(
    at: Desk, saved: tuple[Scenario, ...], begin: Callable[[int], None], *, busy: bool
) -> None:
    """Draw the list.

    Parameters
    ----------
    at : Desk
    saved : tuple of Scenario
    begin : callable
        Told the number of a scenario that is to be worked out.
    busy : bool
        Whether one is being worked out now.
    """
    ui.section(text.SAVED)
    _undo(at)
    failed = st.session_state.pop(_REFUSED, None)
    if isinstance(failed, MatchingError):
        ui.error(failed)
    if not saved:
        ui.note(text.NO_SAVED)
        return
    for k in ui.page_of(saved, "whatif-page", PAGE_ROWS):
        _one(at, saved[k], begin, busy=busy)
    ui.pager(saved, "whatif-page", PAGE_ROWS)


def _one(at: Desk, one: Scenario, begin: Callable[[int], None], *, busy: bool) -> None:
    meaning, words = text.STATES[one.state]
    when = common.moment(at.local(one.made_at), at.local(at.clock()).date())
    with st.container(key=f"option-scenario-{one.number}"):
        items = "".join(f"<li>{ui.safe(line)}</li>" for line in one.lines)
        ui.html(
            f'<h3 class="sb-option">{ui.safe(one.name)}</h3>'
            f'<ul class="sb-list">{items}</ul>'
            f"<p>{ui.mark(meaning, words)} {ui.soft(f'· {text.made(one, when)}')}</p>"
        )
        with st.container(horizontal=True, key=f"whatif-actions-{one.number}"):
            again = one.state is State.READY
            st.button(
                text.WORK_OUT if one.state is State.NEVER else text.WORK_OUT_AGAIN,
                key=f"whatif-work-{one.number}",
                type="tertiary" if again else "secondary",
                disabled=busy,
                on_click=begin,
                args=(one.number,),
            )
            st.button(
                text.EDIT,
                key=f"whatif-edit-{one.number}",
                type="tertiary",
                on_click=draft.change,
                args=(one,),
            )
            st.button(
                text.RENAME,
                key=f"whatif-rename-{one.number}",
                type="tertiary",
                on_click=_ask_name,
                args=(one,),
            )
            st.button(
                text.DELETE,
                key=f"whatif-delete-{one.number}",
                type="tertiary",
                disabled=busy,
                on_click=_delete,
                args=(at, one.number),
            )
        if st.session_state.get(_RENAMING) == one.number:
            _new_name(at, one)


def _ask_name(one: Scenario) -> None:
    st.session_state[_RENAMING] = one.number
    st.session_state["whatif-new-name"] = one.name


def _new_name(at: Desk, one: Scenario) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(text.NEW_NAME, key="whatif-new-name", max_chars=LONGEST_NAME, width=320)
        st.button(
            text.KEEP_NAME, key="whatif-keep-name", on_click=_rename, args=(at, one.number)
        )


def _rename(at: Desk, number: int) -> None:
    try:
        rename(at, number, str(st.session_state.get("whatif-new-name", "")))
    except MatchingError as error:
        st.session_state[_REFUSED] = error
    else:
        st.session_state.pop(_RENAMING, None)


def _delete(at: Desk, number: int) -> None:
    try:
        st.session_state[_DELETED] = delete(at, number)
    except MatchingError as error:
        st.session_state[_REFUSED] = error
    if draft.number() == number:
        draft.clear()


def _undo(at: Desk) -> None:
    gone = st.session_state.get(_DELETED)
    if not isinstance(gone, Deleted):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="content"):
            ui.html(f'<p role="status">{ui.safe(text.DELETED.format(name=gone.name))}</p>')
        st.button(text.UNDO, key="whatif-undo", on_click=_restore, args=(at, gone))


def _restore(at: Desk, gone: Deleted) -> None:
    try:
        restore(at, gone)
    except MatchingError as error:
        st.session_state[_REFUSED] = error
    else:
        st.session_state.pop(_DELETED, None)
