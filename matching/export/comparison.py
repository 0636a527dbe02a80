"""Scenarios beside today as XLSX, with a sheet that says what they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from matching.export.book import Book
from matching.export.columns import Column, Row, Value, get


@dataclass(frozen=True, slots=True)
class ComparedScenario:
    """One scenario: its name, its steps in words, and what must be known of it."""

    name: str
    steps: Sequence[str]
    notes: Sequence[str] = ()


DEFINITIONS: tuple[tuple[str, str], ...] = (
    (
        "Scenario",
        "The whole plan made again by the same rules with the steps of the scenario in. "
        "Nothing on the record was changed.",
    ),
    (
        "Identified demand",
        "People referred and on the record when the plan was made. People nobody has referred "
        "are not in these numbers: this is one plan, at one moment.",
    ),
    (
        "Beds",
        "Beds on one night. Usable tonight: free, in a place that is licensed, checked, "
        "trained and open, with fresh news.",
    ),
    (
        "1 to 10, 1 to 10 more, hidden",
        "Counts of people are protected so that nobody can be recognised: today's small counts "
        "are hidden, and a change is given in bands. 0 and no change are shown.",
    ),
)


def comparison_workbook(
    as_of: datetime,
    facts: Sequence[tuple[str, Value]],
    scenarios: Sequence[ComparedScenario],
    lines: Sequence[Mapping[str, str]],
) -> bytes:
    """Write a comparison as a workbook.

    Parameters
    ----------
    as_of : datetime
        Of the plan that is today, in the office's time zone.
    facts : sequence of (str, value)
        For the sheet "Read me".
    scenarios : sequence of ComparedScenario
    lines : sequence of mapping
        ``part``, ``counted``, ``today``, and one text by the position of each
        scenario, from ``"0"``. All counts of people are protected already.

    Returns
    -------
    bytes
        Sheets "Side by side", "Scenarios" and "Read me".
    """
    book = Book(as_of)
    columns = [
        Column("Part", lambda row: row["part"], 34),
        Column("Counted", lambda row: row["counted"], 44),
        Column("Today", lambda row: row["today"], 16),
        *(Column(one.name, get(str(number)), 24) for number, one in enumerate(scenarios)),
    ]
    book.table("Side by side", columns, lines)
    rows: list[Row] = [
        {"name": one.name, "what": what, "said": said}
        for one in scenarios
        for what, all_ in (("Step", one.steps), ("Note", one.notes))
        for said in all_
    ]
    book.table(
        "Scenarios",
        (
            Column("Scenario", lambda row: row["name"], 34),
            Column("What", lambda row: row["what"], 10),
            Column("In words", lambda row: row["said"], 100),
        ),
        rows,
    )
    book.readme(facts, DEFINITIONS)
    return book.finish()
