"""Marks of records: every change that matters shows, and no fact can be read from them."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain.fields import FieldClass, class_of
from matching.domain.records import BedPool, Provider, Referral
from matching.services.marks import KINDS, Changed, differences, marks, pool_name
from tests.builders import NOW, known_home, known_pool, known_referral, problem
from tests.strategies import pools, providers, referrals

PERSON, HOME, POOL = known_referral(), known_home(), known_pool()


def marks_of(person=PERSON, home=HOME, pool=POOL, salt="s"):
    return marks([person], [home], [pool], salt)


def another(value, name):
    """Return some other value of a field."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, datetime):
        return value + timedelta(hours=1)
    if isinstance(value, date):
        return value + timedelta(days=1)
    return None if value is not None else f"other {name}"


def fields(record):
    kind = type(record)
    return [(f.name, class_of(kind, f.name)) for f in dataclasses.fields(record)]


@pytest.mark.parametrize("record", [PERSON, HOME, POOL], ids=["person", "home", "pool"])
def test_every_fact_the_engine_may_use_changes_the_mark_and_no_other_does(record):
    side = {Referral: "person", Provider: "home", BedPool: "pool"}[type(record)]
    before = marks_of()
    for name, kind in fields(record):
        if kind is FieldClass.KEY:
            continue
        changed = dataclasses.replace(record, **{name: another(getattr(record, name), name)})
        after = marks_of(**{side: changed})
        assert (after == before) == (kind is FieldClass.MEASURE), name


@pytest.mark.parametrize("record", [PERSON, HOME, POOL], ids=["person", "home", "pool"])
def test_facts_without_a_mark_change_no_plan(record):
    side = {Referral: 0, Provider: 1, BedPool: 2}[type(record)]
    before = problem(PERSON, HOME, POOL).fingerprint()
    for name, kind in fields(record):
        if kind is FieldClass.MEASURE:
            records = [PERSON, HOME, POOL]
            records[side] = dataclasses.replace(
                record, **{name: another(getattr(record, name), name)}
            )
            assert problem(*records).fingerprint() == before, name


@settings(max_examples=25)
@given(referrals(), providers(), pools())
def test_equal_records_have_equal_marks(person, home, pool):
    twins = [dataclasses.replace(one) for one in (person, home, pool)]
    assert marks_of(person, home, pool) == marks_of(*twins)
    assert not differences(marks_of(person, home, pool), marks_of(*twins))


def test_one_moment_in_two_time_zones_is_one_moment():
    here = NOW.astimezone(timezone(timedelta(hours=-5)))
    marked = [marks_of(known_referral(received_at=at)) for at in (NOW, here)]
    assert marked[0] == marked[1]
    assert here.tzinfo is not UTC


def test_the_salt_keeps_marks_of_two_plans_apart_and_they_are_short():
    one, other = marks_of(salt="one"), marks_of(salt="other")
    for kind in KINDS:
        for name, mark in one[kind].items():
            assert len(mark) == 8
            assert mark != other[kind][name]


def test_a_mark_names_no_fact():
    marked = marks_of(known_referral("R1", home_county="80007"))
    assert "80007" not in str(marked)
    assert list(marked["referrals"]) == ["R1"]
    assert list(marked["bed_pools"]) == [pool_name("P1", "B1")]


def test_unknown_and_known_none_have_different_marks():
    none, empty = (marks_of(known_referral(behaviours=b)) for b in (None, frozenset()))
    assert none["referrals"] != empty["referrals"]


def test_what_came_went_and_changed_is_told_apart():
    before = marks([known_referral("R1"), known_referral("R2")], [HOME], [POOL], "s")
    now = marks([known_referral("R2", age_years=16), known_referral("R3")], [HOME], [POOL], "s")
    assert differences(before, now) == (Changed("referrals", ("R3",), ("R1",), ("R2",)),)
    assert differences(now, before) == (Changed("referrals", ("R1",), ("R3",), ("R2",)),)


names = st.dictionaries(st.sampled_from("abcd"), st.sampled_from("xyz"))


@given(names, names)
def test_differences_account_for_every_name(before, now):
    found = differences({"providers": before}, {"providers": now})
    one = found[0] if found else Changed("providers", (), (), ())
    assert set(one.new) == now.keys() - before.keys()
    assert set(one.gone) == before.keys() - now.keys()
    assert {n: now[n] for n in before.keys() & now.keys()} | dict.fromkeys(one.other, 0) == {
        n: 0 if n in one.other else before[n] for n in before.keys() & now.keys()
    }


def test_two_pools_never_share_a_name():
    assert pool_name("P", "1 B") != pool_name("P 1", "B")
