"""Words of the page Sharing."""

from __future__ import annotations

from collections.abc import Sequence

from matching.domain.sharing import GivenBy, Scope
from matching.services.casework_words import GIVEN_BY, SCOPES
from matching.services.consents import ConsentLine
from matching.services.partner_answers import Noted, Preview
from matching.services.shared_beds import BedList
from matching.services.sharing import ShareLine, Standing
from matching.ui.text import common

PAGE = "Sharing"
PART = "What to share"
REQUESTS, ASK, BEDS, ANSWERS = "requests", "ask", "beds", "answers"
PARTS = {
    REQUESTS: "Requests",
    ASK: "New request",
    ANSWERS: "Answers that came back",
    BEDS: "List of beds",
}
BEDS_ONLY = "Beds usable tonight, as a list for partner agencies."
NOTHING_TITLE = "Nothing was shared yet"
NOTHING = "A request for a place goes to a partner agency under a written consent."
PROMISE = (
    "Nothing about a person leaves this office without a written consent in force. A code "
    "stands for the case. Help never depends on a consent."
)


def sentence(lines: Sequence[ShareLine]) -> str:
    """Return the page's one sentence."""
    waiting = sum(one.standing is Standing.OPEN for one in lines)
    answered = sum(one.standing is Standing.ANSWERED for one in lines)
    if not lines:
        return "No request to a partner agency was made yet."
    start = (
        "No request waits"
        if not waiting
        else (f"{common.count(waiting, 'request')} {'waits' if waiting == 1 else 'wait'}")
    )
    return f"{start} for an answer; {answered} of {len(lines)} answered."


STANDINGS = {
    Standing.OPEN: "Open",
    Standing.ANSWERED: "Answered",
    Standing.OVER: "Over",
}
MARKS = {Standing.OPEN: "held", Standing.ANSWERED: "placed", Standing.OVER: "unknown"}
REQUEST_COLUMNS = ("Partner", "Case", "Code", "Where it stands")
REQUEST_CAPTION = "Requests to partner agencies, newest first"
SHOW = "Show"
SHOW_ALL = "All"
NONE_SUCH = "No request stands there."
HAND_OUT = "Hand out a request"
WHICH = "Open request"
WHICH_ANY = "Choose a request"
AS_WORKBOOK, AS_PAPER = "Workbook with an answer sheet", "Paper to print"
NEW_PARTNER = (
    "{partner} offers a bed and is not on the record as a provider. Add it on the page "
    "Providers or with an upload, then call about it."
)

CASE = "Case"
CASE_ANY = "Choose a case"
ASK_SENTENCE = "Choose a case, then the consent under which a partner is asked."
CONSENTS = "Consents of this case"
NO_CONSENTS = "There is no consent for this case yet. Record one below."
CONSENT_COLUMNS = ("Partner", "It covers", "Given", "Until", "State")
CONSENT_CAPTION = "Consents to share facts of this case"
CONSENT = "Consent"
CONSENT_ANY = "Choose a consent in force"
HOURS = "Hours to answer"
MAKE = "Make the request"
MADE = "The request to {partner} is made. Its code is {code}. Hand it out under 'Requests'."
WITHDRAW = "Withdraw this consent"
WITHDRAWN = "The consent to share with {partner} is withdrawn. Open requests under it are over."
FORM = "Record a written consent"
FORM_NOTE = (
    "Signed, informed and for a limited time. A parent or guardian who took part in the abuse "
    "can never give it. Saying no changes nothing in the help."
)
PARTNER, PARTNER_HELP = "Partner agency", "The agency's name. No name of a person."
SCOPE = "What may be shared"
SCOPE_ANY = "Nothing beyond that a place is needed"
SCOPE_HELP = "That a place is needed, for how many and by when is always part of a request."
GIVEN, GIVEN_ON, EXPIRES = "Given by", "Given on", "Last day"
WRITTEN = "It is in writing and signed"
INFORMED = "The person knows what is shared, with whom, why, until when, and may say no"
FREE = "No help depends on it"
RECORD = "Record the consent"
RECORDED = "The consent to share with {partner} is recorded, until {until}."

BED_COLUMNS = ("Kind of place", "Where", "Beds", "Providers", "Confirmed")
BED_CAPTION = "Beds usable tonight by kind and place"
BED_NOTE = "Confidential places stand under their state alone. A bed on the list is not booked."
NO_BEDS = "No bed is usable tonight."
FEW = "not told"
BED_PARTNER = "For which agency"
BED_WORKBOOK, BED_PAPER = "List as a workbook", "List to print"

UPLOAD = "The sheet that came back"
UPLOAD_HELP = "Any order of rows and columns. Nothing is kept before you say so."
UPLOAD_NOTE = (
    "Codes, answers, beds and days are read, nothing else. An answer counts once, in time, and "
    "while the consent holds."
)
ANSWER_COLUMNS = ("Row", "Partner", "What it says")
ANSWER_CAPTION = "Answers in the sheet"
DROPPED = "Not read"
AT_PROVIDER = "{partner} is which provider?"
NOT_ON_RECORD = "Not on the record yet"
NOTE = "Note the answers"
NOTHING_GOOD = "No answer in this sheet can be noted."


def answers_sentence(found: Preview) -> str:
    """Return how many answers can be noted."""
    good, rows = len(found.good), len(found.rows)
    return f"{good} of {common.count(rows, 'answer')} can be noted."


def noted(done: Noted) -> str:
    """Return what came of noting answers."""
    said = f"{common.count(done.answers, 'answer')} noted."
    if done.offers:
        calls = common.count(len(done.offers), "open call")
        said += f" {calls} made: settle it on the page Calls."
    return said


def beds_sentence(found: BedList) -> str:
    """Return how many beds there are."""
    return f"{common.count(found.beds, 'bed')} usable tonight."


def covers(scope: frozenset[Scope]) -> str:
    """Return what a consent covers, in words."""
    return ", ".join(SCOPES[one] for one in Scope if one in scope) or "that a place is needed"


def state(line: ConsentLine) -> str:
    """Return whether a consent holds."""
    if line.in_force:
        return "in force" if line.days_left else "in force, last day"
    return "withdrawn" if line.consent.withdrawn_at is not None else "over"


def giver(one: GivenBy) -> str:
    """Return who gave a consent."""
    return common.capital(GIVEN_BY[one])


def scope(one: Scope) -> str:
    """Return one group of facts."""
    return common.capital(SCOPES[one])
