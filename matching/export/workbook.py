"""Plans and gaps as XLSX: typed, frozen, filtered, and harmless to open.

Every text is written as a string whatever it starts with, so that no cell of
an uploaded file becomes a formula. The same document gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from matching.domain.rulebook import Stage
from matching.export.columns import (
    NOT_PLACED,
    PLACED,
    PLAN_DEFINITIONS,
    Column,
    Row,
    Value,
    filter_facts,
    plan_facts,
    present,
)
from matching.insight.disclosure import ProtectedTable, cell, protect

#: Texts longer than this do not fit into a cell of the format.
CELL_LENGTH = 32_767
README_WIDTHS = (38, 90)


class _Book:
    """A workbook in memory with the formats that every sheet uses."""

    def __init__(self, made_at: datetime) -> None:
        self._buffer = io.BytesIO()
        self.book: Workbook = xlsxwriter.Workbook(
            self._buffer,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
            },
        )
        self.book.set_properties({"created": made_at.replace(tzinfo=None)})
        self.head: Format = self.book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}
        )
        self.text: Format = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.number: Format = self.book.add_format({"valign": "top", "num_format": "#,##0"})
        self.day: Format = self.book.add_format({"valign": "top", "num_format": "d mmm yyyy"})
        self.moment: Format = self.book.add_format(
            {"valign": "top", "align": "left", "num_format": "d mmm yyyy hh:mm"}
        )

    def sheet(self, title: str) -> Worksheet:
        return self.book.add_worksheet(title)

    def put(self, sheet: Worksheet, row: int, column: int, value: Value) -> None:
        """Write one value by its type; a text is never anything but a string."""
        if value is None:
            return
        if isinstance(value, bool):
            sheet.write_string(row, column, "yes" if value else "no", self.text)
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value, self.number)
        elif isinstance(value, datetime):
            sheet.write_datetime(row, column, value.replace(tzinfo=None), self.moment)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self.day)
        else:
            sheet.write_string(row, column, value[:CELL_LENGTH], self.text)

    def table(self, title: str, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        """Add a sheet with a frozen header and a filter."""
        sheet = self.sheet(title)
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width)
            sheet.write_string(0, number, column.title, self.head)
            for at, row in enumerate(rows, start=1):
                self.put(sheet, at, number, column.read(row))
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(1, len(rows)), len(columns) - 1)

    def readme(
        self, facts: Sequence[tuple[str, Value]], definitions: Sequence[tuple[str, str]]
    ) -> None:
        """Add the sheet that says what the file is."""
        sheet = self.sheet("Read me")
        for number, width in enumerate(README_WIDTHS):
            sheet.set_column(number, number, width)
        lines: list[tuple[str, Value]] = [*facts, ("", None), *definitions]
        for at, (name, value) in enumerate(lines):
            sheet.write_string(at, 0, name, self.head if name else self.text)
            self.put(sheet, at, 1, value)

    def finish(self) -> bytes:
        self.book.close()
        return self._buffer.getvalue()


def plan_workbook(document: Mapping[str, Any]) -> bytes:
    """Write a plan as a workbook.

    Parameters
    ----------
    document : mapping
        As :func:`matching.services.documents.plan_document` gives it. Rows may
        hold more: ``provider_name``, ``placement_type``, ``distance``, ``age``,
        ``gender``, ``priority``, ``received_at``, ``region``, ``worker``,
        ``reasons`` and ``questions``; ``filters`` names what was filtered.

    Returns
    -------
    bytes
        Sheets "With a place", "Without a place" and "Read me".
    """
    book = _Book(datetime.fromisoformat(document["as_of"]))
    for title, columns, key in (
        ("With a place", PLACED, "placements"),
        ("Without a place", NOT_PLACED, "not_placed"),
    ):
        rows = document[key]
        book.table(title, present(columns, rows), rows)
    book.readme(plan_facts(document), PLAN_DEFINITIONS)
    return book.finish()


GAP_DEFINITIONS: tuple[tuple[str, str], ...] = (
    (
        "Identified demand",
        "People referred and on the record when the plan was made. People nobody has referred "
        "are not in these numbers: this is one plan, at one moment.",
    ),
    (
        "Stage",
        "The first point at which the last remaining provider was lost for a person. "
        "Everybody without a place is counted at exactly one stage.",
    ),
    (
        "1 to 10",
        "Counts from 1 to 10 are hidden so that nobody can be recognised; a further count is "
        "hidden where a small one could be worked out from the total. 0 is shown.",
    ),
)


def gaps_workbook(document: Mapping[str, Any]) -> bytes:
    """Write the gaps of a plan as a workbook, with small counts protected.

    Parameters
    ----------
    document : mapping
        As :func:`matching.services.documents.gaps_document` gives it.

    Returns
    -------
    bytes
        One sheet for the stages, one for each breakdown, and "Read me". Only
        one-way tables are written, and there is no way to write the true
        counts of small groups.
    """
    as_of = datetime.fromisoformat(document["as_of"])
    book = _Book(as_of)
    titles = {Stage(letter): text for letter, text in document["stage_titles"].items()}
    stages = {f"{s.value}: {titles[s]}": document["stages"][s.value] for s in Stage}
    _one_way(book, "Stages", "Stage", protect(stages))
    for title, table in document["breakdowns"].items():
        # By name: an order by size would tell which hidden count is the larger.
        totals = {category: sum(table[category].values()) for category in sorted(table)}
        _one_way(book, title, title, protect(totals))
    # No sheet by rule: rules split the stages, so that two protected tables
    # side by side would give small counts away.
    split = {"placed": document["placed"], "without": document["without_place"]}
    shown = protect(split).text()
    book.readme(
        [
            ("As of", as_of),
            ("Time zone", str(as_of.tzinfo)),
            ("Policy", document["policy"]),
            ("People waiting", cell(document["waiting"]).text),
            ("With a place", shown.get("placed", "hidden")),
            ("Without a place", shown.get("without", "hidden")),
            *filter_facts(document),
        ],
        GAP_DEFINITIONS,
    )
    return book.finish()


def _one_way(book: _Book, sheet: str, title: str, table: ProtectedTable) -> None:
    rows: list[dict[str, Value]] = [
        {"name": name, "people": one.count if one.count is not None else one.text}
        for name, one in table.cells.items()
    ]
    if table.withheld:
        rows.append({"name": "Not shown: the numbers are too small", "people": None})
    total = table.total
    rows.append({"name": "All", "people": total.text if total.count is None else total.count})
    columns = (
        Column(title, lambda row: row["name"], 60),
        Column("People", lambda row: row["people"], 12),
    )
    book.table(sheet, columns, rows)
