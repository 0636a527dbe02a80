"""Overrides and declines over the saved record, as they may be shown.

Decisions come from the audit log, where every one that was accepted stands;
declines and refusals from the record; answers of the phone round from the log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from matching.domain.access import Action, allows
from matching.insight.disclosure import Cell
from matching.insight.fairness_record import (
    Act,
    Alike,
    Decided,
    PreferenceRecord,
    ProviderRecord,
    RuleRecord,
    preference_records,
    provider_records,
    rule_records,
)
from matching.services import fairness_record_tables as tables
from matching.services.decisions import Kind
from matching.services.desk import Desk
from matching.services.fairness_calls import (
    DeclineLine,
    SiteLine,
    decline_lines,
    declines_in,
    reason_cells,
    site_lines,
)
from matching.services.fairness_record_tables import Published
from matching.services.fairness_views import HIDDEN, shown
from matching.services.matching import SavedRun, reopen
from matching.services.publishing import publish
from matching.store.audit import AuditEvent

_ACTS: dict[str, Act] = {
    Kind.FORCE: Act.FORCED,
    Kind.FORBID: Act.FORBIDDEN,
    Kind.WAIVE: Act.WAIVED,
    Kind.SPLIT: Act.SPLIT,
}
#: Under what counts are published.
FORM = "overrides and declines"
#: Of fewer people, or choices, than this none stands out.
STANDS_OUT = 5
_DECIDING = {Action.CHOOSE_PLACE, Action.WAIVE_RULE, Action.SPLIT_GROUP}


@dataclass(frozen=True, slots=True)
class ProviderLine:
    """What became of people at one provider, as it may be shown.

    Attributes
    ----------
    provider_id, name : str
    fit, declined, ruled_out, refused : Cell
        People who fit by every rule, beds aside; of them, whom the provider
        declined, a worker ruled it out for, or who refused it.
    declined_in_all : Cell
    forced, forbidden : Cell
        Cases for which it was chosen, or excluded, by hand.
    most : bool
        Whether it declined at least half of those who fit, and they are not too few.
    alike : Alike or None
        What the declined have in common; only for those who see cases.
    """

    provider_id: str
    name: str
    fit: Cell
    declined: Cell
    ruled_out: Cell
    refused: Cell
    declined_in_all: Cell
    forced: Cell
    forbidden: Cell
    most: bool
    alike: Alike | None


@dataclass(frozen=True, slots=True)
class RuleLine:
    """How often a rule was set aside, as it may be shown; see the insight of this name."""

    code: str
    title: str
    waived: Cell
    alone: Cell
    waived_alone: Cell
    most: bool
    reasons: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class PreferenceLine:
    """How often places chosen by hand go against a preference, as it may be shown."""

    code: str
    title: str
    against: Cell
    choices: Cell
    most: bool


@dataclass(frozen=True, slots=True)
class CallLine:
    """What the phone round found at one provider: numbers of calls, not of people.

    Attributes
    ----------
    provider_id, name : str
    answers : int
    fewer, more : int
        Answers with fewer, or more, beds than stood on the record.
    """

    provider_id: str
    name: str
    answers: int
    fewer: int
    more: int


@dataclass(frozen=True, slots=True)
class RecordView:
    """Overrides and declines.

    Attributes
    ----------
    protected : bool
    providers : tuple of ProviderLine
    rules : tuple of RuleLine
    preferences : tuple of PreferenceLine
    calls : tuple of CallLine
    declines : tuple of DeclineLine
        What providers said when they were called about somebody.
    decline_reasons : tuple of (str, Cell)
        Codes of their reasons, over all providers.
    sites : tuple of SiteLine
    """

    protected: bool
    providers: tuple[ProviderLine, ...]
    rules: tuple[RuleLine, ...]
    preferences: tuple[PreferenceLine, ...]
    calls: tuple[CallLine, ...]
    declines: tuple[DeclineLine, ...] = ()
    decline_reasons: tuple[tuple[str, Cell], ...] = ()
    sites: tuple[SiteLine, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing was overridden, declined or asked."""
        return not (
            self.providers
            or self.rules
            or self.preferences
            or self.calls
            or self.declines
            or self.sites
        )


def record_view(desk: Desk, saved: SavedRun | None = None) -> RecordView | None:
    """Return the overrides and declines, protected unless the actor may see cases.

    Parameters
    ----------
    desk : Desk
    saved : SavedRun, optional
        The plan shown; the one saved last if left out.

    Returns
    -------
    RecordView or None
        ``None`` if there is no plan of today's facts.

    Raises
    ------
    PermissionDenied
        If the actor may not see fairness.
    """
    desk.require(Action.SEE_FAIRNESS)
    saved = saved or reopen(desk, Action.SEE_FAIRNESS)
    if saved is None:
        return None
    with desk.store.reading() as record:
        decided = decisions_in(
            event
            for kind in ("referral", "group")
            for event in record.audit.events(object_kind=kind)
        )
        answers = record.audit.events(object_kind="bed_pool")
        said_no = declines_in(record.offers.all())
        reports = record.audit.events(object_kind="provider", everywhere=True)
        providers, _ = record.providers.all()
    names = {one.provider_id: one.name or one.provider_id for one in providers}
    solution = saved.run.solution
    lines = provider_records(solution, decided)
    rules = rule_records(solution, decided)
    weighed = preference_records(solution)
    calls = _calls(answers, names)
    sites = site_lines(reports, names)
    if allows(desk.actor.role, Action.SEE_CASES):
        return RecordView(
            protected=False,
            providers=tuple(map(_provider, lines)),
            rules=tuple(map(_rule, rules)),
            preferences=tuple(map(_preference, weighed)),
            calls=calls,
            declines=decline_lines(said_no, names),
            decline_reasons=reason_cells(said_no),
            sites=sites,
        )
    counts = tables.record_tables(lines, rules, weighed, said_no)
    told = Published(publish(desk, FORM, counts, record=False))
    # By name: their order would tell which hidden count is the larger one.
    return RecordView(
        protected=True,
        providers=tuple(
            _protected_provider(one, told) for one in sorted(lines, key=lambda x: x.name)
        ),
        rules=tuple(_protected_rule(one, told) for one in sorted(rules, key=lambda x: x.title)),
        preferences=tuple(
            _protected_preference(one, told) for one in sorted(weighed, key=lambda x: x.title)
        ),
        calls=calls,
        declines=tuple(
            DeclineLine(home, names.get(home, home), told.alone(tables.BY_PROVIDER, home))
            for home in sorted({home for home, _ in said_no}, key=lambda x: names.get(x, x))
        ),
        decline_reasons=tuple(
            (reason, told.alone(tables.BY_REASON, reason))
            for reason in sorted({reason for _, reason in said_no})
        ),
        sites=sites,
    )


