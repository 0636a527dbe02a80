"""What of some tables may be published: decided, attacked, and decided again.

Coarser tables come first. Totals and one-way tables are decided together; then,
with those fixed, one two-way table after the other. There, categories whose own
count is hidden are put together in one: breaking few people down further would
only tell more of them. So every margin of a two-way table is known, tables of
one page tell nothing of each other beyond them, and what whole numbers allow in
a table is what its linear program says.

Where facts moved since something else was published in the period, all of it is
attacked together, every cell by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from matching.engine.component import Flags, Int64s
from matching.engine.hiding import Hiding, hide_least, leaks
from matching.insight.disclosure_links import moved, refuse_rings, related, with_all
from matching.insight.disclosure_sums import (
    Ledger,
    cells_of,
    enter_crosses,
    enter_margins,
    inside_withheld,
    told,
)
from matching.insight.disclosure_tables import (
    CountTable,
    Cross,
    Margin,
    Name,
    Nest,
    Release,
    Table,
    also,
)

#: A name and the number of people.
Count: TypeAlias = tuple[Name, int]

#: Largest count that is hidden. Source: the usual rule for public tables of
#: small groups (counts from 1 to 10 are not published).
THRESHOLD = 10
#: Categories put together, one after the other, before a two-way table is withheld.
FOLDS = 60
_PLACES = 8
#: More linked counts than this are not attacked while somebody waits: the
#: tables are withheld.
MOST_LINKED = 8_000


@dataclass(frozen=True, slots=True)
class Rules:
    """When a count is small, and how well it must be protected.

    Attributes
    ----------
    threshold : int
        Counts from 1 to this are not shown.
    width : int
        Greatest less least of what an outsider could derive for a hidden count
        must be at least this. As wide as the threshold: a hidden count is 1 or
        more, so that nobody can tell whether it is a small one.
    """

    threshold: int = THRESHOLD
    width: int = THRESHOLD


#: Used where nothing else is set.
USUAL = Rules()


def decide(
    tables: Sequence[CountTable],
    nests: Sequence[Nest] = (),
    rules: Rules = USUAL,
    earlier: Sequence[Release] = (),
) -> Release:
    """Decide what of some tables may be published.

    Parameters
    ----------
    tables : sequence of CountTable
        All that one page or file shows.
    nests : sequence of Nest, optional
        Dimensions of the tables that divide others further.
    rules : Rules, optional
    earlier : sequence of Release, optional
        What was published before in the same period, oldest first.

    Returns
    -------
    Release
        The same for the same tables, whatever the order of their rows.

    Raises
    ------
    ValueError
        If tables contradict each other, or two-way tables form a ring: what
        those tell together is not what their sums tell.
    """
    asked = Release(tuple(tables), tuple(nests))
    asked.check()
    refuse_rings(asked)
    for before in reversed(earlier):
        if (before.counts, before.nests) == (asked.counts, asked.nests):
            return _as(asked, before)
    if moved([*earlier, asked]):
        return _Decision(asked, rules, tuple(earlier)).taken()
    every = with_all(asked, earlier)
    found = _Decision(every, rules, (), tuple(earlier)).taken()
    return _as(asked, found)


def _as(asked: Release, found: Release) -> Release:
    return replace(asked, hidden=found.hidden, withheld=found.withheld, folded=found.folded)


@dataclass(frozen=True, slots=True)
class _Task:
    """Counts of which some more may be hidden."""

    draft: Release
    names: list[Count]
    hiding: Hiding

    def solved(self) -> Release | None:
        """Hide as little as possible; ``None`` if all together is not enough."""
        chosen = hide_least(self.hiding)
        if chosen is None:
            return None
        more = {self.names[k][0] for k in np.flatnonzero(chosen & self.hiding.may)}
        return replace(self.draft, hidden=self.draft.hidden | more)

    def leaking(self) -> list[Name]:
        """Return the counts that leak even if all that may be hidden is."""
        everything = self.hiding.hidden | self.hiding.may
        return [self.names[leak.cell][0] for leak in leaks(self.hiding, everything)]


class _Decision:
    """One decision on some tables."""

    def __init__(
        self,
        asked: Release,
        rules: Rules,
        others: tuple[Release, ...],
        same: tuple[Release, ...] = (),
    ) -> None:
        self._asked, self._rules, self._others = asked, rules, others
        #: Whether every cell is attacked by itself: facts moved, or a cell of one
        #: table is a margin of another.
        named = asked.values.keys()
        self._atoms = bool(others) or any(
            name in named for cross in asked.crosses for name in asked.cells(cross)
        )
        #: Counts that were shown before, and that were hidden before.
        self._known: set[Count] = set()
        self._kept: set[Count] = set()
        for release in (*others, *same):
            known, kept = told(release)
            self._known |= known
            self._kept |= kept
        #: Tables of the same facts that are published, and that could not be.
        self._published: set[Table] = set()
        for release in same:
            tables: set[Table] = {*release.margins, *release.crosses}
            self._published |= tables - release.withheld
        self._folded = {one for release in (*others, *same) for one in release.folded}
        self._out = {one for release in same for one in release.withheld} - self._published

    def taken(self) -> Release:
        """Decide and return what is published."""
        asked = self._asked
        small = {of for of, _ in asked.margins if self._is_small(asked.values[of])}
        tables: list[Table] = [*asked.margins, *asked.crosses]
        out = {one for one in tables if one[0] in small}
        hidden = self._hidden_for_sure(asked.values)
        withheld = frozenset(out | self._out)
        folded = frozenset(self._folded)
        draft = self._one_way(replace(asked, hidden=hidden, withheld=withheld, folded=folded))
        crosses = [cross for cross in asked.crosses if cross not in withheld]
        if self._atoms and (found := self._all_at_once(draft, crosses)) is not None:
            return found
        for cross in crosses:
            draft = self._two_way(draft, cross)
        return draft

    def _is_small(self, value: int) -> bool:
        return 0 < value <= self._rules.threshold

    def _hidden_for_sure(self, values: Mapping[Name, int]) -> frozenset[Name]:
        return frozenset(
            name
            for name, value in values.items()
            if self._is_small(value) or (name, value) in self._kept
        )

    def _one_way(self, draft: Release) -> Release:
        """Decide totals and one-way tables; two-way tables are withheld till then.

        Tables of everybody come first, then those of the people of one of their
        categories: a total is worth more than any table under it.
        """
        left = [m for m in draft.margins if m not in draft.withheld | self._published]
        out: list[Table] = [*draft.crosses, *left]
        draft = replace(draft, withheld=draft.withheld | frozenset(out))
        for depth in sorted({len(of) for of, _ in draft.margins}):
            draft = self._level(draft, [m for m in left if len(m[0]) == depth], depth)
        return draft

    def _level(self, draft: Release, margins: list[Margin], depth: int) -> Release:
        """Decide one-way tables of people who share so many facts, and their totals."""
        values = draft.values
        every = {also(*m, one) for m, counts in draft.margins.items() for one in counts}
        bases = {of for of, _ in draft.margins}
        tops = {of: values[of] for of in bases if len(of) == depth and of not in every}
        # The total itself is hidden only if something below it is worth more.
        free = {of: n for of, n in tops.items() if any(of < other for other in bases)}
        margins = [m for m in margins if not inside_withheld(draft, m[0])]
        names = {m: {also(*m, one): n for one, n in draft.margins[m].items()} for m in margins}
        together = replace(draft, withheld=draft.withheld - frozenset(margins))
        for some in names.values():
            free |= some
        found = self._hidden_least(together, free)
        if found is not None:
            return found
        # Together they cannot be protected: one after the other, then.
        found = self._hidden_least(draft, tops)
        if found is None:
            return replace(draft, hidden=draft.hidden | frozenset(tops))
        for margin in margins:
            attempt = replace(found, withheld=found.withheld - {margin})
            found = self._hidden_least(attempt, names[margin]) or found
        return found

    def _all_at_once(self, draft: Release, crosses: list[Cross]) -> Release | None:
        """Publish all two-way tables, if they can be protected as they are.

        Where every cell is attacked by itself, this saves attacking each table
        with all that were decided before.
        """
        open_ones = [cross for cross in crosses if self._open(draft, cross)]
        attempt = replace(draft, withheld=draft.withheld - frozenset(open_ones))
        for cross in open_ones:
            if cross not in self._published:
                attempt = replace(attempt, folded=attempt.folded | self._thin(attempt, cross))
        for _ in range(FOLDS):
            if not all(self._open(attempt, cross) for cross in open_ones):
                return None
            cells: dict[Name, int] = {}
            for cross in open_ones:
                cells |= cells_of(attempt, cross)
            task = self._task(*self._with_cells(attempt, cells))
            found = None if task is None else task.solved()
            if task is None or found is not None:
                return found
            names = task.leaking()
            more = [self._in_the_way(attempt, cross, names) for cross in open_ones]
            if not any(more):
                return None
            attempt = replace(attempt, folded=attempt.folded.union(*more))
        return None

    def _with_cells(
        self, draft: Release, cells: Mapping[Name, int]
    ) -> tuple[Release, dict[Name, int]]:
        """Hide the small ones of some cells; the others are free to be hidden."""
        free = {name: count for name, count in cells.items() if name not in draft.values}
        return replace(draft, hidden=draft.hidden | self._hidden_for_sure(cells)), free

    def _open(self, draft: Release, cross: Cross) -> bool:
        """Tell whether a two-way table says more than its margins, and these are known."""
        of, *by = cross
        return (
            of not in draft.hidden
            and not any((of, dimension) in draft.withheld for dimension in by)
            and all(len(set(draft.groups(cross, dimension).values())) > 1 for dimension in by)
        )

    def _two_way(self, draft: Release, cross: Cross) -> Release:
        """Publish a two-way table if it can be protected.

        Where it cannot, the smallest category in the way is put together with
        those whose own count is hidden, and the table is tried again.
        """
        if not self._open(draft, cross):
            return draft
        attempt = replace(draft, withheld=draft.withheld - {cross})
        if cross not in self._published:
            attempt = replace(attempt, folded=attempt.folded | self._thin(attempt, cross))
        for _ in range(FOLDS):
            if not self._open(attempt, cross):
                return draft
            task = self._task(*self._with_cells(attempt, cells_of(attempt, cross)), cross)
            found = None if task is None else task.solved()
            if task is None or found is not None or cross in self._published:
                return found or draft
            smaller = self._in_the_way(attempt, cross, task.leaking())
            if not smaller:
                return draft
            attempt = replace(attempt, folded=attempt.folded | smaller)
        return draft

    def _thin(self, draft: Release, cross: Cross) -> set[tuple[Cross, str, str]]:
        """Return categories that cannot be protected whatever else is hidden.

        Everybody in them is in counts so small that these can hardly change.
        """
        of, *by = cross
        spare: dict[tuple[Cross, str, str], int] = {}
        small = set()
        for name, count in cells_of(draft, cross).items():
            for dimension, categories in name - of:
                one = (cross, dimension, categories[0])
                if dimension in by and len(categories) == 1 and count > 0:
                    spare[one] = spare.get(one, 0) + count - 1
                    small |= {one} if self._is_small(count) else set()
        return {one for one in small if spare[one] < self._rules.width}

    def _in_the_way(
        self, draft: Release, cross: Cross, leaking: list[Name]
    ) -> frozenset[tuple[Cross, str, str]]:
        """Return the smallest category of a table that leaks whatever is hidden in it."""
        of, *by = cross
        found: set[tuple[int, str, str]] = set()
        for name in leaking:
            if {dimension for dimension, _ in name - of} != set(by):
                continue
            for dimension, categories in name - of:
                one = (cross, dimension, categories[0])
                if dimension in by and len(categories) == 1 and one not in draft.folded:
                    count = draft.margins[of, dimension][categories[0]]
                    found.add((count, dimension, categories[0]))
        some = sorted(found)[: 1 + len(found) // 4]
        return frozenset((cross, *one[1:]) for one in some)

    def _task(
        self, draft: Release, free: Mapping[Name, int], cross: Cross | None = None
    ) -> _Task | None:
        """Return what is to be hidden of some counts, or ``None`` if it is too much."""
        ledger = self._ledger(draft, cross)
        shown = ledger.shown
        if self._atoms and int((~shown).sum()) > MOST_LINKED:
            return None
        sums, names = ledger.sums(), ledger.names
        value, threshold = sums.value, self._rules.threshold
        mine = [free.get(one[0]) == one[1] and one not in self._known for one in names]
        may = shown & (value > 0) & np.array(mine, dtype=bool)
        hiding = Hiding(
            sums=sums,
            hidden=~shown,
            may=may,
            guarded=(value > 0) & ((value <= threshold) | ledger.published()),
            cost=_costs(draft, names, may, threshold),
            width=self._rules.width,
        )
        return _Task(draft, names, hiding)

    def _hidden_least(self, draft: Release, free: Mapping[Name, int]) -> Release | None:
        task = self._task(draft, free)
        return None if task is None else task.solved()

    def _ledger(self, draft: Release, cross: Cross | None) -> Ledger:
        ledger = Ledger()
        if cross is not None and not self._atoms:
            decided = [one for one in draft.crosses if one not in draft.withheld]
            wanted = [one for one in decided if one == cross or related(draft, one, cross)]
            enter_crosses(ledger, draft, wanted, single=False)
            return ledger
        for release in (*self._others, draft):
            enter_margins(ledger, release)
            if self._atoms:
                enter_crosses(ledger, release, release.crosses, single=True)
        return ledger


def _costs(draft: Release, names: Sequence[Count], may: Flags, threshold: int) -> Int64s:
    """Price counts: the number of those hidden, then roughly their size.

    A total costs as much as all the counts it is the total of. Sizes go by
    classes, each twice as wide as the one before: choosing the smallest of all
    would tell that the others are larger.
    """
    under: dict[Name, int] = {}
    for (of, _), counts in draft.margins.items():
        under[of] = under.get(of, 0) + len(counts)
    weight = np.array([1 + under.get(name, 0) for name, _ in names], dtype=np.int64)
    size = np.array([(n // (threshold + 1)).bit_length() for _, n in names], dtype=np.int64)
    # Among equals their place decides, which has nothing to do with the counts.
    place = np.cumsum(may) % (_PLACES if may.sum() > _PLACES**2 else _PLACES**2)
    price = weight * (1 + int(size[may].sum())) + size
    return price * (1 + int(place[may].sum())) + place
