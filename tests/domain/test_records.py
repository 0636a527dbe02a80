"""Records: unknown is None, sets are frozen, and free beds are never made up."""

from __future__ import annotations

import dataclasses
import typing
from datetime import date, datetime
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.fields import FieldClass, class_of
from matching.domain.records import BedPool, Provider, Referral, Training
from matching.intake.fields import SheetKind
from matching.intake.firewall import private_reason

RECORDS = (Referral, Provider, BedPool)
KEYS = {
    Referral: {"referral_id"},
    Provider: {"provider_id"},
    BedPool: {"pool_id", "provider_id"},
}
count = st.none() | st.integers(0, 9)


def beds(**facts: int | None) -> BedPool:
    return BedPool(pool_id="B1", provider_id="P1", **facts)  # type: ignore[arg-type]


# -- free beds -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepting", "occupied", "held", "reported", "free"),
    [
        (None, None, None, None, None),  # nobody has said
        (None, None, None, 3, 3),  # only the report
        (None, None, None, 0, 0),  # full by report
        (5, 2, 1, None, 2),  # only the sum
        (5, 2, 0, None, 3),
        (5, 5, 0, None, 0),
        (5, 4, 3, None, 0),  # overfull is full
        (5, 2, 1, 4, 2),  # the smaller of both
        (5, 2, 1, 1, 1),
        (5, 4, 3, 2, 0),
        (5, 2, None, None, None),  # holds unknown: not 3
        (5, None, 1, None, None),  # people unknown: not 4
        (None, 2, 1, None, None),
        (5, None, None, None, None),  # beds are not free beds
        (5, 2, None, 1, 1),  # the sum is unknown, the report is not
        (0, 0, 0, None, 0),
    ],
)
def test_free_beds(
    accepting: int | None,
    occupied: int | None,
    held: int | None,
    reported: int | None,
    free: int | None,
) -> None:
    found = beds(beds_accepting=accepting, beds_occupied=occupied, beds_held=held,
                 beds_available=reported).free  # fmt: skip
    assert found == free
    assert (found is None) == (free is None)


@given(count, count, count, count)
def test_free_beds_are_never_more_than_anybody_said(
    accepting: int | None, occupied: int | None, held: int | None, reported: int | None
) -> None:
    found = beds(beds_accepting=accepting, beds_occupied=occupied, beds_held=held,
                 beds_available=reported).free  # fmt: skip
    parts = (accepting, occupied, held)
    if found is None:
        assert reported is None
        assert None in parts
        return
    assert found >= 0
    assert reported is None or found <= reported
    if None not in parts:
        assert found <= typing.cast("int", accepting)
        assert found == max(0, min(x for x in (reported, accepting - occupied - held)
                                   if x is not None))  # type: ignore[operator]  # fmt: skip


def test_licensed_and_staffed_beds_are_not_free_beds() -> None:
    assert beds(beds_licensed=9, beds_staffed=9).free is None


@pytest.mark.parametrize(("children", "needed"), [(None, 1), (0, 1), (1, 2), (3, 4)])
def test_beds_needed(children: int | None, needed: int) -> None:
    assert Referral(referral_id="R1", children_with=children).beds_needed == needed


# -- fields ----------------------------------------------------------------------------


@pytest.mark.parametrize("record", RECORDS)
def test_everything_but_the_key_may_be_unknown(record: type) -> None:
    keys = {f.name for f in dataclasses.fields(record) if f.default is dataclasses.MISSING}
    assert keys == KEYS[record]
    bare = record(**dict.fromkeys(keys, "X"))
    for field in dataclasses.fields(record):
        if field.name not in keys:
            assert getattr(bare, field.name) is None
            assert type(None) in typing.get_args(typing.get_type_hints(record)[field.name])
    with pytest.raises(TypeError):
        record()
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(bare, next(iter(keys)), "Y")


@pytest.mark.parametrize("record", RECORDS)
def test_every_field_has_a_class_and_none_is_forbidden(record: type) -> None:
    for field in dataclasses.fields(record):
        found = class_of(record, field.name)
        assert found is not FieldClass.FORBIDDEN
        assert (found is FieldClass.KEY) == (field.name in KEYS[record])
    with pytest.raises(KeyError, match="birth_date"):
        class_of(record, "birth_date")


@pytest.mark.parametrize("record", RECORDS)
def test_fields_hold_only_what_cannot_change(record: type) -> None:
    plain = {str, int, bool, date, datetime}
    for name, hint in typing.get_type_hints(record).items():
        for kind in set(typing.get_args(hint)) - {type(None)} or {hint}:
            inner = (set(typing.get_args(kind)) or {kind}) - {Ellipsis}
            assert typing.get_origin(kind) in {None, frozenset, tuple}, name
            assert all(k in plain or k is Training or issubclass(k, StrEnum) for k in inner), (
                name
            )


def test_a_referral_has_no_place_for_anything_personal() -> None:
    named = {field.name for field in dataclasses.fields(Referral)}
    assert {name for name in named if private_reason(name, SheetKind.REFERRALS)} <= {
        "days_to_birthday"  # days, not a date
    }
    assert not {"name", "birth_date", "dob", "address", "phone", "notes", "race"} & named
    assert typing.get_type_hints(Referral)["days_to_birthday"] == int | None


@pytest.mark.parametrize("record", [Provider, BedPool])
def test_a_provider_is_known_to_county_level_only(record: type) -> None:
    named = {field.name for field in dataclasses.fields(record)}
    assert not {"address", "street", "city", "zip", "latitude", "longitude"} & named


def test_equal_records_are_equal_and_can_be_kept_in_sets() -> None:
    one, same = (Referral(referral_id="R1", separate_from=frozenset({"C1"})) for _ in "ab")
    assert one == same
    assert len({one, same}) == 1
    assert one != Referral(referral_id="R1", separate_from=frozenset())
    assert Referral(referral_id="R1", separate_from=frozenset()) != Referral(referral_id="R1")
