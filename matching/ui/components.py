"""Parts that all pages are made of: sentences, counts, tables, chips, boxes.

Everything that comes from a file is escaped here, so that no cell can become a
tag, a link or a picture. Tables are real tables that turn into cards where the
screen is narrow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Literal

import streamlit as st

from matching.domain.errors import MatchingError
from matching.services.desk import Desk
from matching.ui.text import common
from matching.ui.text import shell as text
from matching.ui.theme import MEANINGS, RowLead

Tone = Literal["note", "good", "warn", "bad"]


class Html(str):
    """Text that is HTML already and is not escaped again."""

    __slots__ = ()


def safe(value: object) -> Html:
    """Return anything as HTML that shows it literally."""
    return value if isinstance(value, Html) else Html(escape(str(value)))


def literal(value: object) -> str:
    """Return a text that Markdown shows literally, for labels of widgets."""
    out = str(value)
    for sign in "\\`*_{}[]<>()#+-.!|~$:":
        out = out.replace(sign, "\\" + sign)
    return " ".join(out.split())


def html(body: str) -> None:
    """Draw HTML of this module's own making."""
    st.html(f'<div class="sb">{body}</div>')


_headed: ContextVar[bool] = ContextVar("headed", default=False)


@contextmanager
def one_page() -> Iterator[None]:
    """Draw one page, which has not begun until its head is there; see :func:`has_head`."""
    before = _headed.set(False)
    try:
        yield
    finally:
        _headed.reset(before)


def has_head() -> bool:
    """Tell whether the page has its head, so that one who ends it early need not draw it."""
    return _headed.get()


def head(page: str, sentence: str, as_of: str = "") -> None:
    """Draw the top of a page: its name, its one sentence, and as of when.

    Parameters
    ----------
    page : str
        Name of the page.
    sentence : str
        The page's message, with its counts.
    as_of : str, default ""
        From :func:`as_of`, or any sentence on where the facts come from.
    """
    below = f'<p class="sb-soft">{safe(as_of)}</p>' if as_of else ""
    html(
        f'<div class="sb-head"><p class="sb-over sb-soft">{safe(page)}</p>'
        f"<h1>{safe(sentence)}</h1>{below}</div>"
    )
    _headed.set(True)


def section(title: str, sentence: str = "") -> None:
    """Draw the heading of a part of a page, with one sentence under it."""
    below = f'<p class="sb-soft">{safe(sentence)}</p>' if sentence else ""
    html(f'<div class="sb-section"><h2>{safe(title)}</h2>{below}</div>')


def part(title: str, sentence: str = "") -> None:
    """Draw the heading of a part of a section."""
    below = f'<p class="sb-soft">{safe(sentence)}</p>' if sentence else ""
    html(f'<div class="sb-part"><h3>{safe(title)}</h3>{below}</div>')


def as_of(at: Desk, moment: datetime, extra: str = "") -> str:
    """Return "As of 22:41." in the office's time, and what is to be added."""
    local = at.local(moment)
    today = at.local(at.clock()).date()
    said = text.AS_OF.format(moment=common.moment(local, today)) + "."
    return f"{said} {extra}".strip()


def box(sentence: str, tone: Tone = "note", label: str = "", *, status: bool = False) -> None:
    """Draw a sentence that must not be missed.

    Parameters
    ----------
    sentence : str
    tone : str
        "bad" is announced at once.
    label : str, default ""
        Said first.
    status : bool, default False
        Whether it is announced when there is time, as what came of a press.
    """
    first = f"<strong>{safe(label)}.</strong> " if label else ""
    role = ' role="alert"' if tone == "bad" else ' role="status"' if status else ""
    html(f'<div class="sb-box sb-box-{tone}"{role}><p>{first}{safe(sentence)}</p></div>')


def error(problem: MatchingError) -> None:
    """Draw an error that says what happened, what was saved and what to do."""
    box(problem.sentence(), "bad", text.REFUSED_LABEL)


