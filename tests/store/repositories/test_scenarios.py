"""Scenarios are kept by name and number, and change no fact of the record."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matching.domain.errors import InputError, NotFound
from matching.store.repositories import StoredScenario
from tests.store.making import NOW

STEPS = [{"step": "surge", "people": 3}]


def scenario(**changed):
    values = {"name": "More people", "made_at": NOW, "actor": "kim", "steps": STEPS}
    return StoredScenario(**{**values, **changed})


def test_a_scenario_is_kept_and_found_newest_first(store):
    with store.transaction() as tx:
        first = tx.scenarios.add(scenario())
        second = tx.scenarios.add(scenario(name="Fewer beds", result={"figures": {"more": 0}}))
    with store.reading() as read:
        assert read.scenarios.all() == (second, first)
        assert read.scenarios.get(first.id) == first
        assert read.scenarios.get(second.id).result == {"figures": {"more": 0}}


def test_a_name_belongs_to_one_scenario(store):
    with store.transaction() as tx:
        first = tx.scenarios.add(scenario())
        other = tx.scenarios.add(scenario(name="Fewer beds"))
        with pytest.raises(InputError, match="name"):
            tx.scenarios.add(scenario())
        with pytest.raises(InputError, match="name"):
            tx.scenarios.change(other.id, name=first.name)
        tx.scenarios.change(first.id, name=first.name)


def test_each_part_can_be_changed(store):
    with store.transaction() as tx:
        first = tx.scenarios.add(scenario())
        tx.scenarios.change(first.id, name="Many people", result={"a": 1})
        tx.scenarios.change(first.id, steps=[], result=None, actor="lee")
        assert tx.scenarios.get(first.id) == replace(
            first, name="Many people", steps=[], actor="lee"
        )


def test_what_is_deleted_can_be_put_back_as_it_was(store):
    with store.transaction() as tx:
        first = tx.scenarios.add(scenario(result={"a": 1}))
        tx.scenarios.add(scenario(name="Fewer beds"))
        gone = tx.scenarios.remove(first.id)
        assert [one.name for one in tx.scenarios.all()] == ["Fewer beds"]
        assert tx.scenarios.add(gone) == first
        assert tx.scenarios.get(first.id) == first


def test_what_is_not_there_is_said(store):
    with store.transaction() as tx:
        for act in (tx.scenarios.get, tx.scenarios.remove):
            with pytest.raises(NotFound):
                act(7)
        with pytest.raises(NotFound):
            tx.scenarios.change(7, name="x")


def test_scenarios_change_no_fact(store):
    version = store.data_version()
    with store.transaction() as tx:
        one = tx.scenarios.add(scenario())
        tx.scenarios.change(one.id, name="y")
        tx.scenarios.remove(one.id)
    assert store.data_version() == version


def test_a_reading_cannot_write(store):
    with store.reading() as read, pytest.raises(RuntimeError):
        read.scenarios.add(scenario())
