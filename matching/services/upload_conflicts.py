"""What stands in the way of undoing an upload: whatever touched the same facts later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from matching.domain.records import BedPool, Provider
from matching.domain.sites import opened_by
from matching.engine.rules.base import day
from matching.services.decisions import Decision
from matching.services.desk import Desk
from matching.services.facts import taken_on
from matching.services.stored import kept_in
from matching.services.upload_comparison import NOUNS
from matching.services.upload_people import shrunk
from matching.services.upload_records import (
    BED_POOL,
    PROVIDER,
    REFERRAL,
    Key,
    Record,
    label_of,
    name_of,
    replaced,
)
from matching.store.database import Reading
from matching.store.documents import Image, UploadBatch


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why one record of an upload cannot go back to what it was.

    Attributes
    ----------
    kind : str
        "provider", "bed_pool" or "referral".
    key : tuple of str
    fields : tuple of str
        That were changed later; none if the record was added by the upload.
    sentence : str
    """

    kind: str
    key: Key
    fields: tuple[str, ...]
    sentence: str


def conflicts_of(desk: Desk, record: Reading, batch: UploadBatch) -> tuple[Conflict, ...]:
    """Return everything that stands in the way of undoing an upload."""
    number = int(batch.id or 0)
    images = record.images.of(number)
    later: dict[tuple[str, Key], list[Image]] = {}
    for one in record.images.after(number):
        later.setdefault((one.kind, one.key), []).append(one)
    providers: dict[Key, Record] = {}
    veil = record.providers.veil()
    if batch.kind == "providers":
        providers = dict(
            record.rows[PROVIDER].some(
                {(one.key[-1],) for one in images if one.kind in (PROVIDER, BED_POOL)}
            )
        )
    who = {int(one.id or 0): one for one in record.batches.list()}
    found: list[Conflict] = []
    for kind in (PROVIDER, BED_POOL, REFERRAL):
        mine = [one for one in images if one.kind == kind]
        if not mine:
            continue
        rows = record.rows[kind]
        there, states = rows.some(one.key for one in mine), rows.states()
        for one in mine:
            fields = _touched(one, later.get((kind, one.key), ()), there, states, who, rows)
            if fields is not None:
                name = (
                    name_of(there[one.key], providers, veil) if one.key in there else one.key[0]
                )
                by = [who[i.batch_id] for i in later.get((kind, one.key), ())]
                said = _sentence(desk, one, name, fields, by)
                found.append(Conflict(kind, one.key, fields, said))
    found += _opened(desk, record, images, providers)
    found += _too_small(record, images, providers)
    added = {(one.kind, one.key) for one in images if one.added}
    found += _with_other_beds(record, added, providers)
    found += _decided_on(record, added)
    found += _with_people(record, added, providers)
    return tuple(found)


def _opened(
    desk: Desk, record: Reading, images: Iterable[Image], providers: Mapping[Key, Record]
) -> list[Conflict]:
    """Return compromised sites that would be used again, which only two people may say."""
    rows, today = record.rows[PROVIDER], desk.local(desk.clock()).date()
    told = {"compromised_until", "compromise_cleared"}
    out = []
    for one in images:
        now = providers.get(one.key)
        if one.kind != PROVIDER or one.before is None or not isinstance(now, Provider):
            continue
        before = {name: value for name, value in one.before.items() if name in told}
        if before and opened_by(now, replace(now, **rows.fields_of(before)), today):
            name = name_of(now, providers, record.providers.veil())
            said = f"{name} is compromised: two different people must clear it first."
            out.append(Conflict(PROVIDER, one.key, tuple(sorted(before)), said))
    return out


def _too_small(
    record: Reading, images: Iterable[Image], providers: Mapping[Key, Record]
) -> list[Conflict]:
    """Return places that would have fewer beds than the people who have one from here."""
    told = [one for one in images if not one.added and not _NUMBERS.isdisjoint(one.fields)]
    if not told:
        return []
    veil, pools = record.providers.veil(), record.rows[BED_POOL].all()
    there: dict[str, dict[Key, Record]] = {
        PROVIDER: dict(providers),
        BED_POOL: {(one.pool_id, one.provider_id): one for one in pools},
    }
    changes = []
    for one in told:
        now = there[one.kind].get(one.key)
        if isinstance(now, Provider | BedPool):
            before = record.rows[one.kind].fields_of(one.before or {})
            name = name_of(now, providers, veil)
            changes.append((now, replaced(now, before), name))
    return [
        Conflict(one.where.kind, one.where.key, (one.where.attribute,), one.sentence)
        for one in shrunk(there, changes, {}, taken_on(record))
        if one.held
    ]


#: Numbers that may not fall below the people at a place.
_NUMBERS = frozenset({"beds_licensed", "beds_staffed", "beds_accepting", "licensed_capacity"})


