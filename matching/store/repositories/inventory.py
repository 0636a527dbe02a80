"""Providers with their bed pools."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import sqlalchemy as sa

from matching.domain.confidential import (
    HIDDEN,
    HIDDEN_OF_POOLS,
    SECRET_KINDS,
    Veil,
    numbers,
)
from matching.domain.errors import InputError
from matching.domain.records import BedPool, Provider
from matching.store import tables
from matching.store.documents import UploadBatch
from matching.store.repositories.keyed import Changes, KeyedTable, single_keys
from matching.store.repositories.openings import Openings
from matching.store.unit import Unit

R = TypeVar("R", Provider, BedPool)


@dataclass(frozen=True, slots=True)
class InventoryChanges:
    """What an upload did to providers and to their bed pools."""

    providers: Changes
    pools: Changes

    def counts(self) -> dict[str, int]:
        """Return one number per kind of change, for the batch and the audit event."""
        return {
            f"{noun}_{kind}": number
            for noun, changes in (("providers", self.providers), ("pools", self.pools))
            for kind, number in changes.counts().items()
        }


class Providers:
    """Providers and bed pools, which come and go together.

    What is read here is to be shown: of confidential providers that the reader has
    not opened, names, agency and whom to call are veiled. What comes back as it was
    shown stays as it is on record. :attr:`rows` holds the records as they are, for
    what is compared and written and not shown.
    """

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._providers = KeyedTable(unit, tables.providers, Provider, "provider", "provider")
        self._pools = KeyedTable(unit, tables.bed_pools, BedPool, "bed pool", "bed_pool")

    @property
    def rows(self) -> dict[str, KeyedTable[Any]]:
        """The rows of each kind, by the name that images give it."""
        return {"provider": self._providers, "bed_pool": self._pools}

    def all(self) -> tuple[tuple[Provider, ...], tuple[BedPool, ...]]:
        """Return every provider and every bed pool, each in the order of keys."""
        veil = self.veil()
        if not veil.numbers:
            return self._whole()
        return self._unit.shared(("veiled", veil.opened), lambda: self._veiled(veil))

    def _whole(self) -> tuple[tuple[Provider, ...], tuple[BedPool, ...]]:
        return (
            self._unit.shared("providers", self._providers.all),
            self._unit.shared("bed_pools", self._pools.all),
        )

    def _veiled(self, veil: Veil) -> tuple[tuple[Provider, ...], tuple[BedPool, ...]]:
        homes, pools = self._whole()
        return tuple(map(veil.over, homes)), tuple(map(veil.over_pool, pools))

    def veil(self) -> Veil:
        """Return what stands in place of the names of confidential providers.

        Without a reader nothing is veiled: nobody is shown what is read then.
        """
        eyes = self._unit.eyes
        if eyes is None:
            return Veil({})
        found = self._unit.shared("numbers", lambda: numbers(self._secret()))
        if not found:
            return Veil({})
        opened = Openings(self._unit).current(eyes.actor, eyes.clock())
        return Veil(found, frozenset(one.provider_id for one in opened))

    def _secret(self) -> list[str]:
        """Return the identifiers of confidential providers, as ``is_secret`` tells them."""
        column = tables.providers.c
        query = sa.select(column.provider_id).where(
            sa.or_(
                column.confidential.is_(True),
                column.victim_service_provider.is_(True),
                column.domestic_violence.is_(True),
                sa.and_(
                    column.confidential.is_(None),
                    column.placement_type.in_(sorted(SECRET_KINDS)),
                ),
            )
        )
        return list(self._unit.connection.execute(query).scalars())

    def get(self, provider_id: str) -> tuple[Provider, tuple[BedPool, ...]] | None:
        """Return one provider with its bed pools, or ``None`` if there is none such."""
        found = self._providers.get(provider_id)
        if found is None:
            return None
        veil = self.veil()
        pools = self._pools.matching(provider_id=provider_id)
        return veil.over(found), tuple(map(veil.over_pool, pools))

    def versions(self) -> dict[str, int]:
        """Return the version number of every provider, by its code."""
        return {key[0]: version for key, version in self._providers.versions().items()}

    def upsert(
        self,
        providers: Iterable[Provider],
        pools: Iterable[BedPool],
        batch: UploadBatch,
        *,
        expected: Mapping[str, int] | None = None,
    ) -> InventoryChanges:
        """Bring an upload in; providers and pools it does not name are kept.

        Parameters
        ----------
        providers, pools : iterable
            With distinct keys; each pool of a provider uploaded or on record.
        batch : UploadBatch
            The upload they come with, as ``batches.add`` returned it.
        expected : mapping, optional
            Version of each provider as the caller last saw it.

        Returns
        -------
        InventoryChanges

        Raises
        ------
        InputError
            If a key occurs twice, or a pool belongs to no known provider.
        ConflictError
            If a provider is not in the version expected.
        """
        veil = self.veil()
        providers = _unveiled(self._providers, tuple(providers), veil.over, HIDDEN, veil)
        pools = _unveiled(self._pools, tuple(pools), veil.over_pool, HIDDEN_OF_POOLS, veil)
        homes = self._providers.put(providers, batch, expected=single_keys(expected))
        known = {
            key[0]
            for keys in (homes.added, homes.changed, homes.unchanged, homes.missing)
            for key in keys
        }
        if any(pool.provider_id not in known for pool in pools):
            raise InputError(
                "A bed pool belongs to a provider that is neither in the file nor on record.",
                next_step="Add the provider, or correct its code beside the beds.",
            )
        return InventoryChanges(homes, self._pools.put(pools, batch))

    def replace(
        self, providers: Iterable[Provider], pools: Iterable[BedPool], batch: UploadBatch
    ) -> InventoryChanges:
        """Make the record hold exactly these providers and pools.

        Only for a caller who says so (loading the sample data anew); arguments,
        result and errors as for :meth:`upsert`.
        """
        wanted = tuple(providers)
        codes = {provider.provider_id for provider in wanted}
        mine = tuple(pools)
        if any(pool.provider_id not in codes for pool in mine):
            raise InputError("A bed pool belongs to a provider that is not in the file.")
        changes = self.upsert(wanted, mine, batch)
        self._pools.remove(changes.pools.missing)
        self._providers.remove(changes.providers.missing)
        return InventoryChanges(_removed(changes.providers), _removed(changes.pools))


def _unveiled(
    table: KeyedTable[R],
    records: tuple[R, ...],
    over: Callable[[R], R],
    names: tuple[str, ...],
    veil: Veil,
) -> tuple[R, ...]:
    """Return records with what comes back as it was shown in place of it on record."""
    covered = [one for one in records if veil.covers(one.provider_id)]
    if not covered:
        return records
    there = table.some(table.key(one) for one in covered)
    return tuple(_restored(one, there.get(table.key(one)), over, names) for one in records)


def _restored(record: R, there: R | None, over: Callable[[R], R], names: tuple[str, ...]) -> R:
    if there is None:
        return record
    shown = over(there)
    values = {
        name: getattr(there, name)
        for name in names
        if getattr(record, name) == getattr(shown, name)
    }
    return replace(record, **values)


def _removed(changes: Changes) -> Changes:
    return replace(changes, missing=(), removed=changes.missing)
