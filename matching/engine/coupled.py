"""Components in which people are tied together, solved exactly by CP-SAT.

Groups, people who take several beds and people who must be kept apart break
the integrality of a flow. Such components are solved aim after aim with whole
numbers: each aim is driven to its proven best and then held while the next
one is improved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from matching.domain.errors import EngineError

Int64s = NDArray[np.int64]

#: Deterministic time for one aim of one component (about seconds of work).
EFFORT = 30.0


@dataclass(frozen=True, slots=True)
class Component:
    """People tied together, and the beds they compete for.

    Attributes
    ----------
    people : ndarray of int64
        Positions of the referrals.
    person, pool : ndarray of int64, shape (pairs,)
        Ends of the pairs: index into ``people``, position of the pool.
    aims : sequence of (ndarray over pairs, ndarray over people)
        For each aim, in order, the cost of using a pair and of staying.
    groups, conflicts : sequence of sequence of int
        Indexes into ``people``.
    beds : ndarray of int64, shape (people,)
    owner : ndarray of int64
        Provider of each pool of the problem.
    pool_room, provider_room : ndarray of int64
    """

    people: Int64s
    person: Int64s
    pool: Int64s
    aims: Sequence[tuple[Int64s, Int64s]]
    groups: Sequence[Sequence[int]]
    conflicts: Sequence[Sequence[int]]
    beds: Int64s
    owner: Int64s
    pool_room: Int64s
    provider_room: Int64s


@dataclass(frozen=True, slots=True)
class Solved:
    """Outcome of a component.

    Attributes
    ----------
    chosen : ndarray of int64, shape (people,)
        Position of the pair each person uses, or -1.
    values, bounds : tuple of int
        Reached and proven value of each aim.
    """

    chosen: Int64s
    values: tuple[int, ...]
    bounds: tuple[int, ...]


def solve(component: Component) -> Solved:
    """Solve a component, aim after aim.

    Parameters
    ----------
    component : Component

    Returns
    -------
    Solved

    Raises
    ------
    EngineError
        If no assignment is found at all (leaving everybody without a place
        keeps every rule, so that would be an error of ours).
    """
    model = _Model(component)
    values: list[int] = []
    bounds: list[int] = []
    chosen: Int64s | None = None
    for pair_cost, stay_cost in component.aims:
        if not (pair_cost.any() or stay_cost.any()):
            values.append(0)
            bounds.append(0)
            continue
        chosen, value, bound = model.improve(pair_cost, stay_cost, chosen)
        values.append(value)
        bounds.append(bound)
        model.hold(pair_cost, stay_cost, value)
    if chosen is None:
        chosen = np.full(len(component.people), -1, dtype=np.int64)
    return Solved(chosen, tuple(values), tuple(bounds))


class _Model:
    """The CP-SAT model of a component; its words never leave this module."""

    def __init__(self, component: Component) -> None:
        self.component = component
        self.model = cp_model.CpModel()
        self.use = [self.model.new_bool_var(f"x{a}") for a in range(len(component.person))]
        self.stay = [self.model.new_bool_var(f"s{k}") for k in range(len(component.people))]
        self._everyone_once()
        self._no_more_people_than_beds()
        self._groups_together()
        self._conflicts_apart()

    def _everyone_once(self) -> None:
        """Every person uses exactly one pair or stays without a place."""
        own: dict[int, list[int]] = defaultdict(list)
        for a, k in enumerate(self.component.person):
            own[int(k)].append(a)
        for k, stay in enumerate(self.stay):
            self.model.add_exactly_one([stay, *(self.use[a] for a in own[k])])

    def _no_more_people_than_beds(self) -> None:
        """No pool and no provider holds more people than it has room for."""
        c = self.component
        in_pool: dict[int, list[int]] = defaultdict(list)
        in_provider: dict[int, list[int]] = defaultdict(list)
        for a, j in enumerate(c.pool):
            in_pool[int(j)].append(a)
            in_provider[int(c.owner[j])].append(a)
        for members, room in (
            *((m, c.pool_room[j]) for j, m in in_pool.items()),
            *((m, c.provider_room[p]) for p, m in in_provider.items()),
        ):
            taken = sum(int(c.beds[c.person[a]]) * self.use[a] for a in members)
            self.model.add(taken <= int(room))

    def _groups_together(self) -> None:
        """All of a group live at one provider, or none has a place."""
        c = self.component
        for members in c.groups:
            at: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
            for a, (k, j) in enumerate(zip(c.person, c.pool, strict=True)):
                if int(k) in members:
                    at[int(c.owner[j])][int(k)].append(a)
            first = members[0]
            for k in members[1:]:
                self.model.add(self.stay[k] == self.stay[first])
            for home in at.values():
                counts = [sum(self.use[a] for a in home.get(k, [])) for k in members]
                for count in counts[1:]:
                    self.model.add(count == counts[0])

    def _conflicts_apart(self) -> None:
        """At most one of those who must be kept apart lives at any provider."""
        c = self.component
        for members in c.conflicts:
            at: dict[int, list[int]] = defaultdict(list)
            for a, (k, j) in enumerate(zip(c.person, c.pool, strict=True)):
                if int(k) in members:
                    at[int(c.owner[j])].append(a)
            for pairs in at.values():
                self.model.add_at_most_one(self.use[a] for a in pairs)

    def _total(self, pair_cost: Int64s, stay_cost: Int64s) -> cp_model.LinearExprT:
        used = sum(int(v) * self.use[a] for a, v in enumerate(pair_cost) if v)
        stayed = sum(int(v) * self.stay[k] for k, v in enumerate(stay_cost) if v)
        return used + stayed

    def improve(
        self, pair_cost: Int64s, stay_cost: Int64s, start: Int64s | None
    ) -> tuple[Int64s, int, int]:
        """Drive one aim as low as it goes; return the choice, its value and its bound."""
        self.model.clear_hints()  # type: ignore[no-untyped-call]  # untyped in OR-Tools
        if start is not None:
            for a, variable in enumerate(self.use):
                self.model.add_hint(variable, int(start[self.component.person[a]] == a))
        self.model.minimize(self._total(pair_cost, stay_cost))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.max_deterministic_time = EFFORT
        status = solver.solve(self.model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise EngineError(
                "A tied group of referrals could not be solved. No plan was made."
            )
        chosen = np.full(len(self.component.people), -1, dtype=np.int64)
        for a, variable in enumerate(self.use):
            if solver.boolean_value(variable):
                chosen[self.component.person[a]] = a
        used = chosen[chosen >= 0]
        value = int(pair_cost[used].sum() + stay_cost[chosen < 0].sum())
        bound = int(np.ceil(solver.best_objective_bound - 1e-6))
        return chosen, value, min(bound, value) if status == cp_model.FEASIBLE else value

    def hold(self, pair_cost: Int64s, stay_cost: Int64s, value: int) -> None:
        """Keep an aim at the value reached while the later ones are improved."""
        self.model.add(self._total(pair_cost, stay_cost) <= value)
