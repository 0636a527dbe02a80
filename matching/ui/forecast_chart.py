"""Past weeks as bars and the weeks to come as ranges: no single line into the future."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from matching.insight.forecast import Ahead
from matching.insight.history import Weeks
from matching.ui.charts import OUTLINE
from matching.ui.text import forecast as text
from matching.ui.theme import SHADES

#: Weeks of the past that are drawn; the table has them all.
PAST = 26
HEIGHT = 300
#: Most bars over which a number can stand on a narrow screen.
_NUMBERED = 14
#: Weeks between two dates under the bars.
_EVERY = 6


def figure(weeks: Weeks, ahead: Sequence[Ahead], shades: str) -> go.Figure:
    """Draw weeks.

    Parameters
    ----------
    weeks : Weeks
    ahead : sequence of Ahead
        May be empty.
    shades : str
        A key of :data:`matching.ui.theme.SHADES`.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    ramp = SHADES[shades]
    first = max(0, len(weeks.numbers) - PAST)
    past = list(range(first, len(weeks.numbers)))
    out = go.Figure()
    _past(out, weeks, past, ramp[3])
    _unknown(out, weeks, [k for k in past if weeks.numbers[k] is None])
    _ahead(out, weeks, ahead, ramp[1])
    highest = [number for k in past if (number := weeks.numbers[k]) is not None]
    highest += [one.range.high for one in ahead]
    return _laid_out(
        out, weeks, first, len(weeks.numbers) + len(ahead), max(highest, default=1)
    )


def _past(out: go.Figure, weeks: Weeks, past: Sequence[int], colour: str) -> None:
    known = [k for k in past if weeks.numbers[k] is not None]
    numbers = [weeks.numbers[k] for k in known]
    out.add_bar(
        x=known,
        y=numbers,
        marker={"color": colour, "line": {"color": OUTLINE, "width": 0.5}},
        text=[
            f"{number:,}" if len(past) <= _NUMBERED or not number else "" for number in numbers
        ],
        textposition="outside",
        textangle=0,
        cliponaxis=False,
        customdata=[text.week(weeks.monday(k)) for k in known],
        hovertemplate="%{customdata}: %{y:,}<extra></extra>",
        name="",
    )


def _unknown(out: go.Figure, weeks: Weeks, some: Sequence[int]) -> None:
    """Mark weeks that are not known, so that none is taken for a week of 0."""
    if some:
        out.add_scatter(
            x=list(some),
            y=[0] * len(some),
            mode="text",
            text=["?"] * len(some),
            textposition="top center",
            textfont={"size": 13, "color": OUTLINE},
            customdata=[text.week(weeks.monday(k)) for k in some],
            hovertemplate=f"%{{customdata}}: {text.NOT_KNOWN}<extra></extra>",
            name="",
        )


def _ahead(out: go.Figure, weeks: Weeks, ahead: Sequence[Ahead], colour: str) -> None:
    if not ahead:
        return
    start = len(weeks.numbers) - 1
    at = [start + one.steps for one in ahead]
    out.add_bar(
        x=at,
        base=[one.range.low for one in ahead],
        y=[one.range.high - one.range.low for one in ahead],
        marker={
            "color": colour,
            "line": {"color": OUTLINE, "width": 1.2},
            "pattern": {
                "shape": "/",
                "fillmode": "overlay",
                "fgcolor": "#161a1d",
                "size": 6,
                "solidity": 0.2,
            },
        },
        customdata=[
            [text.week(weeks.monday(k)), text.span(one.range)]
            for k, one in zip(at, ahead, strict=True)
        ],
        hovertemplate="%{customdata[0]}: %{customdata[1]}<extra></extra>",
        name="",
    )
    out.add_annotation(
        x=at[-1] + 0.4,
        y=1,
        yref="paper",
        text=text.this_week(ahead[0].range),
        xanchor="right",
        yanchor="bottom",
        showarrow=False,
        font={"size": 13},
    )


def _laid_out(out: go.Figure, weeks: Weeks, first: int, end: int, highest: int) -> go.Figure:
    last = len(weeks.numbers) - 1
    marks = list(range(last + 1, first - 1, -_EVERY))[::-1]
    ticks: dict[str, Any] = {
        "tickvals": marks,
        "ticktext": [text.short_day(weeks.monday(k)) for k in marks],
    }
    out.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 0, "t": 24, "b": 0},
        showlegend=False,
        dragmode=False,
        bargap=0.25,
        barmode="overlay",
        hovermode="closest",
    )
    out.update_xaxes(fixedrange=True, range=[first - 0.7, end - 0.3], showgrid=False, **ticks)
    out.update_yaxes(
        fixedrange=True, rangemode="tozero", range=[0, highest * 1.12 + 0.5], nticks=5
    )
    if end - 1 > last >= first:
        # Where the past ends and ranges begin.
        out.add_vline(x=last + 0.5, line={"width": 1, "dash": "dot", "color": OUTLINE})
    return out
