"""The strategies draw what they promise, or every property built on them is hollow."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import Phase, find, given, settings

from matching.domain import geography
from matching.domain.records import BedPool, Provider, Referral
from tests import strategies as own

FEW = settings(max_examples=15, deadline=None)


@pytest.mark.parametrize("record", [Referral, Provider, BedPool])
def test_every_field_of_a_record_is_drawn(record):
    assert set(own.field_strategies(record)) == {f.name for f in dataclasses.fields(record)}


@FEW
@given(own.referrals(unknown=False))
def test_known_referrals_have_no_unknown_field(referral):
    assert None not in dataclasses.astuple(referral)
    assert referral.received_at.utcoffset() == timedelta(0)
    assert {referral.home_county, *referral.avoid_counties} <= set(geography.load().index)


@FEW
@given(own.inventories())
def test_pools_belong_to_drawn_providers_and_ids_are_distinct(drawn):
    homes, beds = drawn
    codes = [home.provider_id for home in homes]
    assert len(set(codes)) == len(codes)
    assert {pool.provider_id for pool in beds} <= set(codes)
    assert len({pool.pool_id for pool in beds}) == len(beds)
    for pool in beds:
        if pool.age_min is not None and pool.age_max is not None:
            assert pool.age_min <= pool.age_max


@FEW
@given(own.referral_lists(urgency=None))
def test_lists_have_distinct_references_and_keep_fixed_fields(drawn):
    assert len({one.referral_id for one in drawn}) == len(drawn)
    assert all(one.urgency is None for one in drawn)


@pytest.mark.parametrize("value", [None, frozenset()])
def test_unknown_and_known_none_are_both_drawn(value):
    first = settings(phases=[Phase.generate], database=None)
    found = find(own.referrals(), lambda one: one.behaviours == value, settings=first)
    assert found.behaviours == value
