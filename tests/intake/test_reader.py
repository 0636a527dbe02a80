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
from matching.intake.encodings import ENCODINGS
from matching.intake.guard import LARGE
from matching.intake.reader import DELIMITERS, _cut, read
from tests.intake.workbooks import ods_rows, xlsx


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


# -- what a person may choose ----------------------------------------------------------------


def test_what_was_used_is_told() -> None:
    book = read("name;ort\nNiñez;Köln\n".encode("cp1252"))
    assert (book.encoding, book.delimiter) == ("cp1252", ";")
    assert read(b"a,b\n1,2\n").encoding == "utf-8"
    assert read(workbook(("=1+2", 3))).encoding is None


@pytest.mark.parametrize("encoding", sorted(ENCODINGS))
def test_a_chosen_encoding_is_used(encoding: str) -> None:
    data = "name,beds\nOak,3\n".encode(encoding)
    book = read(data, encoding=encoding)
    assert book.sheets[0].rows == [["name", "beds"], ["Oak", "3"]]
    assert book.encoding == encoding
    assert book.decisions == ()


@pytest.mark.parametrize("mark", sorted(DELIMITERS))
def test_a_chosen_separator_is_used(mark: str) -> None:
    book = read(f"a{mark}b\n1{mark}2\n".encode(), delimiter=mark)
    assert book.sheets[0].rows == [["a", "b"], ["1", "2"]]
    assert (book.delimiter, book.decisions) == (mark, ())


# -- letters ---------------------------------------------------------------------------------


INVISIBLE_SIGNS = "\u202e\u202d\u2066\u2069\u200b\u200e\u200f\u061c\x00\x07\x1b\x7f\u00ad\ufeff"


@pytest.mark.parametrize("sign", INVISIBLE_SIGNS)
def test_signs_that_cannot_be_seen_are_taken_out_and_told(sign: str, make_xlsx) -> None:
    book = read(f"name,beds\n{'Oak ' * 2_000}{sign}House,3\n".encode())
    assert book.sheets[0].rows[1][0].endswith("Oak House")
    assert book.decisions == ("Signs that cannot be seen were taken out (1).",)


def test_right_to_left_marks_in_a_workbook(make_xlsx) -> None:
    book = read(make_xlsx(a=[["name"], ["\u202eevil\u202c.exe"], ["کتاب‌ها"]]))
    assert [row[0] for row in book.sheets[0].rows] == ["name", "evil.exe", "کتاب‌ها"]
    assert book.decisions == (
        "Signs that cannot be seen were taken out of cells (1 different texts).",
    )


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "=1+1", "+1", "-1+1", "@SUM(A1)"]
)
def test_what_other_programs_may_run_is_text_here(text: str, make_xlsx) -> None:
    assert read(f"name,beds\n{text},1\n".encode()).sheets[0].rows[1][0] == text
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet().write_string(0, 0, text)
    book.close()
    assert read(out.getvalue()).sheets[0].rows == [[text]]


def test_line_ends_of_every_age_mixed() -> None:
    assert rows(b"a,b\r1,2\n3,4\r\n5,6") == [["a", "b"], ["1", "2"], ["3", "4"], ["5", "6"]]
    assert rows(b'a,b\r"x\ry",2\r3,4\r') == [["a", "b"], ["x\ry", "2"], ["3", "4"]]


def test_cells_lose_their_outer_blanks() -> None:
    assert rows(b"a , b\n\t1,2 \n x y ,\xc2\xa03\n") == [["a", "b"], ["1", "2"], ["x y", "3"]]


# -- workbooks ---------------------------------------------------------------------------------


def test_merged_cells_hidden_rows_and_hidden_sheets_are_told() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("one")
    sheet.merge_range(0, 1, 0, 2, "Beds")
    sheet.write(1, 0, "Oak")
    sheet.set_row(1, None, None, {"hidden": True})
    other = book.add_worksheet("two")
    other.write(0, 0, "x")
    other.very_hidden()
    book.close()
    found = read(out.getvalue())
    assert found.sheets[0].merged == ((0, 1, 0, 2),)
    assert found.sheets[0].rows == [["", "Beds"], ["Oak", ""]]
    assert found.sheets[1].hidden
    assert found.decisions == (
        "Sheets that the workbook hides: 1 of 2.",
        "Rows that the workbook hides were read too (1).",
    )


@pytest.mark.parametrize(("row", "column"), [(0, 0), (3, 0), (0, 2), (3, 2)])
def test_cells_stay_where_they_are(row: int, column: int) -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write(row, column, "name")
    sheet.write(row + 2, column + 1, 5)
    book.close()
    found = rows(out.getvalue())
    assert len(found) == row + 3
    assert found[row][column] == "name"
    assert found[row + 2] == [""] * (column + 1) + ["5"]


def test_macros_are_told_and_not_run(make_xlsx) -> None:
    out = io.BytesIO(make_xlsx(a=[["name"], ["Oak"]]))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"Sub Auto_Open()")
    found = read(out.getvalue())
    assert found.sheets[0].rows == [["name"], ["Oak"]]
    assert found.decisions == ("The workbook holds macros; they were not run.",)


def test_ten_thousand_columns_and_far_blank_rows(make_xlsx) -> None:
    names = [f"q{k}" for k in range(10_000)]
    wide = read(make_xlsx(a=[names, ["1"] * 10_000])).sheets[0]
    assert wide.rows[0] == names
    assert rows(",".join(names).encode() + b"\n1\n")[0] == names
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["name", "beds"])
    bold = book.add_format({"bold": True})
    for row in (1_000, 500_000, 1_048_575):
        sheet.write_blank(row, 0, None, bold)
    book.close()
    assert read(out.getvalue()).sheets[0].rows == [["name", "beds"]]


def test_rows_of_nothing_by_the_hundred_thousand() -> None:
    found = rows(b"name,beds,free\n" + b",,\n" * 200_000 + b"\n" * 848_575 + b"Oak,3,1\n")
    assert len(found) == 1_048_577
    assert found[-1] == ["Oak", "3", "1"]


def test_cells_that_show_an_error_are_told() -> None:
    cells = (
        '<c r="A1"><v>3</v></c><c r="B1" t="e"><v>#REF!</v></c><c r="C1" t="e"><v>#N/A</v></c>'
    )
    found = read(xlsx(f'<row r="1">{cells}</row>'))
    assert found.sheets[0].rows == [["3", "", ""]]
    assert found.decisions == (
        "Cells that show an error, such as #REF!, are unknown here (2).",
    )


def test_a_file_that_says_what_separates_its_columns() -> None:
    found = read(b"sep=|\nname|beds, free\nOak|3, 1\n")
    assert found.delimiter == "|"
    assert found.sheets[0].rows[1:] == [["name", "beds, free"], ["Oak", "3, 1"]]


def test_a_title_with_commas_above_semicolons() -> None:
    text = b"Homes in Leon, Bay, Gulf, and Wakulla\nname;beds;free\nOak;3;1\nElm;4;2\n"
    assert rows(text)[1:] == [["name", "beds", "free"], ["Oak", "3", "1"], ["Elm", "4", "2"]]


def test_an_ods_with_a_password() -> None:
    data = io.BytesIO(ods_rows([["a"]]))
    with zipfile.ZipFile(data, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    with pytest.raises(InputError, match="locked with a password"):
        read(data.getvalue())
