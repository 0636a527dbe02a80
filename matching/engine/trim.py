"""Pairs that no choice can use, found by looking at one provider at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matching.engine.component import Component, Flags, Int64s
from matching.engine.rows import Spans

#: Larger groups are not tried pool by pool; the program looks after them.
_TRIED = 8


def usable(component: Component) -> Flags:
    """Return which pairs some choice could use, as far as is easily told.

    Left out are pools and providers without beds enough for the person alone,
    and providers where a group would not fit as a whole.

    Parameters
    ----------
    component : Component

    Returns
    -------
    ndarray of bool, shape (pairs,)
    """
    c = component
    needed = c.beds[c.person]
    fits = (needed <= c.pool_room[c.pool]) & (needed <= c.provider_room[c.home])
    out = np.array(fits)
    spans = Spans(c)
    for members in c.groups:
        theirs = [spans.of(k) for k in members]
        for home in np.unique(np.concatenate([homes for _, homes in theirs])).tolist():
            here = [pairs[homes == home] for pairs, homes in theirs]
            if not _fit_whole(c, members, [pairs[fits[pairs]] for pairs in here], home):
                out[np.concatenate(here)] = False
    return out


def _fit_whole(
    c: Component, members: Sequence[int], pairs: Sequence[Int64s], home: int
) -> bool:
    """Tell whether a group has beds enough at a provider, pool by pool."""
    needed = c.beds[list(members)].tolist()
    if any(len(mine) == 0 for mine in pairs) or sum(needed) > c.provider_room[home]:
        return False
    if len(members) > _TRIED:
        return True
    pools = [c.pool[mine].tolist() for mine in pairs]
    room = {j: int(c.pool_room[j]) for mine in pools for j in mine}

    def seat(k: int) -> bool:
        if k == len(pools):
            return True
        for j in pools[k]:
            if room[j] >= needed[k]:
                room[j] -= needed[k]
                if seat(k + 1):
                    return True
                room[j] += needed[k]
        return False

    return seat(0)
