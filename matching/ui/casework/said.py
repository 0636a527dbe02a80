"""What was done just now: done in a widget's callback, told on the page, with a way back.

A callback runs before the page is drawn, and what it did is told whatever page is drawn
then. Another press may cut a run short wherever Streamlit is asked for something, so
between saving and noting that it was saved nothing of it is.
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

_KEPT = "casework-told"


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


@dataclass(slots=True)
class _Kept:
    """What is to be told in this session.

    Attributes
    ----------
    said : Told or MatchingError or None
    about : str or None
        What was shown when it was first told.
    moved : bool
        Whether the plan is to be made again.
    """

    said: Told | MatchingError | None = None
    about: str | None = None
    moved: bool = False

    def tell(self, said: Told | MatchingError | None) -> None:
        """Tell this from now on."""
        self.said, self.about = said, None
        if isinstance(said, Told) and said.moves:
            self.moved = True


def _kept() -> _Kept:
    found = st.session_state.get(_KEPT)
    if not isinstance(found, _Kept):
        found = st.session_state[_KEPT] = _Kept()
    return found


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
    kept = _kept()
    try:
        told = work(session.desk())
    except MatchingError as error:
        kept.tell(error)
        return
    kept.tell(told)
    for one in done:
        one()


def moved() -> bool:
    """Tell, once, whether something was done after which the plan is to be made again."""
    kept = _kept()
    found, kept.moved = kept.moved, False
    return found


def forget() -> None:
    """Say no more what was done."""
    _kept().tell(None)


def otherwise(error: MatchingError) -> None:
    """Say why something cannot be shown, unless what was done just now says it."""
    kept = _kept()
    if kept.said is None or kept.about is not None:
        kept.tell(error)


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
    kept = _kept()
    if kept.about not in (None, about):
        kept.tell(None)
    kept.about, told = about, kept.said
    # The place stays where it is when nothing is said, so that what is under it does too.
    with st.container(key="casework-said"):
        if isinstance(told, MatchingError):
            ui.error(told)
        elif isinstance(told, Told):
            ui.box(told.sentence, "good", text.SAVED, status=True)
            if told.undo is not None:
                st.button(text.UNDO, key="casework-undo", on_click=act, args=(told.undo,))
