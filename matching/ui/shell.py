"""What surrounds every page: navigation, notices, first start, unexpected errors."""

from __future__ import annotations

import streamlit as st

from matching.domain.errors import MatchingError
from matching.domain.words import DataOrigin
from matching.services import incidents
from matching.services.samples import ensure_sample
from matching.ui import components as ui
from matching.ui import session
from matching.ui.text import shell as text
from matching.ui.theme import STYLE


def pages() -> list[st.Page]:
    """Return the pages in the order of the navigation, the first opens first."""
    return [
        st.Page(
            session.page_file(name),
            title=title,
            url_path=name,
            default=name == "board",
            help=text.PAGE_HELP[name],
        )
        for name, title in text.PAGES.items()
    ]


def render() -> None:
    """Draw the page that was asked for, with all that surrounds it."""
    st.set_page_config(page_title=text.PRODUCT, page_icon="🛏️", layout="wide")
    st.html(STYLE)
    chosen = st.navigation(pages(), position="top")
    session.follow()
    try:
        _prepare()
        _notices()
        chosen.run()
    except MatchingError as error:
        ui.error(error)
    except Exception as error:
        on_script_error(error)


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


def _prepare() -> None:
    _first_start(session.desk().settings.database_url)


def _notices() -> None:
    """Say what is invented and that there are no accounts."""
    found = session.origins(session.desk())
    notices = []
    if DataOrigin.SAMPLE in found:
        said = text.SAMPLE if found == {DataOrigin.SAMPLE} else text.MIXED_SAMPLE
        notices.append((text.SAMPLE_LABEL, said))
    notices.append((text.LOCAL_LABEL, text.LOCAL))
    ui.html(
        '<div class="sb-notices" role="note">'
        + "".join(
            f"<p><strong>{ui.safe(label)}.</strong> {ui.safe(said)}</p>"
            for label, said in notices
        )
        + "</div>"
    )
