"""After saving: what was saved, the way on, and the way back."""

from __future__ import annotations

import streamlit as st

from matching.services import sheets
from matching.services.desk import Desk
from matching.services.upload_commit import Uploaded
from matching.ui import components as ui
from matching.ui import navigation
from matching.ui.text import shell as words
from matching.ui.text import uploading as text
from matching.ui.uploading import frame, recent, state


def draw(at: Desk, saved: Uploaded) -> None:
    """Draw what was saved, with the way to the board and to undo it."""
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
    with st.container(horizontal=True):
        if st.button(text.TO_BOARD, type="primary", key="to-board"):
            state.again()
            navigation.go("board")
        st.button(text.UPLOAD_MORE, key="upload-more", on_click=state.again)
    ui.section(text.CHANGED_NOW, text.next_step(saved.kind))
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
