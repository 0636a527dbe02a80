"""Offers of places, and the telephone calls about them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from matching.domain.casework import (
    OPEN_OFFERS,
    TAKES_BED,
    Answer,
    BedTaken,
    Call,
    DeclineReason,
    Offer,
    OfferState,
)
from matching.domain.errors import NotFound
from matching.store.repositories.cases import meanwhile
from matching.store.repositories.people import people_of
from matching.store.tables_casework import calls, offers
from matching.store.unit import Unit

_COLUMNS = [column for column in offers.c if column.name != "office"]
_CALLS = [column for column in calls.c if column.name != "office"]


class Offers:
    """Offers by their numbers: one place asked for one person each."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, offer: Offer) -> Offer:
        """Record an offer and return it with its number."""
        row = _row(offer) | {"office": self._unit.office, "version": 1}
        statement = offers.insert().returning(offers.c.id)
        number = self._writing(offer.state).execute(statement, row).scalar_one()
        return dataclasses.replace(offer, id=number, version=1)

    def change(self, offer: Offer, *, expected: int) -> Offer:
        """Write an offer and return it with its new version.

        Parameters
        ----------
        offer : Offer
        expected : int
            Version that it was changed from.

        Raises
        ------
        ConflictError
            If it is no longer in that version.
        """
        before = self._unit.connection.execute(
            sa.select(offers.c.state).where(self._mine(), offers.c.id == offer.id)
        ).scalar_one_or_none()
        states = [offer.state] if before is None else [offer.state, OfferState(before)]
        done = self._writing(*states).execute(
            offers.update()
            .where(self._mine(), offers.c.id == offer.id, offers.c.version == expected)
            .values(_row(offer) | {"version": expected + 1})
        )
        if done.rowcount != 1:
            raise meanwhile()
        return dataclasses.replace(offer, version=expected + 1)

    def get(self, number: int) -> Offer:
        """Return one offer.

        Raises
        ------
        NotFound
            If there is no offer of that number.
        """
        found = self._read(offers.c.id == number)
        if not found:
            raise NotFound(
                "There is no such call or hold on record.", next_step="Open the list again."
            )
        return found[0]

    def all(self) -> tuple[Offer, ...]:
        """Return every offer, in the order in which they were made."""
        return self._read()

    def of(self, referral_id: str) -> tuple[Offer, ...]:
        """Return the offers for one person, in the order in which they were made."""
        return self._found(_OF_CASE, case=referral_id)

    def at(self, provider_id: str) -> tuple[Offer, ...]:
        """Return the offers of one provider, in the order in which they were made."""
        return self._read(offers.c.provider_id == provider_id)

    def open(self) -> tuple[Offer, ...]:
        """Return the offers that are not over, in the order in which they were made."""
        return self._found(_OPEN)

    def answered(self) -> tuple[Offer, ...]:
        """Return the offers that somebody said yes or no to, in the order they were made."""
        return self._read(_among(set(OfferState) - {OfferState.CALLING, OfferState.NO_ANSWER}))

    def due(self, now: datetime) -> tuple[Offer, ...]:
        """Return the holds whose time has come."""
        return self._read(_among({OfferState.HELD}), offers.c.hold_until <= now)

    def offices_due(self, now: datetime) -> tuple[str, ...]:
        """Return the offices that have a hold whose time has come."""
        query = sa.select(offers.c.office).distinct()
        query = query.where(_among({OfferState.HELD}), offers.c.hold_until <= now)
        return tuple(sorted(self._unit.connection.execute(query).scalars()))

    def taking(self, provider_id: str | None = None) -> tuple[BedTaken, ...]:
        """Return the beds that people of every office have without living there yet.

        Parameters
        ----------
        provider_id : str, optional
            Only at this provider.
        """
        c = offers.c
        names = (c.id, c.office, c.referral_id, c.provider_id, c.pool_id, c.beds)
        query = sa.select(*names, c.changed_at, c.changed_by).where(_among(TAKES_BED))
        query = query.order_by(c.id)
        if provider_id is not None:
            query = query.where(c.provider_id == provider_id)
        found = self._unit.connection.execute(query).all()
        people = people_of(self._unit, {(one.office, one.referral_id) for one in found})
        return tuple(
            BedTaken(
                office=one.office,
                person=people[one.office, one.referral_id],
                provider_id=one.provider_id,
                pool_id=one.pool_id,
                beds=one.beds,
                since=one.changed_at,
                by=one.changed_by,
                offer_id=one.id,
            )
            for one in found
        )

    def providers_named(self) -> frozenset[str]:
        """Return the providers that any office ever called."""
        query = sa.select(offers.c.provider_id).distinct()
        return frozenset(self._unit.connection.execute(query).scalars())

    def pools_named(self) -> frozenset[tuple[str, str]]:
        """Return the bed pools, by provider and pool, that any office ever called about."""
        query = sa.select(offers.c.provider_id, offers.c.pool_id).distinct()
        return frozenset(
            (one.provider_id, one.pool_id) for one in self._unit.connection.execute(query)
        )

    def _writing(self, *states: OfferState) -> sa.Connection:
        """Return the connection; beds taken and given back are facts of every office.

        A call that takes no bed is no fact that a plan is made from.
        """
        beds = not TAKES_BED.isdisjoint(states)
        told = OfferState.DECLINED in states
        return self._unit.writing(data=beds or told, shared=beds)

    def _mine(self) -> sa.ColumnElement[bool]:
        return offers.c.office == self._unit.office

    def _read(self, *where: sa.ColumnElement[bool]) -> tuple[Offer, ...]:
        return self._found(_ALL.where(*where))

    def _found(self, query: sa.Select[Any], **values: str) -> tuple[Offer, ...]:
        values = {"mine": self._unit.office, **values}
        found = self._unit.connection.execute(query, values).mappings()
        return tuple(Offer(**{**row, "state": OfferState(row["state"])}) for row in found)


