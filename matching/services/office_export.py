"""Everything an office owns: as a file to take along, and gone from the record.

Providers and their beds belong to all offices and are exported on their own page. The
audit log stays on the record whatever is deleted; an export holds the office's part.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from matching.domain.access import Action, Role
from matching.domain.errors import ConflictError, InputError, PermissionDenied
from matching.export.flat import safe_text
from matching.services.desk import Desk
from matching.store.aside import written_aside
from matching.store.database import MAIN_OFFICE, Reading
from matching.store.repositories.owned import NOT_GIVEN_OUT, STAYS
from matching.store.tidying import tidy

_READ_ME = """Everything that the office '{office}' owns, as of {moment} UTC.

Each table is there twice: as CSV for a spreadsheet program (in cells that begin with
= + - or @ an apostrophe comes first, so that nothing is run) and as lines of JSON with
the values as they are. A blank cell is unknown, never no and never 0. Moments are in UTC.

These are facts about survivors of human trafficking under opaque case references.
Federal law (VAWA, FVPSA, VOCA) and the law of the state limit who may be given them, also
encoded or encrypted. Keep the file as the record itself is kept, pass it on only with a
written, time-limited consent, and delete it when its use is over. The facts belong to the
people that they are about; the office that exported them answers for them. No licence to
publish them is given.

The audit log is that of this office; its chain can be checked on the whole record alone.
Not in here: providers and bed pools, which all offices share, and sessions.

Rows by table:
{counts}
"""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export holds.

    Attributes
    ----------
    office : str
    counts : mapping of str to int
        Rows by table.
    fingerprint : str
        Of every row that a deletion would remove: SHA-256 over them as they were written.
    """

    office: str
    counts: Mapping[str, int]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Deleted:
    """What was deleted.

    Attributes
    ----------
    office : str
    counts : mapping of str to int
        Rows by table.
    emptied : bool
        Whether the office itself is still there, because it is the last or the first.
    left : str
        What could not be brought off the disk and what to do, in sentences; empty if
        nothing. The office's rows are removed all the same.
    """

    office: str
    counts: Mapping[str, int]
    emptied: bool
    left: str = ""


def export_office(desk: Desk, code: str, path: Path) -> Exported:
    """Write everything an office owns into one zip: one audit event.

    Parameters
    ----------
    desk : Desk
    code : str
        Of the office.
    path : Path
        Nothing may be there yet; the file is for its owner only.

    Returns
    -------
    Exported

    Raises
    ------
    PermissionDenied
        If the actor may not export the record, or it is another office's.
    NotFound
        If there is no such office.
    InputError
        If there is such a file already, or no such folder.
    """
    desk.require(Action.EXPORT_RECORD)
    _require_own(desk, code)
    now = desk.clock()
    store = desk.store.at(code)
    with written_aside(path) as file:
        with store.reading() as record:
            record.offices.get(code)
            counts = _write(file, record, code, now)
            done = Exported(code, counts, _fingerprint(record))
        with store.transaction() as writing:
            writing.audit.append(
                desk.actor,
                now,
                Action.EXPORT_RECORD,
                object_kind="office",
                object_id=code,
                details={"rows": dict(done.counts)},
            )
    return done


