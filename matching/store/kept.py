"""What all offices share, as it was read last, each as of one state of the record.

Every page reads every provider, and providers change seldom beside how often they are
read. What is kept is what one reading found; it is given again only to a reading of the
same state, so that nobody is ever given anything older than the record.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")

#: Things kept; those asked for longest ago are forgotten first.
MOST = 32


class Kept:
    """The newest state of some things. Safe to share between threads."""

    def __init__(self) -> None:
        self._found: OrderedDict[Hashable, tuple[int, Any]] = OrderedDict()
        self._lock = threading.Lock()
        #: Transactions saved by this process, and times that everything was forgotten.
        self.writes = 0

    def wrote(self) -> None:
        """Note that something was saved."""
        with self._lock:
            self.writes += 1

    def of(self, what: Hashable, state: int, read: Callable[[], T]) -> T:
        """Return something as of a state of the record, read only if it is not at hand.

        Parameters
        ----------
        what : hashable
            Such as the name of a table.
        state : int
            Number of the state that ``read`` reads.
        read : callable
        """
        with self._lock:
            kept = self._found.get(what)
            if kept is not None and kept[0] == state:
                self._found.move_to_end(what)
                found: T = kept[1]
                return found
        found = read()
        with self._lock:
            self._found[what] = state, found
            self._found.move_to_end(what)
            while len(self._found) > MOST:
                self._found.popitem(last=False)
        return found

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._found.clear()
            self.writes += 1
