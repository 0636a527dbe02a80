"""What every use case is given: the record, who asks, and the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from matching.domain.access import Action, Actor, Role, require
from matching.settings import Settings
from matching.store.database import Store, open_store
from matching.store.unit import Eyes

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the moment, to the second, in UTC."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Desk:
    """The place a use case is carried out at.

    Attributes
    ----------
    store : Store
        The record, as the actor sees it: confidential providers without their names,
        but for those that the actor has opened.
    actor : Actor
        Who asks.
    settings : Settings
    clock : callable
        Returns the moment, aware; tests give their own.
    """

    store: Store
    actor: Actor
    settings: Settings
    clock: Clock = utc_now

    def __post_init__(self) -> None:
        """See the record with the actor's eyes."""
        store = self.store.seen_by(Eyes(self.actor.name, self.clock))
        object.__setattr__(self, "store", store)

    def require(self, action: Action) -> None:
        """Refuse unless the actor may do this.

        Raises
        ------
        PermissionDenied
        """
        require(self.actor, action)

    def local(self, moment: datetime) -> datetime:
        """Return a moment in the office's time zone."""
        return moment.astimezone(ZoneInfo(self.settings.time_zone))


#: Whoever sits at the machine, before accounts exist.
COMMAND_LINE = Actor("command line", Role.LOCAL)


@contextmanager
def local_desk(settings: Settings) -> Iterator[Desk]:
    """Give the desk of whoever sits at the machine; the record is closed afterwards.

    Yields
    ------
    Desk

    Raises
    ------
    StoreError
        If the record cannot be opened.
    """
    store = open_store(settings.database_url)
    try:
        yield Desk(store, COMMAND_LINE, settings)
    finally:
        store.close()
