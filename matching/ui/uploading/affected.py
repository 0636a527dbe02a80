"""Whom saving would touch: worked out in the background while the difference is read."""

from __future__ import annotations

import streamlit as st

from matching.domain.errors import MatchingError
from matching.services.desk import Desk
from matching.services.jobs import GivenUp, Job
from matching.services.upload_affected import Affected, start_affected
from matching.services.upload_comparison import Comparison
from matching.ui import components as ui
from matching.ui import work
from matching.ui.text import uploading as text

_NAME = "touched"
#: Lines that are shown before the rest is folded away.
_MOST = 10
_WORDS = work.Words(
    doing=text.TOUCHED_DOING,
    stop=text.TOUCHED_STOP,
    give_up=text.TOUCHED_GIVE_UP,
    stopping=text.TOUCHED_STOPPING,
)


def forget() -> None:
    """Give up what is being worked out."""
    work.forget(_NAME)


def draw(at: Desk, comparison: Comparison, about: tuple[object, ...]) -> None:
    """Draw who is affected, or how far the work on it is.

    Parameters
    ----------
    at : Desk
    comparison : Comparison
    about : tuple
        What the comparison depends on; for anything else the work begins anew.
    """
    if comparison.nothing:
        return
    ui.section(text.TOUCHED)
    job = work.kept(_NAME, about)
    if job is None:
        job = _start(at, comparison, about)
    if job is None:
        return
    if job.running:
        work.follow(job, "touched", _WORDS)
    else:
        _result(job)


def _start(at: Desk, comparison: Comparison, about: tuple[object, ...]) -> Job[Affected] | None:
    try:
        return work.keep(_NAME, about, start_affected(at, comparison))
    except MatchingError as error:
        ui.box(error.sentence(), "warn")
        st.button(text.TOUCHED_AGAIN, key="touched-again")
        return None


def _result(job: Job[Affected]) -> None:
    try:
        found = job.result()
    except GivenUp:
        ui.note(text.TOUCHED_GIVEN_UP)
        st.button(text.TOUCHED_AGAIN, key="touched-again", on_click=forget)
        return
    except MatchingError as error:
        ui.box(error.sentence(), "warn")
        st.button(text.TOUCHED_AGAIN, key="touched-again", on_click=forget)
        return
    first, *rest = found.sentences
    touched = bool(found.matches or found.decisions_broken)
    ui.box(" ".join([first, *rest]), "warn" if touched else "note", status=True)
    lines = [*(one.sentence for one in found.held), *found.lines]
    if not lines:
        return
    _items(lines[:_MOST])
    if len(lines) > _MOST:
        more = text.AND_MORE.format(more=f"{len(lines) - _MOST:,}")
        with st.expander(more, key="touched-more"):
            _items(lines[_MOST:])


def _items(lines: list[str]) -> None:
    items = "".join(f"<li>{ui.safe(one)}</li>" for one in lines)
    ui.html(f'<ul class="sb-list">{items}</ul>')
