"""What happened in a case, in the order of time: one sentence for each thing on record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from matching.domain.access import Action
from matching.domain.casework import (
    Answer,
    Call,
    Offer,
    OfferState,
    Placement,
    standing,
)
from matching.domain.records import Referral
from matching.domain.sharing import Search, Share, ShareKind, WrittenConsent
from matching.domain.words import label
from matching.engine.rules.base import day
from matching.engine.rules.text import listed
from matching.services import casework_words as words
from matching.services.absence_history import absences
from matching.services.decisions import REASON_WORDS, Kind, Matter, sentence
from matching.services.desk import Desk
from matching.services.need_history import first_need, renewals
from matching.services.search_documents import considered
from matching.store.audit import AuditEvent
from matching.store.database import Reading


class Chapter(StrEnum):
    """What kind of thing happened."""

    NEED = "need"
    SEARCH = "search"
    CALL = "call"
    HOLD = "hold"
    DECISION = "decision"
    PLACEMENT = "placement"
    SHARING = "sharing"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    Attributes
    ----------
    at : datetime
    by : str
        Account name of who did it; empty where nobody of the office did.
    chapter : Chapter
    sentence : str
    """

    at: datetime
    by: str
    chapter: Chapter
    sentence: str


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything on record about one case, as of one moment.

    Attributes
    ----------
    referral : Referral
    names : mapping of str to str
        Of providers, by code, as the reader may see them.
    offers, calls, placements, searches, consents, shares : tuple
    events : tuple of AuditEvent
        About the case, its placements, or the group it belongs to.
    """

    referral: Referral
    names: Mapping[str, str]
    offers: tuple[Offer, ...]
    calls: tuple[Call, ...]
    placements: tuple[Placement, ...]
    searches: tuple[Search, ...]
    consents: tuple[WrittenConsent, ...]
    shares: tuple[Share, ...]
    events: tuple[AuditEvent, ...]

    def name(self, provider_id: str) -> str:
        """Return what a provider is called."""
        return self.names.get(provider_id, provider_id)

    def calls_made(self) -> int:
        """Return how many calls there were whose answers stand."""
        of: dict[int, list[Call]] = {}
        for call in self.calls:
            of.setdefault(call.offer_id, []).append(call)
        return sum(len(standing(some)) for some in of.values())


def case_file(record: Reading, referral: Referral) -> CaseFile:
    """Return everything on record about one case."""
    case = referral.referral_id
    homes, _ = record.providers.all()
    offers = record.offers.of(case)
    calls = record.calls.of_many([int(one.id or 0) for one in offers])
    events = list(record.audit.events(object_kind="referral", object_id=case))
    if referral.group_id is not None:
        events += record.audit.events(object_kind="group", object_id=referral.group_id)
    placements = record.placements.of(case)
    for stay in placements:
        events += record.audit.events(object_kind="placement", object_id=str(stay.id))
    return CaseFile(
        referral=referral,
        names={one.provider_id: one.name or one.provider_id for one in homes},
        offers=offers,
        calls=tuple(call for some in calls.values() for call in some),
        placements=placements,
        searches=record.searches.of(case),
        consents=record.consents.of(case),
        shares=record.shares.of(case),
        events=tuple(sorted(events, key=lambda event: event.seq)),
    )


def history(desk: Desk, file: CaseFile) -> tuple[Event, ...]:
    """Return what happened, oldest first."""
    found = [
        *_need(file),
        *_searches(file),
        *_calls(desk, file),
        *_decisions(file),
        *_placements(desk, file),
        *_sharing(desk, file),
    ]
    order = list(Chapter)
    found.sort(key=lambda one: (one.at, order.index(one.chapter)))
    # A need that an ending brought about is told after the ending, of the same moment.
    return tuple(sorted([*found, *_needs_again(file)], key=lambda one: one.at))


def _need(file: CaseFile) -> Iterator[Event]:
    person = file.referral
    first = first_need(person.received_at, renewals(file.events))
    if first is None:
        return
    why = "" if person.trigger is None else f": {words.TRIGGERS[person.trigger]}"
    urgency = "" if person.urgency is None else f" Needed: {label(person.urgency)}."
    said = f"The need for a place was recorded{why}.{urgency}"
    yield Event(first, "", Chapter.NEED, said)


def _needs_again(file: CaseFile) -> Iterator[Event]:
    stays = {str(one.id): one for one in file.placements}
    for event in renewals(file.events):
        stay = stays[event.object_id]
        name = file.name(stay.provider_id)
        said = f"Another place is needed since the placement at {name} ended."
        yield Event(stay.ended_at or event.at, event.actor, Chapter.NEED, said)


def _searches(file: CaseFile) -> Iterator[Event]:
    for search in file.searches:
        yield Event(search.made_at, search.actor, Chapter.SEARCH, search_sentence(file, search))


def search_sentence(file: CaseFile, search: Search) -> str:
    """Say who was considered in one search, and what came of it."""
    found = considered(search.document)
    fit = len({one.provider_id for one in found.fitting})
    providers = (
        "1 provider was" if found.providers == 1 else f"{found.providers:,} providers were"
    )
    fits = "none fits" if not fit else "1 fits" if fit == 1 else f"{fit:,} fit"
    start = "" if search.run_id is None else f"Plan {search.run_id}: "
    said = f"{start}{providers} considered; {fits}."
    if found.placed is not None:
        return f"{said} Proposed: {file.name(found.placed[0])}."
    if fit:
        return f"{said} The beds there go to others in this plan."
    return said


_ANSWERS: Mapping[Answer, str] = {
    Answer.HOLDS: "keeps a bed for a while",
    Answer.ACCEPTED: "accepts",
    Answer.DECLINED: "declines",
    Answer.NO_ANSWER: "did not answer",
    Answer.CALL_BACK: "asks to be called again",
}
TAKEN_BACK = "The answer of {name} noted before was a mistake and is taken back."


def _calls(desk: Desk, file: CaseFile) -> Iterator[Event]:
    by_offer: dict[int, list[Call]] = {}
    for call in file.calls:
        by_offer.setdefault(call.offer_id, []).append(call)
    for offer in file.offers:
        calls = by_offer.get(int(offer.id or 0), [])
        for call in calls:
            yield Event(call.at, call.actor, Chapter.CALL, call_sentence(file, offer, call))
        yield from _offer(desk, file, offer, calls)


def call_sentence(file: CaseFile, offer: Offer, call: Call) -> str:
    """Say what one call came to, and what was asked and answered."""
    name = file.name(offer.provider_id)
    if call.answer is Answer.TAKEN_BACK:
        return TAKEN_BACK.format(name=name)
    said = f"{name} was called and {_ANSWERS[call.answer]}"
    if call.reason is not None:
        said += f": {words.reason_words(words.DECLINED, call.reason)}"
    return " ".join([f"{said}.", *_asked(call)])


def _asked(call: Call) -> Iterable[str]:
    for one in call.asked:
        answer = one.get("answer") or "not answered"
        question = str(one.get("question", ""))
        end = "" if question.endswith(("?", ".")) else "."
        yield f"Asked: {question}{end} Answer: {answer}."


def _offer(desk: Desk, file: CaseFile, offer: Offer, calls: Sequence[Call]) -> Iterator[Event]:
    """Say how an offer began and ended, where no call says so."""
    name, at = file.name(offer.provider_id), offer.changed_at
    if offer.hold_until is not None:
        until = desk.local(offer.hold_until)
        said = f"A bed at {name} was held until {day(until.date())}, {until:%H:%M}."
        held = next((one for one in calls if one.answer is Answer.HOLDS), None)
        when, by = (offer.opened_at, offer.opened_by) if held is None else (held.at, held.actor)
        yield Event(when, by, Chapter.HOLD, said)
    elif offer.state is OfferState.CALLING and not calls:
        said = f"{name} is being called."
        yield Event(offer.opened_at, offer.opened_by, Chapter.CALL, said)
    elif offer.share_id is not None and not calls:
        said = f"{name} answered a request; what it said is noted as an offer."
        yield Event(offer.opened_at, offer.opened_by, Chapter.CALL, said)
    if offer.state is OfferState.EXPIRED:
        yield Event(
            at, offer.changed_by, Chapter.HOLD, f"The hold at {name} ended at its time."
        )
    elif offer.state is OfferState.WITHDRAWN:
        why = words.reason_words(words.RELEASED, offer.reason)
        said = f"What was asked of {name} was taken back: {why}."
        yield Event(at, offer.changed_by, Chapter.HOLD, said)


_DECISIONS = frozenset({Action.CHOOSE_PLACE, Action.SPLIT_GROUP, Action.WAIVE_RULE})


def _decisions(file: CaseFile) -> Iterator[Event]:
    for event in file.events:
        said = _decision(file, event) if event.action in _DECISIONS else None
        if said is not None:
            who = f"{event.actor} ({event.role})"
            yield Event(event.at, who, Chapter.DECISION, said)


def _decision(file: CaseFile, event: AuditEvent) -> str | None:
    details = event.details
    if "kind" not in details:
        return None
    matter = Matter(
        kind=Kind(details["kind"]),
        case=event.object_id if event.object_kind == "referral" else None,
        provider_id=details.get("provider"),
        pool_id=details.get("bed_pool"),
        group=event.object_id if event.object_kind == "group" else None,
        rule=details.get("rule"),
    )
    if matter.kind is Kind.CALLING:
        return None
    said = sentence(matter, file.names)
    if details.get("taken_back"):
        return f"Taken back: {said}"
    if event.reason:
        known = {one.value: text for one, text in REASON_WORDS.items()}
        said += f" Reason: {known.get(event.reason, event.reason.replace('_', ' '))}."
    if details.get("until"):
        said += f" In force until {day(datetime.fromisoformat(details['until']).date())}."
    return said


def _placements(desk: Desk, file: CaseFile) -> Iterator[Event]:
    for one in file.placements:
        name = file.name(one.provider_id)
        said = f"Moved in at {name}."
        yield Event(one.started_at, one.started_by, Chapter.PLACEMENT, said)
        if one.notice_at is not None:
            said = f"{name} gave notice."
            yield Event(one.notice_at, "", Chapter.PLACEMENT, said)
        for at, by, said in absences(one, name, file.events, desk.local):
            yield Event(at, by, Chapter.PLACEMENT, said)
        if one.ended_at is not None:
            why = words.reason_words(words.ENDED, one.end_reason)
            said = f"The placement at {name} ended: {why}."
            yield Event(one.ended_at, one.ended_by or "", Chapter.PLACEMENT, said)


def _sharing(desk: Desk, file: CaseFile) -> Iterator[Event]:
    for consent in file.consents:
        said = consent_sentence(consent)
        yield Event(consent.recorded_at, consent.recorded_by, Chapter.SHARING, said)
        if consent.withdrawn_at is not None:
            said = f"The consent to share with {consent.partner} was withdrawn."
            yield Event(consent.withdrawn_at, consent.withdrawn_by or "", Chapter.SHARING, said)
    for share in file.shares:
        yield Event(share.made_at, share.actor, Chapter.SHARING, _share(desk, file, share))
        if share.answered_at is not None:
            said = f"{share.partner} {answer_words(share.answer or {})}."
            yield Event(share.answered_at, "", Chapter.SHARING, said)


def consent_sentence(consent: WrittenConsent) -> str:
    """Say who consented to what, and until when."""
    covers = listed([words.SCOPES[one] for one in sorted(consent.scope)])
    what = f" It covers: {covers}." if consent.scope else ""
    return (
        f"Written consent to share with {consent.partner}, given by "
        f"{words.GIVEN_BY[consent.given_by]} on {day(consent.given_on)}, until "
        f"{day(consent.expires)}.{what}"
    )


def _share(desk: Desk, file: CaseFile, share: Share) -> str:
    until = desk.local(share.expires_at)
    limit = f"good until {day(until.date())}, {until:%H:%M}"
    if share.kind is ShareKind.PROVIDER:
        return f"A sheet with the least data was made for {file.name(share.partner)}, {limit}."
    return f"A request for a place was made for {share.partner}, without a name, {limit}."


def answer_words(answer: Mapping[str, object]) -> str:
    """Say what a partner answered: "offers a bed: 2 beds from 3 Nov 2026"."""
    given = words.reason_words(
        {one.value: text for one, text in words.PARTNER_ANSWERS.items()},
        str(answer.get("answer")),
    )
    beds, start = answer.get("beds"), answer.get("available_from")
    more = []
    if beds:
        more.append("1 bed" if beds == 1 else f"{beds} beds")
    if start:
        more.append(f"from {day(datetime.fromisoformat(str(start)).date())}")
    told = f"{given}: {' '.join(more)}" if more else given
    conditions = answer.get("conditions")
    if isinstance(conditions, Sequence) and conditions:
        by_code = {one.value: text for one, text in words.CONDITIONS.items()}
        told += f"; depends on {listed([by_code.get(str(c), str(c)) for c in conditions])}"
    return told
