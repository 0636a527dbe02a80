"""How often one address may try to sign in, whatever names it tries.

Kept in memory: a restart forgets it, and the lock of each account does not depend on it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from datetime import datetime, timedelta

#: So many failures from one address within the time close the door to it until the
#: first of them is old enough.
MOST_FAILURES = 20
WITHIN = timedelta(minutes=15)

#: Addresses remembered; beyond it the one that failed longest ago is forgotten.
MOST_ADDRESSES = 10_000


class Throttle:
    """Counts failed sign-ins by address. Safe to share between threads.

    Parameters
    ----------
    most : int, default 20
    within : timedelta, default 15 minutes
    """

    def __init__(self, most: int = MOST_FAILURES, within: timedelta = WITHIN) -> None:
        self._most = most
        self._within = within
        self._failed: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def closed(self, address: str, now: datetime) -> bool:
        """Tell whether an address has failed too often of late."""
        with self._lock:
            return len(self._recent(address, now)) >= self._most

    def failed(self, address: str, now: datetime) -> None:
        """Count a failure."""
        with self._lock:
            recent = self._recent(address, now)
            recent.append(now)
            self._failed[address] = recent
            self._failed.move_to_end(address)
            while len(self._failed) > MOST_ADDRESSES:
                self._failed.popitem(last=False)

    def _recent(self, address: str, now: datetime) -> deque[datetime]:
        recent = self._failed.get(address, deque(maxlen=self._most))
        while recent and now - recent[0] >= self._within:
            recent.popleft()
        return recent
