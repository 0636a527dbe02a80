"""From all providers to the options of one person: at which rule each fell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.domain.rulebook import RULES
from matching.engine.judge import BIT, NONE_FAILS, Bits, Judge

Firsts = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the funnel: the rule, who fell there, and how many are left."""

    code: str
    title: str
    fell: int
    left: int


#: Code of the last step of a funnel: fits, but the plan gives the beds to others.
TAKEN = "taken"
TAKEN_TITLE = "Beds go to others in this plan"


def lowest(bits: Bits) -> Firsts:
    """Return the position of the first rule among some bits; NONE_FAILS for none."""
    first = np.bitwise_count((bits & (~bits + np.uint64(1))) - np.uint64(1))
    return np.where(bits == 0, NONE_FAILS, first.astype(np.uint8))


def furthest(judge: Judge, first: Firsts, absent: NDArray[np.bool_]) -> Firsts:
    """Return how far each provider got: the best of its pools.

    Parameters
    ----------
    judge : Judge
    first : ndarray of uint8, shape (rows, pools)
        First barring rule of each pool.
    absent : ndarray of bool, shape (rows,)
        Who is not here to be placed.

    Returns
    -------
    ndarray of uint8, shape (rows, providers)
        A provider without a bed pool offers no kind of place to anybody.
    """
    span = judge.pool_span
    homes = len(span) - 1
    nothing = np.where(absent, BIT["presence"], BIT["placement-type"]).astype(np.uint8)
    out = np.repeat(nothing[:, None], homes, axis=1)
    has_pools = np.flatnonzero(span[1:] > span[:-1])
    if len(has_pools):
        out[..., has_pools] = np.maximum.reduceat(first, span[has_pools], axis=-1)
    return out


def funnel(reached: Firsts, *, has_place: bool) -> tuple[Step, ...]:
    """Count providers by the rule at which their best pool fell.

    Parameters
    ----------
    reached : ndarray of uint8, shape (providers,)
        How far each got, from :func:`furthest`.
    has_place : bool
        Whether the referral has a place; if not, the providers that fit are
        counted as taken by others in the plan.

    Returns
    -------
    tuple of Step
        The numbers that fell, and the options left at the end, add up to all
        providers.
    """
    counts = np.bincount(reached, minlength=256)
    left = len(reached)
    steps = []
    for k, spec in enumerate(RULES):
        fell = int(counts[k])
        if fell:
            left -= fell
            steps.append(Step(spec.code, spec.title, fell, left))
    if left and not has_place:
        steps.append(Step(TAKEN, TAKEN_TITLE, left, 0))
    return tuple(steps)
