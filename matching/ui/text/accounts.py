"""Words of the pages Accounts and My account."""

from __future__ import annotations

from matching.domain.access import Role
from matching.services.accounts import ONE_TIME_DAYS
from matching.ui.text.common import count
from matching.ui.text.shell import ROLES

PAGE = "Accounts"


def head(office: str, numbers: dict[Role, int]) -> str:
    """Return the page's sentence: how many may sign in, by role."""
    total = sum(numbers.values())
    if not total:
        return "Nobody has an account yet: everyone at this machine is one local user."
    parts = ", ".join(
        f"{number} {ROLES[role]}{'s' if number != 1 else ''}"
        for role, number in numbers.items()
        if number
    )
    return f"{count(total, 'account')} may sign in at {office}: {parts}."


FIRST_TITLE = "Add the first account at the machine itself"
FIRST = (
    "The first account is an administrator's. From then on everybody has to sign in, and "
    "other machines may connect. In a terminal on this machine:"
)
FIRST_COMMAND = "python -m matching accounts add NAME --role admin"

LIST = "Who may sign in"
LIST_CAPTION = "Accounts of this office"
COLUMNS = ("Name", "Role here", "State", "Last sign-in")
CAN = "may sign in"
DISABLED = "disabled"
LOCKED = "locked until {moment}"
MUST_CHANGE = "has a one-time password"
NEVER = "never"

ADD = "Add an account"
ADD_NOTE = "Only people whose work needs it; every account is one person's."
NAME = "Name to sign in with"
NAME_HELP = "3 to 100 letters, digits, dots, dashes or @, without spaces."
ROLE = "Role"
ELSEWHERE = "Signs in at the identity provider, under exactly this name"
ADD_BUTTON = "Add"
ADDED = "{name} is added as {role}."

CHANGE = "Change an account"
CHANGE_NOTE = "Any change here signs the person out at once."
WHOM = "Account"
CHOOSE = "Choose an account"
NEW_ROLE = "Role at this office"
SAVE_ROLE = "Change the role"
TAKE = "Take the role away"
RESET = "New one-time password"
UNLOCK = "Unlock"
DISABLE = "Disable"
ENABLE = "Enable"
SURE = "Take the role of {name} at this office away? Their sessions here end at once."
DONE_ROLE = "{name} is now {role}, and is signed out here."
DONE_TAKEN = "{name} has no role here any more, and is signed out here."
DONE_RESET = "{name} is signed out everywhere."
DONE_UNLOCK = "{name} may try again."
DONE_DISABLE = "{name} may not sign in any more and is signed out everywhere."
DONE_ENABLE = "{name} may sign in again."

ONE_TIME = "One-time password of {name}"
ONE_TIME_NOTE = (
    "It is shown this once. Tell it to {name} in person or by telephone, never by e-mail. "
    f"It works for {ONE_TIME_DAYS} days, and must be changed at the first sign-in."
)

MY_PAGE = "My account"
NO_ACCOUNTS = "There are no accounts yet: everyone at this machine is one local user."


def my_head(name: str, role: Role, office: str, sessions: int) -> str:
    """Return the sentence of one's own page."""
    places = "1 place" if sessions == 1 else f"{sessions} places"
    return f"You are {name}, {ROLES[role]} at {office}, signed in at {places}."


PASSWORD = "Password"  # noqa: S105  # a heading
PASSWORD_LINK = "Change the password"  # noqa: S105  # words of a link
PASSWORD_NOTE = "You will be signed out everywhere else."  # noqa: S105  # a sentence
ELSEWHERE_NOTE = "You sign in at the identity provider; the password is changed there."
OFFICES = "Offices"
OFFICE_LINK = "Go on at another office"
SESSIONS = "Where you are signed in"
SESSIONS_NOTE = "If you do not know one of them, end it and change the password."
SESSION_COLUMNS = ("Since", "Last used", "Office", "Which")
THIS = "this one"
OTHER = "another"
END_OTHERS = "End all others"
NO_OTHERS = "There is no other."
ENDED = "{sessions} ended."
