"""Storing what was compared: one transaction, refused if the record moved meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from matching.domain.errors import ConflictError, InputError
from matching.domain.records import BedPool, Provider, Referral
from matching.domain.sites import ClearReason
from matching.domain.words import DataOrigin
from matching.engine.rules.base import day
from matching.intake.firewall import has_email, is_personal, is_story
from matching.intake.recipe import Recipe
from matching.intake.uploads import ProviderUpload, ReferralUpload
from matching.services.clearing import first_word
from matching.services.desk import Desk
from matching.services.history import note_facts
from matching.services.upload_compare import shrunk_now, states_in
from matching.services.upload_comparison import Comparison
from matching.services.upload_records import PROVIDER, Where, origin_of, require, right_of
from matching.services.upload_sample import clear_sample
from matching.store.database import Transaction
from matching.store.documents import StoredRecipe, UploadBatch


class ShrinkReason(StrEnum):
    """Why a place may shrink below the people living there, as a code: no free text."""

    MOVING_OUT = "moving_out"
    RECORD_WRONG = "record_wrong"
    LICENSING = "licensing"
    SAFETY = "safety"


SHRINK_WORDS: Mapping[ShrinkReason, str] = {
    ShrinkReason.MOVING_OUT: "the people living there are moving out",
    ShrinkReason.RECORD_WRONG: "fewer people live there than the record says",
    ShrinkReason.LICENSING: "the licensing authority asked for it",
    ShrinkReason.SAFETY: "for safety",
}


@dataclass(frozen=True, slots=True)
class Override:
    """Who decided that a place shrinks below the people living there, and why.

    Attributes
    ----------
    who : str
        Account or role of a member of staff.
    reason : ShrinkReason
    """

    who: str
    reason: ShrinkReason


@dataclass(frozen=True, slots=True)
class HowRead:
    """How a file was read.

    Attributes
    ----------
    recipe : Recipe
        What a person decided.
    headers : str
        Fingerprint of the columns; empty if the recipe is not to be remembered.
    sender : str
        The agency it comes from, or empty.
    """

    recipe: Recipe
    headers: str = ""
    sender: str = ""


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
    already : datetime or None
        When the same file was uploaded before; then nothing was stored now.
    sentence : str
        What happened.
    of_sites : str
        What its word on compromised sites did; empty if it called none clear.
    """

    kind: str
    upload: ProviderUpload | ReferralUpload
    batch: int
    changes: dict[str, int]
    sample_removed: int
    already: datetime | None = None
    sentence: str = ""
    of_sites: str = ""


def commit(
    desk: Desk,
    comparison: Comparison,
    *,
    confirmed_loosening: Iterable[Where] = (),
    overrides: Mapping[Where, Override] | None = None,
    closing: Iterable[str] | None = None,
    read: HowRead | None = None,
) -> Uploaded:
    """Store an upload as it was compared: one transaction, one audit event.

    The same bytes read the same way, when they change nothing any more, are
    not stored again.

    Parameters
    ----------
    desk : Desk
    comparison : Comparison
        What somebody looked at.
    confirmed_loosening : iterable of Where
        Changes that loosen safety and were confirmed (see ``Comparison.to_confirm``).
    overrides : mapping of Where to Override, optional
        For each number that falls below the people living there.
    closing : iterable of str, optional
        Providers ticked to be closed; must be those of the comparison.
    read : HowRead, optional
        Kept with the upload, and remembered for files with the same columns.

    Returns
    -------
    Uploaded

    Raises
    ------
    PermissionDenied
        If the actor may not upload this, or the comparison counts their word that a site
        is clear and they may not clear sites any more.
    ConflictError
        If the record moved since the comparison, a change that loosens safety
        is not confirmed, or a place shrinks below the people living there
        without an override. Nothing is saved.
    InputError
        If an override names nobody.
    """
    require(desk, comparison.kind)
    given = dict(overrides or {})
    _require_the_same(comparison, closing)
    _require_confirmed(comparison, frozenset(confirmed_loosening))
    _require_overridden(comparison, given)
    now = desk.clock()
    recipe = None if read is None else read.recipe.fingerprint
    with desk.store.transaction() as record:
        _require_unmoved(record, comparison)
        if comparison.nothing:
            upload = comparison.upload
            before = record.batches.last_of(comparison.kind, upload.sha256, recipe)
            if before is not None:
                return _nothing_new(desk, comparison, before)
        return _stored(record, desk, comparison, given, read, now)


