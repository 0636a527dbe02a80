"""What a plan comes to in numbers: to hold a scenario beside today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from matching.domain.errors import StoreError
from matching.domain.rulebook import Stage
from matching.domain.words import Urgency, label
from matching.engine.solution import Solution
from matching.insight.categories import UNKNOWN_WORD, ways
from matching.insight.explain import distance_band
from matching.insight.gaps import find_gaps, stage_counts
from matching.insight.levels import Level
from matching.insight.supply import supply


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier of priority: people waiting, and those of them with a place."""

    name: str
    waiting: int
    placed: int


@dataclass(frozen=True, slots=True)
class Figures:
    """A plan in numbers.

    Attributes
    ----------
    tiers : tuple of Tier
        From first to last; they add up to everybody.
    stages : Mapping of Stage to int
        People without a place by the first stage at which they lost the chance.
    priorities : tuple of (str, int)
        People without a place by how urgent it is, most urgent first; those whose
        urgency nobody has said are a category of their own.
    distances : tuple of (str, int)
        People with a place by distance from home, nearest first.
    homes_used : int
        Providers with at least one person placed.
    providers : int
    beds : Mapping of Level to int
        Licensed, free and usable tonight, on that one night.
    more : int
        How many more people might have a place; 0 is proven.
    """

    tiers: tuple[Tier, ...]
    stages: Mapping[Stage, int]
    priorities: tuple[tuple[str, int], ...]
    distances: tuple[tuple[str, int], ...]
    homes_used: int
    providers: int
    beds: Mapping[Level, int]
    more: int = 0

    @property
    def waiting(self) -> int:
        """Everybody."""
        return sum(tier.waiting for tier in self.tiers)

    @property
    def placed(self) -> int:
        """Everybody with a place."""
        return sum(tier.placed for tier in self.tiers)

    @property
    def without(self) -> int:
        """Everybody without a place."""
        return self.waiting - self.placed


#: Levels of supply that are compared.
LEVELS = (Level.LICENSED, Level.FREE, Level.READY)


def figures(solution: Solution) -> Figures:
    """Return a plan in numbers.

    Parameters
    ----------
    solution : Solution

    Returns
    -------
    Figures
        Its stages add up to those without a place, its distances to those with one.
    """
    problem, plan = solution.problem, solution.plan
    gaps = find_gaps(problem, solution.judge, plan, solution.choices)
    homes = problem.pools.provider[plan.pool]
    there = supply(problem, solution.policy)
    return Figures(
        tiers=tuple(Tier(tier.tier, tier.waiting, tier.placed) for tier in plan.tiers),
        stages=stage_counts(gaps),
        priorities=_priorities(solution, [gap.row for gap in gaps]),
        distances=_distances(solution),
        homes_used=len(np.unique(homes)),
        providers=len(problem.provider_ids),
        beds={level: there.beds(level) for level in LEVELS},
        more=sum(tier.most - tier.placed for tier in plan.tiers),
    )


#: Every category of priority, in order.
PRIORITIES = (*(label(one) for one in Urgency), UNKNOWN_WORD)


def _priorities(solution: Solution, rows: list[int]) -> tuple[tuple[str, int], ...]:
    """Count those without a place as the page Gaps tells them apart by priority."""
    problem = solution.problem
    category_of = ways(problem, solution.policy)["Priority"]
    found = Counter(category_of(problem.referral_records[row]) for row in rows)
    return tuple((name, found[name]) for name in PRIORITIES)


def _distances(solution: Solution) -> tuple[tuple[str, int], ...]:
    """Count those with a place by the band of their distance, nearest first."""
    problem, plan = solution.problem, solution.plan
    miles = problem.geography.miles(
        problem.referrals.home[plan.referral], problem.pools.county[plan.pool]
    ).tolist()
    found: Counter[str] = Counter()
    nearest: dict[str, float] = {}
    for one in miles:
        known = None if np.isnan(one) else float(one)
        band = distance_band(known)
        found[band] += 1
        nearest[band] = min(nearest.get(band, np.inf), np.inf if known is None else known)
    return tuple((band, found[band]) for band in sorted(found, key=lambda b: (nearest[b], b)))


def to_plain(one: Figures) -> dict[str, Any]:
    """Return figures as plain data."""
    return {
        "tiers": [[tier.name, tier.waiting, tier.placed] for tier in one.tiers],
        "stages": {stage.value: number for stage, number in one.stages.items()},
        "priorities": [list(pair) for pair in one.priorities],
        "distances": [list(pair) for pair in one.distances],
        "homes_used": one.homes_used,
        "providers": one.providers,
        "beds": {level.value: number for level, number in one.beds.items()},
        "more": one.more,
    }


def of_plain(data: Mapping[str, Any]) -> Figures:
    """Return what :func:`to_plain` wrote.

    Raises
    ------
    StoreError
        If it is not in that form.
    """
    try:
        return Figures(
            tiers=tuple(Tier(str(n), int(w), int(p)) for n, w, p in data["tiers"]),
            stages={Stage(letter): int(number) for letter, number in data["stages"].items()},
            priorities=tuple((str(name), int(n)) for name, n in data["priorities"]),
            distances=tuple((str(band), int(number)) for band, number in data["distances"]),
            homes_used=int(data["homes_used"]),
            providers=int(data["providers"]),
            beds={Level(name): int(number) for name, number in data["beds"].items()},
            more=int(data["more"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise StoreError(
            "A stored scenario cannot be read: it was written in another form.",
            next_step="Work it out again.",
        ) from None
