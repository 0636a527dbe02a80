"""Words of the page Audit."""

from __future__ import annotations

from matching.services.audit import Verified
from matching.services.audit_words import words_of
from matching.ui.text import common

PAGE = "Audit"
FILTERS = "Find events"
ACTOR = "Who"
ACTION = "What was done"
KIND = "To what"
OBJECT = "Its code"
OBJECT_HELP = "For example a case reference, or the code of a provider."
FIRST = "From"
LAST = "To"
ANY = "any"
LIST = "Events, newest first"
COLUMNS = ("Event", "What happened")
NONE = "No event fits. Take a filter away."
EMPTY = "Nothing has been done yet. Everything that is done from now on stands here."
CHECK = "Is the log as it was written?"
CHECK_NOTE = (
    "Each event is sealed with the one before. Whoever can write the whole database could "
    "still write a whole new log: only the end of the chain, kept outside of it, shows that. "
    "Note it from time to time."
)
HEAD_LABEL = "End of the chain"
HOLDS_LABEL = "The log holds"
BROKEN_LABEL = "The log was changed"
XLSX = "Take out as a workbook"
CSV = "Take out as CSV"
EXPORT_NOTE = "All events that fit, not only this page. Taking them out is an event too."


def sentence(total: int, holds: bool) -> str:
    """Return the sentence on top of the page."""
    events = common.count(total, "event")
    if not holds:
        return f"{events}, and the log is not as it was written."
    return f"{events}, none changed, removed or moved."


def kind(code: str) -> str:
    """Return a kind of thing, or an action, as a choice calls it."""
    return words_of(code)


def head(verified: Verified) -> str:
    """Return the end of the chain as it is noted."""
    return f"{verified.head.seq}:{verified.head.hash}"


def shown(found: int, total: int) -> str:
    """Say how many events fit."""
    if found == total:
        return ""
    return f"{found:,} of {common.count(total, 'event')} fit."
