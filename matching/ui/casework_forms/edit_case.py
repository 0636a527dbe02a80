"""Facts of a case corrected on its page, and what is looked at in time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import streamlit as st

from matching.domain.access import Action, allows
from matching.services import case_reviews
from matching.services.case_reviews import PAYMENT_WORDS, PaymentReview
from matching.services.clocks import Clock, ClockKind
from matching.services.desk import Desk
from matching.services.form_choices import form_choices
from matching.services.hand_edits import Edits
from matching.services.referral_forms import CaseForm, Recorded, edit, open_form, preview
from matching.services.upload_undo import undo
from matching.ui import components as ui
from matching.ui.casework import said
from matching.ui.casework.said import Told
from matching.ui.casework_forms import answers, confirming, groups
from matching.ui.text import common
from matching.ui.text import forms as text

_OPEN, _FORM, _GROUP = "edit-case", "edit-case-form", "edit-case-group"
_KEY = "edit-case"


def draw(at: Desk, case: str, clocks: Iterable[Clock]) -> None:
    """Draw what has to be looked at in a case, and the way to correct its facts.

    Parameters
    ----------
    at : Desk
    case : str
        The case that the page shows.
    clocks : iterable of Clock
        Those that run for it.
    """
    if not allows(at.actor.role, Action.RECORD_REFERRAL):
        return
    with st.container(key="edit-case-part"):
        _reviews(at, case, clocks)
        if st.session_state.get(_OPEN) != case:
            st.button(text.CORRECT, key="edit-case-open", on_click=_open, args=(case,))
            return
        form = _form(at, case)
        ui.section(text.CORRECT, text.CORRECT_NOTE)
        pending = confirming.pending(_KEY, case)
        if pending is None:
            _facts(at, form)
        else:
            confirming.draw(_KEY, pending, lambda: _save(form, confirmed=True))
        st.button(text.CLOSE, key="edit-case-close", type="tertiary", on_click=_close)


def _open(case: str) -> None:
    _close()
    st.session_state[_OPEN] = case


def _close() -> None:
    for name in (_OPEN, _FORM):
        st.session_state.pop(name, None)
    confirming.forget(_KEY)


def _form(at: Desk, case: str) -> CaseForm:
    """Return the case as it was when the form was opened, so that nobody is overwritten."""
    kept = st.session_state.get(_FORM)
    if not isinstance(kept, CaseForm) or kept.referral.referral_id != case:
        kept = open_form(at, case)
        st.session_state[_FORM] = kept
    return kept


def _key(form: CaseForm) -> str:
    """Return what tells the answers of this case apart from those of every other."""
    return f"{_KEY}-{form.version}-{form.referral.referral_id}"


def _facts(at: Desk, form: CaseForm) -> None:
    group = st.segmented_control(
        text.WHICH,
        list(text.GROUPS),
        default="now",
        format_func=text.GROUPS.__getitem__,
        key=_GROUP,
        required=True,
    )
    choices, key = form_choices(at), _key(form)
    with st.form(f"edit-case-{group}", border=False):
        for field in groups.of_person(str(group)):
            value = getattr(form.referral, field.attribute)
            answers.draw(field, value, choices, key)
        st.form_submit_button(
            text.SAVE, key="edit-case-save", on_click=_save, args=(form,), type="primary"
        )


def _save(form: CaseForm, *, confirmed: bool = False) -> None:
    """Save what was answered, or ask first about what loosens safety; for a callback."""
    case, key = form.referral.referral_id, _key(form)
    group = str(st.session_state.get(_GROUP) or "now")
    kept = confirming.pending(_KEY, case)

    def work(at: Desk) -> Told | None:
        if confirmed and kept is not None:
            changes, names = kept.changes, kept.confirmed()
            if names is None:
                return None
        else:
            fields = groups.of_person(group)
            changes, names = answers.changes(fields, form.referral, key), frozenset()
            found: Edits = preview(at, case, changes)
            if found.loosening:
                confirming.keep(_KEY, case, changes, found)
                return None
        done = edit(at, case, changes, form.version, confirmed=names)
        _close()
        return _told(done)

    said.act(work)


def _told(done: Recorded) -> Told:
    sentence = " ".join((done.sentence, *done.notes))
    number = done.batch
    if number is None:
        return Told(sentence, moves=False)

    def back(at: Desk) -> Told:
        return Told(undo(at, number).sentence)

    return Told(sentence, back)


# --- what is looked at in time -----------------------------------------------------------


def _reviews(at: Desk, case: str, clocks: Iterable[Clock]) -> None:
    for one in clocks:
        if one.kind is ClockKind.REVIEW:
            _emergency(case, one)
        elif one.kind is ClockKind.SCREENING:
            _screening(at, case, one)
        elif one.kind is ClockKind.DAY_14:
            _day_14(at, one)
        elif one.kind is ClockKind.REPORT:
            _report(at, one)


def _line(one: Clock) -> None:
    ui.html(f"<p>{ui.mark('without' if one.over else 'held', one.sentence)}</p>")


def _emergency(case: str, one: Clock) -> None:
    _line(one)

    def work(desk: Desk) -> Told:
        done = case_reviews.emergency_reviewed(desk, case, one.version)
        return Told(done.sentence, moves=False)

    st.button(text.REVIEW_DONE, key="review-done", on_click=said.act, args=(work,))


def _report(at: Desk, one: Clock) -> None:
    _line(one)
    number = one.number
    if not allows(at.actor.role, Action.RECORD_PLACEMENT) or number is None:
        return

    def work(desk: Desk) -> Told:
        done = case_reviews.missing_reported(desk, number, one.version)
        return Told(done.sentence, moves=False)

    st.button(text.REPORT_SAVE, key="report-done", on_click=said.act, args=(work,))


def _screening(at: Desk, case: str, one: Clock) -> None:
    _line(one)
    with (
        st.form("screening", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        st.date_input(
            text.SCREENING_DAY,
            value=None,
            max_value=at.local(at.clock()).date(),
            key="screening-day",
            format="YYYY-MM-DD",
            width=260,
        )
        st.form_submit_button(
            text.SCREENING_SAVE, key="screening-save", on_click=_screened, args=(case,)
        )


def _screened(case: str) -> None:
    on = st.session_state.get("screening-day")

    def work(at: Desk) -> Told:
        if not isinstance(on, date):
            return Told(text.SCREENING_NO_DAY, moves=False)
        version = open_form(at, case).version
        return _told(case_reviews.screened(at, case, on, version))

    said.act(work)


def _day_14(at: Desk, one: Clock) -> None:
    _line(one)
    if not allows(at.actor.role, Action.RECORD_PLACEMENT) or one.number is None:
        return
    with (
        st.form("day-14", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        st.selectbox(
            text.DAY_14_RESULT,
            list(PaymentReview),
            index=None,
            format_func=lambda code: common.capital(PAYMENT_WORDS[code]),
            key="day-14-result",
            width=520,
        )
        st.form_submit_button(
            text.DAY_14_SAVE, key="day-14-save", on_click=_paid, args=(one.number, one.version)
        )


def _paid(number: int, version: int) -> None:
    result: Any = st.session_state.get("day-14-result")

    def work(at: Desk) -> Told:
        if not isinstance(result, PaymentReview):
            return Told(text.DAY_14_NONE, moves=False)
        done = case_reviews.day_14_reviewed(at, number, result, version)
        return Told(done.sentence, moves=False)

    said.act(work)
