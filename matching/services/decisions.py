"""Decisions of people on a plan: what was decided, by whom, when, and in words.

They are kept with the stored plan as plain data and come back as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from matching.domain.access import Role
from matching.domain.errors import StoreError
from matching.domain.rulebook import RULE_BY_CODE
from matching.engine.choices import NO_CHOICES, Choices, Seat, Waiver
from matching.engine.rules.base import day


class Kind(StrEnum):
    """What can be decided about a plan."""

    FORCE = "force"  #: the plan must use this place
    FORBID = "forbid"  #: the plan must not use this place
    CALLING = "calling"  #: somebody is calling about this proposal
    SPLIT = "split"  #: this group may be placed apart
    WAIVE = "waive"  #: this rule does not count for this person


class Reason(StrEnum):
    """Why, as a code: no free text, which could carry a personal fact."""

    PERSON_WISHES = "person_wishes"
    FAMILY_TEAM = "family_team"
    PROVIDER_AGREED = "provider_agreed"
    PROVIDER_REFUSED = "provider_refused"
    SAFETY = "safety"
    BEST_INTEREST = "best_interest"
    NO_OTHER_PLACE = "no_other_place"
    COURT_ORDER = "court_order"


REASON_WORDS: Mapping[Reason, str] = {
    Reason.PERSON_WISHES: "the young person wishes it",
    Reason.FAMILY_TEAM: "the multidisciplinary team asked for it",
    Reason.PROVIDER_AGREED: "the provider agreed to it",
    Reason.PROVIDER_REFUSED: "the provider does not agree to it",
    Reason.SAFETY: "for safety",
    Reason.BEST_INTEREST: "in the young person's best interest, as the case file says",
    Reason.NO_OTHER_PLACE: "there is no other place",
    Reason.COURT_ORDER: "by order of a court",
}


@dataclass(frozen=True, slots=True)
class Matter:
    """What is decided.

    Attributes
    ----------
    kind : Kind
    case : str or None
        Case reference; ``None`` for a group.
    provider_id : str or None
        ``None`` for a group, and for a rule waived at every provider.
    pool_id : str or None
        ``None`` is any bed pool of the provider.
    group : str or None
        Code of the group that may be split.
    rule : str or None
        Code of the rule that is waived.
    """

    kind: Kind
    case: str | None = None
    provider_id: str | None = None
    pool_id: str | None = None
    group: str | None = None
    rule: str | None = None

    def __post_init__(self) -> None:
        """Refuse a matter that does not say what its kind needs.

        Raises
        ------
        ValueError
        """
        needed: dict[Kind, tuple[str | None, ...]] = {
            Kind.SPLIT: (self.group,),
            Kind.WAIVE: (self.case, self.rule),
        }
        if None in needed.get(self.kind, (self.case, self.provider_id)):
            raise ValueError(f"a decision of kind {self.kind.value} leaves something out")

    @property
    def seat(self) -> Seat | None:
        """The person and the place, for decisions about one."""
        if self.case is None or self.provider_id is None or self.kind is Kind.WAIVE:
            return None
        return Seat(self.case, self.provider_id, self.pool_id)


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision in force.

    Attributes
    ----------
    matter : Matter
    by : str
        Account name of the member of staff.
    role : Role
        In which they decided.
    at : datetime
    reason : Reason or None
    until : date or None
        Last day in force; ``None`` is until it is taken back.
    """

    matter: Matter
    by: str
    role: Role
    at: datetime
    reason: Reason | None = None
    until: date | None = None


def force(case: str, provider_id: str, pool_id: str | None = None) -> Matter:
    """Return the matter that a person must go to a place."""
    return Matter(Kind.FORCE, case, provider_id, pool_id)


def forbid(case: str, provider_id: str, pool_id: str | None = None) -> Matter:
    """Return the matter that a person must not go to a place."""
    return Matter(Kind.FORBID, case, provider_id, pool_id)


def calling(case: str, provider_id: str, pool_id: str | None = None) -> Matter:
    """Return the matter that somebody is calling about a proposal."""
    return Matter(Kind.CALLING, case, provider_id, pool_id)


def split(group: str) -> Matter:
    """Return the matter that a group may be placed apart."""
    return Matter(Kind.SPLIT, group=group)


def waive(case: str, rule: str, provider_id: str | None = None) -> Matter:
    """Return the matter that a rule does not count for a person."""
    return Matter(Kind.WAIVE, case, provider_id, rule=rule)


def with_decision(before: Sequence[Decision], new: Decision) -> tuple[Decision, ...]:
    """Return the decisions with a new one, without those it replaces.

    A person is forced to one place at most; what is forced is no longer
    forbidden, and the other way round.
    """
    return (*(one for one in before if not _replaced(one.matter, new.matter)), new)


