"""Copies of the whole record: backups, checked and put back, and encrypted copies of its file.

A copy holds everything that the record holds, of every office, case facts and password
hashes included, and is to be kept as the record is. So it is made at the machine itself:
an administrator has a say over one office.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from matching import __version__
from matching.domain.access import Action
from matching.domain.errors import ConflictError, InputError, MatchingError, StoreError
from matching.services.desk import Desk
from matching.store.archive import Manifest, open_archive, write_archive
from matching.store.aside import written_aside
from matching.store.audit import ChainHead
from matching.store.database import open_store
from matching.store.encryption import (
    address_of,
    encrypted_copy,
    names_encrypted,
    require_copyable,
)
from matching.store.whole import rebuilding, whole_of

#: Shorter passphrases are tried out too soon.
SHORTEST_PASSPHRASE = 12
#: What sessions that a backup brings back end with.
RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written or looked at.

    Attributes
    ----------
    made_at : datetime
    tables, rows : int
    revision : str
        Of the tables.
    head : ChainHead
        Where the audit chain ended.
    encrypted : bool
    sha256 : str
        Of the file.
    counts : mapping of str to int
        Rows by table.
    """

    made_at: datetime
    tables: int
    rows: int
    revision: str
    head: ChainHead
    encrypted: bool
    sha256: str
    counts: Mapping[str, int]


def backup(desk: Desk, path: Path, passphrase: str | None = None) -> Backup:
    """Write everything on the record into one new file, as of one moment: one event.

    Others may go on reading and writing. The file gets its name only once it is
    complete and on the disk; it is for its owner only.

    Parameters
    ----------
    desk : Desk
    path : Path
        Nothing may be there yet.
    passphrase : str, optional
        By default the file is not encrypted.

    Returns
    -------
    Backup

    Raises
    ------
    PermissionDenied
        If the actor may not take along, or restore, what all offices own.
    InputError
        If there is such a file, no such folder, or the passphrase is too short.
    StoreError
        If the database cannot be read.
    """
    desk.require(Action.RESTORE_RECORD)
    check_passphrase(passphrase)
    now = desk.clock()
    with written_aside(path) as file:
        with whole_of(desk.store) as record:
            manifest = write_archive(file, record, now, __version__, passphrase)
        made = _described(manifest, _sum_of(file), encrypted=passphrase is not None)
        with desk.store.transaction() as writing:
            writing.audit.append(
                desk.actor,
                now,
                Action.EXPORT_RECORD,
                object_kind="backup",
                object_id=made.sha256,
                details=_told(made),
            )
    return made


def verify_backup(desk: Desk, path: Path, passphrase: str | None = None) -> Backup:
    """Read a backup to its end and hold it against its sums and its audit chain.

    Raises
    ------
    PermissionDenied
        If the actor may not take along, or restore, what all offices own.
    InputError
        If the passphrase is wrong or missing, or the file is no backup.
    StoreError
        If it is damaged.
    """
    desk.require(Action.RESTORE_RECORD)
    with open_archive(path, passphrase) as archive:
        archive.verify()
        manifest = archive.manifest
    with path.open("rb") as file:
        return _described(manifest, _sum_of(file), encrypted=passphrase is not None)


