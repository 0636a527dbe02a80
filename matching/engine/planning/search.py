"""The best that a budget can do: proven where that can be, with a bound beside it elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.planning import exact
from matching.engine.planning.bound import most_people
from matching.engine.planning.greedy import Greedy
from matching.engine.planning.market import Budget, Market
from matching.engine.planning.network import Network, Outcome

#: Most columns of a program that is tried to the end.
COLUMNS = 50_000

#: Rounds in which a bound is made better after a search was stopped.
QUICK_ROUNDS = 5

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Found:
    """A choice within a budget, and what it comes to.

    Attributes
    ----------
    taken : frozenset of int
        Options.
    outcome : Outcome
        With the beds that are best beside them.
    at_most : int
        People whom no choice within the budget can place more than.
    proven : bool
        Whether no choice is better in the order of the tiers.
    """

    taken: frozenset[int]
    outcome: Outcome
    at_most: int
    proven: bool

    @property
    def more(self) -> int:
        """How many more people might have a place; 0 is proven."""
        return max(0, self.at_most - self.outcome.placed)


def search(
    market: Market,
    budget: Budget,
    *,
    without: Collection[frozenset[int]] = (),
    effort: Effort = NO_LIMIT,
    progress: Progress | None = None,
    columns: int = COLUMNS,
) -> Found:
    """Find what places most within a budget, the tiers in their order.

    Parameters
    ----------
    market : Market
    budget : Budget
    without : collection of frozenset of int, optional
        Sets of options that are not to be chosen again.
    effort : Effort, optional
        Once stopped, the best found so far is returned with its bound.
    progress : callable, optional
        Told in a few words what goes on.
    columns : int, optional
        Most columns for which a proof is tried.

    Returns
    -------
    Found
    """
    network = Network(market, budget)
    greedy = Greedy(network, effort, progress)
    fits = exact.columns(market, budget) <= columns
    # Where a proof follows, a first answer is enough to begin with.
    taken = greedy.search(rounds=0) if fits else greedy.search()
    if fits and effort.left() != 0:
        if progress is not None:
            progress("Proving that nothing is better")
        found = exact.best(market, budget, start=taken, without=without, effort=effort)
        if found is not None:
            return _better(greedy, taken, found, without)
    outcome = greedy.run(taken)
    at_most = most_people(
        market, budget, taken, outcome.placed, effort=effort, progress=progress
    )
    return Found(taken, outcome, at_most, proven=False)


def _better(
    greedy: Greedy,
    taken: frozenset[int],
    found: exact.Chosen,
    without: Collection[frozenset[int]],
) -> Found:
    """Return the best of the choices found, with what the program has proven."""
    # What nobody would miss is left out.
    lean = greedy.needed(found.taken)
    may = [one for one in (lean, found.taken, taken) if one not in without]
    best = max(may or [found.taken], key=greedy.value)
    outcome = greedy.run(best)
    if found.bound is not None and found.bound <= greedy.value(best):
        return Found(best, outcome, outcome.placed, proven=True)
    at_most = most_people(
        greedy.market, greedy.budget, best, outcome.placed, rounds=QUICK_ROUNDS
    )
    return Found(best, outcome, at_most, proven=False)
