"""What ties people together: groups, several beds for one, and conflicts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.candidates import Candidates
from matching.engine.problem import Problem


@dataclass(frozen=True, slots=True)
class Couplings:
    """Ties between referrals, as positions.

    Attributes
    ----------
    groups : tuple of tuple of int
        Referrals to be placed together at one provider.
    conflicts : tuple of tuple of int
        Referrals of which at most one may live at any one provider.
    beds : ndarray of int64, shape (referrals,)
        Beds each referral takes.
    """

    groups: tuple[tuple[int, ...], ...]
    conflicts: tuple[tuple[int, ...], ...]
    beds: NDArray[np.int64]

    def tied(self) -> NDArray[np.bool_]:
        """Return which referrals are tied to others or take several beds."""
        out = np.asarray(self.beds > 1)
        for members in (*self.groups, *self.conflicts):
            out[list(members)] = True
        return out


def find(problem: Problem) -> Couplings:
    """Find what ties the referrals of a problem together.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    Couplings
    """
    groups: dict[str, list[int]] = defaultdict(list)
    tokens: dict[str, list[int]] = defaultdict(list)
    for row, referral in enumerate(problem.referral_records):
        if referral.group_id is not None:
            groups[referral.group_id].append(row)
        for token in referral.separate_from or ():
            tokens[token].append(row)
    return Couplings(
        groups=tuple(tuple(m) for _, m in sorted(groups.items()) if len(m) > 1),
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
