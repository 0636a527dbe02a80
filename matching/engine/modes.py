"""Ties that follow from rules on the people who live together.

Empty beds take the gender of the first to move in, those who live together lie
within a spread of ages, and a provider can keep only so many people with high
needs safe. Each pair is judged by the rule alone; what is found here binds
those who are placed together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.domain.policy import Policy
from matching.domain.rulebook import OnUnknown
from matching.domain.words import Gender
from matching.engine.candidates import Candidates
from matching.engine.capacity import pool_room, provider_room
from matching.engine.choices import Choices
from matching.engine.columns import UNKNOWN, known
from matching.engine.problem import Problem
from matching.engine.rules.residents import fits_lock, high_needs
from matching.engine.rules.text import GENDERS

Flags = NDArray[np.bool_]
Int64s = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Modes:
    """Beds that can be run in one way at a time, such as for one gender.

    All people placed into the pool must fit one and the same mode.

    Attributes
    ----------
    code : str
        Code of the rule that asks for it.
    pool : int
        Position of the bed pool.
    pairs : ndarray of int64, shape (n,)
        Positions, in the candidates, of all pairs that use the pool.
    fits : ndarray of bool, shape (n, modes)
        Which modes each of them fits. Nobody fits no mode.
    names : tuple of str
        The modes in words.
    """

    code: str
    pool: int
    pairs: Int64s
    fits: Flags
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many of some pairs at one provider.

    Attributes
    ----------
    code : str
        Code of the rule that asks for it.
    provider : int
        Position of the provider.
    pairs : ndarray of int64
        Positions in the candidates.
    room : int
        How many of them a plan may use.
    """

    code: str
    provider: int
    pairs: Int64s
    room: int


class Shared:
    """The pairs of a problem, and who could share what.

    Parameters
    ----------
    problem : Problem
    policy : Policy
    pairs : Candidates
    choices : Choices

    Attributes
    ----------
    pool_room, provider_room : ndarray of int64
        Beds that a plan may fill.
    """

    def __init__(
        self, problem: Problem, policy: Policy, pairs: Candidates, choices: Choices
    ) -> None:
        self.problem, self.policy, self.pairs = problem, policy, pairs
        self._choices = choices
        self.pool_room = pool_room(problem, policy)
        home = problem.pools.provider
        beds = np.zeros(len(problem.provider_ids), dtype=np.int64)
        np.add.at(beds, home, self.pool_room)
        self.provider_room = np.minimum(beds, provider_room(problem, policy))
        self.roomy = np.minimum(self.pool_room, self.provider_room[home]) >= 2

    def in_force(self, code: str) -> bool:
        """Tell whether a rule is in force on the day of the problem."""
        return self.policy.rules[code].in_force(self.problem.as_of.date())

    def by_pool(self, wanted: Flags) -> Groups:
        """Return the pairs of some pools, pool by pool.

        Parameters
        ----------
        wanted : ndarray of bool, shape (pools,)
        """
        mine = np.flatnonzero(wanted[self.pairs.pool])
        return Groups(mine, self.pairs.pool[mine])

    def exempt(self, code: str, mine: Int64s) -> Flags:
        """Return for which of some pairs a rule is waived."""
        keys = {
            (one.referral_id, one.provider_id)
            for one in self._choices.waived
            if one.code == code
        }
        out = np.zeros(len(mine), dtype=np.bool_)
        if not keys:
            return out
        names, homes = self.problem.referral_ids, self.problem.pool_keys
        for k, a in enumerate(mine.tolist()):
            name = names[self.pairs.referral[a]]
            home = homes[self.pairs.pool[a]][0]
            out[k] = (name, None) in keys or (name, home) in keys
        return out


class Groups:
    """Positions sorted by a label.

    Parameters
    ----------
    mine : ndarray of int64
    label : ndarray of int
        Label of each position.

    Attributes
    ----------
    mine : ndarray of int64
        The positions, label by label.
    labels : ndarray of int
        The different labels.
    """

    def __init__(self, mine: Int64s, label: NDArray[np.integer[Any]]) -> None:
        order = np.argsort(label, kind="stable")
        self.mine = mine[order]
        self.labels, self._starts = np.unique(label[order], return_index=True)
        self._stops = np.r_[self._starts[1:], len(mine)]

    def over(self, fold: np.ufunc, values: NDArray[Any]) -> NDArray[Any]:
        """Fold values, one for each position in order, within each label."""
        return np.asarray(fold.reduceat(values, self._starts) if len(self.labels) else values)

    def span(self, k: int) -> slice:
        """Return where the positions of the label numbered ``k`` stand in ``mine``."""
        return slice(int(self._starts[k]), int(self._stops[k]))


