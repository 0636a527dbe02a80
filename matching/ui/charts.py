"""Every chart, from plain data to a figure; nothing here computes or knows the screen.

Bars start at zero and run sideways. Each has its words above it and its number
at its end, so that no legend is needed and a narrow screen cuts nothing off.
Colours of text and background are left to Streamlit's theme, light or dark;
colours of bars have one meaning and never stand without a letter or a word.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

import plotly.graph_objects as go

from matching.domain.rulebook import Stage
from matching.ui.theme import MEANINGS

#: Given to every chart: no buttons, nothing that could send a chart anywhere.
CONFIG: dict[str, Any] = {
    "displayModeBar": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "scrollZoom": False,
    "doubleClick": False,
    "responsive": True,
}

#: Can be seen on both backgrounds; drawn around every bar.
OUTLINE = "#767676"
#: Longest line of words above a bar that a narrow screen can show.
LINE_LENGTH = 44
BAR_HEIGHT, TEXT_HEIGHT, GAP_HEIGHT = 24, 19, 12

_DARK_TEXT, _LIGHT_TEXT = "#161a1d", "#ffffff"


@dataclass(frozen=True, slots=True)
class Look:
    """How a stage is drawn: fill, pattern, and the colour of text on it."""

    fill: str
    pattern: str
    text: str


#: One look for each stage, everywhere. Steps of one hue differ in lightness, so
#: that colour-blind people can tell them apart; the letter is the second mark.
#: Orange to brown: want of beds (a to d). Violet: people and money (e to g).
#: Grey: not known (h).
STAGE_LOOK: dict[Stage, Look] = {
    Stage.NO_SUITABLE_PLACE: Look("#7a3300", "", _LIGHT_TEXT),
    Stage.NOT_READY: Look("#d55e00", "/", _DARK_TEXT),
    Stage.NO_FREE_BED: Look("#f2a065", "", _DARK_TEXT),
    Stage.EXCLUDED: Look("#fbd9bf", "\\", _DARK_TEXT),
    Stage.PROVIDER_DECLINED: Look("#54306b", "", _LIGHT_TEXT),
    Stage.PERSON: Look("#a77fbd", "/", _DARK_TEXT),
    Stage.FUNDING: Look("#dccae5", "", _DARK_TEXT),
    Stage.UNKNOWN_FACT: Look("#b9bec2", ".", _DARK_TEXT),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Attributes
    ----------
    words : str
        Stand above it.
    value : int
        Its length, from zero.
    number : str
        Stands at its end.
    """

    words: str
    value: int
    number: str


def _lines(words: str) -> list[str]:
    return textwrap.wrap(words, LINE_LENGTH) or [""]


class _Rows:
    """Places bars under their words and draws the words, in pixels from the top."""

    def __init__(self, words: Sequence[str]) -> None:
        self.centres: list[float] = []
        self.notes: list[dict[str, Any]] = []
        top = 0.0
        for text in words:
            lines = _lines(text)
            top += TEXT_HEIGHT * len(lines) + 3
            self.notes.append(
                {
                    "text": "<br>".join(escape(line) for line in lines),
                    "x": 0,
                    "xref": "paper",
                    "y": -top,
                    "xanchor": "left",
                    "yanchor": "bottom",
                    "align": "left",
                    "showarrow": False,
                    "font": {"size": 14},
                }
            )
            self.centres.append(-(top + BAR_HEIGHT / 2))
            top += BAR_HEIGHT + GAP_HEIGHT
        self.height = max(BAR_HEIGHT, int(top))

    def figure(self, bars: Sequence[go.Bar], reach: float, **more: Any) -> go.Figure:
        """Return bars with their words; a layout given whole is checked once only."""
        axis = {"visible": False, "fixedrange": True}
        layout = go.Layout(
            annotations=self.notes,
            height=self.height,
            margin={"l": 0, "r": 0, "t": 0, "b": 0},
            showlegend=False,
            barmode="stack",
            dragmode=False,
            hoverlabel={"align": "left"},
            xaxis={**axis, "range": [0, max(reach, 1)]},
            yaxis={**axis, "range": [-self.height, 0]},
            **more,
        )
        return go.Figure(list(bars), layout)


@lru_cache(maxsize=128)
def _plain_bars(bars: tuple[Bar, ...], looks: tuple[Look, ...], longest: int) -> go.Figure:
    """Draw bars; a figure that was drawn lately is given again, so nobody may change it."""
    rows = _Rows([bar.words for bar in bars])
    drawn = go.Bar(
        orientation="h",
        x=[bar.value for bar in bars],
        y=rows.centres,
        width=BAR_HEIGHT,
        text=[escape(bar.number) for bar in bars],
        textposition="outside",
        textangle=0,
        cliponaxis=False,
        textfont={"size": 14},
        customdata=[[bar.words] for bar in bars],
        hovertemplate="%{customdata[0]}: %{text}<extra></extra>",
        marker={
            "color": [look.fill for look in looks],
            "line": {"color": OUTLINE, "width": 1},
            "pattern": _pattern([look.pattern for look in looks]),
        },
    )
    # Room at the right for the number at the end of the longest bar.
    return rows.figure([drawn], longest * 1.45)


