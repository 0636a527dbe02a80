"""Decisions carried over from one plan to the next: those kept, and those dropped."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from matching.domain.errors import ChoiceError
from matching.domain.policy import Policy
from matching.domain.records import BedPool, Provider, Referral
from matching.domain.rulebook import Kind as RuleKind
from matching.engine.choices import NO_CHOICES, Choices
from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.solve import Progress, again
from matching.services.decisions import (
    Decision,
    Kind,
    Matter,
    choices_of,
    from_plain,
    sentence,
    to_plain,
)
from matching.services.planning import Run


@dataclass(frozen=True, slots=True)
class Dropped:
    """A decision that no longer holds.

    Attributes
    ----------
    decision : Decision
    why : str
        Why it was dropped, as the end of a sentence.
    """

    decision: Decision
    why: str

    def sentence(self, names: Mapping[str, str]) -> str:
        """Return what was decided and why it holds no more."""
        return f"{sentence(self.decision.matter, names)} No longer in force: {self.why}"


def split_by_record(
    decisions: Iterable[Decision],
    referrals: Sequence[Referral],
    providers: Sequence[Provider],
    pools: Sequence[BedPool],
    policy: Policy,
    today: date,
    people: Sequence[Referral] | None = None,
    closed: Collection[str] = (),
) -> tuple[tuple[Decision, ...], tuple[Dropped, ...]]:
    """Tell the decisions that still mean something from those that do not.

    Parameters
    ----------
    decisions : iterable of Decision
    referrals, providers, pools : sequence of records
        Those who wait now, and the places there are.
    policy : Policy
        Of the new plan.
    today : date
        In the office's time zone.
    people : sequence of Referral, optional
        All whose case is open; by default those who wait. What somebody may or may
        not do outlasts their having a place; where they are to go does not.
    closed : collection of str, optional
        Case references of closed cases.

    Returns
    -------
    kept : tuple of Decision
    dropped : tuple of Dropped
    """
    known = referrals if people is None else people
    seen = _Seen(
        closed=frozenset(closed),
        waiting=frozenset(one.referral_id for one in referrals),
        cases=frozenset(one.referral_id for one in known),
        providers=frozenset(one.provider_id for one in providers),
        pools=frozenset((one.provider_id, one.pool_id) for one in pools),
        groups=frozenset(one.group_id for one in known if one.group_id is not None),
    )
    kept: list[Decision] = []
    dropped: list[Dropped] = []
    for one in decisions:
        why = _ended(one, seen, policy, today)
        if why is None:
            kept.append(one)
        else:
            dropped.append(Dropped(one, why))
    return tuple(kept), tuple(dropped)


@dataclass(frozen=True, slots=True)
class _Seen:
    closed: frozenset[str]
    waiting: frozenset[str]
    cases: frozenset[str]
    providers: frozenset[str]
    pools: frozenset[tuple[str, str]]
    groups: frozenset[str]

    def has_closed(self, matter: Matter) -> bool:
        return matter.case in self.closed


_GONE = "the case is no longer on the record."


def _ended(one: Decision, seen: _Seen, policy: Policy, today: date) -> str | None:
    """Return why a decision holds no more, or ``None`` if it does."""
    matter = one.matter
    if one.until is not None and one.until < today:
        return "its last day has passed."
    if matter.case is not None and matter.case not in seen.cases:
        return "the case is closed." if seen.has_closed(matter) else _GONE
    goes = matter.kind in (Kind.FORCE, Kind.CALLING)
    if goes and matter.case not in seen.waiting:
        return "the case has a place, or a bed is held for it."
    if matter.group is not None and matter.group not in seen.groups:
        return "the group is no longer on the record."
    if matter.provider_id is not None and matter.provider_id not in seen.providers:
        return "the provider is no longer on the record."
    if matter.pool_id is not None and _pool(matter) not in seen.pools:
        return "the bed pool is no longer on the record."
    if matter.rule is not None and not may_be_waived(policy, matter.rule):
        return "the policy of this plan does not let the rule be waived."
    return None


def _pool(matter: Matter) -> tuple[str, str]:
    return matter.provider_id or "", matter.pool_id or ""


def may_be_waived(policy: Policy, code: str) -> bool:
    """Tell whether a policy lets anybody waive a rule."""
    setting = policy.rules.get(code)
    return (
        setting is not None
        and setting.kind is RuleKind.POLICY
        and setting.waiver_role is not None
    )


def keep_what_can_be(
    run: Run,
    decisions: Sequence[Decision],
    *,
    settled: Choices = NO_CHOICES,
    progress: Progress | None = None,
    effort: Effort = NO_LIMIT,
) -> tuple[Run, tuple[Decision, ...], tuple[Dropped, ...]]:
    """Apply as many decisions as can be had together, the oldest first.

    A place that somebody chose may have become impossible: its beds are gone,
    or a rule bars it now. An office must be able to plan all the same.

    Parameters
    ----------
    run : Run
        The plan without any forced place.
    decisions : sequence of Decision
        All of them; those that force nothing are in the plan already.
    settled : Choices, optional
        What follows from who lives where and who is being called about.
    progress, effort
        As for :func:`matching.engine.solve.work_out`.

    Returns
    -------
    run : Run
    kept : tuple of Decision
        In the order given.
    dropped : tuple of Dropped
    """
    kept = [one for one in decisions if one.matter.kind is not Kind.FORCE]
    dropped: list[Dropped] = []
    forced = [one for one in decisions if one.matter.kind is Kind.FORCE]
    for one in sorted(forced, key=lambda d: d.at):
        choices = choices_of([*kept, one], settled)
        try:
            solution = again(run.solution, choices, progress=progress, effort=effort)
        except ChoiceError:
            dropped.append(Dropped(one, "a rule bars the place now, or its beds are taken."))
            continue
        run = Run(solution)
        kept.append(one)
    return run, tuple(one for one in decisions if one in kept), tuple(dropped)


def dropped_to_plain(dropped: Iterable[Dropped]) -> list[dict[str, Any]]:
    """Return dropped decisions as plain data."""
    return [to_plain([one.decision])[0] | {"why": one.why} for one in dropped]


def dropped_from_plain(rows: Iterable[Mapping[str, Any]]) -> tuple[Dropped, ...]:
    """Return what :func:`dropped_to_plain` wrote.

    Raises
    ------
    StoreError
        If it is not in that form.
    """
    return tuple(Dropped(from_plain([row])[0], str(row.get("why", ""))) for row in rows)
