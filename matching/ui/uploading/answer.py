"""How one question is answered: with a word, several words, a number, or who is served."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import streamlit as st

from matching.domain.words import Gender, Household, label
from matching.intake.dates import Order
from matching.intake.recipe import UNKNOWN
from matching.services import upload_answers as the
from matching.services.upload_answers import Question, Way
from matching.ui.text import common
from matching.ui.text import upload_answers as text
from matching.ui.uploading import state

_OLDEST = 120
#: Width of a box for one answer, in pixels.
_WIDTH = 420
Drawer = Callable[[Question, str, str], None]


def key_of(*parts: object) -> str:
    """Return a name for a widget that tells questions apart and shows nothing of a file."""
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:12]


def draw(question: Question, name: str, about: str) -> None:
    """Draw what answers a question.

    Parameters
    ----------
    question : Question
    name : str
        Where it stands; tells it from the same question elsewhere on the page.
    about : str
        What is answered, for those who cannot see where it stands.
    """
    key = f"upload-{name}-{key_of(question.column, question.text, question.rows)}"
    if question.way in _DRAWERS:
        _DRAWERS[question.way](question, key, about)


def give(question: Question, instead: str) -> None:
    """Take an answer; for a widget's callback."""
    state.decide(the.answered(state.recipe(), question, instead))


def _one(question: Question, key: str, about: str) -> None:
    _proposals(question, key)
    st.selectbox(
        about,
        [*question.words, UNKNOWN],
        index=None,
        format_func=_word,
        placeholder=text.CHOOSE_WORD,
        key=key,
        on_change=_word_chosen,
        args=(question, key),
        label_visibility="collapsed",
        width=_WIDTH,
    )


def _word(word: str) -> str:
    return common.capital(word) if word else text.NOBODY_KNOWS


def _word_chosen(question: Question, key: str) -> None:
    chosen = st.session_state[key]
    if chosen is not None:
        give(question, chosen)


def _proposals(question: Question, key: str) -> None:
    if not question.proposals:
        return
    with st.container(horizontal=True):
        for place, word in enumerate(question.proposals):
            st.button(
                text.READ_AS.format(word=word),
                key=f"{key}-p{place}",
                type="tertiary",
                on_click=give,
                args=(question, word),
            )


def _several(question: Question, key: str, about: str) -> None:
    _proposals(question, key)
    with st.form(key, border=False):
        st.multiselect(
            about,
            list(question.words),
            format_func=common.capital,
            placeholder=text.CHOOSE_WORDS,
            key=f"{key}-words",
            label_visibility="collapsed",
        )
        _buttons(question, key, _several_chosen)


def _several_chosen(question: Question, key: str) -> None:
    give(question, the.as_words(st.session_state[f"{key}-words"]))


def _served(question: Question, key: str, about: str) -> None:
    with st.form(key, border=False):
        genders, households, low, high = st.columns((3, 3, 1.2, 1.2))
        with genders:
            st.multiselect(
                text.GENDERS, list(Gender), format_func=_label, key=f"{key}-genders",
                placeholder=text.NOT_SAID, help=about,
            )  # fmt: skip
        with households:
            st.multiselect(
                text.HOUSEHOLDS, list(Household), format_func=_label, key=f"{key}-households",
                placeholder=text.NOT_SAID,
            )  # fmt: skip
        for place, words, column in ((low, text.YOUNGEST, "low"), (high, text.OLDEST, "high")):
            with place:
                st.number_input(
                    words, 0, _OLDEST, value=None, step=1, key=f"{key}-{column}",
                    placeholder=text.NOT_SAID_SHORT,
                )  # fmt: skip
        _buttons(question, key, _served_chosen)


def _label(word: Gender | Household) -> str:
    return common.capital(label(word))


def _served_chosen(question: Question, key: str) -> None:
    given = st.session_state
    give(
        question,
        the.served_as_text(
            given[f"{key}-genders"],
            given[f"{key}-households"],
            given[f"{key}-low"],
            given[f"{key}-high"],
        ),
    )


def _number(question: Question, key: str, about: str) -> None:
    with st.form(key, border=False):
        st.number_input(about, 0, value=None, step=1, key=f"{key}-number", width=_WIDTH,
                        label_visibility="collapsed", placeholder=text.NUMBER_HINT)  # fmt: skip
        _buttons(question, key, _number_given)


def _number_given(question: Question, key: str) -> None:
    number = st.session_state[f"{key}-number"]
    if number is not None:
        give(question, str(number))


def _text(question: Question, key: str, about: str) -> None:
    with st.form(key, border=False):
        st.text_input(about, key=f"{key}-text", label_visibility="collapsed", width=_WIDTH,
                      placeholder=text.TEXT_HINT)  # fmt: skip
        _buttons(question, key, _text_given)


def _text_given(question: Question, key: str) -> None:
    given = st.session_state[f"{key}-text"].strip()
    if given:
        give(question, given)


def _buttons(question: Question, key: str, on_apply: Callable[[Question, str], None]) -> None:
    with st.container(horizontal=True):
        st.form_submit_button(
            text.APPLY, key=f"{key}-apply", on_click=on_apply, args=(question, key)
        )
        st.form_submit_button(
            text.NOBODY_KNOWS,
            key=f"{key}-unknown",
            on_click=give,
            args=(question, UNKNOWN),
            type="tertiary",
        )


def _order(question: Question, key: str, about: str) -> None:
    with st.container(horizontal=True):
        for order in the.ORDERS:
            st.button(
                text.ORDER[order],
                key=f"{key}-{order.name}",
                on_click=set_order,
                args=(question.column, order),
                help=about,
            )


def set_order(column: str, order: Order) -> None:
    """Settle whether the month or the day comes first; for a widget's callback."""
    state.decide(state.recipe().with_order(column, order))


_DRAWERS: dict[Way, Drawer] = {
    Way.ONE: _one,
    Way.SEVERAL: _several,
    Way.SERVED: _served,
    Way.NUMBER: _number,
    Way.TEXT: _text,
    Way.ORDER: _order,
}
