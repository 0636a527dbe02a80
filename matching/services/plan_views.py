"""What the page Plan shows: everybody's proposal, what decided, and how it was proven."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from matching.domain import policy as policies
from matching.domain.access import Action
from matching.domain.certification import effective_type
from matching.domain.words import label
from matching.engine.plan import Status, TierCount
from matching.engine.rules.base import facts
from matching.insight.asking import distinct
from matching.insight.explain import distance_band
from matching.services.desk import Desk
from matching.services.matching import SavedRun
from matching.services.people import Person, Unplaced, person, unplaced
from matching.services.planning import Run


class Claim(StrEnum):
    """What may truthfully be said about a plan."""

    NOBODY = "nobody"  #: nobody is waiting
    MOST = "most"  #: proven, and no priority cost anybody a place
    IN_ORDER = "in_order"  #: proven in the order of aims, with people tied together
    OPEN = "open"  #: keeps every rule; a better plan may exist


@dataclass(frozen=True, slots=True)
class Placed:
    """One proposal.

    Attributes
    ----------
    person : Person
    provider_id, pool_id, provider : str
        The last is its name, or the identifier.
    placement_type : str
        In words, as it is today.
    distance : str
        As a band.
    reasons : tuple of str
        What decided, most important first.
    asked : tuple of str
        Codes of the rules to ask about.
    questions : tuple of str
        What must be asked before placing, in sentences.
    cost : int
    """

    person: Person
    provider_id: str
    pool_id: str
    provider: str
    placement_type: str
    distance: str
    reasons: tuple[str, ...]
    asked: tuple[str, ...]
    questions: tuple[str, ...]
    cost: int

    @property
    def provisional(self) -> bool:
        """Whether something must be asked before placing."""
        return bool(self.questions)


@dataclass(frozen=True, slots=True)
class Certificate:
    """How a plan was decided and how far it is proven."""

    policy_title: str
    policy_name: str
    policy_version: str
    icwa: bool
    referrals: int
    providers: int
    pools: int
    pairs: int
    eligible: int
    tiers: tuple[TierCount, ...]
    objective: int
    bound: int
    verified: bool
    fingerprint: str
    policy_fingerprint: str
    salt: str
    versions: dict[str, str]
    seconds: float


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan as the page shows it.

    Attributes
    ----------
    number : int
    made_at : datetime
    made_by : str
    as_of : datetime
    claim : Claim
    more : int
        How many more people could at most have a place, where that is open.
    placed : tuple of Placed
        By priority, then longest wait.
    without : tuple of Unplaced
        In the same order.
    certificate : Certificate
    """

    number: int
    made_at: datetime
    made_by: str
    as_of: datetime
    claim: Claim
    more: int
    placed: tuple[Placed, ...]
    without: tuple[Unplaced, ...]
    certificate: Certificate

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody on the two lists."""
        return (*(row.person for row in self.placed), *(row.person for row in self.without))


@dataclass(frozen=True, slots=True)
class PlanState:
    """Whether there is a plan, and whether it is still of today's facts."""

    number: int
    made_at: datetime
    moved: bool


def plan_state(desk: Desk) -> PlanState | None:
    """Return the state of the plan saved last, or ``None`` before the first.

    Raises
    ------
    PermissionDenied
        If the actor may not see gaps.
    """
    desk.require(Action.SEE_GAPS)
    with desk.store.reading() as record:
        saved = record.runs.latest()
        version = record.data_version()
    if saved is None or saved.document is None:
        return None
    moved = saved.document.get("data_version") != version
    return PlanState(int(saved.id or 0), saved.created_at, moved)


def policy_titles() -> dict[str, str]:
    """Return the title of every policy there is, by its name."""
    return {name: policies.load(name).title for name in policies.available()}


def plan_view(desk: Desk, saved: SavedRun) -> PlanView:
    """Return everybody's proposal and everybody without one.

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    """
    desk.require(Action.SEE_CASES)
    run = saved.run
    placed, without = plan_rows(run)
    return PlanView(
        number=saved.number,
        made_at=saved.made_at,
        made_by=saved.made_by,
        as_of=run.problem.as_of,
        claim=_claim(run),
        more=sum(tier.most - tier.placed for tier in run.plan.tiers),
        placed=placed,
        without=without,
        certificate=_certificate(run),
    )


def plan_rows(run: Run) -> tuple[tuple[Placed, ...], tuple[Unplaced, ...]]:
    """Return those with a place and those without, by priority and then wait."""
    placed = [_placed(run, k) for k in range(len(run.plan.referral))]
    without = [unplaced(run, gap) for gap in run.gaps]
    placed.sort(key=lambda row: standing(row.person))
    without.sort(key=lambda row: standing(row.person))
    return tuple(placed), tuple(without)


def standing(who: Person) -> tuple[int, int, str]:
    """Return where somebody stands: priority, then longest wait."""
    return who.tier, -(-1 if who.hours is None else who.hours), who.case


def _claim(run: Run) -> Claim:
    if run.plan.status is Status.EMPTY:
        return Claim.NOBODY
    if run.plan.status is not Status.OPTIMAL:
        return Claim.OPEN
    return Claim.IN_ORDER if run.tied else Claim.MOST


def _placed(run: Run, k: int) -> Placed:
    plan, problem = run.plan, run.problem
    row, pool = int(plan.referral[k]), int(plan.pool[k])
    about = facts(problem, row, pool)
    provider_id, pool_id = problem.pool_keys[pool]
    kind = effective_type(about.provider, about.today)
    findings = run.explainer.questions(row, pool, int(plan.unknown[k]))
    return Placed(
        person=person(problem, run.policy, row),
        provider_id=provider_id,
        pool_id=pool_id,
        provider=about.provider.name or provider_id,
        placement_type="kind not known" if kind is None else label(kind),
        distance=distance_band(about.miles, secret=about.secret),
        reasons=run.decided[k].sentences(),
        asked=tuple(finding.code for finding in findings),
        questions=distinct(findings),
        cost=int(plan.cost[k]),
    )


def _certificate(run: Run) -> Certificate:
    plan, problem = run.plan, run.problem
    return Certificate(
        policy_title=run.policy.title,
        policy_name=plan.policy_name,
        policy_version=plan.policy_version,
        icwa=run.policy.ordering.icwa,
        referrals=problem.size[0],
        providers=len(problem.provider_ids),
        pools=problem.size[1],
        pairs=plan.pairs,
        eligible=plan.eligible,
        tiers=plan.tiers,
        objective=plan.objective,
        bound=plan.bound,
        verified=plan.verified,
        fingerprint=plan.problem_fingerprint,
        policy_fingerprint=plan.policy_fingerprint,
        salt=plan.salt,
        versions=dict(plan.versions),
        seconds=sum(plan.seconds.values()),
    )