def touched_since(desk: Desk, record: Reading, batch: UploadBatch) -> str:
    """Say quickly what stands in the way of undoing an upload; nothing if nothing does.

    It looks at later uploads and at decisions in force, not at each record.
    """
    number = int(batch.id or 0)
    last = record.images.touched_since(number)
    other = None if last is None else record.batches.get(last)
    if other is not None:
        return (
            "It cannot be undone: the same facts were changed since, last by "
            f"{other.actor} on {day(desk.local(other.at))}."
        )
    named = _in_force(record)
    worked = [(name,) for name in sorted(record.cases.worked_on())]
    if any(one.batch_id == number for one in record.images.adding(REFERRAL, worked)):
        return "It cannot be undone: a case that it added has been worked on since."
    pools = record.offers.pools_named() | record.placements.pools_named()
    beds = [(pool, home) for home, pool in sorted(pools)]
    if any(one.batch_id == number for one in record.images.adding(BED_POOL, beds)):
        return "It cannot be undone: cases were called about at a place that it added."
    for kind in (PROVIDER, BED_POOL, REFERRAL):
        for image in record.images.adding(kind, [key for of, key in named if of == kind]):
            if image.batch_id == number:
                return f"It cannot be undone: {_decision(kind, image.key)}"
    return ""


def _touched(
    image: Image,
    later: Iterable[Image],
    there: Mapping[Key, Any],
    states: Mapping[Key, tuple[int, int]],
    batches_: Mapping[int, UploadBatch],
    rows: Any,
) -> tuple[str, ...] | None:
    """Return the fields that were touched since, or ``None`` if it can go back."""
    if image.key not in there:
        return image.fields
    after = list(later)
    if image.added:
        wrote = states[image.key][1]
        # Whoever wrote the row last is this upload, or one that was itself undone.
        undone = wrote == image.batch_id or batches_[wrote].undone_at is not None
        return None if undone and not after else ()
    told = {name for one in after for name in one.fields}
    if any(one.added for one in after):
        return image.fields
    now = there[image.key]
    stood = rows.fields_of(image.after or {})
    moved = [name for name in image.fields if name in told or getattr(now, name) != stood[name]]
    return tuple(moved) or None


def _sentence(
    desk: Desk, image: Image, name: str, fields: tuple[str, ...], by: list[UploadBatch]
) -> str:
    """Say what was changed later, and by whom."""
    last = by[-1] if by else None
    who = "since" if last is None else f"by {last.actor} on {day(desk.local(last.at))}"
    if image.added:
        return f"{name} was added by this upload and changed {who}."
    if not fields:
        return f"{name} is no longer as this upload left it."
    labels = ", ".join(label_of(image.kind, one) for one in fields)
    return f"{name}: {labels} changed {who}."


def _with_other_beds(
    record: Reading, added: set[tuple[str, Key]], providers: Mapping[Key, Record]
) -> list[Conflict]:
    """Return providers that would go though others have added beds to them."""
    going = {key[0] for kind, key in added if kind == PROVIDER}
    if not going:
        return []
    others = {
        key[-1]
        for key in record.rows[BED_POOL].states()
        if key[-1] in going and (BED_POOL, key) not in added
    }
    veil = record.providers.veil()
    return [
        Conflict(
            PROVIDER,
            (name,),
            (),
            f"{name_of(providers[name,], providers, veil)} was added by this upload, and "
            "beds were added to it since.",
        )
        for name in sorted(others)
        if (name,) in providers
    ]


def _with_people(
    record: Reading, added: set[tuple[str, Key]], providers: Mapping[Key, Record]
) -> list[Conflict]:
    """Return records that would go though somebody was called about, or placed there."""
    if not added:
        return []
    veil = record.providers.veil()
    found = []
    pools = record.offers.pools_named() | record.placements.pools_named()
    homes = {home for home, _ in pools}
    for kind, key in sorted(added):
        if (kind == PROVIDER and key[0] in homes) or (kind == BED_POOL and key[::-1] in pools):
            there = record.rows[kind].some([key]).get(key)
            name = key[0] if there is None else name_of(there, providers, veil)
            said = f"{name} was added by this upload, and cases were called about there since."
            found.append(Conflict(kind, key, (), said))
    for case in sorted(record.cases.worked_on()):
        if (REFERRAL, (case,)) in added:
            said = f"Case {case} was added by this upload and has been worked on since."
            found.append(Conflict(REFERRAL, (case,), (), said))
    return found


def _decided_on(record: Reading, added: set[tuple[str, Key]]) -> list[Conflict]:
    """Return records that would go though a decision in force names them."""
    found = [place for place in _in_force(record) if place in added] if added else []
    return [
        Conflict(
            kind,
            key,
            (),
            f"{_decision(kind, key)[0].upper()}{_decision(kind, key)[1:]}",
        )
        for kind, key in found
    ]


def _decision(kind: str, key: Key) -> str:
    return f"a decision in force names {NOUNS[kind][0]} {key[0]}, which this upload added."


def _in_force(record: Reading) -> tuple[tuple[str, Key], ...]:
    """Return the records that decisions in force name, each once."""
    last = record.runs.latest()
    kept = kept_in({} if last is None else last.document or {}).decisions
    return tuple(dict.fromkeys(place for one in kept for place in _named(one, record)))


def _named(decision: Decision, record: Reading) -> Iterable[tuple[str, Key]]:
    matter = decision.matter
    if matter.case is not None:
        yield REFERRAL, (matter.case,)
    if matter.group is not None:
        for one in record.referrals.all():
            if one.group_id == matter.group:
                yield REFERRAL, (one.referral_id,)
    if matter.provider_id is not None:
        yield PROVIDER, (matter.provider_id,)
        if matter.pool_id is not None:
            yield BED_POOL, (matter.pool_id, matter.provider_id)
