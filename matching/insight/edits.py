"""One change to the record or to what was decided, and the plan made again with it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from matching.domain.policy import Policy
from matching.domain.records import BedPool, Provider, Referral
from matching.engine.choices import Choices, Waiver
from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.problem import Problem, build
from matching.engine.solution import Solution
from matching.engine.solve import Progress, again, work_out

Record = Referral | Provider | BedPool
#: What kind of record it is, and its identifier; a pool's is (provider, pool).
Identifier = tuple[str, tuple[str, ...]]
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
    added : tuple of records
        That there would be besides, under identifiers nobody has yet.
    removed : frozenset of (str, tuple of str)
        Identifiers of those there would not be; bed pools go with their provider.
    """

    referrals: tuple[Referral, ...] = ()
    providers: tuple[Provider, ...] = ()
    pools: tuple[BedPool, ...] = ()
    waived: frozenset[Waiver] = frozenset()
    split: frozenset[str] = frozenset()
    added: tuple[Record, ...] = ()
    removed: frozenset[Identifier] = frozenset()

    @property
    def records(self) -> tuple[Record, ...]:
        """All records as they would be, in the place of others."""
        return (*self.referrals, *self.providers, *self.pools)

    @property
    def touches_record(self) -> bool:
        """Whether any record would be another, new or gone."""
        return bool(self.records or self.added or self.removed)


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


def solved_with(
    solution: Solution,
    edit: Edit,
    effort: Effort = NO_LIMIT,
    *,
    policy: Policy | None = None,
    choices: Choices | None = None,
    progress: Progress | None = None,
) -> Solution:
    """Make the whole plan again with a change in, under the same lottery.

    Parameters
    ----------
    solution : Solution
    edit : Edit
    effort : Effort, optional
    policy : Policy, optional
        Another policy; by default the one there is.
    choices : Choices, optional
        What people decided, where it is not all that was in force.
    progress : callable, optional
        Told the name of each stage as it begins.

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
    before = solution.choices if choices is None else choices
    decided = before.and_(waived=edit.waived, split=edit.split)
    same = policy is None or policy == solution.policy
    if same and not edit.touches_record:
        return again(solution, decided, effort=effort, progress=progress)
    return work_out(
        with_edit(solution.problem, edit),
        solution.policy if policy is None else policy,
        choices=decided,
        salt=solution.plan.salt,
        effort=effort,
        progress=progress,
    )


def with_edit(problem: Problem, edit: Edit) -> Problem:
    """Return a problem with a change to its records in.

    Raises
    ------
    EngineError
        If a record that is added has the identifier of another.
    """
    if not edit.touches_record:
        return problem
    return build(
        _changed(problem.referral_records, edit, edit.referrals, Referral),
        _changed(problem.provider_records, edit, edit.providers, Provider),
        _changed(problem.pool_records, edit, edit.pools, BedPool),
        problem.as_of,
        problem.geography,
    )


def facts_of(problem: Problem, edit: Edit) -> tuple[Fact, ...]:
    """Return the fields that a change touches, record by record.

    Records that are added or removed as a whole are not told field by field.
    """
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


def identifier(record: Record) -> Identifier:
    """Return what kind of record it is, and its identifier."""
    if isinstance(record, Referral):
        return "referral", (record.referral_id,)
    if isinstance(record, Provider):
        return "provider", (record.provider_id,)
    return "pool", (record.provider_id, record.pool_id)


def _changed(
    records: Sequence[_R], edit: Edit, changed: Iterable[_R], kind: type[_R]
) -> list[_R]:
    new: Mapping[Hashable, _R] = {identifier(one): one for one in changed}
    kept: list[_R] = [
        new.get(identifier(one), one) if new else one
        for one in records
        if not (edit.removed and _is_removed(one, edit.removed))
    ]
    added: list[Any] = [one for one in edit.added if isinstance(one, kind)]
    return [*kept, *added]


def _is_removed(record: Record, removed: frozenset[Identifier]) -> bool:
    kind, name = identifier(record)
    return (kind, name) in removed or (kind == "pool" and ("provider", name[:1]) in removed)
