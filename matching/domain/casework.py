"""From a referral to a placement: the states, and who may move a case from one to another.

A case waits until a bed is held for the person or a provider accepts; it is placed
once the person has moved in; it ends closed, with a coded outcome. Offers say what
one place was asked and answered; placements say where somebody lives. Every move is
one of :data:`MOVES`, and nothing moves by itself: what ends at its time is ended by a
recorded event in the name of the clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from matching.domain.records import Referral


class CaseState(StrEnum):
    """Where a case stands."""

    WAITING = "waiting"  #: needs a place; somebody may be calling
    HELD = "held"  #: a bed is held until a set time
    ACCEPTED = "accepted"  #: the provider accepted; the person has not moved in
    PLACED = "placed"  #: lives there
    AWAY = "away"  #: missing or in hospital, while the bed is held
    CLOSED = "closed"  #: needs no place from us any more


class Move(StrEnum):
    """What moves a case from one state to another."""

    HOLD = "hold"
    ACCEPT = "accept"
    RELEASE = "release"  #: a hold or an acceptance ends without a placement
    EXPIRE = "expire"  #: a hold ends at its time
    START = "start"  #: the person moves in
    LEAVE = "leave"  #: missing, or in hospital; the bed is held
    RETURN = "return"
    TRANSFER = "transfer"  #: to another place, in one step
    END = "end"  #: a placement ends and the person needs another place
    FINISH = "finish"  #: a placement ends and no other is needed
    CLOSE = "close"
    REOPEN = "reopen"


#: Every move there is: from which state to which.
MOVES: Mapping[tuple[CaseState, Move], CaseState] = {
    (CaseState.WAITING, Move.HOLD): CaseState.HELD,
    (CaseState.WAITING, Move.ACCEPT): CaseState.ACCEPTED,
    (CaseState.WAITING, Move.START): CaseState.PLACED,
    (CaseState.WAITING, Move.CLOSE): CaseState.CLOSED,
    (CaseState.HELD, Move.ACCEPT): CaseState.ACCEPTED,
    (CaseState.HELD, Move.START): CaseState.PLACED,
    (CaseState.HELD, Move.RELEASE): CaseState.WAITING,
    (CaseState.HELD, Move.EXPIRE): CaseState.WAITING,
    (CaseState.HELD, Move.HOLD): CaseState.HELD,  # until a later time
    (CaseState.ACCEPTED, Move.START): CaseState.PLACED,
    (CaseState.ACCEPTED, Move.RELEASE): CaseState.WAITING,
    (CaseState.PLACED, Move.LEAVE): CaseState.AWAY,
    (CaseState.PLACED, Move.TRANSFER): CaseState.PLACED,
    (CaseState.PLACED, Move.END): CaseState.WAITING,
    (CaseState.PLACED, Move.FINISH): CaseState.CLOSED,
    (CaseState.AWAY, Move.RETURN): CaseState.PLACED,
    (CaseState.AWAY, Move.LEAVE): CaseState.AWAY,  # from missing to hospital, or longer
    (CaseState.AWAY, Move.EXPIRE): CaseState.WAITING,
    (CaseState.AWAY, Move.END): CaseState.WAITING,
    (CaseState.AWAY, Move.FINISH): CaseState.CLOSED,
    (CaseState.CLOSED, Move.REOPEN): CaseState.WAITING,
}


class OfferState(StrEnum):
    """Where an offer stands: one place asked for one person."""

    CALLING = "calling"  #: somebody is calling, or shall call back
    HELD = "held"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    WITHDRAWN = "withdrawn"  #: by us
    EXPIRED = "expired"  #: a hold that ended at its time
    STARTED = "started"  #: became a placement


#: Offers that are not over.
OPEN_OFFERS = frozenset({OfferState.CALLING, OfferState.HELD, OfferState.ACCEPTED})
#: Offers that take a bed from everybody else.
TAKES_BED = frozenset({OfferState.HELD, OfferState.ACCEPTED})


class Answer(StrEnum):
    """What a call came to."""

    HOLDS = "holds"  #: the bed is kept for a while
    ACCEPTED = "accepted"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    CALL_BACK = "call_back"
    TAKEN_BACK = "taken_back"  #: the answer before it was recorded by mistake


#: What can be recorded as an answer.
ANSWERS = tuple(one for one in Answer if one is not Answer.TAKEN_BACK)


class DeclineReason(StrEnum):
    """Why a provider declines. No free text, which could carry a personal fact."""

    NO_BED = "no_bed"
    STAFF = "staff"
    AGE = "age"
    GENDER = "gender"
    BEHAVIOUR = "behaviour"
    RUN_RISK = "run_risk"
    CO_RESIDENT = "co_resident"
    PREGNANCY = "pregnancy"
    MEDICAL = "medical"
    DISTANCE = "distance"
    FUNDING = "funding"
    TRAINING = "training"
    LICENCE = "licence"
    PERSON_DECLINED = "person_declined"  #: the young person said no
    OTHER = "other"


#: Reasons that are about the beds of one night: such a decline counts only until the
#: provider is heard again.
ABOUT_TONIGHT = frozenset({DeclineReason.NO_BED, DeclineReason.STAFF})


class ReleaseReason(StrEnum):
    """Why a hold or an acceptance ends without a placement."""

    ANOTHER_PLACE = "another_place"
    PERSON_DECLINED = "person_declined"
    PROVIDER_WITHDREW = "provider_withdrew"
    MISSING = "missing"
    SAFETY = "safety"
    BY_MISTAKE = "by_mistake"
    NOT_NEEDED = "not_needed"


class StayState(StrEnum):
    """Where somebody with a placement is."""

    LIVING = "living"
    MISSING = "missing"
    HOSPITAL = "hospital"
    ENDED = "ended"


class StayEnd(StrEnum):
    """Why a placement ended."""

    PLANNED = "planned"
    STEP_DOWN = "step_down"
    DISRUPTION = "disruption"
    MISSING = "missing"
    AGED_OUT = "aged_out"
    PROVIDER_DISCHARGE = "provider_discharge"
    COURT = "court"
    SAFETY_MOVE = "safety_move"
    HOSPITAL = "hospital"
    BY_MISTAKE = "by_mistake"


class Outcome(StrEnum):
    """Why a case is closed."""

    REUNIFIED = "reunified"
    KIN = "kin"
    STEPPED_DOWN = "stepped_down"
    AGED_OUT = "aged_out"
    ANOTHER_AGENCY = "another_agency"
    PERSON_CHOSE = "person_chose"
    COURT = "court"
    MISSING = "missing"
    DUPLICATE = "duplicate"
    OTHER = "other"


class Lesson(StrEnum):
    """What a disruption taught, as a fact that the next plan uses."""

    NOT_HERE = "not_here"  #: never this provider again
    RUN_RISK_HIGH = "run_risk_high"
    RECRUITMENT_RISK_HIGH = "recruitment_risk_high"
    AGGRESSION = "aggression"
    FIRE_SETTING = "fire_setting"
    SEXUALISED = "sexualised"
    SELF_HARM = "self_harm"
    MENTAL_HEALTH_INTENSIVE = "mental_health_intensive"
    SUBSTANCE_TREATMENT = "substance_treatment"
    APART_FROM_OTHERS = "apart_from_others"  #: a new code that keeps apart from who was there


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Where one case stands; a case that was never touched waits.

    Attributes
    ----------
    referral_id : str
    state : CaseState
    since : datetime or None
        When it came to that state; ``None`` if it was never moved.
    emergency_at : datetime or None
        When it was recorded in a hurry, to be looked at again.
    reviewed_at : datetime or None
        When that was done.
    closed_at : datetime or None
    outcome : Outcome or None
    stripped_at : datetime or None
        When its facts were removed for good.
    version : int
        0 if it was never touched.
    """

    referral_id: str
    state: CaseState = CaseState.WAITING
    since: datetime | None = None
    emergency_at: datetime | None = None
    reviewed_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: Outcome | None = None
    stripped_at: datetime | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One place asked for one person.

    Attributes
    ----------
    id : int or None
        Given by the record.
    referral_id, provider_id, pool_id : str
    state : OfferState
    beds : int
        Beds it takes while it is held or accepted.
    opened_at, changed_at : datetime
    opened_by, changed_by : str
        Account names.
    hold_until, call_back_at : datetime or None
    reason : str or None
        Code of why it was declined or released.
    run_id : int or None
        Number of the plan that proposed it.
    share_id : int or None
        Number of the request to a partner that it came from.
    version : int
    """

    id: int | None = None
    referral_id: str
    provider_id: str
    pool_id: str
    state: OfferState
    beds: int
    opened_at: datetime
    opened_by: str
    changed_at: datetime
    changed_by: str
    hold_until: datetime | None = None
    call_back_at: datetime | None = None
    reason: str | None = None
    run_id: int | None = None
    share_id: int | None = None
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One telephone call.

    Attributes
    ----------
    id : int or None
    offer_id : int
    at : datetime
    actor : str
    answer : Answer
    reason : DeclineReason or None
    asked : sequence of mapping
        Each with ``code`` (of the rule), ``question`` and ``answer`` ("yes",
        "no" or ``None`` for not answered).
    """

    id: int | None = None
    offer_id: int
    at: datetime
    actor: str
    answer: Answer
    reason: DeclineReason | None = None
    asked: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where somebody lives or lived.

    Attributes
    ----------
    id, offer_id : int or None
    referral_id, provider_id, pool_id : str
    state : StayState
    beds : int
    started_at : datetime
    started_by : str
    recorded_at : datetime or None
        When it was put on the record; by default when it started.
    planned_end : date or None
    notice_at : datetime or None
        When the provider gave notice.
    away_since, bed_until : datetime or None
        While missing or in hospital: since when, and until when the bed is held.
    missing_reported_at : datetime or None
        When it was recorded that the one who is missing was reported.
    found_at : datetime or None
        When somebody who had been missing was back, since they last left.
    day14_reviewed_at : datetime or None
        When the payment category was looked at.
    ended_at : datetime or None
    ended_by : str or None
    end_reason : StayEnd or None
    learned : sequence of str
        Codes of :class:`Lesson`.
    version : int
    """

    id: int | None = None
    referral_id: str
    provider_id: str
    pool_id: str
    offer_id: int | None = None
    state: StayState
    beds: int
    started_at: datetime
    started_by: str
    recorded_at: datetime | None = None
    planned_end: date | None = None
    notice_at: datetime | None = None
    away_since: datetime | None = None
    bed_until: datetime | None = None
    missing_reported_at: datetime | None = None
    found_at: datetime | None = None
    day14_reviewed_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    end_reason: StayEnd | None = None
    learned: Sequence[str] = ()
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BedTaken:
    """A bed that somebody of any office has: held, accepted or lived in.

    Who it is decides who else can live there, so their facts come along. They
    are for that alone, and nobody of another office is ever shown them.

    Attributes
    ----------
    office : str
        Whose case it is.
    person : Referral
    provider_id, pool_id : str
    beds : int
    since : datetime
        When it was taken.
    by : str
        Account name of who took it.
    moved_in : datetime or None
        When it was put on the record that the person moved in: news of the beds from
        before then may not include them. ``None`` while the bed is held or accepted.
    offer_id, placement_id : int or None
        One of the two.
    """

    office: str
    person: Referral = field(repr=False)
    provider_id: str
    pool_id: str
    beds: int
    since: datetime
    by: str
    moved_in: datetime | None = None
    offer_id: int | None = None
    placement_id: int | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Office and case reference: two offices may use the same reference."""
        return self.office, self.person.referral_id


def standing(calls: Sequence[Call]) -> tuple[Call, ...]:
    """Return the calls of one offer whose answers were not taken back, in order of time."""
    out: list[Call] = []
    for one in calls:
        if one.answer is Answer.TAKEN_BACK:
            out = out[:-1]
        else:
            out.append(one)
    return tuple(out)


def after(state: CaseState, move: Move) -> CaseState | None:
    """Return the state that a move leads to, or ``None`` if there is no such move."""
    return MOVES.get((state, move))
