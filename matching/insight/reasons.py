"""What decided each placement: where it beats the next best place for the same person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.candidates import candidates
from matching.engine.fit import Fit, icwa_rank
from matching.engine.judge import Judge
from matching.engine.plan import Plan
from matching.engine.problem import Problem
from matching.insight.told import told

#: What a preference says where the proposed place does better.
BETTER = {
    "certainty": "fewer facts to ask about",
    "least-restrictive": "more family-like",
    "distance": "closer to home",
    "school": "keeps the school",
    "siblings": "near brothers and sisters",
    "training": "more specialised training",
    "language": "speaks their first language",
    "wishes": "nearer to their own wishes",
    "faith": "fits their faith preference",
    "devices": "fits their wish on telephones",
    "freshness": "bed confirmed more recently",
    "scarce": "leaves a specialised bed to those who need it",
}

#: Reasons shown for one placement.
MOST_REASONS = 3


@dataclass(frozen=True, slots=True)
class Decided:
    """What decided one placement.

    Attributes
    ----------
    others : int
        Other providers that no rule bars for this person.
    better : int
        Of them, how many would suit this person more; the plan needs their
        beds for others.
    gains : tuple of (str, int)
        Preferences by which the place beats the next best one, largest first,
        with the difference in cost; only those whose facts are known.
    icwa : bool
        Whether it comes earlier in the order of the Indian Child Welfare Act
        than the next best one.
    """

    others: int
    better: int
    gains: tuple[tuple[str, int], ...]
    icwa: bool

    def sentences(self) -> tuple[str, ...]:
        """Say it in a few words each, most important first."""
        if self.others == 0:
            return ("the only place that fits",)
        out = ["earlier in the ICWA order"] if self.icwa else []
        out += [BETTER[code] for code, _ in self.gains]
        if not out and self.better < self.others:
            out.append("as good as the next best place")
        if self.better:
            places = "1 place" if self.better == 1 else f"{self.better} places"
            fits = "fits" if self.better == 1 else "fit"
            out = out[: MOST_REASONS - 1]
            out.append(f"{places} that {fits} better {_needed(self.better)} for others")
        return tuple(out[:MOST_REASONS])


def _needed(number: int) -> str:
    return "is needed" if number == 1 else "are needed"


def decided(problem: Problem, judge: Judge, fit: Fit, plan: Plan) -> tuple[Decided, ...]:
    """Return what decided each placement of a plan, in the plan's order.

    Parameters
    ----------
    problem : Problem
    judge : Judge
    fit : Fit
    plan : Plan

    Returns
    -------
    tuple of Decided
        One for each placement.
    """
    if len(plan.referral) == 0:
        return ()
    pairs = candidates(judge)
    pool_of = plan.place_of(problem.size[0])
    mine = np.flatnonzero(pool_of[pairs.referral] >= 0)
    i, j, asked = pairs.referral[mine], pairs.pool[mine], pairs.questions[mine]
    points = fit.points(i, j, asked)
    cost = {code: fit.weights(code, i) * value for code, value in points.items()}
    sure = {code: told(problem, code, i, j) for code in points}
    icwa = icwa_rank(problem, judge.policy, i, j)
    total = np.sum(list(cost.values()), axis=0) if cost else np.zeros(len(i), dtype=np.int64)
    rank = icwa * (int(total.max(initial=0)) + 1) + total
    owner = problem.pools.provider

    chosen = np.full(problem.size[0], -1, dtype=np.int64)
    at = np.flatnonzero(j == pool_of[i])
    chosen[i[at]] = at
    other = owner[j] != owner[pool_of[i]]
    worse = other & (rank >= rank[chosen[i]])
    others = _homes(i, owner[j], other, problem)
    better = _homes(i, owner[j], other & ~worse, problem)
    following = _best(i, rank, worse, problem.size[0])
    return tuple(
        _one(int(chosen[row]), int(following[row]), cost, sure, icwa, others[row], better[row])
        for row in plan.referral.tolist()
    )


def _homes(
    i: NDArray[np.int32],
    home: NDArray[np.int32],
    which: NDArray[np.bool_],
    problem: Problem,
) -> NDArray[np.int64]:
    """Count the different providers of each referral among some pairs."""
    homes = len(problem.provider_ids)
    key = np.unique(i[which].astype(np.int64) * homes + home[which])
    return np.bincount(key // homes, minlength=problem.size[0])


def _best(
    i: NDArray[np.int32], rank: NDArray[np.int64], which: NDArray[np.bool_], people: int
) -> NDArray[np.int64]:
    """Return the position of the best pair of each referral among some, or -1."""
    out = np.full(people, -1, dtype=np.int64)
    some = np.flatnonzero(which)
    order = some[np.lexsort((rank[some], i[some]))]
    first = np.r_[True, np.diff(i[order]) != 0][: len(order)]
    out[i[order[first]]] = order[first]
    return out


def _one(
    mine: int,
    following: int,
    cost: dict[str, NDArray[np.int64]],
    sure: dict[str, NDArray[np.bool_]],
    icwa: NDArray[np.int64],
    others: np.int64,
    better: np.int64,
) -> Decided:
    gains: list[tuple[str, int]] = []
    if following >= 0:
        gains = [
            (code, int(c[following] - c[mine])) for code, c in cost.items() if sure[code][mine]
        ]
        gains = sorted((g for g in gains if g[1] > 0), key=lambda g: -g[1])[:MOST_REASONS]
    return Decided(
        others=int(others),
        better=int(better),
        gains=tuple(gains),
        icwa=following >= 0 and bool(icwa[mine] < icwa[following]),
    )
