"""How well a pair fits: preference points and their cost, in whole numbers.

A preference makes a place better or worse and never bars it. Points run from
0 (as wished, or nothing wished) to 10; a policy's weight turns points into
cost. A wish or a fact that nobody has stated costs nothing by itself: the
preference on facts known counts open questions. Only news of a vacancy without
a date counts as old news, since it may be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.domain import words as w
from matching.domain.policy import Policy
from matching.domain.rulebook import PREFERENCES
from matching.engine.columns import UNKNOWN, known
from matching.engine.keyed import Factors, Keyed, Lookup, Rows, joined
from matching.engine.problem import Problem
from matching.engine.sides import NO_COURSE

Points = NDArray[np.int64]
PointFunction = Callable[[Problem, Mapping[str, Any], Rows, Rows], Points]

MOST_POINTS = 10

#: Most entries of a table of joined costs.
TABLE = 200_000
#: Most pairs whose cost is worked out in one go.
AT_ONCE = 1_000_000
_TYPES = list(w.PlacementType)
_RANK = np.array([w.RESTRICTIVENESS[t] for t in _TYPES], dtype=np.int64)
_COURSES = list(w.Course)


@dataclass(frozen=True, slots=True)
class Preference:
    """One preference: what it reads and how it counts.

    Attributes
    ----------
    code : str
        Code in the catalogue.
    reads_referral, reads_pool : tuple of str
        Columns it depends on.
    points : callable
        (problem, parameters, i, j) to whole points from 0 to 10.
    """

    code: str
    reads_referral: tuple[str, ...]
    reads_pool: tuple[str, ...]
    points: PointFunction


def _least_restrictive(p: Problem, _: Mapping[str, Any], i: Rows, j: Rows) -> Points:
    """Two points for each step of restrictiveness above the least suitable one."""
    bits = p.referrals.types.take(i).bits[..., 0]
    mask = np.uint64(1) << np.arange(len(_TYPES), dtype=np.uint64)
    suitable = (bits[..., None] & mask) != 0
    least = np.where(suitable, _RANK, 99).min(axis=-1)
    least = np.where(least == 99, 1, least)
    kind = p.pools.effective_type[j]
    rank = _RANK[np.maximum(kind, 0)]
    steps = np.clip(2 * (rank - least), 0, MOST_POINTS)
    return np.where(known(kind), steps, 0)


def _distance(p: Problem, parameters: Mapping[str, Any], i: Rows, j: Rows) -> Points:
    """Points rise with the band of distance; within the first band there are none."""
    bands = np.array(parameters["bands_miles"], dtype=np.float32)
    miles = p.geography.miles(p.referrals.home[i], p.pools.county[j])
    band = np.searchsorted(bands, np.nan_to_num(miles, nan=0.0), side="left")
    steps = max(1, len(bands))
    return np.where(np.isnan(miles), 0, band * MOST_POINTS // steps).astype(np.int64)


def _other_county(mine: NDArray[np.int32], theirs: NDArray[np.int32]) -> Points:
    away = known(mine) & known(theirs) & (mine != theirs)
    return np.where(away, MOST_POINTS, 0)


def _school(p: Problem, _: Mapping[str, Any], i: Rows, j: Rows) -> Points:
    return _other_county(p.referrals.school[i], p.pools.county[j])


def _siblings(p: Problem, _: Mapping[str, Any], i: Rows, j: Rows) -> Points:
    return _other_county(p.referrals.siblings[i], p.pools.county[j])


def _training(p: Problem, _: Mapping[str, Any], i: Rows, j: Rows) -> Points:
    """Five points for each of the two courses that help and are not current."""
    helpful = [_COURSES.index(c) for c in (w.Course.COMPLEX_TRAUMA, w.Course.TRAFFICKING)]
    ends = p.pools.training[j][..., helpful]
    lapsed = (ends == NO_COURSE) | (known(ends) & (ends < p.today))
    points = lapsed.sum(axis=-1) * (MOST_POINTS // len(helpful))
    return np.broadcast_to(points, np.broadcast_shapes(i.shape, j.shape)).astype(np.int64)


def _language(p: Problem, _: Mapping[str, Any], i: Rows, j: Rows) -> Points:
    first = p.referrals.first_language[i]
    column = p.pools.languages
    word, bit = np.maximum(first, 0) // 64, np.maximum(first, 0) % 64
    bits = column.take(j).bits
    shape = np.broadcast_shapes(first.shape, bits.shape[:-1])
    bits = np.broadcast_to(bits, (*shape, bits.shape[-1]))
    word = np.broadcast_to(word, shape)
    own = np.take_along_axis(bits, word[..., None], axis=-1)[..., 0]
    spoken = (own >> bit.astype(np.uint64)) & np.uint64(1)
    missing = known(first) & column.take(j).known & (spoken == 0)
    return np.where(missing, MOST_POINTS, 0)


def _wished_types(p: Problem, _: Mapping[str, Any], i: Rows, j: Rows) -> Points:
    """Half the points where a kind of place was wished for and this is another."""
    wished = p.referrals.preferred_types
    kind = p.pools.effective_type[j]
    mask = np.uint64(1) << np.maximum(kind, 0).astype(np.uint64)
    is_wished = (wished.take(i).bits[..., 0] & mask) != 0
    asked = wished.take(i).bits.any(axis=-1)
    return np.where(asked & known(kind) & ~is_wished, MOST_POINTS // 2, 0)


def _faith(p: Problem, _: Mapping[str, Any], i: Rows, j: Rows) -> Points:
    """Two and a half points, rounded down, for each step between the two characters."""
    mine, theirs = p.referrals.faith[i], p.pools.faith[j]
    steps = np.abs(mine.astype(np.int64) - theirs)
    points = np.minimum(MOST_POINTS, steps * MOST_POINTS // (len(w.FaithCharacter) - 1))
    return np.where(known(mine) & known(theirs), points, 0)


def _devices(p: Problem, _: Mapping[str, Any], i: Rows, j: Rows) -> Points:
    """Five points for each step that the rules are stricter than wished."""
    mine, theirs = p.referrals.devices[i], p.pools.devices[j]
    stricter = np.clip(theirs.astype(np.int64) - mine, 0, 2) * (MOST_POINTS // 2)
    return np.where(known(mine) & known(theirs), stricter, 0)


def _freshness(p: Problem, _: Mapping[str, Any], i: Rows, j: Rows) -> Points:
    """One point for each whole day since the vacancy was confirmed."""
    hours = p.pools.news_hours[j]
    points = np.where(known(hours), np.clip(hours // 24, 0, MOST_POINTS), MOST_POINTS)
    return np.broadcast_to(points, np.broadcast_shapes(i.shape, j.shape)).astype(np.int64)


_SPECIALISED = tuple(
    _TYPES.index(t)
    for t in (
        w.PlacementType.SAFE_HOUSE,
        w.PlacementType.SAFE_FOSTER_HOME,
        w.PlacementType.SPECIALISED_FOSTER_HOME,
    )
)


def _scarce(p: Problem, _: Mapping[str, Any], i: Rows, j: Rows) -> Points:
    """Points for a specialised bed used for someone not identified as exploited."""
    special = np.isin(p.pools.effective_type[j], _SPECIALISED)
    at_risk = p.referrals.identification[i] == list(w.Identification).index(
        w.Identification.AT_RISK
    )
    return np.where(special & at_risk, MOST_POINTS, 0)


ORDINARY: tuple[Preference, ...] = (
    Preference("least-restrictive", ("types",), ("effective_type",), _least_restrictive),
    Preference("distance", ("home",), ("county",), _distance),
    Preference("school", ("school",), ("county",), _school),
    Preference("siblings", ("siblings",), ("county",), _siblings),
    Preference("training", (), ("training",), _training),
    Preference("language", ("first_language",), ("languages",), _language),
    Preference("faith", ("faith",), ("faith",), _faith),
    Preference("devices", ("devices",), ("devices",), _devices),
    Preference("freshness", (), ("news_hours",), _freshness),
    Preference("scarce", ("identification",), ("effective_type",), _scarce),
)
_WISHED_TYPES = Preference("wishes", ("preferred_types",), ("effective_type",), _wished_types)


class Fit:
    """Preference costs of a problem under a policy."""

    def __init__(self, problem: Problem, policy: Policy) -> None:
        self.problem = problem
        self.policy = policy
        people, beds = problem.size
        referrals, pools = Factors(problem.referrals, people), Factors(problem.pools, beds)
        self._keyed: dict[str, Keyed] = {}
        for preference in (*ORDINARY, _WISHED_TYPES):
            setting = policy.preferences[preference.code]
            if setting.weight == 0:
                continue

            def count(
                i: Rows,
                j: Rows,
                one: Preference = preference,
                parameters: Mapping[str, Any] = setting.parameters,
            ) -> Points:
                return one.points(problem, parameters, i, j).astype(np.int8)

            self._keyed[preference.code] = Keyed(
                count,
                referrals.codes(preference.reads_referral),
                pools.codes(preference.reads_pool),
            )
        self._tier = tier(problem, policy)
        self._lists = _Lists(problem)

    @cached_property
    def _joined(self) -> list[Lookup]:
        """The costs of the preferences that depend on few facts, in few tables."""
        tables = [
            Lookup(
                one.referral_codes,
                one.pool_codes,
                one.table.astype(np.int64) * self.policy.preferences[code].weight,
            )
            for code, one in self._keyed.items()
            if one.table is not None and one.table.size <= TABLE
        ]
        return joined(tables, np.add, TABLE)

    def points(self, i: Rows, j: Rows, questions: Rows) -> dict[str, Points]:
        """Return the points of each preference for listed pairs.

        Parameters
        ----------
        i, j : ndarray of int, shape (pairs,)
            Positions of referrals and pools.
        questions : ndarray of int, shape (pairs,)
            Number of open questions of each pair.

        Returns
        -------
        dict of str to ndarray of int64, shape (pairs,)
            In the order of the catalogue; preferences of weight 0 are left out.
        """
        out: dict[str, Points] = {}
        for spec in PREFERENCES:
            setting = self.policy.preferences[spec.code]
            if setting.weight == 0:
                continue
            if spec.code == "certainty":
                each = setting.parameters["points_per_fact"]
                out[spec.code] = np.minimum(MOST_POINTS, each * questions.astype(np.int64))
            elif spec.code == "wishes":
                out[spec.code] = self._wishes(i, j)
            else:
                out[spec.code] = self._keyed[spec.code].pairs(i, j).astype(np.int64)
        return out

    def cost(self, i: Rows, j: Rows, questions: Rows) -> Points:
        """Return the total preference cost of listed pairs, in weighted points."""
        total = np.empty(len(i), dtype=np.int64)
        for start in range(0, len(i), AT_ONCE):
            some = slice(start, start + AT_ONCE)
            total[some] = self._cost(i[some], j[some], questions[some])
        return total

    def _cost(self, i: Rows, j: Rows, questions: Rows) -> Points:
        """Add up what :meth:`points` tells one by one."""
        total = np.zeros(len(i), dtype=np.int64)
        for table in self._joined:
            total += table.of(i, j)
        for code, one in self._keyed.items():
            if one.table is None or one.table.size > TABLE:
                total += one.pairs(i, j).astype(np.int64) * self.policy.preferences[code].weight
        if "wishes" in self._keyed:
            total += self._lists.points(i, j) * self.policy.preferences["wishes"].weight
        setting = self.policy.preferences["certainty"]
        if setting.weight:
            each = setting.parameters["points_per_fact"]
            open_points = np.minimum(MOST_POINTS, each * questions.astype(np.int64))
            total += self.weights("certainty", i) * open_points
        return total

    def weights(self, code: str, i: Rows) -> NDArray[np.int64]:
        """Return the cost of one point of a preference for some referrals.

        Open questions weigh more for more urgent people: once for the last
        tier, once more for each tier before it.
        """
        weight = self.policy.preferences[code].weight
        if code != "certainty":
            return np.full(len(i), weight, dtype=np.int64)
        tiers = len(self.policy.ordering.tiers)
        return np.asarray(weight * (tiers - self._tier[i]))

    def _wishes(self, i: Rows, j: Rows) -> Points:
        """Points of the person's own wishes: their list, and the kind of place.

        A kind of place not wished for costs 5 points more.
        """
        kind = self._keyed["wishes"].pairs(i, j)
        return np.asarray(self._lists.points(i, j) + kind, dtype=np.int64)


class _Lists:
    """The places that people have put on a list of wishes."""

    def __init__(self, problem: Problem) -> None:
        wished = problem.wished
        self._homes = len(problem.provider_ids)
        self._home = problem.pools.provider
        key = wished.referral.astype(np.int64) * self._homes + wished.provider
        order = np.argsort(key, kind="stable")
        self._key, self._rank = key[order], wished.rank[order]
        self._has_list = np.zeros(problem.size[0], dtype=np.bool_)
        self._has_list[wished.referral] = True

    def points(self, i: Rows, j: Rows) -> Points:
        """Return the rank on the list (at most 5 points); 5 off it, where there is one."""
        out = np.zeros(len(i), dtype=np.int64)
        some = np.flatnonzero(self._has_list[i])
        if len(some) == 0:
            return out
        wanted = i[some].astype(np.int64) * self._homes + self._home[j[some]]
        place = np.minimum(np.searchsorted(self._key, wanted), len(self._key) - 1)
        rank = np.minimum(MOST_POINTS // 2, self._rank[place])
        out[some] = np.where(self._key[place] == wanted, rank, MOST_POINTS // 2)
        return out


def tier(problem: Problem, policy: Policy) -> NDArray[np.int64]:
    """Return each referral's priority tier, 0 first; unknown urgency as the policy says.

    An urgency that the order does not name stands in its last tier: an order of one
    tier makes all alike.
    """
    order = policy.ordering
    last = len(order.tiers) - 1
    place = np.array(
        [order.tiers.index(u) if u in order.tiers else last for u in w.Urgency],
        dtype=np.int64,
    )
    urgency = problem.referrals.urgency
    unknown = order.tiers.index(order.unknown_urgency)
    return np.where(urgency == UNKNOWN, unknown, place[np.maximum(urgency, 0)])


def icwa_rank(problem: Problem, policy: Policy, i: Rows, j: Rows) -> NDArray[np.int64]:
    """Return the place of each pair in the order of ICWA preferences.

    Parameters
    ----------
    problem : Problem
    policy : Policy
    i, j : ndarray of int, shape (pairs,)
        Positions of referrals and pools.

    Returns
    -------
    ndarray of int64, shape (pairs,)
        0 is the first preference; 0 for everybody to whom the Act does not
        apply. A child whose status is under inquiry is treated as one to whom
        it does. The order is that of 25 CFR 23.131(b), or the one that the
        child's tribe has set (23.131(c)). A provider's unknown status comes
        last, with those that have none.
    """
    return IcwaOrder(problem, policy).rank(i, j)


class IcwaOrder:
    """The order of ICWA preferences of everybody to whom the Act applies.

    Parameters
    ----------
    problem : Problem
    policy : Policy
    """

    def __init__(self, problem: Problem, policy: Policy) -> None:
        self._tier = problem.pools.icwa_tier
        self._kind = np.full(problem.size[0], -1, dtype=np.int32)
        codes = [list(w.IcwaStatus).index(s) for s in (w.IcwaStatus.YES, w.IcwaStatus.INQUIRY)]
        applies = np.isin(problem.referrals.icwa, codes) & policy.ordering.icwa
        kinds: dict[tuple[w.IcwaTier, ...], int] = {}
        for row in np.flatnonzero(applies).tolist():
            order = problem.referral_records[row].icwa_order or ()
            self._kind[row] = kinds.setdefault(order, len(kinds))
        self._table = np.array([_ranks(order) for order in kinds], dtype=np.int64)

    def rank(self, i: Rows, j: Rows) -> NDArray[np.int64]:
        """Return the place of listed pairs in the order; see :func:`icwa_rank`."""
        out = np.zeros(len(i), dtype=np.int64)
        kind = self._kind[i]
        some = np.flatnonzero(kind >= 0)
        if len(some):
            theirs = self._tier[j[some]]
            out[some] = self._table[kind[some], np.where(known(theirs), theirs, -1)]
        return out


def _ranks(order: Sequence[w.IcwaTier]) -> list[int]:
    """Return the rank of every tier, and at the end that of an unknown one."""
    usual = [t for t in w.IcwaTier if t is not w.IcwaTier.NONE]
    place = {tier: k for k, tier in enumerate(dict.fromkeys(order or usual))}
    last = len(usual)
    return [
        last if tier is w.IcwaTier.NONE else place.get(tier, last) for tier in w.IcwaTier
    ] + [last]
