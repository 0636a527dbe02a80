"""Why a group has no place together: which rule, which bed or which tie, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from matching.domain.rulebook import RULES
from matching.engine.candidates import Candidates
from matching.engine.capacity import licensed_room, pool_room, provider_room, staffed_room
from matching.engine.couplings import Couplings, find
from matching.engine.judge import Bits
from matching.engine.modes import Shared, age_modes, gender_modes, high_need_limits
from matching.engine.rules import BY_CODE
from matching.engine.rules.base import Verdict
from matching.engine.rules.text import counted, listed, start
from matching.engine.seating import APART, most_seated
from matching.engine.solution import Solution
from matching.insight.funnel import TAKEN
from matching.insight.near import Near, bit

_SHORT = bit("beds", "staffing")
_ABSENT = bit("presence")
_NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
#: More beds than any group needs.
_AMPLE = 1_000


class Obstacle(StrEnum):
    """What kind of thing stands in the way."""

    RULE = "rule"  #: a rule bars somebody of the group
    BED = "bed"  #: too few beds, with or without the others in the plan
    TIE = "tie"  #: those who would live together do not fit


@dataclass(frozen=True, slots=True)
class GroupObstacle:
    """One thing that keeps a group from one provider, or from all.

    Attributes
    ----------
    provider_id, name : str or None
        ``None`` if it keeps the group from every provider.
    kind : Obstacle
    code : str
        Code of the rule; :data:`matching.insight.funnel.TAKEN` where the beds
        would be enough and go to others.
    referral_ids : tuple of str
        Whom of the group it is about.
    sentence : str
    """

    provider_id: str | None
    name: str | None
    kind: Obstacle
    code: str
    referral_ids: tuple[str, ...]
    sentence: str


def why_not_together(
    solution: Solution, group_id: str, most: int = 5
) -> tuple[GroupObstacle, ...]:
    """Say what keeps a group without a place from the providers that come nearest.

    Parameters
    ----------
    solution : Solution
    group_id : str
    most : int, default 5
        At most so many providers: those that most of the group could go to, and
        where the least stands in the way.

    Returns
    -------
    tuple of GroupObstacle
        What keeps it from every provider, then provider by provider, nearest
        first. Nothing if there is no such group of two or more, it may be
        split, or it has a place.
    """
    rows = [
        row
        for row, person in enumerate(solution.problem.referral_records)
        if person.group_id == group_id
    ]
    if len(rows) < 2 or group_id in solution.choices.split:
        return ()
    if (solution.chosen[rows] >= 0).all():
        return ()
    near = Near(solution, rows[0])
    if near.apart:
        return (_apart(solution, rows),)
    sites = [_Site(near, home) for home in _nearest(near, 2 * most)]
    sites.sort(key=lambda site: (-site.able, -site.seated, len(site.obstacles), site.home))
    return (*_absent(near), *(one for site in sites[:most] for one in site.obstacles))


def _apart(solution: Solution, rows: Sequence[int]) -> GroupObstacle:
    people = [solution.problem.referral_records[row] for row in rows]
    met = [
        person.referral_id
        for person in people
        if any(
            (person.separate_from or frozenset()) & (other.separate_from or frozenset())
            for other in people
            if other is not person
        )
    ]
    return GroupObstacle(
        None,
        None,
        Obstacle.TIE,
        APART,
        tuple(met),
        f"{start(_listed(met))} must be kept apart from each other, so that no provider can "
        "take the whole group.",
    )


def _absent(near: Near) -> list[GroupObstacle]:
    """Say who of the group is not here to be placed, wherever it might go."""
    problem, judge = near.solution.problem, near.solution.judge
    away = np.flatnonzero(judge.absent(np.array(near.rows))).tolist()
    if not away or not problem.size[1]:
        return []
    parameters = near.solution.policy.rules["presence"].parameters
    said: dict[str, list[str]] = {}
    for k in away:
        text = BY_CODE["presence"].say(near.facts(k, 0), parameters, Verdict.FAIL)
        said.setdefault(text, []).append(problem.referral_ids[near.rows[k]])
    sentences = {f"{start(_listed(names))}: {text}": names for text, names in said.items()}
    return [
        GroupObstacle(None, None, Obstacle.RULE, "presence", tuple(names), sentence)
        for sentence, names in sentences.items()
    ]


def _nearest(near: Near, number: int) -> list[int]:
    """Return the providers to look at: most members first, then most beds, fewest bars."""
    problem, policy = near.solution.problem, near.solution.policy
    home = problem.pools.provider
    size = len(problem.provider_ids)
    fewest = np.full((len(near.rows), size), 99, dtype=np.int64)
    bars = np.bitwise_count(_bars(near)).astype(np.int64) + near.closed
    for k in range(len(near.rows)):
        np.minimum.at(fewest[k], home, bars[k])
    able = (fewest == 0).sum(axis=0)
    beds = np.zeros(size, dtype=np.int64)
    np.add.at(beds, home, pool_room(problem, policy) * (bars == 0).any(axis=0))
    beds = np.minimum(np.minimum(beds, provider_room(problem, policy)), _needed(near))
    has_pool = np.isin(np.arange(size), home)
    order = np.lexsort((np.arange(size), fewest.sum(axis=0), -beds, -able))
    return [int(k) for k in order if has_pool[k]][:number]


def _bars(near: Near) -> Bits:
    """Bits of what bars at a place; too few beds and staff are counted as beds."""
    return np.asarray(near.barred & ~_ABSENT & ~(near.failed & _SHORT))


def _needed(near: Near) -> int:
    return sum(near.solution.problem.referral_records[row].beds_needed for row in near.rows)


class _Site:
    """What stands between a group and one provider."""

    def __init__(self, near: Near, home: int) -> None:
        self.near, self.home = near, home
        self.solution = near.solution
        problem, policy = self.solution.problem, self.solution.policy
        pools = near.pools_of(home).tolist()
        self.room = {j: int(pool_room(problem, policy)[j]) for j in pools}
        self.under = int(provider_room(problem, policy)[home])
        bars = _bars(near)
        self.best: dict[
            int, int
        ] = {}  #: member barred by a rule -> the pool that comes nearest
        wanted: list[tuple[int, int]] = []
        for k, row in enumerate(near.rows):
            free = [j for j in pools if not bars[k, j] and not near.closed[k, j]]
            if not free:
                fewest = np.bitwise_count(bars[k, pools]) + near.closed[k, pools]
                self.best[k] = pools[int(np.argmin(fewest))]
            wanted += [(row, j) for j in free or [self.best[k]]]
        self.pairs = wanted
        self.able = len(near.rows) - len(self.best)
        really = [(row, j) for row, j in wanted if near.rows.index(row) not in self.best]
        self.seated = self._most(really, self._ties(really))
        self.obstacles = tuple([*self._rules(bars), *self._own()] or self._with_others())

    def _ties(self, pairs: Sequence[tuple[int, int]], *, ample: bool = False) -> Couplings:
        """Return the ties among some pairs, with the beds there are or with ample beds."""
        s = self.solution
        listed = _candidates(pairs)
        found = find(s.problem, s.policy, listed, s.choices)
        if not ample:
            return found
        shared = Shared(s.problem, s.policy, listed, s.choices)
        shared.roomy[:] = True
        shared.provider_room[:] = _AMPLE
        return Couplings(
            groups=found.groups,
            conflicts=found.conflicts,
            beds=found.beds,
            modes=(*gender_modes(shared), *age_modes(shared)),
            limits=tuple(high_need_limits(shared)),
        )

    def _most(
        self,
        pairs: Sequence[tuple[int, int]],
        ties: Couplings,
        without: frozenset[str] = frozenset(),
        *,
        ample: bool = False,
    ) -> int:
        room = dict.fromkeys(self.room, _AMPLE) if ample else self.room
        under = _AMPLE if ample else self.under
        return most_seated(pairs, ties, room, under, without=without)

    def _rules(self, bars: Bits) -> list[GroupObstacle]:
        """Say which rules bar whom."""
        by_code: dict[str, list[tuple[int, int]]] = {}
        for k, pool in self.best.items():
            for number, spec in enumerate(RULES):
                if int(bars[k, pool]) >> number & 1:
                    by_code.setdefault(spec.code, []).append((k, pool))
            if self.near.closed[k, pool]:
                by_code.setdefault("do-not-place", []).append((k, pool))
        out = []
        for code, barred in by_code.items():
            said: dict[str, list[str]] = {}
            for k, pool in barred:
                said.setdefault(self._said(code, k, pool), []).append(self._name(k))
            why = " ".join(f"{start(_listed(names))}: {text}" for text, names in said.items())
            out.append(self._obstacle(Obstacle.RULE, code, [k for k, _ in barred], f". {why}"))
        return out

    def _said(self, code: str, k: int, pool: int) -> str:
        near = self.near
        if code == "do-not-place" and near.closed[k, pool]:
            return "It was decided that they do not go there."
        failed = int(near.failed[k, pool]) & int(bit(code))
        verdict = Verdict.FAIL if failed else Verdict.UNKNOWN
        parameters = self.solution.policy.rules[code].parameters
        return BY_CODE[code].say(near.facts(k, pool), parameters, verdict)

    def _own(self) -> list[GroupObstacle]:
        """Say where the beds are too few for the group, or its members do not fit."""
        everybody, size = range(len(self.near.rows)), len(self.near.rows)
        none = find(
            self.solution.problem, self.solution.policy, _candidates([]), self.solution.choices
        )
        out = []
        if self._most(self.pairs, none) < size:
            code, why = self._few_beds()
            out.append(self._obstacle(Obstacle.BED, code, everybody, f"; {why}."))
        ties = self._ties(self.pairs, ample=True)
        ample = True
        if not out and self._most(self.pairs, ties, ample=True) == size:
            ties, ample = self._ties(self.pairs), False
        for code in self._codes(self.pairs, ties, size, ample=ample):
            why = f". {_TIED[code].format(self._limit(code))}"
            out.append(self._obstacle(Obstacle.TIE, code, everybody, why))
        return out

    def _codes(
        self, pairs: Sequence[tuple[int, int]], ties: Couplings, size: int, *, ample: bool
    ) -> list[str]:
        """Return the ties that stand in the way: those that do so alone, or all together."""
        if self._most(pairs, ties, ample=ample) == size:
            return []
        codes = sorted(_codes_of(ties))
        alone = [
            code
            for code in codes
            if self._most(pairs, ties, frozenset({code}), ample=ample) == size
        ]
        return alone or codes

    def _with_others(self) -> list[GroupObstacle]:
        """Say what the others in the plan take from the group, or how they do not fit."""
        s, size = self.solution, len(self.near.rows)
        used = s.chosen[s.chosen >= 0]
        used = used[s.problem.pools.provider[s.pairs.pool[used]] == self.home]
        placed = [(int(s.pairs.referral[a]), int(s.pairs.pool[a])) for a in used]
        pairs = sorted([*self.pairs, *placed])
        there = [pairs.index(one) for one in placed]
        room, under = dict(self.room), self.under
        for row, pool in placed:
            room[pool] -= int(s.ties.beds[row])
            under -= int(s.ties.beds[row])
        ties = find(s.problem, s.policy, _candidates(pairs), s.choices)
        everything = frozenset({APART, *_codes_of(ties)})

        def most(without: frozenset[str]) -> int:
            return most_seated(pairs, ties, room, under, there=there, without=without)

        everybody = range(size)
        if most(everything) < size:
            why = ", but the plan gives its beds to others."
            return [self._obstacle(Obstacle.BED, TAKEN, everybody, why)]
        if most(frozenset()) == size:
            return []  # somebody is not here yet, or the search was stopped
        codes = [code for code in sorted(everything) if most(frozenset({code})) == size]
        return [
            self._obstacle(Obstacle.TIE, code, everybody, f", but {_OTHERS[code]}.")
            for code in codes or sorted(everything)
        ]

    def _few_beds(self) -> tuple[str, str]:
        """Return the code and the words for too few beds."""
        problem, policy = self.solution.problem, self.solution.policy
        wanted = {pool for _, pool in self.pairs}
        free = sum(self.room[pool] for pool in wanted)
        needed = _needed(self.near)
        if self.under < min(free, needed):
            first = next(iter(self.room))
            if staffed_room(problem, policy)[first] < licensed_room(problem, policy)[first]:
                return "staffing", f"its staff on shift can look after {self.under} more"
            return "beds", f"its licence leaves room for {self.under} more"
        if any(problem.pool_records[pool].free is None for pool in wanted):
            return "beds", (
                "nobody has said how many beds are free, and "
                f"{counted(free, 'proposal')} at a time may be made"
            )
        said = f"it has {counted(free, 'free bed')}" if free else "it has no free bed"
        if free >= needed:
            return "beds", f"{said}, but not where all of them may live"
        brings = needed > len(self.near.rows)
        return "beds", said + (f", and they need {needed}" if brings else "")

    def _limit(self, code: str) -> str:
        """Return the limit of a tie in words."""
        s = self.solution
        if code == "acuity":
            provider = s.problem.provider_records[self.home]
            left = (provider.high_acuity_limit or 0) - (provider.high_acuity_residents or 0)
            return f"{counted(max(0, left), 'more person', 'more people')}"
        spans = [s.problem.pool_records[pool].age_spread_max for pool in self.room]
        return counted(min((n for n in spans if n is not None), default=None), "year")

    def _name(self, k: int) -> str:
        return self.solution.problem.referral_ids[self.near.rows[k]]

    def _obstacle(
        self, kind: Obstacle, code: str, members: Sequence[int], rest: str
    ) -> GroupObstacle:
        size, name = len(self.near.rows), self.near.name(self.home)
        much = (
            f"all {_number(size)}"
            if self.seated == size
            else f"{_number(self.seated)} of the {_number(size)}"
        )
        return GroupObstacle(
            provider_id=self.solution.problem.provider_ids[self.home],
            name=name,
            kind=kind,
            code=code,
            referral_ids=tuple(self._name(k) for k in members),
            sentence=f"{name} could take {much}{rest}",
        )


_TIED = {
    "resident-gender": "Its empty beds take the gender of the first to move in, and not all "
    "of the group fit one.",
    "resident-age": "Those who live there may be {0} apart at most.",
    "acuity": "It can keep {0} with high needs safe.",
}
_OTHERS = {
    APART: "somebody proposed for it must be kept apart from one of the group",
    "resident-gender": "its empty beds take the gender of others proposed for it",
    "resident-age": "others proposed for it are too far from the group in age",
    "acuity": "others proposed for it take its room for high needs",
}


def _codes_of(ties: Couplings) -> set[str]:
    return {tie.code for tie in ties.modes} | {limit.code for limit in ties.limits}


def _candidates(pairs: Sequence[tuple[int, int]]) -> Candidates:
    table = np.array(pairs, dtype=np.int32).reshape(-1, 2)
    return Candidates(table[:, 0], table[:, 1], np.zeros(len(table), dtype=np.uint64))


def _number(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def _listed(names: Sequence[str]) -> str:
    return listed(f"case {name}" for name in names)