def decisions_in(events: Iterable[AuditEvent]) -> tuple[Decided, ...]:
    """Return the decisions that stood, from the events that recorded them.

    What was taken back did not stand.
    """
    found: dict[Decided, AuditEvent] = {}
    for event in sorted(events, key=lambda one: one.seq):
        if event.action not in _DECIDING:
            continue
        act = _ACTS.get(event.details.get("kind", ""))
        if act is None:
            continue
        matter = Decided(
            act, event.object_id, event.details.get("provider"), event.details.get("rule")
        )
        if event.details.get("taken_back"):
            found.pop(matter, None)
        else:
            found[matter] = event
    return tuple(
        Decided(one.act, one.case, one.provider, one.rule, event.reason)
        for one, event in found.items()
    )


def _most(part: Cell, whole: Cell) -> bool:
    """Tell whether a part is at least half, of numbers that may be told."""
    if part.count is None or whole.count is None:
        return False
    return whole.count >= STANDS_OUT and 2 * part.count >= whole.count


def _provider(one: ProviderRecord) -> ProviderLine:
    return ProviderLine(
        provider_id=one.provider_id,
        name=one.name,
        fit=shown(one.fit),
        declined=shown(one.declined),
        ruled_out=shown(one.ruled_out),
        refused=shown(one.refused),
        declined_in_all=shown(one.declined_in_all),
        forced=shown(one.forced),
        forbidden=shown(one.forbidden),
        most=_most(shown(one.declined), shown(one.fit)),
        alike=one.alike,
    )


def _protected_provider(one: ProviderRecord, told: Published) -> ProviderLine:
    fit = told.whole(tables.DECLINED, one.provider_id)
    declined = told.part(tables.DECLINED, one.provider_id)
    return ProviderLine(
        provider_id=one.provider_id,
        name=one.name,
        fit=fit,
        declined=declined,
        ruled_out=told.part(tables.RULED_OUT, one.provider_id),
        refused=told.part(tables.REFUSED, one.provider_id),
        declined_in_all=HIDDEN,
        forced=told.alone(tables.FORCED, one.provider_id),
        forbidden=told.alone(tables.FORBIDDEN, one.provider_id),
        most=_most(declined, fit),
        alike=None,
    )


def _rule(one: RuleRecord) -> RuleLine:
    alone, waived_alone = shown(one.alone), shown(one.waived_alone)
    return RuleLine(
        code=one.code,
        title=one.title,
        waived=shown(one.waived),
        alone=alone,
        waived_alone=waived_alone,
        most=_most(waived_alone, alone),
        reasons=tuple((reason, shown(number)) for reason, number in one.reasons),
    )


def _protected_rule(one: RuleRecord, told: Published) -> RuleLine:
    alone = told.whole(tables.WAIVED, one.code)
    waived_alone = told.part(tables.WAIVED, one.code)
    return RuleLine(
        code=one.code,
        title=one.title,
        waived=HIDDEN,
        alone=alone,
        waived_alone=waived_alone,
        most=_most(waived_alone, alone),
        reasons=(),
    )


def _preference(one: PreferenceRecord) -> PreferenceLine:
    against, choices = shown(one.against), shown(one.choices)
    return PreferenceLine(one.code, one.title, against, choices, _most(against, choices))


def _protected_preference(one: PreferenceRecord, told: Published) -> PreferenceLine:
    choices = told.whole(tables.AGAINST, one.code)
    against = told.part(tables.AGAINST, one.code)
    return PreferenceLine(one.code, one.title, against, choices, _most(against, choices))


def _calls(events: Iterable[AuditEvent], names: dict[str, str]) -> tuple[CallLine, ...]:
    """Count answers of the phone round by provider, most wrong numbers first."""
    answers: Counter[str] = Counter()
    fewer: Counter[str] = Counter()
    more: Counter[str] = Counter()
    for event in events:
        if event.action != Action.CONFIRM_BEDS:
            continue
        home = _home(event.object_id, names)
        before, said = event.details.get("before"), event.details.get("available")
        answers[home] += 1
        if before is not None and said is not None:
            fewer[home] += said < before
            more[home] += said > before
    lines = (
        CallLine(home, names.get(home, home), number, fewer[home], more[home])
        for home, number in answers.items()
    )
    return tuple(sorted(lines, key=lambda one: (-one.fewer - one.more, -one.answers, one.name)))


def _home(object_id: str, names: dict[str, str]) -> str:
    """Return the provider of "provider/pool"; either code may hold the sign itself."""
    parts = object_id.split("/")
    ways = ("/".join(parts[:k]) for k in range(1, len(parts)))
    return next((one for one in ways if one in names), parts[0])
