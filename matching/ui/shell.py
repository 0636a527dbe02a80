"""What surrounds every page: navigation, notices, first start, unexpected errors."""

from __future__ import annotations

from copy import copy
from functools import cache

import streamlit as st

from matching.domain.access import Actor, Role
from matching.domain.errors import MatchingError, PermissionDenied
from matching.domain.words import DataOrigin
from matching.services import incidents
from matching.services.desk import Desk
from matching.services.samples import ensure_sample
from matching.ui import components as ui
from matching.ui import header, navigation, session, turns, widgets_gone
from matching.ui.pages_of import may_open, pages_of
from matching.ui.text import shell as text
from matching.ui.theme import STYLE


def pages(actor: Actor) -> list[st.Page]:
    """Return the pages in the order of the navigation, the first opens first.

    A page that the person may not open is there without standing in the navigation,
    so that its address says why it does not open.
    """
    return [copy(one) for one in _pages(tuple(pages_of(actor)))]


@cache
def _pages(own: tuple[str, ...]) -> tuple[st.Page, ...]:
    """Make the pages once; each looks for its file, and they are asked for with every press."""
    names = sorted(text.PAGES, key=lambda name: name not in own)
    made = [
        st.Page(
            navigation.page_file(name),
            title=text.PAGES[name],
            url_path="" if name == own[0] else name,
            default=name == own[0],
            help=text.PAGE_HELP[name],
            visibility="visible" if name in own else "hidden",
        )
        for name in names
    ]
    # The first page has the shortest address; whoever types its name is led there.
    by_name = st.Page(_nothing, title=text.PAGES[own[0]], url_path=own[0], visibility="hidden")
    return (*made, by_name)


def render() -> None:
    """Draw the page that was asked for, with all that surrounds it."""
    widgets_gone.let_go()
    navigation.follow_at_once()
    with turns.taken(), session.one_run(), ui.one_page():
        _render()


def _render() -> None:
    st.set_page_config(page_title=text.PRODUCT, page_icon="🛏️", layout="wide")
    st.html(STYLE)
    try:
        visit = session.visit()
        at = session.desk_of(visit)
    except MatchingError as error:
        # Nothing of the record is drawn, not even which pages there are.
        st.navigation([st.Page(_nothing, title=text.PRODUCT)], position="hidden")
        ui.head(text.PRODUCT, text.NOTHING_SHOWN)
        ui.error(error)
        header.way_in()
        return
    except Exception as error:
        ui.head(text.PRODUCT, text.NOTHING_SHOWN)
        on_script_error(error)
        return
    chosen = st.navigation(pages(at.actor), position="top")
    navigation.follow()
    first = pages_of(at.actor)[0]
    if chosen.url_path == first:
        navigation.go(first)
    name = chosen.url_path or first
    try:
        header.show(visit, session.office_name(at))
        if visit is None:
            _first_start(at.settings.database_url)
        _notices(at)
        _refuse_unless_allowed(at, name)
        chosen.run()
    except Exception as error:
        if not ui.has_head():
            # The page had not begun: nothing says yet which page this is.
            ui.head(text.PRODUCT, text.PAGES[name])
        on_script_error(error)


def _nothing() -> None:
    """Draw nothing: what is said to whoever is signed out is said around the page."""


def _refuse_unless_allowed(at: Desk, name: str) -> None:
    if not may_open(at.actor, name):
        raise PermissionDenied(
            text.NOT_YOURS.format(page=text.PAGES[name], role=text.ROLES[at.actor.role]),
            next_step=text.NOT_YOURS_NEXT,
        )


def on_script_error(error: Exception) -> bool:
    """Show an unexpected error as a reference number, and log no more than its type.

    Returns
    -------
    bool
        Whether the error was shown, so that nothing else need show it.
    """
    if isinstance(error, MatchingError):
        ui.error(error)
    else:
        ui.unexpected(incidents.note(error))
    return True


@st.cache_resource(show_spinner=text.FIRST_START)
def _first_start(url: str) -> None:
    del url  # once for each record
    ensure_sample(session.desk())


def _notices(at: Desk) -> None:
    """Say what is invented, and whether there are no accounts."""
    found = session.origins(at)
    notices = []
    if DataOrigin.SAMPLE in found:
        said = text.SAMPLE if found == {DataOrigin.SAMPLE} else text.MIXED_SAMPLE
        notices.append((text.SAMPLE_LABEL, said))
    if at.actor.role is Role.LOCAL:
        notices.append((text.LOCAL_LABEL, text.LOCAL))
    if not notices:
        return
    ui.html(
        '<div class="sb-notices" role="note">'
        + "".join(
            f"<p><strong>{ui.safe(label)}.</strong> {ui.safe(said)}</p>"
            for label, said in notices
        )
        + "</div>"
    )
