"""A brief on one page, to be printed or sent: plain HTML that needs nothing else.

No script, no picture, no style sheet or font from anywhere. Whatever comes
from the record is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class BriefTable:
    """One table of a brief.

    Attributes
    ----------
    title : str
        The finding.
    columns : tuple of str
        The first names the rows; the others are numbers, set to the right.
    rows : tuple of tuple of str
    note : str
        Below it, in small type.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """What a brief says.

    Attributes
    ----------
    title : str
    sentence : str
        The finding in one sentence.
    facts : tuple of str
        As of when, from which plan, under which policy.
    tables : tuple of BriefTable
    notes : tuple of (str, str)
        Method and definitions: what, and what it means.
    language : str
    """

    title: str
    sentence: str
    facts: tuple[str, ...]
    tables: tuple[BriefTable, ...]
    notes: tuple[tuple[str, str], ...]
    language: str = "en"


#: Set so that the longest brief fills one sheet, also where the type at hand is a wide one
#: (DejaVu Sans, which stands in for Arial where nothing else is installed).
_STYLE = """
@page { size: letter; margin: 11mm 12mm; }
* { box-sizing: border-box; }
body { font: 9pt/1.25 "Source Sans 3", "Helvetica Neue", Arial, sans-serif; color: #14181b;
  background: #fff; max-width: 190mm; margin: 6mm auto; padding: 0 4mm; }
h1 { font-size: 15pt; line-height: 1.2; margin: 0 0 1mm; }
.lead { font-size: 11.5pt; font-weight: 600; margin: 0 0 1.5mm; }
.facts { color: #4a5258; margin: 0 0 3mm; }
.tables { columns: 2; column-gap: 8mm; }
section { break-inside: avoid; margin: 0 0 3.5mm; }
h2 { font-size: 10pt; margin: 0 0 0.8mm; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 0.35mm 2mm 0.35mm 0;
  border-bottom: 0.2mm solid #c5cbcf; font-weight: 400; }
thead th { font-weight: 600; font-size: 8.5pt; border-bottom-color: #5c656b; }
td, thead th + th { text-align: right; padding-right: 0; padding-left: 2mm; }
.small, dl { font-size: 8pt; color: #3a4247; margin: 0.6mm 0 0; }
dl { columns: 2; column-gap: 8mm; border-top: 0.3mm solid #5c656b; padding-top: 1.5mm; }
dt { font-weight: 600; display: inline; } dt::after { content: ". "; }
dd { display: inline; margin: 0; } dd::after { content: ""; display: block; margin: 0 0 0.7mm; }
@media print {
  body { margin: 0; padding: 0; max-width: none; font-size: 8.2pt; line-height: 1.2; }
  section { margin-bottom: 2.8mm; }
}
@media (max-width: 40rem) { .tables, dl { columns: 1; } }
"""


def brief_page(brief: Brief) -> bytes:
    """Write a brief as one file of HTML.

    Parameters
    ----------
    brief : Brief

    Returns
    -------
    bytes
        UTF-8; a policy in the page itself forbids anything from elsewhere.
    """
    facts = " ".join(brief.facts)
    tables = "".join(_table(table) for table in brief.tables)
    notes = "".join(
        f"<div><dt>{escape(what)}</dt><dd>{escape(said)}</dd></div>"
        for what, said in brief.notes
    )
    page = (
        f'<!DOCTYPE html><html lang="{escape(brief.language)}"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(brief.title)}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{escape(brief.title)}</h1>"
        f'<p class="lead">{escape(brief.sentence)}</p><p class="facts">{escape(facts)}</p>'
        f'<div class="tables">{tables}</div><dl>{notes}</dl></main></body></html>'
    )
    return page.encode()


def _table(table: BriefTable) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.columns)
    rows = "".join(_row(row) for row in table.rows)
    note = f'<p class="small">{escape(table.note)}</p>' if table.note else ""
    return (
        f"<section><h2>{escape(table.title)}</h2><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table>{note}</section>"
    )


def _row(row: Sequence[str]) -> str:
    first, *rest = row
    cells = "".join(f"<td>{escape(value)}</td>" for value in rest)
    return f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>'
