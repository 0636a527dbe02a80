"""Every field of every record survives the way into an image and back."""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.store import tables
from matching.store.plain import plain_fields, plain_value, record_fields
from tests import strategies

TABLES = {
    "providers": (tables.providers, strategies.providers()),
    "bed_pools": (tables.bed_pools, strategies.pools()),
    "referrals": (tables.referrals, strategies.referrals()),
}


@pytest.mark.parametrize("name", TABLES)
@given(data=st.data())
@settings(max_examples=60)
def test_there_and_back_through_json(name, data):
    table, drawn = TABLES[name]
    record = data.draw(drawn)
    names = [field.name for field in dataclasses.fields(record)]
    written = json.loads(json.dumps(plain_fields(table, record, names)))
    read = record_fields(table, written)
    assert type(record)(**read) == record
    assert {type(read[one]) for one in names} == {type(getattr(record, one)) for one in names}


def test_unknown_and_known_none_stay_apart():
    column = tables.providers.c.excludes
    assert plain_value(column, None) is None
    assert plain_value(column, frozenset()) == "[]"
