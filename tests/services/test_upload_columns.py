"""What a person sees and decides about the columns of a file."""

from __future__ import annotations

import pytest

from matching.intake.columns import SPECIAL_LABELS
from matching.intake.fields import CATALOGUE, SheetKind
from matching.intake.recipe import Recipe
from matching.services import upload_columns as the
from matching.services.upload_columns import Group
from tests.intake.drafts import drafted

HEAD = ["Key", "Name", "Capacity", "Restrictions", "PhoneNum"]
ROWS = [["0", "Oak", "3", "Men", "1"], ["1", "Elm", "4", "Women", "2"]]


def groups(*rows, **told):
    found = the.grouped(the.file_columns(drafted(*rows, **told)))
    return {group: [one.match.header for one in mine] for group, mine in found.items()}


def test_every_column_is_in_exactly_one_group():
    found = groups(HEAD, *ROWS)
    assert found == {
        Group.OPEN: [],
        Group.USED: ["Name", "Capacity", "Restrictions"],
        Group.UNUSED: ["Key"],
        Group.LOCKED: ["PhoneNum"],
    }


def test_columns_that_may_fill_something_come_first():
    status = [["provider_id", "papers"], ["P1", "active"], ["P2", "expired"]]
    assert groups(*status)[Group.OPEN] == ["papers"]
    one = next(one for one in the.file_columns(drafted(*status)) if one.proposals)
    assert ("licence_status", "licence status") in one.proposals


@pytest.mark.parametrize("kind", list(SheetKind))
def test_everything_of_the_catalogue_may_be_filled_and_is_named_apart(kind):
    found = the.targets(kind)
    special = SPECIAL_LABELS if kind is SheetKind.PROVIDERS else {}
    assert [one.column for one in found] == [
        *(field.column for field in CATALOGUE[kind]),
        *map(str, special),
    ]
    assert len({one.words for one in found}) == len(found)


@pytest.mark.parametrize("kind", list(SheetKind))
def test_every_target_has_a_label(kind):
    for one in the.targets(kind):
        assert the.label_of(one.column, kind)


def test_a_missing_code_is_offered_columns_that_tell_rows_apart():
    missing = the.missing_key(drafted(HEAD, *ROWS))
    assert missing.column == "provider_id"
    assert [one.key for one in missing.candidates] == ["Key"]
    assert missing.from_names
    same = the.missing_key(drafted(HEAD, ROWS[0], ["0", *ROWS[1][1:]]))
    assert same.candidates == ()
    assert the.missing_key(drafted(HEAD, *ROWS, recipe=Recipe(made_ids=True))) is None
    assert the.missing_key(drafted(["provider_id"], ["P1"])) is None


def test_two_columns_that_may_be_the_code_are_the_candidates():
    head = ["Facility ID", "Facility Number", "name"]
    missing = the.missing_key(drafted(head, ["1", "7", "Oak"], ["2", "8", "Elm"]))
    assert [one.key for one in missing.candidates] == head[:2]
    assert not missing.from_names


def test_made_codes_are_told_however_they_were_decided():
    made = Recipe(made_ids=True)
    assert the.codes_are_made(drafted(HEAD, *ROWS, recipe=made))
    assert the.codes_are_made(drafted(HEAD, *ROWS, before=made))
    assert not the.codes_are_made(drafted(HEAD, *ROWS))
    chosen = made.with_column("Key", "provider_id")
    assert not the.codes_are_made(drafted(HEAD, *ROWS, recipe=chosen))


def test_two_columns_for_one_field_are_told():
    found = drafted(["provider_id", "provider name", "facility name"], ["P1", "a", "b"])
    (said,) = the.used_twice(found)
    assert "2 columns may fill this" in said
    assert the.used_twice(drafted(["provider_id"], ["P1"])) == ()
