"""The page Gaps."""

from __future__ import annotations

from matching.ui import components as ui
from matching.ui.text import shell as text

ui.head(text.PAGES["gaps"], text.PAGE_HELP["gaps"])
