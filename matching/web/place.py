"""What all parts of the door share in one process: the record, the clock, what is known.

It is opened with the first request, so that importing the dashboard touches nothing.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from datetime import datetime
from functools import cache

from matching.services import accounts
from matching.services.desk import Clock, utc_now
from matching.services.throttle import Throttle
from matching.settings import Settings, load_settings
from matching.store.database import Store, open_store

#: Sessions whose last doing is remembered between two notes of it on the record.
MOST_ACTIVE = 10_000


class Place:
    """The record as the door sees it. Safe to share between threads.

    Parameters
    ----------
    settings : Settings, optional
        By default those of the process, read with the first request.
    store : Store, optional
        By default the one the settings name.
    clock : callable, optional
    """

    def __init__(
        self,
        settings: Settings | None = None,
        store: Store | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self.clock = clock
        self.throttle = Throttle()
        self.secret = secrets.token_bytes(32)
        self._settings = settings
        self._store = store
        self._opening = threading.Lock()
        self._exist = False
        self._active: OrderedDict[str, datetime] = OrderedDict()

    @property
    def settings(self) -> Settings:
        """The settings of the process."""
        self._open()
        assert self._settings is not None  # noqa: S101  # _open sets it
        return self._settings

    @property
    def store(self) -> Store:
        """The record."""
        self._open()
        assert self._store is not None  # noqa: S101  # _open sets it
        return self._store

    def accounts_exist(self) -> bool:
        """Tell whether people have to sign in. Accounts are never removed."""
        if not self._exist:
            self._exist = accounts.exist(self.store)
        return self._exist

    def did_something(self, key: str, now: datetime) -> None:
        """Remember that somebody did something in a session."""
        with self._opening:
            self._active[key] = now
            self._active.move_to_end(key)
            while len(self._active) > MOST_ACTIVE:
                self._active.popitem(last=False)

    def last_doing(self, key: str) -> datetime | None:
        """Return when somebody last did something in a session, if that is known."""
        with self._opening:
            return self._active.get(key)

    def _open(self) -> None:
        with self._opening:
            if self._settings is None:
                self._settings = load_settings()
            if self._store is None:
                self._store = open_store(self._settings.database_url)


@cache
def the_place() -> Place:
    """Return the place of this process."""
    return Place()
