"""A confidential provider: opened with a reason that is kept, for one shift."""

from __future__ import annotations

import streamlit as st

from matching.domain.confidential import OpenReason
from matching.services.confidential import veil_of
from matching.services.desk import Desk
from matching.services.openings import open_provider, reasons
from matching.ui import components as ui
from matching.ui.casework import said
from matching.ui.text import forms as text


def draw(at: Desk, provider_id: str) -> bool:
    """Draw the way to a confidential provider's name.

    Returns
    -------
    bool
        Whether it is covered, so that nothing of it can be corrected.
    """
    if not veil_of(at).covers(provider_id):
        return False
    ui.box(text.COVERED, "note", text.CONFIDENTIAL)
    mine = reasons(at)
    if mine:
        with (
            st.form("open-provider", border=False),
            st.container(horizontal=True, vertical_alignment="bottom"),
        ):
            st.selectbox(
                text.OPEN_WHY,
                list(mine),
                index=None,
                format_func=text.OPEN_REASONS.__getitem__,
                key="open-provider-reason",
                placeholder=text.OPEN_ANY,
                width=360,
            )
            st.form_submit_button(
                text.OPEN, key="open-provider-save", on_click=_open, args=(provider_id,)
            )
    return True


def _open(provider_id: str) -> None:
    """Open it; for the form's callback."""
    why = st.session_state.get("open-provider-reason")

    def work(at: Desk) -> said.Told | None:
        if not isinstance(why, OpenReason):
            return said.Told(text.OPEN_MISSING, moves=False)
        open_provider(at, provider_id, why.value)
        return None

    said.act(work)
