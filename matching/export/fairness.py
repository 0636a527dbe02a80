"""Fairness as XLSX: one sheet for each way to group, and one that says what it all means."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from matching.export.book import Book
from matching.export.columns import Column, Value, get

DEFINITIONS: tuple[tuple[str, str], ...] = (
    (
        "Identified demand",
        "People referred and on the record when the plan was made. People nobody has referred "
        "are not in these numbers: this is one plan, at one moment.",
    ),
    (
        "Groups",
        "Everybody is in exactly one group on each sheet. Not known is a group of its own.",
    ),
    (
        "hidden, others together",
        "Small counts are hidden so that nobody can be recognised, and further counts where a "
        "small one could be worked out. Small groups may stand together. 0 is shown.",
    ),
    (
        "Share without a place",
        "With the range that chance alone could give a group of this size. Groups of fewer "
        "than 11 people are too few to say anything about.",
    ),
    (
        "Middle",
        "Half of the people have less, half have more. Not given for fewer than 11 people.",
    ),
    (
        "First come, first served",
        "The same cases served in the order in which they were received: each takes the best "
        "place left for them, with every rule, group and conflict kept.",
    ),
    (
        "What it does not say",
        "Why groups differ. Needs, places and distances differ between groups, too.",
    ),
)

#: Titles of the columns, with the key of each in a row and its width.
COLUMNS: tuple[tuple[str, str, int], ...] = (
    ("Group", "name", 36),
    ("People", "people", 10),
    ("With a place", "placed", 12),
    ("Without a place", "without", 12),
    ("Share without a place", "share", 30),
    ("Hours waited so far, middle", "waited", 16),
    ("Hours waited by those without, middle", "still", 18),
    ("Miles from home, middle", "travel", 14),
    ("With a place, against first come, first served", "first", 30),
    ("Hours waited by those without, first come, first served", "first_still", 24),
    ("Miles from home, first come, first served", "first_travel", 20),
)


def fairness_workbook(document: Mapping[str, Any]) -> bytes:
    """Write the fairness of a plan as a workbook.

    Parameters
    ----------
    document : mapping
        As :func:`matching.services.fairness_document.fairness_document` gives it: it
        holds protected numbers only, and no race or tribal status.

    Returns
    -------
    bytes
        "Read me" first, then one sheet for each way to group.
    """
    as_of = datetime.fromisoformat(document["as_of"])
    book = Book(as_of)
    book.readme(
        [
            ("As of", as_of),
            ("Time zone", str(as_of.tzinfo)),
            ("Policy", document["policy"]),
            ("Plan", document["plan"]),
            ("People waiting", document["all"]["people"]),
            ("With a place", document["all"]["placed"]),
            ("Without a place", document["all"]["without"]),
            ("Against first come, first served", document["all"]["first"]),
        ],
        DEFINITIONS,
    )
    columns = [Column(title, get(key), width) for title, key, width in COLUMNS]
    for title, rows in document["tables"].items():
        if rows:
            book.table(title, columns, rows)
        else:
            book.table(title, [Column(title, get("name"), 60)], [_WITHHELD])
    return book.finish()


_WITHHELD: dict[str, Value] = {"name": "Not shown: the numbers are too small"}
