"""People who need a place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from matching.domain.errors import NotFound
from matching.domain.records import Referral
from matching.domain.words import Consent
from matching.store import tables
from matching.store.documents import UploadBatch
from matching.store.repositories.keyed import Changes, KeyedTable, single_keys
from matching.store.unit import Unit


class Referrals:
    """Referrals, by case reference."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._rows = KeyedTable(unit, tables.referrals, Referral, "case reference", "referral")

    @property
    def rows(self) -> dict[str, KeyedTable[Any]]:
        """The rows, by the name that images give them."""
        return {"referral": self._rows}

    def all(self) -> tuple[Referral, ...]:
        """Return every referral, in the order of case references."""
        return self._rows.all()

    def get(self, referral_id: str) -> Referral | None:
        """Return one referral, or ``None`` if there is none such."""
        return self._rows.get(referral_id)

    def versions(self) -> dict[str, int]:
        """Return the version number of every referral, by case reference."""
        return {key[0]: version for key, version in self._rows.versions().items()}

    def upsert(
        self,
        referrals: Iterable[Referral],
        batch: UploadBatch,
        *,
        expected: Mapping[str, int] | None = None,
    ) -> Changes:
        """Bring an upload in; referrals it does not name are kept.

        Parameters
        ----------
        referrals : iterable of Referral
            With distinct references.
        batch : UploadBatch
            The upload they come with, as ``batches.add`` returned it.
        expected : mapping, optional
            Version of each referral as the caller last saw it.

        Returns
        -------
        Changes
            By key, a tuple with the case reference.

        Raises
        ------
        InputError
            If a reference occurs twice.
        ConflictError
            If a referral is not in the version expected.
        """
        return self._rows.put(referrals, batch, expected=single_keys(expected))

    def replace(self, referrals: Iterable[Referral], batch: UploadBatch) -> Changes:
        """Make the record hold exactly these referrals.

        Only for a caller who says so (loading the sample data anew); arguments,
        result and errors as for :meth:`upsert`.
        """
        changes = self.upsert(referrals, batch)
        self._rows.remove(changes.missing)
        return replace(changes, missing=(), removed=changes.missing)

    def set_consent(self, referral_id: str, consent: Consent, expires: date | None) -> None:
        """Note whether facts of a case may be shared, and until when.

        No plan reads it, so that plans stay of today's facts.

        Raises
        ------
        NotFound
            If there is no such case.
        """
        table = tables.referrals
        changed = self._unit.writing(data=False).execute(
            table.update()
            .where(table.c.office == self._unit.office, table.c.referral_id == referral_id)
            .values(consent=consent, consent_expires=expires, version=table.c.version + 1)
        )
        if changed.rowcount != 1:
            raise NotFound("This case is not on the record.")
