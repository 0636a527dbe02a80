"""One change to the record or to what was decided, and the plan made again with it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from matching.domain.records import BedPool, Provider, Referral
from matching.engine.choices import Waiver
from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.problem import Problem, build
from matching.engine.solution import Solution
from matching.engine.solve import again, work_out

Record = Referral | Provider | BedPool
_R = TypeVar("_R", Referral, Provider, BedPool)


@dataclass(frozen=True, slots=True)
class Edit:
    """Records as they would be, and what would be decided besides.

    Attributes
    ----------
    referrals, providers, pools : tuple of records
        Each takes the place of the record with the same identifier.
    waived : frozenset of Waiver
    split : frozenset of str
        Groups that may be placed apart.
    """

    referrals: tuple[Referral, ...] = ()
    providers: tuple[Provider, ...] = ()
    pools: tuple[BedPool, ...] = ()
    waived: frozenset[Waiver] = frozenset()
    split: frozenset[str] = frozenset()

    @property
    def records(self) -> tuple[Record, ...]:
        """All records as they would be."""
        return (*self.referrals, *self.providers, *self.pools)


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of one record, as it is and as it would be.

    Attributes
    ----------
    record : str
        "referral", "provider" or "pool".
    identifier : tuple of str
        Of the record; a pool's is (provider, pool).
    field : str
    before, after : object
    """

    record: str
    identifier: tuple[str, ...]
    field: str
    before: Any
    after: Any


def solved_with(solution: Solution, edit: Edit, effort: Effort = NO_LIMIT) -> Solution:
    """Make the whole plan again with a change in, under the same lottery.

    Parameters
    ----------
    solution : Solution
    edit : Edit
    effort : Effort, optional

    Returns
    -------
    Solution

    Raises
    ------
    ChoiceError
        If what people decided before cannot be done with the change.
    EngineError
        If the plan cannot be proven.
    """
    problem = solution.problem
    choices = solution.choices.and_(waived=edit.waived, split=edit.split)
    if not edit.records:
        return again(solution, choices, effort=effort)
    changed = build(
        _replaced(problem.referral_records, edit.referrals),
        _replaced(problem.provider_records, edit.providers),
        _replaced(problem.pool_records, edit.pools),
        problem.as_of,
        problem.geography,
    )
    return work_out(
        changed, solution.policy, choices=choices, salt=solution.plan.salt, effort=effort
    )


def facts_of(problem: Problem, edit: Edit) -> tuple[Fact, ...]:
    """Return the fields that a change touches, record by record."""
    every: tuple[Record, ...] = (
        *problem.referral_records,
        *problem.provider_records,
        *problem.pool_records,
    )
    touched = {identifier(one) for one in edit.records}
    before = {identifier(one): one for one in every if identifier(one) in touched}
    return tuple(
        Fact(*identifier(one), field.name, old, new)
        for one in edit.records
        for field in fields(one)
        if (old := getattr(before[identifier(one)], field.name))
        != (new := getattr(one, field.name))
    )


def identifier(record: Record) -> tuple[str, tuple[str, ...]]:
    """Return what kind of record it is, and its identifier."""
    if isinstance(record, Referral):
        return "referral", (record.referral_id,)
    if isinstance(record, Provider):
        return "provider", (record.provider_id,)
    return "pool", (record.provider_id, record.pool_id)


def _replaced(records: Sequence[_R], changed: Iterable[_R]) -> list[_R]:
    new: Mapping[Hashable, _R] = {identifier(one): one for one in changed}
    if not new:
        return list(records)
    return [new.get(identifier(one), one) for one in records]
