"""A plan as one plain CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from matching.export.columns import NOT_PLACED, PLACED, Value, present

#: A spreadsheet reads a cell that starts with one of these as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def safe_text(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def plan_csv(document: Mapping[str, Any]) -> bytes:
    """Write a plan as one table: first those with a place, then those without.

    Parameters
    ----------
    document : mapping
        As for :func:`matching.export.workbook.plan_workbook`.

    Returns
    -------
    bytes
        UTF-8 with a byte-order mark, which spreadsheets need to read accents.
    """
    lists = (
        ("with a place", PLACED, document["placements"]),
        ("without a place", NOT_PLACED, document["not_placed"]),
    )
    kept = [(result, present(columns, rows), rows) for result, columns, rows in lists]
    titles = dict.fromkeys(column.title for _, columns, _ in kept for column in columns)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, ["Result", *titles], lineterminator="\r\n")
    writer.writeheader()
    for result, columns, rows in kept:
        for row in rows:
            values = {column.title: _text(column.read(row)) for column in columns}
            writer.writerow({"Result": result, **values})
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return safe_text(value) if isinstance(value, str) else str(value)
