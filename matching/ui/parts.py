"""Parts that the pages Plan, Case and Gaps share."""

from __future__ import annotations

from collections.abc import Callable

import plotly.graph_objects as go
import streamlit as st

from matching.services.desk import Desk
from matching.services.matching import SavedRun
from matching.services.plan_views import PlanState
from matching.ui import charts, session
from matching.ui import components as ui
from matching.ui.components import Html
from matching.ui.theme import RowLead

#: Hundredths of the width of a list that the case reference takes.
CASE_LEAD: RowLead = 11


def stacked(first: object, below: object) -> Html:
    """Return two short texts, the second quieter and under the first."""
    return Html(f'{ui.safe(first)}<br><span class="sb-soft">{ui.safe(below)}</span>')


def chart(
    figure: go.Figure, alt: str, key: str, on_select: Callable[[], None] | None = None
) -> None:
    """Draw a chart in the colours of the theme.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
    alt : str
        What it shows, for those who cannot see it.
    key : str
        Unique on the page; holds what was pressed.
    on_select : callable, optional
        Called when a bar is pressed.
    """
    # Bars of a few people need not be as wide as the screen.
    with st.container(key=f"narrow-{key}"):
        st.plotly_chart(
            figure,
            key=key,
            config=charts.CONFIG,
            alt=alt,
            height="content",
            on_select=on_select or "ignore",
            selection_mode="points",
        )


def shown_run(at: Desk, state: PlanState) -> SavedRun | None:
    """Return the plan to show: the newest, be it from older facts.

    Returns
    -------
    SavedRun or None
        ``None`` if the record moved and the plan is not at hand.
    """
    return session.current_run(at) or session.kept_run(at, state.number)
