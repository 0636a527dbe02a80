"""From one page to another, with what was opened.

Cases stand in the session and never in the address of a page, since addresses are kept
in histories and logs.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.errors import StreamlitAPIException

_PAGES = Path(__file__).parent / "pages"


def page_file(name: str) -> Path:
    """Return the file of a page by its name, such as "plan"."""
    return _PAGES / f"{name}.py"


def go(name: str) -> None:
    """Open another page; to be called while a page is drawn."""
    st.switch_page(page_file(name))


def go_next(name: str) -> None:
    """Open another page with the next run; to be called from a widget's callback."""
    st.session_state["go"] = name


def follow() -> None:
    """Open the page that a callback asked for, if one did."""
    name = st.session_state.pop("go", None)
    if name is not None:
        go(name)


def follow_at_once() -> None:
    """Open it before anything is drawn, which would be drawn for nothing.

    Where this run does not know yet which pages there are, :func:`follow` opens it.
    """
    name = st.session_state.get("go")
    try:
        follow()
    except StreamlitAPIException:
        st.session_state["go"] = name


def open_case(referral_id: str) -> None:
    """Open the page of a case with the next run; for a widget's callback.

    The case stands in the session and never in the address of the page, since
    addresses are kept in histories and logs.
    """
    st.session_state["case"] = referral_id
    go_next("case")


def selected_case() -> str | None:
    """Return the case that was opened last, if any."""
    chosen = st.session_state.get("case")
    return chosen if isinstance(chosen, str) else None
