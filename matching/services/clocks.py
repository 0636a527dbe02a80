"""Every clock that runs: what has to be looked at by when, the nearest first.

Lengths come from the policy. Nothing leaves the office: clocks are shown where people
work, never sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from matching.domain import policy as policies
from matching.domain.access import Action, allows
from matching.domain.casework import Case, CaseState, Offer, OfferState, Placement, StayState
from matching.domain.policy import Policy
from matching.domain.records import Provider, Referral
from matching.domain.scenario import Paper
from matching.domain.words import BackgroundCheck, FamilyFirstCategory, Funding
from matching.engine.rules.base import day
from matching.insight.lapses import Ending, endings
from matching.services.absences import owed_report, owed_screening
from matching.services.casebook import case_of, person_of, states, when
from matching.services.clearing import Site, people_there, sites
from matching.services.consents import Expiring, expiring
from matching.services.desk import Desk
from matching.services.lapses import called
from matching.services.upload_records import name_of
from matching.store.database import Reading


class ClockKind(StrEnum):
    """What runs out."""

    REPORT = "report"  #: of somebody missing, to the police and to NCMEC
    SCREENING = "screening"
    REVIEW = "review"  #: of a referral recorded in a hurry
    HOLD = "hold"
    CALL_BACK = "call_back"
    BED_HOLD = "bed_hold"  #: of somebody missing or in hospital
    DAY_14 = "day_14"  #: of Family First
    PAPER = "paper"  #: licence or certificate of a provider
    TRAINING = "training"
    BACKGROUND = "background"
    CONSENT = "consent"  #: to share with a partner agency
    SITE = "site"  #: compromised, and waiting for two people to clear it


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One thing that has to be looked at.

    Attributes
    ----------
    kind : ClockKind
    case : str or None
        Case reference.
    provider_id : str or None
    number : int or None
        Of the offer or placement that it is about.
    version : int
        Of the case, offer or placement, for whoever records what was done.
    due_at : datetime or None
        By when, to the minute.
    due_on : date or None
        By when, where only the day is known; with neither, nobody knows.
    over : bool
        Whether the time has passed.
    sentence : str
    page : str
        Where something can be done about it: "case", "calls" or "providers".
    """

    kind: ClockKind
    case: str | None = None
    provider_id: str | None = None
    number: int | None = None
    version: int = 0
    due_at: datetime | None = None
    due_on: date | None = None
    over: bool
    sentence: str
    page: str


def due(desk: Desk) -> tuple[Clock, ...]:
    """Return every clock that runs, the nearest first; what is over comes before it.

    Whoever may not see cases is told of providers only, and of all of them: which ones
    people live at would be told by a choice among them.

    Returns
    -------
    tuple of Clock

    Raises
    ------
    PermissionDenied
        If the actor may not see providers.
    """
    desk.require(Action.SEE_PROVIDERS)
    with desk.store.reading() as record:
        clocks = _Clocks(desk, record)
        found = list(clocks.of_providers())
        if allows(desk.actor.role, Action.SEE_CASES):
            found += clocks.of_cases()
            found += [_consent(one) for one in expiring(desk, record)]
    found += [_site(one) for one in sites(desk)]
    return tuple(sorted(found, key=lambda one: _order(desk, one)))


def due_for(desk: Desk, record: Reading, case: str) -> tuple[Clock, ...]:
    """Return every clock that runs for one case, the nearest first.

    Parameters
    ----------
    desk : Desk
    record : Reading
        Of the desk's office.
    case : str

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    NotFound
        If the office has no such case.
    """
    desk.require(Action.SEE_CASES)
    found = list(_Clocks(desk, record).of_one(case))
    found += [_consent(one) for one in expiring(desk, record, case=case)]
    return tuple(sorted(found, key=lambda one: _order(desk, one)))


def _site(one: Site) -> Clock:
    """Return what a compromised site waits for; where people are it cannot wait."""
    there = f" {people_there(one.people)}" if one.people else ""
    return Clock(
        kind=ClockKind.SITE,
        provider_id=one.provider_id,
        due_on=None if one.people else one.until,
        over=bool(one.people),
        sentence=f"{one.sentence}{there} {one.waits}",
        page="providers",
    )


def _consent(one: Expiring) -> Clock:
    """Return a consent that ends soon; nothing is shared under it afterwards."""
    return Clock(
        kind=ClockKind.CONSENT,
        case=one.case,
        due_on=one.expires,
        over=False,
        sentence=f"Case {one.case}: {one.sentence[:1].lower()}{one.sentence[1:]}",
        page="sharing",
    )


def soon(desk: Desk, clocks: Iterable[Clock], within: timedelta) -> tuple[Clock, ...]:
    """Return the clocks that are over or run out within a time, in their order."""
    last = desk.clock() + within
    return tuple(one for one in clocks if one.over or _moment(desk, one) <= last)


