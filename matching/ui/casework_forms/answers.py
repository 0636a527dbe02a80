"""One widget for each kind of fact, with three answers: not known, none, and what it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import streamlit as st

from matching.domain.errors import InputError
from matching.domain.words import label
from matching.intake.field_types import Field, Kind
from matching.intake.template import cell
from matching.intake.vocabulary import LANGUAGES, language_name
from matching.services.form_choices import Choices
from matching.ui.text import common
from matching.ui.text import forms as text

#: Stands for "known to be none" among the choices of a list.
_NONE = "\0none"
#: Stands for "nobody knows" among the choices of one word.
_UNKNOWN = "\0unknown"
#: Up to so many words stand side by side.
_SIDE_BY_SIDE = 6
_LISTS = frozenset(
    {
        Kind.SET_OF,
        Kind.RANKED,
        Kind.COUNTIES,
        Kind.TOKENS,
        Kind.RANKED_TOKENS,
        Kind.LANGUAGES,
        Kind.RANKED_LANGUAGES,
    }
)
#: Codes of providers, among all codes.
_OF_PROVIDERS = frozenset(
    {"vetoed_providers", "avoid_providers", "declined_by", "preferred_providers"}
)


def draw(
    field: Field,
    value: Any,
    choices: Choices,
    key: str,
    *,
    title: str | None = None,
    most: int = 0,
) -> None:
    """Draw the widget of a field.

    Parameters
    ----------
    field : Field
    value : value of the field
        As it is now; ``None`` is not known.
    choices : Choices
    key : str
        Prefix of the widget's key.
    title : str, optional
        What stands over it; the field's label by default.
    most : int, default 0
        Numbers up to this one stand side by side, to be pressed instead of written.
    """
    name = title or common.capital(field.label)
    place = f"{key}-{field.attribute}"
    if field.kind is Kind.YES_NO:
        words = {_UNKNOWN: text.NOT_KNOWN, True: text.YES, False: text.NO}
        _side_by_side(name, words, value, place)
    elif field.kind is Kind.ONE_OF:
        _one_of(field, value, name, place)
    elif field.kind is Kind.NUMBER and most:
        numbers = {k: str(k) if k else text.NONE for k in range(most + 1)}
        _side_by_side(name, {_UNKNOWN: text.NOT_KNOWN, **numbers}, value, place)
    elif field.kind is Kind.NUMBER:
        st.number_input(
            name,
            field.low,
            field.high,
            value=value,
            step=1,
            key=place,
            placeholder=text.NOT_KNOWN,
            width=260,
        )
    elif field.kind is Kind.DATE:
        st.date_input(name, value=value, key=place, format="YYYY-MM-DD", width=260)
    elif field.kind is Kind.COUNTY:
        _county(value, name, choices, place)
    elif field.kind in _LISTS:
        _several(field, value, name, choices, place)
    else:
        st.text_input(
            name, value=cell(field, value), key=place, placeholder=text.NOT_KNOWN, width=520
        )


def answer(field: Field, key: str) -> Any:
    """Return what stands in the widget of a field, as a value or as a text.

    Raises
    ------
    InputError
        If both none and something was chosen.
    """
    said = st.session_state.get(f"{key}-{field.attribute}")
    if field.kind not in _LISTS:
        return None if said in ("", _UNKNOWN) else said
    if not said:
        return None
    if _NONE in said:
        if len(said) > 1:
            raise InputError(
                f"{common.capital(field.label)}: none and something else were chosen.",
                next_step=text.NONE_AND_SOME,
            )
        return () if field.kind in _RANKED else frozenset()
    return tuple(said) if field.kind in _RANKED else frozenset(said)


_RANKED = frozenset({Kind.RANKED, Kind.RANKED_TOKENS, Kind.RANKED_LANGUAGES})


def changes(fields: Iterable[Field], record: object, key: str) -> dict[str, Any]:
    """Return the answers that differ from a record, by attribute."""
    found = {one.attribute: answer(one, key) for one in fields if is_drawn(one, key)}
    out: dict[str, Any] = {}
    for one in fields:
        if one.attribute not in found:
            continue
        said, before = found[one.attribute], getattr(record, one.attribute)
        if type(said) is str and one.words is None:
            if said != cell(one, before):
                out[one.attribute] = said
        elif said != before:
            out[one.attribute] = said
    return out


def given(fields: Iterable[Field], key: str) -> dict[str, Any]:
    """Return the answers that say something, by attribute."""
    found = {one.attribute: answer(one, key) for one in fields if is_drawn(one, key)}
    return {name: value for name, value in found.items() if value is not None}


def is_drawn(field: Field, key: str) -> bool:
    """Tell whether a field's widget stood on the page."""
    return f"{key}-{field.attribute}" in st.session_state


def _side_by_side(name: str, words: Mapping[Any, str], value: Any, place: str) -> None:
    st.segmented_control(
        name,
        list(words),
        default=_UNKNOWN if value is None else value,
        format_func=words.__getitem__,
        key=place,
        required=True,
    )


def _one_of(field: Field, value: Any, name: str, place: str) -> None:
    words: dict[str, str] = {_UNKNOWN: text.NOT_KNOWN}
    words |= {one: _word(one) for one in field.words or ()}
    if len(words) <= _SIDE_BY_SIDE:
        _side_by_side(name, words, value, place)
        return
    every = list(words)
    st.selectbox(
        name,
        every,
        index=0 if value is None else every.index(value),
        format_func=words.__getitem__,
        key=place,
        width=520,
    )


def _word(one: StrEnum) -> str:
    return common.capital(label(one))


def _county(value: Any, name: str, choices: Choices, place: str) -> None:
    every = list(choices.counties)
    if value is not None and value not in choices.counties:
        every.insert(0, value)
    st.selectbox(
        name,
        every,
        index=None if value is None else every.index(value),
        format_func=lambda code: choices.counties.get(code, code),
        key=place,
        placeholder=text.NOT_KNOWN,
        accept_new_options=True,
        width=360,
    )


def _several(field: Field, value: Any, name: str, choices: Choices, place: str) -> None:
    words = _words_of(field, choices)
    said = list(value or ()) if field.kind in _RANKED else sorted(value or ())
    if value is not None and not value:
        said = [_NONE]
    every = [_NONE, *words, *(one for one in said if one not in words and one != _NONE)]
    st.multiselect(
        name,
        every,
        default=said,
        format_func=lambda one: text.NONE if one == _NONE else words.get(one, str(one)),
        key=place,
        placeholder=text.NOT_KNOWN,
        accept_new_options=field.words is None,
        width=520,
    )


def _words_of(field: Field, choices: Choices) -> dict[Any, str]:
    """Return what can be chosen in a list, with what is shown."""
    if field.words is not None:
        return {one: _word(one) for one in field.words}
    if field.kind is Kind.COUNTIES:
        return dict(choices.counties)
    if field.kind in (Kind.LANGUAGES, Kind.RANKED_LANGUAGES):
        return {code: language_name(code) for code in LANGUAGES}
    if field.attribute in _OF_PROVIDERS:
        return dict(choices.providers)
    return {code: code for code in choices.codes}
