"""The preview of a file's own rows shows nothing that is never kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.intake.columns import How
from matching.intake.draft import digest
from matching.intake.fields import SheetKind
from matching.intake.reader import read
from matching.intake.recipe import Recipe
from matching.services import upload_sheet as the
from matching.services.uploading import Opened
from tests.intake.drafts import csv_bytes, drafted

HOMES = ["provider_id", "name", "county", "contact", "Key worker", "Street address", "phone"]
PEOPLE = ["referral_id", "age_years", "home_county", "worker", "Her words", "name"]


def test_locked_columns_and_places_are_named_and_never_shown():
    found = drafted(HOMES, ["P1", "Oak", "Leon, FL", "(850) 555-0101", "x", "1 Elm St", "555"])
    shown = the.own_rows(found)
    assert shown.titles == ("provider_id", "name", "county", "contact", "Key worker")
    assert shown.hidden == ("Street address", "phone")
    assert shown.rows == ((2, ("P1", "Oak", "Leon, FL", "(850) 555-0101", "x")),)


@pytest.mark.parametrize(
    "cell", ["Mary Roe", "call 850-555-0101", "a@b.org", "1 Elm Street", "born 3/4/2011"]
)
def test_a_cell_of_an_unused_column_that_may_tell_who_somebody_is_is_withheld(cell):
    found = drafted(HOMES, ["P1", "Oak", "Leon, FL", "", cell, "", ""])
    assert the.own_rows(found).rows[0][1][-1] is None


def test_of_people_only_columns_that_are_kept_are_shown():
    found = drafted(PEOPLE, ["R-7", "15", "Leon, FL", "unit 4", "secret", "Mary Roe"])
    shown = the.own_rows(found)
    assert found.kind is SheetKind.REFERRALS
    assert shown.titles == ("referral_id", "age_years", "home_county", "worker")
    assert shown.rows[0][1] == ("R-7", "15", "Leon, FL", "unit 4")


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        (0, "Mary Roe"), (0, "123-45-6789"), (0, "3/4/2011"), (1, "15, Mary Roe"),
        (2, "1 Elm Street, Ocala"), (3, "Mary Roe"), (3, "mary@b.org"),
    ],
)  # fmt: skip
def test_of_people_a_cell_that_may_tell_who_somebody_is_is_withheld(column, cell):
    row = ["R-7", "15", "Leon, FL", "unit 4", "", ""]
    row[column] = cell
    shown = the.own_rows(drafted(PEOPLE, row))
    assert shown.rows[0][1][column] is None


@given(
    st.lists(
        st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12),
        min_size=6,
        max_size=6,
    )
)
def test_the_cells_of_hidden_columns_are_never_among_the_shown(cells):
    marked = [f"{cell}§{k}" for k, cell in enumerate(cells)]
    found = drafted(PEOPLE, ["R-7", "15", "", "", "", ""], marked)
    hidden = {one.position for one in found.header.matches if one.column is None}
    for _, row in the.own_rows(found).rows:
        assert not {f"§{k}" for k in hidden} & {(cell or "")[-2:] for cell in row}


def test_samples_are_of_kept_columns_only_and_different():
    rows = [["P1", "Oak", "Leon, FL", "", "x", "1 Elm St", "5"]] * 2
    found = drafted(HOMES, *rows, ["P2", "Elm", "", "", "y", "2 Elm St", "6"])
    by_name = {one.key: the.samples(found, one) for one in found.header.matches}
    assert by_name["name"] == ("Oak", "Elm")
    assert by_name["county"] == ("Leon, FL",)
    assert by_name["Key worker"] == by_name["phone"] == by_name["Street address"] == ()


def test_a_locked_column_shows_nothing_whoever_asks():
    found = drafted(HOMES, ["P1", "Oak", "", "", "", "1 Elm St", "555"])
    locked = [one for one in found.header.matches if one.how is How.PRIVATE]
    assert locked
    for one in locked:
        assert not the.may_show(SheetKind.PROVIDERS, one, "anything")
        assert the.samples(found, one) == ()


def opened(*rows):
    data = csv_bytes(*rows)
    return Opened("f.csv", {"f.csv": data}, read(data), digest(data))


def test_rows_of_the_header_are_offered_without_showing_data():
    rows = (["Our beds", ""], ["provider_id", "name"], ["P1", "Mary Roe Home"])
    choices = dict(the.header_choices(drafted(*rows), opened(*rows)))
    assert choices == {1: "Our beds", 2: "provider_id, name", 3: ""}


def test_rows_near_both_ends_can_be_taken_out():
    rows = [["provider_id", "name"], *([f"P{k}", "Oak"] for k in range(100))]
    near = the.rows_to_leave_out(drafted(*rows))
    assert near[0] == 2
    assert near[-1] == 101
    assert len(near) == 2 * the.NEAR
    few = the.rows_to_leave_out(drafted(*rows[:4]))
    assert few == (2, 3, 4)


def test_rows_that_somebody_took_out_are_not_in_the_preview():
    found = drafted(["provider_id"], ["P1"], ["P2"], recipe=Recipe(rows={2: False}))
    assert [number for number, _ in the.own_rows(found).rows] == [3]
