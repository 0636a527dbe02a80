"""A provider, or more beds at one, recorded by hand with the checks of an upload.

A family that was licensed this morning need not wait for the next list. What is not
answered stays unknown: its rules are then asked about before anybody is placed there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from matching.domain.access import Action
from matching.domain.confidential import is_secret
from matching.domain.errors import InputError
from matching.domain.records import BedPool, Provider
from matching.intake import by_hand
from matching.services.codes import HOME, new_code
from matching.services.desk import Desk
from matching.services.history import note_beds
from matching.services.provider_edit import (
    Corrected,
    as_news,
    found_on,
    pool_answers,
    provider_answers,
)
from matching.services.upload_records import name_of
from matching.services.upload_sample import EDIT, hand_batch, origin_now
from matching.store.database import Reading, Transaction
from matching.store.documents import UploadBatch

#: Reasons of the events, beside those of corrections.
ADDED, ADDED_BEDS = "added", "added_beds"
COVERED = "It is confidential, and shows as a kind and a number until opened with a reason."


def add(
    desk: Desk,
    facts: Mapping[str, Any],
    beds: Mapping[str, Any],
    *,
    code: str | None = None,
) -> Corrected:
    """Record a provider with its first beds: one transaction, one audit event.

    Parameters
    ----------
    desk : Desk
    facts : mapping of str to object
        By attribute of a provider; what is left out is unknown. It needs a name.
    beds : mapping of str to object
        By attribute of a bed pool. Where nothing is said there is a pool all the same,
        of which everything is asked.
    code : str, optional
        Its code in the lists that will come; a random one by default.

    Returns
    -------
    Corrected
        With the number under which it can be undone.

    Raises
    ------
    PermissionDenied
        If the actor may not edit providers.
    InputError
        If it has no name, an answer cannot be kept, or the code is taken.
    """
    desk.require(Action.EDIT_PROVIDER)
    told, said = provider_answers(facts), pool_answers(beds)
    if not told.get("name"):
        raise InputError(
            "The provider has no name.", next_step="Write what your office calls it."
        )
    now = desk.clock()
    with desk.store.transaction() as record:
        home = Provider(provider_id=_code(record, code), data_origin=origin_now(record), **told)
        notes = by_hand.fitting((), (home,), told)
        pool = _pool(desk.actor.name, home, (), said, now)
        notes += by_hand.fitting((), (pool,), said, home)
        notes += _namesakes(record, home)
        if is_secret(home):
            notes += (COVERED,)
        batch = record.batches.add(hand_batch("providers", EDIT, desk, now, home.data_origin))
        record.providers.upsert((home,), (pool,), batch)
        _note(desk, record, batch, home.provider_id, ADDED, {*told, *said}, now)
    number = int(batch.id or 0)
    return Corrected(home.provider_id, number, f"{home.name} is on the record.", notes)


def add_beds(desk: Desk, provider_id: str, beds: Mapping[str, Any]) -> Corrected:
    """Record one more bed pool at a provider: one transaction, one audit event.

    Raises
    ------
    PermissionDenied
        If the actor may not edit providers, or has not opened a confidential one.
    NotFound
        If there is no such provider.
    InputError
        If nothing is said of the beds, or an answer cannot be kept.
    """
    desk.require(Action.EDIT_PROVIDER)
    said = pool_answers(beds)
    if not said:
        raise InputError(
            "Nothing is said of these beds.", next_step="Say for whom they are, or how many."
        )
    now = desk.clock()
    with desk.store.transaction() as record:
        home, pools = found_on(record, provider_id)
        pool = _pool(desk.actor.name, home, [one.pool_id for one in pools], said, now)
        notes = by_hand.fitting((), (pool,), said, home)
        batch = record.batches.add(hand_batch("providers", EDIT, desk, now, home.data_origin))
        record.providers.upsert((), (pool,), batch)
        _note(desk, record, batch, provider_id, ADDED_BEDS, set(said), now)
    sentence = f"{name_of(pool, {(provider_id,): home})} is on the record."
    return Corrected(provider_id, int(batch.id or 0), sentence, notes)


def _code(record: Reading, said: str | None) -> str:
    taken = record.providers.versions()
    if said is None or not said.strip():
        return new_code(HOME, taken)
    code = str(by_hand.read(Provider, {"provider_id": said})["provider_id"])
    if code in taken:
        raise InputError(
            f"Provider {code} is on the record already.",
            next_step="Open that one and correct it, or use another code.",
        )
    return code


def _pool(
    who: str,
    home: Provider,
    taken: Collection[str],
    said: Mapping[str, Any],
    now: datetime,
) -> BedPool:
    number = next(k for k in range(1, len(taken) + 2) if f"B{k}" not in taken)
    blank = BedPool(pool_id=f"B{number}", provider_id=home.provider_id)
    return dataclasses.replace(blank, **as_news(who, blank, dict(said), now))


def _namesakes(record: Reading, home: Provider) -> tuple[str, ...]:
    """Return who else has this name, as far as whoever asks may know names."""
    veil, (homes, _) = record.providers.veil(), record.providers.all()
    name = (home.name or "").casefold()
    same = [
        one.provider_id
        for one in homes
        if (one.name or "").casefold() == name and not veil.covers(one.provider_id)
    ]
    if not same:
        return ()
    return (f"Another provider has the same name: {same[0]}. Is it the same one?",)


def _note(
    desk: Desk,
    record: Transaction,
    batch: UploadBatch,
    provider_id: str,
    reason: str,
    known: Collection[str],
    now: datetime,
) -> None:
    note_beds(record, desk, now)
    record.audit.append(
        desk.actor,
        now,
        Action.EDIT_PROVIDER,
        object_kind="provider",
        object_id=provider_id,
        reason=reason,
        details={"batch": int(batch.id or 0), "known": sorted(known)},
    )