def restore(
    desk: Desk, path: Path, passphrase: str | None = None, *, replace: bool = False
) -> Backup:
    """Put a backup in the place of the record: everything or nothing, one event.

    The backup is read and checked to its end before anything changes, and the
    record's audit chain is checked again before it is kept. Tables of an older
    version are brought to this one. Nobody stays signed in.

    Parameters
    ----------
    desk : Desk
    path : Path
    passphrase : str, optional
    replace : bool, default False
        Whether a record that holds something may be replaced.

    Returns
    -------
    Backup
        As it is on the record now.

    Raises
    ------
    PermissionDenied
        If the actor may not restore.
    ConflictError
        If the record is not empty and ``replace`` was not asked for.
    InputError
        If the passphrase is wrong or missing, or the file is no backup.
    StoreError
        If the backup is damaged or of a newer version.
    """
    desk.require(Action.RESTORE_RECORD)
    found = verify_backup(desk, path, passphrase)
    now = desk.clock()
    with open_archive(path, passphrase) as archive, rebuilding(desk.store) as (whole, record):
        empty = whole.is_empty()
        if not empty and not replace:
            raise ConflictError(
                "The record is not empty. Nothing was changed.",
                next_step="Restore into an empty database, or say --replace.",
            )
        before, version = whole.head(), whole.data_version()
        manifest = archive.manifest
        whole.rebuild(manifest.revision)
        for part in manifest.parts:
            whole.fill(part.name, part.columns, archive.rows(part))
        whole.finish({part.name: part.last for part in manifest.parts})
        ended = whole.end_sessions(now, RESTORED)
        if not empty:
            whole.outrun(version)
        details = {**_told(found), "sessions_ended": ended}
        if not empty:
            details |= {"replaced_seq": before.seq, "replaced_hash": before.hash}
        problems = record.audit.verify()
        if problems:
            raise StoreError(f"The audit chain does not hold. {problems[0].sentence}")
        record.audit.append(
            desk.actor,
            now,
            Action.RESTORE_RECORD,
            object_kind="backup",
            object_id=found.sha256,
            details=details,
        )
    return found


def encrypt_record(desk: Desk, path: Path, key: str) -> ChainHead:
    """Write a copy of the record's file that is encrypted under a key of its own: one event.

    The event comes first, so that the copy, which is to take the record's place, says
    itself who had it made. A copy that could not be written is a second event. Nobody
    else may write meanwhile; what they write is not in the copy.

    Parameters
    ----------
    desk : Desk
        Its settings have the address of the record, with its key if it has one.
    path : Path
        Nothing may be there yet.
    key : str

    Returns
    -------
    ChainHead
        Where the audit chain of the copy ends.

    Raises
    ------
    PermissionDenied
        If the actor may not take along what all offices own.
    InputError
        If the record is not a file of SQLite, or there is such a file already or no
        such folder.
    StoreError
        If the record cannot be copied, or the copy's audit chain does not hold.
    """
    desk.require(Action.RESTORE_RECORD)
    url = desk.settings.database_url
    require_copyable(url, path)
    why = "rekeyed" if names_encrypted(url) else "encrypted"
    _note_copy(desk, why)
    # Two libraries of SQLite in one process would break each other's locks on one file.
    desk.store.close()
    try:
        encrypted_copy(url, path, key)
    except (MatchingError, OSError):
        _note_copy(desk, "failed")
        raise
    copy = open_store(address_of(path, key))
    try:
        with copy.reading() as record:
            problems, head = record.audit.verify(), record.audit.head()
    finally:
        copy.close()
    if problems:
        raise StoreError(f"The copy's audit chain does not hold. {problems[0].sentence}")
    return head


def _note_copy(desk: Desk, reason: str) -> None:
    with desk.store.transaction() as record:
        record.audit.append(
            desk.actor,
            desk.clock(),
            Action.EXPORT_RECORD,
            object_kind="encrypted_copy",
            reason=reason,
        )


def check_passphrase(passphrase: str | None) -> None:
    """Refuse a passphrase that is soon found.

    Raises
    ------
    InputError
    """
    if passphrase is not None and len(passphrase) < SHORTEST_PASSPHRASE:
        raise InputError(
            f"The passphrase has fewer than {SHORTEST_PASSPHRASE} characters.",
            next_step="Choose several words.",
        )


def _described(manifest: Manifest, digest: str, *, encrypted: bool) -> Backup:
    return Backup(
        made_at=manifest.made_at,
        tables=len(manifest.parts),
        rows=manifest.rows,
        revision=manifest.revision,
        head=manifest.head,
        encrypted=encrypted,
        sha256=digest,
        counts={part.name: part.rows for part in manifest.parts},
    )


def _told(made: Backup) -> dict[str, Any]:
    return {
        "made_at": made.made_at.isoformat(),
        "tables": made.tables,
        "rows": made.rows,
        "revision": made.revision,
        "seq": made.head.seq,
        "hash": made.head.hash,
        "encrypted": made.encrypted,
    }


def _sum_of(file: BinaryIO) -> str:
    file.flush()
    file.seek(0)
    digest = hashlib.sha256()
    while part := file.read(1 << 20):
        digest.update(part)
    return digest.hexdigest()
