"""The curve of people placed against what is spent."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from matching.services.planner_views import PointView
from matching.ui.charts import OUTLINE
from matching.ui.theme import MEANINGS

_HEIGHT = 280


def figure(points: Sequence[PointView], across: str, up: str) -> go.Figure:
    """Draw the points, from zero on both axes, each with its number.

    Parameters
    ----------
    points : sequence of PointView
        With true numbers.
    across, up : str
        Titles of the axes.
    """
    known = [(one.spent, one.more) for one in points if one.more is not None]
    highest = max((more for _, more in known), default=0)
    # A number where the curve rises; a level stretch has one at its end.
    labels = [
        f"{more:,}" if k == len(known) - 1 or more != known[k - 1][1] else ""
        for k, (_, more) in enumerate(known)
    ]
    out = go.Figure(
        go.Scatter(
            x=[spent for spent, _ in known],
            y=[more for _, more in known],
            text=labels,
            mode="lines+markers+text",
            textposition="top center",
            cliponaxis=False,
            line={"color": MEANINGS["placed"].colour, "width": 2.5},
            marker={
                "size": 8,
                "color": MEANINGS["placed"].colour,
                "line": {"color": OUTLINE, "width": 1},
            },
            hovertemplate="%{x:,}: %{y:,}<extra></extra>",
        )
    )
    out.update_layout(
        height=_HEIGHT,
        margin={"l": 8, "r": 16, "t": 24, "b": 8},
        showlegend=False,
        dragmode=False,
    )
    last = max((spent for spent, _ in known), default=0)
    out.update_xaxes(
        title=across, range=[0, max(1, last) * 1.04], fixedrange=True, tickformat=",d"
    )
    out.update_yaxes(
        title=up, range=[0, max(1, highest) * 1.15], fixedrange=True, tickformat=",d"
    )
    return out
