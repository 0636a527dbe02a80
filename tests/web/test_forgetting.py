"""While the dashboard runs, what is over is removed once a day."""

from __future__ import annotations

import time

from matching.services import retention
from matching.web import ticker
from matching.web.place import Place
from matching.web.ticker import ticking
from tests.services.closed import GONE, closed_office
from tests.services.planned import NOW, desk_at


def test_cases_whose_time_is_over_go_once_a_day(sqlite_store, monkeypatch):
    desk = desk_at(sqlite_store)
    closed_office(desk)
    asked = []

    def counted(*args):
        asked.append(args)
        return retention.strip_everywhere(*args)

    monkeypatch.setattr(ticker, "strip_everywhere", counted)
    with ticking(Place(desk.settings, sqlite_store, lambda: NOW), every=0.01):
        patience = time.monotonic() + 30
        while True:
            with sqlite_store.reading() as record:
                if record.referrals.get(GONE) is None:
                    break
            assert time.monotonic() < patience
            time.sleep(0.02)
        time.sleep(0.2)
    assert len(asked) == 1


def test_what_the_disk_may_still_hold_is_in_the_log_once(sqlite_store, monkeypatch, caplog):
    desk = desk_at(sqlite_store)
    closed_office(desk)
    asked = []

    def left(store):
        asked.append(store)
        return "It may still be on the disk."

    monkeypatch.setattr(retention, "tidy", left)
    with ticking(Place(desk.settings, sqlite_store, lambda: NOW), every=0.01):
        patience = time.monotonic() + 30
        while not caplog.messages:
            assert time.monotonic() < patience
            time.sleep(0.02)
        time.sleep(0.1)
    assert caplog.messages == ["It may still be on the disk."]
    assert len(asked) == 1
