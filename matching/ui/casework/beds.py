"""Beds free at a place that is being called, recorded in the same call."""

from __future__ import annotations

import streamlit as st

from matching.domain.access import Action, allows
from matching.domain.errors import InputError
from matching.services.call_lines import Place, Vacancy
from matching.services.desk import Desk
from matching.services.phone_round import MOST_BEDS, confirm_beds
from matching.ui import components as ui
from matching.ui.casework import said
from matching.ui.casework.said import Told
from matching.ui.text import calls as text


def draw(at: Desk, place: Place) -> None:
    """Draw what is asked about the beds of a place, a line for each bed pool."""
    if not allows(at.actor.role, Action.CONFIRM_BEDS):
        return
    for one in place.vacancies:
        _form(place, one, several=len(place.vacancies) > 1)


def _form(place: Place, one: Vacancy, *, several: bool) -> None:
    key = f"call-beds-{place.provider_id}-{one.pool_id}"
    label = f"{one.name}: {text.BEDS_FORM}" if several else text.BEDS_FORM
    with (
        st.form(key, border=False),
        st.container(horizontal=True, vertical_alignment="bottom", key=f"{key}-filters"),
    ):
        st.number_input(
            ui.literal(label), 0, MOST_BEDS, value=None, step=1, key=f"{key}-free", width=330
        )
        st.text_input(text.BY, placeholder=text.BY_HINT, key=f"{key}-by", width=230)
        st.form_submit_button(
            text.BEDS_SAVE,
            key=f"{key}-save",
            on_click=_save,
            args=(place.provider_id, one, key),
        )


def _save(provider_id: str, one: Vacancy, key: str) -> None:
    """Record the number; for a callback."""
    free, who = st.session_state.get(f"{key}-free"), st.session_state.get(f"{key}-by")

    def work(at: Desk) -> Told:
        if free is None:
            raise InputError(text.BEDS_NONE)
        return Told(confirm_beds(at, provider_id, one.pool_id, int(free), who or "").sentence)

    said.act(work)
