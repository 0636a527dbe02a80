"""One search at a time in this process, so that the screens of everybody stay quick."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from matching.domain.errors import ConflictError

#: Seconds that short work waits for its turn before it is refused.
PATIENCE = 20.0

_taken = threading.Lock()


@contextmanager
def turn(wait: float = PATIENCE) -> Iterator[None]:
    """Hold the one turn there is.

    Parameters
    ----------
    wait : float
        Seconds to wait for it; 0 asks once.

    Raises
    ------
    ConflictError
        If somebody else still has it.
    """
    if not _taken.acquire(timeout=wait):
        raise ConflictError(
            "Another plan is being made.",
            next_step="Wait until it is finished, or stop it, and try again.",
        )
    try:
        yield
    finally:
        _taken.release()


def busy() -> bool:
    """Tell whether somebody has the turn now."""
    return _taken.locked()
