"""The page Providers."""

from __future__ import annotations

from matching.ui import components as ui
from matching.ui.text import shell as text

ui.head(text.PAGES["providers"], text.PAGE_HELP["providers"])
