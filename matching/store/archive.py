"""A backup: every table as lines of JSON in one zip, with a sum for each.

The same file goes into SQLite and into PostgreSQL. It says which version of the
tables it holds, how many rows each has, and where the audit chain ended.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from matching.domain.errors import InputError, StoreError
from matching.store.audit import AuditEvent, ChainHead, verify_chain
from matching.store.plain_rows import BARE, line_of, row_of
from matching.store.sealing import SealedReader, SealedWriter, is_sealed
from matching.store.whole import Whole

#: Of the file as a whole; another number is another form.
FORMAT = 1
MANIFEST = "manifest.json"
_FOLDER = "tables/"
#: No row is longer than this: a plan of a large region has some megabytes.
_LONGEST_LINE = 1 << 28


@dataclass(frozen=True, slots=True)
class Part:
    """One table in a backup.

    Attributes
    ----------
    name : str
    columns : mapping of str to str
        What each column holds, in the order of the values.
    rows : int
    sha256 : str
        Of its lines.
    last : int
        The greatest number ever given to a row; 0 where rows are not numbered.
    """

    name: str
    columns: Mapping[str, str]
    rows: int
    sha256: str
    last: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says about itself.

    Attributes
    ----------
    made_at : datetime
    software : str
        Version that wrote it.
    revision : str
        Of the tables.
    parts : tuple of Part
        In an order in which every row refers to rows before it.
    head : ChainHead
        Where the audit chain ended.
    """

    made_at: datetime
    software: str
    revision: str
    parts: tuple[Part, ...]
    head: ChainHead

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(part.rows for part in self.parts)

    def to_plain(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {
            "format": FORMAT,
            "made_at": self.made_at.isoformat(),
            "software": self.software,
            "revision": self.revision,
            "chain": {"seq": self.head.seq, "hash": self.head.hash},
            "tables": [
                {
                    "name": one.name,
                    "columns": dict(one.columns),
                    "rows": one.rows,
                    "sha256": one.sha256,
                    "last": one.last,
                }
                for one in self.parts
            ],
        }


def _manifest_of(plain: Any) -> Manifest:
    if plain["format"] != FORMAT:
        raise StoreError(
            "The backup is of a form that this version does not know.",
            next_step="Use the version of the software that wrote it, or a newer one.",
        )
    return Manifest(
        made_at=datetime.fromisoformat(plain["made_at"]),
        software=str(plain["software"]),
        revision=str(plain["revision"]),
        parts=tuple(
            Part(
                name=str(one["name"]),
                columns={str(name): str(kind) for name, kind in one["columns"].items()},
                rows=int(one["rows"]),
                sha256=str(one["sha256"]),
                last=int(one["last"]),
            )
            for one in plain["tables"]
        ),
        head=ChainHead(int(plain["chain"]["seq"]), str(plain["chain"]["hash"])),
    )


def write_archive(
    file: BinaryIO, record: Whole, made_at: datetime, software: str, passphrase: str | None
) -> Manifest:
    """Write everything on the record into a file.

    Parameters
    ----------
    file : BinaryIO
        Empty; stays open.
    record : Whole
        At one moment.
    made_at : datetime
    software : str
        Version of this software.
    passphrase : str or None
        ``None`` writes it unencrypted.

    Returns
    -------
    Manifest
    """
    if passphrase is None:
        return _write_zip(file, record, made_at, software)
    with SealedWriter(file, passphrase) as sealed:
        return _write_zip(sealed, record, made_at, software)


def _write_zip(file: Any, record: Whole, made_at: datetime, software: str) -> Manifest:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as out:
        lasts = record.lasts()
        parts = tuple(_write_part(out, record, name, lasts) for name in record.names())
        manifest = Manifest(made_at, software, record.revision(), parts, record.head())
        out.writestr(MANIFEST, json.dumps(manifest.to_plain(), indent=1))
    return manifest


def _write_part(
    out: zipfile.ZipFile, record: Whole, name: str, lasts: Mapping[str, int]
) -> Part:
    digest, number = hashlib.sha256(), 0
    with out.open(f"{_FOLDER}{name}.jsonl", "w", force_zip64=True) as lines:
        for row in record.rows(name):
            line = line_of(row)
            digest.update(line)
            lines.write(line)
            number += 1
    columns = record.columns(name)
    return Part(name, columns, number, digest.hexdigest(), lasts.get(name, 0))


class Archive:
    """A backup that is read.

    Parameters
    ----------
    zipped : ZipFile

    Raises
    ------
    StoreError
        If it does not say what it holds, or not in a form known here.
    """

    def __init__(self, zipped: zipfile.ZipFile) -> None:
        self._zip = zipped
        try:
            self.manifest = _manifest_of(json.loads(zipped.read(MANIFEST)))
        except (KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile):
            raise _damaged("it does not say what it holds") from None
        for part in self.manifest.parts:
            if not set(part.columns.values()) <= BARE.keys():
                raise _damaged("it does not say what it holds")

    def rows(self, part: Part) -> Iterator[tuple[Any, ...]]:
        """Read the rows of a table; the last one is given out only if all are right.

        Yields
        ------
        tuple

        Raises
        ------
        StoreError
            If the table is damaged.
        """
        digest, number, kinds = hashlib.sha256(), 0, tuple(part.columns.values())
        try:
            with self._zip.open(f"{_FOLDER}{part.name}.jsonl") as lines:
                while line := lines.readline(_LONGEST_LINE):
                    digest.update(line)
                    number += 1
                    yield row_of(line, kinds)
        except (KeyError, zipfile.BadZipFile, InputError, EOFError):
            raise _damaged(f"the table '{part.name}' cannot be read") from None
        if number != part.rows or digest.hexdigest() != part.sha256:
            raise _damaged(f"the table '{part.name}' is not what was written")

    def verify(self) -> None:
        """Read everything, and hold it against the sums and the audit chain.

        Raises
        ------
        StoreError
            If anything is missing, changed or too much.
        """
        wanted = {MANIFEST, *(f"{_FOLDER}{one.name}.jsonl" for one in self.manifest.parts)}
        names = self._zip.namelist()
        if len(names) != len(wanted) or set(names) != wanted:
            raise _damaged("tables are missing, twice or too much")
        heads: list[ChainHead] = []
        for part in self.manifest.parts:
            if part.name == "audit_events":
                self._verify_chain(part)
            elif part.name == "record_state":
                heads = [_head_in(part, row) for row in self.rows(part)]
            else:
                for _ in self.rows(part):
                    pass
        if heads != [self.manifest.head]:
            raise _damaged("the end of the audit chain is not the one noted")

    def _verify_chain(self, part: Part) -> None:
        problems = verify_chain(self._events(part), head=self.manifest.head)
        if problems:
            raise _damaged(f"the audit chain does not hold. {problems[0].sentence}")

    def _events(self, part: Part) -> Iterator[AuditEvent]:
        names = tuple(part.columns)
        for row in self.rows(part):
            values = dict(zip(names, row, strict=True))
            try:
                yield AuditEvent(**{**values, "details": json.loads(values["details"])})
            except (KeyError, TypeError, ValueError):
                raise _damaged("an audit event cannot be read") from None


def _head_in(part: Part, row: Iterable[Any]) -> ChainHead:
    values = dict(zip(part.columns, row, strict=True))
    return ChainHead(int(values["audit_seq"]), str(values["audit_hash"]))


def _damaged(what: str) -> StoreError:
    return StoreError(
        f"The backup is damaged: {what}.", next_step="Take another copy of it, or another one."
    )


def sealed(path: Path) -> bool:
    """Tell whether a backup is under a passphrase.

    Raises
    ------
    InputError
        If there is no such file.
    """
    try:
        with path.open("rb") as file:
            return is_sealed(file)
    except OSError:
        raise InputError(
            f"There is no file '{path.name}' that can be read.",
            next_step="Check its name and folder.",
        ) from None


@contextmanager
def open_archive(path: Path, passphrase: str | None = None) -> Iterator[Archive]:
    """Open a backup.

    Parameters
    ----------
    path : Path
    passphrase : str, optional

    Yields
    ------
    Archive

    Raises
    ------
    InputError
        If the passphrase is wrong or missing, or the file is no backup.
    StoreError
        If it is damaged.
    """
    under = sealed(path)
    if under and passphrase is None:
        raise InputError(
            "The backup is encrypted.", next_step="Give the passphrase it was made with."
        )
    with path.open("rb") as file:
        content: Any = SealedReader(file, str(passphrase)) if under else file
        try:
            zipped = zipfile.ZipFile(content)
        except zipfile.BadZipFile:
            raise InputError(
                "The file is no backup, or it was cut off.",
                next_step="Choose a file that 'backup' wrote.",
            ) from None
        with zipped:
            yield Archive(zipped)
