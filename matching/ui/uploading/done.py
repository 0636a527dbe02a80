"""After saving: what was saved, the way on, and the way back."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from matching.domain.access import Action, Actor, allows
from matching.services import sheets
from matching.services.desk import Desk
from matching.services.upload_commit import Uploaded
from matching.ui import components as ui
from matching.ui import navigation
from matching.ui.pages_of import may_open
from matching.ui.text import shell as words
from matching.ui.text import uploading as text
from matching.ui.uploading import frame, recent, state

#: Which right the other of the two lists needs that a plan is made of.
_OTHER = {"providers": Action.UPLOAD_REFERRALS, "referrals": Action.UPLOAD_PROVIDERS}


def draw(at: Desk, saved: Uploaded) -> None:
    """Draw what was saved, with the ways on that are open to the reader and to undo it."""
    frame.all_done()
    first = sheets.changes(saved)[0]
    removed = text.sample_gone(saved.sample_removed) if saved.sample_removed else ""
    left = text.aside(saved.upload.counts.set_aside)
    sentence = (
        saved.sentence
        if saved.already is not None
        else text.done(saved.kind, first.added, first.changed, first.unchanged)
    )
    ui.head(
        words.PAGES["upload"],
        sentence,
        " ".join(part for part in (text.KEPT, left, removed) if part),
    )
    if saved.of_sites:
        ui.box(saved.of_sites, "warn", text.SITES)
    with st.container(horizontal=True):
        for k, name in enumerate(_onward(at.actor)):
            kind: Literal["primary", "secondary"] = "secondary" if k else "primary"
            if st.button(text.ONWARD[name], type=kind, key=f"to-{name}"):
                state.again()
                navigation.go(name)
        st.button(text.UPLOAD_MORE, key="upload-more", on_click=state.again)
    may_add_other = allows(at.actor.role, _OTHER[saved.kind])
    ui.section(text.CHANGED_NOW, text.next_step(saved.kind, may_add_other))
    noun, *numbers = text.SAVED_COLUMNS
    ui.table(
        [noun, *(ui.Column(title, number=True) for title in numbers)],
        [
            (
                text.NOUNS[one.noun],
                f"{one.added:,}",
                f"{one.changed:,}",
                f"{one.unchanged:,}",
            )
            for one in sheets.changes(saved)
        ],
        text.CHANGES,
    )
    recent.draw(at)


def _onward(actor: Actor) -> tuple[str, ...]:
    """Return the pages that come next: where plans are made, or what may be seen instead."""
    if may_open(actor, "board"):
        return ("board",)
    return tuple(name for name in ("gaps", "providers") if may_open(actor, name))
