"""Why this place, which others, and why not the rest: read from the bitmask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np

from matching.domain import words as w
from matching.domain.certification import effective_type
from matching.domain.rulebook import PREFERENCE_BY_CODE, RULES, Kind, Remedy
from matching.engine.allowed import also_barred, lifted_bits, waived_bits, with_groups
from matching.engine.capacity import pool_room, provider_room
from matching.engine.choices import NO_CHOICES, Choices
from matching.engine.fit import Fit, icwa_rank
from matching.engine.judge import BIT, Bits, Judge
from matching.engine.keyed import Rows
from matching.engine.plan import Plan
from matching.engine.problem import Problem
from matching.engine.rules import BY_CODE
from matching.engine.rules.base import Facts, Verdict, facts
from matching.insight.funnel import Firsts, Step, funnel, furthest, lowest
from matching.insight.told import told


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says about one pair.

    Attributes
    ----------
    code, title : str
    kind : Kind
        As the policy sets it.
    verdict : Verdict
    sentence : str
        The fact, the failure or the question, in one plain sentence.
    citation : str
    waiver_role : str or None
        Who may waive it; ``None`` for law and safety.
    remedy : Remedy
    """

    code: str
    title: str
    kind: Kind
    verdict: Verdict
    sentence: str
    citation: str
    waiver_role: str | None
    remedy: Remedy


@dataclass(frozen=True, slots=True)
class PointLine:
    """Points and cost of one preference for one pair, and whether its facts are known."""

    code: str
    title: str
    points: int
    cost: int
    told: bool = True


@dataclass(frozen=True, slots=True)
class Option:
    """One bed pool that no rule bars for a referral.

    Attributes
    ----------
    pool : int
        Position of the bed pool in the problem.
    provider_id, pool_id : str
    name : str
    placement_type : PlacementType or None
        As it is today.
    distance : str
        Band of distance in words.
    cost : int
        Total preference cost; less is better.
    icwa : int
        Place in the order of ICWA preferences, 0 first.
    points : tuple of PointLine
    questions : tuple of Finding
        What must be asked before placing.
    proposed : bool
        Whether the plan proposes it for this referral.
    taken : bool
        Whether the plan has no bed left there for this referral.
    fallback : bool
        Whether it is an ordinary setting standing in for a certified one.
    """

    pool: int
    provider_id: str
    pool_id: str
    name: str
    placement_type: w.PlacementType | None
    distance: str
    cost: int
    icwa: int
    points: tuple[PointLine, ...]
    questions: tuple[Finding, ...]
    proposed: bool
    taken: bool
    fallback: bool


