"""A map of counties shaded by classes of counts: filled outlines, nothing from elsewhere.

No tiles, no request to anyone, and never a point for a home. The same shades
stand in the key above the map, each with its words.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import plotly.graph_objects as go

from matching.domain.shapes import Drawing, Outline, Points
from matching.ui.theme import PHONE

OUTLINE = "#767676"
_DARK_TEXT, _LIGHT_TEXT = "#161a1d", "#ffffff"
_CLEAR = "rgba(0,0,0,0)"

#: Where classes of counts may begin; at most as many as there are shades are used.
_STARTS = (1, 2, 3, 4, 6, 11, 26, 51, 101, 251, 501, 1001, 2501, 5001, 10_001)

#: Counties of which each can be pointed at; of more, the nearest centre is.
MOST_OUTLINES = 400
#: Height of the map in dots, at most; its width is that of the screen or less.
HEIGHT, WIDTH = 560, 730
#: Least size of a county that its number fits in, as a share of the map: the width
#: of the edges and of each figure, and the height.
_EDGES, _FIGURE, _HIGH = 0.014, 0.015, 0.034
#: Width of the outline of a county, and of one of a whole country's.
_LINE, _THIN = 0.7, 0.35


@dataclass(frozen=True, slots=True)
class Shade:
    """How counties of one class are drawn.

    Attributes
    ----------
    words : str
        What it means, for the key.
    fill : str
        A colour, or "" for the background.
    pattern : str
        "" or a pattern of Plotly.
    """

    words: str
    fill: str = ""
    pattern: str = ""

    @property
    def text(self) -> str:
        """Colour of a number that stands on it."""
        return _text_on(self.fill) if self.fill else OUTLINE


#: Looks unlike a class of counts and unlike 0, by pattern too.
_NOT_SAID = ("#d0d4d7", ".")
_HIDDEN = ("#b9bec2", "/")


def not_said(words: str) -> Shade:
    """Return the shade of counties of which nobody has said the number."""
    return Shade(words, *_NOT_SAID)


def hidden(words: str) -> Shade:
    """Return the shade of counties whose number is hidden."""
    return Shade(words, *_HIDDEN)


def classes(most: int, number: int, least: int = 1) -> tuple[int, ...]:
    """Return where classes of counts begin.

    Parameters
    ----------
    most : int
        The largest count.
    number : int
        Classes at most.
    least : int, default 1
        The smallest count there can be.

    Returns
    -------
    tuple of int
        Ascending; the last class has no end.
    """
    starts = [least, *(start for start in _STARTS if least < start <= most)]
    if len(starts) <= number:
        return tuple(starts)
    picked = np.linspace(0, len(starts) - 1, number).round().astype(int)
    return tuple(starts[k] for k in picked.tolist())


def class_of(count: int, starts: Sequence[int]) -> int:
    """Return the class a count is in, from 0; -1 if it is below the first."""
    return bisect_right(starts, count) - 1


def class_words(starts: Sequence[int], most: int) -> tuple[str, ...]:
    """Return each class in words: "1", "2 to 5", "6 or more"."""
    out = []
    ends = [*starts[1:], most + 1] if starts else []
    for start, after in zip(starts, ends, strict=True):
        out.append(f"{start:,}" if after - start <= 1 else f"{start:,} to {after - 1:,}")
    return tuple(out)


def figure(
    drawing: Drawing,
    shades: Mapping[str, Shade],
    rest: Shade,
    tips: Mapping[str, str],
    numbers: Mapping[str, str],
) -> go.Figure:
    """Draw counties.

    Parameters
    ----------
    drawing : Drawing
    shades : mapping of str to Shade
        By code of the county.
    rest : Shade
        Of all other counties.
    tips : mapping of str to str
        What pointing at a county says; for every county.
    numbers : mapping of str to str
        What stands in a county, where there is room for it.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    out = go.Figure()
    by_shade: dict[Shade, list[Outline]] = {}
    for one in drawing.counties:
        by_shade.setdefault(shades.get(one.fips, rest), []).append(one)
    each = len(drawing.counties) <= MOST_OUTLINES
    for shade, mine in by_shade.items():
        if each:
            for one in mine:
                _fill(out, one.rings, shade, _LINE, tips[one.fips])
        else:
            _fill(out, [ring for one in mine for ring in one.rings], shade, _THIN)
    if not each:
        _pointing(out, drawing, tips)
    _lines(out, drawing.borders)
    _numbers(out, drawing, shades, numbers)
    return _laid_out(out, drawing)


def _joined(parts: Sequence[Points]) -> tuple[Any, Any]:
    """Return the coordinates of several lines, with a break after each."""
    gap = np.full((1, 2), np.nan)
    points = np.vstack([piece for part in parts for piece in (part, gap)])[:-1]
    return points[:, 0].astype(np.float32), points[:, 1].astype(np.float32)


