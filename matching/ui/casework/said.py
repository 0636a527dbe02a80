"""What was done just now: done in a widget's callback, told on the page, with a way back.

A callback runs to its end before the page is drawn, so that nothing that refreshes by
itself can cut it short, and what it did is told whatever page is drawn then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from matching.domain.errors import MatchingError
from matching.services.desk import Desk
from matching.ui import components as ui
from matching.ui import session
from matching.ui.text import casework as text

_SAID = "casework-said"
_MOVED = "casework-moved"
_ABOUT = "casework-about"


@dataclass(frozen=True, slots=True)
class Told:
    """What was done.

    Attributes
    ----------
    sentence : str
    undo : callable or None
        Takes it back, where that is possible.
    moves : bool
        Whether the plan is to be made again.
    """

    sentence: str
    undo: Callable[[Desk], Told] | None = None
    moves: bool = True


def act(work: Callable[[Desk], Told | None], *done: Callable[[], None]) -> None:
    """Do something on the record; for a widget's callback.

    Parameters
    ----------
    work : callable
        Given the desk of the person at the screen, as they stand at this moment;
        returns what is to be told, if anything is.
    *done : callable
        Called if it was saved.
    """
    try:
        told = work(session.desk())
    except MatchingError as error:
        forget()
        st.session_state[_SAID] = error
        return
    forget()
    if told is not None:
        st.session_state[_SAID] = told
        if told.moves:
            st.session_state[_MOVED] = True
    for one in done:
        one()


def moved() -> bool:
    """Tell, once, whether something was done after which the plan is to be made again."""
    return bool(st.session_state.pop(_MOVED, False))


def forget() -> None:
    """Say no more what was done."""
    st.session_state.pop(_SAID, None)
    st.session_state.pop(_ABOUT, None)


def ask(question: str) -> None:
    """Draw what is to be said next, announced where it was not there before."""
    ui.html(f'<p role="status"><strong>{ui.safe(question)}</strong></p>')


def show(about: str) -> None:
    """Draw what was done last and the way back, or why it could not be done.

    Parameters
    ----------
    about : str
        What is shown: the page, or the case. On another one nothing is said any more.
    """
    if st.session_state.setdefault(_ABOUT, about) != about:
        forget()
    told = st.session_state.get(_SAID)
    # The place stays where it is when nothing is said, so that what is under it does too.
    with st.container(key="casework-said"):
        if isinstance(told, MatchingError):
            ui.error(told)
        elif isinstance(told, Told):
            ui.box(told.sentence, "good", text.SAVED, status=True)
            if told.undo is not None:
                st.button(text.UNDO, key="casework-undo", on_click=act, args=(told.undo,))