def _stored(
    record: Transaction,
    desk: Desk,
    comparison: Comparison,
    overrides: Mapping[Where, Override],
    read: HowRead | None,
    now: datetime,
) -> Uploaded:
    upload = comparison.upload
    sample = origin_of(upload) is DataOrigin.SAMPLE
    cleared = 0 if sample else clear_sample(record, desk, now)
    batch = record.batches.add(_batch(desk, comparison, read, now))
    changes = _written(record, comparison, batch)
    words = _first_words(record, desk, comparison, now)
    record.batches.count(batch, changes)
    note_facts(record, desk, now)
    if read is not None and read.headers:
        record.recipes.remember(_remembered(read, comparison.kind, desk, now))
    record.audit.append(
        desk.actor,
        now,
        right_of(comparison.kind),
        object_kind="upload",
        object_id=str(batch.id),
        details={
            "file": upload.sha256,
            "format": upload.format,
            "recipe": batch.recipe,
            "sample_records_removed": cleared,
            "closed": sorted(comparison.closing),
            "loosening_confirmed": len(comparison.loosening),
            "overrides": _told(overrides, comparison),
            "sites_called_clear": words,
            **changes,
        },
    )
    sentence = " ".join(comparison.sentences) or "Nothing changed."
    return Uploaded(
        comparison.kind,
        upload,
        int(batch.id or 0),
        changes,
        cleared,
        sentence=sentence,
        of_sites=comparison.of_sites,
    )


def _batch(
    desk: Desk, comparison: Comparison, read: HowRead | None, now: datetime
) -> UploadBatch:
    upload = comparison.upload
    return UploadBatch(
        kind=comparison.kind,
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
        data_origin=origin_of(upload),
        recipe=None if read is None else read.recipe.fingerprint,
    )


def _written(record: Transaction, comparison: Comparison, batch: UploadBatch) -> dict[str, int]:
    """Write what is new, changes or closes; return how many of each."""
    records = [one.after for one in (*comparison.new, *comparison.changed, *comparison.closed)]
    if comparison.kind == "providers":
        homes = [one for one in records if isinstance(one, Provider)]
        pools = [one for one in records if isinstance(one, BedPool)]
        record.providers.upsert(homes, pools, batch)
    else:
        record.referrals.upsert([one for one in records if isinstance(one, Referral)], batch)
    return counts_of(comparison)


def _first_words(
    record: Transaction, desk: Desk, comparison: Comparison, now: datetime
) -> list[str]:
    """Keep the file's word that compromised sites are clear; return of which it is new."""
    there = record.rows[PROVIDER].some((one,) for one in comparison.first_words)
    return [
        name
        for (name,), site in sorted(there.items())
        if first_word(record, desk, site, ClearReason.FILE, now)
    ]


def counts_of(comparison: Comparison) -> dict[str, int]:
    """Return how many records are added, changed and so on, by the name of each count."""
    nouns = (
        {"provider": "providers_", "bed_pool": "pools_"}
        if comparison.kind == "providers"
        else {"referral": ""}
    )
    found: dict[str, int] = {}
    for kind, noun in nouns.items():
        found |= {
            f"{noun}added": comparison.count("new", kind),
            f"{noun}changed": comparison.count("changed", kind),
            f"{noun}unchanged": comparison.count("unchanged", kind),
            f"{noun}missing": comparison.count("gone", kind),
            f"{noun}removed": 0,
        }
    if comparison.kind == "providers":
        found["providers_closed"] = len(comparison.closing)
    return found


