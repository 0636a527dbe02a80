"""What a diligent-search record says, from what was kept: one sentence for each fact."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from matching.domain import geography
from matching.domain import policy as policies
from matching.domain.casework import Case, CaseState
from matching.domain.errors import PolicyError
from matching.domain.policy import Policy
from matching.domain.records import Referral
from matching.domain.rulebook import PREFERENCE_BY_CODE, Stage
from matching.domain.sharing import Search
from matching.engine.rules.base import day
from matching.export.columns import rule_title
from matching.insight.gaps import STAGE_TITLES
from matching.services.case_history import CaseFile, Event, history, search_sentence
from matching.services.case_views import facts_in_words
from matching.services.casebook import STATE_WORDS
from matching.services.casework_words import OUTCOMES, reason_words
from matching.services.desk import Desk
from matching.services.matching import SavedRun
from matching.services.search_documents import (
    Considered,
    Fallen,
    Fitting,
    Fresh,
    considered,
)
from matching.services.smallest import SmallChanges
from matching.services.wish_lines import Wishes
from matching.store import tables
from matching.store.documents import PlanRun
from matching.store.plain import record_fields


@dataclass(frozen=True, slots=True)
class Line:
    """One provider in one search.

    Attributes
    ----------
    provider_id, pool_id : str
    name : str
        As the reader may see it.
    fits : bool
    standing : str
        What became of it, in a few words: "proposed", or where it fell.
    reasons : tuple of str
        Each reason in a sentence; for one that fits, its points.
    unknown : tuple of str
        What had to be asked.
    fresh : tuple of str
        How fresh its facts were.
    """

    provider_id: str
    pool_id: str
    name: str
    fits: bool
    standing: str
    reasons: tuple[str, ...]
    unknown: tuple[str, ...]
    fresh: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchPart:
    """One search that was kept.

    Attributes
    ----------
    plan : int or None
        Number of the plan it was made with.
    as_of : datetime
        The moment the plan is for.
    by : str
    sentence : str
    proof : tuple of str
        How far the plan is proven, and under which policy.
    known : tuple of (str, str)
        Facts of the person that the plan used.
    none, unknown : tuple of str
        What was known to be none, and what nobody had said.
    steps : tuple of (str, int, int)
        Each rule at which providers fell, how many, and how many were left.
    lines : tuple of Line
        Every provider: those that fit first, in order.
    citations : tuple of (str, str)
        Where the rules that barred somebody come from.
    """

    plan: int | None
    as_of: datetime
    by: str
    sentence: str
    proof: tuple[str, ...]
    known: tuple[tuple[str, str], ...]
    none: tuple[str, ...]
    unknown: tuple[str, ...]
    steps: tuple[tuple[str, int, int], ...]
    lines: tuple[Line, ...]
    citations: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Diligence:
    """The diligent-search record of one case.

    Attributes
    ----------
    case : str
    made_at : datetime
        In the office's time.
    by : str
    sentence : str
        What was done, in counts, and where the case stands.
    searches : tuple of SearchPart
        Newest first.
    events : tuple of Event
        Everything that happened, oldest first.
    obstacles : tuple of str
        For somebody without a place: what stands in the way, and the smallest
        change that would help.
    wishes : Wishes
    notes : tuple of str
        What must be known to read it.
    """

    case: str
    made_at: datetime
    by: str
    sentence: str
    searches: tuple[SearchPart, ...]
    events: tuple[Event, ...]
    obstacles: tuple[str, ...]
    wishes: Wishes
    notes: tuple[str, ...]


NOTES = (
    "A provider is considered once in each plan. It falls at the first rule that it does not "
    "meet, in the order of the rules; what else stood in the way is told after it.",
    "Unknown is never read as no and never as 0: what was not known had to be asked before "
    "anybody could be placed.",
    "Less points of preference are better; 0 is as wished. Points never bar a place.",
    "Each search is what was known at its own moment. What changed later is in later searches.",
    "The software proposes; the people named here decided.",
    "Places that are confidential are called by a number to whoever has not opened them.",
)


class Teller:
    """Says one case file."""

    def __init__(
        self,
        desk: Desk,
        file: CaseFile,
        runs: Mapping[int, PlanRun],
        covered: frozenset[str],
    ) -> None:
        self._desk, self._file, self._runs = desk, file, runs
        self._covered = covered
        self._where = geography.load()

    def whole(
        self,
        stands: Case,
        wishes: Wishes,
        changes: SmallChanges | None,
        saved: SavedRun | None,
    ) -> Diligence:
        """Say all of it.

        Parameters
        ----------
        stands : Case
            Where the case stands now.
        wishes : Wishes
        changes : SmallChanges or None
            ``None`` if nobody looked for them.
        saved : SavedRun or None
            The plan of today's facts, if there is one that the case is part of.
            Nobody else in it may be named here.
        """
        file, now = self._file, self._desk.local(self._desk.clock())
        last = considered(file.searches[-1].document) if file.searches else None
        return Diligence(
            case=file.referral.referral_id,
            made_at=now,
            by=f"{self._desk.actor.name} ({self._desk.actor.role.value})",
            sentence=self._sentence(stands, last),
            searches=tuple(self._part(one) for one in reversed(file.searches)),
            events=history(self._desk, file),
            obstacles=self._obstacles(stands, last, changes, saved),
            wishes=wishes,
            notes=NOTES,
        )

    def _sentence(self, stands: Case, last: Considered | None) -> str:
        said = f"This person {STATE_WORDS[stands.state]}."
        if stands.outcome is not None:
            said = f"This case is closed: {reason_words(OUTCOMES, stands.outcome)}."
        if last is None:
            return f"{said} No search is kept: the case was in no plan that anybody acted on."
        fit = len({one.provider_id for one in last.fitting})
        fits = "none fits" if not fit else "1 fits" if fit == 1 else f"{fit:,} fit"
        calls = self._file.calls_made()
        called = "nobody was called" if not calls else f"{_count(calls, 'call')} made"
        return (
            f"{_count(last.providers, 'provider')} considered in the last search, {fits}; "
            f"{called}. {said}"
        )

    def _part(self, search: Search) -> SearchPart:
        found = considered(search.document)
        run = self._runs.get(int(search.run_id or 0))
        policy = _policy_of(run)
        referral = _referral(found)
        known, none, unknown = facts_in_words(referral, self._file.names, self._where)
        fitting = [self._fits(one) for one in found.fitting]
        return SearchPart(
            plan=search.run_id,
            as_of=self._desk.local(found.as_of),
            by=search.actor,
            sentence=search_sentence(self._file, search),
            proof=(*_proof(run, policy), *_promise(found)),
            known=known,
            none=none,
            unknown=unknown,
            steps=tuple((rule_title(code), fell, left) for code, fell, left in found.funnel),
            lines=(*fitting, *(self._fell(one) for one in found.fallen)),
            citations=_citations(policy, found),
        )

    def _fits(self, one: Fitting) -> Line:
        parts = [
            f"{PREFERENCE_BY_CODE[code].title.lower()} {points} of 10"
            for code, points, _ in one.points
        ]
        points = f"Points: {', '.join(parts)}." if parts else "No points against it."
        standing = "proposed" if one.proposed else "fits; a bed was left"
        if one.taken:
            standing = "fits; its beds went to others"
        return Line(
            provider_id=one.provider_id,
            pool_id=one.pool_id,
            name=self._file.name(one.provider_id),
            fits=True,
            standing=standing,
            reasons=(f"Meets every rule; {one.distance}. {points} Cost {one.cost:,}.",),
            unknown=tuple(dict.fromkeys(said for _, said in one.unknown)),
            fresh=self._fresh(one.provider_id, one.fresh),
        )

    def _fell(self, one: Fallen) -> Line:
        return Line(
            provider_id=one.provider_id,
            pool_id=one.pool_id,
            name=self._file.name(one.provider_id),
            fits=False,
            standing=rule_title(one.reasons[0][0]),
            reasons=tuple(dict.fromkeys(said for _, said in one.reasons)),
            unknown=(),
            fresh=self._fresh(one.provider_id, one.fresh),
        )

    def _fresh(self, provider_id: str, fresh: Fresh) -> tuple[str, ...]:
        by = None if provider_id in self._covered else fresh.confirmed_by
        if fresh.beds_as_of is None:
            beds = "Beds: nobody has said when"
        else:
            local = self._desk.local(fresh.beds_as_of)
            beds = f"Beds as of {day(local.date())}, {local:%H:%M}"
        out = [f"{beds}, confirmed by {by}" if by else beds]
        for what, ends in (
            ("licence", fresh.licence),
            ("certificate", fresh.certificate),
            ("training", fresh.training),
        ):
            if ends is not None:
                out.append(f"{what} to {day(ends)}")
        return tuple(out)

    def _obstacles(
        self,
        stands: Case,
        last: Considered | None,
        changes: SmallChanges | None,
        saved: SavedRun | None,
    ) -> tuple[str, ...]:
        if stands.state is not CaseState.WAITING or last is None or last.placed is not None:
            return ()
        out = []
        if last.stage is not None:
            out.append(f"{STAGE_TITLES[Stage(last.stage)]}.")
        fell = sorted((step for step in last.funnel), key=lambda step: -step[1])
        for code, number, _ in fell[:5]:
            stopped = "1 provider" if number == 1 else f"{number:,} providers"
            out.append(f"{stopped} stopped at: {rule_title(code).lower()}.")
        if saved is None:
            out.append("The record changed since: no smallest change was looked for.")
        elif changes is None:
            out.append("Nobody has looked yet for the smallest change that would help.")
        else:
            others = set(saved.run.problem.referral_ids) - {self._file.referral.referral_id}
            for one in changes.found:
                out.append(f"With {one.title}: {without_others(one.sentence, others)}")
            out.append(changes.sentence)
        return tuple(out)


def without_others(text: str, others: Collection[str]) -> str:
    """Return a sentence in which no other case is named."""

    def hidden(found: re.Match[str]) -> str:
        return "another case" if found["name"] in others else found[0]

    return re.sub(r"(?:\bcase )?(?P<name>[\w-]+)", hidden, text)


def _count(number: int, one: str) -> str:
    return f"1 {one} was" if number == 1 else f"{number:,} {one}s were"


def _referral(found: Considered) -> Referral:
    """Return the referral as the plan used it."""
    return Referral(**record_fields(tables.referrals, found.facts))


def _policy_of(run: PlanRun | None) -> Policy | None:
    """Return the policy of a plan if it still says what it said then."""
    if run is None:
        return None
    try:
        policy = policies.load(run.policy_name)
    except PolicyError:
        return None
    return policy if policy.fingerprint() == run.policy_fingerprint else None


def _proof(run: PlanRun | None, policy: Policy | None) -> tuple[str, ...]:
    if run is None:
        return ("The plan is not on the record.",)
    document = run.document or {}
    tiers = document.get("tiers", ())
    placed, waiting = (sum(t[key] for t in tiers) for key in ("placed", "waiting"))
    proven = run.status != "feasible"
    out = [f"The plan gave {placed:,} of {waiting:,} people a place."]
    if proven:
        out.append(
            "It is proven that no plan gives more people a place, in the order of priority "
            "and then of waiting."
        )
    else:
        out.append(f"How far it is proven: {document.get('claim', 'not known')}.")
    if run.verified:
        out.append("Every rule was checked again on the finished plan.")
    name = run.policy_name if policy is None else policy.title
    changed = "" if policy is not None else " It says something else now, or is gone."
    out.append(f"Policy: {name}, version {run.policy_version}.{changed}")
    out.append(
        f"Software {run.engine_version}; fingerprint of the facts "
        f"{run.problem_fingerprint[:12]}."
    )
    return tuple(out)


def _promise(found: Considered) -> tuple[str, ...]:
    if found.placed is not None:
        return ()
    if found.holds is None:
        return ("Whether anybody was passed over was not worked out in the time there was.",)
    if found.holds:
        return (
            "Nobody was passed over: nobody later in line held a place that this person could "
            "have had, through any chain of moves.",
        )
    return (
        "Somebody later in line held a place that this person could have had only if others "
        "had lost theirs.",
    )


def _citations(policy: Policy | None, found: Considered) -> tuple[tuple[str, str], ...]:
    """Return where the rules that barred somebody come from, as far as a source is named."""
    if policy is None:
        return ()
    codes = dict.fromkeys(one.reasons[0][0] for one in found.fallen)
    return tuple(
        (rule_title(code), policy.rules[code].citation)
        for code in codes
        if code in policy.rules and policy.rules[code].citation
    )
