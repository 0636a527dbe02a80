"""The line at the top of every page: who is signed in, and the ways out."""

from __future__ import annotations

from matching.services.sessions import Visit
from matching.ui import components as ui
from matching.ui.text import shell as text

#: Addresses that the door answers, outside the dashboard.
SIGN_IN, SIGN_OUT, LEAVE = "/sign-in", "/sign-out", "/leave"
PASSWORD, OFFICE = "/password", "/office"


def show(visit: Visit | None, office: str = "") -> None:
    """Draw the line; before accounts exist there is only the way out, beside the navigation.

    The way out stands in the bar at the very top, which stays where it is while the
    page is read, so that it is never scrolled away and takes no row of its own.

    Parameters
    ----------
    visit : Visit or None
    office : str
        Name of the office.
    """
    who, kind = "", " sb-alone"
    if visit is not None:
        kind = ""
        said = text.SIGNED_IN.format(
            name=visit.name, role=text.ROLES[visit.role], office=office
        )
        out = _link(SIGN_OUT, text.SIGN_OUT)
        who = f'<p class="sb-who">{ui.safe(said)}</p><p class="sb-ways">{out}</p>'
    leave = _link(LEAVE, text.LEAVE, text.LEAVE_HELP, "sb-leave")
    ui.html(
        f'<nav class="sb-door{kind}" aria-label="{ui.safe(text.ACCOUNT_MENU)}">'
        f"{leave}{who}</nav>"
    )


def way_in() -> None:
    """Draw the way to the sign-in page."""
    way(SIGN_IN, text.SIGN_IN)


def way(address: str, words: str) -> None:
    """Draw a link to a page of the door."""
    ui.html(f'<p class="sb-ways">{_link(address, words)}</p>')


def _link(address: str, words: str, title: str = "", kind: str = "") -> str:
    tip = f' title="{ui.safe(title)}"' if title else ""
    name = f' class="{kind}"' if kind else ""
    return f'<a href="{address}" target="_self"{name}{tip}>{ui.safe(words)}</a>'
