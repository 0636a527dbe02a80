"""How many more would have a place with each number of beds: every number at once.

With the beds used best, one more of them is never worth more than the one
before, and each gives a place to one person of one tier or to nobody. So the
curve bends at most once for each tier, and a few flows give all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.planning.network import Network

Counts = tuple[int, ...]


def bed_curve(
    network: Network,
    beds: int,
    taken: Collection[int] = (),
    *,
    effort: Effort = NO_LIMIT,
    progress: Callable[[str], None] | None = None,
) -> tuple[Counts, ...]:
    """Return the people placed in each tier with 0, 1, 2, ... beds added, used best.

    Parameters
    ----------
    network : Network
    beds : int
        Most beds.
    taken : collection of int
        Options taken besides.
    effort : Effort, optional
        Once stopped, the curve ends where it is known.
    progress : callable, optional

    Returns
    -------
    tuple of tuple of int
        For each number of beds from 0; exact.
    """
    known: dict[int, Counts] = {}

    def at(number: int) -> Counts:
        if number not in known:
            if progress is not None:
                progress(f"Beds: {number} of {beds}")
            known[number] = network.run(taken, number, values=False).counts
        return known[number]

    def fill(low: int, high: int) -> None:
        """Fill in between two numbers of beds, each of which is known."""
        if high - low < 2 or effort.left() == 0:
            return
        first, last = at(low), at(high)
        span = high - low
        steps = [b - a for a, b in zip(first, last, strict=True)]
        # One tier gains a person with each bed, or nobody does: a straight line.
        if steps.count(0) >= len(steps) - 1 and sum(steps) in (0, span):
            per = [step // span for step in steps]
            for k in range(1, span):
                known[low + k] = tuple(a + k * s for a, s in zip(first, per, strict=True))
            return
        middle = (low + high) // 2
        at(middle)
        fill(low, middle)
        fill(middle, high)

    at(0)
    if beds > 0 and effort.left() != 0:
        at(beds)
        fill(0, beds)
    out: list[Counts] = []
    while len(out) in known:
        out.append(known[len(out)])
    return tuple(out)
