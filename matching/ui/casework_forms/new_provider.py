"""A provider recorded by hand: its place, its beds, and whatever else is known."""

from __future__ import annotations

import secrets

import streamlit as st

from matching.domain.access import Action, allows
from matching.domain.records import BedPool, Provider
from matching.domain.words import DataOrigin
from matching.intake.by_hand import fields_of
from matching.services.desk import Desk
from matching.services.form_choices import form_choices
from matching.services.provider_new import add
from matching.ui import components as ui
from matching.ui import session
from matching.ui.casework import said
from matching.ui.casework.said import Told
from matching.ui.casework_forms import answers, groups
from matching.ui.casework_forms.corrected import told
from matching.ui.text import forms as text

_ROUND, _CODE = "new-home-round", "new-home-code"
#: Groups that stand open: without them nobody can be placed there.
_OPEN = ("place", "beds")


def offer(at: Desk) -> None:
    """Draw the way to the form, for whoever may fill it in."""
    if allows(at.actor.role, Action.EDIT_PROVIDER):
        st.button(text.NEW_PROVIDER, key="new-home", on_click=_show)


def is_shown() -> bool:
    """Tell whether somebody is at the form."""
    return _ROUND in st.session_state


def _show() -> None:
    said.forget()
    st.session_state[_ROUND] = secrets.token_hex(4)


def close() -> None:
    """Leave the form; for a callback."""
    st.session_state.pop(_ROUND, None)


def draw(at: Desk, opened: str) -> None:
    """Draw the form.

    Parameters
    ----------
    at : Desk
    opened : str
        Where the session keeps which provider is open: the new one is opened.
    """
    ui.head(text.NEW_PROVIDER, text.NEW_PROVIDER_HEAD)
    said.show("new-home")
    if DataOrigin.SAMPLE in session.origins(at):
        ui.note(text.NEW_PROVIDER_SAMPLE)
    key, choices = _key(), form_choices(at)
    titles = dict(text.PROVIDER_GROUPS)
    first = titles.pop("place")
    with st.form("new-home-form", border=False):
        for group, title in {
            "place": first,
            "beds": text.NEW_PROVIDER_BEDS,
            **titles,
        }.items():
            asked = groups.of_pool() if group == "beds" else groups.of_provider(group)
            with st.expander(title, expanded=group in _OPEN):
                for field in asked:
                    answers.draw(field, None, choices, key)
        st.text_input(text.CODE, key=f"{key}-{_CODE}", help=text.CODE_HELP, width=260)
        st.form_submit_button(
            text.NEW_PROVIDER_SAVE,
            type="primary",
            key="new-home-save",
            on_click=_save,
            args=(opened,),
        )


def _key() -> str:
    return f"new-home-{st.session_state[_ROUND]}"


def _save(opened: str) -> None:
    """Record what was answered; for the form's callback."""
    if not is_shown():
        return  # the press came twice, and the first has recorded it
    key = _key()
    code = str(st.session_state.get(f"{key}-{_CODE}") or "")
    done: list[str] = []

    def work(at: Desk) -> Told:
        facts = answers.given(fields_of(Provider).values(), key)
        beds = answers.given(fields_of(BedPool).values(), key)
        found = add(at, facts, beds, code=code)
        done.append(found.provider_id)
        return told(found)

    said.act(work)
    if done:
        close()
        st.session_state[opened] = done[0]
