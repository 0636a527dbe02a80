"""A thread that ends what is due, while the dashboard runs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from matching.domain.errors import MatchingError
from matching.services import incidents
from matching.services.clock import end_what_is_due
from matching.services.retention import strip_everywhere
from matching.web.place import Place

#: Seconds between two looks.
EVERY_SECONDS = 20.0

_log = logging.getLogger(__name__)


@contextmanager
def ticking(place: Place, every: float = EVERY_SECONDS) -> Iterator[None]:
    """End holds and kept beds at their time for as long as this lasts.

    Once a day, what the policy's retention says is over is removed too.

    A look that fails is told in the log, without any fact, and the next one is
    taken all the same: every use case that takes a bed looks for itself as well.

    Parameters
    ----------
    place : Place
    every : float, default 20
        Seconds between two looks.
    """
    stop = threading.Event()
    thread = threading.Thread(
        target=_look, args=(place, every, stop), name="clock", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _look(place: Place, every: float, stop: threading.Event) -> None:
    forgot = None
    while not stop.wait(every):
        now = place.clock()
        try:
            end_what_is_due(place.store, place.settings, now)
            if forgot != now.date():
                removed = strip_everywhere(place.store, place.settings, now)
                forgot = now.date()
                if removed.left:
                    _log.warning("%s", removed.left)
        except MatchingError as error:
            _log.warning("The clock could not look: %s", type(error).__name__)
        except Exception as error:
            # A mistake in the software must not keep beds from everybody for good.
            incidents.note(error)
