"""Cells are read as decided; several groups of beds in one cell become several rows."""

from __future__ import annotations

import pytest

from matching.domain.words import Gender, Household
from matching.intake.issues import Code
from matching.intake.recipe import Recipe
from matching.intake.uploads import ProviderUpload
from tests.intake.drafts import drafted

HEAD = ["provider_id", "name", "capacity"]


def loaded(*rows, recipe: Recipe | None = None) -> ProviderUpload:
    found = drafted(*rows, recipe=recipe).upload
    assert isinstance(found, ProviderUpload)
    return found


def test_two_groups_in_one_cell_are_two_bed_pools_of_one_provider() -> None:
    found = loaded(
        HEAD, ["P5", "Eden", "32 for families, 80 singles"], ["P6", "Oak", "12 beds"]
    )
    assert [one.provider_id for one in found.providers] == ["P5", "P6"]
    eden, oak = found.providers
    assert eden.licensed_capacity == 112
    assert oak.licensed_capacity == 12
    pools = {pool.pool_id: pool for pool in found.pools}
    families, singles = pools["P5/families"], pools["P5/singles"]
    assert (families.beds_licensed, singles.beds_licensed) == (32, 80)
    assert families.households == {Household.WITH_CHILDREN}
    assert singles.households == {Household.ALONE}
    assert {pool.beds_available for pool in found.pools} == {None}
    assert found.counts.read == found.counts.loaded == 2
    assert any("32 families; 80 singles" in said for said in found.decisions)


@pytest.mark.parametrize("text", ["22 apartments", "76 family rooms ", "10-12", "about 30"])
def test_what_is_no_number_of_beds_is_a_question_and_never_nought(text: str) -> None:
    found = loaded(HEAD, ["P1", "Oak", text], ["P2", "Elm", "4"])
    assert [issue.code for issue in found.issues] == [Code.NOT_A_NUMBER]
    assert [one.provider_id for one in found.providers] == ["P2"]
    answered = loaded(
        HEAD, ["P1", "Oak", text], recipe=Recipe().with_value("licensed_capacity", text, "20")
    )
    assert answered.providers[0].licensed_capacity == 20
    unknown = loaded(
        HEAD, ["P1", "Oak", text], recipe=Recipe().with_value("licensed_capacity", text, "")
    )
    assert unknown.providers[0].licensed_capacity is None


def test_groups_are_not_split_where_other_numbers_are_for_one() -> None:
    head = ["provider_id", "capacity", "beds_available"]
    found = loaded(head, ["P1", "5 women, 6 men", "3"], ["P2", "4 women", "1"])
    assert [issue.code for issue in found.issues] == [Code.NOT_A_NUMBER]
    assert "one row for each group" in found.issues[0].fix
    assert [one.provider_id for one in found.providers] == ["P2"]
    assert found.pools[0].genders == {Gender.FEMALE}


def test_what_a_row_says_itself_stands_above_what_is_inside_the_number() -> None:
    found = loaded(
        ["provider_id", "capacity", "genders"], ["P1", "8 women", "male"], ["P2", "8 women", ""]
    )
    assert [pool.genders for pool in found.pools] == [{Gender.MALE}, {Gender.FEMALE}]


def test_who_is_served_fills_what_no_other_column_says() -> None:
    rows = (
        ["provider_id", "Population", "age_min"],
        ["P1", "Women with children", "21"],
        ["P2", "single men 18+", ""],
        ["P3", "n/a", ""],
    )
    one, two, three = loaded(*rows).pools
    assert (one.genders, one.households, one.age_min) == (
        {Gender.FEMALE}, {Household.WITH_CHILDREN}, 21,
    )  # fmt: skip
    assert (two.genders, two.households, two.age_min) == ({Gender.MALE}, {Household.ALONE}, 18)
    assert (three.genders, three.households, three.age_min) == (None, None, None)


def test_a_single_cell_is_corrected_and_no_other() -> None:
    rows = (HEAD, ["P1", "Oak", "x"], ["P2", "Elm", "x"])
    found = loaded(*rows, recipe=Recipe().with_cell(2, "licensed_capacity", "7"))
    assert [one.licensed_capacity for one in found.providers] == [7]
    assert [issue.row for issue in found.issues] == [3]


def test_a_cell_of_a_column_that_the_file_lacks_may_be_filled() -> None:
    found = loaded(HEAD, ["P1", "Oak", "4"], recipe=Recipe().with_cell(2, "state", "FL"))
    assert found.providers[0].state == "FL"


def test_rows_left_out_are_counted_and_not_read() -> None:
    rows = (HEAD, ["P1", "Oak", "x"], ["P2", "Elm", "4"])
    found = loaded(*rows, recipe=Recipe().with_rows_left_out([2], "not ours"))
    assert (found.counts.read, found.counts.loaded, found.counts.left_out) == (2, 1, 1)
    assert found.issues == ()


def test_codes_are_made_from_names_when_somebody_says_so() -> None:
    rows = (["Name", "Capacity"], ["My Sister's House", "264"],
            ["Eden Village ", "32 for families, 80 singles"], ["", "3"])  # fmt: skip
    found = loaded(*rows, recipe=Recipe(made_ids=True))
    assert [one.provider_id for one in found.providers] == ["my-sisters-house", "eden-village"]
    assert {pool.pool_id for pool in found.pools} == {
        "my-sisters-house/1", "eden-village/families", "eden-village/singles",
    }  # fmt: skip
    assert [issue.code for issue in found.issues] == [Code.MISSING_ID]
    assert any("made from each name" in said for said in found.decisions)
