"""Words of what surrounds every page, and of what all pages share."""

from __future__ import annotations

PRODUCT = "Safe beds"
PAGES = {
    "board": "Board",
    "plan": "Plan",
    "case": "Case",
    "providers": "Providers",
    "upload": "Upload",
    "gaps": "Gaps",
    "planner": "Planner",
    "whatif": "What if",
    "fairness": "Fairness",
}
PAGE_HELP = {
    "board": "Who is waiting, what is free, and what needs a person now.",
    "plan": "The joint plan for everybody who is waiting.",
    "case": "Why one person got this place, or none, and what else there is.",
    "providers": "Homes and programmes, their beds, licences and training.",
    "upload": "Bring in a list of providers or of people who are waiting.",
    "gaps": "What the places that are missing have in common.",
    "planner": "Which beds, trainings, licences and new homes place most people.",
    "whatif": "What a change would do: closing, opening, lapsing, more people, more beds.",
    "fairness": "Who waits, travels or goes without, by group, and what is decided by hand.",
}

SAMPLE_LABEL = "Sample data"
SAMPLE = (
    "Everything shown is an invented region: no person, home or case in it is real. "
    "The first real upload removes all of it."
)
MIXED_SAMPLE = (
    "Part of what is shown is invented sample data. The next real upload removes that part."
)
LOCAL_LABEL = "No accounts yet"
LOCAL = (
    "Everyone at this machine is one local user who may do everything, and nobody can "
    "connect from another machine."
)

FIRST_START = "Preparing the sample region"

AS_OF = "As of {moment}"
BUSY = "Working"

UNEXPECTED = (
    "Something went wrong on our side. What was saved before is still there. Try again; if it "
    "happens again, tell whoever looks after this software the reference {reference}."
)
UNEXPECTED_LABEL = "This page could not be shown"
REFUSED_LABEL = "That did not work"

SHOWN_OF = "{shown} of {total} shown"
PAGE_OF = "Page"
OPEN_CASE = "Open case {case}"
