"""Records that are named by a key: read them, bring an upload in, compare the two.

An upload replaces all fields of the rows it names, leaves unchanged rows
untouched, and never removes a row by keeping silent about it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from matching.domain.errors import ConflictError, InputError
from matching.domain.fields import FieldClass
from matching.store import bulk
from matching.store.documents import Image, UploadBatch
from matching.store.plain import plain_fields, record_fields
from matching.store.repositories.images import Images
from matching.store.unit import Unit

R = TypeVar("R")
Key = tuple[str, ...]
Query = sa.Select[*tuple[Any, ...]]

#: Version and upload of a row: never the same twice, even if a row is removed and
#: comes again under the same key.
State = tuple[int, int]

#: Above this many keys a whole table is read instead of asking key by key.
_ASK_BY_KEY = 200


def single_keys(versions: Mapping[str, int] | None) -> dict[Key, int] | None:
    """Return versions by key, from versions by the only part of the key."""
    return None if versions is None else {(name,): number for name, number in versions.items()}


@dataclasses.dataclass(frozen=True, slots=True)
class Changes:
    """What an upload did to one kind of record, by key, in sorted order.

    Attributes
    ----------
    added, changed, unchanged : tuple of tuple of str
        Keys named by the upload.
    missing : tuple of tuple of str
        Keys on record that the upload does not name; they were kept.
    removed : tuple of tuple of str
        Keys on record that the upload does not name; they were taken out,
        because the caller asked for a replacement.
    """

    added: tuple[Key, ...] = ()
    changed: tuple[Key, ...] = ()
    unchanged: tuple[Key, ...] = ()
    missing: tuple[Key, ...] = ()
    removed: tuple[Key, ...] = ()

    def counts(self) -> dict[str, int]:
        """Return the number of keys of each kind, for the batch and the audit event."""
        names = (field.name for field in dataclasses.fields(self))
        return {name: len(getattr(self, name)) for name in names}


class _Shape:
    """What is the same for every piece of work on a table, worked out once.

    Parameters
    ----------
    table : Table
    record : type
    """

    def __init__(self, table: sa.Table, record: type[Any]) -> None:
        fields = dataclasses.fields(record)
        self.names = tuple(field.name for field in fields)
        self.key_names = tuple(
            field.name for field in fields if field.metadata["class"] is FieldClass.KEY
        )
        self.key_of = attrgetter(*self.key_names)
        self.keys = [table.c[name] for name in self.key_names]
        self.owned = "office" in table.c
        self.picked = bulk.Picked([table.c[name] for name in self.names])
        office = [table.c.office == sa.bindparam("office")] if self.owned else []
        self.mine = self.picked.query.where(*office)
        self.one = self.mine.where(
            *(column == sa.bindparam(f"key_{column.name}") for column in self.keys)
        )


_SHAPES: dict[str, _Shape] = {}


class KeyedTable(Generic[R]):
    """One table of records of one dataclass.

    Parameters
    ----------
    unit : Unit
        The piece of work it belongs to.
    table : Table
        Its columns begin with the fields of ``record``.
    record : type
        The dataclass.
    noun : str
        What one record is called in a sentence.
    kind : str
        What it is called in images.
    """

    def __init__(
        self, unit: Unit, table: sa.Table, record: type[R], noun: str, kind: str
    ) -> None:
        self._unit = unit
        self._kind = kind
        self._table = table
        self._record = record
        self._noun = noun
        if table.name not in _SHAPES:
            _SHAPES[table.name] = _Shape(table, record)
        self._shape = _SHAPES[table.name]
        self._names = self._shape.names
        self._key_names = self._shape.key_names
        self._key_of = self._shape.key_of
        self._keys = self._shape.keys
        self._owned = self._shape.owned
        self._mine = [table.c.office == unit.office] if self._owned else []

    def key(self, record: R) -> Key:
        """Return the key of a record."""
        found = self._key_of(record)
        return found if len(self._key_names) > 1 else (found,)

    def all(self) -> tuple[R, ...]:
        """Return every record, in the order of keys."""
        return self._read()

    def get(self, *key: str) -> R | None:
        """Return the record of one key, or ``None`` if there is none such."""
        parts = zip(self._key_names, key, strict=True)
        found = self._records(self._shape.one, {f"key_{name}": part for name, part in parts})
        return next(found, None)

    def some(self, keys: Iterable[Key]) -> dict[Key, R]:
        """Return the records on file among the given keys."""
        wanted = set(keys)
        where = []
        if len(wanted) <= _ASK_BY_KEY:
            where.append(sa.tuple_(*self._keys).in_(sorted(wanted)))
        found = ((self.key(record), record) for record in self._read(*where))
        return {key: record for key, record in found if key in wanted}

    def matching(self, **values: str) -> tuple[R, ...]:
        """Return the records whose columns have the given values, in the order of keys."""
        return self._read(*(self._table.c[name] == value for name, value in values.items()))

    def versions(self) -> dict[Key, int]:
        """Return the version number of every row, by key."""
        query = sa.select(*self._keys, self._table.c.version).where(*self._mine)
        rows = self._unit.connection.execute(query)
        return {tuple(row[:-1]): row[-1] for row in rows}

    def states(self) -> dict[Key, State]:
        """Return version and upload of every row, by key."""
        housekeeping = self._table.c.version, self._table.c.batch_id
        query = sa.select(*self._keys, *housekeeping).where(*self._mine)
        rows = self._unit.connection.execute(query)
        return {tuple(row[:-2]): (row[-2], row[-1]) for row in rows}

    def fields_of(self, image: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of fields from the plain data of an image."""
        return record_fields(self._table, image)

    def put_back(self, records: Iterable[tuple[R, int]], at: datetime) -> None:
        """Write records as they were before an upload.

        Parameters
        ----------
        records : iterable of (record, int)
            Each with the number of the upload it came from.
        at : datetime
        """
        self._write([(record, at, number) for record, number in records])

    def put(
        self,
        records: Iterable[R],
        batch: UploadBatch,
        *,
        expected: Mapping[Key, int] | None = None,
    ) -> Changes:
        """Bring an upload in.

        Parameters
        ----------
        records : iterable
            With distinct keys.
        batch : UploadBatch
            The upload they come with, as it was recorded.
        expected : mapping, optional
            Version of each row as the caller last saw it.

        Returns
        -------
        Changes

        Raises
        ------
        InputError
            If a key occurs twice.
        ConflictError
            If a row is not in the version expected.
        """
        uploaded = self._distinct(records)
        states = self.states()
        self._check_versions(uploaded, states, expected or {})
        on_file = self.some(key for key in uploaded if key in states)
        added = [key for key in uploaded if key not in states]
        changed = [key for key in on_file if on_file[key] != uploaded[key]]
        self._save([uploaded[key] for key in (*added, *changed)], batch)
        Images(self._unit).add(
            self._image(batch, key, on_file.get(key), uploaded[key], states.get(key))
            for key in (*added, *changed)
        )
        return Changes(
            added=tuple(sorted(added)),
            changed=tuple(sorted(changed)),
            unchanged=tuple(sorted(on_file.keys() - set(changed))),
            missing=tuple(sorted(states.keys() - uploaded.keys())),
        )

    def remove(self, keys: Iterable[Key]) -> None:
        """Take rows out."""
        parameters = [
            {f"key_{name}": part for name, part in zip(self._key_names, key, strict=True)}
            for key in keys
        ]
        if parameters:
            where = [column == sa.bindparam(f"key_{column.name}") for column in self._keys]
            statement = self._table.delete().where(*where, *self._mine)
            self._connection().execute(statement, parameters)

    def _read(self, *where: sa.ColumnElement[bool]) -> tuple[R, ...]:
        query = self._shape.mine.where(*where) if where else self._shape.mine
        return tuple(sorted(self._records(query, {}), key=self.key))

    def _records(self, query: Query, values: Mapping[str, str]) -> Iterator[R]:
        names, record = self._names, self._record
        bound = {"office": self._unit.office, **values} if self._owned else values
        rows = bulk.read(self._unit.connection, self._shape.picked, query, bound)
        return (record(**dict(zip(names, row, strict=True))) for row in rows)

    def _distinct(self, records: Iterable[R]) -> dict[Key, R]:
        uploaded: dict[Key, R] = {}
        for record in records:
            key = self.key(record)
            if key in uploaded:
                raise InputError(
                    f"The same {self._noun} is there twice.",
                    next_step="Keep one of the rows with the same code and try again.",
                )
            uploaded[key] = record
        return uploaded

    def _check_versions(
        self, uploaded: Mapping[Key, R], now: Mapping[Key, State], expected: Mapping[Key, int]
    ) -> None:
        versions = {key: now[key][0] if key in now else None for key in uploaded}
        moved = [key for key in uploaded if key in expected and versions[key] != expected[key]]
        if moved:
            raise ConflictError(
                f"Somebody else changed {len(moved)} of these records meanwhile.",
                next_step="Look at what changed and try again.",
            )

    def _image(
        self, batch: UploadBatch, key: Key, before: R | None, after: R, state: State | None
    ) -> Image:
        number = int(batch.id or 0)
        if before is None:
            return Image(batch_id=number, kind=self._kind, key=key)
        names = tuple(
            name for name in self._names if getattr(before, name) != getattr(after, name)
        )
        return Image(
            batch_id=number,
            kind=self._kind,
            key=key,
            fields=names,
            before=plain_fields(self._table, before, names),
            after=plain_fields(self._table, after, names),
            batch_before=None if state is None else state[1],
        )

    def _save(self, records: list[R], batch: UploadBatch) -> None:
        self._write([(record, batch.at, batch.id) for record in records])

    def _connection(self) -> sa.Connection:
        return self._unit.writing(shared=not self._owned)

    def _write(self, records: list[tuple[R, datetime, int | None]]) -> None:
        if records:
            fields = attrgetter(*self._names)
            office = (self._unit.office,) if self._owned else ()
            rows = [(*fields(record), *tail, *office) for record, *tail in records]
            bulk.save(self._connection(), self._table, rows)
