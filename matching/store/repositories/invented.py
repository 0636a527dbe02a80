"""Casework of invented people, which goes with them when real records come."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from matching.domain.words import DataOrigin
from matching.store.tables import referrals
from matching.store.tables_casework import (
    calls,
    cases,
    consents,
    offers,
    placements,
    searches,
    shares,
)
from matching.store.unit import Unit


class Invented:
    """What was tried out with the sample: calls, holds, placements and the like."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def real_at(self, provider_ids: Iterable[str]) -> tuple[str, ...]:
        """Return the providers among some that a case has to do with that is no sample."""
        wanted = sorted(set(provider_ids))
        found: set[str] = set()
        for table in (offers, placements):
            query = sa.select(table.c.provider_id).distinct().where(~_of_sample(table))
            found |= set(self._unit.connection.execute(query).scalars())
        return tuple(name for name in wanted if name in found)

    def remove(self) -> None:
        """Take the casework of everybody of the sample off the record, in every office."""
        connection = self._unit.writing(shared=True)
        mine = sa.select(offers.c.id).where(_of_sample(offers))
        connection.execute(calls.delete().where(calls.c.offer_id.in_(mine)))
        for table in (placements, offers, shares, consents, searches, cases):
            connection.execute(table.delete().where(_of_sample(table)))


def _of_sample(table: sa.Table) -> sa.ColumnElement[bool]:
    """Return whether a row is about somebody of the sample."""
    people = sa.select(referrals.c.referral_id).where(
        referrals.c.office == table.c.office,
        referrals.c.referral_id == table.c.referral_id,
        referrals.c.data_origin == DataOrigin.SAMPLE,
    )
    return sa.exists(people.correlate(table))
