"""A draft is worked out anew from the file and the decisions, and tells all it did."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain.errors import InputError
from matching.intake.columns import How
from matching.intake.draft import digest, draft
from matching.intake.fields import SheetKind
from matching.intake.reader import read
from matching.intake.recipe import Recipe
from tests.intake.drafts import TODAY, csv_bytes, drafted
from tests.intake.formats.test_hic import RAW

P, R = SheetKind.PROVIDERS, SheetKind.REFERRALS
HEAD = ["provider_id", "genders", "beds_available"]


def workbook(sheets: dict[str, list[list[str]]], hidden: tuple[str, ...] = ()) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for k, row in enumerate(rows):
            sheet.write_row(k, 0, row)
        if name in hidden:
            sheet.hide()
    book.close()
    return out.getvalue()


def of_book(data: bytes, recipe: Recipe | None = None):
    return draft(read(data), "b.xlsx", digest(data), recipe=recipe, today=TODAY)


def test_a_file_of_the_atlanta_kind_goes_from_a_stop_to_records_decision_by_decision() -> None:
    rows = (
        ["Key", "Name", "Capacity", "Restrictions", "Longitude", "Address", "PhoneNum"],
        ["1", "Oak", "264", "Women/Children", "-84.4", "1 Elm St, Atlanta, GA 30318", "x"],
        ["2", "Elm", "32 for families, 80 singles", "Anyone", "-84.4", "2 Elm St", "x"],
        ["3", "Ash", "22 apartments", "Men", "-84.3", "", "x"],
        ["4", "Fir", "", "Men", "-84.3", "", "x"],
    )
    first = drafted(*rows, kind=P)
    assert first.stop is not None
    assert first.upload is None
    assert {one.text for one in first.asked} == {"Women/Children"}
    recipe = Recipe().with_column("Key", "provider_id")
    second = drafted(*rows, recipe=recipe)
    assert second.stop is None
    assert {(one.column, one.value) for one in second.repairs} == {
        ("licensed_capacity", "22 apartments"), ("population", "Women/Children"),
    }  # fmt: skip
    recipe = recipe.with_value("population", "women/children", "female; with children")
    recipe = recipe.with_value("licensed_capacity", "22 apartments", "")
    third = drafted(*rows, recipe=recipe)
    assert third.repairs == ()
    upload = third.upload
    assert upload.counts.loaded == upload.counts.read == 4
    assert [one.licensed_capacity for one in upload.providers] == [264, 112, None, None]
    assert upload.providers[0].county == "13121"
    assert len(upload.pools) == 5
    assert {one.column for one in upload.not_kept} >= {"Longitude", "Address", "PhoneNum"}
    assert "Elm St" not in repr(upload.providers)


def test_the_fitting_sheet_is_chosen_and_another_may_be() -> None:
    data = workbook(
        {
            "Notes": [["hello"]],
            "Old": [HEAD, ["P1", "f", "1"]],
            "Now": [HEAD, ["P2", "f", "2"]],
        },
        hidden=("Old",),
    )
    found = of_book(data)
    assert [one.provider_id for one in found.upload.providers] == ["P2"]
    assert [(one.name, one.rows, one.hidden) for one in found.sheets] == [
        ("Notes", 1, False), ("Old", 2, True), ("Now", 2, False),
    ]  # fmt: skip
    assert any("'Now' was read" in said for said in found.upload.decisions)
    other = of_book(data, Recipe(sheet="Old"))
    assert [one.provider_id for one in other.upload.providers] == ["P1"]


def test_a_person_chooses_the_header_and_takes_rows_back() -> None:
    rows = (["List of homes", "", ""], HEAD, ["P1", "f", "1"], ["Total", "", "1"])
    found = drafted(*rows)
    assert found.grid.header == (2,)
    assert [one.row for one in found.grid.left_out] == [1, 4]
    back = drafted(*rows, recipe=Recipe(rows={4: True}))
    assert [one.provider_id for one in back.upload.providers] == ["P1", "Total"]
    other = drafted(*rows, recipe=Recipe(header=(1,)), kind=P)
    assert other.stop is not None


def test_what_was_remembered_is_taken_over_and_may_be_changed() -> None:
    rows = (["Code", "Open", "Sex"], ["P1", "2", "ladies"])
    before = Recipe(columns={"Code": "provider_id", "Open": "beds_available", "Sex": "genders"})
    before = before.with_value("genders", "ladies", "female")
    found = drafted(*rows, before=before)
    assert found.upload.pools[0].beds_available == 2
    assert {one.how for one in found.header.matches} == {How.REMEMBERED}
    now = Recipe().with_column("Open", "beds_licensed")
    changed = drafted(*rows, recipe=now, before=before)
    assert changed.upload.pools[0].beds_licensed == 2
    assert changed.recipe == now


def test_only_what_tells_nothing_about_a_person_lasts() -> None:
    rows = (["referral_id", "gender", "home_county"], ["R1", "girl", "x"], ["R2", "boy", "y"])
    recipe = Recipe().with_value("gender", "girl", "female")
    recipe = recipe.with_value("gender", "Jane Roe of 12 Oak Street", "female")
    recipe = recipe.with_value("home_county", "x", "Leon, FL").with_cell(2, "gender", "female")
    recipe = recipe.with_rows_left_out([3], "wrong").with_column("gender", "gender")
    recipe = recipe.with_column("Roe 2009-04-03", "").with_column("123-45-6789", "")
    lasting = drafted(*rows, recipe=recipe, kind=R).lasting
    assert lasting.values == {"gender": {"girl": "female"}}
    assert (lasting.cells, lasting.left_out, lasting.rows) == ({}, {}, {})
    assert lasting.columns == {"gender": "gender"}


def test_files_with_the_same_columns_have_the_same_fingerprint() -> None:
    one = drafted(HEAD, ["P1", "f", "1"])
    two = drafted(["Beds available", "GENDERS", "Provider ID"], ["2", "m", "P9"])
    assert one.columns_fingerprint == two.columns_fingerprint
    assert one.columns_fingerprint != drafted(HEAD[:2], ["P1", "f"]).columns_fingerprint


def test_a_list_of_people_is_refused_on_the_way_of_providers() -> None:
    with pytest.raises(InputError, match="list of people"):
        drafted(["First name", "Surname", "DOB"], ["a", "b", "c"], kind=P)


def test_titles_and_notes_on_a_list_of_people_are_not_shown() -> None:
    rows = (["For Jane Roe", "", ""], ["referral_id", "gender", "age_years"], ["R1", "f", "15"])
    found = drafted(*rows)
    assert found.kind is R
    assert [(one.row, one.text) for one in found.grid.left_out] == [(1, "")]
    assert "Jane" not in repr((found.upload, found.repairs, found.grid.decisions))


def test_columns_without_rows_stop() -> None:
    found = drafted(HEAD)
    assert "no rows" in found.stop.sentence()
    assert found.upload is None


def test_a_standard_may_be_read_as_any_other_table() -> None:
    data = RAW.read_bytes()
    found = of_book(data)
    assert "Housing Inventory Count" in found.standard
    assert (found.grid, found.header, found.stop) == (None, None, None)
    plain = of_book(data, replace(Recipe(), standard=False))
    assert plain.standard == ""
    assert plain.header is not None


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.lists(st.text(max_size=8), min_size=1, max_size=5), min_size=1, max_size=6),
    st.builds(
        Recipe,
        columns=st.dictionaries(st.text(max_size=4), st.sampled_from(["name", "genders", ""])),
        header=st.tuples() | st.tuples(st.integers(1, 4)),
        made_ids=st.booleans(),
    ),
)
def test_any_table_with_any_decisions_is_drafted_or_refused(rows, recipe) -> None:
    try:
        found = drafted(*rows, recipe=recipe)
    except InputError as error:
        assert error.sentence()  # noqa: PT017 - either outcome is right
        return
    assert (found.stop is None) == (found.upload is not None)
    if found.upload is not None:
        counts = found.upload.counts
        assert counts.read == counts.loaded + counts.set_aside + counts.left_out
        assert counts.read == len(found.grid.rows)
    again = draft(read(csv_bytes(*rows)), "f.csv", found.sha256, recipe=recipe, today=TODAY)
    assert again.upload == found.upload
    assert again.meanings == found.meanings
