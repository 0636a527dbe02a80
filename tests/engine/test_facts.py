"""What many records say at once is what each of them says alone."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import geography
from matching.domain.certification import certificate_valid, effective_type
from matching.domain.fields import FieldClass
from matching.domain.occupancy import first_decides
from matching.domain.records import BedPool, Provider, Referral
from matching.domain.words import PlacementType
from matching.engine import facts
from matching.engine.columns import UNKNOWN, SetColumn, numbers, sets
from matching.engine.facts import Facts, once_for_each
from matching.engine.problem import build
from tests import strategies
from tests.builders import NOW, referral

GEO = geography.load()
KINDS = (Referral, Provider, BedPool)
maybe = st.none() | st.integers(0, 3)


def told(column):
    """Return a column as it would be written down."""
    return [None if int(one) == UNKNOWN else int(one) for one in column]


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.__name__)
def test_what_only_reports_use_is_not_even_looked_at(kind):
    said = Facts((), kind).said
    measures = {f.name for f in dataclasses.fields(kind)} - said.keys()
    assert measures
    assert all(
        (f.metadata["class"] is FieldClass.MEASURE) == (f.name in measures)
        for f in dataclasses.fields(kind)
    )


@pytest.mark.parametrize("block", [1, 2, 256])
def test_every_record_is_read_in_its_place(block, monkeypatch):
    monkeypatch.setattr(facts, "BLOCK", block)
    people = [referral(f"R{k}", age_years=k, home_county=None) for k in range(5)]
    said = Facts(people, Referral)
    assert said.said["referral_id"] == ["R0", "R1", "R2", "R3", "R4"]
    assert told(said.counted("age_years")) == [0, 1, 2, 3, 4]


@settings(deadline=None, max_examples=25)
@given(st.lists(strategies.providers(), max_size=4), st.data())
def test_columns_are_repeated_for_the_rows_that_ask(homes, data):
    places = st.integers(0, max(0, len(homes) - 1))
    rows = np.array(data.draw(st.lists(places, max_size=6)) if homes else [], np.int32)
    plain, spread = Facts(homes, Provider), Facts(homes, Provider, rows)
    for name, column in {
        "flags": lambda said: said.flags("awake_night"),
        "numbers": lambda said: said.counted("licensed_capacity"),
        "words": lambda said: said.coded("placement_type", list(PlacementType)),
        "days": lambda said: said.dated("licence_expires"),
        "places": lambda said: said.placed("county", GEO),
    }.items():
        assert told(column(spread)) == [told(column(plain))[k] for k in rows], name
    areas = sorted(plain.items("service_area"))
    assert areas == sorted({a for home in homes for a in home.service_area or ()})
    one, other = plain.chosen("service_area", areas), spread.chosen("service_area", areas)
    assert np.array_equal(one.bits[rows], other.bits)


def test_hours_are_whole_and_a_moment_ahead_is_now():
    ages = [timedelta(hours=3), timedelta(hours=3, seconds=-1), timedelta(days=-1), None]
    people = [referral(f"R{k}", received_at=age and NOW - age) for k, age in enumerate(ages)]
    assert told(Facts(people, Referral).hours_before("received_at", NOW)) == [3, 2, 0, None]


@given(st.lists(st.tuples(maybe, maybe, st.none() | st.frozensets(st.sampled_from("ab")))))
def test_each_combination_is_decided_once(rows):
    first, second, third = (list(one) for one in zip(*rows, strict=True)) if rows else ([],) * 3
    asked = []

    def decide(k):
        asked.append(rows[k])
        return None if first[k] is None else first[k] + len(third[k] or ())

    columns = numbers(first), numbers(second), sets(third, "ab")
    wanted = [None if a is None else a + len(c or ()) for a, _, c in rows]
    assert told(once_for_each(decide, *columns)) == wanted
    assert len(asked) == len(set(asked)) == len(set(rows))


@settings(deadline=None, max_examples=15)
@given(strategies.inventories())
def test_a_pool_among_others_is_what_it_is_alone(inventory):
    homes, pools = inventory
    whole = build((), homes, pools, NOW, GEO)
    today = NOW.date()
    for row, (home, pool) in enumerate(
        (whole.provider_records[k], whole.pool_records[row])
        for row, k in enumerate(whole.pools.provider)
    ):
        own = [one for one in pools if one.provider_id == home.provider_id]
        alone = build((), [home], own, NOW, GEO)
        at = alone.pool_keys.index(whole.pool_keys[row])
        for field in dataclasses.fields(whole.pools):
            one, other = getattr(whole.pools, field.name), getattr(alone.pools, field.name)
            if field.name == "provider" or isinstance(one, SetColumn):
                continue
            assert np.array_equal(one[row], other[at]), field.name
        free, decides = whole.pools.free[row], whole.pools.first_decides[row]
        certified, kind = whole.pools.certified[row], whole.pools.effective_type[row]
        effective = effective_type(home, today)
        assert told([free, decides, certified, kind]) == [
            pool.free,
            first_decides(home, pool),
            certificate_valid(home, today),
            None if effective is None else list(PlacementType).index(effective),
        ]


def test_nobody_and_nothing_freeze_too():
    problem = build((), (), (), NOW, GEO)
    assert problem.size == (0, 0)
    assert problem.pools.training.shape == (0, len(problem.pools.training.T))
