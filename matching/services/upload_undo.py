"""Uploads on record, and taking one back while nothing later touched what it changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from matching.domain import policy as policies
from matching.domain.access import Action, allows
from matching.domain.errors import ConflictError, NotFound
from matching.domain.sites import ClearReason
from matching.engine.rules.base import day
from matching.services.desk import Desk
from matching.services.history import note_facts
from matching.services.upload_conflicts import Conflict, conflicts_of, touched_since
from matching.services.upload_records import (
    BED_POOL,
    PROVIDER,
    REFERRAL,
    require_any,
    right_of,
)
from matching.services.upload_sample import EDIT, NOT_FILES
from matching.store.database import Reading, Transaction
from matching.store.documents import Image, UploadBatch

_FORGOTTEN = "What the records said before was removed under the retention rule."


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking an upload back did.

    Attributes
    ----------
    batch : int
    done : bool
        Whether it was taken back; if not, nothing changed.
    restored, removed : int
        Records put back as they were, and records it had added.
    conflicts : tuple of Conflict
        What stands in the way.
    sentence : str
    """

    batch: int
    done: bool
    restored: int
    removed: int
    conflicts: tuple[Conflict, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One upload in the list of all.

    Attributes
    ----------
    number : int
    kind : str
        "providers" or "referrals".
    format : str
    at : datetime
    by : str
    counts : mapping of str to int
    undone_at : datetime or None
    undone_by : str or None
    may_undo : bool
        Whether nothing later stands in the way, as far as uploads and decisions tell.
    why_not : str
        Why not, in a sentence; empty if so.
    """

    number: int
    kind: str
    format: str
    at: datetime
    by: str
    counts: Mapping[str, int]
    undone_at: datetime | None
    undone_by: str | None
    may_undo: bool
    why_not: str


def batches(desk: Desk, limit: int = 20) -> tuple[BatchLine, ...]:
    """Return the uploads of files that the actor may make, newest first.

    Raises
    ------
    PermissionDenied
        If the actor may upload nothing.
    """
    require_any(desk)
    kinds = [kind for kind in ("providers", "referrals") if _may(desk, kind)]
    with desk.store.reading() as record:
        found = [
            one
            for one in record.batches.list()
            if one.kind in kinds and one.file_format not in NOT_FILES
        ][:limit]
        return tuple(_line(desk, record, one) for one in found)


def _may(desk: Desk, kind: str) -> bool:
    return allows(desk.actor.role, right_of(kind))


def _line(desk: Desk, record: Reading, batch: UploadBatch) -> BatchLine:
    undone = batch.undone_at is not None
    if undone:
        why = _undone_on(desk, batch)
    elif _forgotten(desk, batch, desk.clock()):
        why = f"It cannot be undone: {_FORGOTTEN[0].lower()}{_FORGOTTEN[1:]}"
    else:
        why = touched_since(desk, record, batch)
    return BatchLine(
        number=int(batch.id or 0),
        kind=batch.kind,
        format=batch.file_format,
        at=batch.at,
        by=batch.actor,
        counts=batch.counts,
        undone_at=batch.undone_at,
        undone_by=batch.undone_by,
        may_undo=not why,
        why_not=why,
    )


def undo(desk: Desk, number: int) -> Undone:
    """Take an upload back: one transaction, one audit event, all of it or nothing.

    Every field that it changed becomes what it was; records that it added are
    taken off the record. Where anything later touched the same fields, or a
    decision in force names a record that would go, nothing changes and what
    stands in the way is listed. A plan that merely proposes such a place does
    not stand in the way: it is then of older facts, and says so.

    The sample that the first real upload took off does not come back.

    Parameters
    ----------
    desk : Desk
    number : int
        Of the upload.

    Returns
    -------
    Undone

    Raises
    ------
    PermissionDenied
        If the actor may not upload this.
    NotFound
        If there is no such upload of a file.
    ConflictError
        If it was undone already, or is too old.
    """
    require_any(desk)
    now = desk.clock()
    with desk.store.transaction() as record:
        batch = record.batches.get(number)
        if batch is None or batch.file_format in NOT_FILES - {EDIT}:
            raise NotFound(
                f"There is no upload number {number}.", next_step="Choose one from the list."
            )
        right = _right(batch)
        desk.require(right)
        if batch.undone_at is not None:
            raise ConflictError(_undone_on(desk, batch), next_step="Nothing is left to undo.")
        if _forgotten(desk, batch, now):
            raise ConflictError(_FORGOTTEN, next_step="Upload a corrected list.")
        conflicts = conflicts_of(desk, record, batch)
        if conflicts:
            said = f"Nothing was changed. {_in_the_way(conflicts)}"
            return Undone(number, False, 0, 0, conflicts, said)
        restored, removed = _taken_back(record, record.images.of(number), now)
        record.batches.mark_undone(batch, now, desk.actor.name)
        for name, word in record.clearances.waiting().items():
            # What a list said of a compromised site is taken back with it.
            if (word.reason, word.first_at) == (ClearReason.FILE, batch.at):
                record.clearances.end(name, now)
        note_facts(record, desk, now)
        record.audit.append(
            desk.actor,
            now,
            right,
            object_kind="upload",
            object_id=str(number),
            reason="undone",
            details={"restored": restored, "removed": removed},
        )
    return Undone(number, True, restored, removed, (), _said(batch, restored, removed))


def _right(batch: UploadBatch) -> Action:
    """Return what a person must be allowed to do to take something back."""
    if batch.file_format != EDIT:
        return right_of(batch.kind)
    return Action.EDIT_PROVIDER if batch.kind == "providers" else Action.RECORD_REFERRAL


def _forgotten(desk: Desk, batch: UploadBatch, now: datetime) -> bool:
    """Tell whether what records said before an upload is not kept any more."""
    return now - batch.at > policies.load(desk.settings.policy).retention.days("images_days")


def _taken_back(record: Transaction, images: Iterable[Image], now: datetime) -> tuple[int, int]:
    """Put records back and take added ones off; return how many of each."""
    by_kind: dict[str, list[Image]] = {BED_POOL: [], PROVIDER: [], REFERRAL: []}
    for one in images:
        by_kind[one.kind].append(one)
    restored = removed = 0
    # Bed pools go before the providers that they belong to.
    for kind, mine in by_kind.items():
        rows = record.rows[kind]
        added = [one.key for one in mine if one.added]
        changed = [one for one in mine if not one.added]
        rows.remove(added)
        there, states = rows.some(one.key for one in changed), rows.states() if changed else {}
        rows.put_back(
            [
                (
                    dataclasses.replace(there[one.key], **rows.fields_of(one.before or {})),
                    _came_from(one, states[one.key][1]),
                )
                for one in changed
            ],
            now,
        )
        removed += len(added)
        restored += len(changed)
    return restored, removed


def _came_from(image: Image, batch: int) -> int:
    """Return the upload a record is from, once it is as before: a later one stays."""
    if batch == image.batch_id and image.batch_before is not None:
        return image.batch_before
    return batch


def _undone_on(desk: Desk, batch: UploadBatch) -> str:
    when = "" if batch.undone_at is None else f" on {day(desk.local(batch.undone_at))}"
    return f"The upload was undone{when} by {batch.undone_by}."


def _in_the_way(conflicts: tuple[Conflict, ...]) -> str:
    number = len(conflicts)
    records = "1 record was" if number == 1 else f"{number} records were"
    more = f" And {number - 1} more." if number > 1 else ""
    return f"It cannot be undone: {records} touched since. {conflicts[0].sentence}{more}"


def _said(batch: UploadBatch, restored: int, removed: int) -> str:
    if batch.file_format == EDIT:
        if removed and not restored:
            return "What was put on the record is off it again."
        return "The correction was taken back: every fact is as it was before."
    back = "1 record is" if restored == 1 else f"{restored} records are"
    off = "1 that it added is" if removed == 1 else f"{removed} that it added are"
    return f"Upload {batch.id} was undone: {back} as before, {off} off the record."
