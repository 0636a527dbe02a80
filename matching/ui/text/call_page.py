"""Words of the printed call sheet."""

from __future__ import annotations

from matching.export.call_page import CallFor, CallPage, CallTo, call_page
from matching.services.call_lines import Ask, CallSheet, Place
from matching.ui.text import calls as text
from matching.ui.text import casework, common

TITLE = "Call sheet"
DESTROY = "For calls tonight only. Destroy this page when the calls are made."


def page(sheet: CallSheet, as_of: str) -> bytes:
    """Return a call sheet as a page to print.

    Parameters
    ----------
    sheet : CallSheet
    as_of : str
        As of when, in a sentence.
    """
    made = CallPage(
        title=TITLE,
        sentence=text.places_sentence(sheet),
        facts=(as_of, text.source(sheet.number), sheet.order),
        never=f"{text.SILENT_LABEL}: {text.SILENT}",
        say=text.SAY,
        first=text.FIRST,
        ask=text.ASK,
        answers=tuple(casework.ANSWERS.values()),
        calls=tuple(_call(one) for one in sheet.places),
        destroy=DESTROY,
    )
    return call_page(made, text.YES, text.NO)


def _call(one: Place) -> CallTo:
    return CallTo(
        name=one.name,
        contact=text.number(one),
        facts=(text.vacancies(one), text.taken(one.taken), one.past.sentence()),
        people=tuple(_person(ask) for ask in one.asks),
    )


def _person(ask: Ask) -> CallFor:
    kept = f" ({text.KEPT})" if ask.kept else ""
    return CallFor(
        title=f"{text.ask_title(ask)}{kept}",
        say=f"{common.capital(', '.join(ask.say))}.",
        first=ask.first,
        questions=tuple(one.sentence for one in ask.questions),
    )
