"""Which further counts to hide, so that no hidden one can be worked out.

Counts are hidden, attacked as an outsider would, and for every count that is
known too closely a constraint says which others would widen it; the fewest that
keep all constraints are hidden next, until the attack finds nothing. Since every
constraint is needed, no smaller set would have done.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from matching.engine.component import Flags, Int64s
from matching.engine.hiding_attack import Attack, Leak, Sums, linked
from matching.engine.program import whole
from matching.engine.rows import Floats, Writer

#: Times that counts are hidden and attacked again before a table is given up.
ROUNDS = 80
#: More counts than this to choose from are chosen from one after the other.
MOST_CHOICES = 6_000
_NEAR = 1e-6


@dataclass(frozen=True, slots=True)
class Hiding:
    """What is to be protected, and how.

    Attributes
    ----------
    sums : Sums
    hidden : ndarray of bool, shape (counts,)
        Counts hidden whatever it costs.
    may : ndarray of bool, shape (counts,)
        Counts that may be hidden too.
    guarded : ndarray of bool, shape (counts,)
        Counts that nobody may know closely wherever they are hidden.
    cost : ndarray of int64, shape (counts,)
        Of hiding a count; positive.
    width : int
        How far apart least and greatest of a guarded count must be, in people.
    """

    sums: Sums
    hidden: Flags
    may: Flags
    guarded: Flags
    cost: Int64s
    width: int


@dataclass(slots=True)
class _Cover:
    """Constraints: of these counts, weighed, so much must be hidden."""

    columns: list[Int64s] = field(default_factory=list)
    weights: list[Int64s] = field(default_factory=list)
    wanted: list[int] = field(default_factory=list)
    seen: set[bytes] = field(default_factory=set)

    def add(self, columns: Int64s, weights: Int64s, wanted: int) -> bool:
        """Add a constraint; ``False`` if nothing could ever keep it."""
        used = np.flatnonzero(weights)
        columns, weights = columns[used], np.minimum(weights[used], max(wanted, 1))
        key = columns.tobytes() + weights.tobytes() + str(wanted).encode()
        if key not in self.seen:
            self.seen.add(key)
            self.columns.append(columns)
            self.weights.append(weights)
            self.wanted.append(wanted)
        return wanted <= 0 or int(weights.sum()) >= wanted


def leaks(hiding: Hiding, hidden: Flags, safe: set[bytes] | None = None) -> list[Leak]:
    """Attack hidden counts.

    Parameters
    ----------
    hiding : Hiding
    hidden : ndarray of bool, shape (counts,)
    safe : set of bytes, optional
        Linked counts attacked before in vain; those of this attack are added.

    Returns
    -------
    list of Leak
        Guarded counts whose least and greatest are too close together.
    """
    out: list[Leak] = []
    safe = set() if safe is None else safe
    for on in linked(hiding.sums, hidden):
        if on.key in safe:
            continue
        found = Attack(hiding.sums, hidden, on, hiding.width).leaks(hiding.guarded)
        if not found:
            safe.add(on.key)
        out += found
    return out


def hide_least(hiding: Hiding) -> Flags | None:
    """Hide what costs least so that the attack finds nothing.

    Returns
    -------
    ndarray of bool, shape (counts,), or None
        Everything hidden; ``None`` if hiding all that may be hidden is not enough.
    """
    cover, safe = _Cover(), set[bytes]()
    if not _first(hiding, cover):
        return None
    hidden = hiding.hidden
    for _ in range(ROUNDS):
        chosen = _chosen(hiding, cover)
        if chosen is None:
            return None
        hidden = hiding.hidden | chosen
        found = leaks(hiding, hidden, safe)
        if not found:
            return hidden
        for leak in found:
            if not _also(hiding, cover, leak, hidden):
                return None
    return None


def _first(hiding: Hiding, cover: _Cover) -> bool:
    """Add what each sum needs by itself."""
    sums = hiding.sums
    order = np.argsort(sums.row, kind="stable")
    ends = np.searchsorted(sums.row[order], np.arange(sums.rows + 1))
    spare = sums.value - sums.least
    touched = np.unique(sums.row[(hiding.hidden & hiding.guarded)[sums.column]])
    for row in touched.tolist():
        entries = order[ends[row] : ends[row + 1]]
        columns, weight = sums.column[entries], sums.weight[entries]
        hidden, may = hiding.hidden[columns], hiding.may[columns]
        sides = np.unique(weight[hidden])
        if len(sides) > 1:
            continue
        same = weight == sides[0]
        room = np.where(same, spare[columns], hiding.width)
        wanted = hiding.width - int(room[hidden].sum())
        if wanted > 0 and not cover.add(columns[may], room[may], wanted):
            return False
        if hidden.sum() == 1 and not cover.add(columns[may], np.ones(may.sum(), np.int64), 1):
            return False
    return True


def _also(hiding: Hiding, cover: _Cover, leak: Leak, hidden: Flags) -> bool:
    """Add that a count that leaks needs others hidden, if it is hidden itself."""
    always = hiding.hidden[leak.columns]
    may = hiding.may[leak.columns] & ~always
    mine = bool(hiding.hidden[leak.cell])
    kept = always & np.isfinite(leak.room)
    wanted = int(np.ceil(hiding.width - leak.room[kept].sum() - _NEAR))
    columns = leak.columns[may]
    weights = _weights(leak.room[may], wanted)
    if not mine:
        weights[columns == leak.cell] -= wanted
    short = int(weights[hidden[columns]].sum()) < (wanted if mine else 0)
    if wanted > 0 and short:
        return _add(cover, columns, weights, wanted if mine else 0)
    # Rounded up, it would allow what leaks: at least something else is needed.
    others = hiding.may & ~hidden
    columns = np.flatnonzero(others)
    weights = np.ones(len(columns), np.int64)
    if not mine:
        columns = np.append(columns, leak.cell)
        weights = np.append(weights, -1)
    return _add(cover, columns, weights, 1 if mine else 0)


def _add(cover: _Cover, columns: Int64s, weights: Int64s, wanted: int) -> bool:
    order = np.argsort(columns, kind="stable")
    columns, weights = columns[order], weights[order]
    if wanted > 0:
        return cover.add(columns, weights, wanted)
    # A weight of less than nothing is the count that the others are hidden for.
    cover.columns.append(columns)
    cover.weights.append(weights)
    cover.wanted.append(wanted)
    return True


def _weights(room: Floats, wanted: int) -> Int64s:
    capped = np.minimum(room, wanted)
    return np.maximum(np.ceil(capped - _NEAR), 0).astype(np.int64)


def _chosen(hiding: Hiding, cover: _Cover) -> Flags | None:
    """Return the counts of least cost that keep every constraint."""
    chosen = np.zeros(len(hiding.cost), dtype=bool)
    if not cover.wanted:
        return chosen
    keep = np.unique(np.concatenate(cover.columns))
    if len(keep) > MOST_CHOICES:
        return _one_by_one(hiding, cover)
    out = Writer()
    for columns, weights, wanted in zip(
        cover.columns, cover.weights, cover.wanted, strict=True
    ):
        out.add(columns, weights, wanted, np.inf)
    answer = whole(hiding.cost, out.rows(), keep)
    if answer.values is None:
        return None
    chosen[np.flatnonzero(answer.values > 0.5)] = True
    return chosen


def _one_by_one(hiding: Hiding, cover: _Cover) -> Flags | None:
    """Choose, again and again, what helps most for its cost.

    It never goes back on a choice, and so may give up where another one would do:
    then nothing is published.
    """
    chosen = np.zeros(len(hiding.cost), dtype=bool)
    rows = list(zip(cover.columns, cover.weights, cover.wanted, strict=True))
    while True:
        worth = np.zeros(len(hiding.cost))
        done = True
        for columns, weights, wanted in rows:
            short = wanted - int(weights[chosen[columns]].sum())
            if short > 0:
                done = False
                free = ~chosen[columns]
                worth[columns[free]] += np.clip(weights[free], 0, short) / short
        if done:
            return chosen
        best = int(np.argmax(worth / hiding.cost))
        if worth[best] <= 0:
            return None
        chosen[best] = True
