"""A budget answered, as XLSX: what to do, what it gives, the curve, and where to recruit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
        "More",
        "How many more people would have a place, by making the whole plan again with the "
        "changes in: by priority first, then as many as possible.",
    ),
    (
        "What a change adds",
        "How many fewer would have a place without it, everything else done. Changes that need "
        "each other each show what both give.",
    ),
    (
        "Could be done instead",
        "As good by making the whole plan again. Somebody who knows the homes may prefer it.",
    ),
    (
        "How often chosen",
        "As many people were drawn again from those on the record, some of them twice; the "
        "share of draws in which the change was chosen. A low share: it hangs on a few people.",
    ),
    (
        "Where to recruit",
        "What one new home with one bed, which takes people of any gender, would give to the "
        "plan as it is. Several homes for the same people do not add up.",
    ),
    (
        "1 to 10",
        "Counts from 1 to 10 are hidden so that nobody can be recognised, and changes are told "
        "in bands.",
    ),
)

_SHEETS: tuple[tuple[str, str, tuple[tuple[str, str, int], ...]], ...] = (
    (
        "What to do",
        "actions",
        (
            ("Change", "words", 70),
            ("What it adds", "adds", 24),
            ("Could be done instead", "instead", 60),
            ("How often chosen", "often", 18),
        ),
    ),
    (
        "Before and after",
        "tiers",
        (
            ("Priority", "name", 30),
            ("With a place", "before", 16),
            ("With the changes", "after", 24),
        ),
    ),
    ("Curve", "points", (("Spent", "spent", 12), ("People with a place", "more", 24))),
    (
        "Where to recruit",
        "recruits",
        (
            ("Kind of home", "kind", 40),
            ("County", "county", 28),
            ("A first bed gives a place to", "gives", 28),
            ("Without a place and could live there", "reach", 24),
        ),
    ),
)


def planner_workbook(document: Mapping[str, Any]) -> bytes:
    """Write an answer of the planner as a workbook.

    Parameters
    ----------
    document : mapping
        With protected numbers only.

    Returns
    -------
    bytes
        Four sheets and "Read me".
    """
    as_of = datetime.fromisoformat(document["as_of"])
    book = Book(as_of)
    for title, key, columns in _SHEETS:
        found = [Column(name, get(field), width) for name, field, width in columns]
        book.table(title, found, document[key])
    book.readme(_facts(document, as_of), DEFINITIONS)
    return book.finish()


def _facts(document: Mapping[str, Any], as_of: datetime) -> Sequence[tuple[str, Value]]:
    sure = "No choice among those weighed is better, by proof."
    if not document["proven"]:
        sure = f"Another choice might give a place to at most {document['at_most']} more."
    if document["left_out"]:
        sure += f" {document['left_out']} less promising changes were not weighed."
    if document["stopped"]:
        sure += " The search was stopped before its end."
    return [
        ("As of", as_of),
        ("Time zone", str(as_of.tzinfo)),
        ("Policy", document["policy"]),
        ("Plan", document["run"]),
        ("Without a place", document["without"]),
        ("With the changes", document["gain"]),
        ("How sure", sure),
        *((f"Allowed: {name}", value) for name, value in document["budget"]),
        ("Draws of the demand", document["samples"]),
    ]
