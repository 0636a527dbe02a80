"""Compromised sites: reported by one person at once, cleared by two different ones.

The first word waits, however it is said: a list that somebody uploads who may clear
sites counts as a first word too, never as both, and from anybody else as none. Only
when a second person says the same is the site used again, and a new report undoes
everything said before.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from matching.domain.access import Action, Role, allows
from matching.domain.errors import ChoiceError, InputError, NotFound
from matching.domain.records import Provider
from matching.domain.sites import (
    CLEAR_REASON_WORDS,
    MOST_DAYS,
    SITE_REASON_WORDS,
    Clearance,
    ClearReason,
    SiteReason,
    is_closed,
)
from matching.engine.rules.base import day
from matching.services.desk import Desk
from matching.services.history import note_beds
from matching.services.upload_records import PROVIDER, name_of
from matching.services.upload_sample import SITE, hand_batch
from matching.store.database import Reading, Transaction

_NOT_THERE = "This provider is not on the record any more."

#: Why the one local user cannot be two people, and what to do about it.
ONE_USER = (
    "Two different people must say that a site is clear, and the one local user is one person."
)
ONE_USER_NEXT = (
    "Let an administrator make accounts, so that a supervisor or licensing officer signs in "
    "and says it too."
)


@dataclass(frozen=True, slots=True)
class Site:
    """A site that is out of use because it is compromised.

    Attributes
    ----------
    provider_id, name : str
    until : date
        Last day for which it was reported.
    first : Clearance or None
        What the first of two people said, if anybody did.
    sentence : str
    waits : str
        What is missing until it is used again, in a sentence.
    may_say : bool
        Whether the actor may say that it is clear, as the first or as the second.
    people : int or None
        People who live there or whose bed is held there; ``None`` for whoever may not
        see cases.
    """

    provider_id: str
    name: str
    until: date
    first: Clearance | None
    sentence: str
    waits: str
    may_say: bool
    people: int | None


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody's word about a site did.

    Attributes
    ----------
    provider_id : str
    closed : bool
        Whether the site is out of use now.
    sentence : str
    """

    provider_id: str
    closed: bool
    sentence: str


def sites(desk: Desk) -> tuple[Site, ...]:
    """Return every site that is out of use, by name.

    Raises
    ------
    PermissionDenied
        If the actor may not see providers.
    """
    desk.require(Action.SEE_PROVIDERS)
    today = _today(desk)
    with desk.store.reading() as record:
        homes, _ = record.providers.all()
        found = [one for one in homes if is_closed(one, today)]
        return tuple(sorted(_sites(desk, record, found), key=lambda one: one.name))


def site(desk: Desk, provider_id: str) -> Site | None:
    """Return a site that is out of use, or ``None`` if it is in use.

    Raises
    ------
    PermissionDenied
        If the actor may not see providers.
    """
    desk.require(Action.SEE_PROVIDERS)
    with desk.store.reading() as record:
        found = record.providers.get(provider_id)
        if found is None or not is_closed(found[0], _today(desk)):
            return None
        return _sites(desk, record, [found[0]])[0]


def report(desk: Desk, provider_id: str, until: date, reason: SiteReason) -> Said:
    """Take a site out of use at once: one transaction, one audit event.

    A later day that was reported before stays. Whatever was said about an earlier
    report counts no more.

    Parameters
    ----------
    desk : Desk
    provider_id : str
    until : date
        Last day on which nobody may be placed there, unless two people clear it before.
    reason : SiteReason

    Raises
    ------
    PermissionDenied
        If the actor may not report sites.
    NotFound
        If there is no such provider.
    InputError
        If the day has passed, or is more than two years away.
    """
    desk.require(Action.REPORT_SITE)
    today = _today(desk)
    if not today <= until <= today + timedelta(days=MOST_DAYS):
        raise InputError(
            "The last day must be today or later, and at most two years away.",
            next_step="Choose another day; it can be reported again, or cleared before.",
        )
    now = desk.clock()
    with desk.store.transaction() as record:
        before = _provider(record, provider_id)
        last = until
        if is_closed(before, today) and before.compromised_until is not None:
            last = max(until, before.compromised_until)
        undone = record.clearances.end(provider_id, now)
        after = dataclasses.replace(before, compromised_until=last, compromise_cleared=False)
        _write(record, desk, after, now)
        record.audit.append(
            desk.actor,
            now,
            Action.REPORT_SITE,
            object_kind="provider",
            object_id=provider_id,
            reason=reason.value,
            details={"until": last.isoformat(), "words_undone": undone},
        )
        name = _shown_name(record, provider_id)
        people = _people(desk, record, provider_id)
    return Said(provider_id, True, _reported(name, last, reason, people))


