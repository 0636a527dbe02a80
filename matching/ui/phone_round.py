"""The phone round: whom to call about their beds, and what they say."""

from __future__ import annotations

import streamlit as st

from matching.domain.access import Action, allows
from matching.domain.errors import MatchingError
from matching.services.desk import Desk
from matching.services.phone_round import (
    MOST_BEDS,
    Call,
    PhoneRound,
    confirm_beds,
    phone_round,
    phone_round_csv,
)
from matching.ui import components as ui
from matching.ui.text import common
from matching.ui.text import providers as text

_SHOWN, _CHOSEN, _SAID = "phone-round-shown", "phone-round-chosen", "phone-round-said"


def show() -> None:
    """Show the phone round in the place of the list."""
    st.session_state[_SHOWN] = True


def is_shown() -> bool:
    """Tell whether somebody is at the phone round."""
    return bool(st.session_state.get(_SHOWN))


def _leave() -> None:
    for key in (_SHOWN, _CHOSEN, _SAID):
        st.session_state.pop(key, None)


def _choose(place: str) -> None:
    st.session_state[_CHOSEN] = place
    st.session_state.pop(_SAID, None)


def _forget() -> None:
    st.session_state.pop(_CHOSEN, None)


def draw(at: Desk) -> None:
    """Draw the calls, and the one that is under way."""
    st.button(text.BACK, key="phone-round-back", on_click=_leave)
    found = phone_round(at)
    ui.head(text.ROUND, found.sentence, ui.as_of(at, found.as_of))
    said = st.session_state.get(_SAID)
    if isinstance(said, str):
        ui.box(said, "note", text.ROUND_SAVED, status=True)
    by_place = {_place(one): one for one in found.calls}
    chosen = by_place.get(str(st.session_state.get(_CHOSEN)))
    if chosen is not None:
        _answer(at, chosen)
    if found.calls:
        _list(at, found)


def _place(call: Call) -> str:
    return f"{call.provider_id}\n{call.pool_id}"


def _list(at: Desk, found: PhoneRound) -> None:
    ui.section(text.ROUND_LIST, text.round_more(found.more) if found.more else "")
    lines = [
        ui.Row(
            _place(one),
            one.name,
            (
                _heard(one),
                one.contact or ui.soft(text.ROUND_NO_CONTACT),
                text.round_needs(one.proposed, one.asked, needed=one.needed),
            ),
        )
        for one in found.calls
    ]
    ui.rows(
        "calls",
        text.ROUND_COLUMNS,
        (4, 2, 1.4),
        lines,
        _choose,
        lead=25,
        help_text=text.ROUND_OPEN,
    )
    if allows(at.actor.role, Action.EXPORT_PROVIDERS):
        st.download_button(
            text.ROUND_CSV,
            data=lambda: phone_round_csv(at, found),
            file_name=text.ROUND_FILE,
            mime="text/csv",
            key="phone-round-csv",
            on_click="ignore",
        )


def _heard(call: Call) -> str:
    """Return what was last heard, without the name that stands above it."""
    return common.capital(call.sentence.removeprefix(f"{call.name}: "))


def _answer(at: Desk, call: Call) -> None:
    """Ask for what a provider says, and record it."""
    ui.section(call.name, _heard(call))
    if not allows(at.actor.role, Action.CONFIRM_BEDS):
        ui.note(text.ROUND_NOT_ALLOWED)
        return
    key = f"{call.provider_id}-{call.pool_id}"
    with (
        st.form("phone-round-answer", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        beds = st.number_input(
            text.ROUND_FREE,
            0,
            MOST_BEDS,
            value=None,
            step=1,
            key=f"round-beds-{key}",
            width=150,
        )
        who = st.text_input(
            text.ROUND_BY, placeholder=text.ROUND_BY_HINT, key=f"round-by-{key}", width=230
        )
        save = st.form_submit_button(text.ROUND_SAVE, type="primary")
    st.button(text.ROUND_SKIP, key="phone-round-skip", type="tertiary", on_click=_forget)
    if save:
        _save(at, call, beds, who or "")


def _save(at: Desk, call: Call, beds: int | None, who: str) -> None:
    if beds is None:
        ui.box(text.ROUND_NO_NUMBER, "warn", status=True)
        return
    try:
        done = confirm_beds(at, call.provider_id, call.pool_id, int(beds), who)
    except MatchingError as error:
        ui.error(error)
        return
    st.session_state[_SAID] = done.sentence
    _forget()
    st.rerun()