def _fill(
    out: go.Figure, rings: Sequence[Points], shade: Shade, width: float, tip: str = ""
) -> None:
    x, y = _joined(rings)
    pattern = {"shape": shade.pattern, "size": 6, "solidity": 0.25, "fgcolor": _DARK_TEXT}
    out.add_scatter(
        x=x,
        y=y,
        mode="lines",
        line={"width": width, "color": OUTLINE},
        fill="toself",
        # A fill of its own, so that an empty county can be pointed at too.
        fillcolor=shade.fill or _CLEAR,
        fillpattern=pattern | {"fillmode": "overlay"} if shade.pattern else None,
        hoveron="fills",
        hoverinfo="text" if tip else "skip",
        text=escape(tip) if tip else None,
        name="",
    )


def _pointing(out: go.Figure, drawing: Drawing, tips: Mapping[str, str]) -> None:
    centres = np.array([one.centre for one in drawing.counties], dtype=np.float32)
    out.add_scatter(
        x=centres[:, 0],
        y=centres[:, 1],
        mode="markers",
        marker={"size": 9, "opacity": 0},
        text=[escape(tips[one.fips]) for one in drawing.counties],
        hoverinfo="text",
        name="",
    )


def _lines(out: go.Figure, borders: Sequence[Points]) -> None:
    if borders:
        x, y = _joined(borders)
        out.add_scatter(
            x=x,
            y=y,
            mode="lines",
            line={"width": 1.4, "color": OUTLINE},
            hoverinfo="skip",
            name="",
        )


def _numbers(
    out: go.Figure,
    drawing: Drawing,
    shades: Mapping[str, Shade],
    numbers: Mapping[str, str],
) -> None:
    """Write numbers into the counties that are large enough for them."""

    def fits(one: Outline) -> bool:
        wide = (_EDGES + _FIGURE * len(numbers[one.fips])) * drawing.width
        return one.size[0] >= wide and one.size[1] >= _HIGH * drawing.height

    mine = [one for one in drawing.counties if one.fips in numbers and fits(one)]
    if mine:
        out.add_scatter(
            x=[one.centre[0] for one in mine],
            y=[one.centre[1] for one in mine],
            mode="text",
            text=[escape(numbers[one.fips]) for one in mine],
            textfont={"size": 12, "color": [shades[one.fips].text for one in mine]},
            hoverinfo="skip",
            name="",
        )


def _laid_out(out: go.Figure, drawing: Drawing) -> go.Figure:
    height = min(HEIGHT, WIDTH * drawing.height / max(drawing.width, 1)) + 8
    edge = drawing.width * 0.006
    out.update_layout(
        height=round(height),
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        showlegend=False,
        dragmode=False,
        hovermode="closest",
        hoverlabel={"align": "left"},
        annotations=[
            {
                "text": escape(one.title),
                "x": one.left,
                "y": one.top,
                "xanchor": "left",
                "yanchor": "bottom",
                "showarrow": False,
                "font": {"size": 12},
            }
            for one in drawing.insets
        ],
    )
    out.update_xaxes(
        visible=False,
        fixedrange=True,
        range=[-edge, drawing.width + edge],
        constrain="domain",
        constraintoward="left",
    )
    out.update_yaxes(
        visible=False,
        fixedrange=True,
        range=[-edge, drawing.height + edge],
        scaleanchor="x",
        constrain="domain",
        constraintoward="top",
    )
    return out


def style(drawing: Drawing, container: str) -> str:
    """Return what makes a map no higher than it is on a narrow screen.

    Parameters
    ----------
    drawing : Drawing
    container : str
        Key of what the chart stands in.
    """
    share = 100 * drawing.height / max(drawing.width, 1)
    return (
        f"<style>@media (max-width: {PHONE}px) {{ .st-key-{container} "
        f"{{ max-height: {share:.1f}vw; overflow: hidden; }} }}</style>"
    )


def key(lines: Sequence[tuple[Shade, str]]) -> str:
    """Return the key of a map as a list: each shade with its words.

    Parameters
    ----------
    lines : sequence of (Shade, str)
        The shade, and how many counties have it, in words.
    """
    items = "".join(
        f'<li><span class="sb-swatch" aria-hidden="true" style="{_swatch(shade)}"></span>'
        f"<span>{escape(shade.words)} ({escape(counties)})</span></li>"
        for shade, counties in lines
    )
    return f'<ul class="sb-legend">{items}</ul>'


def _swatch(shade: Shade) -> str:
    """Return the style of a sign in the key that looks like the county."""
    fill = shade.fill or "transparent"
    if shade.pattern == "/":
        lines = f"repeating-linear-gradient(135deg, {_DARK_TEXT} 0 1.5px, {fill} 1.5px 6px)"
        return f"background: {lines}"
    if shade.pattern == ".":
        dots = f"radial-gradient({_DARK_TEXT} 1.2px, {fill} 1.4px) 0 0 / 6px 6px"
        return f"background: {dots}"
    return f"background: {fill}"


def _text_on(fill: str) -> str:
    """Return the colour of text that is read best on a colour."""
    back = _luminance(fill)
    dark = (back + 0.05) / (_luminance(_DARK_TEXT) + 0.05)
    light = (_luminance(_LIGHT_TEXT) + 0.05) / (back + 0.05)
    return _DARK_TEXT if dark >= light else _LIGHT_TEXT


def _luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2, relative luminance)."""

    def linear(part: int) -> float:
        value = part / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[k : k + 2], 16)) for k in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
