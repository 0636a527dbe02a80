"""The audit log: read as sentences, checked, taken out; looking is an event too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from matching.domain.access import Action
from matching.export.audit import audit_csv, audit_workbook
from matching.services.audit_look import Look
from matching.services.audit_words import sentence
from matching.services.desk import Desk
from matching.store.audit import AuditEvent, ChainHead, ChainProblem
from matching.store.database import Reading

#: Looking again at the same thing within this time is the same look.
SAME_LOOK = timedelta(minutes=15)

#: What looking at each kind of thing needs, and is called.
VIEWS = {"referral": Action.SEE_CASES, "provider": Action.SEE_PROVIDERS}


def note_view(
    desk: Desk, kind: str, object_id: str, details: Mapping[str, Any] | None = None
) -> bool:
    """Record that the actor looked at something, once in a quarter of an hour.

    Parameters
    ----------
    desk : Desk
    kind : str
        "referral" or "provider".
    object_id : str
    details : mapping, optional
        Codes and counts.

    Returns
    -------
    bool
        Whether an event was added.

    Raises
    ------
    PermissionDenied
        If the actor may not see such things.
    """
    desk.require(VIEWS[kind])
    with desk.store.reading() as record:
        if _seen_lately(desk, record, kind, object_id):
            return False
    with desk.store.transaction() as record:
        if _seen_lately(desk, record, kind, object_id):
            return False
        record.audit.append(
            desk.actor,
            desk.clock(),
            VIEWS[kind],
            object_kind=kind,
            object_id=object_id,
            details=details,
        )
    return True


def _seen_lately(desk: Desk, record: Reading, kind: str, object_id: str) -> bool:
    found = record.audit.find(
        actor=desk.actor.name,
        action=VIEWS[kind].value,
        object_kind=kind,
        object_id=object_id,
        since=desk.clock() - SAME_LOOK,
        limit=1,
    )
    return bool(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which events are shown; ``None`` is all.

    Attributes
    ----------
    actor, action, object_kind, object_id : str or None
    first, last : date or None
        Days of the office, both included.
    """

    actor: str | None = None
    action: str | None = None
    object_kind: str | None = None
    object_id: str | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One event in words.

    Attributes
    ----------
    seq : int
    at : datetime
    actor, role, action : str
    about : str
        Kind and code of what it was done to, or empty.
    sentence : str
    """

    seq: int
    at: datetime
    actor: str
    role: str
    action: str
    about: str
    sentence: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Events, newest first, one page of them.

    Attributes
    ----------
    as_of : datetime
    lines : tuple of AuditLine
    total : int
        Events that fit.
    page, pages : int
        From 1.
    actors, actions, kinds : tuple of str
        What can be chosen.
    """

    as_of: datetime
    lines: tuple[AuditLine, ...]
    total: int
    page: int
    pages: int
    actors: tuple[str, ...]
    actions: tuple[str, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check of the whole chain came to.

    Attributes
    ----------
    at : datetime
    events : int
        Events on record.
    head : ChainHead
        The end of the chain, to be noted elsewhere.
    problems : tuple of str
        Each changed, missing or re-ordered event; empty if the chain holds.
    sentence : str
    """

    at: datetime
    events: int
    head: ChainHead
    problems: tuple[str, ...]
    sentence: str

    @property
    def holds(self) -> bool:
        """Whether every event is there, unchanged and in its place."""
        return not self.problems


#: Events on one page.
PAGE = 50


def audit_page(desk: Desk, filters: Filters | None = None, page: int = 1) -> AuditPage:
    """Return the events of the office in sentences, newest first.

    Parameters
    ----------
    desk : Desk
    filters : Filters, optional
    page : int, default 1
        Beyond the last is the last.

    Returns
    -------
    AuditPage

    Raises
    ------
    PermissionDenied
        If the actor may not see the audit log.
    """
    desk.require(Action.SEE_AUDIT)
    wanted = _wanted(desk, filters or Filters())
    with desk.store.reading() as record:
        total = record.audit.count(**wanted)
        pages = max(1, -(-total // PAGE))
        number = min(max(1, page), pages)
        found = record.audit.find(**wanted, offset=(number - 1) * PAGE, limit=PAGE)
        look = _look(desk, record)
        return AuditPage(
            as_of=desk.clock(),
            lines=tuple(_line(one, look) for one in found),
            total=total,
            page=number,
            pages=pages,
            actors=record.audit.values("actor"),
            actions=record.audit.values("action"),
            kinds=tuple(one for one in record.audit.values("object_kind") if one),
        )


def verify(desk: Desk, noted: str | None = None) -> Verified:
    """Check every event of the whole record, of all offices, against the chain.

    Parameters
    ----------
    desk : Desk
    noted : str, optional
        Hash of an event as it was noted elsewhere, alone or after its number and a
        colon. Whoever can write the whole database can write a whole new chain; only
        a hash kept outside of it shows that.

    Returns
    -------
    Verified

    Raises
    ------
    PermissionDenied
        If the actor may not see the audit log.
    """
    desk.require(Action.SEE_AUDIT)
    with desk.store.reading() as record:
        problems = record.audit.verify()
        head = record.audit.head()
        events = record.audit.count(everywhere=True)
        if noted is not None:
            problems += _against(noted, record.audit.events(everywhere=True))
    said = tuple(dict.fromkeys(one.sentence for one in problems))
    return Verified(desk.clock(), events, head, said, _verdict(events, said))


def _verdict(events: int, problems: Sequence[str]) -> str:
    if not problems:
        every = "The only event holds" if events == 1 else f"All {events:,} events hold"
        return f"{every}: none was changed, removed or moved."
    many = "1 problem was" if len(problems) == 1 else f"{len(problems):,} problems were"
    return f"The chain does not hold: {many} found among {events:,} events."


def _against(noted: str, events: Sequence[AuditEvent]) -> list[ChainProblem]:
    """Return what is wrong if no event has the hash that was noted, where it was noted."""
    place, _, digest = noted.strip().lower().rpartition(":")
    for one in events:
        if one.hash == digest and place in ("", str(one.seq)):
            return []
    where = f"Event {place} does not have" if place else "No event has"
    said = f"{where} the hash that was noted: the chain was cut off or written anew since."
    return [ChainProblem(int(place) if place.isdigit() else 0, said)]


class AuditForm(StrEnum):
    """Files of the audit log."""

    XLSX = "xlsx"
    CSV = "csv"


def export_audit(desk: Desk, form: AuditForm, filters: Filters | None = None) -> bytes:
    """Return all events that fit as a file, and say so in the log.

    Raises
    ------
    PermissionDenied
        If the actor may not see the audit log.
    """
    desk.require(Action.SEE_AUDIT)
    wanted = _wanted(desk, filters or Filters())
    with desk.store.transaction() as record:
        look = _look(desk, record)
        found = [_line(one, look) for one in record.audit.find(**wanted)]
        record.audit.append(
            desk.actor,
            desk.clock(),
            "audit_exported",
            object_kind="audit",
            details={"form": form.value, "events": len(found)},
        )
        head = record.audit.head()
    rows = [
        {
            "seq": one.seq,
            "at": desk.local(one.at),
            "actor": one.actor,
            "role": one.role,
            "action": one.action,
            "about": one.about,
            "sentence": one.sentence,
        }
        for one in found
    ]
    if form is AuditForm.CSV:
        return audit_csv(rows)
    return audit_workbook(rows, desk.local(desk.clock()), f"{head.seq}:{head.hash}")


def _look(desk: Desk, record: Reading) -> Look:
    providers, _ = record.providers.all()
    return Look({one.provider_id: one.name for one in providers if one.name}, desk.local)


def _line(event: AuditEvent, look: Look) -> AuditLine:
    about = " ".join(part for part in (event.object_kind, event.object_id) if part)
    return AuditLine(
        event.seq, event.at, event.actor, event.role, event.action, about, sentence(event, look)
    )


def _wanted(desk: Desk, filters: Filters) -> dict[str, Any]:
    """Return what the log is asked for: days of the office as moments."""
    return {
        "actor": filters.actor,
        "action": filters.action,
        "object_kind": filters.object_kind,
        "object_id": filters.object_id,
        "since": _midnight(desk, filters.first),
        "before": _midnight(desk, filters.last, timedelta(days=1)),
    }


def _midnight(desk: Desk, day: date | None, later: timedelta = timedelta()) -> datetime | None:
    if day is None:
        return None
    return datetime.combine(day + later, time(), desk.settings.zone)
