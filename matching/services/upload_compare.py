"""What an upload would change: compared with the record, nothing stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from matching.domain.confidential import Veil
from matching.domain.errors import InputError
from matching.domain.records import BedPool, Provider
from matching.intake.load import without_collection
from matching.intake.uploads import ProviderUpload, ReferralUpload
from matching.services.desk import Desk
from matching.services.facts import taken_on
from matching.services.safety_fields import why_looser
from matching.services.upload_comparison import (
    Comparison,
    FieldChange,
    Gone,
    Kept,
    Loosening,
    RecordChange,
)
from matching.services.upload_merging import merge
from matching.services.upload_people import Shrunk, shrunk
from matching.services.upload_records import (
    BED_POOL,
    KINDS,
    PROVIDER,
    Key,
    Record,
    Where,
    facts,
    key_of,
    kind_name,
    kind_of,
    label_of,
    name_of,
    on_record,
    records_of,
    replaced,
    require,
)
from matching.services.upload_sites import still_closed, words_of
from matching.store.database import Reading
from matching.store.repositories import State


def compare(
    desk: Desk,
    upload: ProviderUpload | ReferralUpload,
    *,
    closing: Iterable[str] = (),
    keep: Iterable[Where] = (),
) -> Comparison:
    """Compare an upload with the record; store nothing.

    Parameters
    ----------
    desk : Desk
    upload : ProviderUpload or ReferralUpload
    closing : iterable of str
        Providers that are not in the file and take in nobody any more: their
        beds accepting and available become 0, as confirmed now by the actor.
    keep : iterable of Where
        Fields that are to stay as they are on record, whatever the file says.

    Returns
    -------
    Comparison

    Raises
    ------
    PermissionDenied
        If the actor may not upload this.
    InputError
        If a provider to be closed is in the file or not on record.
    """
    require(desk, kind_of(upload))
    with without_collection(), desk.store.reading() as record:
        return compared(record, desk, upload, frozenset(closing), frozenset(keep))


def compared(
    record: Reading,
    desk: Desk,
    upload: ProviderUpload | ReferralUpload,
    closing: frozenset[str],
    keep: frozenset[Where],
) -> Comparison:
    """Compare within a reading; see :func:`compare`."""
    now = desk.clock()
    today = desk.local(now).date()
    there, veil = on_record(record, upload), record.providers.veil()
    unknown, mine = _by_record(upload.said_unknown), _by_record(_plain(keep))
    said, called_clear = still_closed(
        _unveiled(records_of(upload), there.records, veil), there.records, unknown, mine, today
    )
    new, changed, unchanged, kept = _differences(upload, said, there.records, keep, veil)
    closed = _closed(there.records, said, closing, desk.actor.name, now, veil)
    moved = [(one.before, one.after, one.name) for one in (*changed, *closed) if one.before]
    after = {kind: {one.key: one.after for one in changed if one.kind == kind} for kind in said}
    for one in closed:
        after[BED_POOL][one.key] = one.after
    scope = frozenset(closing) | {key[-1] for records in said.values() for key in records}
    first_words, unheard = words_of(
        desk.actor.role, called_clear, record.clearances.waiting(called_clear)
    )
    return Comparison(
        upload=upload,
        kind=kind_of(upload),
        at=now,
        today=today,
        new=new,
        changed=changed,
        unchanged=unchanged,
        gone=tuple(
            Gone(kind, key, name_of(one, there.records[PROVIDER], veil))
            for kind, records in said.items()
            for key, one in there.records[kind].items()
            if key not in records
        ),
        closing=closing,
        closed=closed,
        loosening=tuple(_loosened((*changed, *closed), today)),
        shrunk=shrunk(there.records, moved, after, taken_on(record)),
        kept=kept,
        first_words=first_words,
        unheard=unheard,
        sample_removed=there.sample,
        data_version=record.data_version(),
        scope=scope,
        expected=states_in(record, tuple(said), scope),
    )


def shrunk_now(record: Reading, comparison: Comparison) -> tuple[Shrunk, ...]:
    """Return the numbers that would fall below the people there, as they are by now.

    Parameters
    ----------
    record : Reading
        In which the records are as they were compared; people may have come since.
    comparison : Comparison
    """
    changes = (*comparison.changed, *comparison.closed)
    moved = [(one.before, one.after, one.name) for one in changes if one.before]
    after: dict[str, dict[Key, Record]] = {one.kind: {} for one in changes}
    for one in changes:
        after[one.kind][one.key] = one.after
    there = on_record(record, comparison.upload).records
    return shrunk(there, moved, after, taken_on(record))


def states_in(
    record: Reading, kinds: Iterable[str], scope: frozenset[str]
) -> dict[str, dict[Key, State]]:
    """Return version and upload of the records of some providers, or of some cases."""
    return {
        kind: {
            key: state for key, state in record.rows[kind].states().items() if key[-1] in scope
        }
        for kind in kinds
    }


def _unveiled(
    said: Mapping[str, Mapping[Key, Record]],
    there: Mapping[str, Mapping[Key, Record]],
    veil: Veil,
) -> Mapping[str, Mapping[Key, Record]]:
    """Return what a file says, silent where it holds what stood in place of a name.

    Somebody who has not opened a confidential provider is given a file without its
    name, and may bring that file back.
    """
    homes = said.get(PROVIDER)
    if homes is None:
        return said
    blind = replace(veil, opened=frozenset())
    plain = {
        key: replaced(one, {"name": None}) if _stands_in(one, there, blind) else one
        for key, one in homes.items()
    }
    return {**said, PROVIDER: plain}


def _stands_in(one: Record, there: Mapping[str, Mapping[Key, Record]], blind: Veil) -> bool:
    before = there[PROVIDER].get(key_of(one))
    if not isinstance(one, Provider) or not isinstance(before, Provider):
        return False
    return blind.covers(one.provider_id) and one.name == blind.over(before).name


def _differences(
    upload: ProviderUpload | ReferralUpload,
    said: Mapping[str, Mapping[Key, Record]],
    there: Mapping[str, Mapping[Key, Record]],
    keep: frozenset[Where],
    veil: Veil,
) -> tuple[
    tuple[RecordChange, ...],
    tuple[RecordChange, ...],
    tuple[tuple[str, Key], ...],
    tuple[Kept, ...],
]:
    """Return what is new, what changes, what stays, and what is kept for want of news."""
    new: list[RecordChange] = []
    changed: list[RecordChange] = []
    unchanged: list[tuple[str, Key]] = []
    silent: Counter[tuple[str, str]] = Counter()
    unknown, mine = _by_record(upload.said_unknown), _by_record(_plain(keep))
    providers = {**there[PROVIDER], **said.get(PROVIDER, {})}
    for kind, records in said.items():
        for key, one in records.items():
            before = there[kind].get(key)
            if before is None:
                new.append(RecordChange(kind, key, name_of(one, providers, veil), None, one))
                continue
            place = kind, key
            after, blank = merge(before, one, unknown.get(place, ()), mine.get(place, ()))
            silent.update((kind, name) for name in blank)
            if after == before:
                unchanged.append(place)
            else:
                changed.append(change_of(before, after, name_of(after, providers, veil)))
    kept = tuple(
        Kept(kind, name, label_of(kind, name), silent[kind, name])
        for kind in said
        for name in facts(kind)
        if silent[kind, name]
    )
    return tuple(new), tuple(changed), tuple(unchanged), kept


def _plain(keep: Iterable[Where]) -> list[tuple[str, Key, str]]:
    return [(one.kind, one.key, one.attribute) for one in keep]


def _by_record(
    places: Iterable[tuple[str, Key, str]],
) -> dict[tuple[str, Key], set[str]]:
    found: dict[tuple[str, Key], set[str]] = {}
    for kind, key, name in places:
        found.setdefault((kind, key), set()).add(name)
    return found


def change_of(before: Record, after: Record, name: str) -> RecordChange:
    """Return what changes from one state of a record to another, field by field."""
    kind, key = kind_name(after), key_of(after)
    return RecordChange(
        kind,
        key,
        name,
        before,
        after,
        tuple(
            FieldChange(
                Where(kind, key, one),
                label_of(kind, one),
                getattr(before, one),
                getattr(after, one),
            )
            for one in facts(kind)
            if getattr(before, one) != getattr(after, one)
        ),
    )


def _loosened(changes: Iterable[RecordChange], today: date) -> Iterable[Loosening]:
    for one in changes:
        for change in one.fields:
            record = KINDS[change.where.kind]
            why = why_looser(record, change.where.attribute, change.before, change.after, today)
            if why is not None:
                yield Loosening(change, one.name, why)


def _closed(
    there: Mapping[str, Mapping[Key, Record]],
    said: Mapping[str, Mapping[Key, Record]],
    closing: frozenset[str],
    by: str,
    now: datetime,
    veil: Veil,
) -> tuple[RecordChange, ...]:
    """Return the bed pools of providers that take in nobody any more."""
    for name in sorted(closing):
        if (name,) not in there[PROVIDER] or PROVIDER not in said:
            raise InputError(
                f"There is no provider {name} on record that could be closed.",
                next_step="Compare the file again and tick one that is on record.",
            )
        if (name,) in said[PROVIDER]:
            raise InputError(
                f"Provider {name} is in the file, so it is not closed.",
                next_step="Change its beds in the file, or take the tick away.",
            )
    return tuple(
        change_of(one, _empty(one, by, now), name_of(one, there[PROVIDER], veil))
        for one in there[BED_POOL].values()
        if isinstance(one, BedPool) and one.provider_id in closing and not _takes_nobody(one)
    )


def _takes_nobody(pool: BedPool) -> bool:
    return pool.beds_accepting == 0 and pool.beds_available == 0


def _empty(pool: BedPool, by: str, now: datetime) -> Record:
    return replaced(
        pool, {"beds_accepting": 0, "beds_available": 0, "as_of": now, "confirmed_by": by}
    )
