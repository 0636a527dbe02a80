"""Words of what surrounds every page, and of what all pages share."""

from __future__ import annotations

from matching.domain.access import Role

PRODUCT = "Safe beds"
#: Instead of a page's name, where there is not even that.
NOTHING_SHOWN = "Nothing is shown now"
#: Every page, in the order of the navigation.
PAGES = {
    "board": "Board",
    "plan": "Plan",
    "calls": "Calls",
    "case": "Case",
    "referral": "New referral",
    "providers": "Providers",
    "upload": "Upload",
    "sharing": "Sharing",
    "gaps": "Gaps",
    "planner": "Planner",
    "whatif": "What if",
    "fairness": "Fairness",
    "policy": "Policy",
    "audit": "Audit",
    "accounts": "Accounts",
    "account": "My account",
}
PAGE_HELP = {
    "board": "Who is waiting, what is free, and what needs a person now.",
    "plan": "The joint plan for everybody who is waiting.",
    "calls": "Whom to call, in which order, and what they said.",
    "case": "Why one person got this place, or none, and what else there is.",
    "referral": "Somebody needs a place: six questions in a hurry, or everything.",
    "providers": "Homes and programmes, their beds, licences and training.",
    "upload": "Bring in a list of providers or of people who are waiting.",
    "sharing": "Requests and lists for partner agencies, with consent and an end.",
    "gaps": "What the places that are missing have in common.",
    "planner": "Which beds, trainings, licences and new homes place most people.",
    "whatif": "What a change would do: closing, opening, lapsing, more people, more beds.",
    "fairness": "Who waits, travels or goes without, by group, and what is decided by hand.",
    "policy": "The rules in force, what they say and where they come from.",
    "audit": "Who did what and when, and whether anything was changed since.",
    "accounts": "Who may sign in at this office, and what they may do.",
    "account": "Your password, and where you are signed in.",
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

ROLES = {
    Role.WORKER: "worker",
    Role.SUPERVISOR: "supervisor",
    Role.MANAGER: "manager",
    Role.LICENSING: "licensing officer",
    Role.AUDITOR: "auditor",
    Role.ADMIN: "administrator",
    Role.LOCAL: "local user",
}
SIGNED_IN = "{name}, {role} at {office}"
SIGN_OUT = "Sign out"
SIGN_IN = "Sign in"
LEAVE = "Leave now"
LEAVE_HELP = "Or press Esc three times: this ends at once and leaves an empty page."
ACCOUNT_MENU = "Who is signed in"
NOT_YOURS = "The page {page} is not for the role {role}."
NOT_YOURS_NEXT = "Ask an administrator of your office if you need it."

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
