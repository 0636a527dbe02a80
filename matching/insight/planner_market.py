"""A plan's people and places with everything that could be done, for the planner.

Whom a set of actions opens a place to is asked of the rules themselves, with
the records as they would be; nothing is guessed from the rule that fails.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matching.domain.records import BedPool, Provider
from matching.domain.scenario import AddBeds, OpenProvider
from matching.engine.allowed import restrict
from matching.engine.candidates import Candidates, candidates
from matching.engine.capacity import pool_room, provider_room
from matching.engine.choices import Choices, same_place
from matching.engine.columns import known
from matching.engine.judge import Judge
from matching.engine.planning.market import Budget, Market
from matching.engine.planning.network import Network
from matching.engine.problem import Problem, build
from matching.engine.solution import Solution
from matching.insight import scenario_places as places
from matching.insight.planner_steps import Action, Kind, at_home, kind_of, with_actions

Int64s = NDArray[np.int64]
Progress = Callable[[str], None]

#: Most options of existing homes that are weighed against one another.
MOST_OPTIONS = 200
#: Start of the identifiers of homes that could open, while they are weighed.
COULD_OPEN = "could open "


@dataclass(frozen=True, slots=True)
class Prospect:
    """What could be done, in the terms of a plan.

    Attributes
    ----------
    market : Market
    actions : tuple of Action
        What each option of the market stands for.
    left_out : int
        Options of existing homes that were not weighed, the least promising.
    """

    market: Market
    actions: tuple[Action, ...]
    left_out: int


class _Pairs:
    """Pairs that are open under some set of options, gathered set by set."""

    def __init__(self) -> None:
        self._found: list[tuple[Int64s, Int64s, int]] = []

    def add(self, person: Int64s, pool: Int64s, subset: int) -> None:
        self._found.append((person, pool, subset))

    def gathered(self, pools: int) -> tuple[Int64s, Int64s, NDArray[np.uint64]]:
        keys = np.concatenate([person * pools + pool for person, pool, _ in self._found])
        bits = np.concatenate(
            [
                np.full(len(person), np.uint64(1) << np.uint64(subset))
                for person, _, subset in self._found
            ]
        )
        unique, place = np.unique(keys, return_inverse=True)
        opened = np.zeros(len(unique), dtype=np.uint64)
        np.bitwise_or.at(opened, place, bits)
        return unique // max(1, pools), unique % max(1, pools), opened


def prospect(
    solution: Solution,
    *,
    kinds: Iterable[Kind] = tuple(Kind),
    bed_limit: Int64s | None = None,
    new_homes: Sequence[OpenProvider] = (),
    progress: Progress | None = None,
    most: int = MOST_OPTIONS,
) -> Prospect:
    """Gather what could be done, and whom it would open places to.

    Parameters
    ----------
    solution : Solution
    kinds : iterable of Kind, optional
        Which kinds of options of existing homes are looked for.
    bed_limit : ndarray of int64, shape (pools,), optional
        Most beds added to each pool; none by default.
    new_homes : sequence of OpenProvider
        Homes that could open, each one an option.
    progress : callable, optional
    most : int, optional
        Most options of existing homes; the most promising ones are kept.

    Returns
    -------
    Prospect
    """
    work = _Gathering(solution, frozenset(kinds), bed_limit, tuple(new_homes), progress, most)
    return work.run()


class _Gathering:
    def __init__(
        self,
        solution: Solution,
        kinds: frozenset[Kind],
        bed_limit: Int64s | None,
        new_homes: tuple[OpenProvider, ...],
        progress: Progress | None,
        most: int,
    ) -> None:
        p = solution.problem
        self._solution, self._progress, self._most = solution, progress, most
        self._policy, self._today = solution.policy, p.as_of.date()
        self._limit = np.zeros(p.size[1], dtype=np.int64) if bed_limit is None else bed_limit
        self._limit = self._limit * known(p.pools.free)
        self._span = np.searchsorted(p.pools.provider, np.arange(len(p.provider_ids) + 1))
        self._new = new_homes
        self._position = {key: k for k, key in enumerate(p.pool_keys)}
        self._could = {
            h: found
            for h, home in enumerate(p.provider_records)
            if (
                found := tuple(
                    a for a in at_home(home, self._policy, self._today) if kind_of(a) in kinds
                )
            )
        }

    def run(self) -> Prospect:
        self._say("Looking at who could live where")
        p = self._solution.problem
        self._limit = self._sound_limits()
        pairs = _Pairs()
        whole = self._problem(range(len(p.provider_ids)), 0)
        pairs.add(*self._open(whole), 0)
        self._keep_promising(pairs)
        deepest = max((len(a) for a in self._could.values()), default=0)
        for subset in range(1, 1 << deepest):
            some = [h for h, a in self._could.items() if subset < 1 << len(a)]
            self._say(f"Looking at changes, part {subset} of {(1 << deepest) - 1}")
            pairs.add(*self._open(self._problem(some, subset)), subset)
        if self._new:
            self._say("Looking at new homes")
            pairs.add(*self._open(self._opening()), 1)
        return self._market(pairs)

    def _say(self, words: str) -> None:
        if self._progress is not None:
            self._progress(words)

    # --- records as they would be ---------------------------------------------------------

    def _grown(
        self, home: int, actions: Iterable[Action]
    ) -> tuple[Provider, Sequence[BedPool]]:
        p = self._solution.problem
        mine = range(int(self._span[home]), int(self._span[home + 1]))
        beds = [
            AddBeds(*p.pool_keys[j], int(self._limit[j]), licence=True)
            for j in mine
            if self._limit[j] > 0
        ]
        return with_actions(
            p.provider_records[home],
            [p.pool_records[j] for j in mine],
            actions,
            beds,
            self._policy,
            self._today,
        )

    def _problem(self, homes: Iterable[int], subset: int) -> Problem:
        """Return the problem of some homes with a set of their options taken."""
        p = self._solution.problem
        providers: list[Provider] = []
        pools: list[BedPool] = []
        for home in homes:
            actions = [a for k, a in enumerate(self._could.get(home, ())) if subset >> k & 1]
            provider, beds = self._grown(home, actions)
            providers.append(provider)
            pools += beds
        return build(p.referral_records, providers, pools, p.as_of, p.geography)

    def _opening(self) -> Problem:
        """Return the problem of the homes that could open."""
        p = self._solution.problem
        made = [
            places.opened(step, f"{COULD_OPEN}{k:04d}", None, p.as_of, p.geography)
            for k, step in enumerate(self._new)
        ]
        homes, pools = [home for home, _ in made], [beds for _, beds in made]
        return build(p.referral_records, homes, pools, p.as_of, p.geography)

    def _sound_limits(self) -> Int64s:
        """Return how many beds can be added where each makes room for exactly one more.

        Where a licence or the staff is what is short, not the bed, none is added.
        """
        p, limit = self._solution.problem, self._limit
        touched = np.unique(p.pools.provider[limit > 0])
        if not len(touched):
            return limit
        grown = self._problem(touched.tolist(), 0)
        out = np.zeros_like(limit)
        before, after = pool_room(p, self._policy), pool_room(grown, self._policy)
        under, over = provider_room(p, self._policy), provider_room(grown, self._policy)
        inside = np.bincount(p.pools.provider, before, minlength=len(under)).astype(np.int64)
        home_at = {name: k for k, name in enumerate(grown.provider_ids)}
        for k, key in enumerate(grown.pool_keys):
            j = self._position[key]
            home = int(p.pools.provider[j])
            mine = limit[self._span[home] : self._span[home + 1]]
            more = int(over[home_at[key[0]]] - under[home])
            spare = max(0, int(under[home] - inside[home]))
            jumps = int(after[k] - before[j]) != int(limit[j])
            jumps |= spare == 0 and more > int(mine.sum())
            if not jumps:
                out[j] = min(int(limit[j]), more + spare)
        return np.maximum(0, out)

    # --- who could live there -------------------------------------------------------------

    def _open(self, problem: Problem) -> tuple[Int64s, Int64s]:
        """Return the pairs that no rule and no decision bars, in positions of the market."""
        s = self._solution
        judge = Judge(problem, self._policy)
        found = candidates(judge)
        if s.choices.waived:
            found = restrict(judge, found, Choices(waived=s.choices.waived))
        found = self._decided(problem, found)
        at = np.array([self._at(key) for key in problem.pool_keys], dtype=np.int64)
        return found.referral.astype(np.int64), at[found.pool]

    def _at(self, key: tuple[str, str]) -> int:
        if key[0].startswith(COULD_OPEN):
            return len(self._position) + int(key[0][len(COULD_OPEN) :])
        return self._position[key]

    def _decided(self, problem: Problem, found: Candidates) -> Candidates:
        """Return the pairs that people have not decided against."""
        choices = self._solution.choices
        bound = {seat.referral_id: [seat] for seat in choices.forced}
        for name, seats in choices.only_of().items():
            bound.setdefault(name, list(seats))
        against = defaultdict(list)
        for seat in choices.forbidden:
            against[seat.referral_id].append(seat)
        row = {name: k for k, name in enumerate(problem.referral_ids)}
        keep = np.ones(len(found), dtype=np.bool_)
        for name in {*bound, *against} & row.keys():
            start, stop = np.searchsorted(found.referral, [row[name], row[name] + 1])
            for k in range(int(start), int(stop)):
                key = problem.pool_keys[int(found.pool[k])]
                allowed = name not in bound or any(same_place(s, key) for s in bound[name])
                keep[k] = allowed and not any(same_place(s, key) for s in against[name])
        return Candidates(found.referral[keep], found.pool[keep], found.unknown[keep])

    # --- the market -------------------------------------------------------------------------

    def _keep_promising(self, pairs: _Pairs) -> None:
        """Leave out homes where nothing would open, and the least promising beyond a number."""
        p = self._solution.problem
        if not self._could:
            return
        person, pool, opened = pairs.gathered(len(self._position))
        base = self._bare(person, pool, opened)
        worth = Network(base, Budget()).run().worth
        here = set((person * len(self._position) + pool).tolist())
        all_done = {h: (1 << len(a)) - 1 for h, a in self._could.items()}
        score: dict[int, int] = {}
        for subset in sorted(set(all_done.values())):
            some = [h for h, whole in all_done.items() if whole == subset]
            who, where = self._open(self._problem(some, subset))
            keys = who * len(self._position) + where
            new = np.array([key not in here for key in keys.tolist()], dtype=np.bool_)
            home = p.pools.provider[where[new]]
            order = np.lexsort((-worth[who[new]], home))
            for h in np.unique(home).tolist():
                mine = order[home[order] == h]
                room = int(pool_room(p, self._policy)[self._span[h] : self._span[h + 1]].sum())
                room += int(self._limit[self._span[h] : self._span[h + 1]].sum())
                score[int(h)] = int(worth[who[new][mine[:room]]].sum())
        order_of = sorted((h for h, n in score.items() if n), key=lambda h: (-score[h], h))
        kept, total = {}, 0
        for h in order_of:
            total += len(self._could[h])
            if total <= self._most:
                kept[h] = self._could[h]
        self._left_out = max(0, total - sum(map(len, kept.values())))
        self._could = {h: kept[h] for h in sorted(kept)}

    _left_out = 0

    def _bare(self, person: Int64s, pool: Int64s, opened: NDArray[np.uint64]) -> Market:
        """Return the market without any option."""
        p = self._solution.problem
        nothing = np.zeros(0, dtype=np.int64)
        return Market(
            tier=self._solution.goal.tier,
            tiers=len(self._policy.ordering.tiers),
            person=person,
            pool=pool,
            opened=opened,
            owner=p.pools.provider.astype(np.int64),
            pool_room=pool_room(p, self._policy),
            home_room=provider_room(p, self._policy),
            home=nothing,
            slot=nothing,
            kind=nothing,
            bed_limit=self._limit,
        )

    def _market(self, pairs: _Pairs) -> Prospect:
        p = self._solution.problem
        homes, pools, new = len(p.provider_ids), p.size[1], len(self._new)
        bare = self._bare(*pairs.gathered(pools + new))
        home: list[int] = []
        slot: list[int] = []
        actions: list[Action] = []
        for h, mine in self._could.items():
            home += [h] * len(mine)
            slot += range(len(mine))
            actions += mine
        home += range(homes, homes + new)
        slot += [0] * new
        actions += self._new
        beds = np.array([step.beds for step in self._new], dtype=np.int64)
        whole = replace(
            bare,
            owner=np.concatenate([bare.owner, np.arange(homes, homes + new)]),
            pool_room=np.concatenate([bare.pool_room, beds]),
            home_room=np.concatenate([bare.home_room, beds]),
            bed_limit=np.concatenate([bare.bed_limit, np.zeros(new, np.int64)]),
            home=np.array(home, dtype=np.int64),
            slot=np.array(slot, dtype=np.int64),
            kind=np.array([int(kind_of(a)) for a in actions], dtype=np.int64),
        )
        return Prospect(self._fitting(whole), tuple(actions), self._left_out)

    def _fitting(self, m: Market) -> Market:
        """Close pairs where a unit could not be whole: of several beds, or a group."""
        p, choices = self._solution.problem, self._solution.choices
        opened, owner = m.opened.copy(), m.owner[m.pool]
        beds = np.array([r.beds_needed for r in p.referral_records], dtype=np.int64)
        most = m.pool_room + m.bed_limit
        opened[beds[m.person] > most[m.pool]] = 0
        groups: Mapping[str, list[int]] = defaultdict(list)
        for row, r in enumerate(p.referral_records):
            if r.group_id is not None and r.group_id not in choices.split:
                groups[r.group_id].append(row)
        in_home = np.bincount(m.owner, most, minlength=len(m.home_room))
        for members in groups.values():
            if len(members) < 2:
                continue
            spans = [np.searchsorted(m.person, [k, k + 1]) for k in members]
            common = np.full(len(m.home_room), ~np.uint64(0), dtype=np.uint64)
            for a, b in spans:
                mine = np.zeros_like(common)
                np.bitwise_or.at(mine, owner[a:b], opened[a:b])
                common &= mine
            common[in_home < beds[members].sum()] = 0
            for a, b in spans:
                opened[a:b] &= common[owner[a:b]]
        live = opened != 0
        return replace(m, person=m.person[live], pool=m.pool[live], opened=opened[live])
