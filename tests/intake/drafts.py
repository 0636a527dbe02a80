"""Drafts from rows of text, for tests."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date

from matching.intake.draft import Draft, digest, draft
from matching.intake.fields import SheetKind
from matching.intake.reader import read
from matching.intake.recipe import Recipe

TODAY = date(2026, 11, 22)


def csv_bytes(*rows: Sequence[str]) -> bytes:
    """Return rows as a CSV file."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def drafted(
    *rows: Sequence[str],
    recipe: Recipe | None = None,
    before: Recipe | None = None,
    kind: SheetKind | None = None,
) -> Draft:
    """Return the draft of a CSV file with these rows."""
    data = csv_bytes(*rows)
    return draft(
        read(data), "f.csv", digest(data), kind=kind, recipe=recipe, remembered=before,
        today=TODAY,
    )  # fmt: skip
