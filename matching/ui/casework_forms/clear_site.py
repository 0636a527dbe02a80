"""A site that is not safe: out of use at one press, in use again after two people's words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import streamlit as st

from matching.domain.access import Action, allows
from matching.domain.sites import (
    CLEAR_REASON_WORDS,
    MOST_DAYS,
    SITE_REASON_WORDS,
    ClearReason,
    SiteReason,
)
from matching.services.clearing import Site, clear, people_there, report, site
from matching.services.clocks import Clock, ClockKind
from matching.services.desk import Desk
from matching.ui import components as ui
from matching.ui import navigation
from matching.ui.casework import said
from matching.ui.casework.said import Told
from matching.ui.text import common
from matching.ui.text import forms as text

#: Days for which a report stands unless another day is chosen.
_USUAL = 30


def draw(at: Desk, provider_id: str) -> None:
    """Draw whether a provider's site is safe, and what can be said of it."""
    found = site(at, provider_id)
    may_report = allows(at.actor.role, Action.REPORT_SITE)
    if found is None and not may_report:
        return
    with st.container(key="site"):
        ui.section(text.SITE, text.SITE_NOTE)
        if found is not None:
            _closed(found)
            if found.may_say:
                _clear(provider_id)
        if may_report:
            _report(at, provider_id)


def warn(clocks: Iterable[Clock]) -> None:
    """Draw the sites that are out of use, each with the way to its page."""
    found = [one for one in clocks if one.kind is ClockKind.SITE]
    for k, one in enumerate(found):
        ui.box(one.sentence, "bad" if one.over else "warn", text.COMPROMISED)
        st.button(text.OPEN_SITE, key=f"site-open-{k}", on_click=_open, args=(one.provider_id,))


def _open(provider_id: str) -> None:
    st.session_state["provider"] = provider_id
    navigation.go_next("providers")


def _closed(one: Site) -> None:
    ui.box(f"{one.sentence} {one.waits}", "bad", text.COMPROMISED)
    if one.people:
        ui.html(f"<p>{ui.mark('without', people_there(one.people))}</p>")


def _report(at: Desk, provider_id: str) -> None:
    today = at.local(at.clock()).date()
    with st.expander(text.REPORT), st.form("site-report", border=False):
        st.selectbox(
            text.REPORT_WHY,
            list(SiteReason),
            index=None,
            format_func=lambda one: common.capital(SITE_REASON_WORDS[one]),
            key="site-reason",
            placeholder=text.REPORT_ANY,
            width=520,
        )
        st.date_input(
            text.REPORT_UNTIL,
            value=today + timedelta(_USUAL),
            min_value=today,
            max_value=today + timedelta(MOST_DAYS),
            key="site-until",
            format="YYYY-MM-DD",
            width=260,
        )
        st.form_submit_button(
            text.REPORT_SAVE, key="site-report-save", on_click=_reported, args=(provider_id,)
        )


def _reported(provider_id: str) -> None:
    """Take the site out of use; for the form's callback."""
    why, until = st.session_state.get("site-reason"), st.session_state.get("site-until")

    def work(at: Desk) -> Told:
        if not isinstance(why, SiteReason) or not isinstance(until, date):
            return Told(text.REPORT_MISSING, moves=False)
        return Told(report(at, provider_id, until, why).sentence)

    said.act(work)


def _clear(provider_id: str) -> None:
    with st.expander(text.CLEAR), st.form("site-clear", border=False):
        st.selectbox(
            text.CLEAR_WHY,
            [one for one in ClearReason if one is not ClearReason.FILE],
            index=None,
            format_func=lambda one: common.capital(CLEAR_REASON_WORDS[one]),
            key="site-clear-reason",
            placeholder=text.CLEAR_ANY,
            width=520,
        )
        st.form_submit_button(
            text.CLEAR_SAVE, key="site-clear-save", on_click=_cleared, args=(provider_id,)
        )


def _cleared(provider_id: str) -> None:
    """Say that the site is clear; for the form's callback."""
    why = st.session_state.get("site-clear-reason")

    def work(at: Desk) -> Told:
        if not isinstance(why, ClearReason):
            return Told(text.CLEAR_MISSING, moves=False)
        done = clear(at, provider_id, why)
        return Told(done.sentence, moves=not done.closed)

    said.act(work)
