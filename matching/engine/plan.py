"""The finished plan: who is proposed for which bed, and how far it is proven."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from matching.engine.judge import Bits


class Status(StrEnum):
    """How far a plan is proven."""

    OPTIMAL = "optimal"  #: no better plan exists, by proof
    FEASIBLE = "feasible"  #: keeps every rule; a better one may exist
    EMPTY = "empty"  #: nobody is waiting


@dataclass(frozen=True, slots=True)
class TierCount:
    """Placed people of one priority tier.

    Attributes
    ----------
    tier : str
        Name of the tier.
    waiting : int
        People in it.
    placed : int
        Of them, with a place.
    most : int
        Proven upper bound on how many of them could have one, given the
        tiers before.
    """

    tier: str
    waiting: int
    placed: int
    most: int


@dataclass(frozen=True, slots=True)
class Plan:
    """One joint proposal for everybody who is waiting.

    Attributes
    ----------
    status : Status
    referral, pool : ndarray of int32, shape (placed,)
        The placements, sorted by referral; positions in the problem.
    cost : ndarray of int64, shape (placed,)
        Preference cost of each placement.
    unknown : ndarray of uint64, shape (placed,)
        Rules to be asked about before placing.
    objective, bound : int
        Total preference cost, and the least it could be for a plan that
        places people as well in the order of aims.
    tiers : tuple of TierCount
    salt : str
        Salt of the lottery.
    pairs, eligible : int
        Pairs of people and pools in all, and those that no rule bars.
    problem_fingerprint, policy_fingerprint : str
    policy_name, policy_version : str
    choices_fingerprint : str
        Of what people had decided.
    versions : dict of str to str
        Software and solver versions.
    seconds : dict of str to float
        Time spent by stage.
    violations : tuple of str
        What the independent check found wrong; empty in any plan returned.
    """

    status: Status
    referral: NDArray[np.int32]
    pool: NDArray[np.int32]
    cost: NDArray[np.int64]
    unknown: Bits
    objective: int
    bound: int
    tiers: tuple[TierCount, ...]
    salt: str
    pairs: int
    eligible: int
    problem_fingerprint: str
    policy_fingerprint: str
    policy_name: str
    policy_version: str
    choices_fingerprint: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    violations: tuple[str, ...] = ()

    @property
    def verified(self) -> bool:
        """Whether the independent check found nothing wrong."""
        return not self.violations

    def place_of(self, referrals: int) -> NDArray[np.int64]:
        """Return the pool of each referral, or -1, shape (referrals,)."""
        out = np.full(referrals, -1, dtype=np.int64)
        out[self.referral] = self.pool
        return out
