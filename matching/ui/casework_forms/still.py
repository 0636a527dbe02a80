"""One press for each bed pool whose free beds are as they were."""

from __future__ import annotations

import streamlit as st

from matching.domain.access import Action, allows
from matching.services.desk import Desk
from matching.services.still import Still, confirm_still, still_free
from matching.ui import components as ui
from matching.ui.casework import said
from matching.ui.casework.said import Told
from matching.ui.text import forms as text


def draw(at: Desk, provider_id: str) -> None:
    """Draw a button for each bed pool of which somebody has said how many are free."""
    if not allows(at.actor.role, Action.CONFIRM_BEDS):
        return
    found = still_free(at, provider_id)
    with st.container(key="still", horizontal=True):
        for one in found:
            words = text.STILL.format(beds=one.free)
            st.button(
                ui.literal(words if len(found) == 1 else f"{one.name}: {words.lower()}"),
                key=f"still-{one.pool_id}",
                help=ui.literal(
                    text.STILL_HELP.format(name=one.name, beds=text.beds(one.free))
                ),
                on_click=_confirm,
                args=(provider_id, one),
            )


def _confirm(provider_id: str, one: Still) -> None:
    """Record it; for a callback."""

    def work(at: Desk) -> Told:
        return Told(confirm_still(at, provider_id, one).sentence)

    said.act(work)
