"""Where a case stands and what can be done about it: call, hold, move in, away, close."""

from __future__ import annotations

from functools import partial

import streamlit as st

from matching.domain.access import Action, allows
from matching.domain.casework import Outcome
from matching.insight.explain import Option
from matching.services import closing, holding
from matching.services.answers import clocks_of
from matching.services.case_desk import CaseDesk
from matching.services.casebook import hour
from matching.services.desk import Desk
from matching.services.standing import Standing
from matching.ui import components as ui
from matching.ui import navigation
from matching.ui.casework import diligence, holds, placed, said, waiting
from matching.ui.casework.said import Told
from matching.ui.text import board as board_text
from matching.ui.text import case as text
from matching.ui.text import casework, common

#: Standings of people for whom a place is sought now.
_SOUGHT = frozenset({Standing.NO_PLAN, Standing.PROPOSED, Standing.NO_PLACE, Standing.CALLING})


def sentence(at: Desk, found: CaseDesk) -> str:
    """Return in one sentence where a case stands."""
    if found.stay is not None:
        return found.stay.sentence
    return f"{common.capital(waiting.words(at, found.stand, found.names, moved=found.moved))}."


def below(at: Desk, found: CaseDesk) -> str:
    """Return who it is about, and as of when."""
    who = board_text.age_gender(found.age, found.gender)
    return ui.as_of(at, found.as_of, f"{common.capital(who)}.")


def draw(
    at: Desk, found: CaseDesk, proposal: Option | None = None, run_id: int | None = None
) -> None:
    """Draw where a case stands and what can be done.

    Parameters
    ----------
    at : Desk
    found : CaseDesk
    proposal : Option, optional
        The place that the plan proposes.
    run_id : int, optional
        Number of that plan.
    """
    case = found.case.referral_id
    ui.section(text.WHERE)
    ui.html(f"<p>{waiting.mark(at, found.stand, found.names, moved=found.moved)}</p>")
    if found.hold is not None:
        holds.line(at, found.hold, found.stand)
    if found.stay is not None:
        placed.form(at, found.stay, inside=True)
    with st.container(horizontal=True, key="case-actions"):
        if found.stand.standing in _SOUGHT:
            _sought(at, found, proposal, run_id)
        if found.stand.standing is Standing.CLOSED and allows(at.actor.role, Action.CLOSE_CASE):
            _press(text.REOPEN, "case-reopen", partial(_reopen, found))
        diligence.button(at, case)
    if st.session_state.get("case-closing") == case:
        _outcomes(found)
    if found.clocks:
        ui.part(text.DUE)
        items = "".join(
            f"<li>{ui.mark('without' if one.over else 'unknown', one.sentence)}</li>"
            for one in found.clocks
        )
        ui.html(f'<ul class="sb-list sb-asks">{items}</ul>')


def _sought(at: Desk, found: CaseDesk, proposal: Option | None, run_id: int | None) -> None:
    case = found.case.referral_id
    role = at.actor.role
    if allows(role, Action.RECORD_CALL):
        st.button(
            text.CALL_FOR,
            key="case-call",
            help=text.CALL_HELP.format(case=case),
            on_click=_call,
            args=(case,),
        )
        if proposal is not None:
            minutes = casework.length(clocks_of(at).hold_minutes)
            st.button(
                text.HOLD,
                key="case-hold",
                help=text.HOLD_HELP.format(minutes=minutes),
                on_click=said.act,
                args=(partial(_hold, case, proposal, run_id),),
            )
    if allows(role, Action.CLOSE_CASE) and found.stand.standing is not Standing.CALLING:
        st.button(
            text.CLOSE_CASE, key="case-close", type="tertiary", on_click=_ask, args=(case,)
        )


def _press(label: str, key: str, work: partial[Told]) -> None:
    st.button(label, key=key, on_click=said.act, args=(work, _done))


def _call(case: str) -> None:
    st.session_state["calls-case"] = case
    navigation.go_next("calls")


def _ask(case: str) -> None:
    now = st.session_state.get("case-closing")
    st.session_state["case-closing"] = None if now == case else case


def _done() -> None:
    st.session_state.pop("case-closing", None)


def _outcomes(found: CaseDesk) -> None:
    said.ask(text.CLOSE_WHY.format(case=found.case.referral_id))
    with st.container(horizontal=True, key="case-outcomes"):
        for outcome in Outcome:
            label = common.capital(casework.OUTCOMES[outcome])
            _press(label, f"case-close-{outcome.value}", partial(_close, found, outcome))


def _hold(case: str, proposal: Option, run_id: int | None, at: Desk) -> Told:
    if run_id is not None:
        diligence.keep(at, [case], run_id)
    offer = holding.hold(at, case, proposal.provider_id, proposal.pool_id, run_id=run_id)
    until = "" if offer.hold_until is None else hour(at, offer.hold_until)
    return Told(text.HELD.format(case=case, until=until))


def _close(found: CaseDesk, outcome: Outcome, at: Desk) -> Told:
    case = found.case.referral_id
    closing.close(at, case, outcome, expected_version=found.case.version)
    return Told(text.CLOSED_SAID.format(case=case, outcome=casework.OUTCOMES[outcome]))


def _reopen(found: CaseDesk, at: Desk) -> Told:
    case = found.case.referral_id
    closing.reopen(at, case, expected_version=found.case.version)
    return Told(text.REOPENED.format(case=case))


def about(found: CaseDesk) -> None:
    """Draw what is known of the person, what is known to be none, and what nobody has said."""
    ui.section(text.ABOUT)
    ui.facts(
        [
            (text.ABOUT_AGE, board_text.age_gender(found.age, found.gender)),
            *((common.capital(what), value) for what, value in found.facts),
            *(
                (label, common.capital(common.listed(names)))
                for label, names in (
                    (text.NONE_LABEL, found.none),
                    (text.UNKNOWN_LABEL, found.unknown),
                )
                if names
            ),
        ]
    )
