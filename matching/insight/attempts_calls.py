"""Calls that settle what nobody has said, and how many beds are free."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from matching.domain.records import BedPool
from matching.domain.rulebook import RULES
from matching.engine.capacity import pool_room
from matching.engine.columns import known
from matching.engine.judge import BIT
from matching.engine.rules import BY_CODE
from matching.engine.rules.base import Verdict
from matching.engine.rules.text import counted
from matching.insight.answers import favourable
from matching.insight.attempts import Attempt, Case, ChangeKind
from matching.insight.edits import Edit
from matching.insight.near import Flags, bit

#: More free beds than the person needs that a call is supposed to find, at most.
MOST_SPARE = 2


def answers(case: Case) -> Iterator[Attempt]:
    """Yield the calls after which nothing would bar the unit from a provider."""
    near = case.near
    nobody_knows = np.where(near.failed == 0, near.barred, np.uint64(0))
    open_to = near.opened(nobody_knows)
    for home in near.homes(open_to).tolist():
        for needy in _needy(case, open_to, home):
            yield from _answers(case, open_to, home, needy)


def _needy(case: Case, open_to: Flags, home: int) -> list[list[tuple[int, int]]]:
    """Return whom missing facts keep from a provider, and from which pool.

    One person's pools are asked about one by one: what is not known of one may
    be known of another.
    """
    near = case.near
    if len(near.rows) > 1:
        return [list(near.in_need(open_to, home))]
    pools = near.pools_of(home)
    return [[(0, int(j))] for j in pools[open_to[0, pools] & (near.barred[0, pools] != 0)]]


def _answers(
    case: Case, open_to: Flags, home: int, needy: Sequence[tuple[int, int]]
) -> Iterator[Attempt]:
    near = case.near
    if not needy:
        return
    blocked = {near.rows[k]: int(near.barred[k, j]) for k, j in needy}
    seats = [(near.rows[k], j) for k, j in needy]
    asked = _questions(case, needy)
    hopeless = not case.chances.could_take(case.row, [j for _, j in needy])
    for spare in _spares(case, needy):
        beds = None if spare is None else spare[1]
        yield Attempt(
            kind=ChangeKind.CALL,
            code=_first(blocked),
            home=home,
            pool=needy[0][1] if len(near.rows) == 1 else None,
            amount=beds,
            make=partial(_answered, case, seats, blocked, spare),
            words="The right answer",
            people=near.rows,
            order=case.order(
                hopeless, len(asked), near.cost(open_to, home), beds or 0, home=home
            ),
            ask=f"About {near.name(home)}: {'; '.join(asked)}.",
        )


def _answered(
    case: Case,
    seats: Sequence[tuple[int, int]],
    blocked: Mapping[int, int],
    spare: tuple[BedPool, int] | None,
) -> Edit | None:
    solution = case.near.solution
    told = () if spare is None else (replace(spare[0], beds_available=spare[1]),)
    return favourable(solution.problem, solution.policy, seats, blocked, told)


def _first(blocked: Mapping[int, int]) -> str:
    bits = 0
    for some in blocked.values():
        bits |= some
    return next(spec.code for spec in RULES if bits >> BIT[spec.code] & 1)


def _questions(case: Case, needy: Sequence[tuple[int, int]]) -> list[str]:
    """Return what to ask, each question once, in lower case and without a full stop."""
    near, policy = case.near, case.near.solution.policy
    out: dict[str, None] = {}
    for k, pool in needy:
        about = near.facts(k, pool)
        for spec in RULES:
            if int(near.barred[k, pool]) >> BIT[spec.code] & 1:
                parameters = policy.rules[spec.code].parameters
                said = BY_CODE[spec.code].say(about, parameters, Verdict.UNKNOWN)
                out[said[:1].lower() + said[1:].rstrip(".")] = None
    return list(out)


def _spares(
    case: Case, needy: Sequence[tuple[int, int]]
) -> list[tuple[BedPool, int]] | list[None]:
    """Return how many beds a call might find, where the vacancy itself is what blocks.

    Others wait for the same answer, so that the beds needed may not be enough.
    """
    near, problem = case.near, case.near.solution.problem
    for k, j in needy:
        pool = problem.pool_records[j]
        if int(near.barred[k, j]) & int(bit("beds")) and pool.free is None:
            needed = sum(problem.referral_records[row].beds_needed for row in near.rows)
            return [
                (pool, beds)
                for beds in range(needed, needed + MOST_SPARE + 1)
                if pool.beds_licensed is None or beds <= pool.beds_licensed
            ]
    return [None]


def vacancies(case: Case) -> Iterator[Attempt]:
    """Yield the calls that would find more free beds than the policy supposes.

    Into beds of unknown vacancy a plan proposes only so many people; whoever
    comes next could have a place if there turned out to be beds enough.
    """
    near, solution = case.near, case.near.solution
    problem = solution.problem
    open_to = near.opened(np.uint64(0))
    room = pool_room(problem, solution.policy)
    untold = ~known(problem.pools.free)
    for home in near.homes(open_to).tolist():
        for pool in near.pools_of(home).tolist():
            members = np.flatnonzero(open_to[:, pool])
            if not untold[pool] or len(members) == 0:
                continue
            needed = sum(problem.referral_records[near.rows[k]].beds_needed for k in members)
            most = int(room[pool]) + needed + MOST_SPARE
            for beds in range(int(room[pool]) + 1, most + 1):
                yield from _vacancy(case, home, pool, beds, int(room[pool]))


def _vacancy(case: Case, home: int, pool: int, beds: int, room: int) -> Iterator[Attempt]:
    near, problem = case.near, case.near.solution.problem
    record = problem.pool_records[pool]
    if record.beds_licensed is not None and beds > record.beds_licensed:
        return
    nothing = np.zeros(1, dtype=np.uint64)
    hopeless = case.chances.before(case.row, np.array([pool]), nothing) >= beds - room
    found = replace(record, beds_available=beds, as_of=problem.as_of)
    cost = near.cost(near.opened(np.uint64(0)), home)
    yield Attempt(
        kind=ChangeKind.CALL,
        code="beds",
        home=home,
        pool=pool,
        amount=beds,
        make=lambda: Edit(pools=(found,)),
        words=counted(beds, "free bed"),
        people=near.rows,
        order=case.order(hopeless, 1, cost, beds, home=home, pool=pool),
        ask=f"About {near.name(home)}: ask how many beds are free.",
    )
