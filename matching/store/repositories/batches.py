"""Uploads that were brought in."""

from __future__ import annotations

import dataclasses
from datetime import datetime

import sqlalchemy as sa

from matching.domain.errors import NotFound
from matching.store.documents import UploadBatch
from matching.store.tables import upload_batches
from matching.store.unit import Unit

_COLUMNS = [column for column in upload_batches.c if column.name != "office"]


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
        row["office"] = self._unit.office
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
            upload_batches.update()
            .where(upload_batches.c.id == batch.id, self._mine())
            .values(counts=merged)
        )
        if result.rowcount != 1:
            raise NotFound("There is no such upload on record.")
        return dataclasses.replace(batch, counts=merged)

    def get(self, number: int) -> UploadBatch | None:
        """Return one upload, or ``None`` if there is none such."""
        query = sa.select(*_COLUMNS).where(upload_batches.c.id == number, self._mine())
        row = self._unit.connection.execute(query).mappings().one_or_none()
        return None if row is None else UploadBatch(**row)

    def last_of(self, kind: str, sha256: str, recipe: str | None) -> UploadBatch | None:
        """Return the last upload of the same bytes read the same way that still counts."""
        column = upload_batches.c
        query = (
            sa.select(*_COLUMNS)
            .where(
                self._mine(),
                column.kind == kind,
                column.file_sha256 == sha256,
                column.recipe.is_(None) if recipe is None else column.recipe == recipe,
                column.undone_at.is_(None),
            )
            .order_by(column.id.desc())
            .limit(1)
        )
        row = self._unit.connection.execute(query).mappings().one_or_none()
        return None if row is None else UploadBatch(**row)

    def mark_undone(self, batch: UploadBatch, at: datetime, by: str) -> UploadBatch:
        """Say that an upload was undone.

        Raises
        ------
        NotFound
            If there is no such upload that still counts.
        """
        column = upload_batches.c
        result = self._unit.writing().execute(
            upload_batches.update()
            .where(column.id == batch.id, column.undone_at.is_(None), self._mine())
            .values(undone_at=at, undone_by=by)
        )
        if result.rowcount != 1:
            raise NotFound("There is no such upload on record that could be undone.")
        return dataclasses.replace(batch, undone_at=at, undone_by=by)

    def list(self, limit: int | None = None) -> tuple[UploadBatch, ...]:
        """Return uploads, newest first."""
        query = sa.select(*_COLUMNS).where(self._mine())
        query = query.order_by(upload_batches.c.id.desc()).limit(limit)
        return tuple(
            UploadBatch(**row) for row in self._unit.connection.execute(query).mappings()
        )

    def _mine(self) -> sa.ColumnElement[bool]:
        return upload_batches.c.office == self._unit.office
