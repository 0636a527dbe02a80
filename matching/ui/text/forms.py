"""Words of forms: a new referral, facts corrected, a provider corrected, a site cleared."""

from __future__ import annotations

from matching.domain.confidential import OpenReason
from matching.ui.text import common

NOT_KNOWN = "Not known"
NONE = "None"
YES, NO = "Yes", "No"
NONE_AND_SOME = "Choose none, or some; not both."

# --- a new referral ----------------------------------------------------------------------

REFERRAL = "New referral"
EMERGENCY_HEAD = "A bed tonight: six questions. What is not known stays unknown."
FULL_HEAD = "Somebody needs a place: what is known of them, and nothing else."
KIND, EMERGENCY, FULL = "How much is known", "Emergency: six questions", "Everything"
REFERENCE = "Case reference"
REFERENCE_HELP = (
    "A random code that follows from nothing about the person. Write your own if your office "
    "has one; never a name, a birth date or a number of a person."
)
QUESTIONS = {
    "where": "1. Where are they now?",
    "age": "2. How old are they?",
    "gender": "3. Which gender do they say?",
    "along": "4. How many children come along?",
    "apart": "5. Where must they not go?",
    "care": "6. Which medical care do they need tonight?",
}
#: Fields offered beside a question, in words of their own.
BESIDE = {
    "home_county": "Home county",
    "acceptable_settings": "Settings they can live in",
    "vetoed_providers": "Places they will not go to",
    "separate_from": "Codes of people to be kept apart from",
    "substance_need": "Treatment for substance use",
    "mental_health_need": "Mental-health care",
}
MORE = "More, if it is known"
SAVE_EMERGENCY = "Save and look for a bed"
SAVE_REFERRAL = "Save the referral"
SIBLING = "Add a brother, sister or child of theirs"
SIBLING_OF = "To be placed together with case {case}."
NOT_SIBLING = "Somebody else instead"
ANOTHER = "Record somebody else"
SAVED_HEAD = "Case {case} is on the record."
WAITING_FOR_PLAN = "The plan is made again with this case in it."
NO_PLAN_YET = "There is no plan of today's facts yet."
MAKE_PLAN = "Look for a bed now"
OPEN_CASE, OPEN_CALLS = "Open the case", "Whom to call"
SAMPLE = (
    "The record holds the invented sample region, and this case becomes part of it. Record "
    "no real person before real providers are uploaded."
)

# --- groups of facts ---------------------------------------------------------------------

GROUPS = {
    "now": "Now",
    "person": "Person",
    "care": "Care needed",
    "risk": "Risks",
    "together": "Together and apart",
    "where": "Where",
    "wishes": "Wishes",
    "law": "Law and payment",
}

# --- a case corrected --------------------------------------------------------------------

CORRECT = "Correct the facts"
CORRECT_NOTE = "What you leave as it is stays as it is."
WHICH = "Which facts"
SAVE = "Save"
CLOSE = "Close"
CONFIRM = "This loosens safety"
CONFIRM_NOTE = "Confirm each of these, or go back. Nothing is saved yet."
CONFIRM_EACH = "{label}: {before} becomes {after}. {why}"
CONFIRM_SAVE = "Save with these changes"
BACK = "Go back"
NOT_ALL = "Nothing was saved. Confirm each change, or go back."

REVIEW = "Looked at again"
REVIEW_DUE = "This case was recorded in a hurry. Look at every fact again by {when}."
REVIEW_DONE = "Record that it was looked at again"
REPORT_SAVE = "Record that it was reported"
SCREENING = "Screening for trafficking"
SCREENING_DAY = "Day on which it began"
SCREENING_SAVE = "Record the screening"
SCREENING_NO_DAY = "Nothing was saved. Write the day on which it began."
DAY_14 = "Who pays after two weeks"
DAY_14_RESULT = "What came of it"
DAY_14_SAVE = "Record"
DAY_14_NONE = "Nothing was saved. Choose what came of it."

# --- a provider --------------------------------------------------------------------------

EDIT_PROVIDER = "Correct this provider"
PROVIDER_GROUPS = {
    "place": "Place",
    "papers": "Licence and training",
    "takes": "Whom it takes",
    "offers": "What it offers",
    "people": "People and staff",
}
BEDS_OF = "Beds: {name}"
MORE_BEDS = "More beds"
NEW_PROVIDER = "Add a provider"
NEW_PROVIDER_HEAD = "A home or programme that no list has yet. What is not known stays unknown."
NEW_PROVIDER_BEDS = "Its beds"
NEW_PROVIDER_SAVE = "Put it on the record"
NEW_PROVIDER_SAMPLE = (
    "The record holds the invented sample region, and this provider becomes part of it. It "
    "goes with the sample when the first real list is uploaded."
)
CODE = "Code"
CODE_HELP = (
    "The code that your lists use for it, so that the next list changes this provider and "
    "adds no second one. Without it a random one is given."
)
BELOW = "Fewer beds than people"
BELOW_WHY = "Why"
BELOW_ANY = "Choose why"
BELOW_NONE = "Nothing was saved. Say why there may be fewer beds than people."
STOP = "Takes in nobody now"
STOP_HELP = "Beds open to referrals and beds free become 0. Nobody has to move."
STILL = "Still {beds} free"
STILL_HELP = "Records now that {name} still has {beds} free."

CONFIDENTIAL = "Confidential"
COVERED = (
    "Its name, agency and county are shown to whoever opens it with a reason. The reason is "
    "kept in the audit log, and it is closed again after eight hours."
)
OPEN_WHY, OPEN_ANY = "Why you need to know", "Choose a reason"
OPEN_REASONS = {
    OpenReason.PLACING: "A case is to be placed there",
    OpenReason.CONFIRMING: "Its beds are to be asked about",
    OpenReason.LICENSING: "Its licence or training is to be looked at",
    OpenReason.EMERGENCY: "An emergency there",
}
OPEN = "Open"
OPEN_MISSING = "Nothing was opened. Choose a reason."

# --- a site ------------------------------------------------------------------------------

SITE = "Is the site safe?"
SITE_NOTE = (
    "A site that an exploiter knows or comes to is taken out of use at once. Two different "
    "people must clear it before it is used again."
)
REPORT = "Report that it is not safe"
REPORT_UNTIL = "Out of use until"
REPORT_WHY, REPORT_ANY = "What happened", "Choose what happened"
REPORT_SAVE = "Take it out of use now"
REPORT_MISSING = "Nothing was saved. Choose what happened and the last day."
CLEAR = "Say that it is clear"
CLEAR_WHY, CLEAR_ANY = "Why it is clear", "Choose why"
CLEAR_SAVE = "I say it is clear"
CLEAR_MISSING = "Nothing was saved. Choose why it is clear."
COMPROMISED = "Compromised"
OPEN_SITE = "Open its page"


def beds(number: int) -> str:
    """Return "2 beds"."""
    return common.count(number, "bed")
