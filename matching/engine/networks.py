"""Residual networks of the parts of a plan: what may move, and within what room."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matching.engine import lottery
from matching.engine.aims import Aims
from matching.engine.capacity import pool_room, provider_room
from matching.engine.levels import Int64s
from matching.engine.parts import Room
from matching.engine.residual import Residual, Setting
from matching.engine.solution import Method, Solution

Flags = NDArray[np.bool_]

#: The aims, in order, as certificates and consequences name them.
LEVELS = ("standing", "moved", "icwa", "cost")


def pair_levels(goal: Aims) -> Int64s:
    """Return what each pair costs on each level of the aims, shape (4, pairs)."""
    return np.stack([np.zeros_like(goal.cost), goal.moved, goal.icwa, goal.cost])


def stay_levels(goal: Aims) -> Int64s:
    """Return what staying without a place costs each referral, shape (4, referrals).

    The earlier somebody stands, the more; see :func:`matching.engine.aims.steps`.
    """
    out = np.zeros((len(LEVELS), len(goal.standing)), dtype=np.int64)
    out[0] = int(goal.standing.max(initial=0)) + 1 - goal.standing
    return out


@dataclass(frozen=True)
class Networks:
    """The residual networks of a solution, each built when first asked for.

    Attributes
    ----------
    solution : Solution
    """

    solution: Solution

    @cached_property
    def method(self) -> NDArray[np.object_]:
        """The method by which each referral was placed; ``None`` without any pair."""
        out = np.full(self.solution.problem.size[0], None, dtype=object)
        for part in self.solution.parts:
            out[part.members] = part.method
        return out

    @cached_property
    def tied(self) -> Flags:
        """Who is tied to others, shape (referrals,)."""
        return self.solution.ties.tied(self.solution.pairs)

    @cached_property
    def room(self) -> Room:
        """Beds that a plan may fill."""
        s = self.solution
        return Room(pool_room(s.problem, s.policy), provider_room(s.problem, s.policy))

    @cached_property
    def flow(self) -> Residual:
        """Of everybody whom nothing ties, with the lottery settling ties."""
        everything = np.ones(len(self.solution.pairs), dtype=np.bool_)
        return self._network(self._placed_by(Method.FLOW), everything, self.room, drawn=True)

    @cached_property
    def relaxed(self) -> Residual:
        """Of the parts where a best flow keeps every tie, the ties left out."""
        everything = np.ones(len(self.solution.pairs), dtype=np.bool_)
        return self._network(self._placed_by(Method.KEPT), everything, self.room, drawn=False)

    @cached_property
    def loose(self) -> Residual:
        """Of the parts that a program placed, the ties left out.

        Nothing is proven of it: only who could reach what may be asked.
        """
        everything = np.ones(len(self.solution.pairs), dtype=np.bool_)
        return self._network(
            self._placed_by(Method.PROGRAM), everything, self.room, drawn=False
        )

    @cached_property
    def settled(self) -> Residual:
        """Of the people tied to nobody in all tied parts, the tied where they are.

        Its paths are changes that certainly can be made.
        """
        s = self.solution
        free = self._placed_by(Method.KEPT, Method.PROGRAM) & ~self.tied
        fixed = np.where(self.tied, s.chosen, -1)
        room = self.room.less(s.problem, s.pairs, s.ties, fixed)
        return self._network(free, self._open(), room, drawn=True)

    def _placed_by(self, *methods: Method) -> Flags:
        out = np.zeros(len(self.method), dtype=np.bool_)
        for method in methods:
            out |= self.method == method
        return out

    def _open(self) -> Flags:
        """Return the pairs that fit every way in which the pools may now be run.

        A pool that can be run in one way at a time and holds nobody stays empty.
        """
        s = self.solution
        used = np.zeros(len(s.pairs), dtype=np.bool_)
        used[s.chosen[s.chosen >= 0]] = True
        out = np.ones(len(s.pairs), dtype=np.bool_)
        for tie in s.ties.modes:
            there = used[tie.pairs]
            ways = tie.fits[there].all(axis=0)
            fits = tie.fits[:, ways].all(axis=1) if there.any() else there
            out[tie.pairs[~fits]] = False
        return out

    def _network(self, members: Flags, usable: Flags, room: Room, *, drawn: bool) -> Residual:
        s = self.solution
        rows = np.flatnonzero(usable & members[s.pairs.referral])
        place = np.full(len(s.pairs), -1, dtype=np.int64)
        place[rows] = np.arange(len(rows))
        chosen = np.full(len(members), -1, dtype=np.int64)
        mine = np.flatnonzero(members & (s.chosen >= 0))
        chosen[mine] = place[s.chosen[mine]]
        person = s.pairs.referral[rows].astype(np.int64)
        pool = s.pairs.pool[rows].astype(np.int64)
        levels, stay = pair_levels(s.goal)[:, rows], stay_levels(s.goal)
        keep = [0, *(k for k in range(1, len(LEVELS)) if levels[k].any() or k == 3)]
        levels, stay = levels[keep], stay[keep]
        if drawn:
            levels = np.vstack([levels, self.tickets(person, pool)])
            stay = np.vstack([stay, self._stay_tickets()])
        return Residual(
            Setting(
                rows=rows,
                person=person,
                pool=pool,
                levels=levels,
                stay=stay,
                chosen=chosen,
                members=np.flatnonzero(members),
                pool_room=room.pools,
                provider_room=room.providers,
                owner=s.problem.pools.provider.astype(np.int64),
                names=tuple(LEVELS[k] for k in keep),
            )
        )

    def tickets(self, person: Int64s, pool: Int64s) -> Int64s:
        """Draw the tickets of some pairs in the published lottery again."""
        names, places, bits = self._drawn
        return lottery.tickets(names[person], places[pool], bits)

    def _stay_tickets(self) -> Int64s:
        names, _, bits = self._drawn
        return lottery.stay_tickets(names, self.solution.plan.salt, bits)

    @cached_property
    def _drawn(self) -> tuple[lottery.Hashes, lottery.Hashes, int]:
        p, salt = self.solution.problem, self.solution.plan.salt
        people, beds = p.size
        return (
            lottery.name_hashes(p.referral_ids, salt),
            lottery.name_hashes(["\0".join(key) for key in p.pool_keys], salt),
            lottery.ticket_bits(people + 2 * beds + 1, people),
        )
