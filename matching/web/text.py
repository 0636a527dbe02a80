"""Words of the pages at the door: signing in and out, changing the password."""

from __future__ import annotations

from matching.domain.accounts import SessionEnd

PRODUCT = "Safe beds"

SIGN_IN = "Sign in"
SIGN_IN_LEAD = "For staff with an account."
NAME = "Name"
PASSWORD = "Password"  # noqa: S105  # the words above a field
SIGN_IN_BUTTON = "Sign in"
ELSEWHERE = "Sign in with your organisation's account"
OR = "or"
ONLY_STAFF = "Every sign-in is recorded."

CHANGE = "Choose a new password"
CHANGE_FORCED = (
    "You signed in with a password that somebody else gave you. Choose your own before "
    "you go on."
)
CHANGE_LEAD = "You will be signed out everywhere else."
PRESENT = "Present password"
NEW = "New password"
NEW_HELP = (
    "At least 12 characters. Four or more words that have nothing in common are easy to "
    "keep in mind and hard to guess. No digits or signs are asked for."
)
AGAIN = "New password again"
CHANGE_BUTTON = "Change the password"
DIFFERENT = "The two new passwords are different. Nothing was saved. Type both again."
BACK = "Go back without changing it"

OFFICE = "Choose an office"
OFFICE_LEAD = "You work at several. You can choose again at any time under My account."
OFFICE_BUTTON = "Go on"
OFFICE_LINE = "{name}, as {role}"

SIGNED_OUT = "You are signed out"
SIGNED_OUT_WHY = {
    SessionEnd.SIGNED_OUT: "Nothing of what was shown is kept in this browser.",
    SessionEnd.LEFT: "Nothing of what was shown is kept in this browser.",
    SessionEnd.IDLE: "Nobody did anything here for a while. What you had saved is still there.",
    SessionEnd.EXPIRED: "A session lasts one working day at most. What you had saved is "
    "still there.",
    SessionEnd.REPLACED: "Somebody signed in again in this browser.",
    SessionEnd.OFFICE: "You went on at another office in this browser.",
    SessionEnd.PASSWORD: "The password of this account was changed.",
    SessionEnd.ROLE: "Your role at this office was changed.",
    SessionEnd.DISABLED: "This account may not sign in any more. Ask an administrator.",
    SessionEnd.REVOKED: "This session was ended from somewhere else.",
}
SIGN_IN_AGAIN = "Sign in"

AWAY = "Nothing to see here"
AWAY_LEAD = "This page is empty."

NO_ACCOUNTS = "There are no accounts yet"
NO_ACCOUNTS_LEAD = (
    "Everyone at this machine is one local user. The first account is added at the machine "
    "itself: python -m matching accounts add NAME --role admin"
)
GO_IN = "Open the dashboard"

TOO_OLD = (
    "This form was open for too long, or was sent twice. Nothing was saved. Fill it in again."
)
NOT_OURS = "This form did not come from a page of this dashboard. Nothing was saved.\n"
TOO_LARGE = "This form is too large. Nothing was saved.\n"
NO_PROVIDER = "There is no identity provider to sign in with.\n"
PROVIDER_FAILED = (
    "The identity provider did not confirm who you are. You are not signed in. Try again; if "
    "it happens again, tell whoever looks after this software."
)
GOING_ON = "You are signed in"
GOING_ON_LEAD = "The dashboard opens now."
WRONG = "That did not work."
