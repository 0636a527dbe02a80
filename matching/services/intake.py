"""Uploads: read, save what is good, say what was set aside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from matching.domain.access import Action
from matching.domain.records import BedPool, Provider, Referral
from matching.domain.words import DataOrigin
from matching.intake.guard import MEGABYTE, Limits
from matching.intake.load import load_any, load_providers, load_referrals
from matching.intake.uploads import ProviderUpload, ReferralUpload, Upload
from matching.services.desk import Desk
from matching.store.database import Transaction
from matching.store.documents import UploadBatch


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What an upload did.

    Attributes
    ----------
    kind : str
        "providers" or "referrals".
    upload : ProviderUpload or ReferralUpload
        Records, problems and what was not kept.
    batch : int
        Number of the upload on the record.
    changes : dict of str to int
        Records added, changed, unchanged and not in the file.
    sample_removed : int
        Sample records taken off the record, since real ones came.
    """

    kind: str
    upload: ProviderUpload | ReferralUpload
    batch: int
    changes: dict[str, int]
    sample_removed: int


def limits(desk: Desk) -> Limits:
    """Return how large a file the office accepts."""
    return Limits(file_bytes=desk.settings.max_upload_mb * MEGABYTE)


def read_upload(
    desk: Desk, data: bytes, filename: str, kind: str | None = None
) -> ProviderUpload | ReferralUpload:
    """Read a file without saving anything.

    Parameters
    ----------
    desk : Desk
    data : bytes
    filename : str
    kind : str, optional
        "providers" or "referrals"; recognised from the columns if not given.

    Raises
    ------
    PermissionDenied
        If the actor may not upload what the file holds.
    InputError
        If nothing can be read.
    """
    if kind is not None:
        _require(desk, kind)
    accept = limits(desk)
    upload: ProviderUpload | ReferralUpload
    if kind == "providers":
        upload = load_providers(data, filename, limits=accept)
    elif kind == "referrals":
        upload = load_referrals(data, filename, limits=accept)
    else:
        upload = load_any(data, filename, limits=accept)
    _require(desk, kind_of(upload))
    return upload


def kind_of(upload: Upload) -> str:
    """Return "providers" or "referrals"."""
    return "providers" if isinstance(upload, ProviderUpload) else "referrals"


def _require(desk: Desk, kind: str) -> None:
    providers = kind == "providers"
    desk.require(Action.UPLOAD_PROVIDERS if providers else Action.UPLOAD_REFERRALS)


def save_upload(desk: Desk, upload: ProviderUpload | ReferralUpload) -> Uploaded:
    """Save the good rows of a file: one transaction, one audit event.

    Records with the same identifier are replaced, records that the file does
    not name are kept.

    Parameters
    ----------
    desk : Desk
    upload : ProviderUpload or ReferralUpload

    Returns
    -------
    Uploaded

    Raises
    ------
    PermissionDenied
        If the actor may not upload this.
    """
    kind = kind_of(upload)
    _require(desk, kind)
    now = desk.clock()
    with desk.store.transaction() as record:
        cleared = (
            0 if _origin(upload) is DataOrigin.SAMPLE else _clear_sample(record, desk, now)
        )
        batch = record.batches.add(
            UploadBatch(
                kind=kind,
                file_sha256=upload.sha256,
                file_format=upload.format,
                counts={
                    "read": upload.counts.read,
                    "loaded": upload.counts.loaded,
                    "set_aside": upload.counts.set_aside,
                    "left_out": upload.counts.left_out,
                },
                actor=desk.actor.name,
                at=now,
                data_origin=_origin(upload),
            )
        )
        if isinstance(upload, ProviderUpload):
            changes = record.providers.upsert(upload.providers, upload.pools, batch).counts()
        else:
            changes = record.referrals.upsert(upload.referrals, batch).counts()
        record.audit.append(
            desk.actor,
            now,
            Action.UPLOAD_PROVIDERS if kind == "providers" else Action.UPLOAD_REFERRALS,
            object_kind="upload",
            object_id=str(batch.id),
            details={
                "file": upload.sha256,
                "format": upload.format,
                "sample_records_removed": cleared,
                **changes,
            },
        )
    return Uploaded(kind, upload, int(batch.id or 0), changes, cleared)


def _clear_sample(record: Transaction, desk: Desk, now: datetime) -> int:
    """Take the sample off the record, so that it never mixes with real cases.

    Returns
    -------
    int
        Providers and referrals that were removed.
    """
    providers, pools = record.providers.all()
    referrals = record.referrals.all()
    homes = tuple(p for p in providers if p.data_origin is not DataOrigin.SAMPLE)
    people = tuple(r for r in referrals if r.data_origin is not DataOrigin.SAMPLE)
    removed = len(providers) - len(homes) + len(referrals) - len(people)
    if removed == 0:
        return 0
    kept = {p.provider_id for p in homes}
    beds = tuple(b for b in pools if b.provider_id in kept)
    batch = record.batches.add(_sample_batch("providers", 0, desk, now, "removed"))
    record.providers.replace(homes, beds, batch)
    record.referrals.replace(people, batch)
    return removed


def _origin(upload: ProviderUpload | ReferralUpload) -> DataOrigin | None:
    records = upload.providers if isinstance(upload, ProviderUpload) else upload.referrals
    origins = {record.data_origin for record in records}
    return origins.pop() if len(origins) == 1 else None


def load_sample(
    desk: Desk,
    providers: tuple[Provider, ...],
    pools: tuple[BedPool, ...],
    referrals: tuple[Referral, ...],
    fingerprint: str,
) -> dict[str, int]:
    """Put the sample region on the record: one transaction, one audit event.

    Parameters
    ----------
    desk : Desk
    providers, pools, referrals : tuple of records
    fingerprint : str
        SHA-256 that names the sample.

    Returns
    -------
    dict of str to int
        Records added, changed and unchanged.
    """
    desk.require(Action.LOAD_SAMPLE)
    now = desk.clock()
    with desk.store.transaction() as record:
        homes = record.batches.add(
            _sample_batch("providers", len(pools), desk, now, fingerprint)
        )
        people = record.batches.add(
            _sample_batch("referrals", len(referrals), desk, now, fingerprint)
        )
        changes = record.providers.upsert(providers, pools, homes).counts()
        changes |= {
            f"referrals_{name}": number
            for name, number in record.referrals.upsert(referrals, people).counts().items()
        }
        record.audit.append(
            desk.actor, now, Action.LOAD_SAMPLE, object_kind="upload", details=changes
        )
    return changes


def _sample_batch(
    kind: str, rows: int, desk: Desk, now: datetime, fingerprint: str
) -> UploadBatch:
    return UploadBatch(
        kind=kind,
        file_sha256=fingerprint,
        file_format="sample",
        counts={"read": rows, "loaded": rows, "set_aside": 0, "left_out": 0},
        actor=desk.actor.name,
        at=now,
        data_origin=DataOrigin.SAMPLE,
    )
