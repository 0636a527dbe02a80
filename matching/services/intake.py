"""Uploads: read, save what is good, say what was set aside."""

from __future__ import annotations

from matching.domain.access import Action
from matching.domain.records import BedPool, Provider, Referral
from matching.intake.guard import MEGABYTE, Limits
from matching.intake.load import load_any, load_providers, load_referrals
from matching.intake.uploads import ProviderUpload, ReferralUpload
from matching.services.desk import Desk
from matching.services.history import note_facts
from matching.services.upload_commit import Uploaded, commit
from matching.services.upload_compare import compare
from matching.services.upload_records import kind_of, require, require_any
from matching.services.upload_sample import sample_batch

__all__ = [
    "Uploaded",
    "kind_of",
    "limits",
    "load_sample",
    "read_upload",
    "save_upload",
]


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
    require_any(desk)
    if kind is not None:
        require(desk, kind)
    accept = limits(desk)
    upload: ProviderUpload | ReferralUpload
    if kind == "providers":
        upload = load_providers(data, filename, limits=accept)
    elif kind == "referrals":
        upload = load_referrals(data, filename, limits=accept)
    else:
        upload = load_any(data, filename, limits=accept)
    require(desk, kind_of(upload))
    return upload


def save_upload(desk: Desk, upload: ProviderUpload | ReferralUpload) -> Uploaded:
    """Save the good rows of a file without a second look: one transaction, one audit event.

    For scripts: changes that loosen safety count as confirmed. Where people
    live, nothing shrinks below them without a name and a reason.

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
    ConflictError
        If a place would shrink below the people living there, or somebody
        changed the record meanwhile.
    """
    found = compare(desk, upload)
    return commit(desk, found, confirmed_loosening=found.to_confirm)


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
            sample_batch("providers", len(pools), desk, now, fingerprint)
        )
        people = record.batches.add(
            sample_batch("referrals", len(referrals), desk, now, fingerprint)
        )
        changes = record.providers.upsert(providers, pools, homes).counts()
        changes |= {
            f"referrals_{name}": number
            for name, number in record.referrals.upsert(referrals, people).counts().items()
        }
        note_facts(record, desk, now)
        record.audit.append(
            desk.actor, now, Action.LOAD_SAMPLE, object_kind="upload", details=changes
        )
    return changes
