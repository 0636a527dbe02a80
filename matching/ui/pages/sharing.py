"""The page Sharing: requests to partner agencies, their answers, and the list of beds."""

from __future__ import annotations

import streamlit as st

from matching.domain.access import Action, allows
from matching.services.desk import Desk
from matching.ui import components as ui
from matching.ui import session
from matching.ui.casework import said
from matching.ui.partners import answers, ask, beds, requests
from matching.ui.text import sharing as text


def show() -> None:
    """Draw the page."""
    at = session.desk()
    parts = _parts(at)
    if text.REQUESTS in parts:
        lines = requests.lines(at)
        ui.head(text.PAGE, text.sentence(lines), text.PROMISE)
    else:
        ui.head(text.PAGE, text.BEDS_ONLY)
    said.show(text.PAGE)
    if len(parts) > 1:
        chosen = st.segmented_control(
            text.PART,
            parts,
            format_func=text.PARTS.__getitem__,
            default=text.REQUESTS if "sharing-part" not in st.session_state else None,
            required=True,
            key="sharing-part",
            label_visibility="collapsed",
        )
    else:
        chosen = parts[0]
    if chosen == text.ASK:
        ask.draw(at)
    elif chosen == text.ANSWERS:
        answers.draw(at)
    elif chosen == text.BEDS:
        beds.draw(at)
    else:
        requests.draw(at, lines)


def _parts(at: Desk) -> list[str]:
    """Return what the actor may do here."""
    cases = allows(at.actor.role, Action.SHARE_CASE)
    parts = [text.REQUESTS, text.ASK, text.ANSWERS] if cases else []
    if allows(at.actor.role, Action.SHARE_BEDS) or not parts:
        parts.append(text.BEDS)
    return parts


show()
