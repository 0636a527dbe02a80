"""The common shape of rules that follow from facts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from matching.engine.problem import Problem
from matching.engine.rules.base import (
    Facts,
    Parameters,
    Rows,
    Verdict,
    Verdicts,
    verdicts,
)
from matching.engine.rules.logic import Truth


class Judged(ABC):
    """A rule given by one truth and three sentences.

    A subclass names the columns it reads, says when it is met, and puts into
    words why it is met, why it is not, and what to ask.
    """

    code: ClassVar[str]
    reads_referral: ClassVar[tuple[str, ...]] = ()
    reads_pool: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Tell for each pair whether the rule is met; arguments as for a rule."""

    @abstractmethod
    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say the fact that meets the rule."""

    @abstractmethod
    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say why it fails, with the facts."""

    @abstractmethod
    def question(self, f: Facts, parameters: Parameters) -> str:
        """Say what to ask."""

    def evaluate(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Verdicts:
        """Return the verdict for each pair, in the broadcast shape (read-only)."""
        met = self.met(problem, parameters, i, j)
        shape = np.broadcast_shapes(np.shape(i), np.shape(j))
        return np.broadcast_to(verdicts(met.no, ~met.yes), shape)

    def say(self, f: Facts, parameters: Parameters, verdict: Verdict) -> str:
        """Return one plain sentence for one pair."""
        if verdict is Verdict.FAIL:
            return self.failed(f, parameters)
        if verdict is Verdict.UNKNOWN:
            return self.question(f, parameters)
        return self.passed(f, parameters)
