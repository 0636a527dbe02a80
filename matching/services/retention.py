"""Forgetting: closed cases lose their facts after their time, and what is old goes.

What is left of a case is a code made at random, the day of its referral, and as little
as counts of people need. The audit log stays whole: it holds opaque codes alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from matching.domain import geography
from matching.domain import policy as policies
from matching.domain.access import CLOCK, Action, Actor, Role
from matching.domain.errors import InputError, NotFound
from matching.domain.retention import Retention
from matching.insight.coarse import coarse, noon
from matching.services.desk import Desk
from matching.settings import Settings
from matching.store.database import Store, Transaction
from matching.store.tidying import tidy

#: Cases in one transaction.
BATCH = 50
#: What is removed by its age, and the length of time of the policy that says when.
AGES: Mapping[str, str] = {
    "sessions": "sessions_days",
    "openings": "openings_days",
    "publications": "publications_days",
    "images": "images_days",
    "searches": "searches_days",
    "sharing": "sharing_days",
}


@dataclass(frozen=True, slots=True)
class Stripped:
    """What was removed, or would be.

    Attributes
    ----------
    cases : int
        That lost their facts.
    removed : mapping of str to int
        Rows removed by their age, by kind.
    left : str
        What could not be brought off the disk and what to do, in sentences; empty if
        nothing. What is counted here is removed all the same.
    """

    cases: int = 0
    removed: Mapping[str, int] = field(default_factory=dict)
    left: str = ""

    def __bool__(self) -> bool:
        return bool(self.cases or any(self.removed.values()))

    def __add__(self, other: Stripped) -> Stripped:
        kinds = self.removed.keys() | other.removed.keys()
        both = {k: self.removed.get(k, 0) + other.removed.get(k, 0) for k in sorted(kinds)}
        return Stripped(self.cases + other.cases, both, self.left or other.left)


@dataclass(frozen=True, slots=True)
class Erased:
    """What was removed of one case.

    Attributes
    ----------
    counts : mapping of str to int
        Rows removed, by table.
    left : str
        What could not be brought off the disk and what to do, in sentences; empty if
        nothing. The case is removed all the same.
    """

    counts: Mapping[str, int]
    left: str = ""


class _OnlyCountedError(Exception):
    """Undoes a transaction that was begun to count."""


def strip(desk: Desk, now: datetime, *, dry_run: bool = False) -> Stripped:
    """Remove what its time is over of, in the office of the desk: events with counts.

    Each batch of cases is one transaction with one event, and so is what goes by its
    age. Where nothing is due, nothing is written.

    Parameters
    ----------
    desk : Desk
    now : datetime
        Aware.
    dry_run : bool, default False
        Only count; nothing is changed.

    Returns
    -------
    Stripped

    Raises
    ------
    PermissionDenied
        If the actor may not remove what must not be kept, and is not the clock.
    """
    desk.require(_right(desk.actor))
    found = _stripped(desk, now, dry_run=dry_run)
    return _tidied(desk.store, found, dry_run=dry_run)


def _stripped(desk: Desk, now: datetime, *, dry_run: bool) -> Stripped:
    rule = policies.load(desk.settings.policy).retention
    found = Stripped()
    while True:
        one = _strip_batch(desk, rule, now, dry_run=dry_run)
        found += one
        if dry_run or one.cases < BATCH:
            break
    return found + _expire(desk, rule, now, dry_run=dry_run)


def _tidied(store: Store, found: Stripped, *, dry_run: bool) -> Stripped:
    """Bring what was removed off the disk, and tell what could not be."""
    return replace(found, left=tidy(store)) if found and not dry_run else found


def strip_everywhere(
    store: Store,
    settings: Settings,
    now: datetime,
    actor: Actor = CLOCK,
    *,
    dry_run: bool = False,
) -> Stripped:
    """Remove what its time is over of in every office; see :func:`strip`.

    What was removed is brought off the disk once, after the last office.

    Parameters
    ----------
    store : Store
    settings : Settings
    now : datetime
    actor : Actor, optional
        By default the clock.
    dry_run : bool, default False

    Returns
    -------
    Stripped
    """
    with store.reading() as record:
        codes = [office.code for office in record.offices.all()]
    found = Stripped()
    for code in codes:
        desk = Desk(store.at(code), actor, settings, lambda: now)
        desk.require(_right(actor))
        found += _stripped(desk, now, dry_run=dry_run)
    return _tidied(store, found, dry_run=dry_run)


def tidy_again(desk: Desk) -> str:
    """Bring off the disk what was removed earlier, where that could not be done then.

    Returns
    -------
    str
        What still could not be done and what to do, in sentences; empty if nothing.

    Raises
    ------
    PermissionDenied
        If the actor may not delete.
    """
    desk.require(Action.DELETE_RECORD)
    return tidy(desk.store)


def delete_case(desk: Desk, case: str, confirm: str) -> Erased:
    """Remove one case and all that was done for it, at the person's request: one event.

    A bed that it took is free again. Plans keep a code made at random in its place, so
    that they go on adding up; the audit log keeps its opaque code.

    Parameters
    ----------
    desk : Desk
    case : str
        Its reference.
    confirm : str
        The same once more.

    Returns
    -------
    Erased

    Raises
    ------
    PermissionDenied
        If the actor may not delete.
    InputError
        If the second reference is another one.
    NotFound
        If there is no such case.
    """
    desk.require(Action.DELETE_RECORD)
    if confirm != case:
        raise InputError(
            "The two case references differ. Nothing was deleted.", next_step="Type it again."
        )
    with desk.store.transaction() as record:
        if record.referrals.get(case) is None:
            raise NotFound(
                "There is no such case. Nothing was deleted.", next_step="Check its reference."
            )
        counts = record.forgetting.delete({case: new_code()})
        record.audit.append(
            desk.actor,
            desk.clock(),
            Action.DELETE_RECORD,
            object_kind="referral",
            object_id=case,
            reason="asked_for",
            details={"removed": counts},
        )
    return Erased(counts, tidy(desk.store))


def new_code() -> str:
    """Return a code for somebody who must not be found again."""
    return f"removed-{secrets.token_hex(8)}"


def _right(actor: Actor) -> Action:
    return Action.END_AT_TIME if actor.role is Role.CLOCK else Action.DELETE_RECORD


def _strip_batch(desk: Desk, rule: Retention, now: datetime, *, dry_run: bool) -> Stripped:
    before = now - rule.days("closed_days")
    if dry_run:
        with desk.store.reading() as reading:
            return Stripped(len(reading.forgetting.closed_before(before, limit=10**9)))
    with desk.store.reading() as reading:
        if not reading.forgetting.closed_before(before, limit=1):
            return Stripped()
    with desk.store.transaction() as record:
        due = record.forgetting.closed_before(before, limit=BATCH)
        if due:
            _strip(desk, record, due, now)
            _note(desk, record, now, "closed", {"cases": len(due)})
    return Stripped(len(due))


def _strip(desk: Desk, record: Transaction, due: tuple[str, ...], now: datetime) -> None:
    policy, where = policies.load(desk.settings.policy), geography.load()
    zone = desk.settings.zone
    left = {
        key[0]: coarse(one, new_code(), policy, where, zone)
        for key, one in record.referrals.rows["referral"].some((n,) for n in due).items()
    }
    record.forgetting.strip(left, now, partial(noon, zone=zone))


def _expire(desk: Desk, rule: Retention, now: datetime, *, dry_run: bool) -> Stripped:
    counts: dict[str, int] = {}
    try:
        with desk.store.transaction() as record:
            for kind, name in AGES.items():
                counts[kind] = record.forgetting.expire(kind, now - rule.days(name))
            if dry_run or not any(counts.values()):
                raise _OnlyCountedError
            _note(desk, record, now, "old", counts)
    except _OnlyCountedError:
        return Stripped(removed=counts)
    return Stripped(removed=counts)


def _note(
    desk: Desk, record: Transaction, now: datetime, reason: str, counts: Mapping[str, int]
) -> None:
    record.audit.append(
        desk.actor,
        now,
        _right(desk.actor),
        object_kind="retention",
        reason=reason,
        details=dict(counts),
    )
