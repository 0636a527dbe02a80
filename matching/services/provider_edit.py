"""A provider and its bed pools corrected by hand, with the checks of an upload.

Nobody shrinks or closes a place below the people who live there or have a bed held
there without saying so and why. A site that is compromised is reported and cleared in
:mod:`matching.services.clearing`, never here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from matching.domain.access import Action
from matching.domain.errors import ConflictError, InputError, NotFound, PermissionDenied
from matching.domain.records import BedPool, Provider
from matching.intake import by_hand
from matching.services.desk import Desk
from matching.services.facts import taken_on
from matching.services.hand_edits import (
    Edits,
    changed,
    loosening_of,
    require_confirmed,
    require_unmoved,
)
from matching.services.history import note_beds
from matching.services.upload_commit import ShrinkReason
from matching.services.upload_comparison import RecordChange
from matching.services.upload_merging import VACANCY
from matching.services.upload_people import shrunk
from matching.services.upload_records import BED_POOL, PROVIDER, Key, Record, key_of, name_of
from matching.services.upload_sample import EDIT, hand_batch
from matching.store.database import Reading

#: Never answered on a form: keys, the site's own story, where the facts come from.
NOT_ANSWERED = frozenset(
    {"provider_id", "compromised_until", "compromise_cleared", "data_origin"}
)
#: The same of bed pools; who confirmed the vacancy, and when, follows from the answer.
NOT_ANSWERED_OF_POOLS = frozenset({"pool_id", "provider_id", "as_of", "confirmed_by"})


@dataclass(frozen=True, slots=True)
class ProviderForm:
    """A provider as a form is drawn from it.

    Attributes
    ----------
    provider : Provider
    pools : tuple of BedPool
    version : int
        Of the provider, to be given back with what is changed.
    pool_versions : mapping of str to int
        The same of each bed pool.
    people : mapping of str to int
        Beds that people live in or that are held for them, by bed pool; of every office.
    """

    provider: Provider
    pools: tuple[BedPool, ...]
    version: int
    pool_versions: Mapping[str, int]
    people: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ProviderEdits(Edits):
    """What a form would change at a provider.

    Attributes
    ----------
    below : tuple of str
        Numbers that would fall below the people there, in sentences: a reason is needed.
    """

    below: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Corrected:
    """What correcting did.

    Attributes
    ----------
    provider_id : str
    batch : int or None
        Number under which it can be undone; ``None`` if nothing changed.
    sentence : str
    notes : tuple of str
    """

    provider_id: str
    batch: int | None
    sentence: str
    notes: tuple[str, ...] = ()


def open_form(desk: Desk, provider_id: str) -> ProviderForm:
    """Return a provider to be corrected.

    Raises
    ------
    PermissionDenied
        If the actor may not edit providers, or has not opened a confidential one.
    NotFound
        If there is no such provider.
    """
    desk.require(Action.EDIT_PROVIDER)
    with desk.store.reading() as record:
        home, pools = found_on(record, provider_id)
        versions = record.rows[BED_POOL].versions()
        return ProviderForm(
            provider=home,
            pools=pools,
            version=record.providers.versions()[provider_id],
            pool_versions={one.pool_id: versions[one.pool_id, provider_id] for one in pools},
            people=people_at(record, provider_id),
        )


def people_at(record: Reading, provider_id: str) -> dict[str, int]:
    """Return the beds that people live in, or that are held for them, by bed pool."""
    found: Counter[str] = Counter()
    for one in taken_on(record, provider_id):
        found[one.pool_id] += one.beds
    return dict(found)


def preview(
    desk: Desk,
    provider_id: str,
    changes: Mapping[str, Any],
    pools: Mapping[str, Mapping[str, Any]] | None = None,
) -> ProviderEdits:
    """Return what answers would change at a provider; store nothing.

    Raises
    ------
    PermissionDenied
        If the actor may not edit providers, or has not opened a confidential one.
    NotFound
        If there is no such provider or bed pool.
    InputError
        If an answer cannot be kept.
    """
    desk.require(Action.EDIT_PROVIDER)
    with desk.store.reading() as record:
        return _edits(desk, record, provider_id, changes, pools or {}, desk.clock())


def edit(
    desk: Desk,
    provider_id: str,
    changes: Mapping[str, Any],
    expected_version: int,
    *,
    pools: Mapping[str, Mapping[str, Any]] | None = None,
    pool_versions: Mapping[str, int] | None = None,
    confirmed: Collection[str] = (),
    shrink: ShrinkReason | None = None,
) -> Corrected:
    """Correct a provider and its bed pools: one transaction, one audit event.

    A number of the vacancy that is answered is news of now, by the actor.

    Parameters
    ----------
    desk : Desk
    provider_id : str
    changes : mapping of str to object
        By attribute of the provider; ``None`` says that nobody knows.
    expected_version : int
        Of the provider, that the form was drawn from.
    pools : mapping of str to mapping, optional
        Changes by bed pool and attribute.
    pool_versions : mapping of str to int, optional
        Of the bed pools that change.
    confirmed : collection of str
        Attributes whose change loosens safety and was confirmed.
    shrink : ShrinkReason, optional
        Why a number falls below the people there.

    Returns
    -------
    Corrected

    Raises
    ------
    PermissionDenied
        If the actor may not edit providers, or has not opened a confidential one.
    NotFound
        If there is no such provider or bed pool.
    InputError
        If an answer cannot be kept.
    ConflictError
        If somebody else changed it meanwhile (it says which fields), a change that
        loosens safety is not confirmed, or a place would shrink below the people there
        without a reason.
    """
    desk.require(Action.EDIT_PROVIDER)
    now = desk.clock()
    told, drawn = dict(pools or {}), dict(pool_versions or {})
    with desk.store.transaction() as record:
        home, _ = found_on(record, provider_id)
        require_unmoved(
            desk, record, PROVIDER, (provider_id,), expected_version, "this provider"
        )
        for name in told:
            key = name, provider_id
            require_unmoved(desk, record, BED_POOL, key, drawn.get(name, 0), "these beds")
        edits = _edits(desk, record, provider_id, changes, told, now)
        if edits.nothing:
            return Corrected(provider_id, None, "Nothing changed.", edits.notes)
        require_confirmed(edits, confirmed)
        if edits.below and shrink is None:
            raise ConflictError(
                f"A place would have fewer beds than people. {edits.below[0]}",
                next_step="Keep what is on record, or say why.",
            )
        origin = home.data_origin
        batch = record.batches.add(hand_batch("providers", EDIT, desk, now, origin))
        for kind in (PROVIDER, BED_POOL):
            mine = [one.after for one in edits.changes if one.kind == kind]
            record.rows[kind].put(mine, batch)
        note_beds(record, desk, now)
        record.audit.append(
            desk.actor,
            now,
            Action.EDIT_PROVIDER,
            object_kind="provider",
            object_id=provider_id,
            reason="" if shrink is None or not edits.below else shrink.value,
            details={
                "batch": int(batch.id or 0),
                "fields": sorted({one.where.attribute for one in edits.fields}),
                "bed_pools": sum(one.kind == BED_POOL for one in edits.changes),
                "loosening_confirmed": len(edits.loosening),
                "below_people": len(edits.below),
            },
        )
    labels = ", ".join(dict.fromkeys(one.label for one in edits.fields))
    said = f"{name_of(home, {})} is corrected: {labels}."
    return Corrected(provider_id, int(batch.id or 0), said, edits.notes)


def stop(desk: Desk, form: ProviderForm, *, shrink: ShrinkReason | None = None) -> Corrected:
    """Let a provider take in nobody any more, until somebody says otherwise.

    Its beds accepting and free become 0, as of now. Its licence, certificate and the
    people living there stay as they are.

    Raises
    ------
    PermissionDenied, NotFound, ConflictError
        As for :func:`edit`.
    """
    desk.require(Action.EDIT_PROVIDER)
    nothing = {"beds_accepting": 0, "beds_available": 0}
    return edit(
        desk,
        form.provider.provider_id,
        {},
        form.version,
        pools={one.pool_id: nothing for one in form.pools},
        pool_versions=form.pool_versions,
        shrink=shrink,
    )


def found_on(record: Reading, provider_id: str) -> tuple[Provider, tuple[BedPool, ...]]:
    """Return a provider that the reader may know by name, with its bed pools.

    Raises
    ------
    NotFound
        If there is no such provider.
    PermissionDenied
        If it is confidential and was not opened.
    """
    found = record.providers.get(provider_id)
    if found is None:
        raise NotFound(
            "This provider is not on the record any more.", next_step="Go back to the list."
        )
    if record.providers.veil().covers(provider_id):
        raise PermissionDenied(
            "This provider is confidential, and you have not opened it.",
            next_step="Open it first, with a reason, and then correct it.",
        )
    return found


def _edits(
    desk: Desk,
    record: Reading,
    provider_id: str,
    changes: Mapping[str, Any],
    pools: Mapping[str, Mapping[str, Any]],
    now: datetime,
) -> ProviderEdits:
    home, beds = found_on(record, provider_id)
    by_id = {one.pool_id: one for one in beds}
    if missing := sorted(pools.keys() - by_id.keys()):
        raise NotFound(
            f"There is no bed pool {missing[0]} here.", next_step="Open the provider again."
        )
    told = provider_answers(changes)
    own = changed(home, told, name_of(home, {}))
    after_home = by_hand.with_values(home, told)
    found: list[RecordChange] = [] if own is None else [own]
    notes: list[str] = []
    if own is not None:
        touched = [one.where.attribute for one in own.fields]
        notes += by_hand.fitting((home,), (after_home,), touched)
    for name, answers in sorted(pools.items()):
        before = by_id[name]
        values = as_news(desk.actor.name, before, pool_answers(answers), now)
        one = changed(before, values, name_of(before, {(provider_id,): home}))
        if one is not None:
            touched = [change.where.attribute for change in one.fields]
            after = by_hand.with_values(before, values)
            notes += by_hand.fitting((before,), (after,), touched, after_home)
            found.append(one)
    today = desk.local(now).date()
    return ProviderEdits(
        tuple(found),
        loosening_of(found, today),
        tuple(notes),
        _below(record, found, provider_id, beds),
    )


def provider_answers(said: Mapping[str, Any]) -> dict[str, Any]:
    """Read what was answered about a provider.

    Raises
    ------
    InputError
        If it is nothing that a form asks for, or cannot be kept.
    """
    return _answers(Provider, said, NOT_ANSWERED)


def pool_answers(said: Mapping[str, Any]) -> dict[str, Any]:
    """Read what was answered about a bed pool; raises as :func:`provider_answers`."""
    return _answers(BedPool, said, NOT_ANSWERED_OF_POOLS)


def _answers(record: type, said: Mapping[str, Any], never: frozenset[str]) -> dict[str, Any]:
    known = by_hand.fields_of(record).keys() - never
    unknown = sorted(said.keys() - known)
    if unknown:
        raise InputError(
            f"'{unknown[0]}' is not a fact that this form records.",
            next_step="Take it away and try again.",
        )
    return by_hand.read(record, said)


def as_news(who: str, before: BedPool, values: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Return answers with who told the vacancy and when, if they are about it."""
    if any(name in VACANCY and values[name] != getattr(before, name) for name in values):
        return {**values, "as_of": now, "confirmed_by": who}
    return values


def _below(
    record: Reading,
    changes: Collection[RecordChange],
    provider_id: str,
    pools: Collection[BedPool],
) -> tuple[str, ...]:
    """Return the numbers that would fall below the people there, as an upload tells them."""
    moved = [(one.before, one.after, one.name) for one in changes if one.before is not None]
    before: dict[str, dict[Key, Record]] = {BED_POOL: {key_of(one): one for one in pools}}
    after: dict[str, dict[Key, Record]] = {
        BED_POOL: {key_of(one): one for _, one, _ in moved if isinstance(one, BedPool)}
    }
    found = shrunk(before, moved, after, taken_on(record, provider_id))
    return tuple(one.sentence for one in found)
