"""The best choice in the strict order of aims, and how far each aim is proven."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.engine.bounds import priced
from matching.engine.component import Component, Int64s, impossible, value
from matching.engine.effort import Effort
from matching.engine.rows import NO_ROWS, Floats, Rows, held
from matching.engine.search import Search
from matching.engine.weights import weigh


@dataclass(frozen=True, slots=True)
class Ordered:
    """A choice and what is proven of it.

    Attributes
    ----------
    chosen : ndarray of int64, shape (people,)
    proven : int
        How many of the aims, from the first on, are as good as can be.
    least : int
        What the first aim not proven might reach.
    """

    chosen: Int64s
    proven: int
    least: int


class Order:
    """Searches for the best choice, aim after aim.

    Parameters
    ----------
    component : Component
        Without pairs that no choice can use.
    most : ndarray of int64, shape (tiers,)
        How many people of the first tiers together can be placed at most.
    effort : Effort
    """

    def __init__(self, component: Component, most: Int64s, effort: Effort) -> None:
        self.component, self._most, self._effort = component, most, effort
        self._search = Search(component, effort)
        self._weights = weigh(component)
        self._total = 0
        self._suggested: tuple[Rows, Floats] = NO_ROWS, np.zeros(0)

    def solve(self) -> Ordered | None:
        """Search until everything is proven, or the effort ends.

        Returns
        -------
        Ordered or None
            ``None`` if no choice is known by then.

        Raises
        ------
        ChoiceError
            If no choice can place all whose place is forced.
        """
        outcome = self._search.best(self._weights.gain())
        if outcome.impossible:
            raise impossible()
        if outcome.chosen is None:
            return None
        chosen, self._total = outcome.chosen, outcome.least
        self._suggested = self._search.prices.last
        for k in range(len(self._weights.level)):
            chosen, least = self._prove(k, chosen)
            if least is not None:
                return Ordered(chosen, k, least)
        return Ordered(chosen, len(self._weights.level), 0)

    def _prove(self, k: int, chosen: Int64s) -> tuple[Int64s, int | None]:
        """Prove an aim, the ones before it fixed, or reach more of it.

        Returns
        -------
        chosen : ndarray of int64
            A choice at least as good.
        least : int or None
            What the aim might reach if that is not proven.
        """
        while True:
            reached = value(self.component, chosen)
            least = self._least(k, reached)
            if least >= reached[k]:
                return chosen, None
            if self._effort.left() == 0:
                return chosen, least
            held_rows = self._held(k, reached, least)
            outcome = self._search.best(self._weights.gain(), held_rows)
            if outcome.impossible:
                return chosen, None
            if outcome.chosen is None:
                return chosen, least
            chosen = outcome.chosen

    def _held(self, k: int, reached: tuple[int, ...], least: int) -> Rows:
        """Hold the aims before one where they are, and ask for more of that one."""
        level = self._weights.level
        rows = [held(level[j], reached[j], reached[j]) for j in range(k)]
        return NO_ROWS.and_also(*rows, held(level[k], least, reached[k] - 1))

    def _least(self, k: int, reached: tuple[int, ...]) -> int:
        """Return what an aim reaches at least, those before it fixed.

        The cheap ways come first; a way that is enough is the last.
        """
        ways = (self._at_sight, self._from_the_search, self._by_itself)
        least = 0 if k >= self.component.tiers else -self.component.people
        for way in ways:
            least = max(least, way(k, reached))
            if least >= reached[k] or self._effort.left() == 0:
                break
        return least

    def _at_sight(self, k: int, reached: tuple[int, ...]) -> int:
        """By the flow without ties, or by the bound on all aims together."""
        last = len(reached) - 1
        if k < self.component.tiers:
            return -int(self._most[k]) - sum(reached[:k])
        if k == last:
            return self._total - self._weights.worth((*reached[:k], 0))
        return 0

    def _from_the_search(self, k: int, reached: tuple[int, ...]) -> int:
        """By the prices of the search for all aims, without the later aims in them."""
        if k < self.component.tiers:
            return -self.component.people
        ties, price = self._suggested
        # What a price holds of later aims is less than half a unit and falls away.
        rough = np.rint(2 * price / self._weights.step[k]) / 2
        gain = self._search.prices.gain(self._weights.gain(k))
        total = priced(self.component, gain, ties, rough).total
        return total - self._weights.worth((*reached[:k], 0), k)

    def _by_itself(self, k: int, reached: tuple[int, ...]) -> int:
        """By prices of a linear program for this aim and those before it."""
        bound = self._search.prices.bound(self._weights.gain(k))
        if bound is None:
            return reached[k]
        return bound.total - self._weights.worth((*reached[:k], 0), k)
