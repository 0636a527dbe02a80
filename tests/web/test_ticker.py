"""While the dashboard runs, what is due ends by itself, whatever one look comes to."""

from __future__ import annotations

import logging
import threading
import time
from datetime import timedelta

from matching.domain.casework import CaseState
from matching.domain.errors import StoreError
from matching.services import holding
from matching.web import ticker
from matching.web.place import Place
from matching.web.ticker import ticking
from tests.services.casework import NOW, SETTINGS, beds, case, desk_of, oak, on_record, people


class Failing(Place):
    """A place whose record cannot be reached at first."""

    def __init__(self, *args):
        super().__init__(*args)
        self.failed = threading.Event()

    @property
    def store(self):
        if not self.failed.is_set():
            self.failed.set()
            raise StoreError("The database of case R1 cannot be used.")
        return super().store


def test_holds_end_while_it_lasts(store, caplog):
    on_record(store, [oak()], [beds(1)], people(1))
    desk = desk_of(store)
    holding.hold(desk, "R1", "H1", "P", minutes=30)
    place = Failing(SETTINGS, store, lambda: NOW + timedelta(minutes=31))
    with caplog.at_level(logging.WARNING), ticking(place, every=0.01):
        patience = time.monotonic() + 30
        while case(desk).state is not CaseState.WAITING:
            assert time.monotonic() < patience
            time.sleep(0.02)
    assert "The clock could not look: StoreError" in caplog.text
    assert "R1" not in caplog.text
    assert not [one for one in threading.enumerate() if one.name == "clock"]


def test_a_mistake_in_one_look_does_not_stop_the_clock(sqlite_store, monkeypatch, caplog):
    looks = threading.Semaphore(0)

    def mistaken(*_):
        looks.release()
        raise KeyError("case R1")

    monkeypatch.setattr(ticker, "end_what_is_due", mistaken)
    place = Place(SETTINGS, sqlite_store, lambda: NOW)
    with caplog.at_level(logging.WARNING), ticking(place, every=0.01):
        assert all(looks.acquire(timeout=30) for _ in range(3))
    assert "KeyError" in caplog.text
    assert "R1" not in caplog.text