def _replaced(old: Matter, new: Matter) -> bool:
    if old == new:
        return True
    if old.case is None or old.case != new.case:
        return False
    if old.kind is new.kind:
        return old.kind in (Kind.FORCE, Kind.CALLING)
    if new.kind is Kind.FORBID and old.kind in (Kind.FORCE, Kind.CALLING):
        return _covers(new, old)
    return old.kind is Kind.FORBID and new.kind is Kind.FORCE and _covers(old, new)


def _covers(wide: Matter, narrow: Matter) -> bool:
    """Whether the one place is the other, or holds it."""
    same = wide.provider_id == narrow.provider_id
    return same and wide.pool_id in (None, narrow.pool_id)


def choices_of(decisions: Iterable[Decision], settled: Choices = NO_CHOICES) -> Choices:
    """Return the decisions in the form that a plan respects.

    Parameters
    ----------
    decisions : iterable of Decision
    settled : Choices, optional
        What follows from who lives where and who is being called about.
    """
    out = settled
    for one in decisions:
        out = out.and_(**_as_choice(one.matter))
    return out


def _as_choice(matter: Matter) -> dict[str, Any]:
    if matter.kind is Kind.SPLIT:
        return {"split": [matter.group]}
    if matter.kind is Kind.WAIVE:
        return {"waived": [Waiver(str(matter.case), str(matter.rule), matter.provider_id)]}
    names = {Kind.FORCE: "forced", Kind.FORBID: "forbidden", Kind.CALLING: "calling"}
    return {names[matter.kind]: [matter.seat]}


def sentence(matter: Matter, names: Mapping[str, str]) -> str:
    """Return what is decided, in one plain sentence.

    Parameters
    ----------
    matter : Matter
    names : mapping of str to str
        Name of each provider; one that is not in it is named by its code.
    """
    if matter.kind is Kind.SPLIT:
        return f"Group {matter.group} may be placed apart."
    where = names.get(matter.provider_id or "", matter.provider_id or "")
    if matter.pool_id is not None:
        where += f" (bed pool {matter.pool_id})"
    if matter.kind is Kind.WAIVE:
        at = f" at {where}" if matter.provider_id else ""
        rule = RULE_BY_CODE.get(str(matter.rule))
        title = matter.rule if rule is None else rule.title
        return f"The rule '{title}' is waived for case {matter.case}{at}."
    words = {
        Kind.FORCE: "goes to",
        Kind.FORBID: "does not go to",
        Kind.CALLING: "is being called about at",
    }
    return f"Case {matter.case} {words[matter.kind]} {where}."


def who_and_why(decision: Decision, local: datetime) -> str:
    """Return who decided, when, why and until when, in words.

    Parameters
    ----------
    decision : Decision
    local : datetime
        The moment of the decision in the office's time zone.
    """
    out = f"Decided by {decision.by} ({decision.role.value}), {day(local.date())} {local:%H:%M}"
    if decision.reason is not None:
        out += f", {REASON_WORDS[decision.reason]}"
    if decision.until is not None:
        out += f", until {day(decision.until)}"
    return out + "."


def to_plain(decisions: Iterable[Decision]) -> list[dict[str, Any]]:
    """Return the decisions as plain data, ready for JSON."""
    return [
        {
            "kind": one.matter.kind.value,
            "case": one.matter.case,
            "provider": one.matter.provider_id,
            "bed_pool": one.matter.pool_id,
            "group": one.matter.group,
            "rule": one.matter.rule,
            "by": one.by,
            "role": one.role.value,
            "at": one.at.isoformat(),
            "reason": None if one.reason is None else one.reason.value,
            "until": None if one.until is None else one.until.isoformat(),
        }
        for one in decisions
    ]


def from_plain(rows: Iterable[Mapping[str, Any]]) -> tuple[Decision, ...]:
    """Return the decisions that :func:`to_plain` wrote.

    Raises
    ------
    StoreError
        If they are not in that form.
    """
    try:
        return tuple(_decision(row) for row in rows)
    except (KeyError, TypeError, ValueError):
        raise StoreError(
            "The decisions stored with a plan cannot be read by this version.",
            next_step="Use the version of the software that wrote them, or a newer one.",
        ) from None


def _decision(row: Mapping[str, Any]) -> Decision:
    matter = Matter(
        kind=Kind(row["kind"]),
        case=row["case"],
        provider_id=row["provider"],
        pool_id=row["bed_pool"],
        group=row["group"],
        rule=row["rule"],
    )
    reason, until = row["reason"], row["until"]
    return Decision(
        matter=matter,
        by=row["by"],
        role=Role(row["role"]),
        at=datetime.fromisoformat(row["at"]),
        reason=None if reason is None else Reason(reason),
        until=None if until is None else date.fromisoformat(until),
    )
