"""Components in which people are tied together, solved and proven.

First without the ties, as a flow: where a best flow keeps every tie anyway, it
is best in the strict order of waiting. Otherwise a mixed-integer program, in
which waits count in wide bands; see :mod:`matching.engine.ordered`.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor, wait

import numpy as np

from matching.domain.errors import EngineError
from matching.engine.component import (
    Component,
    Int64s,
    Solved,
    counts,
    impossible,
    keeps,
    settled_modes,
    value,
)
from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.ordered import Order, Ordered
from matching.engine.relaxed import Relaxed, most
from matching.engine.solution import Method
from matching.engine.trim import usable

__all__ = ["Component", "Solved", "solve", "solve_all"]

#: How often a wish to stop is looked at, in seconds.
_LOOK = 0.1


def solve(component: Component, effort: Effort = NO_LIMIT) -> Solved:
    """Find the best choice for a component.

    Parameters
    ----------
    component : Component
    effort : Effort, optional
        When it ends, the best found by then is the outcome, and how far it is
        proven is stated.

    Returns
    -------
    Solved

    Raises
    ------
    ChoiceError
        If the forced places cannot be had together.
    CostOverflow
        If the costs are too large for exact arithmetic.
    EngineError
        If no choice is found at all.
    """
    c = component
    relaxed = Relaxed(c, effort)
    if (relaxed.chosen[c.must] < 0).any():
        raise impossible()
    kept = relaxed.kept(effort)
    if kept is not None:
        return Solved(kept, settled_modes(c, kept), Method.KEPT, (0,) * c.tiers, 0)
    mine = np.flatnonzero(usable(c))
    small = c.of(mine)
    top = most(small)
    found = Order(small, top, effort).solve()
    if found is None:
        raise EngineError(
            "People tied together could not be placed in time. No plan was made.",
            next_step="Allow more time, or take a decision back and try again.",
        )
    chosen = np.full(c.people, -1, dtype=np.int64)
    chosen[found.chosen >= 0] = mine[found.chosen[found.chosen >= 0]]
    if not keeps(c, chosen):
        raise EngineError("The program broke a rule of its own. No plan was made.")
    more, gap = _open(small, top, found)
    return Solved(chosen, settled_modes(c, chosen), Method.PROGRAM, more, gap)


def solve_all(
    components: Sequence[Component],
    effort: Effort = NO_LIMIT,
    executor: Executor | None = None,
) -> list[Solved]:
    """Find the best choice for each of several components.

    Parameters
    ----------
    components : sequence of Component
    effort : Effort, optional
        For all of them together.
    executor : Executor, optional
        Solves them elsewhere. A stop reaches those that wait; one that is under
        way elsewhere goes on until its time is up, and its outcome is not used.

    Returns
    -------
    list of Solved
        In the order of the components.

    Raises
    ------
    ChoiceError, CostOverflow, EngineError
        As for :func:`solve`.
    """
    if executor is None:
        return [solve(one, effort) for one in components]
    elsewhere = Effort(effort.left())
    sent = [executor.submit(solve, one, elsewhere) for one in components]
    waiting = set(sent)
    while waiting and not effort.stopped():
        waiting = wait(waiting, timeout=_LOOK).not_done
    for one in waiting:
        one.cancel()
    return [
        solve(here, Effort(0.0)) if there in waiting else there.result()
        for here, there in zip(components, sent, strict=True)
    ]


def _open(c: Component, most: Int64s, found: Ordered) -> tuple[tuple[int, ...], int | None]:
    """Return how many more of each tier might be placed, and how much cost might fall.

    In the first tier not proven, as many as its bound says. After it, a better
    plan may place fewer of an unproven tier, and the room they leave counts.
    """
    reached = value(c, found.chosen)
    last = len(reached) - 1
    if found.proven > last:
        return (0,) * c.tiers, 0
    if found.proven >= c.tiers:
        gap = reached[last] - found.least if found.proven == last else None
        return (0,) * c.tiers, gap
    placed = counts(c, found.chosen)
    with_pair = np.zeros(c.people, dtype=np.bool_)
    with_pair[c.person] = True
    waiting = np.bincount(c.goal.tier[with_pair], minlength=c.tiers)
    more = [0] * c.tiers
    u = found.proven
    more[u] = reached[u] - found.least
    for k in range(u + 1, c.tiers):
        sure = int(placed[: u + 1].sum())
        more[k] = max(0, min(int(most[k]) - sure, int(waiting[k])) - int(placed[k]))
    return tuple(more), None