def _order(desk: Desk, one: Clock) -> tuple[datetime, str, str, str]:
    return _moment(desk, one), one.kind, one.case or "", one.provider_id or ""


def _moment(desk: Desk, one: Clock) -> datetime:
    """Return when a clock runs out; a day ends at midnight, what nobody knows at last."""
    zone = ZoneInfo(desk.settings.time_zone)
    if one.due_at is not None:
        return one.due_at
    if one.due_on is not None:
        return datetime.combine(one.due_on, time.max, zone)
    if one.over:
        return datetime.min.replace(tzinfo=zone)
    return datetime.max.replace(tzinfo=zone)


#: Categories that Title IV-E pays for longer than two weeks.
_PAID = frozenset(FamilyFirstCategory) - {FamilyFirstCategory.OTHER}


class _Clocks:
    """The clocks of one state of the record."""

    def __init__(self, desk: Desk, record: Reading) -> None:
        self._desk, self._record = desk, record
        self._policy: Policy = policies.load(desk.settings.policy)
        self._lengths = self._policy.clocks
        self._now = desk.clock()
        self._today = desk.local(self._now).date()
        homes, _ = record.providers.all()
        self._homes: Mapping[str, Provider] = {one.provider_id: one for one in homes}

    # --- people ----------------------------------------------------------------------

    def of_cases(self) -> Iterator[Clock]:
        """Return what has to be done for people, in no order."""
        people = {one.referral_id: one for one in self._record.referrals.all()}
        where = states(self._record)
        for case in where.values():
            if case.state is not CaseState.CLOSED and case.stripped_at is None:
                yield from self._of_case(case, people[case.referral_id])
        for offer in self._record.offers.open():
            yield from self._of_offer(offer)
        for stay in self._record.placements.open():
            yield from self._of_stay(stay, people.get(stay.referral_id))

    def of_one(self, name: str) -> Iterator[Clock]:
        """Return what has to be done for one person, in no order."""
        person = person_of(self._record, name)
        case = case_of(self._record, name)
        if case.state is not CaseState.CLOSED and case.stripped_at is None:
            yield from self._of_case(case, person)
        for offer in self._record.offers.of(name):
            yield from self._of_offer(offer)
        for stay in self._record.placements.of(name):
            if stay.state is not StayState.ENDED:
                yield from self._of_stay(stay, person)

    def _of_case(self, case: Case, person: Referral) -> Iterator[Clock]:
        if person.screening_date is None:
            yield self._screening(person)
        if case.emergency_at is not None and case.reviewed_at is None:
            by = case.emergency_at + self._lengths.review
            must = "was to be" if by < self._now else "is"
            yield self._for_case(
                ClockKind.REVIEW,
                case.referral_id,
                by,
                f"Case {case.referral_id} was recorded in a hurry and {must} looked at again "
                f"by {self._when(by)}.",
                version=case.version,
            )

    def _screening(self, person: Referral) -> Clock:
        case = person.referral_id
        if person.received_at is None:
            said = "nor when it was received"
            return Clock(
                kind=ClockKind.SCREENING,
                case=case,
                over=False,
                sentence=f"Case {case}: no screening is on record, {said}.",
                page="case",
            )
        by = person.received_at + self._lengths.screening
        must = "was to begin" if by < self._now else "is to begin"
        said = f"Case {case}: no screening is on record; it {must} by {self._when(by)}."
        return self._for_case(ClockKind.SCREENING, case, by, said)

    def _of_offer(self, offer: Offer) -> Iterator[Clock]:
        name, case = self._name(offer.provider_id), offer.referral_id
        if offer.state is OfferState.HELD and offer.hold_until is not None:
            by = offer.hold_until
            word = "was" if by < self._now else "is"
            said = f"Case {case}: the bed at {name} {word} held until {self._when(by)}."
            yield self._for_case(ClockKind.HOLD, case, by, said, offer.provider_id, offer.id)
        if offer.state is OfferState.CALLING and offer.call_back_at is not None:
            by = offer.call_back_at
            word = "was to be" if by < self._now else "is to be"
            said = f"Case {case}: {name} {word} called again at {self._when(by)}."
            yield self._for_case(
                ClockKind.CALL_BACK, case, by, said, offer.provider_id, offer.id
            )

    def _of_stay(self, stay: Placement, person: Referral | None) -> Iterator[Clock]:
        case, name = stay.referral_id, self._name(stay.provider_id)
        if stay.bed_until is not None and stay.state in (
            StayState.MISSING,
            StayState.HOSPITAL,
        ):
            by = stay.bed_until
            where = "is missing" if stay.state is StayState.MISSING else "is in hospital"
            word = "was" if by < self._now else "is"
            yield self._for_case(
                ClockKind.BED_HOLD,
                case,
                by,
                f"Case {case} {where}: the bed at {name} {word} kept until {self._when(by)}.",
                stay.provider_id,
                stay.id,
            )
        yield from self._missing(stay, person)
        if stay.day14_reviewed_at is None:
            yield from self._day_14(stay, person, name)

    def _missing(self, stay: Placement, person: Referral | None) -> Iterator[Clock]:
        """Say what is owed to whoever is missing, and to whoever is back."""
        report = owed_report(self._desk, stay, person, self._lengths)
        again = owed_screening(self._desk, stay, person, self._lengths)
        for kind, owed in ((ClockKind.REPORT, report), (ClockKind.SCREENING, again)):
            if owed is not None:
                case, home = stay.referral_id, stay.provider_id
                yield self._for_case(kind, case, *owed, home, stay.id, stay.version)

    def _day_14(self, stay: Placement, person: Referral | None, name: str) -> Iterator[Clock]:
        """Ask who pays after two weeks, unless the category or the payer settles it."""
        home = self._homes.get(stay.provider_id)
        category = None if home is None else home.family_first
        payers = None if person is None else person.funding
        if category in _PAID or (payers is not None and Funding.IV_E not in payers):
            return
        days = self._lengths.family_first_days
        by = self._desk.local(stay.started_at).date() + timedelta(days)
        what = (
            f"ask for the Title IV-E category of {name}"
            if category is None
            else f"{name} is in no category that Title IV-E pays beyond {days} days"
        )
        since = day(self._desk.local(stay.started_at))
        yield Clock(
            kind=ClockKind.DAY_14,
            case=stay.referral_id,
            provider_id=stay.provider_id,
            number=stay.id,
            version=stay.version,
            due_on=by,
            over=by < self._today,
            sentence=(
                f"Case {stay.referral_id} came to {name} on {since}. Look at who pays by "
                f"{day(by)}: {what}."
            ),
            page="case",
        )

    def _for_case(
        self,
        kind: ClockKind,
        case: str,
        by: datetime,
        sentence: str,
        provider_id: str | None = None,
        number: int | None = None,
        version: int = 0,
    ) -> Clock:
        page = "calls" if kind in (ClockKind.HOLD, ClockKind.CALL_BACK) else "case"
        return Clock(
            kind=kind,
            case=case,
            provider_id=provider_id,
            number=number,
            version=version,
            due_at=by,
            over=by < self._now,
            sentence=sentence,
            page=page,
        )

    # --- providers -------------------------------------------------------------------

    def of_providers(self) -> Iterator[Clock]:
        """Return what providers hold that ends soon, ended, or is not clear."""
        for home in self._concerned():
            for one in endings(home, self._policy):
                if one.last_day is not None and one.last_day <= (
                    self._today + self._lengths.ending
                ):
                    yield self._ending(home, one)
            if home.background_check in (BackgroundCheck.EXPIRED, BackgroundCheck.PENDING):
                yield self._background(home)

    def _concerned(self) -> list[Provider]:
        """Return the providers where people live, have a bed or are proposed.

        For whoever may not see cases: every provider.
        """
        if not allows(self._desk.actor.role, Action.SEE_CASES):
            return list(self._homes.values())
        last = self._record.runs.latest()
        document = {} if last is None else last.document or {}
        names = {str(one["provider"]) for one in document.get("placements", ())}
        names |= {one.provider_id for one in self._record.offers.open()}
        names |= {one.provider_id for one in self._record.placements.open()}
        return [home for name, home in self._homes.items() if name in names]

    def _ending(self, home: Provider, one: Ending) -> Clock:
        ends = one.ends or one.last_day or self._today
        word = "ended" if ends < self._today else "ends"
        said = f"{name_of(home, {})}: {called(one.what)} {word} on {day(ends)}."
        if one.last_day is not None and ends < self._today <= one.last_day:
            said = f"{said[:-1]}, and still counts until {day(one.last_day)}."
        return Clock(
            kind=ClockKind.PAPER if isinstance(one.what, Paper) else ClockKind.TRAINING,
            provider_id=home.provider_id,
            due_on=one.last_day,
            over=one.lapsed(self._today),
            sentence=said,
            page="providers",
        )

    def _background(self, home: Provider) -> Clock:
        expired = home.background_check is BackgroundCheck.EXPIRED
        said = "has expired" if expired else "is not finished"
        return Clock(
            kind=ClockKind.BACKGROUND,
            provider_id=home.provider_id,
            over=expired,
            sentence=f"{name_of(home, {})}: the background check {said}.",
            page="providers",
        )

    # --- words -----------------------------------------------------------------------

    def _name(self, provider_id: str) -> str:
        home = self._homes.get(provider_id)
        return provider_id if home is None else name_of(home, {})

    def _when(self, moment: datetime) -> str:
        return when(self._desk, moment)