def unexpected(reference: str) -> None:
    """Draw the box of an error that nobody expected, with its reference number."""
    box(text.UNEXPECTED.format(reference=reference), "bad", text.UNEXPECTED_LABEL)


def mark(meaning: str, words: str) -> Html:
    """Return a coloured sign with the words that say the same.

    Parameters
    ----------
    meaning : str
        A key of :data:`matching.ui.theme.MEANINGS`.
    words : str
        What it means here.
    """
    sign = MEANINGS[meaning].mark
    return Html(
        f'<span><span class="sb-mark-{meaning}" aria-hidden="true">{sign}</span> '
        f"{safe(words)}</span>"
    )


def soft(words: str) -> Html:
    """Return words that step back."""
    return Html(f'<span class="sb-soft">{safe(words)}</span>')


def note(sentence: str) -> None:
    """Draw a sentence that steps back."""
    html(f'<p class="sb-soft">{safe(sentence)}</p>')


def chips(words: Sequence[str]) -> Html:
    """Return a row of short words, or nothing."""
    if not words:
        return Html("")
    return Html(
        '<ul class="sb-chips">' + "".join(f"<li>{safe(word)}</li>" for word in words) + "</ul>"
    )


def counts(numbers: Sequence[tuple[str, object, str]]) -> None:
    """Draw counts side by side.

    Parameters
    ----------
    numbers : sequence of (label, number, note)
        The note may be empty.
    """
    cells = "".join(
        f"<div><dt>{safe(label)}</dt><dd>{safe(number)}</dd>"
        + (f'<dd class="sb-note sb-soft">{safe(note)}</dd>' if note else "")
        + "</div>"
        for label, number, note in numbers
    )
    html(f'<dl class="sb-counts">{cells}</dl>')


def facts(pairs: Sequence[tuple[str, object]]) -> None:
    """Draw a list of facts: what, and what it is."""
    cells = "".join(f"<dt>{safe(what)}</dt><dd>{safe(value)}</dd>" for what, value in pairs)
    html(f'<dl class="sb-facts">{cells}</dl>')


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    title : str
    number : bool
        Set to the right.
    long : bool
        Sentences; takes a line of its own on a card.
    """

    title: str
    number: bool = False
    long: bool = False


def table(
    columns: Sequence[Column | str],
    rows: Sequence[Sequence[object]],
    caption: str,
    *,
    total: Sequence[object] | None = None,
    show_caption: bool = False,
) -> None:
    """Draw a table; where the screen is narrow each row becomes a card.

    Parameters
    ----------
    columns : sequence of Column or str
        The first names the rows.
    rows : sequence of sequence of object
        Text is escaped; :class:`Html` is not.
    caption : str
        What the table shows, for those who cannot see it.
    total : sequence of object, optional
        A last row of sums.
    show_caption : bool, default False
        Whether the caption is also seen.
    """
    kinds = [Column(one) if isinstance(one, str) else one for one in columns]
    quiet = "" if show_caption else ' class="sb-quiet"'
    top = "".join(
        f'<th scope="col"{_classes(kind, number_only=True)}>{safe(kind.title)}</th>'
        for kind in kinds
    )
    body = "".join(f"<tr>{_cells(kinds, row)}</tr>" for row in rows)
    foot = f"<tfoot><tr>{_cells(kinds, total)}</tr></tfoot>" if total else ""
    html(
        f"<table><caption{quiet}>{safe(caption)}</caption>"
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody>{foot}</table>"
    )


def _cells(kinds: Sequence[Column], row: Sequence[object]) -> str:
    first, *rest = row
    out = [f'<th scope="row">{safe(first)}</th>']
    for kind, value in zip(kinds[1:], rest, strict=True):
        shown = safe(value)
        name = f' data-label="{escape(kind.title, quote=True)}"' if kind.title else ""
        out.append(f"<td{_classes(kind, blank=not shown)}{name}>{shown}</td>")
    return "".join(out)


def _classes(kind: Column, *, blank: bool = False, number_only: bool = False) -> str:
    names = ["sb-number"] if kind.number else []
    if not number_only:
        names += ["sb-long"] if kind.long else []
        names += ["sb-blank"] if blank else []
    return f' class="{" ".join(names)}"' if names else ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list whose first cell can be opened.

    Attributes
    ----------
    ident : str
        What is opened; unique in the list.
    name : str
        What is written on it.
    cells : sequence of object
        The other columns.
    """

    ident: str
    name: str
    cells: Sequence[object]


