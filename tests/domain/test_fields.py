"""The class of a field is written beside it and decides what it may be used for."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import pytest

from matching.domain import fields
from matching.domain.fields import FieldClass, class_of
from matching.domain.records import BedPool, Provider, Referral
from matching.intake.fields import CATALOGUE, SheetKind

DECLARED = {
    "hard": FieldClass.HARD,
    "override": FieldClass.OVERRIDE,
    "soft": FieldClass.SOFT,
    "order": FieldClass.ORDER,
    "measure": FieldClass.MEASURE,
}


@pytest.mark.parametrize(("name", "expected"), DECLARED.items())
def test_a_declaration_gives_a_class_and_unknown_as_the_default(
    name: str, expected: FieldClass
) -> None:
    declared: Any = getattr(fields, name)()
    assert declared.metadata["class"] is expected
    assert declared.default is None
    assert declared.default_factory is dataclasses.MISSING


def test_a_key_must_be_given() -> None:
    assert fields.key().metadata["class"] is FieldClass.KEY
    assert fields.key().default is dataclasses.MISSING


def test_there_is_no_way_to_declare_a_forbidden_field() -> None:
    assert set(FieldClass) - set(DECLARED.values()) == {FieldClass.KEY, FieldClass.FORBIDDEN}
    assert not hasattr(fields, "forbidden")


def test_the_letters_are_those_of_the_data_dictionary() -> None:
    assert [one.value for one in FieldClass] == ["key", "H", "HO", "S", "O", "M", "X"]


@dataclass(frozen=True, kw_only=True)
class _Record:
    name: str = fields.key()
    weight: int | None = fields.soft()
    plain: int = 0


def test_the_class_of_a_field() -> None:
    assert class_of(_Record, "name") is FieldClass.KEY
    assert class_of(_Record, "weight") is FieldClass.SOFT
    assert _Record(name="x").weight is None
    with pytest.raises(KeyError):
        class_of(_Record, "plain")  # a field without a class has no use
    with pytest.raises(KeyError):
        class_of(_Record, "none such")


#: A few whose class is law or a promise of the design, by hand.
@pytest.mark.parametrize(
    ("record", "name", "expected"),
    [
        (Referral, "referral_id", FieldClass.KEY),
        (Referral, "age_years", FieldClass.HARD),
        (Referral, "gender", FieldClass.HARD),
        (Referral, "separate_from", FieldClass.HARD),
        (Referral, "vetoed_providers", FieldClass.HARD),
        (Referral, "icwa_status", FieldClass.OVERRIDE),
        (Referral, "max_distance_miles", FieldClass.OVERRIDE),
        (Referral, "faith_preference", FieldClass.SOFT),
        (Referral, "received_at", FieldClass.ORDER),
        (Referral, "urgency", FieldClass.ORDER),
        (Referral, "otip_status", FieldClass.MEASURE),
        (Provider, "licence_status", FieldClass.HARD),
        (Provider, "name", FieldClass.MEASURE),
        (BedPool, "beds_available", FieldClass.HARD),
        (BedPool, "confirmed_by", FieldClass.MEASURE),
    ],
)
def test_classes_by_hand(record: type, name: str, expected: FieldClass) -> None:
    assert class_of(record, name) is expected


def test_only_two_facts_decide_who_comes_first() -> None:
    """No judgement of a person, and nothing about who they are, moves anybody forward."""
    found = {
        field.attribute
        for kind in SheetKind
        for field in CATALOGUE[kind]
        if field.field_class is FieldClass.ORDER
    }
    assert found == {"received_at", "urgency"}
