"""How often one address may fail; others are not held up by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from matching.services import throttle
from matching.services.throttle import Throttle

NOW = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)


def test_the_door_closes_after_the_last_and_opens_as_the_first_grows_old():
    door = Throttle(most=3, within=timedelta(minutes=15))
    for k in range(3):
        assert not door.closed("a", NOW)
        door.failed("a", NOW + timedelta(minutes=k))
    assert door.closed("a", NOW + timedelta(minutes=3))
    assert not door.closed("b", NOW + timedelta(minutes=3))
    assert door.closed("a", NOW + timedelta(minutes=14, seconds=59))
    assert not door.closed("a", NOW + timedelta(minutes=15))


def test_it_never_remembers_more_than_it_may(monkeypatch):
    monkeypatch.setattr(throttle, "MOST_ADDRESSES", 5)
    door = Throttle(most=1)
    for k in range(50):
        door.failed(f"10.0.0.{k}", NOW)
    assert len(door._failed) == 5
    assert door.closed("10.0.0.49", NOW)
    assert not door.closed("10.0.0.1", NOW)
