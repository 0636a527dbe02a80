"""A plan with everything needed to explain it, made from records in memory.

The dashboard and the command line both go through here, so that both give the
same answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from matching.domain import geography
from matching.domain.errors import InputError, NotFound
from matching.domain.policy import Policy
from matching.domain.records import BedPool, Provider, Referral
from matching.engine import problem as frozen
from matching.engine.beds import Beds
from matching.engine.choices import NO_CHOICES, Choices
from matching.engine.consequences import Alternatives
from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.fit import Fit
from matching.engine.judge import Judge
from matching.engine.plan import Plan
from matching.engine.problem import Problem
from matching.engine.reach import Reaches
from matching.engine.solution import Method, Solution
from matching.engine.solve import Progress, work_out
from matching.insight.explain import CaseExplanation, Explainer
from matching.insight.gaps import Breakdown, Gap, break_down, find_gaps
from matching.insight.reasons import Decided, decided
from matching.insight.weak import Weak, poor, provisional

#: Cases explained lately that a plan remembers.
EXPLAINED = 64


@dataclass(frozen=True)
class Run:
    """A plan, its problem and policy, and what can be asked about them.

    Attributes
    ----------
    solution : Solution
    """

    solution: Solution

    @property
    def problem(self) -> Problem:
        """Everybody waiting and every bed pool at one moment."""
        return self.solution.problem

    @property
    def policy(self) -> Policy:
        """The rules and preferences the plan was made under."""
        return self.solution.policy

    @property
    def plan(self) -> Plan:
        """The joint proposal."""
        return self.solution.plan

    @property
    def judge(self) -> Judge:
        """The rules in force, applied to the problem."""
        return self.solution.judge

    @property
    def fit(self) -> Fit:
        """Preference costs."""
        return self.solution.fit

    @cached_property
    def explainer(self) -> Explainer:
        """Explains cases."""
        return Explainer(self.problem, self.judge, self.fit, self.plan, self.solution.choices)

    @cached_property
    def alternatives(self) -> Alternatives:
        """What every other place of everybody would change for the others."""
        return Alternatives(self.solution)

    @cached_property
    def reaches(self) -> Reaches:
        """Who could reach which places through any chain of moves."""
        return Reaches(self.solution)

    @cached_property
    def beds(self) -> Beds:
        """What one more bed would change, at every pool and provider."""
        return Beds(self.alternatives)

    @cached_property
    def decided(self) -> tuple[Decided, ...]:
        """What decided each placement, in the plan's order."""
        return decided(self.problem, self.judge, self.fit, self.plan)

    @cached_property
    def tied(self) -> bool:
        """Whether ties between people decided who has a place.

        Where a best flow keeps every tie, they did not: nobody is passed over
        for someone behind them there either.
        """
        return any(part.method is Method.PROGRAM for part in self.solution.parts)

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """Everybody without a place, with the stage and the funnel."""
        return find_gaps(self.problem, self.judge, self.plan, self.solution.choices)

    @cached_property
    def breakdowns(self) -> tuple[Breakdown, ...]:
        """Gaps by every way to tell people apart."""
        return break_down(self.problem, self.policy, self.gaps)

    @cached_property
    def provisional(self) -> tuple[Gap, ...]:
        """Everybody whose place must be confirmed by a call."""
        return provisional(self.solution)

    @cached_property
    def poor(self) -> tuple[Weak, ...]:
        """Everybody whose place is poor, and where a better one was lost."""
        return poor(self.solution)

    def row(self, referral_id: str) -> int:
        """Return the position of a case.

        Raises
        ------
        NotFound
            If the case is not part of this plan.
        """
        try:
            return self.problem.referral_ids.index(referral_id)
        except ValueError:
            raise NotFound(
                "This case is not part of the plan.", next_step="Make the plan again."
            ) from None

    def case(self, referral_id: str) -> CaseExplanation:
        """Explain one case.

        Raises
        ------
        NotFound
            If the case is not part of this plan.
        """
        return self._explained(self.row(referral_id))

    @cached_property
    def _explained(self) -> Callable[[int], CaseExplanation]:
        """What was explained lately: a page asks more than once for the case it shows."""
        return lru_cache(maxsize=EXPLAINED)(self.explainer.case)


def make_run(
    referrals: Sequence[Referral],
    providers: Sequence[Provider],
    pools: Sequence[BedPool],
    policy: Policy,
    as_of: datetime,
    *,
    choices: Choices = NO_CHOICES,
    salt: str | None = None,
    progress: Progress | None = None,
    effort: Effort = NO_LIMIT,
    executor: Executor | None = None,
) -> Run:
    """Make a plan from records.

    Parameters
    ----------
    referrals, providers, pools : sequence of records
    policy : Policy
    as_of : datetime
        Aware.
    choices : Choices, optional
        What people have decided.
    salt : str, optional
        Salt of the tie-break.
    progress : callable, optional
        Told each stage as it begins.
    effort : Effort, optional
        A limit on the search; the best plan found by then is kept.
    executor : Executor, optional
        Solves the parts of the problem: in processes, or on other machines.

    Returns
    -------
    Run
    """
    problem = frozen.build(referrals, providers, pools, as_of, geography.load())
    solution = work_out(
        problem,
        policy,
        choices=choices,
        salt=salt,
        progress=progress,
        effort=effort,
        executor=executor,
    )
    return Run(solution)


def require_overlap(referrals: Sequence[Referral], providers: Sequence[Provider]) -> None:
    """Refuse to plan where the two files have nothing to do with each other.

    Raises
    ------
    InputError
        If either is empty, or no provider is in, or serves, any state that a
        referral comes from and both sides are known.
    """
    if not referrals:
        raise InputError(
            "There are no referrals to place.", next_step="Check the referral file."
        )
    if not providers:
        raise InputError(
            "There are no providers to place anybody with.",
            next_step="Check the provider file.",
        )
    where = geography.load()
    homes = {where.state_of(r.home_county) for r in referrals}
    served: set[str | None] = set()
    for provider in providers:
        served.add(provider.state or where.state_of(provider.county))
        served |= {
            where.state_of(area) if area.isdigit() else area
            for area in provider.service_area or ()
        }
    if None in homes or None in served or homes & served:
        return
    raise InputError(
        "The two files do not overlap: the people come from "
        f"{_listed(homes)}, the providers are in {_listed(served)}.",
        next_step="Check that both files are for the same region.",
    )


def _listed(names: set[str | None]) -> str:
    known = sorted(name for name in names if name)
    shown = ", ".join(known[:5])
    return f"{shown} and {len(known) - 5} more" if len(known) > 5 else shown
