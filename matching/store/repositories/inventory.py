"""Providers with their bed pools."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from matching.domain.errors import InputError
from matching.domain.records import BedPool, Provider
from matching.store import tables
from matching.store.documents import UploadBatch
from matching.store.repositories.keyed import Changes, KeyedTable, single_keys
from matching.store.unit import Unit


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
    """Providers and bed pools, which come and go together."""

    def __init__(self, unit: Unit) -> None:
        self._providers = KeyedTable(unit, tables.providers, Provider, "provider", "provider")
        self._pools = KeyedTable(unit, tables.bed_pools, BedPool, "bed pool", "bed_pool")

    @property
    def rows(self) -> dict[str, KeyedTable[Any]]:
        """The rows of each kind, by the name that images give it."""
        return {"provider": self._providers, "bed_pool": self._pools}

    def all(self) -> tuple[tuple[Provider, ...], tuple[BedPool, ...]]:
        """Return every provider and every bed pool, each in the order of keys."""
        return self._providers.all(), self._pools.all()

    def get(self, provider_id: str) -> tuple[Provider, tuple[BedPool, ...]] | None:
        """Return one provider with its bed pools, or ``None`` if there is none such."""
        found = self._providers.some([(provider_id,)]).get((provider_id,))
        if found is None:
            return None
        pools = self._pools.matching(provider_id=provider_id)
        return found, pools

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
        pools = tuple(pools)
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


def _removed(changes: Changes) -> Changes:
    return replace(changes, missing=(), removed=changes.missing)
