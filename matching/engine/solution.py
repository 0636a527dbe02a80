"""A plan with everything that was worked out on the way to it.

What can be asked about a plan later (alternatives, the value of a bed, the
smallest change) starts from here, without working it all out again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from matching.domain.policy import Policy
from matching.engine.aims import Aims
from matching.engine.candidates import Candidates
from matching.engine.choices import Choices
from matching.engine.couplings import Couplings
from matching.engine.fit import Fit
from matching.engine.judge import Judge
from matching.engine.plan import Plan
from matching.engine.pricing import Pricing
from matching.engine.problem import Problem

Int64s = NDArray[np.int64]


class Method(StrEnum):
    """How the people of one component were placed."""

    FLOW = "flow"  #: nothing ties them: a flow
    KEPT = "kept"  #: a best flow that keeps every tie; the strict order of waiting holds
    PROGRAM = "program"  #: a mixed-integer program; waits count in wide bands


@dataclass(frozen=True, slots=True)
class Part:
    """A component: people who compete for beds with one another and nobody else.

    Attributes
    ----------
    members : ndarray of int64
        Positions of the referrals, those with at least one pair.
    method : Method
    more : tuple of int
        For each tier, how many more people might be placed; 0 is proven.
    gap : int or None
        By how much the later aims might be better, in preference cost;
        ``None`` if not even the order of waiting is proven.
    """

    members: Int64s
    method: Method
    more: tuple[int, ...]
    gap: int | None


@dataclass(frozen=True, slots=True)
class Solution:
    """A plan and what led to it.

    Attributes
    ----------
    problem : Problem
    policy : Policy
    choices : Choices
        As they were applied: a forced place extends to the whole group.
    judge : Judge
    fit : Fit
    eligible : Candidates
        That no rule bars; as many as the plan needs, where there are too many.
    pairs : Candidates
        That the plan could use, the choices applied.
    goal : Aims
        With the standing that was used: in wide bands where a program decided.
    ties : Couplings
    parts : tuple of Part
    chosen : ndarray of int64, shape (referrals,)
        Position of the pair each referral uses, or -1.
    plan : Plan
    pricing : Pricing or None
        What proves the plan over all pairs, where not all are listed.
    """

    problem: Problem
    policy: Policy
    choices: Choices
    judge: Judge
    fit: Fit
    eligible: Candidates
    pairs: Candidates
    goal: Aims
    ties: Couplings
    parts: tuple[Part, ...]
    chosen: Int64s
    plan: Plan
    pricing: Pricing | None = None

    def part_of(self) -> Int64s:
        """Return the part of each referral, or -1 for those without any pair."""
        out = np.full(self.problem.size[0], -1, dtype=np.int64)
        for number, part in enumerate(self.parts):
            out[part.members] = number
        return out
