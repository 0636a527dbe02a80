"""What ties people together: what one takes, another may no longer have.

Groups, several beds for one, conflicts, and beds whose next resident decides
who else can live there.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.domain.policy import Policy
from matching.engine.candidates import Candidates
from matching.engine.choices import NO_CHOICES, Choices
from matching.engine.problem import Problem


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
    pairs: NDArray[np.int64]
    fits: NDArray[np.bool_]
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
    pairs: NDArray[np.int64]
    room: int


@dataclass(frozen=True, slots=True)
class Couplings:
    """Ties between referrals, as positions. Only those that could bind are listed.

    Attributes
    ----------
    groups : tuple of tuple of int
        Referrals to be placed together at one provider.
    conflicts : tuple of tuple of int
        Referrals of which at most one may live at any one provider.
    beds : ndarray of int64, shape (referrals,)
        Beds each referral takes.
    modes : tuple of Modes
        Bed pools that can be run in one way at a time.
    limits : tuple of Limit
        Caps on how many of some people a provider can take.
    """

    groups: tuple[tuple[int, ...], ...]
    conflicts: tuple[tuple[int, ...], ...]
    beds: NDArray[np.int64]
    modes: tuple[Modes, ...] = ()
    limits: tuple[Limit, ...] = ()

    def tied(self, pairs: Candidates) -> NDArray[np.bool_]:
        """Return who is settled before the flow, shape (referrals,).

        People in groups or conflicts, who take several beds, or who count for
        a limit. Those who only share a pool with modes are not: once its mode
        is settled, a flow places them.
        """
        out = np.asarray(self.beds > 1)
        for members in (*self.groups, *self.conflicts):
            out[list(members)] = True
        for limit in self.limits:
            out[pairs.referral[limit.pairs]] = True
        return out

    def bound(self, pairs: Candidates) -> NDArray[np.bool_]:
        """Return whom any tie touches, shape (referrals,)."""
        out = self.tied(pairs)
        for tie in self.modes:
            out[pairs.referral[tie.pairs]] = True
        return out


def together(problem: Problem, pairs: Candidates, choices: Choices) -> Candidates:
    """Return the pairs without those where a group cannot be whole.

    A group can use a provider only if every member has a pair there.

    Parameters
    ----------
    problem : Problem
    pairs : Candidates
    choices : Choices
        Groups that may be split keep all their pairs.

    Returns
    -------
    Candidates
    """
    keep = np.ones(len(pairs), dtype=np.bool_)
    home = problem.pools.provider[pairs.pool]
    for members in _groups(problem, choices):
        spans = [np.searchsorted(pairs.referral, [k, k + 1]) for k in members]
        common = set.intersection(*(set(home[a:b].tolist()) for a, b in spans))
        for a, b in spans:
            keep[a:b] = np.isin(home[a:b], list(common))
    return Candidates(pairs.referral[keep], pairs.pool[keep], pairs.unknown[keep])


def _groups(problem: Problem, choices: Choices) -> list[tuple[int, ...]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for row, referral in enumerate(problem.referral_records):
        if referral.group_id is not None and referral.group_id not in choices.split:
            groups[referral.group_id].append(row)
    return [tuple(m) for _, m in sorted(groups.items()) if len(m) > 1]


def find(
    problem: Problem,
    policy: Policy,
    pairs: Candidates,
    choices: Choices = NO_CHOICES,
) -> Couplings:
    """Find what ties the referrals of a problem together.

    Parameters
    ----------
    problem : Problem
    policy : Policy
        Says which of the ties are in force.
    pairs : Candidates
        The pairs that a plan may use.
    choices : Choices, optional
        Groups that may be split are not tied.

    Returns
    -------
    Couplings
    """
    tokens: dict[str, list[int]] = defaultdict(list)
    for row, referral in enumerate(problem.referral_records):
        for token in referral.separate_from or ():
            tokens[token].append(row)
    return Couplings(
        groups=tuple(_groups(problem, choices)),
        conflicts=tuple(tuple(m) for _, m in sorted(tokens.items()) if len(m) > 1),
        beds=np.array([r.beds_needed for r in problem.referral_records], dtype=np.int64),
    )


def components(problem: Problem, found: Couplings, pairs: Candidates) -> NDArray[np.int64]:
    """Return the component of each referral.

    Two referrals belong together if they could use beds of one provider, or
    are tied, directly or through others.

    Parameters
    ----------
    problem : Problem
    found : Couplings
    pairs : Candidates

    Returns
    -------
    ndarray of int64, shape (referrals,)
        The smallest position of a referral in the same component.
    """
    people = problem.size[0]
    label = np.arange(people, dtype=np.int64)
    home = problem.pools.provider[pairs.pool]
    provider_label = np.full(len(problem.provider_ids), people, dtype=np.int64)
    ties = [list(members) for members in (*found.groups, *found.conflicts)]
    while True:
        before = label.copy()
        np.minimum.at(provider_label, home, label[pairs.referral])
        np.minimum.at(label, pairs.referral, provider_label[home])
        for members in ties:
            label[members] = label[members].min()
        label = label[label]
        if np.array_equal(before, label):
            return label