@dataclass(frozen=True)
class Barred:
    """A provider that is no option: its best bed pool and what fails there.

    Hundreds of providers are listed and a screenful is read, so that sentences
    are made only when they are asked for.

    Attributes
    ----------
    provider_id, pool_id : str
    name : str
    placement_type : PlacementType or None
        As it is today.
    codes : tuple of str
        The rules that bar, in the order of the rulebook.
    """

    provider_id: str
    pool_id: str
    name: str
    placement_type: w.PlacementType | None
    codes: tuple[str, ...]
    _told: Callable[[], tuple[str, tuple[Finding, ...]]] = field(repr=False, compare=False)

    @cached_property
    def _telling(self) -> tuple[str, tuple[Finding, ...]]:
        return self._told()

    @property
    def distance(self) -> str:
        """Band of distance in words."""
        return self._telling[0]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What each of the rules says."""
        return self._telling[1]

    @property
    def near_miss(self) -> bool:
        """Whether a single rule stands in the way."""
        return len(self.codes) == 1


@dataclass(frozen=True, slots=True)
class CaseExplanation:
    """Everything about one referral in one plan.

    Attributes
    ----------
    referral_id : str
    proposal : Option or None
    met : tuple of Finding
        Every rule in force for the proposal, with its fact.
    waived : tuple of Finding
        What would bar the proposal, or leave it open, had it not been waived.
    options : tuple of Option
        Every pool that no rule bars, best first, the proposal among them.
    barred : tuple of Barred
        Every provider that is no option, the nearest misses first.
    funnel : tuple of Step
        From all providers to the options; steps at which nobody fell are left out.
    providers : int
        Providers considered.
    """

    referral_id: str
    proposal: Option | None
    met: tuple[Finding, ...]
    waived: tuple[Finding, ...]
    options: tuple[Option, ...]
    barred: tuple[Barred, ...]
    funnel: tuple[Step, ...]
    providers: int


_BANDS = (10, 25, 50, 75, 100, 150, 250)


def distance_band(miles: float | None, *, secret: bool = False) -> str:
    """Say a distance as a band, so that no place can be worked out from it.

    Parameters
    ----------
    miles : float or None
    secret : bool, default False
        Whether not even that it is the same county may be said.
    """
    if miles is None:
        return "distance unknown"
    if miles == 0 and not secret:
        return "same county"
    low = 0
    for high in _BANDS:
        if miles <= high:
            return f"{low} to {high} miles" if low else f"up to {high} miles"
        low = high
    return f"more than {low} miles"


class Explainer:
    """Explains cases of one plan.

    Parameters
    ----------
    problem : Problem
    judge : Judge
        Of the same problem and policy as the plan.
    fit : Fit
    plan : Plan
    choices : Choices, optional
        What people had decided; what is waived bars nobody.
    """

    def __init__(
        self,
        problem: Problem,
        judge: Judge,
        fit: Fit,
        plan: Plan,
        choices: Choices = NO_CHOICES,
    ) -> None:
        self.problem = problem
        self.judge = judge
        self.fit = fit
        self.plan = plan
        self._choices = with_groups(problem, judge.policy, choices)
        self._waived = waived_bits(judge, choices)
        self._pool_of = plan.place_of(problem.size[0])

    def case(self, row: int) -> CaseExplanation:
        """Explain one referral.

        Parameters
        ----------
        row : int
            Position of the referral.

        Returns
        -------
        CaseExplanation
        """
        rows, columns = np.array([row]), np.arange(self.problem.size[1])
        failed, unknown = (bits[0] for bits in self.judge.bits(rows, columns))
        lifted = lifted_bits(self.judge, self._waived.get(row, {}))
        waived, waived_unknown = failed & lifted, unknown & lifted
        failed, unknown = failed & ~lifted, unknown & ~lifted
        failed |= also_barred(self.judge, self._choices, row)
        barred = self.judge.barred(failed, unknown)
        first = lowest(barred)
        reached = furthest(self.judge, first[None, :], self.judge.absent(rows))[0]
        options = self._options(row, np.flatnonzero(barred == 0), unknown)
        proposal = next((option for option in options if option.proposed), None)
        steps = funnel(reached, has_place=proposal is not None)
        set_aside: tuple[Finding, ...] = ()
        if proposal is not None:
            bits = int(waived[proposal.pool] | waived_unknown[proposal.pool])
            asked = int(waived_unknown[proposal.pool])
            set_aside = self._tell(row, proposal.pool, bits, asked)[1]
        return CaseExplanation(
            referral_id=self.problem.referral_ids[row],
            proposal=proposal,
            met=self._met(row, proposal, set_aside) if proposal else (),
            waived=set_aside,
            options=options,
            barred=self._barred(row, barred, unknown, first),
            funnel=steps,
            providers=len(self.problem.provider_ids),
        )

    def finding(self, code: str, verdict: Verdict, about: Facts) -> Finding:
        """Return what one rule says about one pair, in a sentence."""
        setting = self.judge.policy.rules[code]
        spec = RULES[BIT[code]]
        return Finding(
            code=code,
            title=spec.title,
            kind=setting.kind,
            verdict=verdict,
            sentence=BY_CODE[code].say(about, setting.parameters, verdict),
            citation=setting.citation,
            waiver_role=setting.waiver_role.value if setting.waiver_role else None,
            remedy=spec.remedy,
        )

    def questions(self, row: int, pool: int, unknown: int) -> tuple[Finding, ...]:
        """Return what must be asked before placing, one finding for each unknown bit."""
        about = facts(self.problem, row, pool)
        return tuple(
            self.finding(RULES[k].code, Verdict.UNKNOWN, about)
            for k in range(len(RULES))
            if unknown >> k & 1
        )

    def _met(
        self, row: int, proposal: Option, waived: tuple[Finding, ...]
    ) -> tuple[Finding, ...]:
        about = facts(self.problem, row, proposal.pool)
        asked = {finding.code for finding in (*proposal.questions, *waived)}
        codes = [spec.code for spec in RULES if spec.code in self.judge.in_force]
        return tuple(
            self.finding(code, Verdict.PASS, about) for code in codes if code not in asked
        )

    def _options(self, row: int, pools: Rows, unknown: Bits) -> tuple[Option, ...]:
        people = np.full(len(pools), row)
        asked = np.bitwise_count(unknown[pools]).astype(np.int64)
        points = self.fit.points(people, pools, asked)
        cost = self.fit.cost(people, pools, asked)
        icwa = icwa_rank(self.problem, self.judge.policy, people, pools)
        weights = {code: self.fit.weights(code, people) for code in points}
        sure = {code: told(self.problem, code, people, pools) for code in points}
        out = []
        for k, pool in enumerate(pools.tolist()):
            lines = tuple(
                PointLine(
                    code,
                    PREFERENCE_BY_CODE[code].title,
                    int(values[k]),
                    int(values[k] * weights[code][k]),
                    bool(sure[code][k]),
                )
                for code, values in points.items()
            )
            out.append(
                self._option(row, pool, lines, int(cost[k]), int(icwa[k]), int(unknown[pool]))
            )
        keys = self.problem.pool_keys
        return tuple(sorted(out, key=lambda o: (not o.proposed, o.icwa, o.cost, keys[o.pool])))

    def _option(
        self,
        row: int,
        pool: int,
        lines: tuple[PointLine, ...],
        cost: int,
        icwa: int,
        unknown: int,
    ) -> Option:
        about = facts(self.problem, row, pool)
        provider_id, pool_id = self.problem.pool_keys[pool]
        proposed = bool(self._pool_of[row] == pool)
        certificate = self.judge.in_force.get("certificate")
        needs_certificate = certificate is not None and (
            about.referral.age_years is not None
            and about.referral.age_years < certificate.parameters["minor_age"]
            and about.referral.identification in certificate.parameters["identifications"]
        )
        return Option(
            pool=pool,
            provider_id=provider_id,
            pool_id=pool_id,
            name=about.provider.name or provider_id,
            placement_type=effective_type(about.provider, about.today),
            distance=distance_band(about.miles, secret=about.secret),
            cost=cost,
            icwa=icwa,
            points=lines,
            questions=self.questions(row, pool, unknown),
            proposed=proposed,
            taken=not proposed and not self._has_room(row, pool),
            fallback=needs_certificate and int(self.problem.pools.certified[pool]) == 0,
        )

    def _has_room(self, row: int, pool: int) -> bool:
        """Whether the plan leaves beds for this referral in a pool."""
        needed = self.problem.referral_records[row].beds_needed
        owner = self.problem.pools.provider
        home = owner[pool]
        others = np.flatnonzero(self.plan.referral != row)
        beds = np.array(
            [self.problem.referral_records[k].beds_needed for k in self.plan.referral[others]],
            dtype=np.int64,
        )
        in_pool = int(beds[self.plan.pool[others] == pool].sum())
        in_home = int(beds[owner[self.plan.pool[others]] == home].sum())
        policy = self.judge.policy
        return bool(
            in_pool + needed <= pool_room(self.problem, policy)[pool]
            and in_home + needed <= provider_room(self.problem, policy)[home]
        )

    def _barred(
        self, row: int, barred: Bits, unknown: Bits, first: Firsts
    ) -> tuple[Barred, ...]:
        """List providers that are no option, each by its pool that got furthest."""
        home = self.problem.pools.provider
        fails = np.bitwise_count(barred)
        order = np.lexsort((fails, -first.astype(int), home))
        best = order[np.unique(home[order], return_index=True)[1]]
        open_homes = np.unique(home[barred == 0])
        today = self.problem.as_of.date()
        out = []
        for pool in best[~np.isin(home[best], open_homes)].tolist():
            provider = self.problem.provider_records[home[pool]]
            provider_id, pool_id = self.problem.pool_keys[pool]
            bits, asked = int(barred[pool]), int(unknown[pool])
            out.append(
                Barred(
                    provider_id=provider_id,
                    pool_id=pool_id,
                    name=provider.name or provider_id,
                    placement_type=effective_type(provider, today),
                    codes=tuple(s.code for k, s in enumerate(RULES) if bits >> k & 1),
                    _told=partial(self._tell, row, pool, bits, asked),
                )
            )
        return tuple(sorted(out, key=lambda b: (len(b.codes), b.name, b.provider_id)))

    def _tell(
        self, row: int, pool: int, bits: int, unknown: int
    ) -> tuple[str, tuple[Finding, ...]]:
        """Return how far a pool is, and what each rule that bars it says."""
        about = facts(self.problem, row, pool)
        return distance_band(about.miles, secret=about.secret), tuple(
            self.finding(
                spec.code, Verdict.UNKNOWN if unknown >> k & 1 else Verdict.FAIL, about
            )
            for k, spec in enumerate(RULES)
            if bits >> k & 1
        )
