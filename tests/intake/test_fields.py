"""The catalogue agrees with the records, field for field."""

from __future__ import annotations

import dataclasses
import types
import typing
from datetime import date, datetime

import pytest

from matching.domain.fields import FieldClass
from matching.domain.records import BedPool, Provider, Referral, Training
from matching.intake import fields as f
from matching.intake.column_reader import read_column

EVERY = [field for kind in f.SheetKind for field in f.CATALOGUE[kind]]


@pytest.mark.parametrize("kind", list(f.SheetKind))
def test_every_attribute_has_one_column_and_every_column_an_attribute(
    kind: f.SheetKind,
) -> None:
    wanted = {
        (record, field.name)
        for record in f.RECORDS[kind]
        for field in dataclasses.fields(record)
        if (record, field.name) not in f.DERIVED
    }
    found = [(field.record, field.attribute) for field in f.CATALOGUE[kind]]
    assert set(found) == wanted
    assert len(found) == len(set(found))


@pytest.mark.parametrize("kind", list(f.SheetKind))
def test_no_name_means_two_columns(kind: f.SheetKind) -> None:
    owners: dict[str, str] = {}
    for field in f.CATALOGUE[kind]:
        for name in field.names:
            assert owners.setdefault(name, field.column) == field.column, name


def test_columns_are_named_like_their_attributes() -> None:
    renamed = {
        (field.attribute, field.column) for field in EVERY if field.attribute != field.column
    }
    assert renamed == {("pool_id", "bed_pool")}


def _known(hint: object) -> object:
    """Return a type hint without None."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return next(part for part in typing.get_args(hint) if part is not type(None))
    return hint


KIND_TYPES: dict[f.Kind, object] = {
    f.Kind.TEXT: str,
    f.Kind.IDENTIFIER: str,
    f.Kind.STATE: str,
    f.Kind.COUNTY: str,
    f.Kind.NUMBER: int,
    f.Kind.DATE: date,
    f.Kind.MOMENT: datetime,
    f.Kind.YES_NO: bool,
    f.Kind.COUNTIES: frozenset[str],
    f.Kind.TOKENS: frozenset[str],
    f.Kind.LANGUAGES: frozenset[str],
    f.Kind.RANKED_TOKENS: tuple[str, ...],
    f.Kind.RANKED_LANGUAGES: tuple[str, ...],
    f.Kind.TRAININGS: tuple[Training, ...],
}


@pytest.mark.parametrize("field", EVERY, ids=lambda field: field.column)
def test_the_kind_is_the_type_of_the_attribute(field: f.Field) -> None:
    hint = _known(typing.get_type_hints(field.record)[field.attribute])
    if field.words is None:
        assert hint == KIND_TYPES[field.kind]
        return
    expected = {
        f.Kind.ONE_OF: field.words,
        f.Kind.SET_OF: frozenset[field.words],  # type: ignore[name-defined]
        f.Kind.RANKED: tuple[field.words, ...],  # type: ignore[name-defined]
    }
    assert hint == expected[field.kind]


@pytest.mark.parametrize("field", EVERY, ids=lambda field: field.column)
def test_the_example_can_be_read_and_the_help_is_a_sentence(field: f.Field) -> None:
    values, problems = read_column(field, {field.example, ""})
    assert problems == {}
    assert values[field.example] is not None
    assert values[""] is None
    assert field.help.endswith(".")
    assert field.example in f.sentence(field)
    assert f.sentence(field).endswith("Blank means unknown.")


@pytest.mark.parametrize("field", EVERY, ids=lambda field: field.column)
def test_the_class_comes_from_the_record(field: f.Field) -> None:
    metadata = {one.name: one.metadata for one in dataclasses.fields(field.record)}
    assert field.field_class is metadata[field.attribute]["class"]
    assert field.field_class is not FieldClass.FORBIDDEN
    assert field.required == (field.attribute in {"provider_id", "referral_id"})


def test_numbers_have_limits_and_only_they() -> None:
    for field in EVERY:
        assert (field.high > field.low) == (field.kind is f.Kind.NUMBER), field.column


def test_the_key_comes_first() -> None:
    assert f.key_of(f.SheetKind.PROVIDERS).record is Provider
    assert f.key_of(f.SheetKind.REFERRALS).record is Referral
    assert f.by_column(f.SheetKind.PROVIDERS)["bed_pool"].record is BedPool


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Labor trafficking", "labour trafficking"),
        ("Program-Name ", "programme name"),
        ("License Expires", "licence expires"),
        ("bedsAvailable", "beds available"),
        ("  Ages (years)*", "ages years"),
        ("Café", "cafe"),
        ("", ""),
    ],
)
def test_plain(text: str, expected: str) -> None:
    assert f.plain(text) == expected
