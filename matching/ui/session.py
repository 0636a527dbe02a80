"""What every page starts from: the desk, and the plan saved last.

Pages keep identifiers in the session and ask the services for the rest; the
services refuse what the actor may not see.
"""

from __future__ import annotations

import streamlit as st

from matching.domain.access import Actor, Role
from matching.services.desk import Desk
from matching.services.matching import SavedRun, reopen
from matching.settings import Settings, load_settings
from matching.store.database import Store, open_store

#: The one user there is before accounts exist.
LOCAL_USER = Actor("local user", Role.LOCAL)


@st.cache_resource(show_spinner=False)
def _settings() -> Settings:
    return load_settings()


@st.cache_resource(show_spinner=False)
def _store(url: str) -> Store:
    return open_store(url)


def desk() -> Desk:
    """Return the desk of the person at this screen."""
    settings = _settings()
    return Desk(_store(settings.database_url), LOCAL_USER, settings)


@st.cache_resource(show_spinner=False, max_entries=2)
def _reopened(_desk: Desk, key: tuple[Role, str, int, int]) -> SavedRun | None:
    del key  # only tells one plan from another
    return reopen(_desk)


def remember(saved: SavedRun) -> None:
    """Keep a plan just made for the pages that explain it."""
    st.session_state["run"] = saved


def current_run(at: Desk) -> SavedRun | None:
    """Return the plan saved last with its explanations.

    Returns
    -------
    SavedRun or None
        ``None`` if there is no plan, or the record moved since it was made.
    """
    with at.store.reading() as record:
        version = record.data_version()
        newest = record.runs.list(limit=1)
    if not newest:
        return None
    kept = st.session_state.get("run")
    if isinstance(kept, SavedRun) and (kept.number, kept.data_version) == (
        newest[0].id,
        version,
    ):
        return kept
    number = int(newest[0].id or 0)
    return _reopened(at, (at.actor.role, at.settings.database_url, number, version))
