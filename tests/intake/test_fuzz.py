"""Whatever the bytes: a book or a sentence, and a table that loses no row."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matching.domain.errors import InputError
from matching.intake import columns
from matching.intake.encodings import ENCODINGS
from matching.intake.fields import SheetKind
from matching.intake.grid import Why
from matching.intake.layout import lay_out
from matching.intake.reader import DELIMITERS, Book, read
from tests.intake.workbooks import ods_rows, xls, xlsb

#: Real files, where they lie beside the checkout; the tests need none of them.
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "messy_uploads"
ROWS = [
    ["Name", "County", "Beds"],
    ["Oak", "Leon", 3.0],
    ["Elm", "Bay", 4.0],
    ["Total", "", 7.0],
]
CALM = settings(max_examples=100, deadline=None)


def book_or_sentence(data: bytes, **choices: str | None) -> Book | None:
    """Read a file; if that fails, it fails with a sentence."""
    try:
        return read(data, **choices)
    except InputError as error:
        said = error
    assert said.next_step.endswith(".")
    assert "Nothing was saved." in said.sentence()
    return None


def check(book: Book | None) -> None:
    """Lay out every sheet of a book and account for each of its rows."""
    for sheet in book.sheets if book else ():
        grid = lay_out(sheet, lambda cells: columns.score(list(cells), SheetKind.PROVIDERS))
        filled = [
            k for k, row in enumerate(sheet.rows, sheet.first_row) if any(map(str.strip, row))
        ]
        taken = [*grid.header, *grid.numbers, *(one.row for one in grid.left_out)]
        assert sorted(taken) == filled
        assert len(grid.columns) == len(set(grid.columns))
        named = any(one.why is Why.SECTION for one in grid.left_out)
        for number, row in zip(grid.numbers, grid.rows, strict=True):
            written = [c.strip() for c in sheet.rows[number - sheet.first_row] if c.strip()]
            kept = [c.strip() for c in (row[:-1] if named else row) if c.strip()]
            assert len(row) <= len(grid.columns)
            assert set(written) <= set(kept) if sheet.merged else written == kept


@CALM
@given(st.binary(max_size=300))
@example(b'"\n')
@example(b"\xef\xbb\xbf")
@example(b"\xff\xfe\x00")
def test_any_bytes(data: bytes) -> None:
    check(book_or_sentence(data))


@CALM
@given(
    st.text("ab,;|\t\n\r\"' \x00\x0b\u2028é—3", max_size=80),
    st.none() | st.sampled_from(sorted(ENCODINGS)),
    st.none() | st.sampled_from(sorted(DELIMITERS)),
)
def test_any_text_read_as_anything(
    text: str, encoding: str | None, delimiter: str | None
) -> None:
    check(book_or_sentence(text.encode(), encoding=encoding, delimiter=delimiter))


CELL = st.text("abcé,;\"'\n 3", max_size=5).map(str.strip)


@CALM
@given(
    st.lists(st.lists(CELL, min_size=4, max_size=4), min_size=1, max_size=8),
    st.sampled_from(sorted(set(DELIMITERS) - {" "})),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_is_written_is_read_in_any_form(
    rows: list[list[str]], mark: str, encoding: str, end: str
) -> None:
    out = io.StringIO()
    quoting = csv.QUOTE_ALL if end == "\r" else csv.QUOTE_MINIMAL
    writer = csv.writer(out, delimiter=mark, lineterminator=end, quoting=quoting)
    writer.writerows([["a1", "b2", "c3", "d4"], *rows])
    book = read(out.getvalue().encode(encoding), delimiter=mark)
    assert book.sheets[0].rows[1:] == rows
    check(book)


def as_xlsx() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("homes")
    for k, row in enumerate(ROWS, 1):
        sheet.write_row(k, 0, row)
    sheet.merge_range(0, 0, 0, 2, "Homes")
    sheet.write_formula(6, 2, "=SUM(C3:C4)", None, 7)
    book.close()
    return out.getvalue()


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Return a file with some bytes changed, dropped, doubled or cut off."""
    content = bytearray(data)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(content)) if content else 0
        many = chance.randint(1, 30)
        kind = chance.randrange(5)
        if kind == 0:
            content[at : at + 1] = bytes([chance.randrange(256)])
        elif kind == 1:
            del content[at : at + many]
        elif kind == 2:
            content[at:at] = content[at : at + many]
        elif kind == 3:
            content[at : at + 1] = str(chance.choice([0, -1, 99_999_999, 2**32 - 1])).encode()
        else:
            del content[max(1, len(content) - many) :]
    return bytes(content)


def damaged_inside(data: bytes, chance: random.Random) -> bytes:
    """Return a packed file with some of its parts damaged, packed again as it should be."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            part = old.read(info)
            new.writestr(
                info.filename, damaged(part, chance) if chance.random() < 0.3 else part
            )
    return out.getvalue()


@pytest.mark.parametrize("spoil", [damaged, damaged_inside])
def test_damaged_workbooks(spoil: Callable[[bytes, random.Random], bytes]) -> None:
    whole, chance = as_xlsx(), random.Random(4)
    check(read(whole))
    books = [book_or_sentence(spoil(whole, chance)) for _ in range(200)]
    for book in books:
        check(book)
    assert any(books)
    assert not all(books)


@pytest.mark.parametrize("write", [ods_rows, xls, xlsb])
def test_damaged_workbooks_of_other_kinds(write: Callable[..., bytes]) -> None:
    whole, chance = write(ROWS), random.Random(7)
    check(read(whole))
    for k in range(8):
        inside = k % 2 and write is not xls
        check(book_or_sentence((damaged_inside if inside else damaged)(whole, chance)))


def test_damaged_real_files() -> None:
    """Real uploads, if they are there, and otherwise the small ones made here."""
    real = [path for path in sorted(SHARED.glob("*")) if path.stat().st_size < 20_000]
    files = [path.read_bytes() for path in real] or [as_xlsx()]
    chance = random.Random(1)
    for data in files:
        check(book_or_sentence(data))
        for _ in range(6):
            check(book_or_sentence(damaged(data, chance)))
