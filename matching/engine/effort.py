"""How long a plan may take, and how a person stops it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Effort:
    """A limit on the search for a better plan; what is found by then is kept.

    Attributes
    ----------
    seconds : float or None
        From ``began`` on; ``None`` is no limit.
    stopped : callable
        Tells whether a person has stopped the search. Asked often; must be quick.
    began : float
        Reading of the monotonic clock.
    """

    seconds: float | None = None
    stopped: Callable[[], bool] = _never
    began: float = field(default_factory=time.monotonic)

    def left(self) -> float | None:
        """Return the seconds left, 0 once stopped, or ``None`` without a limit."""
        if self.stopped():
            return 0.0
        if self.seconds is None:
            return None
        return max(0.0, self.seconds - (time.monotonic() - self.began))

    def share(self, part: float) -> Effort:
        """Return a limit of part of the seconds left, from now on; a stop still counts."""
        if self.seconds is None:
            return self
        return Effort(part * (self.left() or 0.0), self.stopped)

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel with the time of day: monotonic clocks differ between machines."""
        began = time.time() - (time.monotonic() - self.began)
        return _arrived, (self.seconds, self.stopped, began)


def _arrived(seconds: float | None, stopped: Callable[[], bool], began: float) -> Effort:
    return Effort(seconds, stopped, time.monotonic() - (time.time() - began))


#: Search until the best plan is proven.
NO_LIMIT = Effort()
