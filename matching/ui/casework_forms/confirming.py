"""Changes that loosen safety: each is confirmed by itself before anything is saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from matching.services.hand_edits import Edits
from matching.ui import components as ui
from matching.ui.casework_forms.shown import in_words
from matching.ui.text import forms as text


@dataclass(frozen=True, slots=True)
class Pending:
    """What waits to be confirmed.

    Attributes
    ----------
    key : str
        Of the form.
    about : str
        Case or provider.
    changes : mapping
        What was answered.
    edits : Edits
        What it would change.
    more : object
        What else the form needs to save it.
    """

    key: str
    about: str
    changes: Mapping[str, Any]
    edits: Edits
    more: Any = None

    def confirmed(self) -> frozenset[str] | None:
        """Return the attributes that were confirmed; ``None`` unless all of them were."""
        names = [one.change.where.attribute for one in self.edits.loosening]
        boxes = [st.session_state.get(f"{self.key}-confirm-{k}") for k in range(len(names))]
        if not all(boxes):
            st.session_state[f"{self.key}-not-all"] = True
            return None
        return frozenset(names)


def pending(key: str, about: str) -> Pending | None:
    """Return what waits to be confirmed on a form, if anything does."""
    found = st.session_state.get(f"{key}-pending")
    return found if isinstance(found, Pending) and found.about == about else None


def keep(
    key: str, about: str, changes: Mapping[str, Any], edits: Edits, more: Any = None
) -> None:
    """Keep what is to be confirmed; for a callback."""
    forget(key)
    st.session_state[f"{key}-pending"] = Pending(key, about, changes, edits, more)


def forget(key: str) -> None:
    """Confirm nothing any more."""
    for name in (f"{key}-pending", f"{key}-not-all"):
        st.session_state.pop(name, None)


def draw(key: str, what: Pending, save: Callable[[], None]) -> None:
    """Draw each change that loosens safety, with a box of its own."""
    ui.section(text.CONFIRM, text.CONFIRM_NOTE)
    for k, one in enumerate(what.edits.loosening):
        change = one.change
        words = text.CONFIRM_EACH.format(
            label=change.label.capitalize(),
            before=in_words(change.before),
            after=in_words(change.after),
            why=one.why,
        )
        st.checkbox(ui.literal(words), key=f"{key}-confirm-{k}")
    if st.session_state.get(f"{key}-not-all"):
        ui.box(text.NOT_ALL, "warn", status=True)
    with st.container(horizontal=True):
        st.button(text.CONFIRM_SAVE, key=f"{key}-confirm", type="primary", on_click=save)
        st.button(text.BACK, key=f"{key}-back", on_click=forget, args=(key,))
