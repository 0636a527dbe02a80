"""The best there is, by trying everything: one component after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matching.domain.policy import Policy
from matching.engine.choices import NO_CHOICES, Choices
from matching.engine.problem import Problem
from tests.engine.small import Place, Ranking, Slow, full, options, with_group, within
from tests.engine.ties import keeps_ties

Places = tuple[Place, ...]
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Circle:
    """People who compete for beds with one another and nobody else.

    ``kept`` says that ties cost nothing: an assignment that keeps them is as
    good as the best that ignores them. Then the order of single hours holds;
    if not, waits count in wide bands. ``best`` is the key of the best
    assignment, ``None`` if what was decided cannot be had.
    """

    people: tuple[int, ...]
    kept: bool
    best: Key | None


class Best:
    """Every best assignment of a small problem, judged without any solver.

    Parameters
    ----------
    problem : Problem
    policy : Policy
    choices : Choices, optional
    """

    def __init__(self, problem: Problem, policy: Policy, choices: Choices = NO_CHOICES) -> None:
        self.problem, self.policy, self.choices = problem, policy, choices
        slow = Slow(problem, policy)
        self.ranking = Ranking(problem, policy, choices, slow)
        self.may = options(problem, policy, choices, slow)
        self.must = set(with_group(problem, policy, choices))
        self.beds = [person.beds_needed for person in problem.referral_records]
        self.circles = tuple(self._judge(people) for people in self._circles())

    def _circles(self) -> list[tuple[int, ...]]:
        """People who share a provider that both may use, directly or through others."""
        found: list[tuple[set[int], set[str]]] = []
        for i, may in enumerate(self.may):
            people, homes = {i}, {self.problem.pool_keys[j][0] for j in may}
            apart = []
            for others, theirs in found:
                if theirs & homes:
                    people, homes = people | others, homes | theirs
                else:
                    apart.append((others, theirs))
            found = [*apart, (people, homes)]
        return sorted(tuple(sorted(people)) for people, _ in found)

    def _judge(self, people: Sequence[int]) -> Circle:
        inside = set(people)
        may = [pools if i in inside else [] for i, pools in enumerate(self.may)]
        alone = [1] * len(may)
        free: list[Key] = []
        kept: list[tuple[Key, Key]] = []
        for places in within(self.problem, self.policy, may, alone):
            if self._without_the_forced(places, inside):
                continue
            free.append(self.ranking.free_key(places))
            if self._holds(places):
                kept.append((free[-1], self.ranking.tied_key(places)))
        if not kept:
            return Circle(tuple(people), False, None)
        strict = min(key for key, _ in kept)
        if strict == min(free):
            return Circle(tuple(people), True, strict)
        return Circle(tuple(people), False, min(key for _, key in kept))

    def _without_the_forced(self, places: Places, people: set[int]) -> bool:
        names = self.problem.referral_ids
        return any(places[i] is None and names[i] in self.must for i in people)

    def _holds(self, places: Places) -> bool:
        return not full(self.problem, self.policy, places, self.beds) and keeps_ties(
            self.problem, self.policy, places, self.choices
        )

    @property
    def possible(self) -> bool:
        """Whether everything that was decided can be had."""
        return all(circle.best is not None for circle in self.circles)

    @property
    def key(self) -> tuple[Key | None, ...]:
        """Keys of the best assignments, one for each component."""
        return tuple(circle.best for circle in self.circles)

    def of(self, places: Places) -> tuple[Key | None, ...]:
        """Keys of an assignment, each in the order of aims of its component.

        ``None`` where it breaks a rule, a limit, a tie or a decision.
        """
        out: list[Key | None] = []
        for circle in self.circles:
            part = tuple(j if i in circle.people else None for i, j in enumerate(places))
            allowed = all(j is None or j in self.may[i] for i, j in enumerate(part))
            if (
                not allowed
                or self._without_the_forced(part, set(circle.people))
                or not self._holds(part)
            ):
                out.append(None)
            else:
                key = self.ranking.free_key if circle.kept else self.ranking.tied_key
                out.append(key(part))
        return tuple(out)


def best_key(
    problem: Problem, policy: Policy, choices: Choices = NO_CHOICES
) -> tuple[Key | None, ...]:
    """Return the keys of the best assignments, one for each component."""
    return Best(problem, policy, choices).key


def key_of(
    problem: Problem, policy: Policy, places: Places, choices: Choices = NO_CHOICES
) -> tuple[Key | None, ...]:
    """Return the keys of an assignment, comparable with :func:`best_key`."""
    return Best(problem, policy, choices).of(places)
