"""A workbook in memory: typed cells, frozen headers, and harmless to open.

Every text is written as a string whatever it starts with, so that no cell of
an uploaded file becomes a formula. The same content gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from matching.export.columns import Column, Row, Value

#: Texts longer than this do not fit into a cell of the format.
CELL_LENGTH = 32_767
README_WIDTHS = (38, 90)


class Book:
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
        """Add an empty sheet."""
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
        """Return the bytes of the workbook; nothing can be added afterwards."""
        self.book.close()
        return self._buffer.getvalue()