def clear(desk: Desk, provider_id: str, reason: ClearReason) -> Said:
    """Say that a site is clear: the first word waits, the second opens it.

    One transaction, one audit event.

    Parameters
    ----------
    desk : Desk
    provider_id : str
    reason : ClearReason

    Raises
    ------
    PermissionDenied
        If the actor may not clear sites.
    NotFound
        If there is no such provider.
    InputError
        If it is not out of use, or the reason is not one that a person gives.
    ChoiceError
        If the actor said so already, or is the one local user: two different people
        are needed.
    """
    desk.require(Action.CLEAR_SITE)
    if reason is ClearReason.FILE:
        raise InputError("Choose why you say that it is clear.", next_step="Choose a reason.")
    now, today = desk.clock(), _today(desk)
    with desk.store.transaction() as record:
        before = _provider(record, provider_id)
        if not is_closed(before, today):
            raise InputError(
                "This site is not out of use.", next_step="Open the provider again."
            )
        waiting = record.clearances.waiting([provider_id]).get(provider_id)
        if waiting is None:
            first_word(record, desk, before, reason, now)
        else:
            _require_other(desk, waiting)
            record.clearances.second(waiting, desk.actor.name, now)
            after = dataclasses.replace(before, compromise_cleared=True)
            _write(record, desk, after, now)
        record.audit.append(
            desk.actor,
            now,
            Action.CLEAR_SITE,
            object_kind="provider",
            object_id=provider_id,
            reason=reason.value,
            details={"word": 1 if waiting is None else 2},
        )
        name = _shown_name(record, provider_id)
    if waiting is None:
        said = f"Recorded: you say that {name} is clear. It stays out of use until a second "
        return Said(provider_id, True, f"{said}person says so too.")
    said = f"{name} is in use again: {waiting.first_by} and {desk.actor.name} cleared it."
    return Said(provider_id, False, said)


def first_word(
    record: Transaction, desk: Desk, provider: Provider, reason: ClearReason, now: datetime
) -> bool:
    """Record a first word within a transaction, unless one waits already.

    Returns
    -------
    bool
        Whether it is new.

    Raises
    ------
    PermissionDenied
        If the actor may not clear sites, by hand or by a list.
    """
    desk.require(Action.CLEAR_SITE)
    if provider.compromised_until is None or record.clearances.waiting([provider.provider_id]):
        return False
    record.clearances.first(
        Clearance(
            provider_id=provider.provider_id,
            compromised_until=provider.compromised_until,
            reason=reason.value,
            first_by=desk.actor.name,
            first_at=now,
        )
    )
    return True


def _require_other(desk: Desk, waiting: Clearance) -> None:
    if desk.actor.role is Role.LOCAL:
        raise ChoiceError(ONE_USER, next_step=ONE_USER_NEXT)
    if waiting.first_by == desk.actor.name:
        raise ChoiceError(
            "You have said already that this site is clear. A second, different person must "
            "say so too.",
            next_step="Ask a supervisor or a licensing officer who knows the site.",
        )


def _today(desk: Desk) -> date:
    return desk.local(desk.clock()).date()


def _provider(record: Reading, provider_id: str) -> Provider:
    """Return a provider as it is on record, whatever the reader may see of it."""
    found: Provider | None = record.rows[PROVIDER].some([(provider_id,)]).get((provider_id,))
    if found is None:
        raise NotFound(_NOT_THERE, next_step="Go back to the list.")
    return found


def _write(record: Transaction, desk: Desk, provider: Provider, now: datetime) -> None:
    batch = record.batches.add(hand_batch("providers", SITE, desk, now, provider.data_origin))
    record.rows[PROVIDER].put((provider,), batch)
    note_beds(record, desk, now)


def _shown_name(record: Reading, provider_id: str) -> str:
    """Return what the reader knows the provider as."""
    found = record.providers.get(provider_id)
    return provider_id if found is None else name_of(found[0], {})


def _people(desk: Desk, record: Reading, provider_id: str) -> int | None:
    if not allows(desk.actor.role, Action.SEE_CASES):
        return None
    taken = (*record.offers.taking(provider_id), *record.placements.current(provider_id))
    return len(taken)


def _sites(desk: Desk, record: Reading, found: Iterable[Provider]) -> tuple[Site, ...]:
    closed = {one.provider_id: one for one in found}
    waiting = record.clearances.waiting(closed) if closed else {}
    return tuple(
        _site(desk, one, waiting.get(code), _people(desk, record, code))
        for code, one in closed.items()
    )


def _site(desk: Desk, one: Provider, first: Clearance | None, people: int | None) -> Site:
    until = one.compromised_until or date.max
    may = allows(desk.actor.role, Action.CLEAR_SITE)
    if first is not None:
        may = may and desk.actor.role is not Role.LOCAL and desk.actor.name != first.first_by
    name = name_of(one, {})
    return Site(
        provider_id=one.provider_id,
        name=name,
        until=until,
        first=first,
        sentence=f"{name} is out of use until {day(until)}: the site is compromised.",
        waits=_waits(desk, first),
        may_say=may,
        people=people,
    )


def _waits(desk: Desk, first: Clearance | None) -> str:
    if first is None:
        return "Two different people must say that it is clear before it is used again."
    local = desk.local(first.first_at)
    why = CLEAR_REASON_WORDS[ClearReason(first.reason)]
    said = f"{first.first_by} said on {day(local)} that it is clear: {why}. "
    if desk.actor.role is Role.LOCAL:
        return f"{said}{ONE_USER} {ONE_USER_NEXT}"
    return f"{said}A second, different person must say so too."


def _reported(name: str, until: date, reason: SiteReason, people: int | None) -> str:
    said = (
        f"{name} is out of use until {day(until)}: {SITE_REASON_WORDS[reason]}. Nobody can be "
        "placed there, and two different people must clear it."
    )
    return f"{said} {people_there(people)}" if people else said


def people_there(number: int) -> str:
    """Say how many people live at a site that is out of use, or have a bed there."""
    if number == 1:
        return "1 person lives there or has a bed held there: see to them now."
    return f"{number} people live there or have a bed held there: see to them now."
