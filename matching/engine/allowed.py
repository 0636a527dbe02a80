"""The pairs left when people have decided: waived, forbidden and forced places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from matching.domain.errors import ChoiceError
from matching.domain.policy import Policy
from matching.domain.rulebook import Kind
from matching.engine.candidates import Candidates
from matching.engine.choices import Choices, Seat, same_place
from matching.engine.columns import Flags
from matching.engine.couplings import kept_apart
from matching.engine.judge import BIT, Bits, Judge
from matching.engine.problem import Problem


def with_groups(problem: Problem, policy: Policy, choices: Choices) -> Choices:
    """Return the choices with a forced place extended to the whole group.

    Members of a group that stays together follow to the same provider; those of
    a group that may be split need not go where a sibling lives. Where
    the policy does not keep groups together, all may be split; where the rule
    is waived for one of a group, that group may.

    Raises
    ------
    ChoiceError
        If two members of a group are forced to different providers.
    """
    if not policy.rules["together"].in_force(problem.as_of.date()):
        groups = {r.group_id for r in problem.referral_records if r.group_id is not None}
        choices = choices.and_(split=groups)
    loose = {waiver.referral_id for waiver in choices.waived if waiver.code == "together"}
    if loose:
        groups = {
            r.group_id
            for r in problem.referral_records
            if r.group_id is not None and r.referral_id in loose
        }
        choices = choices.and_(split=groups)
    if choices.split and choices.only:
        choices = _let_go(problem, choices)
    if not choices.forced:
        return choices
    forced = {seat.referral_id: seat for seat in choices.forced}
    where: dict[str, str] = {}
    group_of = {
        r.referral_id: r.group_id
        for r in problem.referral_records
        if r.group_id is not None and r.group_id not in choices.split
    }
    for name, seat in sorted(forced.items()):
        group = group_of.get(name)
        if group is None:
            continue
        if where.setdefault(group, seat.provider_id) != seat.provider_id:
            raise ChoiceError(
                "Two members of a group that stays together were given different places. "
                "Nothing was changed.",
                next_step="Choose one place for the group, or have the split approved.",
            )
    follow = [
        Seat(name, where[group])
        for name, group in group_of.items()
        if group in where and name not in forced
    ]
    return choices.and_(forced=[*forced.values(), *follow])


def _let_go(problem: Problem, choices: Choices) -> Choices:
    """Return the choices in which nobody of a split group must follow a sibling."""
    apart = {r.referral_id for r in problem.referral_records if r.group_id in choices.split}
    kept = frozenset(seat for seat in choices.only if seat.referral_id not in apart)
    return choices if kept == choices.only else replace(choices, only=kept)


def restrict(judge: Judge, pairs: Candidates, choices: Choices) -> Candidates:
    """Return the pairs that a plan may use under the choices made.

    Parameters
    ----------
    judge : Judge
    pairs : Candidates
        That no rule bars.
    choices : Choices

    Returns
    -------
    Candidates

    Raises
    ------
    ChoiceError
        If a rule that may not be waived was to be waived, or a forced place is
        barred.
    """
    if choices.waived:
        pairs = _with_waived(judge, pairs, choices)
    if not choices.forced and not choices.forbidden and not choices.only:
        return pairs
    problem = judge.problem
    keep = np.ones(len(pairs), dtype=np.bool_)
    for seat in sorted(choices.forbidden, key=str):
        mine = _pairs_of(problem, pairs, seat.referral_id)
        keep[mine] &= ~_at(problem, pairs, mine, seat)
    for name, seats in sorted(choices.only_of().items()):
        mine = _pairs_of(problem, pairs, name)
        keep[mine] &= np.logical_or.reduce([_at(problem, pairs, mine, one) for one in seats])
    for seat in sorted(choices.forced, key=str):
        mine = _pairs_of(problem, pairs, seat.referral_id)
        keep[mine] &= _at(problem, pairs, mine, seat)
        if not keep[mine].any():
            raise ChoiceError(
                f"Case {seat.referral_id} cannot be placed at {seat.provider_id}: a rule bars "
                "it, or there is no such case or place. Nothing was changed.",
                next_step="See on the page Case which rule it is.",
            )
    return Candidates(pairs.referral[keep], pairs.pool[keep], pairs.unknown[keep])


def waived_bits(judge: Judge, choices: Choices) -> dict[int, dict[int | None, int]]:
    """Return the bits waived for each referral, by provider or for all (``None``).

    Raises
    ------
    ChoiceError
        If a rule is law or safety, or has no role that may waive it.
    """
    people = {name: row for row, name in enumerate(judge.problem.referral_ids)}
    homes = {name: row for row, name in enumerate(judge.problem.provider_ids)}
    out: dict[int, dict[int | None, int]] = defaultdict(lambda: defaultdict(int))
    for waiver in sorted(choices.waived, key=str):
        setting = judge.policy.rules.get(waiver.code)
        if setting is None or setting.kind is not Kind.POLICY or setting.waiver_role is None:
            raise ChoiceError(
                f"The rule '{waiver.code}' may not be waived. Nothing was changed.",
                next_step="Only rules of policy can be waived, by the role the policy names.",
            )
        if waiver.referral_id in people and (
            waiver.provider_id is None or waiver.provider_id in homes
        ):
            home = None if waiver.provider_id is None else homes[waiver.provider_id]
            out[people[waiver.referral_id]][home] |= 1 << BIT[waiver.code]
    return {row: dict(bits) for row, bits in out.items()}


def lifted_bits(judge: Judge, waived: Mapping[int | None, int]) -> Bits:
    """Return the bits waived for one referral at each pool, shape (pools,).

    Parameters
    ----------
    judge : Judge
    waived : mapping of int or None to int
        Bits by provider or for all (``None``), from :func:`waived_bits`.
    """
    home = judge.problem.pools.provider
    out = np.full(len(home), waived.get(None, 0), dtype=np.uint64)
    for provider, bits in waived.items():
        if provider is not None:
            out[home == provider] |= np.uint64(bits)
    return out


def also_barred(judge: Judge, choices: Choices, row: int) -> Bits:
    """Return what bars a referral beyond what the judge says of it alone.

    A place that a worker forbade counts as ruled out. A place where somebody
    of the group that stays together cannot live fails the rule on groups.

    Parameters
    ----------
    judge : Judge
    choices : Choices
        As they are applied, from :func:`with_groups`.
    row : int
        Position of the referral.

    Returns
    -------
    ndarray of uint64, shape (pools,)
    """
    problem = judge.problem
    waived = waived_bits(judge, choices)
    forbidden = _decided_against(problem, choices, row)
    out = np.where(forbidden, np.uint64(1 << BIT["do-not-place"]), np.uint64(0))
    others = [k for k in _group_of(problem, choices, row) if k != row]
    if not others:
        return out
    home = problem.pools.provider
    homes = len(problem.provider_ids)
    whole = np.full(homes, not kept_apart(problem, (row, *others)))
    for k in (row, *others):
        mine = np.zeros(homes, dtype=np.bool_)
        mine[home[_open_to(judge, choices, waived, k)]] = True
        whole &= mine
    alone = _open_to(judge, choices, waived, row) & ~whole[home]
    return np.asarray(out | np.where(alone, np.uint64(1 << BIT["together"]), np.uint64(0)))


def _open_to(
    judge: Judge, choices: Choices, waived: Mapping[int, Mapping[int | None, int]], row: int
) -> Flags:
    """Return the pools that neither a rule nor a decision closes to a referral."""
    problem = judge.problem
    failed, unknown = judge.bits(np.array([row]), np.arange(problem.size[1]))
    barred = judge.barred(failed, unknown)[0] & ~lifted_bits(judge, waived.get(row, {}))
    name = problem.referral_ids[row]
    place = next((seat for seat in choices.forced if seat.referral_id == name), None)
    forced = np.array(
        [place is None or same_place(place, key) for key in problem.pool_keys], dtype=np.bool_
    )
    return np.asarray((barred == 0) & forced & ~_decided_against(problem, choices, row))


def _decided_against(problem: Problem, choices: Choices, row: int) -> Flags:
    """Return the pools that somebody has forbidden for a referral."""
    name = problem.referral_ids[row]
    out = np.zeros(problem.size[1], dtype=np.bool_)
    against = [seat for seat in choices.forbidden if seat.referral_id == name]
    only = choices.only_of().get(name)
    if against or only:
        out[:] = [
            any(same_place(seat, key) for seat in against)
            or (only is not None and not any(same_place(seat, key) for seat in only))
            for key in problem.pool_keys
        ]
    return out


def _group_of(problem: Problem, choices: Choices, row: int) -> tuple[int, ...]:
    """Return the members of a referral's group that stays together, if any."""
    group = problem.referral_records[row].group_id
    if group is None or group in choices.split:
        return ()
    return tuple(k for k, r in enumerate(problem.referral_records) if r.group_id == group)