def _pattern(shapes: Sequence[str] | str) -> dict[str, Any]:
    return {
        "shape": shapes,
        "fillmode": "overlay",
        "fgcolor": _DARK_TEXT,
        "fgopacity": 0.16,
        "size": 7,
        "solidity": 0.18,
    }


def stage_bars(bars: Mapping[Stage, Bar]) -> go.Figure:
    """Draw one bar for each stage, in the order of the stages.

    Parameters
    ----------
    bars : mapping of Stage to Bar
        A count that must not be shown has the value 0 and a word as its number.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    order = [stage for stage in Stage if stage in bars]
    longest = max((bars[stage].value for stage in order), default=0)
    return _plain_bars(
        tuple(bars[stage] for stage in order),
        tuple(STAGE_LOOK[stage] for stage in order),
        longest,
    )


def plain_bars(bars: Sequence[Bar], meaning: str) -> go.Figure:
    """Draw bars of one meaning.

    Parameters
    ----------
    bars : sequence of Bar
    meaning : str
        A key of :data:`matching.ui.theme.MEANINGS`.
    """
    look = Look(MEANINGS[meaning].colour, "", _DARK_TEXT)
    longest = max((bar.value for bar in bars), default=0)
    return _plain_bars(tuple(bars), (look,) * len(bars), longest)


@dataclass(frozen=True, slots=True)
class Fall:
    """One bar of a waterfall.

    Attributes
    ----------
    words : str
        Stand above it.
    start, length : int
        Where it begins, and how long it is.
    number : str
        Stands at its end.
    meaning : str
        A key of :data:`matching.ui.theme.MEANINGS`.
    level : bool
        A sum that is reached, and not what is lost on the way to the next.
    """

    words: str
    start: int
    length: int
    number: str
    meaning: str
    level: bool


def waterfall(falls: Sequence[Fall]) -> go.Figure:
    """Draw levels from zero and between them what is lost, each where it was lost.

    Parameters
    ----------
    falls : sequence of Fall
        From top to bottom.
    """
    rows = _Rows([fall.words for fall in falls])
    drawn = go.Bar(
        orientation="h",
        base=[fall.start for fall in falls],
        x=[fall.length for fall in falls],
        y=rows.centres,
        width=[BAR_HEIGHT if fall.level else BAR_HEIGHT * 0.6 for fall in falls],
        text=[escape(fall.number) for fall in falls],
        textposition="outside",
        textangle=0,
        cliponaxis=False,
        constraintext="none",
        textfont={"size": 14},
        customdata=[[fall.words] for fall in falls],
        hovertemplate="%{customdata[0]}: %{text}<extra></extra>",
        marker={
            "color": [MEANINGS[fall.meaning].colour for fall in falls],
            "line": {"color": OUTLINE, "width": 1},
            "pattern": _pattern(["" if fall.level else "/" for fall in falls]),
        },
    )
    longest = max((fall.start + fall.length for fall in falls), default=0)
    return rows.figure([drawn], longest * 1.45)


def stacked_stages(
    categories: Sequence[str],
    counts: Mapping[tuple[str, Stage], int],
    words: Mapping[Stage, str],
) -> go.Figure:
    """Draw one bar for each category, stacked by stage.

    Parameters
    ----------
    categories : sequence of str
        From top to bottom.
    counts : mapping of (str, Stage) to int
        Missing pairs are 0.
    words : mapping of Stage to str
        For what is shown on pointing at a bar.

    Returns
    -------
    plotly.graph_objects.Figure
        One trace for each stage that occurs; ``customdata`` holds category and
        letter of the stage.
    """
    totals = {name: sum(counts.get((name, stage), 0) for stage in Stage) for name in categories}
    rows = _Rows([f"{name}: {totals[name]:,}" for name in categories])
    drawn = []
    for stage in Stage:
        values = [counts.get((name, stage), 0) for name in categories]
        if not any(values):
            continue
        look = STAGE_LOOK[stage]
        bar = go.Bar(
            name=stage.value,
            orientation="h",
            x=values,
            y=rows.centres,
            width=BAR_HEIGHT,
            text=[f"{stage.value} {value:,}" if value else "" for value in values],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"size": 12, "color": look.text},
            customdata=[[name, stage.value, words[stage]] for name in categories],
            hovertemplate="%{customdata[0]}: %{x} at %{customdata[1]}, %{customdata[2]}"
            "<extra></extra>",
            marker={
                "color": look.fill,
                "line": {"color": OUTLINE, "width": 1},
                "pattern": _pattern(look.pattern),
            },
        )
        drawn.append(bar)
    longest = max(totals.values(), default=0)
    return rows.figure(drawn, longest * 1.01, uniformtext={"mode": "hide", "minsize": 10})