def delete_office(
    desk: Desk, code: str, confirm: str, *, exported: Exported | None, refused: bool = False
) -> Deleted:
    """Remove everything an office owns: one transaction, one audit event.

    Its sessions end and its beds are free again; accounts without another office are
    closed. The first office, and the last one, are emptied and stay.

    Parameters
    ----------
    desk : Desk
    code : str
    confirm : str
        The code once more.
    exported : Exported or None
        What was taken along before; no row that goes may have changed since, be it a
        fact, a call, a consent or what was shared.
    refused : bool, default False
        Whether somebody said that no export is wanted.

    Returns
    -------
    Deleted

    Raises
    ------
    PermissionDenied
        If the actor may not delete, or it is another office.
    InputError
        If the two codes differ, or there is neither an export nor a word that none
        is wanted.
    NotFound
        If there is no such office.
    ConflictError
        If anything that the office owns changed since the export.
    """
    desk.require(Action.DELETE_RECORD)
    _require_own(desk, code)
    if confirm != code:
        raise InputError(
            "The two codes differ. Nothing was deleted.", next_step="Type the code again."
        )
    if not refused and (exported is None or exported.office != code):
        raise InputError(
            "There is no export of this office. Nothing was deleted.",
            next_step="Export it first, or say that no export is wanted.",
        )
    with desk.store.at(code).transaction() as record:
        offices = [one.code for one in record.offices.all()]
        record.offices.get(code)
        if exported is not None and _fingerprint(record) != exported.fingerprint:
            raise ConflictError(
                "The office's record changed since the export. Nothing was deleted.",
                next_step="Export it again.",
            )
        others = [one for one in offices if one != code]
        heir = None
        if code != MAIN_OFFICE and others:
            heir = MAIN_OFFICE if MAIN_OFFICE in others else others[0]
        counts = record.owned.remove(heir)
        record.audit.append(
            desk.actor,
            desk.clock(),
            Action.DELETE_RECORD,
            object_kind="office",
            object_id=code,
            reason="exported" if exported is not None else "export_refused",
            details={"removed": dict(counts), "emptied": heir is None},
        )
        if heir is None:
            # What an empty office plans and publishes from now on is of new facts.
            record.history.clear()
    return Deleted(code, counts, emptied=heir is None, left=tidy(desk.store))


def _require_own(desk: Desk, code: str) -> None:
    """Refuse another office's record: a role counts at the office that it was given at."""
    if code != desk.store.office and desk.actor.role is not Role.LOCAL:
        raise PermissionDenied(
            "This is another office's record. Nothing was read or deleted.",
            next_step="Ask an administrator of that office, or do it at the machine itself.",
        )


def _write(file: BinaryIO, record: Reading, code: str, now: datetime) -> dict[str, int]:
    counts: dict[str, int] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name in record.owned.names():
            if name in NOT_GIVEN_OUT:
                continue
            columns = record.owned.columns(name)
            counts[name] = _csv(out, name, columns, record.owned.rows(name))
            _json(out, name, columns, record.owned.rows(name))
        listed = "\n".join(f"  {name}: {number}" for name, number in counts.items())
        moment = f"{now:%Y-%m-%d %H:%M}"
        out.writestr("READ ME.txt", _READ_ME.format(office=code, moment=moment, counts=listed))
    return counts


def _fingerprint(record: Reading) -> str:
    """Return the fingerprint of every row that a deletion would remove.

    The number of the record's state would not do: it grows with facts that plans are made
    of, and not with a consent, a call or what was shared. Left out are the audit log, which
    stays and grows with the export itself, and sessions, which are given out to nobody.
    """
    digest = hashlib.sha256()
    for name in record.owned.names():
        if name in NOT_GIVEN_OUT | STAYS:
            continue
        digest.update(f"{name}\n".encode())
        for line in _lines(record.owned.columns(name), record.owned.rows(name)):
            digest.update(line)
    return digest.hexdigest()


def _csv(
    out: zipfile.ZipFile, name: str, columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]]
) -> int:
    number = 0
    with (
        out.open(f"csv/{name}.csv", "w", force_zip64=True) as raw,
        io.TextIOWrapper(raw, "utf-8-sig", newline="") as text,
    ):
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow("" if one is None else safe_text(_text(one)) for one in row)
            number += 1
    return number


def _json(
    out: zipfile.ZipFile, name: str, columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]]
) -> None:
    with out.open(f"json/{name}.jsonl", "w", force_zip64=True) as lines:
        for line in _lines(columns, rows):
            lines.write(line)


def _lines(columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> Iterator[bytes]:
    """Return rows as lines of JSON."""
    for row in rows:
        plain = {
            key: _text(one) if isinstance(one, date) else one
            for key, one in zip(columns, row, strict=True)
        }
        yield json.dumps(plain, separators=(",", ":")).encode("ascii") + b"\n"


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
