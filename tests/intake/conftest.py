"""Small files made on the spot."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence

import pytest
import xlsxwriter

MakeCsv = Callable[..., bytes]


@pytest.fixture
def make_csv() -> MakeCsv:
    """Return a function that writes a header and rows as CSV bytes."""

    def make(header: Sequence[str], *rows: Sequence[object], delimiter: str = ",") -> bytes:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
        return out.getvalue().encode()

    return make


@pytest.fixture
def make_xlsx() -> MakeCsv:
    """Return a function that writes rows as a workbook, one sheet for each keyword."""

    def make(**sheets: Sequence[Sequence[object]]) -> bytes:
        out = io.BytesIO()
        book = xlsxwriter.Workbook(out, {"in_memory": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, cell in enumerate(row):
                    if hasattr(cell, "isoformat"):
                        sheet.write_datetime(r, c, cell, day)  # type: ignore[arg-type]
                    else:
                        sheet.write(r, c, cell)
        book.close()
        return out.getvalue()

    return make
