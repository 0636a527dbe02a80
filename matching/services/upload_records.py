"""Records of an upload by kind and key, and what each field is called."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache

from matching.domain.access import Action, allows
from matching.domain.confidential import NO_VEIL, Veil
from matching.domain.fields import FieldClass
from matching.domain.records import BedPool, Provider, Referral
from matching.domain.words import DataOrigin
from matching.intake.fields import CATALOGUE
from matching.intake.uploads import ProviderUpload, ReferralUpload
from matching.services.desk import Desk
from matching.store.database import Reading

Record = Provider | BedPool | Referral
Key = tuple[str, ...]

PROVIDER, BED_POOL, REFERRAL = "provider", "bed_pool", "referral"
#: The kinds of record, by the name that the store gives them.
KINDS: Mapping[str, type[Record]] = {
    PROVIDER: Provider,
    BED_POOL: BedPool,
    REFERRAL: Referral,
}


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """One field of one record.

    Attributes
    ----------
    kind : str
        "provider", "bed_pool" or "referral".
    key : tuple of str
    attribute : str
    """

    kind: str
    key: Key
    attribute: str


def key_of(record: Record) -> Key:
    """Return the key of a record, as its table has it."""
    if isinstance(record, Provider):
        return (record.provider_id,)
    if isinstance(record, BedPool):
        return record.pool_id, record.provider_id
    return (record.referral_id,)


def kind_name(record: Record) -> str:
    """Return what the store calls the kind of a record."""
    return next(kind for kind, known in KINDS.items() if isinstance(record, known))


@cache
def facts(kind: str) -> tuple[str, ...]:
    """Return the fields of a kind of record that are not its key."""
    every = fields(KINDS[kind])
    return tuple(one.name for one in every if one.metadata["class"] is not FieldClass.KEY)


@cache
def _labels() -> dict[tuple[type, str], str]:
    return {
        (field.record, field.attribute): field.label
        for sheet in CATALOGUE.values()
        for field in sheet
    }


def label_of(kind: str, attribute: str) -> str:
    """Return what a field is called on a screen, as the catalogue of columns has it."""
    return _labels()[KINDS[kind], attribute]


def kind_of(upload: ProviderUpload | ReferralUpload) -> str:
    """Return "providers" or "referrals"."""
    return "providers" if isinstance(upload, ProviderUpload) else "referrals"


def right_of(kind: str) -> Action:
    """Return what a person must be allowed to do to upload this."""
    return Action.UPLOAD_PROVIDERS if kind == "providers" else Action.UPLOAD_REFERRALS


def require(desk: Desk, kind: str) -> None:
    """Refuse unless the actor may upload this.

    Raises
    ------
    PermissionDenied
    """
    desk.require(right_of(kind))


def records_of(
    upload: ProviderUpload | ReferralUpload,
) -> dict[str, dict[Key, Record]]:
    """Return the records of an upload by kind and key."""
    if isinstance(upload, ProviderUpload):
        return {PROVIDER: _keyed(upload.providers), BED_POOL: _keyed(upload.pools)}
    return {REFERRAL: _keyed(upload.referrals)}


def _keyed(records: Iterable[Record]) -> dict[Key, Record]:
    return {key_of(one): one for one in records}


def origin_of(upload: ProviderUpload | ReferralUpload) -> DataOrigin | None:
    """Return where all facts of an upload come from; ``None`` if they do not agree."""
    records: Iterable[Provider | Referral]
    records = upload.providers if isinstance(upload, ProviderUpload) else upload.referrals
    origins = {record.data_origin for record in records}
    return origins.pop() if len(origins) == 1 else None


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What is on record beside an upload.

    Attributes
    ----------
    records : mapping of str to mapping
        By kind and key, without the sample where real records come.
    sample : int
        Providers and referrals of the sample that would be taken off.
    """

    records: Mapping[str, Mapping[Key, Record]]
    sample: int


def on_record(record: Reading, upload: ProviderUpload | ReferralUpload) -> OnRecord:
    """Return what an upload is compared with.

    The sample never mixes with real records: it is taken off by the first
    upload of those, and is not there for the comparison.
    """
    # As they are, not as they are shown: what is compared is written.
    providers, pools = record.rows[PROVIDER].all(), record.rows[BED_POOL].all()
    referrals = record.referrals.all()
    if origin_of(upload) is DataOrigin.SAMPLE:
        homes, people = providers, referrals
    else:
        homes = tuple(one for one in providers if one.data_origin is not DataOrigin.SAMPLE)
        people = tuple(one for one in referrals if one.data_origin is not DataOrigin.SAMPLE)
    names = {one.provider_id for one in homes}
    beds = tuple(one for one in pools if one.provider_id in names)
    return OnRecord(
        {PROVIDER: _keyed(homes), BED_POOL: _keyed(beds), REFERRAL: _keyed(people)},
        len(providers) - len(homes) + len(referrals) - len(people),
    )


def require_any(desk: Desk) -> None:
    """Refuse those who may upload neither providers nor referrals.

    Raises
    ------
    PermissionDenied
    """
    if not any(allows(desk.actor.role, right_of(kind)) for kind in ("providers", "referrals")):
        desk.require(Action.UPLOAD_PROVIDERS)


def name_of(record: Record, providers: Mapping[Key, Record], veil: Veil = NO_VEIL) -> str:
    """Return what a record is called in a sentence.

    Parameters
    ----------
    record : Provider, BedPool or Referral
    providers : mapping
        Those whose names bed pools are called by.
    veil : Veil, optional
        Over confidential providers, where the records are as they are kept.
    """
    if isinstance(record, Referral):
        return f"Case {record.referral_id}"
    owner = record if isinstance(record, Provider) else providers.get((record.provider_id,))
    name = veil.over(owner).name if isinstance(owner, Provider) else None
    shown = name or record.provider_id
    if isinstance(record, Provider):
        return shown
    return f"{shown}, {veil.over_pool(record).pool_name or record.pool_id}"


def replaced(record: Record, values: Mapping[str, object]) -> Record:
    """Return a record with some fields changed."""
    changed: Record = dataclasses.replace(record, **values)  # type: ignore[arg-type]
    return changed
