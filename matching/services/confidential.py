"""Providers as they may be shown to whoever has not opened the confidential ones.

Names are veiled where records are read (see
:class:`~matching.store.repositories.inventory.Providers`). The county is a fact
that plans are made from, so it stays in what is read, and is taken out here, where
records are shown or written into files.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from matching.domain import geography
from matching.domain.confidential import COUNTY_KEPT, Veil
from matching.domain.records import BedPool, Provider
from matching.services.desk import Desk
from matching.store.database import Reading


def veil_of(desk: Desk) -> Veil:
    """Return what the actor is not to be shown at this moment."""
    with desk.store.reading() as record:
        return record.providers.veil()


def shown(where: Reading | Desk | Veil, providers: Iterable[Provider]) -> tuple[Provider, ...]:
    """Return providers as they may be shown.

    Parameters
    ----------
    where : Reading, Desk or Veil
        Who reads, and what they have opened.
    providers : iterable of Provider

    Returns
    -------
    tuple of Provider
        The confidential ones that the reader has not opened are called by their kind
        and a number, and have no agency, contact, county or service area.
    """
    veil = _veil(where)
    return tuple(
        replace(veil.over(one), county=None, service_area=None)
        if veil.covers(one.provider_id)
        else one
        for one in providers
    )


def shown_pools(where: Reading | Desk | Veil, pools: Iterable[BedPool]) -> tuple[BedPool, ...]:
    """Return bed pools as they may be shown: without the names that say whose they are."""
    veil = _veil(where)
    return tuple(map(veil.over_pool, pools))


def county_of(veil: Veil, provider: Provider) -> str:
    """Return a provider's county in words, or that it is not shown."""
    if veil.covers(provider.provider_id):
        return COUNTY_KEPT
    return geography.load().name(provider.county)


def _veil(where: Reading | Desk | Veil) -> Veil:
    if isinstance(where, Veil):
        return where
    return veil_of(where) if isinstance(where, Desk) else where.providers.veil()
