"""The audit log as a file: one line for each event, with its sentence."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from matching.export.book import Book
from matching.export.columns import Column, get
from matching.export.flat import safe_text

TITLES = {
    "seq": "Event",
    "at": "When",
    "actor": "Who",
    "role": "Role",
    "action": "Action",
    "about": "About",
    "sentence": "In words",
}
_WIDTHS = {"seq": 8, "at": 18, "sentence": 90}


def audit_csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Write events as a CSV file that spreadsheet programs read as UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(TITLES.values())
    for row in rows:
        writer.writerow(_text(row[name]) for name in TITLES)
    return out.getvalue().encode("utf-8-sig")


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return safe_text(value) if isinstance(value, str) else str(value)


def audit_workbook(rows: Sequence[Mapping[str, Any]], made_at: datetime, head: str) -> bytes:
    """Write events as a workbook.

    Parameters
    ----------
    rows : sequence of mapping
        With a value for each of :data:`TITLES`.
    made_at : datetime
        In the office's time zone.
    head : str
        Number and hash of the last event when the file was made.
    """
    book = Book(made_at)
    book.readme(
        [
            ("What this is", "The audit log, newest first"),
            ("Made at", made_at),
            ("Events", len(rows)),
            ("End of the chain", head),
        ],
        [
            (
                "End of the chain",
                "Kept with this file, it shows later whether the log was written anew: "
                "python -m matching verify-audit --head",
            )
        ],
    )
    columns = [
        Column(title, get(name), _WIDTHS.get(name, 20)) for name, title in TITLES.items()
    ]
    book.table("Events", columns, rows)
    return book.finish()
