"""Words of the papers of a case: the record, the provider's copy, the young person's sheet."""

from __future__ import annotations

from matching.services.wish_lines import Wishes
from matching.ui.text import common

PAPERS = "Papers"
PAPERS_HELP = "The diligent-search record, wishes, a copy for a provider, a request."
PAPERS_NOTE = (
    "Each carries case facts, a number and the line to destroy it after use. Who made which, "
    "and when, is recorded."
)
RECORD = "Diligent-search record"
RECORD_HELP = (
    "Who was considered and why not, who was called and what they said, who decided. To print "
    "for a supervisor or a court."
)
WORKBOOK = "The same as a workbook"
WISHES = "Their own wishes, to print"
WISHES_HELP = "A sheet the young person can read and keep. About nobody else."
COPY_FOR = "Copy for a provider, with the least data"
COPY_ANY = "Choose a place that fits"
COPY = "Copy for this provider"
COPY_HELP = (
    "Age band, setting, beds, day and what this place must offer. A one-time code stands for "
    "the case for 72 hours."
)
SHARE = "Ask a partner agency"
FILES = {
    "record": "diligent-search.html",
    "workbook": "diligent-search.xlsx",
    "wishes": "your-wishes.html",
    "copy": "request.html",
}
WISHES_TITLE = "Their own wishes"
NO_WISHES = "Nobody has asked this young person yet what they want."
WISH_COLUMNS = ("Wish", "Met", "Why")
WISH_CAPTION = "Wishes of the young person, whether they could be met, and why"
NOT_ASKED = "Nobody has asked about"
NO_WISH = "Asked, and no wish about"


def wishes_sentence(found: Wishes) -> str:
    """Return how many wishes are met."""
    if not found.lines:
        return NO_WISHES
    met = sum(one.met is True for one in found.lines)
    unknown = sum(one.met is None for one in found.lines)
    said = f"{met} of {common.count(len(found.lines), 'wish', 'wishes')} met"
    return f"{said}, {unknown} not known yet." if unknown else f"{said}."
