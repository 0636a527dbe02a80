"""The rows set aside come back as a sheet: the right cells red, nothing personal in it."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.intake.reader import read
from matching.services.upload_problems import has_rows_aside, row_spans, rows_aside
from tests.intake.drafts import drafted

HEAD = ["provider_id", "name", "beds_available", "Notes", "PhoneNum"]
BAD = ["P2", "=cmd()", "some", "a secret story", "(850) 555-0101"]


def texts(book: bytes) -> list[list[str]]:
    return read(book).sheets[0].rows


def parts(book: bytes) -> str:
    with zipfile.ZipFile(BytesIO(book)) as packed:
        names = packed.namelist()
        return "".join(packed.read(name).decode() for name in names if name.endswith(".xml"))


def test_only_bad_rows_and_only_columns_that_are_kept_come_back():
    found = drafted(HEAD, ["P1", "Oak", "2", "x", "y"], BAD)
    assert has_rows_aside(found)
    book = rows_aside(found)
    assert texts(book) == [HEAD[:3], ["P2", "=cmd()", "some"]]
    inside = parts(book)
    assert "secret" not in inside
    assert "555-0101" not in inside
    assert "<f>" not in inside
    assert "&apos;some&apos; is not a number" in inside or "'some' is not a number" in inside


def test_corrected_and_uploaded_again_they_are_read():
    book = rows_aside(drafted(HEAD, BAD))
    head, row = texts(book)
    row[2] = "3"
    assert drafted(head, row).upload.pools[0].beds_available == 3


def test_of_people_a_cell_that_may_tell_who_somebody_is_does_not_come_back():
    found = drafted(
        ["referral_id", "age_years", "home_county"], ["R-1", "15 Mary Roe", "Leon, FL"]
    )
    inside = parts(rows_aside(found))
    assert "Mary" not in inside
    assert "R-1" in inside


def test_a_case_reference_that_is_a_name_does_not_come_back():
    found = drafted(["referral_id", "age_years"], ["Mary Roe", "15"], ["R-2", "x?"])
    assert "Mary" not in parts(rows_aside(found))


def test_a_problem_of_a_column_the_file_lacks_stands_at_the_first_cell():
    found = drafted(["provider_id", "name"], ["P1", "Oak"], ["P1", "Elm"])
    assert has_rows_aside(found)
    assert "Row 2" in parts(rows_aside(found))


def test_without_bad_rows_there_is_nothing_to_give_back():
    assert not has_rows_aside(drafted(HEAD, ["P1", "Oak", "2", "", ""]))
    assert not has_rows_aside(drafted(["name", "capacity"], ["Oak", "3"]))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ((), ""),
        ((3,), "3"),
        ((3, 4), "3 and 4"),
        ((3, 4, 5), "3 to 5"),
        ((2, 3, 7), "2, 3 and 7"),
        ((1, 3, 4, 5, 1000), "1, 3 to 5 and 1,000"),
        (tuple(range(1, 60, 2)), "1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23 and 18 more"),
    ],
)
def test_rows_in_words(rows, said):
    assert row_spans(rows) == said


@given(st.sets(st.integers(1, 99), min_size=1))
def test_every_row_is_told_exactly_once(rows):
    told: list[int] = []
    for part in row_spans(sorted(rows), 99).replace(" and ", ", ").split(", "):
        low, _, high = part.partition(" to ")
        told += range(int(low), int(high or low) + 1)
    assert told == sorted(rows)
