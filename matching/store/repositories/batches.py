"""Uploads that were brought in."""

from __future__ import annotations

import dataclasses

import sqlalchemy as sa

from matching.domain.errors import NotFound
from matching.store.documents import UploadBatch
from matching.store.tables import upload_batches
from matching.store.unit import Unit


class Batches:
    """Upload batches; their rows say by ``batch_id`` where they came from."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, batch: UploadBatch) -> UploadBatch:
        """Record an upload and return it with its number."""
        row = {
            field.name: getattr(batch, field.name)
            for field in dataclasses.fields(UploadBatch)
            if field.name != "id"
        }
        row["counts"] = dict(batch.counts)
        statement = upload_batches.insert().returning(upload_batches.c.id)
        number = self._unit.writing().execute(statement, row).scalar_one()
        return dataclasses.replace(batch, id=number)

    def count(self, batch: UploadBatch, counts: dict[str, int]) -> UploadBatch:
        """Complete the counts of an upload once it is known what it changed.

        Raises
        ------
        NotFound
            If the upload was never recorded.
        """
        merged = {**batch.counts, **counts}
        result = self._unit.writing().execute(
            upload_batches.update().where(upload_batches.c.id == batch.id).values(counts=merged)
        )
        if result.rowcount != 1:
            raise NotFound("There is no such upload on record.")
        return dataclasses.replace(batch, counts=merged)

    def list(self, limit: int | None = None) -> tuple[UploadBatch, ...]:
        """Return uploads, newest first."""
        query = sa.select(upload_batches).order_by(upload_batches.c.id.desc()).limit(limit)
        return tuple(
            UploadBatch(**row) for row in self._unit.connection.execute(query).mappings()
        )
