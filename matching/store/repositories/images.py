"""What each upload did to each record, so that it can be undone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from matching.store.documents import Image
from matching.store.tables import upload_batches, upload_images
from matching.store.unit import Unit

_COLUMNS = [column for column in upload_images.columns if column.name != "id"]

#: The kind of image that is about a person.
_PERSON = "referral"


class Images:
    """Before-images; whoever writes a record writes them (see ``KeyedTable.put``)."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, images: Iterable[Image]) -> None:
        """Keep what an upload did."""
        rows = [
            {
                "batch_id": one.batch_id,
                "kind": one.kind,
                "key": list(one.key),
                "fields": list(one.fields),
                "before": None if one.before is None else dict(one.before),
                "after": None if one.after is None else dict(one.after),
                "batch_before": one.batch_before,
            }
            for one in images
        ]
        if rows:
            self._unit.writing(data=False).execute(upload_images.insert(), rows)

    def of(self, batch_id: int) -> tuple[Image, ...]:
        """Return what one upload did, one image for each record.

        A record that was written several times is as before the first and as
        after the last of them.
        """
        merged: dict[tuple[str, tuple[str, ...]], Image] = {}
        for one in self._some(upload_images.c.batch_id == batch_id):
            place = one.kind, one.key
            merged[place] = _joined(merged[place], one) if place in merged else one
        return tuple(merged.values())

    def after(self, batch_id: int) -> tuple[Image, ...]:
        """Return what later uploads did to the records that one upload touched.

        Uploads that were undone are left out.
        """
        mine, later, batch = upload_images.alias("mine"), upload_images, upload_batches
        touched = sa.select(mine.c.id).where(
            mine.c.batch_id == batch_id,
            mine.c.kind == later.c.kind,
            mine.c.key == later.c.key,
        )
        undone = sa.select(batch.c.id).where(batch.c.undone_at.is_not(None))
        return self._some(
            later.c.batch_id > batch_id,
            later.c.batch_id.not_in(undone),
            touched.correlate(later).exists(),
            self._visible(later),
        )

    def touched_since(self, batch_id: int) -> int | None:
        """Return the last later upload that touched the same fields, or ``None``.

        Of a record that was added every field counts. Uploads that were undone
        are left out.
        """
        mine, later = upload_images.alias("mine"), upload_images.alias("later")
        counts = upload_batches.c.undone_at.is_(None)
        same = (
            (later.c.kind == mine.c.kind)
            & (later.c.key == mine.c.key)
            & (later.c.batch_id > mine.c.batch_id)
        )
        whole = sa.or_(mine.c.before.is_(None), later.c.before.is_(None)).label("whole")
        # The same few sets of fields change in thousands of rows.
        query = (
            sa.select(mine.c.fields, later.c.fields, whole, sa.func.max(later.c.batch_id))
            .select_from(
                mine.join(later, same).join(
                    upload_batches, (upload_batches.c.id == later.c.batch_id) & counts
                )
            )
            .where(mine.c.batch_id == batch_id, self._visible(later))
            .group_by(mine.c.fields, later.c.fields, whole)
        )
        return max(
            (
                int(last)
                for fields, others, all_of_it, last in self._unit.connection.execute(query)
                if all_of_it or not set(fields).isdisjoint(others)
            ),
            default=None,
        )

    def last(self, kind: str, key: tuple[str, ...], number: int) -> tuple[Image, ...]:
        """Return the last so many writes of one record, newest first."""
        column = upload_images.c
        query = (
            sa.select(*_COLUMNS)
            .where(column.kind == kind, column.key == list(key), self._visible(upload_images))
            .order_by(column.id.desc())
            .limit(number)
        )
        return tuple(_image(row) for row in self._unit.connection.execute(query).mappings())

    def adding(self, kind: str, keys: Iterable[tuple[str, ...]]) -> tuple[Image, ...]:
        """Return the images in which some records of one kind were added."""
        column = upload_images.c
        wanted = [column.key == list(key) for key in sorted(set(keys))]
        if not wanted:
            return ()
        return tuple(
            one
            for one in self._some(
                column.kind == kind, sa.or_(*wanted), self._visible(upload_images)
            )
            if one.added
        )

    def _visible(self, images: sa.FromClause) -> sa.ColumnElement[bool]:
        """Return the condition that images are of providers or of this office's people.

        Another office may use the same case reference for somebody else.
        """
        mine = sa.select(upload_batches.c.id).where(
            upload_batches.c.office == self._unit.office
        )
        return sa.or_(images.c.kind != _PERSON, images.c.batch_id.in_(mine))

    def _some(self, *where: sa.ColumnElement[bool]) -> tuple[Image, ...]:
        query = sa.select(*_COLUMNS).where(*where).order_by(upload_images.c.id)
        return tuple(_image(row) for row in self._unit.connection.execute(query).mappings())


def _image(row: Any) -> Image:
    values = {column.name: row[column.name] for column in _COLUMNS}
    return Image(**{**values, "key": tuple(row["key"]), "fields": tuple(row["fields"])})


def _joined(first: Image, second: Image) -> Image:
    """Return what two images of one record, one after the other, come to."""
    if first.added:
        return first
    before = {**(second.before or {}), **(first.before or {})}
    after = {**(first.after or {}), **(second.after or {})}
    return Image(
        batch_id=first.batch_id,
        kind=first.kind,
        key=first.key,
        fields=tuple(before),
        before=before,
        after=after,
        batch_before=first.batch_before,
    )
