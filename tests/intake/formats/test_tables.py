"""Cells of standard tables by the names of their columns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.export.flat import safe_text
from matching.intake.formats.tables import (
    NO_FIELD,
    Table,
    age,
    count,
    is_no,
    key,
    numbered,
    once,
    restored,
    unread,
)
from matching.intake.reader import Sheet


def table(*rows: list[str], first: int = 1) -> Table:
    return Table.of(Sheet("list", [list(row) for row in rows], first))


@pytest.mark.parametrize("name", ["OrganizationID", "organization_id", "Organization Id"])
def test_columns_are_matched_in_any_spelling(name: str) -> None:
    assert key(name) == "organizationid"


def test_rows_keep_their_numbers_and_blank_ones_are_no_rows() -> None:
    found = table([""], ["id", "n"], ["", " "], ["1", "2"], ["3"], first=4)
    assert [row.number for row in found.rows] == [7, 8]
    assert found.rows[0].get("n") == "2"
    assert found.rows[1].get("n") == ""
    assert found.rows[0].get("none") == ""


def test_an_empty_sheet_is_an_empty_table() -> None:
    assert table([""], []).rows == []


def test_the_first_filled_of_several_columns_is_read() -> None:
    (row,) = table(["a", "b"], ["", "x"]).rows
    assert row.get("a", "b") == "x"


@pytest.mark.parametrize("text", ["", "unknown", "N/A", "-", "?"])
def test_unknown_is_blank_and_what_stands_there_can_still_be_seen(text: str) -> None:
    (row,) = table(["a", "b"], [text, "1"]).rows
    assert row.get("a") == ""
    assert row.written("a") == text


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Z"]), min_size=1))
def test_a_cell_made_harmless_is_read_as_it_was(text: str) -> None:
    assert restored(safe_text(text)) == (text if not text.startswith("'") else restored(text))


def test_a_quotation_stays_one() -> None:
    assert restored("'tis") == "'tis"
    assert restored("'=1+1") == "=1+1"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", 5),
        ("1,200", 1200),
        ("7.0", 7),
        ("-1", None),
        ("2.5", None),
        ("x", None),
        ("", None),
    ],
)
def test_counts(text: str, number: int | None) -> None:
    assert count(text) == number


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("12", 12, 12), ("12.5", 13, 12), ("0", 0, 0), ("x", None, None), ("-1", None, None)],
)
def test_a_part_of_a_year_never_widens_a_range(text, low, high) -> None:
    assert (age(text, oldest=False), age(text, oldest=True)) == (low, high)


@pytest.mark.parametrize("text", ["0", "no", "False", "", "n/a", "N"])
def test_flags_that_are_not_set(text: str) -> None:
    assert is_no(text)


@pytest.mark.parametrize("text", ["1", "yes", "TRUE", "x", "partly"])
def test_what_is_not_plainly_no_counts_as_set(text: str) -> None:
    assert not is_no(text)
    (row,) = table(["ConfidentialAddress", "id"], [text, "1"]).rows
    assert row.private


@pytest.mark.parametrize(("text", "secret"), [("Leesport", True), ("", False), ("n/a", False)])
def test_a_secret_address_that_is_filled_in_counts_as_a_flag(text: str, secret: bool) -> None:
    (row,) = table(
        ["ConfidentialAddress_city", "ConfidentialAddress_id", "id"], [text, "5", "1"]
    ).rows
    assert row.private is secret


def test_only_columns_that_hold_something_and_were_not_used_are_listed() -> None:
    found = table(["name", "city", "link_id", "blank", "colour"], ["Oak", "X", "7", "", "red"])
    found.rows[0].get("name")
    listed = {one.column: one.private for one in unread([found, found], [("phones", "why")])}
    assert listed == {"city": True, "colour": False, "phones (whole table)": True}
    assert not unread([], [("fees", NO_FIELD)])[0].private


def test_a_header_that_is_data_is_not_repeated() -> None:
    found = table(["850-555-0100"], ["x"])
    assert "555" not in repr(unread([found], []))


def test_rows_are_named_shortly_and_repeats_skipped() -> None:
    found = table(["a"], *[[str(n)] for n in (1, 2, 2, 3)])
    assert numbered(found.rows, 2) == "2, 3 and 2 more"
    assert [row.number for row in once(found.rows)] == [2, 3, 5]
