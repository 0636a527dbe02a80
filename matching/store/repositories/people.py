"""The facts of people of every office, to tell who else can live with them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import sqlalchemy as sa

from matching.domain.records import Referral
from matching.store import bulk
from matching.store.tables import referrals
from matching.store.unit import Unit

_FIELDS = tuple(one.name for one in dataclasses.fields(Referral))
_PICKED = bulk.Picked([referrals.c.office, *(referrals.c[name] for name in _FIELDS)])

#: More at once would be more than a database takes as one question.
_AT_ONCE = 200


def people_of(unit: Unit, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Referral]:
    """Return people by their office and case reference.

    Parameters
    ----------
    unit : Unit
    keys : iterable of (str, str)
    """
    wanted = sorted(set(keys))
    out: dict[tuple[str, str], Referral] = {}
    for k in range(0, len(wanted), _AT_ONCE):
        some = wanted[k : k + _AT_ONCE]
        where = sa.tuple_(referrals.c.office, referrals.c.referral_id).in_(some)
        query = _PICKED.query.where(where)
        for office, *values in bulk.read(unit.connection, _PICKED, query):
            person = Referral(**dict(zip(_FIELDS, values, strict=True)))
            out[office, person.referral_id] = person
    return out
