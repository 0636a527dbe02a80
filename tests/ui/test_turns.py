"""Pages are drawn one after another, and one that takes long holds nobody up."""

from __future__ import annotations

import threading
from contextlib import ExitStack

import pytest

from matching.ui import turns

#: Long enough that only a fault lets it pass.
LONG = 20.0


class Page(threading.Thread):
    """Draws until it is told to finish, waits for something in between if told to."""

    def __init__(self, *, waits: bool = False) -> None:
        super().__init__(daemon=True)
        self.begun, self.done, self.waiting = (threading.Event() for _ in range(3))
        self.waits = waits
        self.start()

    def run(self) -> None:
        with ExitStack() as stack:
            stack.enter_context(turns.taken())
            self.begun.set()
            if self.waits:
                stack.enter_context(turns.given_up())
                self.waiting.set()
            self.done.wait(LONG)

    def finish(self) -> None:
        self.done.set()
        self.join(LONG)
        assert not self.is_alive()


@pytest.fixture(autouse=True)
def seats(monkeypatch):
    monkeypatch.setattr(turns, "_seats", threading.BoundedSemaphore(turns.AT_A_TIME))
    monkeypatch.setattr(turns, "PATIENCE", LONG)


def full() -> list[Page]:
    pages = [Page() for _ in range(turns.AT_A_TIME)]
    assert all(one.begun.wait(LONG) for one in pages)
    return pages


def test_one_more_page_waits_for_its_turn():
    first, *others = full()
    late = Page()
    assert not late.begun.wait(0.2)
    first.finish()
    assert late.begun.wait(LONG)
    for one in (late, *others):
        one.finish()


def test_whoever_has_waited_a_moment_draws_beside_the_others(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    pages = full()
    late = Page()
    assert late.begun.wait(LONG)
    late.finish()
    # It had no seat, so it gives none back: the others are still the only ones.
    monkeypatch.setattr(turns, "PATIENCE", LONG)
    next_one = Page()
    assert not next_one.begun.wait(0.2)
    for one in (*pages, next_one):
        one.finish()


def test_a_page_that_waits_for_something_lets_others_draw():
    *_, last = full()
    waiting = Page(waits=True)
    last.finish()
    assert waiting.waiting.wait(LONG)
    late = Page()
    assert late.begun.wait(LONG)
    late.finish()
    waiting.finish()


def test_a_page_that_fails_gives_its_turn_back():
    for _ in range(3 * turns.AT_A_TIME):
        with pytest.raises(KeyError), turns.taken():
            raise KeyError
    for one in full():
        one.finish()


def test_every_turn_is_given_back_once():
    with turns.taken():
        with turns.given_up():
            pass
        with turns.given_up():
            pass
    # A bounded semaphore refuses to be given back more often than it was taken.
    taken = [turns._seats.acquire(blocking=False) for _ in range(turns.AT_A_TIME + 1)]
    assert taken == [True] * turns.AT_A_TIME + [False]
