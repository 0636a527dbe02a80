"""Rows that whole choices keep and fractional ones break: who cannot share a provider.

If some groups and single people together need more beds than a provider has,
not all of them can be there. A linear program tends to place half a pair of
siblings; such rows take that away, and its bound comes near the truth.
"""

from __future__ import annotations

import numpy as np

from matching.engine.component import Component, Int64s
from matching.engine.rows import NO_ROWS, Floats, Rows, Writer

#: By how much a row must be broken to be worth adding.
_BROKEN = 1e-4


class Covers:
    """Finds sets of units that are too large for a provider.

    A unit is a group, or somebody in none; the pairs of the first member of a
    group say where all of it is.

    Parameters
    ----------
    component : Component
    """

    def __init__(self, component: Component) -> None:
        c = component
        groups = [members for members in c.groups if len(members) > 1]
        times = np.bincount([k for m in groups for k in m], minlength=c.people)
        weight = np.where(times == 0, c.beds, 0)
        for members in groups:
            if (times[list(members)] == 1).all():
                weight[members[0]] = c.beds[list(members)].sum()
        self._weight = weight
        lead = np.flatnonzero(weight[c.person] > 0)
        home = c.home[lead]
        heavy = np.zeros(len(c.provider_room), dtype=np.bool_)
        heavy[home[weight[c.person[lead]] > 1]] = True
        lead = lead[heavy[home]]
        self._pairs = lead[np.argsort(c.home[lead], kind="stable")]
        self._homes, start = np.unique(c.home[self._pairs], return_index=True)
        self._start = np.append(start, len(self._pairs))
        self._person, self._room = c.person, c.provider_room

    def broken(self, values: Floats) -> Rows:
        """Return rows that a fractional choice breaks.

        Parameters
        ----------
        values : ndarray of float, shape (columns,)
            How much of each pair is used.

        Returns
        -------
        Rows
        """
        mine = values[self._pairs]
        torn = (mine > _BROKEN) & (mine < 1 - _BROKEN)
        torn &= self._weight[self._person[self._pairs]] > 1
        where = np.searchsorted(self._start, np.flatnonzero(torn), side="right") - 1
        out = Writer()
        for k in np.unique(where).tolist():
            self._look(out, k, mine[self._start[k] : self._start[k + 1]])
        return out.rows() if len(where) else NO_ROWS

    def _look(self, out: Writer, k: int, values: Floats) -> None:
        pairs = self._pairs[self._start[k] : self._start[k + 1]]
        units, unit = np.unique(self._person[pairs], return_inverse=True)
        share = np.bincount(unit, values).astype(np.float64)
        weight = self._weight[units]
        room = int(self._room[self._homes[k]])
        cover = _cover(share, weight, room)
        if cover is None or share[cover].sum() <= len(cover) - 1 + _BROKEN:
            return
        # Whatever is at least as large as the largest of them may stand for it.
        more = weight >= weight[cover].max()
        more[cover] = True
        out.add(pairs[more[unit]], 1, -np.inf, len(cover) - 1)


def _cover(share: Floats, weight: Int64s, room: int) -> Int64s | None:
    """Return the units too large together whose shares fall least short of whole."""
    some = np.flatnonzero(share > _BROKEN)
    if weight[some].sum() <= room:
        return None
    # Least shortfall of any set that takes at least so many beds.
    least = np.full(room + 2, np.inf)
    least[0] = 0.0
    taken = np.zeros((len(some), room + 2), dtype=np.bool_)
    beds = np.arange(room + 2)
    for k, unit in enumerate(some.tolist()):
        before = np.maximum(beds - weight[unit], 0)
        with_it = least[before] + max(0.0, 1.0 - share[unit])
        taken[k] = with_it < least
        least = np.where(taken[k], with_it, least)
    if not least[-1] < 1:
        return None
    cover, left = [], room + 1
    for k in range(len(some) - 1, -1, -1):
        if left > 0 and taken[k, left]:
            cover.append(int(some[k]))
            left = max(0, left - int(weight[some[k]]))
    return _smallest(np.array(cover), share, weight, room)


def _smallest(cover: Int64s, share: Floats, weight: Int64s, room: int) -> Int64s:
    """Leave out units that are not needed to be too large, the least used first."""
    total = int(weight[cover].sum())
    keep = []
    for unit in cover[np.argsort(share[cover], kind="stable")].tolist():
        if total - int(weight[unit]) > room:
            total -= int(weight[unit])
        else:
            keep.append(unit)
    return np.array(keep, dtype=np.int64)
