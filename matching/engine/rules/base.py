"""What a rule is to the engine.

A rule is a small object. It computes a verdict for arrays of pairs and says it
in one sentence for one pair. It names the columns it reads: the engine uses
that to compute each different combination of facts only once, and a test
holds every rule to its word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from matching.domain.certification import effective_type
from matching.domain.confidential import is_secret
from matching.domain.records import BedPool, Provider, Referral
from matching.engine.columns import Flags, Ints
from matching.engine.problem import Problem

Verdicts = NDArray[np.int8]
Rows = NDArray[np.integer[Any]]
Parameters = Mapping[str, Any]


class Verdict(IntEnum):
    """What a rule says about one pair."""

    PASS = 0
    FAIL = 1
    UNKNOWN = 2


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a sentence about one pair may use.

    Attributes
    ----------
    referral, provider, pool : records
        The two sides.
    miles : float or None
        Between the two counties; ``None`` if either is unknown.
    as_of : datetime
        The moment of the plan.
    home, place : str
        The two counties in words; that of a confidential provider is never said.
    avoided : tuple of (str, float or None)
        The counties the person must avoid, in words, each with its distance
        from the provider's county in miles.
    """

    referral: Referral
    provider: Provider
    pool: BedPool
    miles: float | None
    as_of: datetime
    home: str
    place: str
    avoided: tuple[tuple[str, float | None], ...]

    @property
    def today(self) -> date:
        """Day of ``as_of``."""
        return self.as_of.date()

    @property
    def secret(self) -> bool:
        """Whether no sentence may tell where the provider is."""
        return is_secret(self.provider)


class Spoken(Protocol):
    """A rule that says itself in sentences."""

    @property
    def code(self) -> str:
        """Code in the rule catalogue."""

    def say(self, facts: Facts, parameters: Parameters, verdict: Verdict) -> str:
        """Return one plain sentence for one pair.

        For FAIL: why, with the facts. For UNKNOWN: the question to ask. For
        PASS: the fact that meets the rule.
        """


class Rule(Spoken, Protocol):
    """One reason why a person may not use a bed pool."""

    @property
    def reads_referral(self) -> tuple[str, ...]:
        """Names of the ``ReferralColumns`` it reads."""

    @property
    def reads_pool(self) -> tuple[str, ...]:
        """Names of the ``PoolColumns`` it reads."""

    def evaluate(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Verdicts:
        """Return the verdict for each pair.

        Parameters
        ----------
        problem : Problem
        parameters : Mapping
            The rule's settings in the policy.
        i, j : ndarray of int
            Positions of referrals and of bed pools; the shapes broadcast.

        Returns
        -------
        ndarray of int8
            :class:`Verdict` values, in the broadcast shape.
        """


class PairRule(Spoken, Protocol):
    """A rule that is a list of named pairs, such as refusals."""

    def listed(self, problem: Problem) -> tuple[Ints, Ints]:
        """Return the failing pairs as positions of referrals and *providers*."""


def verdicts(fail: Flags, unknown: Flags) -> Verdicts:
    """Combine "surely fails" and "cannot be told" into verdicts.

    Parameters
    ----------
    fail, unknown : ndarray of bool
        Shapes broadcast. Failing wins over unknown.

    Returns
    -------
    ndarray of int8
    """
    out = np.where(fail, np.int8(Verdict.FAIL), np.where(unknown, np.int8(Verdict.UNKNOWN), 0))
    return np.asarray(out, dtype=np.int8)


def facts(problem: Problem, i: int, j: int) -> Facts:
    """Return the facts of one pair for a sentence."""
    referral = problem.referral_records[i]
    provider = problem.provider_records[problem.pools.provider[j]]
    where = problem.geography
    place = int(problem.pools.county[j])

    def miles_from(fips: str | None) -> float | None:
        start = where.index.get(fips or "", -1)
        if start < 0 or place < 0:
            return None
        return float(where.miles(np.array(start), np.array(place)))

    return Facts(
        referral=referral,
        provider=provider,
        pool=problem.pool_records[j],
        miles=miles_from(referral.home_county),
        as_of=problem.as_of,
        home=where.name(referral.home_county),
        place="the place" if is_secret(provider) else where.name(provider.county),
        avoided=tuple(
            (where.name(fips), miles_from(fips))
            for fips in sorted(referral.avoid_counties or ())
        ),
    )


def day(value: date) -> str:
    """Write a date so that no one can misread it: "3 Nov 2026"."""
    return f"{value.day} {value:%b %Y}"


def type_today(f: Facts) -> Any:
    """Return what the provider is today, given its certificate."""
    return effective_type(f.provider, f.today)
