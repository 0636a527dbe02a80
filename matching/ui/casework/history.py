"""What happened in a case: calls, answers, decisions, stays, with who and when."""

from __future__ import annotations

from matching.services.case_desk import CaseDesk
from matching.services.desk import Desk
from matching.ui import components as ui
from matching.ui.text import case as text
from matching.ui.text import common

_PAGE, _PAGER = 12, "case-history-page"


def draw(at: Desk, found: CaseDesk) -> None:
    """Draw what is on record about a case, the newest first."""
    ui.section(text.HISTORY, text.HISTORY_NOTE)
    if not found.events:
        ui.empty("", text.HISTORY_NONE)
        return
    today = at.local(found.as_of).date()
    shown = [found.events[k] for k in ui.page_of(found.events, _PAGER, _PAGE)]
    when, what, who = text.HISTORY_COLUMNS
    ui.table(
        (when, ui.Column(what, long=True), who),
        [
            (common.moment(at.local(one.at), today), one.sentence, one.by or text.NOBODY)
            for one in shown
        ],
        text.HISTORY_CAPTION,
    )
    ui.pager(found.events, _PAGER, _PAGE)
