"""What a session knows of the file on its way in; nothing of it is stored.

Only the file and the decisions about it are kept. Everything shown is worked
out from them, so that each step can be gone back to without losing anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from matching.domain.errors import MatchingError
from matching.intake.draft import Draft
from matching.intake.fields import SheetKind
from matching.intake.recipe import Recipe
from matching.services import uploading
from matching.services.desk import Desk
from matching.services.upload_steps import Step, first_step
from matching.services.uploading import Opened
from matching.ui import components as ui
from matching.ui import noted
from matching.ui.text import upload as text

_FILE, _STEP, _DRAFT, _BEFORE = "upload-work", "upload-step", "upload-draft", "upload-before"
_SAVED, _ROUND, _REFUSED = "upload-saved", "upload-round", "upload-refused"


@dataclass(frozen=True, slots=True)
class FileWork:
    """A file and what was decided about it.

    Attributes
    ----------
    opened : Opened
    recipe : Recipe
    kind : SheetKind or None
        What it is meant to be; ``None`` is for the product to recognise.
    sender : str or None
    """

    opened: Opened
    recipe: Recipe
    kind: SheetKind | None = None
    sender: str | None = None


def current() -> FileWork | None:
    """Return the file of this session, if there is one."""
    found = st.session_state.get(_FILE)
    return found if isinstance(found, FileWork) else None


def recipe() -> Recipe:
    """Return what was decided so far."""
    found = current()
    return Recipe() if found is None else found.recipe


def decide(new: Recipe) -> None:
    """Take a decision; for a widget's callback."""
    found = current()
    if found is not None:
        _put(replace(found, recipe=new))


def mean(kind: SheetKind | None) -> None:
    """Say what the file is a list of; for a widget's callback."""
    found = current()
    if found is not None:
        _put(replace(found, kind=kind))


def sent_by(sender: str | None) -> None:
    """Say who sent the file; for a widget's callback."""
    found = current()
    if found is not None:
        _put(replace(found, sender=sender))


def _put(new: FileWork) -> None:
    st.session_state[_BEFORE] = st.session_state.get(_FILE)
    st.session_state[_FILE] = new


def begin(at: Desk, files: Mapping[str, bytes], sender: str | None) -> Draft:
    """Open a file and work it out; it takes the place of another only if it can be read.

    Raises
    ------
    MatchingError
        If it is refused.
    """
    opened = uploading.open_files(at, files)
    found = FileWork(opened, Recipe(), None, sender)
    draft = uploading.work_out(at, opened, found.recipe, sender=sender)
    st.session_state[_REFUSED] = (found, draft)
    return draft


def take(step: Step | None = None) -> None:
    """Go on with the file opened last; for a widget's callback too."""
    found, draft = st.session_state.pop(_REFUSED)
    st.session_state[_FILE] = found
    st.session_state.pop(_BEFORE, None)
    st.session_state[_DRAFT] = (found, draft)
    st.session_state[_STEP] = step or first_step(draft)


def draft_now(at: Desk) -> Draft | None:
    """Return what the file holds after all decisions; say so where one cannot be taken."""
    found = current()
    if found is None:
        return None
    kept = st.session_state.get(_DRAFT)
    if isinstance(kept, tuple) and kept[0] == found:
        return _known(kept[1])
    try:
        with st.spinner(text.READING):
            draft = _worked_out(at, found)
    except MatchingError as error:
        before = st.session_state.pop(_BEFORE, None)
        if not isinstance(before, FileWork) or before == found:
            raise
        ui.error(error)
        st.session_state[_FILE] = before
        draft = _worked_out(at, before)
        found = before
    st.session_state[_DRAFT] = (current(), draft)
    return draft


def _known(draft: Any) -> Draft:
    if not isinstance(draft, Draft):
        raise TypeError("no draft was kept")
    return draft


def _worked_out(at: Desk, found: FileWork) -> Draft:
    opened = uploading.reopen(at, found.opened, found.recipe)
    if opened is not found.opened:
        st.session_state[_FILE] = replace(found, opened=opened)
    return uploading.work_out(at, opened, found.recipe, kind=found.kind, sender=found.sender)


def step() -> Step:
    """Return the step the page is at."""
    return Step(st.session_state.get(_STEP, Step.FILE))


def go(to: Step) -> None:
    """Open a step; for a widget's callback."""
    st.session_state[_STEP] = to


def round_number() -> int:
    """Return a number that tells the file boxes of one upload from those of the next."""
    return int(st.session_state.get(_ROUND, 0))


def again() -> None:
    """Start over with an empty file box; for a widget's callback."""
    for key in [key for key in st.session_state if str(key).startswith("upload-")]:
        if key != _ROUND:
            del st.session_state[key]
    st.session_state[_ROUND] = round_number() + 1


def place_for_saved() -> noted.Place:
    """Return where to note what an upload did; to be asked for before it is saved."""
    return noted.place(_SAVED)


def saved() -> Any:
    """Return what the last upload of this session did, until the next one starts."""
    return noted.last(_SAVED)


def let_go() -> None:
    """Let the file go, and all that was worked out of it, once it is saved."""
    kept = place_for_saved()
    if current() is not None:
        again()
        st.session_state[_SAVED] = kept
