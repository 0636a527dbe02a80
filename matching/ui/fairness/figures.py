"""The chart of shares: one bar for each group, with the range that chance allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from matching.ui import charts


@dataclass(frozen=True, slots=True)
class Share:
    """One group.

    Attributes
    ----------
    words : str
        Stand above its bar.
    share : float
        From 0 to 1.
    low, high : float
        The range that chance allows.
    """

    words: str
    share: float
    low: float
    high: float


def share_bars(shares: Sequence[Share]) -> go.Figure:
    """Draw shares as bars from zero to all, each with its range as a thin line.

    Parameters
    ----------
    shares : sequence of Share
        From top to bottom.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    figure = charts.plain_bars(
        [charts.Bar(one.words, round(100 * one.share), "") for one in shares],
        "without",
    )
    bars = figure.data[0]
    middle = bars.x
    bars.error_x = {
        "type": "data",
        "symmetric": False,
        "array": [100 * one.high - x for one, x in zip(shares, middle, strict=True)],
        "arrayminus": [x - 100 * one.low for one, x in zip(shares, middle, strict=True)],
        "color": charts.OUTLINE,
        "thickness": 2,
        "width": 5,
    }
    bars.hovertemplate = "%{customdata[0]}<extra></extra>"
    figure.update_xaxes(range=[0, 101])
    return figure
