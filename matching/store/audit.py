"""The audit chain: events that are only ever added, each sealed with the one before.

The hash of an event covers everything it says and the hash of its predecessor,
so a changed, missing, added or re-ordered event breaks the chain at a place
that can be named. Somebody who may rewrite the whole database can also rewrite
the whole chain: keeping the last hash outside it (on paper, in a mail) shows
even that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from matching.store.columns import canonical

#: What the first event is chained to.
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The end of the chain.

    Attributes
    ----------
    seq : int
        Number of the last event; 0 before the first.
    hash : str
        Its hash; :data:`GENESIS` before the first.
    """

    seq: int = 0
    hash: str = GENESIS


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One thing that was done.

    Attributes
    ----------
    seq : int
        1, 2, 3 and so on without gaps.
    at : datetime
        When, in UTC.
    actor, role : str
        Account name of the member of staff, and the role they acted in.
    action : str
        What was done.
    object_kind, object_id : str
        What it was done to; the id is a code or an opaque token, or empty.
    reason : str
        Reason code, or empty.
    details : mapping
        Counts, codes and fingerprints; never a personal fact.
    prev_hash, hash : str
        SHA-256 of the event before, and of this one, in hexadecimal.
    office : str or None
        Where it was done; ``None`` for events from before there were offices.
    """

    seq: int
    at: datetime
    actor: str
    role: str
    action: str
    object_kind: str
    object_id: str
    reason: str
    details: Mapping[str, Any]
    prev_hash: str
    hash: str = ""
    office: str | None = None

    def __post_init__(self) -> None:
        """Make the details read-only."""
        object.__setattr__(self, "details", MappingProxyType(dict(self.details)))

    def digest(self) -> str:
        """Return the SHA-256 of everything the event says, in hexadecimal."""
        content = {
            "seq": self.seq,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": self.actor,
            "role": self.role,
            "action": self.action,
            "object_kind": self.object_kind,
            "object_id": self.object_id,
            "reason": self.reason,
            "details": dict(self.details),
            "prev_hash": self.prev_hash,
        }
        if self.office is not None:
            content["office"] = self.office
        return hashlib.sha256(canonical(content).encode("ascii")).hexdigest()


@dataclass(frozen=True, slots=True)
class ChainProblem:
    """One place where the chain does not hold.

    Attributes
    ----------
    seq : int
        Number of the event at which it shows.
    sentence : str
        What is wrong, in plain words.
    """

    seq: int
    sentence: str


def _order_problem(event: AuditEvent, before: ChainHead) -> ChainProblem | None:
    expected = before.seq + 1
    if event.seq == expected:
        if event.prev_hash != before.hash:
            said = f"Event {event.seq} does not follow from event {before.seq} as it stands."
            return ChainProblem(event.seq, said)
        return None
    if event.seq < expected:
        said = f"Event {event.seq} stands after event {before.seq}: the order was changed."
    elif event.seq == expected + 1:
        said = f"Event {expected} is missing."
    else:
        said = f"Events {expected} to {event.seq - 1} are missing."
    return ChainProblem(event.seq, said)


def verify_chain(
    events: Iterable[AuditEvent], head: ChainHead | None = None, after: ChainHead | None = None
) -> list[ChainProblem]:
    """Find every place where the chain does not hold.

    Parameters
    ----------
    events : iterable of AuditEvent
        In the order in which they stand.
    head : ChainHead, optional
        The end of the chain as noted elsewhere; finds events cut off at the end.
    after : ChainHead, optional
        The event that the first one follows; by default the beginning.

    Returns
    -------
    list of ChainProblem
        Empty if every event is there, unchanged and in its place.
    """
    last = after or ChainHead()
    problems: list[ChainProblem] = []
    for event in events:
        problem = _order_problem(event, last)
        if problem:
            problems.append(problem)
        if event.digest() != event.hash:
            said = f"Event {event.seq} was changed: its content does not give its hash."
            problems.append(ChainProblem(event.seq, said))
        last = ChainHead(event.seq, event.hash)
    if head is not None and last != head:
        problems.append(
            ChainProblem(
                last.seq,
                f"The chain ends at event {last.seq} and should end at event {head.seq}"
                " with the noted hash: events were cut off, added or changed at the end.",
            )
        )
    return problems