def _among(states: Iterable[OfferState]) -> sa.ColumnElement[bool]:
    return offers.c.state.in_(sorted(one.value for one in states))


# Nearly every page reads what is open, so it is put together once.
_ALL = sa.select(*_COLUMNS).where(offers.c.office == sa.bindparam("mine")).order_by(offers.c.id)
_OPEN = _ALL.where(_among(OPEN_OFFERS))
_OF_CASE = _ALL.where(offers.c.referral_id == sa.bindparam("case"))


def _row(offer: Offer) -> dict[str, Any]:
    names = (column.name for column in _COLUMNS if column.name not in ("id", "version"))
    return {name: getattr(offer, name) for name in names} | {"state": offer.state.value}


class Calls:
    """Telephone calls; they can only be added."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, call: Call) -> Call:
        """Record a call and return it with its number."""
        row = {
            "office": self._unit.office,
            "offer_id": call.offer_id,
            "at": call.at,
            "actor": call.actor,
            "answer": call.answer.value,
            "reason": None if call.reason is None else call.reason.value,
            "asked": [dict(one) for one in call.asked],
        }
        # What it changed is written with the offer; the call alone is no fact of a plan.
        connection = self._unit.writing(data=False)
        number = connection.execute(calls.insert().returning(calls.c.id), row).scalar_one()
        return dataclasses.replace(call, id=number)

    def all(self) -> tuple[Call, ...]:
        """Return every call, in the order of time."""
        return self._read()

    def of(self, offer_id: int) -> tuple[Call, ...]:
        """Return the calls about one offer, in the order of time."""
        return self._read(calls.c.offer_id == offer_id)

    def of_many(self, offer_ids: Iterable[int]) -> dict[int, tuple[Call, ...]]:
        """Return the calls about some offers, by the number of the offer."""
        out: dict[int, list[Call]] = {number: [] for number in sorted(set(offer_ids))}
        for one in self._read(calls.c.offer_id.in_(list(out))) if out else ():
            out[one.offer_id].append(one)
        return {number: tuple(found) for number, found in out.items()}

    def _read(self, *where: sa.ColumnElement[bool]) -> tuple[Call, ...]:
        mine = calls.c.office == self._unit.office
        query = sa.select(*_CALLS).where(mine, *where).order_by(calls.c.id)
        return tuple(_call(row) for row in self._unit.connection.execute(query).mappings())


def _call(row: Any) -> Call:
    reason = row["reason"]
    return Call(
        **{
            **row,
            "answer": Answer(row["answer"]),
            "reason": None if reason is None else DeclineReason(reason),
            "asked": tuple(row["asked"]),
        }
    )
