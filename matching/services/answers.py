"""Answers of providers: what they lead to, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from matching.domain import policy as policies
from matching.domain.casework import (
    ABOUT_TONIGHT,
    ANSWERS,
    Answer,
    DeclineReason,
    Offer,
    OfferState,
)
from matching.domain.clocks import Clocks
from matching.domain.errors import InputError
from matching.services.casebook import hour
from matching.services.desk import Desk
from matching.services.offer_moves import cases_in_words

#: Minutes in which an answer can be taken back.
UNDO_MINUTES = 15
#: Most minutes until a call back.
_LONGEST_CALL_BACK = 7 * 24 * 60

#: Where an offer stands after an answer.
ANSWER_STATES = {
    Answer.HOLDS: OfferState.HELD,
    Answer.ACCEPTED: OfferState.ACCEPTED,
    Answer.DECLINED: OfferState.DECLINED,
    Answer.NO_ANSWER: OfferState.NO_ANSWER,
    Answer.CALL_BACK: OfferState.CALLING,
}


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of an answer.

    Attributes
    ----------
    offer : Offer
        As it is now.
    offers : tuple of Offer
        With those of the group that go together.
    sentence : str
    ask : str
        What to ask as well; empty if nothing.
    undo_until : datetime or None
        Until when it can be taken back while nothing is built on it.
    """

    offer: Offer
    offers: tuple[Offer, ...]
    sentence: str
    ask: str = ""
    undo_until: datetime | None = None


def clocks_of(desk: Desk) -> Clocks:
    """Return the lengths of time of the office's policy."""
    return policies.load(desk.settings.policy).clocks


@dataclass(frozen=True, slots=True)
class Times:
    """When a hold ends, and when to call back."""

    hold_until: datetime | None = None
    call_back_at: datetime | None = None


def times(
    desk: Desk, answer: Answer, now: datetime, hold: int | None, call_back: int | None
) -> Times:
    """Return when a hold ends, or when to call back.

    Raises
    ------
    InputError
        If a time is impossible.
    """
    if answer is Answer.HOLDS:
        return Times(hold_until=hold_end(desk, now, hold))
    if answer is Answer.CALL_BACK:
        minutes = clocks_of(desk).call_back_minutes if call_back is None else call_back
        if not 1 <= minutes <= _LONGEST_CALL_BACK:
            raise InputError(
                f"{minutes} is not a number of minutes until a call back.",
                next_step="Choose a time within a week.",
            )
        return Times(call_back_at=now + timedelta(minutes=minutes))
    return Times()


def hold_end(desk: Desk, now: datetime, minutes: int | None) -> datetime:
    """Return until when a bed is held.

    Raises
    ------
    InputError
        If it is longer than the policy allows.
    """
    clocks = clocks_of(desk)
    length = clocks.hold_minutes if minutes is None else minutes
    if not 1 <= length <= clocks.longest_hold_minutes:
        raise InputError(
            f"A bed can be held for 1 to {clocks.longest_hold_minutes} minutes.",
            next_step="Choose a shorter time; a hold can be made longer later.",
        )
    return now + timedelta(minutes=length)


#: Most questions asked in one call, and longest code and question.
_MOST_ASKED, _LONGEST = 100, 500
_TOLD = ("yes", "no", None)


def checked(
    answer: Answer, reason: DeclineReason | None, asked: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, Any], ...]:
    """Return what was asked, with nothing in it that was not offered.

    Raises
    ------
    InputError
    """
    if answer not in ANSWERS:
        raise InputError("This is not an answer.", next_step="Choose one of the answers.")
    if (answer is Answer.DECLINED) != (reason is not None):
        raise InputError(
            "A decline needs a reason, and no other answer has one.",
            next_step="Choose the reason that was given.",
        )
    out = [{key: one.get(key) for key in ("code", "question", "answer")} for one in asked]
    if len(out) > _MOST_ASKED or not all(map(_in_form, out)):
        raise InputError(
            "What was asked is not in the form of questions with yes or no.",
            next_step="Open the call sheet again.",
        )
    return tuple(out)


def _in_form(one: Mapping[str, Any]) -> bool:
    texts = one["code"], one["question"]
    short = all(isinstance(text, str) and len(text) <= _LONGEST for text in texts)
    return short and one["answer"] in _TOLD


def answered(
    desk: Desk, name: str, answer: Answer, offers: tuple[Offer, ...], now: datetime
) -> Answered:
    """Return what is said of an answer that is on record."""
    first = offers[0]
    who = cases_in_words(offers)
    beds = sum(one.beds for one in offers)
    held = "a bed" if beds == 1 else f"{beds} beds"
    ask = ""
    if answer is Answer.HOLDS and first.hold_until is not None:
        said = f"{name} holds {held} for {who} until {hour(desk, first.hold_until)}."
    elif answer is Answer.ACCEPTED:
        said = f"{name} accepted {who}."
    elif answer is Answer.DECLINED:
        why = str(first.reason or "").replace("_", " ")
        said = f"{name} declined {who}: {why}."
        if first.reason in ABOUT_TONIGHT:
            said += " It counts until the beds there are heard of again."
            ask = f"Ask how many beds are free at {name}, and record it."
    elif answer is Answer.NO_ANSWER:
        said = f"{name} did not answer about {who}."
    else:
        at = "later" if first.call_back_at is None else f"at {hour(desk, first.call_back_at)}"
        said = f"Call {name} back about {who} {at}."
    return Answered(first, offers, said, ask, now + timedelta(minutes=UNDO_MINUTES))
