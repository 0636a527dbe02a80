"""What every form has in common: what changes, what loosens safety, who was quicker."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from matching.domain.errors import ConflictError
from matching.domain.records import BedPool, Provider, Referral
from matching.intake.by_hand import with_values
from matching.services.desk import Desk
from matching.services.safety_fields import why_looser
from matching.services.upload_compare import change_of
from matching.services.upload_comparison import FieldChange, Loosening, RecordChange
from matching.services.upload_records import KINDS, Key, label_of
from matching.store.database import Reading

R = TypeVar("R", Referral, Provider, BedPool)


@dataclass(frozen=True, slots=True)
class Edits:
    """What a form would change.

    Attributes
    ----------
    changes : tuple of RecordChange
        Records that change, field by field.
    loosening : tuple of Loosening
        Changes after which somebody may be placed with less protection; each must be
        confirmed before anything is saved.
    notes : tuple of str
        What does not fit together and is kept all the same.
    """

    changes: tuple[RecordChange, ...]
    loosening: tuple[Loosening, ...]
    notes: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[FieldChange, ...]:
        """Return every field that changes."""
        return tuple(field for one in self.changes for field in one.fields)

    @property
    def nothing(self) -> bool:
        """Whether nothing would change."""
        return not self.changes


def changed(before: R, values: Mapping[str, Any], name: str) -> RecordChange | None:
    """Return what answers change on a record, or ``None`` if nothing."""
    after = with_values(before, values)
    return None if after == before else change_of(before, after, name)


def loosening_of(changes: Collection[RecordChange], today: date) -> tuple[Loosening, ...]:
    """Return the changes that loosen safety."""
    found = []
    for one in changes:
        for field in one.fields:
            record = KINDS[field.where.kind]
            attribute, before, after = field.where.attribute, field.before, field.after
            why = why_looser(record, attribute, before, after, today)
            if why is not None:
                found.append(Loosening(field, one.name, why))
    return tuple(found)


def require_confirmed(edits: Edits, confirmed: Collection[str]) -> None:
    """Refuse unless every change that loosens safety was confirmed by its attribute.

    Raises
    ------
    ConflictError
        Names the first of them.
    """
    left = [one for one in edits.loosening if one.change.where.attribute not in confirmed]
    if left:
        more = f" And {len(left) - 1} more." if len(left) > 1 else ""
        raise ConflictError(
            f"A change loosens safety and is not confirmed: {left[0].change.label}. "
            f"{left[0].why}{more}",
            next_step="Look at each of them and confirm it, or keep what is on record.",
        )


def require_unmoved(
    desk: Desk, record: Reading, kind: str, key: Key, version: int, noun: str
) -> None:
    """Refuse a form that was drawn from an older version of a record.

    Parameters
    ----------
    desk : Desk
    record : Reading
    kind : str
        "provider", "bed_pool" or "referral".
    key : tuple of str
    version : int
        That the form was drawn from.
    noun : str
        What it is called, such as "this case".

    Raises
    ------
    ConflictError
        Names the fields that were changed meanwhile, and by whom.
    """
    now = record.rows[kind].versions().get(key)
    if now == version:
        return
    if now is None:
        raise ConflictError(
            f"Somebody else took {noun} off the record meanwhile.",
            next_step="Open the list again.",
        )
    images = record.images.last(kind, key, max(1, now - version))
    names = dict.fromkeys(name for one in images for name in one.fields)
    fields = ", ".join(label_of(kind, name) for name in sorted(names)) or "its facts"
    by = record.batches.get(images[0].batch_id) if images else None
    who = "Somebody else" if by is None or by.actor == desk.actor.name else by.actor
    raise ConflictError(
        f"{who} changed {noun} meanwhile: {fields}.",
        next_step="Look at it as it is now, and make your change again.",
    )
