"""Where to recruit: what one new home of each kind would be worth in each county.

Read off the prices of the plan there is, without solving it again: a bed that
somebody can use is worth what the plan would gain if that person's place came
from outside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.domain.scenario import OpenProvider
from matching.engine.planning.market import Market
from matching.engine.planning.network import Outcome
from matching.engine.solution import Solution
from matching.insight.planner_market import Prospect
from matching.insight.planner_steps import PROFILES, Kind, Profile, kind_of

#: Counties looked at, those with most people without a place first.
MOST_COUNTIES = 12
#: New homes weighed in a budget, the most useful ones; and copies of each.
MOST_PLACES, MOST_COPIES = 12, 3


@dataclass(frozen=True, slots=True)
class Recruit:
    """One new home of one kind in one county.

    Attributes
    ----------
    profile : Profile
    county : str
        FIPS code.
    tier : int or None
        The priority of the one more person whom its first bed would give a
        place to; ``None`` if it would give nobody one.
    worth : int
        The same in the unit of prices, to compare by.
    reach : int
        People without a place who could live there.
    """

    profile: Profile
    county: str
    tier: int | None
    worth: int
    reach: int


def openings(solution: Solution, beds: int) -> tuple[OpenProvider, ...]:
    """Return the homes that could open: each kind in each county with demand."""
    p = solution.problem
    without = solution.chosen < 0
    lacking = Counter(
        r.home_county
        for r, none in zip(p.referral_records, without.tolist(), strict=True)
        if none and r.home_county in p.geography.index
    )
    counties = sorted(lacking, key=lambda c: (-lacking[c], str(c)))[:MOST_COUNTIES]
    return tuple(
        one.opens(str(c), beds) for one in PROFILES for c in sorted(map(str, counties))
    )


def recruits(found: Prospect, base: Outcome) -> tuple[Recruit, ...]:
    """Return what each home that could open would be worth, the most useful first.

    Parameters
    ----------
    found : Prospect
        With homes that could open among its options.
    base : Outcome
        The plan as it is, with its values.
    """
    m = found.market
    without = base.place < 0
    tier_of = {price: tier for tier, price in enumerate(base.price)}
    out = []
    for option, action in enumerate(found.actions):
        if not isinstance(action, OpenProvider):
            continue
        who = np.unique(m.person[m.owner[m.pool] == m.home[option]])
        worth = int(base.worth[who].max(initial=0))
        profile = next(
            one
            for one in PROFILES
            if (one.placement_type, one.age_min) == (action.placement_type, action.age_min)
        )
        # A gain is one more person of a tier: the difference may also be a step between two.
        tier = tier_of.get(worth)
        out.append(Recruit(profile, str(action.county), tier, worth, int(without[who].sum())))
    return tuple(sorted(out, key=lambda r: (-r.worth, -r.reach, r.county)))


def narrowed(found: Prospect, base: Outcome, copies: int) -> Prospect:
    """Return a prospect with the most useful new homes only, several of each.

    Parameters
    ----------
    found : Prospect
    base : Outcome
    copies : int
        Most new homes that may open; 0 leaves all of them out.
    """
    m = found.market
    opens = [a for a, one in enumerate(found.actions) if kind_of(one) is Kind.OPEN]
    rank = []
    for a in opens:
        who = np.unique(m.person[m.owner[m.pool] == m.home[a]])
        gains = np.sort(base.worth[who])[::-1][: max(1, copies)]
        rank.append((-int(gains.sum()), -int((base.place[who] < 0).sum()), a))
    best = [a for score, _, a in sorted(rank)[:MOST_PLACES] if score < 0 and copies]
    chosen = [a for a in sorted(best) for _ in range(min(copies, MOST_COPIES))]
    return _with_homes(found, set(opens), chosen)


def _with_homes(found: Prospect, opens: set[int], chosen: Sequence[int]) -> Prospect:
    """Return a prospect in which the homes that could open are some of those before."""
    m = found.market
    rest = np.array([a for a in range(m.options) if a not in opens], dtype=np.int64)
    homes = len(m.home_room) - len(opens)
    pools = len(m.pool_room) - len(opens)
    there = m.pool < pools
    person, pool, opened = [m.person[there]], [m.pool[there]], [m.opened[there]]
    for k, a in enumerate(chosen):
        mine = np.flatnonzero(m.owner[m.pool] == m.home[a])
        person.append(m.person[mine])
        pool.append(np.full(len(mine), pools + k))
        opened.append(m.opened[mine])
    beds = m.home_room[m.home[np.array(chosen, dtype=np.int64)]]
    new = np.arange(homes, homes + len(chosen))
    everyone = np.concatenate(person)
    order = np.lexsort((np.concatenate(pool), everyone))
    market = replace(
        m,
        person=everyone[order],
        pool=np.concatenate(pool).astype(np.int64)[order],
        opened=np.concatenate(opened)[order],
        owner=np.concatenate([m.owner[:pools], new]),
        pool_room=np.concatenate([m.pool_room[:pools], beds]),
        home_room=np.concatenate([m.home_room[:homes], beds]),
        bed_limit=np.concatenate([m.bed_limit[:pools], np.zeros(len(chosen), np.int64)]),
        home=np.concatenate([m.home[rest], new]),
        slot=np.concatenate([m.slot[rest], np.zeros(len(chosen), np.int64)]),
        kind=np.concatenate([m.kind[rest], np.full(len(chosen), int(Kind.OPEN))]),
    )
    actions = tuple(found.actions[a] for a in [*rest.tolist(), *chosen])
    return Prospect(market, actions, found.left_out)


def with_people(market: Market, rows: np.ndarray) -> Market:
    """Return a market with other people: some of those there, some of them several times."""
    order = np.argsort(market.person, kind="stable")
    start = np.searchsorted(market.person[order], np.arange(market.people + 1))
    counts = start[rows + 1] - start[rows]
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    at = np.repeat(start[rows] - (ends - counts), counts) + np.arange(total)
    mine = order[at]
    return replace(
        market,
        tier=market.tier[rows],
        person=np.repeat(np.arange(len(rows)), counts),
        pool=market.pool[mine],
        opened=market.opened[mine],
    )
