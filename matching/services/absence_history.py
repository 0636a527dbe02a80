"""Who was away from a place, as the audit log has it: missing or in hospital, and back.

A placement says only where somebody is now. What was recorded of each time away stays in
the audit log, and a history that leaves out that somebody was missing is not one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from matching.domain.casework import Placement, StayState
from matching.engine.rules.base import day
from matching.store.audit import AuditEvent

REPORTED = "Reported to the police and to NCMEC as missing."

_AWAY = {StayState.MISSING.value: "missing", StayState.HOSPITAL.value: "in hospital"}


class Told(NamedTuple):
    """One thing that happened: when, recorded by whom, and in a sentence."""

    at: datetime
    by: str
    sentence: str


def absences(
    stay: Placement,
    name: str,
    events: Sequence[AuditEvent],
    local: Callable[[datetime], datetime],
) -> Iterator[Told]:
    """Say every time away from a place that is on record, each thing once.

    Parameters
    ----------
    stay : Placement
    name : str
        What the provider is called.
    events : sequence of AuditEvent
        About the case and its placements, oldest first; others are passed over.
    local : callable
        Gives a moment in the office's time.

    Yields
    ------
    Told
    """
    left = [one for one in events if _about(one, stay, "left", "came_back")]
    reports = [one for one in events if _report(one, stay)]
    yield from _walk(name, left, local) if left else _by_columns(stay, name)
    if reports:
        yield from (Told(one.at, one.actor, REPORTED) for one in reports)
    elif stay.missing_reported_at is not None:
        yield Told(stay.missing_reported_at, "", REPORTED)


def _about(event: AuditEvent, stay: Placement, *reasons: str) -> bool:
    mine = event.object_kind == "placement" and event.object_id == str(stay.id)
    return mine and event.reason in reasons


def _report(event: AuditEvent, stay: Placement) -> bool:
    return event.reason == "missing_reported" and event.details.get("placement") == stay.id


def _walk(
    name: str, events: Sequence[AuditEvent], local: Callable[[datetime], datetime]
) -> Iterator[Told]:
    """Say what was recorded, one event after another."""
    away = False
    where: str | None = None
    for event in events:
        before = where
        if event.reason == "came_back":
            after = f" after being {before or 'away'}" if away else ""
            yield Told(event.at, event.actor, f"Back at {name}{after}.")
            away, where = False, None
            continue
        where = _AWAY.get(str(event.details.get("state")))
        if away and where == before:
            yield Told(event.at, event.actor, _again(name, event, where, local))
        else:
            yield Told(_since(event), event.actor, _left(name, before, where))
        away = True


def _since(event: AuditEvent) -> datetime:
    """Return since when somebody was away; as early events do not say, when it was noted."""
    since = event.details.get("since")
    return event.at if since is None else datetime.fromisoformat(since)


def _left(name: str, before: str | None, where: str | None) -> str:
    if where is None:
        return f"Was away from {name}."
    if before == _AWAY[StayState.MISSING] and where != before:
        return f"Found after being missing; away from {name}: {where}."
    return f"Away from {name}: {where}."


def _again(
    name: str, event: AuditEvent, where: str | None, local: Callable[[datetime], datetime]
) -> str:
    said = f"Recorded again as {where or 'away'}"
    if event.details.get("since") is not None:
        since = local(_since(event))
        said += f", since {day(since.date())}, {since:%H:%M}"
    if event.details.get("bed_until") is None:
        return f"{said}."
    until = local(datetime.fromisoformat(event.details["bed_until"]))
    return f"{said}; the bed at {name} is kept until {day(until.date())}, {until:%H:%M}."


def _by_columns(stay: Placement, name: str) -> Iterator[Told]:
    """Say what the placement itself says, where no event about it is on the record."""
    if stay.away_since is not None and stay.state in _AWAY:
        yield Told(stay.away_since, "", f"Away from {name}: {_AWAY[stay.state]}.")
    if stay.found_at is not None:
        back = stay.state is not StayState.HOSPITAL
        found = f"Back at {name} after being missing." if back else "Found after being missing."
        yield Told(stay.found_at, "", found)
