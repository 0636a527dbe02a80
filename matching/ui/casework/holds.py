"""Beds that are held or accepted: how long, kept longer, given back, moved into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import streamlit as st

from matching.domain.casework import Answer, Offer, OfferState, ReleaseReason
from matching.domain.errors import InputError
from matching.services import calling, holding, placing
from matching.services.casebook import hour
from matching.services.desk import Desk
from matching.services.holding import HoldLine
from matching.services.standing import Stand
from matching.ui import components as ui
from matching.ui import navigation
from matching.ui.casework import said
from matching.ui.casework.said import Told
from matching.ui.text import calls as text
from matching.ui.text import casework, common

_MORE = "holds-more"


def draw(at: Desk, lines: Sequence[HoldLine], moves: Mapping[str, Stand]) -> None:
    """Draw the beds held and accepted, each with its actions.

    Parameters
    ----------
    at : Desk
    lines : sequence of HoldLine
        One for each person; those of a group are changed together.
    moves : mapping of str to Stand
        Where their cases stand, from the same moment.
    """
    held = [one for one in lines if one.offer.state is OfferState.HELD]
    accepted = [one for one in lines if one.offer.state is not OfferState.HELD]
    for title, note, mine in (
        (text.HOLDS, text.HOLDS_NOTE, held),
        (text.ACCEPTED, text.ACCEPTED_NOTE, accepted),
    ):
        if mine:
            ui.section(title, note)
            for one in mine:
                line(at, one, moves.get(one.offer.referral_id))


def line(at: Desk, one: HoldLine, stand: Stand | None) -> None:
    """Draw one bed that is held or accepted, with its actions."""
    offer, number = one.offer, int(one.offer.id or 0)
    held = offer.state is OfferState.HELD
    with st.container(key=f"holding-{number}"):
        mark = ui.mark("held" if held else "placed", text.held_line(offer, one.name))
        ui.html(f"<p><strong>{mark}</strong><br>{ui.soft(_until(at, one))}</p>")
        with st.container(horizontal=True, key=f"hold-actions-{number}"):
            if held:
                _button(text.ACCEPT, f"hold-accept-{number}", _accept, offer)
            _more(text.MOVED_IN, "in", number)
            if held:
                _more(text.EXTEND, "longer", number)
            _more(text.RELEASE, "release", number)
            st.button(
                text.OPEN_CASE,
                key=f"hold-case-{number}",
                type="tertiary",
                on_click=navigation.open_case,
                args=(offer.referral_id,),
                help=text.OPEN_CASE_HELP.format(case=offer.referral_id),
            )
        more = st.session_state.get(_MORE)
        if more == (number, "longer"):
            _longer(offer)
        elif more == (number, "release"):
            _reasons(offer)
        elif more == (number, "in"):
            version = 0 if stand is None or stand.case is None else stand.case.version
            _arrival(at, offer, version)


def _until(at: Desk, one: HoldLine) -> str:
    if one.until is None:
        changed = common.moment(at.local(one.offer.changed_at), at.local(at.clock()).date())
        return text.accepted_since(changed, one.offer.changed_by)
    now = at.local(at.clock())
    return text.held_until(casework.until(at.local(one.until), now), one.offer.opened_by)


def _button(label: str, key: str, work: Any, offer: Offer, **more: Any) -> None:
    st.button(label, key=key, on_click=said.act, args=(partial(work, offer, **more), _close))


def _more(label: str, what: str, number: int) -> None:
    st.button(label, key=f"hold-{what}-{number}", on_click=_open, args=(number, what))


def _open(number: int, what: str) -> None:
    again = st.session_state.get(_MORE) == (number, what)
    st.session_state[_MORE] = None if again else (number, what)


def _close() -> None:
    st.session_state.pop(_MORE, None)


def _longer(offer: Offer) -> None:
    with st.container(horizontal=True, key=f"longer-{offer.id}"):
        for minutes in text.MINUTES:
            label = text.FROM_NOW.format(length=text.minutes(minutes))
            _button(label, f"longer-{minutes}-{offer.id}", _extend, offer, minutes=minutes)


def _reasons(offer: Offer) -> None:
    said.ask(text.CHOOSE_RELEASE)
    with st.container(horizontal=True, key=f"release-reasons-{offer.id}"):
        for reason in ReleaseReason:
            label = common.capital(casework.RELEASES[reason])
            _button(label, f"release-{reason.value}-{offer.id}", _release, offer, reason=reason)


def _arrival(at: Desk, offer: Offer, version: int) -> None:
    """Ask when somebody moved in; now, unless something else is said."""
    now = at.local(at.clock())
    key = f"arrival-{offer.id}"
    said.ask(text.ARRIVAL.format(case=offer.referral_id))
    with (
        st.form(key, border=False),
        st.container(horizontal=True, vertical_alignment="bottom", key=f"{key}-filters"),
    ):
        st.date_input(
            text.ARRIVED_DAY, value=now.date(), key=f"{key}-day", format="YYYY-MM-DD", width=170
        )
        st.time_input(
            text.ARRIVED_AT, value=now.time().replace(second=0), key=f"{key}-time", width=130
        )
        st.date_input(
            text.PLANNED_END, value=None, key=f"{key}-end", format="YYYY-MM-DD", width=220
        )
        st.form_submit_button(
            text.SAVE_ARRIVAL,
            type="primary",
            key=f"{key}-save",
            on_click=_arrive,
            args=(offer, version),
        )


def _accept(offer: Offer, at: Desk) -> Told:
    number = int(offer.id or 0)
    done = calling.record_answer(at, number, Answer.ACCEPTED, expected_version=offer.version)
    return Told(done.sentence)


def _extend(offer: Offer, at: Desk, *, minutes: int) -> Told:
    number = int(offer.id or 0)
    done = holding.extend(at, number, minutes, expected_version=offer.version)
    until = "" if done.hold_until is None else hour(at, done.hold_until)
    return Told(text.EXTENDED.format(case=offer.referral_id, until=until), moves=False)


def _release(offer: Offer, at: Desk, *, reason: ReleaseReason) -> Told:
    holding.release(at, int(offer.id or 0), reason, expected_version=offer.version)
    why = casework.RELEASES[reason]
    return Told(text.RELEASED.format(case=offer.referral_id, reason=why))


def _arrive(offer: Offer, version: int) -> None:
    """Record that somebody moved in; for a callback."""
    key = f"arrival-{offer.id}"
    day, time = st.session_state.get(f"{key}-day"), st.session_state.get(f"{key}-time")
    end = st.session_state.get(f"{key}-end")

    def work(at: Desk) -> Told:
        if day is None or time is None:
            raise InputError(text.ARRIVAL_MISSING)
        now = at.clock()
        zone = at.local(now).tzinfo
        # The form knows minutes only; an arrival this minute is one now.
        moment = datetime.combine(day, time, zone)
        started = now if timedelta() <= now - moment < timedelta(minutes=1) else moment
        placing.start(
            at,
            offer.referral_id,
            offer_id=offer.id,
            started_at=started,
            planned_end=end,
            expected_version=version,
        )
        return Told(text.ARRIVED.format(case=offer.referral_id, moment=f"{moment:%H:%M}"))

    said.act(work, _close)