def gender_modes(shared: Shared) -> list[Modes]:
    """Return the beds that take the gender of the first to move in.

    Parameters
    ----------
    shared : Shared

    Returns
    -------
    list of Modes
        Their modes are the locks that a person might bring.
    """
    code = "resident-gender"
    setting = shared.policy.rules[code]
    if not shared.in_force(code) or not setting.parameters["empty_pools_lock"]:
        return []
    problem = shared.problem
    names = tuple(GENDERS[gender] for gender in Gender)
    groups = shared.by_pool(shared.roomy & (problem.pools.first_decides == 1))
    locks = np.arange(len(Gender), dtype=np.int32)
    people, position = np.unique(shared.pairs.referral[groups.mine], return_inverse=True)
    truth = fits_lock(problem.referrals, people[:, None], locks)
    fits_of = truth.yes if setting.on_unknown is OnUnknown.BLOCK else ~truth.no
    fits = fits_of[position] | shared.exempt(code, groups.mine)[:, None]
    bits = fits @ (1 << np.arange(len(names)))
    out = []
    for k in np.flatnonzero(groups.over(np.bitwise_and, bits) == 0).tolist():
        pool, here = int(groups.labels[k]), groups.span(k)
        out.append(_modes(code, pool, groups.mine[here], fits[here], names))
    return out


def age_modes(shared: Shared) -> list[Modes]:
    """Return the beds where ages may lie only so far apart.

    Where residents' ages lie farther apart than the limit already, whoever
    fits lies between them and widens nothing: nobody is tied there.

    Parameters
    ----------
    shared : Shared

    Returns
    -------
    list of Modes
        Their modes are windows of ages, the residents inside.
    """
    code = "resident-age"
    if not shared.in_force(code):
        return []
    pools, ages = shared.problem.pools, shared.problem.referrals.age.astype(np.int64)
    low, high, limit = (
        column.astype(np.int64)
        for column in (pools.resident_age_min, pools.resident_age_max, pools.age_spread)
    )
    live = known(pools.resident_age_min) & known(pools.resident_age_max)
    live &= pools.residents != 0
    wide = live & (high - low > limit)
    groups = shared.by_pool(shared.roomy & known(pools.age_spread) & ~wide)
    age = ages[shared.pairs.referral[groups.mine]]
    free = shared.exempt(code, groups.mine) | (age == UNKNOWN)
    at = groups.labels
    youngest = groups.over(np.minimum, np.where(free, np.iinfo(np.int64).max // 4, age))
    oldest = groups.over(np.maximum, np.where(free, np.iinfo(np.int64).min // 4, age))
    youngest = np.where(live[at], np.minimum(youngest, low[at]), youngest)
    oldest = np.where(live[at], np.maximum(oldest, high[at]), oldest)
    out = []
    for k in np.flatnonzero(oldest - youngest > limit[at]).tolist():
        pool, here = int(at[k]), groups.span(k)
        years, waived = age[here][:, None], free[here][:, None]
        span, starts = int(limit[pool]), np.unique(age[here][~free[here]])
        if live[pool]:  # the residents lie inside every window
            above = (starts >= high[pool] - span) & (starts < low[pool])
            starts = np.r_[starts[above], low[pool]]
        fits = (years >= starts) & (years <= starts + span) | waived
        names = tuple(_ages(a, a + span) for a in starts.tolist())
        out.append(_modes(code, pool, groups.mine[here], fits, names))
    return out


def _ages(low: int, high: int) -> str:
    return f"age {low}" if low == high else f"ages {low} to {high}"


def _modes(code: str, pool: int, mine: Int64s, fits: Flags, names: tuple[str, ...]) -> Modes:
    """Return the modes worth choosing from: none that another is as good as."""
    loses = (fits[:, :, None] & ~fits[:, None, :]).any(axis=0)  # a fits some that b does not
    number = np.arange(len(names))
    worse = ~loses & (loses.T | (number[None, :] < number[:, None]))
    np.fill_diagonal(worse, False)
    keep = np.flatnonzero(~worse.any(axis=1) & fits.any(axis=0))
    return Modes(code, pool, mine, fits[:, keep], tuple(names[k] for k in keep.tolist()))


def high_need_limits(shared: Shared) -> list[Limit]:
    """Return the providers that more people with high needs could reach than they can keep.

    Only people who surely have high needs count.

    Parameters
    ----------
    shared : Shared

    Returns
    -------
    list of Limit
    """
    code = "acuity"
    if not shared.in_force(code):
        return []
    problem, pairs = shared.problem, shared.pairs
    pools = problem.pools
    mine = np.flatnonzero(known(pools.high_acuity_limit)[pairs.pool])
    people, position = np.unique(pairs.referral[mine], return_inverse=True)
    mine = mine[high_needs(problem.referrals, people).yes[position]]
    mine = mine[~shared.exempt(code, mine)]
    groups = Groups(mine, pools.provider[pairs.pool[mine]])
    living = np.where(known(pools.high_acuity), pools.high_acuity, 0)
    room = np.maximum(0, pools.high_acuity_limit - living)
    out = []
    for k, provider in enumerate(groups.labels.tolist()):
        there = groups.mine[groups.span(k)]
        left = int(room[pairs.pool[there[0]]])
        could_come = len(np.unique(pairs.referral[there]))
        if min(could_come, int(shared.provider_room[provider])) > left:
            out.append(Limit(code, provider, there, left))
    return out
