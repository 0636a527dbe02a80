"""How the first account is added, for the pages that have nothing to show before it."""

from __future__ import annotations

import streamlit as st

from matching.ui import components as ui
from matching.ui.text import accounts as text


def draw() -> None:
    """Draw what the first account changes, and the command that adds it."""
    ui.section(text.FIRST_TITLE, text.FIRST)
    st.code(text.FIRST_COMMAND, language=None, wrap_lines=True)
