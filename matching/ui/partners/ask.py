"""A new request: a case, the consent under which a partner is asked, and how long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from matching.domain.sharing import (
    MOST_ANSWER_HOURS,
    MOST_CONSENT_DAYS,
    GivenBy,
    Scope,
)
from matching.engine.rules.base import day
from matching.services import consents, sharing
from matching.services.case_desk import every_case
from matching.services.consents import ConsentLine, Terms
from matching.services.desk import Desk
from matching.ui import components as ui
from matching.ui.casework import said
from matching.ui.casework.said import Told
from matching.ui.text import common
from matching.ui.text import sharing as text

#: Days and hours that are proposed.
_DAYS, _HOURS = 30, 72


def draw(at: Desk) -> None:
    """Draw the choice of a case, its consents, and the request."""
    cases = [case for case, _ in every_case(at)]
    if st.session_state.get("sharing-case") not in cases:
        st.session_state["sharing-case"] = None
    case = st.selectbox(
        text.CASE,
        cases,
        index=None,
        placeholder=text.CASE_ANY,
        key="sharing-case",
        width=420,
    )
    if case is None:
        ui.note(text.ASK_SENTENCE)
        return
    found = consents.consents_of(at, case)
    ui.section(text.CONSENTS)
    if found:
        _table(found)
    else:
        ui.note(text.NO_CONSENTS)
    _request(case, [one for one in found if one.in_force])
    _form(at, case)


def _table(found: Sequence[ConsentLine]) -> None:
    ui.table(
        text.CONSENT_COLUMNS,
        [
            (
                one.consent.partner,
                common.capital(text.covers(one.consent.scope)),
                f"{text.giver(one.consent.given_by)}, {day(one.consent.given_on)}",
                day(one.consent.expires),
                ui.mark("placed" if one.in_force else "unknown", text.state(one)),
            )
            for one in found
        ],
        text.CONSENT_CAPTION,
    )


def _request(case: str, found: Sequence[ConsentLine]) -> None:
    """Draw the request under a consent in force, and the way to withdraw it."""
    if not found:
        return
    by_id = {int(one.consent.id or 0): one.consent for one in found}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            text.CONSENT,
            list(by_id),
            format_func=lambda one: f"{by_id[one].partner} · {day(by_id[one].expires)}",
            key=f"sharing-consent-{case}",
            width=320,
        )
        hours = st.number_input(
            text.HOURS, 1, MOST_ANSWER_HOURS, _HOURS, key="sharing-hours", width=140
        )
        st.button(
            text.MAKE,
            type="primary",
            key="sharing-make",
            on_click=_make,
            args=(case, chosen, int(hours)),
        )
        st.button(text.WITHDRAW, key="sharing-withdraw", on_click=_withdraw, args=(chosen,))


def _make(case: str, consent_id: int, hours: int) -> None:
    def work(at: Desk) -> Told:
        made = sharing.make_request(at, case, consent_id, hours)
        return Told(text.MADE.format(partner=made.partner, code=made.code), moves=False)

    said.act(work)


def _withdraw(consent_id: int) -> None:
    def work(at: Desk) -> Told:
        gone = consents.withdraw_consent(at, consent_id)
        return Told(text.WITHDRAWN.format(partner=gone.partner), moves=False)

    said.act(work)


def _form(at: Desk, case: str) -> None:
    """Draw the form of a written consent."""
    today = at.local(at.clock()).date()
    last = today + timedelta(days=MOST_CONSENT_DAYS)
    ui.section(text.FORM, text.FORM_NOTE)
    with st.form("consent", border=False):
        st.text_input(
            text.PARTNER, key="consent-partner", help=text.PARTNER_HELP, max_chars=80, width=520
        )
        st.multiselect(
            text.SCOPE,
            list(Scope),
            format_func=text.scope,
            key="consent-scope",
            help=text.SCOPE_HELP,
            placeholder=text.SCOPE_ANY,
            width=520,
        )
        with st.container(horizontal=True):
            st.selectbox(
                text.GIVEN,
                list(GivenBy),
                format_func=text.giver,
                key="consent-giver",
                width=240,
            )
            st.date_input(
                text.GIVEN_ON,
                today,
                min_value=today - timedelta(days=MOST_CONSENT_DAYS),
                max_value=today,
                key="consent-given",
                width=200,
            )
            st.date_input(
                text.EXPIRES,
                today + timedelta(days=_DAYS),
                min_value=today,
                max_value=last,
                key="consent-expires",
                width=200,
            )
        st.checkbox(text.WRITTEN, key="consent-written")
        st.checkbox(text.INFORMED, key="consent-informed")
        st.checkbox(text.FREE, key="consent-free")
        st.form_submit_button(text.RECORD, key="consent-record", on_click=_record, args=(case,))


def _record(case: str) -> None:
    """Record what stands in the form; for its callback."""
    held = st.session_state

    def work(at: Desk) -> Told:
        kept = consents.record_consent(
            at,
            case,
            held["consent-partner"],
            held["consent-scope"],
            held["consent-giver"],
            held["consent-given"],
            held["consent-expires"],
            Terms(held["consent-written"], held["consent-informed"], held["consent-free"]),
        )
        done = text.RECORDED.format(partner=kept.partner, until=day(kept.expires))
        return Told(done, moves=False)

    said.act(work, _clear)


def _clear() -> None:
    """Empty what must be said anew for each consent."""
    for name in ("partner", "written", "informed", "free"):
        st.session_state[f"consent-{name}"] = "" if name == "partner" else False
    st.session_state["consent-scope"] = []
