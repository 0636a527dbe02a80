"""The next bed, provider by provider."""

from __future__ import annotations

import streamlit as st

from matching.domain.access import Action, allows
from matching.services.desk import Desk
from matching.services.next_beds import next_beds
from matching.services.plan_views import PlanState
from matching.ui import components as ui
from matching.ui import session
from matching.ui.text import common
from matching.ui.text import planner as text

PAGE_ROWS = 8


def show(at: Desk, state: PlanState) -> None:
    """Draw what one more bed would do at every provider."""
    saved = session.current_run(at) if allows(at.actor.role, Action.SEE_CASES) else None
    about = (state.number, at.store.data_version(), at.actor.role)
    with st.spinner(text.NEXT_BED_WORKING):
        found = session.once(at, "planner-next-bed", about, lambda: next_beds(at, saved))
    if found is None:
        return
    ui.section(text.NEXT_BED, text.NEXT_BED_NOTE)
    lines = found.lines
    if lines:
        ui.table(
            (text.PROVIDER, text.KIND, text.GIVES),
            [
                (
                    lines[k].name,
                    common.capital(lines[k].kind),
                    lines[k].gives if lines[k].exact else f"{lines[k].gives}, {text.AT_LEAST}",
                )
                for k in ui.page_of(lines, "planner-next-page", PAGE_ROWS)
            ],
            text.NEXT_BED,
        )
        ui.pager(lines, "planner-next-page", PAGE_ROWS)
    ui.note(text.next_bed_rest(found))