def rows(
    key: str,
    columns: Sequence[Column | str],
    widths: Sequence[float],
    lines: Sequence[Row],
    on_open: Callable[[str], None],
    *,
    lead: RowLead = 14,
    help_text: str = "",
) -> None:
    """Draw a list of lines that open something; cards where the screen is narrow.

    Parameters
    ----------
    key : str
        Name of the list; unique on the page.
    columns : sequence of Column or str
        The first is the part that opens.
    widths : sequence of float
        Shares of the width of the other columns.
    lines : sequence of Row
    on_open : callable
        Told the identifier; a callback, so it runs before the page does.
    lead : int
        Hundredths of the width that the part that opens takes.
    help_text : str, default ""
        What opening does, with ``{name}``.
    """
    kinds = [Column(one) if isinstance(one, str) else one for one in columns]
    grid = " ".join(f"minmax(0, {width}fr)" for width in widths)
    titles = "".join(f"<div>{safe(kind.title)}</div>" for kind in kinds[1:])
    # One box for the whole list and none for a line: there are many lines.
    with st.container(key=f"lines-{lead}-{key}", gap=None):
        html(f'<div class="sb-cells-head">{safe(kinds[0].title)}</div>')
        html(
            f'<div class="sb-cells sb-cells-head" '
            f'style="grid-template-columns: {grid}">{titles}</div>'
        )
        for k, line in enumerate(lines):
            _row(f"{key}-{k}", kinds, grid, line, on_open, help_text)


def _row(
    key: str,
    kinds: Sequence[Column],
    grid: str,
    line: Row,
    on_open: Callable[[str], None],
    help_text: str,
) -> None:
    st.button(
        literal(line.name),
        key=f"open-{key}",
        type="tertiary",
        on_click=on_open,
        args=(line.ident,),
        help=help_text.format(name=line.name) or None,
    )
    cells = []
    for kind, value in zip(kinds[1:], line.cells, strict=True):
        shown = safe(value)
        name = f'<span class="sb-label">{safe(kind.title)}:</span>' if shown else ""
        cells.append(f"<div>{name}{shown}</div>")
    html(f'<div class="sb-cells" style="grid-template-columns: {grid}">{"".join(cells)}</div>')


def empty(title: str, sentence: str) -> None:
    """Draw what stands where nothing is yet, with what to do next."""
    top = f"<h2>{safe(title)}</h2>" if title else ""
    html(f'<div class="sb-empty">{top}<p>{safe(sentence)}</p></div>')


def page_of(items: Sequence[object], key: str, size: int = 20) -> range:
    """Draw the choice of a page where a list is long, and return what to show.

    Parameters
    ----------
    items : sequence
    key : str
    size : int, default 20

    Returns
    -------
    range
        Positions to show.
    """
    pages = max(1, -(-len(items) // size))
    if pages == 1:
        return range(len(items))
    # A filter may have left fewer pages than the one that was open.
    if int(st.session_state.get(key) or 1) > pages:
        st.session_state[key] = 1
    number = int(st.session_state.get(key) or 1)
    return range((number - 1) * size, min(number * size, len(items)))


def pager(items: Sequence[object], key: str, size: int = 20) -> None:
    """Draw the numbers of the pages of a list under it."""
    pages = -(-len(items) // size)
    if pages > 1:
        st.pagination(pages, key=key)
