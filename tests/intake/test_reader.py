"""Any usual spreadsheet becomes text, cell by cell."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.errors import InputError
from matching.intake.guard import LARGE
from matching.intake.reader import _cut, read


def rows(data: bytes) -> list[list[str]]:
    (sheet,) = read(data).sheets
    return sheet.rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"])
def test_encodings(encoding: str) -> None:
    text = "name,county\n" + "Casa de la Niñez,Doña Ana\nJosé Café,Doña Ana\n" * 30
    found = rows(text.encode(encoding))
    assert found[0] == ["name", "county"]
    assert len(found) == 61
    if encoding not in {"mac_roman"}:
        assert found[1] == ["Casa de la Niñez", "Doña Ana"]
    said = read(text.encode(encoding)).decisions
    assert bool(said) == (encoding not in {"utf-8", "utf-8-sig"})


def test_bytes_that_fit_no_encoding_are_kept_and_told() -> None:
    found = read(b"name,n\nOak \x81\x8d\x8f\x90\x9d House,1\n" * 3)
    assert len(found.sheets[0].rows) == 6
    assert found.decisions


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_separators(mark: str) -> None:
    text = f"provider_id{mark}name{mark}beds{mark}notes\nP1{mark}Oak{mark}3{mark}x\n"
    assert rows(text.encode()) == [
        ["provider_id", "name", "beds", "notes"],
        ["P1", "Oak", "3", "x"],
    ]


def test_commas_inside_semicolon_columns() -> None:
    text = "provider_id;county\nP1;Leon, FL\nP2;Wakulla, FL\n"
    assert rows(text.encode())[1] == ["P1", "Leon, FL"]


def test_line_ends_and_line_breaks_in_cells() -> None:
    assert rows(b"a,b\r1,2\r3,4\r") == [["a", "b"], ["1", "2"], ["3", "4"]]
    assert rows(b'a,b\r\n"x\r\ny",2\r\n')[1] == ["x\r\ny", "2"]


def test_a_formula_in_a_text_file_stays_text() -> None:
    assert rows(b'id,name\n1,"=HYPERLINK(""http://x"")"\n2,=1+1\n')[1:] == [
        ["1", '=HYPERLINK("http://x")'],
        ["2", "=1+1"],
    ]


def test_a_nul_inside_and_an_endless_quote_do_not_crash() -> None:
    assert rows(b'a,b\n"never closed,1\n2,3\n')[0] == ["a", "b"]
    with pytest.raises(InputError):
        read(b"a,b\n\x001,2\n")


@given(
    st.lists(st.lists(st.text("abc \"',;é\n", max_size=6), min_size=4, max_size=4), min_size=1)
)
def test_whatever_is_written_is_read(cells: list[list[str]]) -> None:
    import csv

    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([["a1", "b2", "c3", "d4"], *cells])
    assert rows(out.getvalue().encode())[1:] == [[c.strip() for c in row] for row in cells]


@given(st.text("ab ,;|\t\n\r\x0b\x1c\x85\u2028é", max_size=40), st.sampled_from(",;|\t"))
def test_a_text_without_quotes_is_cut_as_one_with_quotes_would_be(text: str, mark: str) -> None:
    import csv

    slowly = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    if text:
        assert _cut(text, mark) == list(slowly)


def test_a_cell_without_end_is_refused_with_and_without_quotes() -> None:
    for cell in ("x" * 10_000_001, '"' + "x" * 10_000_001 + '"'):
        with pytest.raises(InputError, match="not a list of rows and columns"):
            read(f"a,b\n{cell},1\n".encode(), limits=LARGE)


def test_typed_cells_become_text(make_xlsx) -> None:
    found = rows(
        make_xlsx(
            list=[
                ["id", "beds", "share", "open", "on"],
                [14, 3.0, 2.5, True, datetime(2026, 11, 22)],  # noqa: DTZ001
                ["P2", None, "", False, datetime(2026, 11, 22, 18, 30)],  # noqa: DTZ001
            ]
        )
    )
    assert found[1] == ["14", "3", "2.5", "yes", "2026-11-22"]
    assert found[2][0] == "P2"
    assert found[2][3] == "no"
    assert found[2][4].startswith("2026-11-22")


def test_title_rows_keep_their_numbers(make_xlsx) -> None:
    found = read(make_xlsx(list=[[], [], ["id"], ["P1"]])).sheets[0]
    assert found.first_row == 1
    assert found.rows[3] == ["P1"]


def test_sheets_hidden_and_empty() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet("first").write(0, 0, "a")
    hidden = book.add_worksheet("second")
    hidden.write(0, 0, "b")
    hidden.hide()
    book.add_worksheet("third")
    book.close()
    found = read(out.getvalue()).sheets
    assert [(sheet.name, sheet.hidden) for sheet in found] == [
        ("first", False),
        ("second", True),
    ]


def workbook(*formulas: tuple[str, object]) -> bytes:
    """Return a workbook of formulas with their stored results."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    for k, (formula, value) in enumerate(formulas):
        sheet.write_formula(k, 0, formula, None, value)
    book.close()
    return out.getvalue()


def without_results(data: bytes) -> bytes:
    """Take the stored results out of a workbook."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename.startswith("xl/worksheets/"):
                content = re.sub(rb"</f><v>[^<]*</v>", b"</f>", content)
            new.writestr(info, content)
    return out.getvalue()


def test_formulas_are_read_as_their_results() -> None:
    book = read(workbook(("=1+2", 3), ('="Oak"', "Oak")))
    assert [row[0] for row in book.sheets[0].rows] == ["3", "Oak"]
    assert book.formulas_without_result == 0


def test_formulas_without_results_are_counted_or_refused() -> None:
    with pytest.raises(InputError, match="2 formulas without their results"):
        read(without_results(workbook(("=1+2", 3), ("=2+2", 4))))


def test_a_workbook_without_rows(make_xlsx) -> None:
    with pytest.raises(InputError, match="no rows"):
        read(make_xlsx(list=[]))
