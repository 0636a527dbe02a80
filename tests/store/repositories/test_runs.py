"""Saved plans come back whole, and lists of them without their documents."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from matching.domain.errors import InputError, NotFound
from tests.store.making import NOW, run


def test_a_run_is_read_as_it_was_saved(store):
    document = {
        "placements": [{"referral": "R1", "cost": 3}],
        "names": "Ünï\x00code",
        "n": None,
    }
    with store.transaction() as tx:
        saved = tx.runs.add(run(document=document))
    assert saved.id is not None
    with store.reading() as read:
        assert read.runs.get(saved.id) == saved
        assert read.runs.get(saved.id).document == document


def test_the_latest_run_is_the_one_saved_last(store):
    with store.reading() as read:
        assert read.runs.latest() is None
        assert read.runs.list() == ()
    with store.transaction() as tx:
        first = tx.runs.add(run(created_at=NOW + timedelta(days=1)))
        second = tx.runs.add(run(created_at=NOW))
    with store.reading() as read:
        assert read.runs.latest() == second
        without = [dataclasses.replace(one, document=None) for one in (second, first)]
        assert read.runs.list() == tuple(without)
        assert read.runs.list(limit=1) == (without[0],)


def test_the_run_before_another_is_the_last_with_a_smaller_number(store):
    with store.transaction() as tx:
        saved = [tx.runs.add(run(salt=str(k))) for k in range(3)]
    with store.reading() as read:
        assert read.runs.before(saved[2].id) == saved[1]
        assert read.runs.before(saved[1].id) == saved[0]
        assert read.runs.before(saved[0].id) is None
        assert read.runs.before(10**6) == saved[2]


@pytest.mark.parametrize("cost", [None, 0, -5, 2**63 - 1])
def test_costs_keep_every_digit(store, cost):
    with store.transaction() as tx:
        saved = tx.runs.add(run(objective=cost, bound=cost))
    with store.reading() as read:
        assert read.runs.get(saved.id).objective == cost
        assert read.runs.get(saved.id).bound == cost


def test_a_cost_that_does_not_fit_is_refused(store):
    with pytest.raises(InputError, match="too large"), store.transaction() as tx:
        tx.runs.add(run(objective=2**63))


def test_a_run_without_its_plan_is_refused(store):
    with store.transaction() as tx, pytest.raises(InputError, match="without its plan"):
        tx.runs.add(run(document=None))


def test_a_plan_without_a_json_form_is_refused(store):
    with (
        pytest.raises(InputError, match="cannot be written as JSON"),
        store.transaction() as tx,
    ):
        tx.runs.add(run(document={"at": NOW}))
    with store.reading() as read:
        assert read.runs.list() == ()


def test_a_number_that_was_never_given_is_not_found(store):
    with store.reading() as read, pytest.raises(NotFound, match="number 404"):
        read.runs.get(404)
