"""What people have decided, which a plan must respect.

Choices are kept by identifier, so that they mean the same in every later
problem: a worker forces or forbids a place, a provider is being called about a
proposal, a supervisor lets a group be split or waives a rule of policy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import NamedTuple


class Seat(NamedTuple):
    """A person and a place: one bed pool, or any of the provider's."""

    referral_id: str
    provider_id: str
    pool_id: str | None = None


class Waiver(NamedTuple):
    """A rule of policy that is waived for one person, at one provider or at all."""

    referral_id: str
    code: str
    provider_id: str | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """Decisions by people, in force for one plan.

    Attributes
    ----------
    forced : frozenset of Seat
        Places that the plan must use; a person has at most one. They come
        before every other aim.
    forbidden : frozenset of Seat
        Places that the plan must not use.
    only : frozenset of Seat
        Whoever is named here may go to these places alone, or to none: a
        sibling already lives there.
    calling : frozenset of Seat
        Proposals that somebody is calling about: they move only if the order
        of who comes first demands it.
    split : frozenset of str
        Groups that may be placed apart.
    waived : frozenset of Waiver
    """

    forced: frozenset[Seat] = frozenset()
    forbidden: frozenset[Seat] = frozenset()
    only: frozenset[Seat] = frozenset()
    calling: frozenset[Seat] = frozenset()
    split: frozenset[str] = frozenset()
    waived: frozenset[Waiver] = frozenset()

    def __bool__(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self))

    def and_(
        self,
        *,
        forced: Iterable[Seat] = (),
        forbidden: Iterable[Seat] = (),
        only: Iterable[Seat] = (),
        calling: Iterable[Seat] = (),
        split: Iterable[str] = (),
        waived: Iterable[Waiver] = (),
    ) -> Choices:
        """Return these choices and some more.

        A place forced for somebody replaces the one forced before; places that
        somebody may go to alone are added to those named before.
        """
        anew = frozenset(forced)
        people = {seat.referral_id for seat in anew}
        kept = {seat for seat in self.forced if seat.referral_id not in people}
        return Choices(
            forced=anew | kept,
            forbidden=self.forbidden | frozenset(forbidden),
            only=self.only | frozenset(only),
            calling=self.calling | frozenset(calling),
            split=self.split | frozenset(split),
            waived=self.waived | frozenset(waived),
        )

    def only_of(self) -> dict[str, tuple[Seat, ...]]:
        """Return the places that each person named in ``only`` may go to."""
        out: dict[str, tuple[Seat, ...]] = {}
        for seat in sorted(self.only, key=str):
            out[seat.referral_id] = (*out.get(seat.referral_id, ()), seat)
        return out

    def fingerprint(self) -> str:
        """Return the SHA-256 of the choices; that of none is always the same."""
        content = [
            (one.name, sorted(tuple(map(str, _row(item))) for item in getattr(self, one.name)))
            for one in fields(self)
        ]
        return hashlib.sha256(repr(content).encode()).hexdigest()


def same_place(seat: Seat, pool_key: tuple[str, str]) -> bool:
    """Tell whether a pool, by provider and pool identifier, is the seat's place."""
    provider_id, pool_id = pool_key
    return seat.provider_id == provider_id and seat.pool_id in (None, pool_id)


def _row(item: object) -> tuple[object, ...]:
    return item if isinstance(item, tuple) else (item,)


#: Nobody has decided anything.
NO_CHOICES = Choices()
