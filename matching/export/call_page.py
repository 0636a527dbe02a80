"""A call sheet to print: whom to call, what to ask with boxes to tick, what may be said.

Plain HTML that needs nothing else: no script, no picture, nothing from anywhere. Whatever
comes from the record is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class CallFor:
    """One person of a call: who, what may be said, what to find out first, what to ask."""

    title: str
    say: str
    first: tuple[str, ...]
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallTo:
    """One place to call: its name, its number, what is known of it, and for whom."""

    name: str
    contact: str
    facts: tuple[str, ...]
    people: tuple[CallFor, ...]


@dataclass(frozen=True, slots=True)
class CallPage:
    """What a printed call sheet says.

    Attributes
    ----------
    title, sentence : str
    facts : tuple of str
        As of when, from which plan, in which order.
    never : str
        What must not be said.
    say, first, ask : str
        Headings.
    answers : tuple of str
        To tick, for each person.
    calls : tuple of CallTo
    destroy : str
        What to do with the paper afterwards.
    language : str
    """

    title: str
    sentence: str
    facts: tuple[str, ...]
    never: str
    say: str
    first: str
    ask: str
    answers: tuple[str, ...]
    calls: tuple[CallTo, ...]
    destroy: str
    language: str = "en"


_STYLE = """
@page { margin: 12mm; }
* { box-sizing: border-box; }
body { font: 10pt/1.35 "Source Sans 3", "Helvetica Neue", Arial, sans-serif; color: #14181b;
  background: #fff; max-width: 190mm; margin: 6mm auto; padding: 0 4mm; }
h1 { font-size: 15pt; line-height: 1.2; margin: 0 0 1mm; }
.lead { font-size: 11.5pt; font-weight: 600; margin: 0 0 1mm; }
.facts, .destroy { color: #4a5258; margin: 0 0 2mm; }
.never { border: 0.4mm solid #14181b; padding: 1.5mm 2.5mm; margin: 0 0 4mm; }
section { break-inside: avoid; border-top: 0.4mm solid #5c656b; padding: 2mm 0 3mm; }
h2 { font-size: 12pt; margin: 0; } h2 span { font-weight: 400; }
h3 { font-size: 10.5pt; margin: 2mm 0 0; }
p, ul { margin: 0.6mm 0; } ul { padding-left: 5mm; }
ul.ticks { list-style: none; padding-left: 0; }
.tick { display: inline-block; margin-right: 4mm; white-space: nowrap; }
.tick::before { content: ""; display: inline-block; width: 3.2mm; height: 3.2mm;
  border: 0.3mm solid #14181b; margin-right: 1.2mm; vertical-align: -0.4mm; }
@media print { body { margin: 0; padding: 0; max-width: none; } }
"""


def call_page(sheet: CallPage, yes: str, no: str) -> bytes:
    """Write a call sheet as one file of HTML.

    Parameters
    ----------
    sheet : CallPage
    yes, no : str
        Words beside the boxes of a question.

    Returns
    -------
    bytes
        UTF-8; a policy in the page itself forbids anything from elsewhere.
    """
    calls = "".join(_call(sheet, one, yes, no) for one in sheet.calls)
    page = (
        f'<!DOCTYPE html><html lang="{escape(sheet.language)}"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(sheet.title)}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{escape(sheet.title)}</h1>"
        f'<p class="lead">{escape(sheet.sentence)}</p>'
        f'<p class="facts">{escape(" ".join(sheet.facts))}</p>'
        f'<p class="never"><strong>{escape(sheet.never)}</strong></p>{calls}'
        f'<p class="destroy">{escape(sheet.destroy)}</p></main></body></html>'
    )
    return page.encode()


def _call(sheet: CallPage, one: CallTo, yes: str, no: str) -> str:
    facts = "".join(f"<p>{escape(fact)}</p>" for fact in one.facts if fact)
    people = "".join(_person(sheet, who, yes, no) for who in one.people)
    return (
        f"<section><h2>{escape(one.name)} <span>{escape(one.contact)}</span></h2>"
        f"{facts}{people}</section>"
    )


def _person(sheet: CallPage, who: CallFor, yes: str, no: str) -> str:
    first = _list(sheet.first, who.first)
    asked = "".join(
        f"<li>{escape(question)} {_ticks((yes, no))}</li>" for question in who.questions
    )
    ask = f'<p><strong>{escape(sheet.ask)}.</strong></p><ul class="ticks">{asked}</ul>'
    return (
        f"<h3>{escape(who.title)}</h3>"
        f"<p><strong>{escape(sheet.say)}.</strong> {escape(who.say)}</p>"
        f"{first}{ask if asked else ''}<p>{_ticks(sheet.answers)}</p>"
    )


def _list(title: str, items: Sequence[str]) -> str:
    if not items:
        return ""
    lines = "".join(f"<li>{escape(one)}</li>" for one in items)
    return f"<p><strong>{escape(title)}.</strong></p><ul>{lines}</ul>"


def _ticks(words: Sequence[str]) -> str:
    return "".join(f'<span class="tick">{escape(one)}</span>' for one in words)
