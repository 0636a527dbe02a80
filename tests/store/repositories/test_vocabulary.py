"""Every member of every vocabulary survives in every field that may hold it."""

from __future__ import annotations

import dataclasses
import typing
from enum import StrEnum

import pytest

from matching.domain.records import BedPool, Provider, Referral, Training
from matching.domain.words import Course
from matching.store.columns import Several, Word
from matching.store.tables import bed_pools, providers, referrals
from tests.store.making import record

KEYS = {
    Referral: {"referral_id": "R"},
    Provider: {"provider_id": "P"},
    BedPool: {"provider_id": "P", "pool_id": "B"},
}
TABLES = {Referral: referrals, Provider: providers, BedPool: bed_pools}


def worded_fields(kind):
    """The fields of a record that hold words, with their column types."""
    for field in dataclasses.fields(kind):
        column = TABLES[kind].c[field.name].type
        if isinstance(column, Word):
            yield field.name, column.vocabulary, None
        elif isinstance(column, Several) and issubclass(column.member, StrEnum):
            yield field.name, column.member, column.container


def saved_and_read(store, one):
    name = {Referral: "referrals", Provider: "providers", BedPool: "pools"}[type(one)]
    homes = {"providers": [Provider(provider_id="P")]} if name == "pools" else {}
    record(store, **{**homes, name: [one]}, replace=True)
    with store.reading() as read:
        found_homes, beds = read.providers.all()
        (back,) = {"referrals": read.referrals.all(), "pools": beds}.get(name, found_homes)
    return back


@pytest.mark.parametrize("kind", list(KEYS))
def test_every_member_in_every_field(store, kind):
    fields = list(worded_fields(kind))
    assert len(fields) >= 3
    rounds = max(len(vocabulary) for _, vocabulary, _ in fields)
    for turn in range(rounds):
        values = {}
        for name, vocabulary, container in fields:
            member = list(vocabulary)[turn % len(vocabulary)]
            values[name] = container([member]) if container else member
        one = kind(**KEYS[kind], **values)
        assert saved_and_read(store, one) == one


@pytest.mark.parametrize("kind", list(KEYS))
def test_whole_vocabularies_at_once(store, kind):
    values = {
        name: container(vocabulary)
        for name, vocabulary, container in worded_fields(kind)
        if container
    }
    one = kind(**KEYS[kind], **values)
    assert saved_and_read(store, one) == one


def test_every_course(store):
    courses = tuple(Training(course=course) for course in Course)
    one = Provider(provider_id="P", trainings=courses + courses[::-1])
    assert saved_and_read(store, one).trainings == one.trainings


def test_the_worded_fields_are_those_of_the_type_hints():
    for kind in KEYS:
        hints = typing.get_type_hints(kind)
        worded = {name for name, hint in hints.items() if "matching.domain.words" in str(hint)}
        assert {name for name, _, _ in worded_fields(kind)} == worded - {"trainings"}
