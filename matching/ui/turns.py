"""Pages are drawn one after another; each waits a moment for its turn.

Python does one thing at a time. Pages that are drawn beside each other make each other
late; one after the other, most of them are there in half the time. A page that takes
long holds nobody up: whoever has waited a moment draws beside it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: Pages drawn at a time.
AT_A_TIME = 1
#: Seconds after which a page is drawn beside those before it.
PATIENCE = 0.3

_seats = threading.BoundedSemaphore(AT_A_TIME)
_seated: ContextVar[bool] = ContextVar("seated", default=False)


@contextmanager
def taken() -> Iterator[None]:
    """Draw a page when it is its turn."""
    mine = _seats.acquire(timeout=PATIENCE)
    before = _seated.set(mine)
    try:
        yield
    finally:
        _leave()
        _seated.reset(before)


@contextmanager
def given_up() -> Iterator[None]:
    """Let others draw while this page waits for something that is not drawing."""
    _leave()
    yield


def _leave() -> None:
    if _seated.get():
        _seated.set(False)
        _seats.release()
