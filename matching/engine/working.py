"""The work on one plan: tied components one by one, then the rest as flows."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from matching.domain.errors import ChoiceError
from matching.engine import coupled, free, lottery, parts
from matching.engine.aims import Aims, banded, forced_people
from matching.engine.candidates import Candidates
from matching.engine.capacity import pool_room, provider_room
from matching.engine.choices import Choices
from matching.engine.couplings import Couplings, components
from matching.engine.effort import Effort
from matching.engine.fit import Fit
from matching.engine.judge import Judge
from matching.engine.pricing import Enough
from matching.engine.problem import Problem
from matching.engine.solution import Method, Part, Solution

Int64s = NDArray[np.int64]
Progress = Callable[[str], None]

#: Stages that ``progress`` is told about, in order.
STAGES = ("rules", "fit", "flow", "proof", "lottery", "check")


class Clock:
    """Tells a listener which stage begins and keeps the seconds of each."""

    def __init__(self, listener: Progress | None) -> None:
        self._listener = listener
        self._stage = ""
        self._began = time.perf_counter()
        self.seconds: dict[str, float] = {}

    def stage(self, name: str) -> None:
        """Begin a stage; an empty name ends the last."""
        if name == self._stage:
            return
        now = time.perf_counter()
        if self._stage:
            past = self.seconds.get(self._stage, 0.0)
            self.seconds[self._stage] = past + now - self._began
        self._stage, self._began = name, now
        if name and self._listener is not None:
            self._listener(name)


@dataclass(frozen=True, slots=True)
class Means:
    """What the work is done with."""

    judge: Judge
    fit: Fit
    found: Enough
    salt: str
    clock: Clock
    effort: Effort
    executor: Executor | None


class Work:
    """The work on one problem: tied components one by one, then the rest as flows."""

    def __init__(
        self, means: Means, choices: Choices, pairs: Candidates, goal: Aims, ties: Couplings
    ) -> None:
        problem, policy = means.judge.problem, means.judge.policy
        self.problem, self.policy, self.choices = problem, policy, choices
        self.pairs, self.goal, self.ties = pairs, goal, ties
        self.salt, self._clock = means.salt, means.clock
        self._effort, self._executor = means.effort, means.executor
        self._place = means.found.place
        self._tiers = len(policy.ordering.tiers)
        self.parts: list[Part] = []
        self.chosen = np.full(problem.size[0], -1, dtype=np.int64)
        self._room = parts.Room(pool_room(problem, policy), provider_room(problem, policy))
        self._open = np.ones(len(pairs), dtype=np.bool_)
        self._has_pair = np.zeros(problem.size[0], dtype=np.bool_)
        self._has_pair[pairs.referral] = True

    def run(self, known: Solution | None = None) -> None:
        """Place everybody; parts of a known solution that nothing touches stay."""
        self._clock.stage("flow")
        label = components(self.problem, self.ties, self.pairs)
        todo = self._has_pair.copy()
        if known is not None:
            todo &= ~self._kept(known, label)
        tied = np.unique(label[self.ties.bound(self.pairs) & todo])
        self._settle(_split(label, todo & np.isin(label, tied)))
        rest = _split(label, todo & ~np.isin(label, tied))
        self.parts += [Part(m, Method.FLOW, (0,) * self._tiers, 0) for m in rest]
        self._flows(_split(label, todo & ~self.ties.tied(self.pairs)))
        must = forced_people(self.problem, self.choices)
        if (self.chosen[must] < 0).any():
            raise ChoiceError(
                "Not all the places that were decided can be had together. "
                "Nothing was changed.",
                next_step="Take one of the decisions back.",
            )

    def _kept(self, known: Solution, label: Int64s) -> NDArray[np.bool_]:
        """Take over the parts of a known solution that nothing touches."""
        beds = self.problem.size[1]
        before = _keys(known.pairs, beds)
        now = _keys(self.pairs, beds)
        touched = np.zeros(self.problem.size[0], dtype=np.bool_)
        touched[np.setxor1d(before, now, assume_unique=True) // max(1, beds)] = True
        touched |= _decided_anew(self.problem, known.choices, self.choices)
        old = {part.members.tobytes(): part for part in known.parts}
        out = np.zeros_like(touched)
        standing = self.goal.standing.copy()
        for members in _split(label, self._has_pair):
            part = old.get(members.tobytes())
            if part is None or touched[members].any():
                continue
            out[members] = True
            self.parts.append(part)
            placed = members[known.chosen[members] >= 0]
            self.chosen[placed] = np.searchsorted(now, before[known.chosen[placed]])
            if part.method is Method.PROGRAM:
                standing[members] = known.goal.standing[members]
        self.goal = replace(self.goal, standing=standing)
        return out

    def _settle(self, tied: Sequence[Int64s]) -> None:
        """Solve the tied components and enter the places of the tied people.

        Only these places and the modes of the beds are kept from a program.
        With those fixed the others are a flow again, which reaches the
        same value of every aim and draws the lottery.
        """
        if not tied:
            return
        band = banded(self.problem, self.policy, self.goal, self.choices)
        must = forced_people(self.problem, self.choices)
        cut = [
            parts.component(
                self.problem,
                self.pairs,
                self.goal,
                band,
                must,
                self.ties,
                members,
                self._room,
                self._tiers,
            )
            for members in tied
        ]
        effort = self._effort
        todo = [one for one, _, _ in cut]
        if self._executor is None:
            found = [coupled.solve(one, effort) for one in todo]
        else:
            limit = Effort(effort.left())
            found = list(self._executor.map(partial(coupled.solve, effort=limit), todo))
        tied_people = self.ties.tied(self.pairs)
        standing = self.goal.standing.copy()
        for members, (_, mine, own), solved in zip(tied, cut, found, strict=True):
            settled = (solved.chosen >= 0) & tied_people[members]
            self.chosen[members[settled]] = mine[solved.chosen[settled]]
            self._open[parts.ruled_out(self.ties, own, solved)] = False
            if solved.method is Method.PROGRAM:
                standing[members] = band[members]
            self.parts.append(Part(members, solved.method, solved.more, solved.gap))
        self.goal = replace(self.goal, standing=standing)
        self._room = self._room.less(self.problem, self.pairs, self.ties, self.chosen)

    def _flows(self, members: Sequence[Int64s]) -> None:
        """Solve the people tied to nobody: at once, or each part by itself elsewhere."""
        if not members:
            return
        together = np.sort(np.concatenate(members))
        allowed = np.flatnonzero(self._open)
        people, beds = self.problem.size
        bits = lottery.ticket_bits(people + 2 * beds + 1, people)
        groups = [together] if self._executor is None else members
        cut = [
            parts.task(
                self.problem,
                self.pairs,
                self.goal,
                one,
                allowed,
                self._room,
                self.salt,
                bits,
                self._place,
            )
            for one in groups
        ]
        if self._executor is None:
            found = [free.solve(cut[0][0], self._clock.stage)]
        else:
            found = list(self._executor.map(free.solve, [one for one, _ in cut]))
        for one, (_, mine), chosen in zip(groups, cut, found, strict=True):
            placed = chosen >= 0
            self.chosen[one[placed]] = mine[chosen[placed]]


def _split(label: Int64s, keep: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[Int64s]:
    """Return the positions of those kept, by label."""
    rows = np.flatnonzero(keep)
    if len(rows) == 0:
        return []
    order = rows[np.argsort(label[rows], kind="stable")]
    return np.split(order, np.flatnonzero(np.diff(label[order])) + 1)


def _keys(pairs: Candidates, beds: int) -> Int64s:
    """Return one rising number for each pair."""
    return pairs.referral.astype(np.int64) * beds + pairs.pool


def _decided_anew(problem: Problem, before: Choices, now: Choices) -> NDArray[np.bool_]:
    """Return about whom something else is decided than before."""
    seats = (before.forced ^ now.forced) | (before.calling ^ now.calling)
    names = {seat.referral_id for seat in seats}
    groups = before.split ^ now.split
    if not names and not groups:
        return np.zeros(problem.size[0], dtype=np.bool_)
    return np.array(
        [r.referral_id in names or r.group_id in groups for r in problem.referral_records],
        dtype=np.bool_,
    )