def _with_waived(judge: Judge, pairs: Candidates, choices: Choices) -> Candidates:
    """Add the pairs that only waived rules bar."""
    waived = waived_bits(judge, choices)
    rows = np.array(sorted(waived), dtype=np.int64)
    if len(rows) == 0:
        return pairs
    pools = np.arange(judge.problem.size[1])
    failed, unknown = judge.bits(rows, pools)
    barred = judge.barred(failed, unknown)
    referral, pool, open_bits = [pairs.referral], [pairs.pool], [pairs.unknown]
    keep = ~np.isin(pairs.referral, rows)
    for k, row in enumerate(rows.tolist()):
        mask = lifted_bits(judge, waived[row])
        free = np.flatnonzero((barred[k] & ~mask) == 0)
        referral.append(np.full(len(free), row, dtype=np.int32))
        pool.append(free.astype(np.int32))
        open_bits.append(np.asarray(unknown[k][free] & ~mask[free]))
    return _sorted(
        np.concatenate([referral[0][keep], *referral[1:]]),
        np.concatenate([pool[0][keep], *pool[1:]]),
        np.concatenate([open_bits[0][keep], *open_bits[1:]]),
    )


def _sorted(referral: np.ndarray, pool: np.ndarray, unknown: Bits) -> Candidates:
    order = np.lexsort((pool, referral))
    return Candidates(referral[order], pool[order], unknown[order])


def _at(problem: Problem, pairs: Candidates, mine: slice, seat: Seat) -> Flags:
    """Return which of some pairs are at the seat's place."""
    pools = pairs.pool[mine].tolist()
    return np.array([same_place(seat, problem.pool_keys[j]) for j in pools], dtype=np.bool_)


def _pairs_of(problem: Problem, pairs: Candidates, referral_id: str) -> slice:
    """Return where the pairs of a person stand; nowhere for an unknown one."""
    row = int(np.searchsorted(problem.referral_ids, referral_id))
    if row >= problem.size[0] or problem.referral_ids[row] != referral_id:
        return slice(0, 0)
    start, stop = np.searchsorted(pairs.referral, [row, row + 1])
    return slice(int(start), int(stop))
