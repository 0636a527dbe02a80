"""What needs a person now: holds that end, calls to make again, reviews, screenings."""

from __future__ import annotations

from matching.services.clocks import Clock, ClockKind
from matching.services.person_now import PersonNow
from matching.ui import components as ui
from matching.ui import navigation
from matching.ui.casework import call
from matching.ui.text import board as text

_PAGE, _PAGER = 8, "now-page"


def draw(found: PersonNow) -> None:
    """Draw the counts, and the clocks that are over or run out soon."""
    ui.section(text.PERSON, text.now(found) if found.clocks else text.NOTHING_NOW)
    if not found.clocks:
        return
    by_row = {_ident(k, one): one for k, one in enumerate(found.clocks)}
    shown = [list(by_row)[k] for k in ui.page_of(found.clocks, _PAGER, _PAGE)]
    ui.rows(
        "now",
        text.NOW_COLUMNS,
        (1,),
        [ui.Row(ident, by_row[ident].case or "", (_what(by_row[ident]),)) for ident in shown],
        lambda ident: _open(by_row[ident]),
        help_text=text.NOW_OPEN,
    )
    ui.pager(found.clocks, _PAGER, _PAGE)


def _ident(k: int, one: Clock) -> str:
    return f"{k}-{one.case}"


def _what(one: Clock) -> ui.Html:
    return ui.mark("without" if one.over else "held", one.sentence)


def _open(one: Clock) -> None:
    """Open the page where something can be done about it; for a callback."""
    if one.page == "calls":
        if one.kind is ClockKind.CALL_BACK and one.provider_id is not None:
            call.show(one.provider_id)
        navigation.go_next("calls")
    elif one.case is not None:
        navigation.open_case(one.case)
