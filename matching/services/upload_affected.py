"""Whom an upload would touch: the last plan made again with the facts it brings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime

from matching.domain import policy as policies
from matching.domain.access import Action, allows
from matching.domain.policy import Policy
from matching.domain.records import BedPool, Provider, Referral
from matching.engine.effort import Effort
from matching.engine.solve import Progress
from matching.insight.difference import (
    Difference,
    Placings,
    difference,
    placings,
    stored_placings,
)
from matching.services.carrying import Dropped, split_by_record
from matching.services.decisions import Decision, sentence
from matching.services.desk import Desk
from matching.services.executors import executor as processes
from matching.services.facts import Facts, effective, facts_on
from matching.services.jobs import Job, refuse_if_busy
from matching.services.matching import decided_run
from matching.services.proof import why_stopped
from matching.services.stored import kept_in
from matching.services.turn import turn
from matching.services.upload_comparison import Comparison
from matching.services.upload_records import BED_POOL, PROVIDER, REFERRAL, on_record, require
from matching.store.database import Reading
from matching.store.documents import PlanRun

#: Seconds after which the best found so far is compared.
AFFECTED_SECONDS = 60.0

NO_PLAN = "There is no plan on record yet, so no planned match is affected."
_STOPPED = "The search was stopped before its end, so more or fewer may be affected."
_MADE_AGAIN = (
    "The last plan is of older facts or was not proven; it was made again to compare with."
)


@dataclass(frozen=True, slots=True)
class Held:
    """A decision in force about a record that the upload changes, or that it breaks.

    Attributes
    ----------
    sentence : str
        What was decided, and why it would no longer hold.
    stands : bool
        Whether it would still hold.
    """

    sentence: str
    stands: bool


@dataclass(frozen=True, slots=True)
class Affected:
    """Whom an upload would touch.

    Attributes
    ----------
    plan : int or None
        Number of the last plan; ``None`` if there is none.
    made_again : bool
        Whether that plan had to be made again to compare with.
    beds_closed, beds_opened : int
        Free beds fewer and more, over the bed pools where both are known, and
        in new ones.
    matches : int
        People whose planned place is lost or becomes another one.
    gained, lost : int
        People of both plans who would have a place, or none any more.
    new, new_placed : int
        People who are new, and how many of them would have a place.
    decisions_broken : int
        Decisions in force that would no longer hold.
    difference : Difference or None
        For whom what changes; ``None`` for those who may not see cases.
    held : tuple of Held
        Decisions touched; none for those who may not see cases.
    sentences : tuple of str
        The one sentence first: "2 beds closed; 1 planned match affected."
    """

    plan: int | None
    made_again: bool
    beds_closed: int
    beds_opened: int
    matches: int
    gained: int
    lost: int
    new: int
    new_placed: int
    decisions_broken: int
    difference: Difference | None
    held: tuple[Held, ...]
    sentences: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """What changes for whom, by case reference, one sentence each."""
        return () if self.difference is None else self.difference.sentences()


def start_affected(
    desk: Desk, comparison: Comparison, *, seconds: float = AFFECTED_SECONDS
) -> Job[Affected]:
    """Work out in the background whom an upload would touch.

    Raises
    ------
    PermissionDenied
        If the actor may not upload this.
    ConflictError
        If another plan is being made.
    """
    require(desk, comparison.kind)
    refuse_if_busy()

    def work(progress: Progress, effort: Effort) -> Affected:
        return affected(desk, comparison, progress=progress, effort=effort)

    return Job(work, seconds=seconds)


def affected(
    desk: Desk,
    comparison: Comparison,
    *,
    progress: Progress | None = None,
    effort: Effort | None = None,
    executor: Executor | None = None,
) -> Affected:
    """Make the last plan again with an upload in, and compare; store nothing.

    Where the last plan is proven and of the record as it is, it is compared
    with as it stands; else it is made again first, at this moment, so that
    nothing but the upload makes the difference.

    Parameters
    ----------
    desk : Desk
    comparison : Comparison
    progress : callable, optional
        Told each stage as it begins; raising stops the work.
    effort : Effort, optional
        A limit on the search; by default :data:`AFFECTED_SECONDS`.
    executor : Executor, optional
        As for ``run_plan``.

    Returns
    -------
    Affected

    Raises
    ------
    PermissionDenied
        If the actor may not upload this.
    ConflictError
        If another plan is being made and does not end in time.
    """
    require(desk, comparison.kind)
    with desk.store.reading() as record:
        last = record.runs.latest()
        policy = None if last is None else policies.load(last.policy_name)
        facts = facts_on(record, policy)
        later = _facts_after(record, comparison, policy)
    closed, opened = _beds(comparison)
    if last is None or last.document is None:
        said = (f"{_of_beds(closed, opened)}.", NO_PLAN)
        return Affected(None, False, closed, opened, 0, 0, 0, 0, 0, 0, None, (), said)
    limit = Effort(AFFECTED_SECONDS) if effort is None else effort
    again = _must_be_made_again(last, facts)
    with turn(), processes(desk.settings.workers, executor) as pool:
        planner = _Planner(desk, last, again, progress, limit, pool)
        before, broken_before = (
            planner.plan(facts) if again else (stored_placings(last.document), ())
        )
        after, broken = planner.plan(later)
    found = difference(before, after)
    already = {one.decision.matter for one in broken_before}
    fresh = tuple(one for one in broken if one.decision.matter not in already)
    return _told(desk, comparison, last, again, (closed, opened), found, fresh, planner.stopped)


class _Planner:
    """Makes the last plan again with given facts: its policy, decisions and ties."""

    def __init__(
        self,
        desk: Desk,
        last: PlanRun,
        again: bool,
        progress: Progress | None,
        effort: Effort,
        executor: Executor | None,
    ) -> None:
        self._last = last
        self._progress, self._effort, self._executor = progress, effort, executor
        self._policy: Policy = policies.load(last.policy_name)
        self._now: datetime = desk.local(desk.clock() if again else last.as_of)
        self.stopped = False

    def plan(self, facts: Facts) -> tuple[Placings, tuple[Dropped, ...]]:
        """Return who has which place, and the decisions that do not hold."""
        if not facts.referrals or not facts.providers:
            return Placings({}, frozenset(one.referral_id for one in facts.referrals), 0), ()
        decisions, dropped = split_by_record(
            kept_in(self._last.document or {}).decisions,
            facts.referrals,
            facts.providers,
            facts.pools,
            self._policy,
            self._now.date(),
            facts.people,
            facts.closed,
        )
        run, _, more = decided_run(
            facts,
            self._policy,
            self._now,
            decisions,
            self._progress,
            self._effort,
            self._executor,
            self._last.salt,
        )
        self.stopped |= why_stopped(run.solution, self._effort) is not None
        return placings(run.solution), (*dropped, *more)


def _must_be_made_again(last: PlanRun, facts: Facts) -> bool:
    document = last.document or {}
    return document.get("data_version") != facts.version or last.status != "optimal"


def _facts_after(record: Reading, comparison: Comparison, policy: Policy | None) -> Facts:
    """Return what a plan would be made from with the upload in."""
    base = on_record(record, comparison.upload).records
    veil = record.providers.veil()
    kinds = {kind: dict(records) for kind, records in base.items()}
    for one in (*comparison.new, *comparison.changed, *comparison.closed):
        kinds[one.kind][one.key] = one.after
    ordered = {
        kind: [records[key] for key in sorted(records)] for kind, records in kinds.items()
    }
    return effective(
        record,
        tuple(one for one in ordered[REFERRAL] if isinstance(one, Referral)),
        tuple(veil.over(one) for one in ordered[PROVIDER] if isinstance(one, Provider)),
        tuple(veil.over_pool(one) for one in ordered[BED_POOL] if isinstance(one, BedPool)),
        policy,
    )


def _beds(comparison: Comparison) -> tuple[int, int]:
    """Return how many free beds fewer and more there would be."""
    closed = opened = 0
    for one in (*comparison.new, *comparison.changed, *comparison.closed):
        if not isinstance(one.after, BedPool) or one.after.free is None:
            continue
        was = one.before.free if isinstance(one.before, BedPool) else 0
        if was is not None:
            closed += max(0, was - one.after.free)
            opened += max(0, one.after.free - was)
    return closed, opened


def _told(
    desk: Desk,
    comparison: Comparison,
    last: PlanRun,
    again: bool,
    beds: tuple[int, int],
    found: Difference,
    broken: tuple[Dropped, ...],
    stopped: bool,
) -> Affected:
    matches = len(found.lost) + len(found.moved) + len(found.shifted)
    said = [_first(comparison, beds, found, matches)]
    if found.gained or found.lost or found.moved or found.shifted:
        said.append(found.sentence())
    if broken:
        one = len(broken) == 1
        said.append(
            f"{len(broken)} {'decision' if one else 'decisions'} in force would no longer hold."
        )
    said += [_MADE_AGAIN] if again else []
    said += [_STOPPED] if stopped else []
    sees = allows(desk.actor.role, Action.SEE_CASES)
    return Affected(
        plan=int(last.id or 0),
        made_again=again,
        beds_closed=beds[0],
        beds_opened=beds[1],
        matches=matches,
        gained=len(found.gained),
        lost=len(found.lost),
        new=len(found.new),
        new_placed=sum(one.after is not None for one in found.new),
        decisions_broken=len(broken),
        difference=found if sees else None,
        held=_held(comparison, last, broken, found.names) if sees else (),
        sentences=tuple(said),
    )


def _first(
    comparison: Comparison, beds: tuple[int, int], found: Difference, matches: int
) -> str:
    """Return the one sentence."""
    what = _of_beds(*beds)
    if comparison.kind == "referrals":
        what = found.comings_and_goings().rstrip(".") or "Nobody is new"
    if not matches:
        return f"{what}; no planned match affected."
    return f"{what}; {matches} planned {'match' if matches == 1 else 'matches'} affected."


def _of_beds(closed: int, opened: int) -> str:
    parts = [
        f"{number} {'bed' if number == 1 else 'beds'} {word}"
        for number, word in ((closed, "closed"), (opened, "opened"))
        if number
    ]
    return ", ".join(parts) or "No bed closed or opened"


def _held(
    comparison: Comparison,
    last: PlanRun,
    broken: Iterable[Dropped],
    names: Mapping[str, str],
) -> tuple[Held, ...]:
    """Return the decisions that would break, then those about a record that changes."""
    gone = {one.decision.matter: one for one in broken}
    touched = {
        one.key[-1] for one in (*comparison.new, *comparison.changed, *comparison.closed)
    }
    decisions: tuple[Decision, ...] = kept_in(last.document or {}).decisions
    out = [Held(one.sentence(names), stands=False) for one in gone.values()]
    for one in decisions:
        matter = one.matter
        if matter not in gone and {matter.provider_id, matter.case} & touched:
            out.append(Held(sentence(matter, names), stands=True))
    return tuple(out)
