"""What ties people together: what one takes, another may no longer have.

Groups, several beds for one, conflicts, and beds whose next resident decides
who else can live there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.domain.policy import Policy
from matching.engine.candidates import Candidates
from matching.engine.choices import NO_CHOICES, Choices
from matching.engine.modes import (
    Limit,
    Modes,
    Shared,
    age_modes,
    gender_modes,
    high_need_limits,
)
from matching.engine.problem import Problem

__all__ = ["Couplings", "Limit", "Modes", "components", "find", "together"]


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

    A group can use a provider only if every member has a pair there; a group
    in which two must be kept apart from each other can use none.

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
        if kept_apart(problem, members):
            common = set()
        for a, b in spans:
            keep[a:b] = np.isin(home[a:b], list(common))
    return Candidates(pairs.referral[keep], pairs.pool[keep], pairs.unknown[keep])


def _groups(problem: Problem, choices: Choices) -> list[tuple[int, ...]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for row, referral in enumerate(problem.referral_records):
        if referral.group_id is not None and referral.group_id not in choices.split:
            groups[referral.group_id].append(row)
    return [tuple(m) for _, m in sorted(groups.items()) if len(m) > 1]


def kept_apart(problem: Problem, members: Sequence[int]) -> bool:
    """Tell whether two of some people must be kept apart from each other."""
    carried = [problem.referral_records[row].separate_from or frozenset() for row in members]
    return sum(map(len, carried)) > len(frozenset().union(*carried))


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
        Only ties that could bind.
    """
    shared = Shared(problem, policy, pairs, choices)
    placeable = np.zeros(problem.size[0], dtype=np.bool_)
    placeable[pairs.referral] = True
    groups = [m for m in _groups(problem, choices) if placeable[list(m)].any()]
    return Couplings(
        groups=tuple(groups),
        conflicts=tuple(_conflicts(shared)),
        beds=np.array([r.beds_needed for r in problem.referral_records], dtype=np.int64),
        modes=(*gender_modes(shared), *age_modes(shared)),
        limits=tuple(high_need_limits(shared)),
    )


def _conflicts(shared: Shared) -> list[tuple[int, ...]]:
    """Return those kept apart from each other who could meet at a provider.

    A token whose carriers could only meet in separate circles is listed once
    for each circle.
    """
    problem, pairs = shared.problem, shared.pairs
    tokens: dict[str, list[int]] = defaultdict(list)
    for row, referral in enumerate(problem.referral_records):
        for token in referral.separate_from or ():
            tokens[token].append(row)
    found: dict[tuple[int, ...], None] = {}
    for _, carriers in sorted(tokens.items()):
        if len(carriers) > 1:
            at = []
            for row in carriers:
                start, stop = np.searchsorted(pairs.referral, [row, row + 1])
                homes = np.unique(problem.pools.provider[pairs.pool[start:stop]])
                at.append(set(homes[shared.provider_room[homes] >= 2].tolist()))
            found |= dict.fromkeys(_circles(carriers, at))
    return list(found)


def _circles(carriers: Sequence[int], at: Sequence[set[int]]) -> list[tuple[int, ...]]:
    """Return the carriers who share a provider, directly or through others."""
    circles: list[tuple[set[int], set[int]]] = []
    for row, homes in zip(carriers, at, strict=True):
        people, places = {row}, set(homes)
        apart = []
        for others, theirs in circles:
            if theirs & places:
                people, places = people | others, places | theirs
            else:
                apart.append((others, theirs))
        circles = [*apart, (people, places)]
    return sorted(tuple(sorted(people)) for people, _ in circles if len(people) > 1)


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
