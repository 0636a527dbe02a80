"""The slow twins of all rules."""

from __future__ import annotations

from typing import Any

from tests.engine.rules import oracles_fit, oracles_ready
from tests.engine.rules.helpers import defaults
from tests.engine.rules.oracle import Oracle

ORACLES: dict[str, Oracle] = {**oracles_ready.ORACLES, **oracles_fit.ORACLES}

#: Facts that both records have under one name are drawn under two names here.
RENAMED = {"spoken": "languages", "accepted": "funding"}


def settings_of(code: str, changed: dict[str, Any]) -> dict[str, Any]:
    """Return a rule's complete settings."""
    return defaults(code, **changed)
