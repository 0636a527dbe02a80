"""Papers about one case, to be printed: plain HTML that needs nothing else.

No script, no picture, no style sheet or font from anywhere. Whatever comes from the
record is escaped. Every sheet carries the document's number, what it holds, and which
page of how many it is; the paper's size is the printer's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape


@dataclass(frozen=True, slots=True)
class Grid:
    """A table.

    Attributes
    ----------
    caption : str
        What it shows, for those who cannot see it.
    columns : tuple of str
        The first names the rows.
    rows : tuple of tuple of str
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known: what, and what it is."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """Sentences, each on a line of its own."""

    lines: tuple[str, ...]


Block = str | Grid | Facts | Bullets


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a paper.

    Attributes
    ----------
    title : str
    blocks : tuple of Block
        A text is a paragraph.
    note : str
        Under the title, in small type.
    """

    title: str
    blocks: tuple[Block, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """What a paper says.

    Attributes
    ----------
    title : str
    number : str
        Of the document; stands on every sheet.
    sentence : str
        What matters most, in one sentence.
    warning : str
        What it holds and what to do with it; stands on every sheet.
    facts : tuple of str
        As of when, by whom, from what.
    sections : tuple of Section
    ending : str
        The last line.
    page : str
        "Page {page} of {pages}" in the paper's language, as two words around numbers.
    large : bool
        Larger type, for a reader who is young.
    language : str
    """

    title: str
    number: str
    sentence: str
    warning: str
    facts: tuple[str, ...]
    sections: tuple[Section, ...]
    ending: str
    page: tuple[str, str] = field(default=("Page", "of"))
    large: bool = False
    language: str = "en"


_STYLE = """
* { box-sizing: border-box; }
body { font: 10pt/1.35 "Helvetica Neue", Arial, "Liberation Sans", sans-serif; color: #14181b;
  background: #fff; max-width: 186mm; margin: 8mm auto; padding: 0 4mm; }
body.large { font-size: 13.5pt; line-height: 1.5; }
header { border-bottom: 0.4mm solid #14181b; padding-bottom: 2mm; margin-bottom: 4mm; }
.number { display: flex; justify-content: space-between; gap: 6mm; flex-wrap: wrap;
  color: #3a4247; font-size: 9pt; margin: 0 0 1mm; }
.number strong { color: #14181b; }
h1 { font-size: 17pt; line-height: 1.2; margin: 0 0 1.5mm; }
.large h1 { font-size: 22pt; }
.lead { font-size: 1.15em; font-weight: 600; margin: 0 0 1.5mm; }
.facts, .note { color: #3a4247; margin: 0 0 2mm; font-size: 0.92em; }
section { margin: 0 0 6mm; }
h2 { font-size: 1.25em; margin: 0 0 1.2mm; }
h2, .note, caption, thead { break-after: avoid; }
p { margin: 0 0 1.6mm; }
ul { margin: 0 0 2mm; padding-left: 5mm; }
li { margin: 0 0 0.8mm; }
li, tr { break-inside: avoid; }
dl { display: grid; grid-template-columns: minmax(32mm, 30%) 1fr; gap: 0.6mm 4mm;
  margin: 0 0 2mm; }
dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; margin: 0 0 3mm; font-size: 0.92em; }
caption { text-align: left; color: #3a4247; padding-bottom: 0.8mm; }
thead { display: table-header-group; }
th, td { text-align: left; vertical-align: top; padding: 0.9mm 3mm 0.9mm 0; font-weight: 400;
  border-bottom: 0.2mm solid #c5cbcf; overflow-wrap: break-word; }
th[scope=row] { font-weight: 600; }
thead th { font-weight: 600; border-bottom-color: #5c656b; }
footer { border-top: 0.3mm solid #5c656b; padding-top: 2mm; color: #3a4247; }
@media print {
  body { margin: 0; padding: 0; max-width: none; }
  body.usual { font-size: 9pt; }
}
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: 1.5mm; } }
"""


def paper_page(paper: Paper) -> bytes:
    """Write a paper as one file of HTML.

    Parameters
    ----------
    paper : Paper

    Returns
    -------
    bytes
        UTF-8; a policy in the page itself forbids anything from elsewhere.
    """
    body = "".join(_section(section) for section in paper.sections)
    page = (
        f'<!DOCTYPE html><html lang="{escape(paper.language)}"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex">'
        # The title of a window is kept in histories and lists of what was opened.
        f"<title>{escape(paper.number)}</title>"
        f"<style>{_sheet(paper)}{_STYLE}</style></head>"
        f'<body class="{"large" if paper.large else "usual"}"><header>'
        f'<p class="number"><span><strong>{escape(paper.number)}</strong></span>'
        f"<span>{escape(paper.warning)}</span></p>"
        f"<h1>{escape(paper.title)}</h1>"
        f'<p class="lead">{escape(paper.sentence)}</p>'
        f'<p class="facts">{escape(" ".join(paper.facts))}</p></header>'
        f"<main>{body}</main><footer><p>{escape(paper.ending)}</p></footer></body></html>"
    )
    return page.encode()


def _sheet(paper: Paper) -> str:
    """Return the rules for sheets: what stands on each, and the number of the page."""
    first, between = (_quoted(word) for word in paper.page)
    return (
        "@page { margin: 20mm 15mm 18mm; "
        f"@top-left {{ content: {_quoted(paper.number)}; font: 8.5pt Arial, sans-serif; }} "
        f"@top-right {{ content: {_quoted(paper.warning)}; font: 8.5pt Arial, sans-serif; }} "
        f'@bottom-right {{ content: {first} " " counter(page) " " {between} " " '
        "counter(pages); font: 8.5pt Arial, sans-serif; } }"
    )


def _quoted(text: str) -> str:
    """Return a text as a string of a style sheet, with nothing that could end it."""
    kept = "".join(c if c.isalnum() or c in " .,:;-()’'" else " " for c in text)
    return '"' + kept.replace("'", "’") + '"'


def _section(section: Section) -> str:
    note = f'<p class="note">{escape(section.note)}</p>' if section.note else ""
    blocks = "".join(_block(block) for block in section.blocks)
    return f"<section><h2>{escape(section.title)}</h2>{note}{blocks}</section>"


def _block(block: Block) -> str:
    if isinstance(block, str):
        return f"<p>{escape(block)}</p>"
    if isinstance(block, Bullets):
        return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in block.lines) + "</ul>"
    if isinstance(block, Facts):
        pairs = "".join(f"<dt>{escape(a)}</dt><dd>{escape(b)}</dd>" for a, b in block.pairs)
        return f"<dl>{pairs}</dl>"
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in block.columns)
    rows = "".join(_row(row) for row in block.rows)
    return (
        f"<table><caption>{escape(block.caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _row(row: Sequence[str]) -> str:
    first, *rest = row
    cells = "".join(f"<td>{escape(value)}</td>" for value in rest)
    return f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>'
