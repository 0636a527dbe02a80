"""The call sheet: whom to call in which order, for whom, what to ask and what may be said.

One call settles everybody whom the plan proposes at a provider. The order is one of
plain comparisons, told in a sentence; nobody is given a number of points.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from matching.domain.access import Action
from matching.domain.casework import CaseState, Offer, OfferState
from matching.domain.certification import effective_type
from matching.domain.confidential import Veil
from matching.domain.records import BedPool, Provider
from matching.domain.words import label
from matching.engine.rules.base import day
from matching.insight.answers import about_person
from matching.insight.explain import Finding, Option
from matching.insight.saying import may_say
from matching.services.attention import is_stale
from matching.services.audit import note_view
from matching.services.call_lines import Ask, CallSheet, Place, Question, Vacancy
from matching.services.desk import Desk
from matching.services.matching import SavedRun
from matching.services.past_answers import NEVER, REMEMBERED, Past, past_answers
from matching.services.people import person
from matching.services.views import stale_limit
from matching.store.database import Reading

#: Places of one person: more than anybody calls in one go.
MOST_PLACES = 8
#: Points of preference that make no difference worth waiting for: the weight of one
#: question left open.
ALIKE = 20


ORDER_TONIGHT = (
    "First whoever asked to be called back by now. Then places for the most urgent people; "
    "among those, places heard from lately, then places that have said yes at least as often "
    "as no, then the longest wait."
)
ORDER_CASE = (
    "First the place that the plan proposes. Then places whose beds the plan leaves free, then "
    "those that fit better; among places that fit about alike, those heard from lately, and "
    "those that have said yes at least as often as no."
)


@dataclass(frozen=True)
class _Scene:
    """What is on the record now, beside the plan."""

    desk: Desk
    saved: SavedRun
    now: datetime
    providers: Mapping[str, Provider]
    pools: Mapping[str, tuple[BedPool, ...]]
    offers: Sequence[Offer]
    past: Mapping[str, Past]
    taken: Mapping[str, int]
    away: frozenset[str]
    veil: Veil
    stale_hours: int


def tonight(desk: Desk, saved: SavedRun) -> CallSheet:
    """Return whom to call for everybody: what the plan proposes, by provider.

    Parameters
    ----------
    desk : Desk
    saved : SavedRun
        The plan. Whoever has a bed by now, and what was declined since it was made,
        is left out.

    Raises
    ------
    PermissionDenied
        If the actor may not record calls.
    """
    desk.require(Action.RECORD_CALL)
    scene = _scene(desk, saved)
    run, plan = saved.run, saved.run.plan
    wanted: dict[str, list[Ask]] = defaultdict(list)
    for k in range(len(plan.referral)):
        row, pool = int(plan.referral[k]), int(plan.pool[k])
        case = run.problem.referral_ids[row]
        provider, pool_id = run.problem.pool_keys[pool]
        if case in scene.away or _declined(scene, case, provider):
            continue
        findings = run.explainer.questions(row, pool, int(plan.unknown[k]))
        wanted[provider].append(_ask(scene, row, provider, pool_id, findings, proposed=True))
    _add_open_calls(scene, wanted)
    places = [_place(scene, provider, asks) for provider, asks in wanted.items()]
    places.sort(key=lambda one: _when(scene, one))
    return _sheet(scene, places, None, ORDER_TONIGHT)


def for_case(desk: Desk, saved: SavedRun, case: str) -> CallSheet:
    """Return whom to call for one person; that somebody looked at the case is recorded.

    Parameters
    ----------
    desk : Desk
    saved : SavedRun
    case : str

    Raises
    ------
    PermissionDenied
        If the actor may not record calls.
    NotFound
        If the case is not part of the plan.
    """
    desk.require(Action.RECORD_CALL)
    row = saved.run.row(case)
    note_view(desk, "referral", case, {"run": saved.number})
    scene = _scene(desk, saved)
    options = [
        one
        for one in saved.run.case(case).options
        if case not in scene.away and not _declined(scene, case, one.provider_id)
    ]
    best = min((one.cost for one in options), default=0)
    options.sort(key=lambda one: _how(scene, one, best))
    places: dict[str, list[Ask]] = defaultdict(list)
    for one in options[:MOST_PLACES]:
        ask = _ask(
            scene,
            row,
            one.provider_id,
            one.pool_id,
            one.questions,
            proposed=one.proposed,
            kept=one.taken,
        )
        places[one.provider_id].append(ask)
    return _sheet(
        scene, [_place(scene, p, asks) for p, asks in places.items()], case, ORDER_CASE
    )


def _scene(desk: Desk, saved: SavedRun) -> _Scene:
    now = desk.clock()
    with desk.store.reading() as record:
        providers, pools = record.providers.all()
        offers = record.offers.all()
        calls = [one for one in record.calls.all() if now - one.at <= REMEMBERED]
        taken = _taken(record)
        veil = record.providers.veil()
        away = {one.referral_id for one in record.cases.all() if one.state != CaseState.WAITING}
    mine: dict[str, list[BedPool]] = defaultdict(list)
    for pool in pools:
        mine[pool.provider_id].append(pool)
    return _Scene(
        desk=desk,
        saved=saved,
        now=now,
        providers={one.provider_id: one for one in providers},
        pools={provider: tuple(some) for provider, some in mine.items()},
        offers=offers,
        past=past_answers(offers, calls),
        taken=taken,
        away=frozenset(away),
        veil=veil,
        stale_hours=stale_limit(desk),
    )


def _taken(record: Reading) -> dict[str, int]:
    beds: dict[str, int] = defaultdict(int)
    for one in record.offers.taking():
        beds[one.provider_id] += one.beds
    return beds


def _declined(scene: _Scene, case: str, provider: str) -> bool:
    """Tell whether a place has said no since the plan was made."""
    return any(
        one.state is OfferState.DECLINED
        and (one.referral_id, one.provider_id) == (case, provider)
        and one.changed_at >= scene.saved.made_at
        for one in scene.offers
    )


def _add_open_calls(scene: _Scene, wanted: dict[str, list[Ask]]) -> None:
    """Keep calls that are under way about places that the plan does not propose now."""
    run = scene.saved.run
    rows = {case: row for row, case in enumerate(run.problem.referral_ids)}
    for one in scene.offers:
        if one.state is not OfferState.CALLING or one.referral_id not in rows:
            continue
        there = wanted[one.provider_id]
        if not any((a.case, a.pool_id) == (one.referral_id, one.pool_id) for a in there):
            row = rows[one.referral_id]
            there.append(
                _ask(scene, row, one.provider_id, one.pool_id, (), proposed=False, kept=True)
            )


def _ask(
    scene: _Scene,
    row: int,
    provider: str,
    pool_id: str,
    findings: Iterable[Finding],
    *,
    proposed: bool,
    kept: bool = False,
) -> Ask:
    run = scene.saved.run
    referral = run.problem.referral_records[row]
    today = scene.desk.local(scene.now).date()
    to_place, first = [], []
    for one in findings:
        if about_person(one.code, referral):
            first.append(one.sentence)
        else:
            to_place.append(Question(one.code, one.sentence))
    offer = next(
        (
            one
            for one in scene.offers
            if one.state is OfferState.CALLING
            and (one.referral_id, one.provider_id, one.pool_id)
            == (referral.referral_id, provider, pool_id)
        ),
        None,
    )
    return Ask(
        person=person(run.problem, run.policy, row),
        case=referral.referral_id,
        pool_id=pool_id,
        beds=referral.beds_needed,
        group=referral.group_id,
        say=may_say(referral, run.policy, today),
        questions=tuple(to_place),
        first=tuple(dict.fromkeys(first)),
        proposed=proposed,
        kept=kept,
        offer=offer,
    )


def _place(scene: _Scene, provider_id: str, asks: Sequence[Ask]) -> Place:
    one = scene.providers[provider_id]
    today = scene.desk.local(scene.now).date()
    kind = effective_type(one, today)
    calling = tuple(
        offer
        for offer in scene.offers
        if offer.provider_id == provider_id and offer.state is OfferState.CALLING
    )
    back = [offer.call_back_at for offer in calling if offer.call_back_at is not None]
    wanted = {ask.pool_id for ask in asks}
    return Place(
        provider_id=provider_id,
        name=one.name or provider_id,
        contact=one.contact,
        hidden=scene.veil.covers(provider_id),
        placement_type="type not known" if kind is None else label(kind),
        asks=tuple(sorted(asks, key=_urgency)),
        vacancies=tuple(
            _vacancy(scene, pool)
            for pool in scene.pools.get(provider_id, ())
            if pool.pool_id in wanted
        ),
        past=scene.past.get(provider_id, NEVER),
        calling=calling,
        taken=scene.taken.get(provider_id, 0),
        call_back_at=min(back, default=None),
    )


def _vacancy(scene: _Scene, pool: BedPool) -> Vacancy:
    heard = "nobody has said when its beds were last confirmed"
    if pool.as_of is not None:
        local = scene.desk.local(pool.as_of)
        heard = f"beds confirmed on {day(local)} at {local:%H:%M}"
        heard += f" by {pool.confirmed_by}" if pool.confirmed_by else ""
    return Vacancy(
        pool_id=pool.pool_id,
        name=pool.pool_name or f"Beds {pool.pool_id}",
        free=pool.free,
        heard=heard,
        dated=pool.as_of is not None,
        stale=is_stale(pool, scene.now, scene.stale_hours),
    )


def _urgency(ask: Ask) -> tuple[int, int, str]:
    """Return where a person stands: priority, then the longest wait."""
    hours = -1 if ask.person.hours is None else ask.person.hours
    return ask.person.tier, -hours, ask.case


def _when(scene: _Scene, place: Place) -> tuple[bool, int, bool, int, int, str]:
    """Return when a place is called tonight; see :data:`ORDER_TONIGHT`."""
    due = place.call_back_at is not None and place.call_back_at <= scene.now
    tier, wait, _ = min(map(_urgency, place.asks))
    return (
        not due,
        tier,
        all(one.stale for one in place.vacancies),
        place.past.leaning,
        wait,
        place.name,
    )


def _how(scene: _Scene, one: Option, best: int) -> tuple[bool, int, bool, int, bool, int, str]:
    """Return when an option of one person is called; see :data:`ORDER_CASE`."""
    pool = next(
        (b for b in scene.pools.get(one.provider_id, ()) if b.pool_id == one.pool_id), None
    )
    return (
        not one.proposed,
        one.icwa,
        one.taken,
        (one.cost - best) // ALIKE,
        pool is None or is_stale(pool, scene.now, scene.stale_hours),
        scene.past.get(one.provider_id, NEVER).leaning,
        f"{one.name} {one.pool_id}",
    )


def _sheet(scene: _Scene, places: Sequence[Place], case: str | None, order: str) -> CallSheet:
    called = {ask.case for place in places for ask in place.asks}
    waiting = set(scene.saved.run.problem.referral_ids) - scene.away
    return CallSheet(
        as_of=scene.now,
        number=scene.saved.number,
        case=case,
        places=tuple(places),
        people=len(called),
        nobody_to_call=len(({case} if case else waiting) - called),
        order=order,
    )
