"""Small problems drawn at random, and slow answers to compare the engine with.

Nothing here uses a table, a bitmask, a network or a solver: a pair is judged
by asking every rule about it alone, and the best plan is the best of all
assignments, tried one after the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
from hypothesis import strategies as st

from matching.domain import words as w
from matching.domain.policy import Policy
from matching.domain.policy import load as load_policy
from matching.domain.records import BedPool, Provider, Referral
from matching.domain.rulebook import OnUnknown
from matching.engine.choices import NO_CHOICES, Choices, Seat
from matching.engine.fit import Fit, icwa_rank
from matching.engine.plan import Plan
from matching.engine.problem import Problem
from matching.engine.rules import BY_CODE, CATALOGUE, PAIR_RULES
from matching.engine.rules.base import Verdict
from tests.builders import (
    FAR,
    HERE,
    NEAR,
    ago,
    day,
    known_home,
    known_pool,
    known_referral,
    problem,
)
from tests.engine.crowds import crowd_member, crowded_beds, crowded_home
from tests.engine.ties import keeps_ties, kept_together, living_there, loose_groups

GENERAL = load_policy("general")
FLORIDA = load_policy("florida")
TEXAS = load_policy("texas")
POLICIES = (GENERAL, FLORIDA, TEXAS)

#: Where a person is: position of the pool, or None.
Place = int | None
Records = tuple[tuple[Referral, ...], tuple[Provider, ...], tuple[BedPool, ...]]


def blocking(policy: Policy, codes: Iterable[str] | None = None) -> Policy:
    """Return a policy in which unknown facts block, for some rules or for all."""
    for code in policy.rules if codes is None else codes:
        policy = policy.with_rule(code, on_unknown=OnUnknown.BLOCK)
    return policy


def seldom(draw: st.DrawFn, usual: Any, *others: Any) -> Any:
    """Draw mostly the usual value."""
    return draw(st.sampled_from([usual, usual, usual, *others]))


def _person(draw: st.DrawFn, number: int) -> Referral:
    facts: dict[str, Any] = {
        "urgency": draw(st.sampled_from([*w.Urgency, None])),
        "received_at": draw(st.sampled_from([None, *(ago(hours=h) for h in (1, 1, 2, 9))])),
        "needed_by": None,
        "age_years": seldom(draw, 15, 12, 17, None),
        "presence": seldom(draw, w.Presence.PRESENT, w.Presence.PRESENT, w.Presence.MISSING),
        "home_county": seldom(draw, HERE, NEAR, None),
        "max_distance_miles": seldom(draw, None, None, 10),
        "school_county": draw(st.sampled_from([HERE, NEAR, None])),
        "acceptable_types": seldom(
            draw,
            frozenset({w.PlacementType.SAFE_FOSTER_HOME, w.PlacementType.FOSTER_HOME}),
            frozenset({w.PlacementType.FOSTER_HOME}),
            None,
        ),
        "identification": draw(st.sampled_from([*w.Identification])),
        "icwa_status": seldom(draw, w.IcwaStatus.NO, w.IcwaStatus.YES, w.IcwaStatus.INQUIRY),
        "icwa_order": seldom(draw, None, tuple(reversed(w.IcwaTier))),
        "languages": draw(st.sampled_from([("en",), ("es", "en"), ("fr",)])),
        "faith_preference": draw(st.sampled_from([None, w.FaithCharacter.RELIGIOUS])),
        "preferred_providers": seldom(draw, None, ("P2", "P1"), ("P3",)),
        "vetoed_providers": seldom(draw, frozenset(), frozenset({"P1"})),
        "declined_by": seldom(draw, frozenset(), frozenset({"P2"})),
        "avoid_providers": seldom(draw, frozenset(), frozenset({"P3"})),
    }
    return known_referral(f"R{number}", **facts)


def _home(draw: st.DrawFn, number: int) -> Provider:
    return known_home(
        f"P{number}",
        placement_type=draw(
            st.sampled_from([w.PlacementType.SAFE_FOSTER_HOME, w.PlacementType.FOSTER_HOME])
        ),
        county=seldom(draw, HERE, NEAR, FAR, None),
        licensed_capacity=draw(st.sampled_from([None, 1, 2, 3])),
        residents=draw(st.sampled_from([0, 0, 1, None])),
        certificate_expires=seldom(draw, day(300), day(-1), None),
        licence_expires=seldom(draw, day(300), day(0), day(-1), None),
        trainings=seldom(draw, known_home().trainings, (), None),
        languages=draw(st.sampled_from([frozenset({"en"}), frozenset({"en", "es"}), None])),
        icwa_tier=draw(st.sampled_from([w.IcwaTier.NONE, w.IcwaTier.INDIAN_HOME, None])),
        faith_character=draw(st.sampled_from([None, *w.FaithCharacter])),
        funding=seldom(draw, frozenset(w.Funding), frozenset({w.Funding.VOCA}), None),
        staff_on_shift=draw(st.sampled_from([None, 2, 2, 3, 0])),
        staff_ratio=draw(st.sampled_from([None, 1, 1, 2])),
    )


def _beds(draw: st.DrawFn, home: Provider, number: int) -> BedPool:
    low = draw(st.sampled_from([10, 10, 14]))
    return known_pool(
        home.provider_id,
        f"B{number}",
        age_min=low,
        beds_licensed=draw(st.sampled_from([1, 3, None])),
        beds_accepting=None,
        beds_occupied=draw(st.sampled_from([0, 1, None])),
        beds_available=draw(st.sampled_from([0, 1, 1, 2, None])),
        as_of=seldom(draw, ago(hours=2), ago(days=3), None),
        gender_lock=seldom(draw, w.Gender.FEMALE, w.Gender.MALE, None),
    )


@st.composite
def records(draw: st.DrawFn, *, people: int = 5, pools: int = 5, tied: bool = False) -> Records:
    """Draw at most so many people and pools, most of whom fit one another.

    ``tied`` draws people whom much ties to one another, and homes where those
    who are placed together must fit.
    """
    person, place, pool = _person, _home, _beds
    if tied:
        person, place, pool = crowd_member, crowded_home, crowded_beds
    number = draw(st.integers(min(3, people) if tied else 1, people))
    persons = tuple(person(draw, k) for k in range(1, number + 1))
    homes, beds = [], []
    left = draw(st.integers(1, pools))
    while left:
        home = place(draw, len(homes) + 1)
        homes.append(home)
        mine = draw(st.integers(1, min(2, left)))
        beds += [pool(draw, home, k + 1) for k in range(mine)]
        left -= mine
    return persons, tuple(homes), tuple(beds)


def problems(**sizes: Any) -> st.SearchStrategy[Problem]:
    """Draw small problems; arguments as for :func:`records`."""
    return records(**sizes).map(lambda parts: problem(*parts))


def policies() -> st.SearchStrategy[Policy]:
    """Draw a shipped policy, some of its rules blocking on unknown facts."""
    some = st.sets(
        st.sampled_from(
            ["licence", "age", "beds", "training", "resident-gender", "resident-age", "acuity"]
        )
    )
    return st.builds(blocking, st.sampled_from(POLICIES), some)


# --- every pair, without tables -----------------------------------------------------


def one_verdict(problem: Problem, policy: Policy, code: str, i: int, j: int) -> Verdict:
    """Ask one rule about one pair and nothing else."""
    parameters = policy.rules[code].parameters
    found = BY_CODE[code].evaluate(problem, parameters, np.array([i]), np.array([j]))
    return Verdict(int(found[0]))


_FAIL, _UNKNOWN = int(Verdict.FAIL), int(Verdict.UNKNOWN)


class Slow:
    """What every rule in force says of every pair, asked without tables or bits.

    Parameters
    ----------
    problem : Problem
    policy : Policy
    """

    def __init__(self, problem: Problem, policy: Policy) -> None:
        self.problem, self.policy = problem, policy
        today = problem.as_of.date()
        self.codes = [c for c, setting in policy.rules.items() if setting.in_force(today)]
        self.blocks = {c for c in self.codes if policy.rules[c].on_unknown is OnUnknown.BLOCK}
        people, beds = problem.size
        i, j = np.arange(people)[:, None], np.arange(beds)[None, :]
        self.found: dict[str, np.ndarray] = {
            rule.code: rule.evaluate(problem, policy.rules[rule.code].parameters, i, j)
            for rule in CATALOGUE
            if rule.code in self.codes
        }
        for code, providers in self._named().items():
            self.found[code] = np.array(
                [
                    [int(key[0] in (names or ())) for key in problem.pool_keys]
                    for names in providers
                ],
                dtype=np.int8,
            ).reshape(people, beds)
        self._said = {c: self.found[c].tolist() for c in self.codes if c in self.found}
        if "together" in self.codes:
            self.found["together"] = np.zeros((people, beds), dtype=np.int8)
            for one in self._where_a_group_cannot_be_whole():
                self.found["together"][one] = Verdict.FAIL
            self._said["together"] = self.found["together"].tolist()

    def _where_a_group_cannot_be_whole(self) -> list[tuple[int, int]]:
        """Pairs open to a person at sites where somebody of the group has none."""
        people, pools = self.problem.referral_records, range(self.problem.size[1])
        site = [key[0] for key in self.problem.pool_keys]
        out = []
        groups = Counter(person.group_id for person in people)
        for i, person in enumerate(people):
            if person.group_id is None or groups[person.group_id] < 2:
                continue
            group = [k for k, one in enumerate(people) if one.group_id == person.group_id]
            tokens = [token for k in group for token in people[k].separate_from or ()]
            hostile = len(tokens) > len(set(tokens))
            for j in pools:
                there = [one for one in pools if site[one] == site[j]]
                missing = any(all(self.barring(k, one) for one in there) for k in group)
                if (hostile or missing) and not self.barring(i, j):
                    out.append((i, j))
        return out

    def _named(self) -> dict[str, list[frozenset[str] | None]]:
        people = self.problem.referral_records
        every = {
            "do-not-place": [r.avoid_providers for r in people],
            "declined": [r.declined_by for r in people],
            "veto": [r.vetoed_providers for r in people],
        }
        assert set(every) == {rule.code for rule in PAIR_RULES}
        return {code: names for code, names in every.items() if code in self.codes}

    def verdict(self, code: str, i: int, j: int) -> Verdict:
        """Return what one rule says about one pair."""
        return Verdict(int(self.found[code][i, j]))

    def failing(self, i: int, j: int) -> list[str]:
        """Codes of the rules that fail, in the order of the rulebook."""
        return self._saying(_FAIL, i, j)

    def asking(self, i: int, j: int) -> list[str]:
        """Codes of the rules that cannot be told, in the order of the rulebook."""
        return self._saying(_UNKNOWN, i, j)

    def _saying(self, verdict: int, i: int, j: int) -> list[str]:
        return [c for c, said in self._said.items() if said[i][j] == verdict]

    def waived(self, choices: Choices, i: int, j: int) -> set[str]:
        """Codes of the rules that were waived for a pair."""
        person, home = self.problem.referral_ids[i], self.problem.pool_keys[j][0]
        return {
            one.code
            for one in choices.waived
            if one.referral_id == person and one.provider_id in (None, home)
        }

    def barring(self, i: int, j: int) -> list[str]:
        """Codes of the rules that keep a pair from being offered, in order."""
        return [
            code
            for code, said in self._said.items()
            if said[i][j] == _FAIL or (said[i][j] == _UNKNOWN and code in self.blocks)
        ]


# --- every assignment ---------------------------------------------------------------


def beds_in(pool: BedPool, policy: Policy) -> int:
    """Beds a plan may fill in one pool."""
    free = policy.unknown_vacancy_beds if pool.free is None else pool.free
    return min(free, pool.beds_licensed if pool.beds_licensed is not None else free)


def beds_under(problem: Problem, policy: Policy, provider: Provider) -> float:
    """Beds a plan may fill under one provider."""
    limits = [float("inf")]
    if provider.licensed_capacity is not None:
        limits.append(provider.licensed_capacity)
    family = provider.placement_type in w.FOSTER_FAMILY_TYPES
    if family and provider.foster_cap_exception is not True:
        limits.append(policy.rules["beds"].parameters["foster_cap"])
    staff = provider.staff_on_shift
    each = 0 if staff == 0 else provider.staff_ratio
    asked = policy.rules["staffing"].in_force(problem.as_of.date())
    if asked and staff is not None and each is not None:
        limits.append(sum(each for _ in range(staff)))
    return max(0.0, min(limits) - (living_there(problem, provider) or 0))


def options(
    problem: Problem,
    policy: Policy,
    choices: Choices = NO_CHOICES,
    slow: Slow | None = None,
) -> list[list[int]]:
    """Return the pools that each person may use, what people decided applied.

    Members of a group that stays together may use a provider only if all of
    them may, and no two of them must be kept apart. Those of a group that may
    be placed apart need not go where one of it lives.
    """
    beds = problem.size[1]
    slow, keys = slow or Slow(problem, policy), problem.pool_keys
    forced, only = with_group(problem, policy, choices), choices.only_of()
    loose = loose_groups(problem, policy, choices)
    out = []
    for i, person in enumerate(problem.referral_records):
        name, may = person.referral_id, []
        for j in range(beds):
            lifted = {"together", *slow.waived(choices, i, j)}  # groups follow below
            anywhere = (Seat(name, keys[j][0]),)
            listed = anywhere if person.group_id in loose else only.get(name, anywhere)
            if (
                not set(slow.barring(i, j)) - lifted
                and not any(s[0] == name and _is(s, keys[j]) for s in choices.forbidden)
                and any(_is(seat, keys[j]) for seat in listed)
                and _is(forced.get(name, Seat(name, keys[j][0])), keys[j])
            ):
                may.append(j)
        out.append(may)
    for members in kept_together(problem, policy, choices):
        tokens = [t for i in members for t in problem.referral_records[i].separate_from or ()]
        shared = set.intersection(*({keys[j][0] for j in out[i]} for i in members))
        if len(tokens) != len(set(tokens)):
            shared = set()
        for i in members:
            out[i] = [j for j in out[i] if keys[j][0] in shared]
    return out


def with_group(problem: Problem, policy: Policy, choices: Choices) -> dict[str, Seat]:
    """Return the place forced for each person; a group follows its member."""
    forced = {seat.referral_id: seat for seat in choices.forced}
    for members in kept_together(problem, policy, choices):
        names = [problem.referral_ids[i] for i in members]
        for seat in [forced[name] for name in names if name in forced][:1]:
            for name in names:
                forced.setdefault(name, Seat(name, seat.provider_id))
    return forced


def _is(seat: Seat, key: tuple[str, str]) -> bool:
    return seat.provider_id == key[0] and seat.pool_id in (None, key[1])


def full(
    problem: Problem, policy: Policy, places: Sequence[Place], beds: Sequence[int]
) -> bool:
    """Tell whether somewhere more beds are taken than a plan may fill."""
    used = (Counter[int](), Counter[str]())
    for j, needed in zip(places, beds, strict=True):
        if j is not None:
            used[0][j] += needed
            used[1][problem.pool_keys[j][0]] += needed
    homes = {home.provider_id: home for home in problem.provider_records}
    return any(n > beds_in(problem.pool_records[j], policy) for j, n in used[0].items()) or any(
        n > beds_under(problem, policy, homes[name]) for name, n in used[1].items()
    )


def assignments(
    problem: Problem, policy: Policy, choices: Choices = NO_CHOICES
) -> Iterator[tuple[Place, ...]]:
    """Try every assignment of people to pools that keeps every rule and limit."""
    may = options(problem, policy, choices)
    must = with_group(problem, policy, choices)
    beds = [person.beds_needed for person in problem.referral_records]
    for places in within(problem, policy, may, beds):
        placed = zip(problem.referral_ids, places, strict=True)
        if all(j is not None or name not in must for name, j in placed) and keeps_ties(
            problem, policy, places, choices
        ):
            yield places


def within(
    problem: Problem, policy: Policy, may: Sequence[Sequence[int]], beds: Sequence[int]
) -> Iterator[tuple[Place, ...]]:
    """Try every assignment in which no pool or provider is over-full."""
    room = [beds_in(pool, policy) for pool in problem.pool_records]
    left = {p.provider_id: beds_under(problem, policy, p) for p in problem.provider_records}

    def place(i: int, so_far: tuple[Place, ...]) -> Iterator[tuple[Place, ...]]:
        if i == len(may):
            yield so_far
            return
        yield from place(i + 1, (*so_far, None))
        for j in may[i]:
            site = problem.pool_keys[j][0]
            if room[j] >= beds[i] and left[site] >= beds[i]:
                room[j] -= beds[i]
                left[site] -= beds[i]
                yield from place(i + 1, (*so_far, j))
                room[j] += beds[i]
                left[site] += beds[i]

    return place(0, ())


class Ranking:
    """Ranks assignments by the order of aims, one person at a time."""

    def __init__(
        self,
        problem: Problem,
        policy: Policy,
        choices: Choices = NO_CHOICES,
        slow: Slow | None = None,
    ) -> None:
        self.problem, self.choices = problem, choices
        people, beds = problem.size
        slow = slow or Slow(problem, policy)
        pairs = list(product(range(people), range(beds)))
        i, j = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        questions = np.array(
            [len(set(slow.asking(*pair)) - slow.waived(choices, *pair)) for pair in pairs],
            dtype=np.int64,
        )
        icwa = icwa_rank(problem, policy, i, j).tolist()
        cost = Fit(problem, policy).cost(i, j, questions).tolist()
        self.places = dict(zip(pairs, zip(icwa, cost, strict=True), strict=True))
        self._forced = with_group(problem, policy, choices)
        self.standing = [self._standing(policy, r, wide=False) for r in self._people]
        self.wide = [self._standing(policy, r, wide=True) for r in self._people]
        self.classes = sorted(set(self.standing))
        self.wide_classes = sorted(set(self.wide))
        self.tiers = range(len(policy.ordering.tiers))

    @property
    def _people(self) -> tuple[Referral, ...]:
        return self.problem.referral_records

    def _standing(
        self, policy: Policy, person: Referral, *, wide: bool
    ) -> tuple[bool, int, int]:
        """Forced or not, tier, and the wait in bands turned round: smaller comes first."""
        order = policy.ordering
        free = person.referral_id not in self._forced
        tier = order.tiers.index(person.urgency or order.unknown_urgency)
        if person.received_at is None:
            return free, tier, 1
        seconds = (self.problem.as_of - person.received_at).total_seconds()
        hours = int(seconds // 3600)
        if wide:
            return free, tier, -sum(hours >= edge for edge in order.tied_waiting_hours)
        return free, tier, -(hours // order.waiting_band_hours)

    def counts(self, places: tuple[Place, ...]) -> tuple[int, ...]:
        """Number placed of each class of tier and wait, in order."""
        placed = Counter(s for s, j in zip(self.standing, places, strict=True) if j is not None)
        return tuple(placed[one] for one in self.classes)

    def tier_counts(self, places: tuple[Place, ...]) -> tuple[int, ...]:
        """Number placed of each tier, in order."""
        pairs = zip(self.standing, places, strict=True)
        placed = Counter(s[1] for s, j in pairs if j is not None)
        return tuple(placed[tier] for tier in self.tiers)

    def ranks_left(self, places: tuple[Place, ...], *, wide: bool = True) -> int:
        """How early those without a place stand in line, added up."""
        standing, classes = (
            (self.wide, self.wide_classes) if wide else (self.standing, self.classes)
        )
        return sum(
            len(classes) - classes.index(s)
            for s, j in zip(standing, places, strict=True)
            if j is None
        )

    def moved(self, places: tuple[Place, ...]) -> int:
        """How many proposals that somebody is calling about would move."""
        keys = self.problem.pool_keys
        where = dict(zip(self.problem.referral_ids, places, strict=True))
        gone = {
            seat.referral_id
            for seat in self.choices.calling
            if where.get(seat.referral_id) is not None
            and not _is(seat, keys[where[seat.referral_id]])  # type: ignore[index]
        }
        return len(gone)

    def preferences(self, places: tuple[Place, ...]) -> tuple[int, int]:
        """Sum of ICWA places and sum of preference costs."""
        used = [self.places[i, j] for i, j in enumerate(places) if j is not None]
        return sum(icwa for icwa, _ in used), sum(cost for _, cost in used)

    def free_key(self, places: tuple[Place, ...]) -> tuple[Any, ...]:
        """Order of aims for people tied to nobody; the smallest is best."""
        counts = tuple(-n for n in self.counts(places))
        return counts, self.moved(places), *self.preferences(places)

    def tied_key(self, places: tuple[Place, ...]) -> tuple[Any, ...]:
        """Order of aims where a tie has to be paid for; the smallest is best."""
        tiers = tuple(-n for n in self.tier_counts(places))
        return tiers, self.ranks_left(places), self.moved(places), *self.preferences(places)


def places_of(problem: Problem, plan: Plan) -> tuple[Place, ...]:
    """Return a plan as an assignment."""
    where = plan.place_of(problem.size[0]).tolist()
    return tuple(None if j < 0 else j for j in where)


def named(problem: Problem, plan: Plan) -> dict[str, tuple[str, str]]:
    """Return a plan by identifiers, which do not depend on positions."""
    return {
        problem.referral_ids[i]: problem.pool_keys[j]
        for i, j in zip(plan.referral.tolist(), plan.pool.tolist(), strict=True)
    }


def weighted(policy: Policy, factor: int) -> Policy:
    """Return a policy whose preferences weigh so many times as much."""
    return replace(
        policy,
        preferences={
            code: replace(setting, weight=setting.weight * factor)
            for code, setting in policy.preferences.items()
        },
    )