def _remembered(read: HowRead, kind: str, desk: Desk, now: datetime) -> StoredRecipe:
    """Return what of a recipe is for the next file too: nothing about single rows."""
    lasting = replace(read.recipe, cells={}, rows={}, left_out={}, header=())
    return StoredRecipe(
        sender=read.sender,
        headers=read.headers,
        kind=kind,
        recipe=lasting.document(),
        actor=desk.actor.name,
        at=now,
    )


def _told(overrides: Mapping[Where, Override], comparison: Comparison) -> list[dict[str, Any]]:
    """Return the overrides as the audit event says them."""
    return [
        {
            "kind": where.kind,
            "key": list(where.key),
            "field": where.attribute,
            "who": one.who,
            "reason": one.reason.value,
        }
        for where, one in sorted(overrides.items(), key=lambda pair: pair[0])
        if where in comparison.to_override
    ]


def _nothing_new(desk: Desk, comparison: Comparison, before: UploadBatch) -> Uploaded:
    local = desk.local(before.at)
    return Uploaded(
        comparison.kind,
        comparison.upload,
        int(before.id or 0),
        counts_of(comparison),
        0,
        already=before.at,
        sentence=(
            f"The same file was uploaded on {day(local)} at {local:%H:%M} by {before.actor}, "
            "and it changes nothing now. Nothing was stored again."
        ),
        of_sites=comparison.of_sites,
    )


def _require_the_same(comparison: Comparison, closing: Iterable[str] | None) -> None:
    if closing is not None and frozenset(closing) != comparison.closing:
        raise ConflictError(
            "Other providers are ticked to be closed than were compared.",
            next_step="Look at what changes again.",
        )


def _require_confirmed(comparison: Comparison, confirmed: frozenset[Where]) -> None:
    left = len(comparison.to_confirm - confirmed)
    if left:
        raise ConflictError(
            f"{left} {'change loosens' if left == 1 else 'changes loosen'} safety and "
            f"{'is' if left == 1 else 'are'} not confirmed.",
            next_step="Look at each of them and confirm it, or keep what is on record.",
        )


def _require_overridden(comparison: Comparison, overrides: Mapping[Where, Override]) -> None:
    open_ones = [one for one in comparison.shrunk if one.where not in overrides]
    if open_ones:
        more = f" And {len(open_ones) - 1} more." if len(open_ones) > 1 else ""
        raise ConflictError(
            f"A place would have fewer beds than people living there. "
            f"{open_ones[0].sentence}{more}",
            next_step="Keep what is on record, or say who decided it and why.",
        )
    for one in comparison.shrunk:
        who = overrides[one.where].who.strip()
        if not who or is_personal(who) or has_email(who) or is_story(who):
            raise InputError(
                "An override needs the account or role of the member of staff who decided it.",
                next_step="Write a short name without a number or an e-mail address.",
            )


def _require_unmoved(record: Transaction, comparison: Comparison) -> None:
    """Refuse if a record that the comparison saw, or who is there, is not as it was then."""
    if record.data_version() == comparison.data_version:
        return
    now = states_in(record, comparison.expected, comparison.scope)
    if now != comparison.expected:
        seen, there = comparison.expected, now
        moved = sum(
            seen[kind].get(key) != there[kind].get(key)
            for kind in seen
            for key in seen[kind].keys() | there[kind].keys()
        )
        raise ConflictError(
            f"Somebody else changed {moved} of these records meanwhile.",
            next_step="Look at what changes now and try again.",
        )
    came = [
        one for one in shrunk_now(record, comparison) if one.where not in comparison.to_override
    ]
    if came:
        raise ConflictError(
            f"Somebody came to a place, or has a bed held there, since. {came[0].sentence}",
            next_step="Look at what changes now and try again.",
        )
