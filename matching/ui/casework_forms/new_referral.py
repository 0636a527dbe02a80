"""The form of a new referral: six questions in a hurry, or everything that is known."""

from __future__ import annotations

import secrets

import streamlit as st

from matching.domain.records import Referral
from matching.domain.words import DataOrigin
from matching.intake.by_hand import fields_of
from matching.services.desk import Desk
from matching.services.emergency_questions import questions
from matching.services.form_choices import form_choices
from matching.services.referral_forms import add, suggested_reference
from matching.ui import components as ui
from matching.ui import session
from matching.ui.casework import said
from matching.ui.casework.said import Told
from matching.ui.casework_forms import answers, groups
from matching.ui.text import forms as text

#: What was recorded last in this session, the form's own number, and whom it is for.
SAVED, _ROUND, _WITH = "referral-saved", "referral-round", "referral-with"
_EMERGENCY, _FULL = "emergency", "full"
#: Up to how many children are pressed and not written.
_MOST = {"along": 3}
_KIND, _REFERENCE = "referral-kind", "referral-reference"


def is_emergency() -> bool:
    """Tell whether the form with the six questions is shown."""
    return bool(st.session_state.get(_KIND, _EMERGENCY) == _EMERGENCY)


def draw(at: Desk) -> None:
    """Draw the choice of a form, and the form."""
    if DataOrigin.SAMPLE in session.origins(at):
        ui.note(text.SAMPLE)
    kinds = {_EMERGENCY: text.EMERGENCY, _FULL: text.FULL}
    st.segmented_control(
        text.KIND,
        list(kinds),
        default=_EMERGENCY,
        format_func=kinds.__getitem__,
        key=_KIND,
        required=True,
    )
    other = st.session_state.get(_WITH)
    if isinstance(other, str):
        ui.note(text.SIBLING_OF.format(case=other))
        st.button(text.NOT_SIBLING, key="referral-alone", type="tertiary", on_click=_alone)
    key = _key(at)
    choices = form_choices(at)
    emergency = is_emergency()
    with st.form("referral-form", border=False):
        if emergency:
            _six(at, key)
        else:
            for group, title in text.GROUPS.items():
                with st.expander(title, expanded=group in ("now", "person")):
                    for field in groups.of_person(group):
                        answers.draw(field, None, choices, key)
        st.text_input(
            text.REFERENCE, key=f"{key}-{_REFERENCE}", help=text.REFERENCE_HELP, width=260
        )
        label = text.SAVE_EMERGENCY if emergency else text.SAVE_REFERRAL
        st.form_submit_button(label, type="primary", key="referral-save", on_click=_save)


def _six(at: Desk, key: str) -> None:
    """Draw the six questions; what is offered beside them is folded away."""
    known, choices = fields_of(Referral), form_choices(at)
    for one in questions():
        title, most = text.QUESTIONS[one.code], _MOST.get(one.code, 0)
        answers.draw(known[one.fields[0]], None, choices, key, title=title, most=most)
    with st.expander(text.MORE):
        for one in questions():
            for name in one.fields[1:]:
                answers.draw(known[name], None, choices, key, title=text.BESIDE[name])


def _key(at: Desk) -> str:
    """Return the prefix of this form's widgets: a new one for each person."""
    if _ROUND not in st.session_state:
        number = secrets.token_hex(4)
        st.session_state[_ROUND] = number
        st.session_state[f"referral-{number}-{_REFERENCE}"] = suggested_reference(at)
    return f"referral-{st.session_state[_ROUND]}"


def _save() -> None:
    """Record what was answered; for the form's callback."""
    if _ROUND not in st.session_state:
        return  # the press came twice, and the first has recorded it
    key = f"referral-{st.session_state[_ROUND]}"
    reference = str(st.session_state.get(f"{key}-{_REFERENCE}") or "")
    emergency, other = is_emergency(), st.session_state.get(_WITH)
    done: list[str] = []

    def work(at: Desk) -> Told:
        found = add(
            at,
            answers.given(fields_of(Referral).values(), key),
            emergency=emergency,
            reference=reference,
            together_with=other if isinstance(other, str) else None,
        )
        done.append(found.case)
        return Told(" ".join((found.sentence, *found.notes)))

    said.act(work)
    if done:
        forget()
        st.session_state[SAVED] = done[0]


def forget() -> None:
    """Begin a new form."""
    for name in (_ROUND, _WITH, SAVED):
        st.session_state.pop(name, None)


def another(together_with: str | None = None) -> None:
    """Begin a form for somebody else, perhaps of the same family; for a callback."""
    forget()
    said.forget()
    if together_with is not None:
        st.session_state[_WITH] = together_with


def _alone() -> None:
    st.session_state.pop(_WITH, None)
