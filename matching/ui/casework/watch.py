"""A page that looks by itself whether something moved, and draws itself again if so.

The look is cheap: a few numbers are read, and nothing is drawn while they stay. What
somebody is typing stays, since only what moved is drawn anew.
"""

from __future__ import annotations

import streamlit as st

from matching.domain.errors import MatchingError
from matching.services.desk import Desk
from matching.services.standing import Pulse
from matching.ui import components as ui
from matching.ui import session
from matching.ui.text import casework as text
from matching.ui.text import common

#: Seconds between two looks.
EVERY = 15.0


def begin(at: Desk) -> Pulse:
    """Return what stands on the record before the page reads it."""
    return session.moment(at)


def keep(seen: Pulse) -> None:
    """Look every few seconds whether anything moved, and draw the page again if so.

    Parameters
    ----------
    seen : Pulse
        From :func:`begin`.
    """
    st.fragment(_look, run_every=EVERY)(seen)


def _look(seen: Pulse) -> None:
    try:
        # Whoever was signed out meanwhile looks at nothing more.
        at = session.desk()
        now = session.moment(at)
    except MatchingError:
        st.rerun()
    if now != seen:
        st.rerun()
    local = at.local(at.clock())
    ui.note(text.WATCHING.format(moment=common.moment(local, local.date())))
