"""Uploads made of records, without a file, and a record to compare them with."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from matching.domain.records import BedPool, Provider, Referral
from matching.intake.uploads import Counts, ProviderUpload, ReferralUpload
from matching.services.desk import Desk
from matching.services.upload_commit import Override, ShrinkReason, Uploaded, commit
from matching.services.upload_compare import compare
from matching.services.upload_comparison import Comparison
from matching.store import Store
from tests.services.planned import set_record

WHO = Override("supervisor", ShrinkReason.MOVING_OUT)


def _common(rows: int, facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "filename": "list.csv",
        "sha256": "a" * 64,
        "format": "template",
        "issues": (),
        "not_kept": (),
        "decisions": (),
        "counts": Counts(rows, rows, 0, 0),
        **facts,
    }


def homes_upload(
    homes: Sequence[Provider], pools: Sequence[BedPool] = (), **facts: Any
) -> ProviderUpload:
    """Return an upload of providers."""
    return ProviderUpload(
        providers=tuple(homes), pools=tuple(pools), **_common(len(pools), facts)
    )


def people_upload(people: Sequence[Referral], **facts: Any) -> ReferralUpload:
    """Return an upload of referrals."""
    return ReferralUpload(referrals=tuple(people), **_common(len(people), facts))


def real(records: Sequence[Any]) -> tuple[Any, ...]:
    """Return records as an office's own: the sample never mixes with them."""
    return tuple(
        dataclasses.replace(one, data_origin=None) if hasattr(one, "data_origin") else one
        for one in records
    )


def put(desk: Desk, found: Comparison, **told: Any) -> Uploaded:
    """Store a comparison with everything confirmed and overridden."""
    return commit(
        desk,
        found,
        confirmed_loosening=found.to_confirm,
        overrides=dict.fromkeys(found.to_override, WHO),
        **told,
    )


def upload(desk: Desk, one: ProviderUpload | ReferralUpload, **told: Any) -> Uploaded:
    """Compare and store at once."""
    return put(desk, compare(desk, one, **told))


def everything(desk: Desk) -> tuple[Any, ...]:
    """Return all that is on record, with no name veiled."""
    with Store(desk.store.engine).reading() as record:
        return (*record.providers.all(), record.referrals.all())


__all__ = [
    "WHO",
    "everything",
    "homes_upload",
    "people_upload",
    "put",
    "real",
    "set_record",
    "upload",
]
