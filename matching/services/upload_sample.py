"""The sample on the record, and how it makes room for real records."""

from __future__ import annotations

from datetime import datetime

from matching.domain.errors import ConflictError
from matching.domain.words import DataOrigin
from matching.services.desk import Desk
from matching.store.database import Reading, Transaction
from matching.store.documents import UploadBatch

#: Format of the batches that bring the sample in or take it off.
SAMPLE = "sample"
#: Stands for the fingerprint of a file in the batch that takes it off.
REMOVED = "removed"
#: Format of the batch with which somebody confirms beds.
CONFIRMATION = "confirmation"
#: Format of the batch with which somebody records a new referral by hand.
FORM = "form"
#: Format of the batch with which somebody changes facts by hand.
EDIT = "edit"
#: Format of the batch with which work on a case changes a person's facts; what was done on
#: the case is taken back there, and never by these facts alone.
CASEWORK = "casework"
#: Format of the batch with which a site is taken out of use, or cleared by two people.
SITE = "site"
#: Formats of batches that are no upload of a file.
NOT_FILES = frozenset({SAMPLE, CONFIRMATION, FORM, EDIT, CASEWORK, SITE})


def clear_sample(record: Transaction, desk: Desk, now: datetime) -> int:
    """Take the sample off the record, so that it never mixes with real cases.

    Returns
    -------
    int
        Providers and referrals that were removed.

    Raises
    ------
    ConflictError
        If somebody who is no sample has to do with a place of the sample.
    """
    providers, pools = record.providers.all()
    referrals = record.referrals.all()
    homes = tuple(p for p in providers if p.data_origin is not DataOrigin.SAMPLE)
    people = tuple(r for r in referrals if r.data_origin is not DataOrigin.SAMPLE)
    going = {p.provider_id for p in providers} - {p.provider_id for p in homes}
    in_the_way = record.invented.real_at(going)
    if in_the_way:
        number = len(in_the_way)
        places = "1 place" if number == 1 else f"{number} places"
        raise ConflictError(
            f"The sample cannot make room: cases that are not of the sample were called "
            f"about or placed at {places} of it.",
            next_step="Close these cases, and ask an administrator to delete them first.",
        )
    removed = len(providers) - len(homes) + len(referrals) - len(people)
    if removed == 0:
        return 0
    record.invented.remove()
    kept = {p.provider_id for p in homes}
    beds = tuple(b for b in pools if b.provider_id in kept)
    batch = record.batches.add(sample_batch("providers", 0, desk, now, REMOVED))
    record.providers.replace(homes, beds, batch)
    record.referrals.replace(people, batch)
    record.history.clear()
    return removed


def origin_now(record: Reading) -> DataOrigin:
    """Return where facts typed now belong: to the invented region while it is shown.

    The sample never mixes with real cases. The first list of real ones takes it off,
    and what was tried out on it goes with it.
    """
    homes, _ = record.providers.all()
    sample = any(one.data_origin is DataOrigin.SAMPLE for one in homes)
    return DataOrigin.SAMPLE if sample else DataOrigin.REAL


def hand_batch(
    kind: str, form: str, desk: Desk, now: datetime, origin: DataOrigin | None = None
) -> UploadBatch:
    """Return the batch of what somebody records or changes by hand.

    Parameters
    ----------
    kind : str
        "providers" or "referrals".
    form : str
        :data:`FORM`, :data:`EDIT`, :data:`CASEWORK` or :data:`SITE`.
    desk : Desk
    now : datetime
    origin : DataOrigin, optional
        Of the record.
    """
    return UploadBatch(
        kind=kind,
        file_sha256="",
        file_format=form,
        counts={},
        actor=desk.actor.name,
        at=now,
        data_origin=origin,
    )


def sample_batch(
    kind: str, rows: int, desk: Desk, now: datetime, fingerprint: str
) -> UploadBatch:
    """Return the batch with which the sample comes or goes."""
    return UploadBatch(
        kind=kind,
        file_sha256=fingerprint,
        file_format=SAMPLE,
        counts={"read": rows, "loaded": rows, "set_aside": 0, "left_out": 0},
        actor=desk.actor.name,
        at=now,
        data_origin=DataOrigin.SAMPLE,
    )
