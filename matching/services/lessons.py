"""What a placement taught about a person, as facts that the next plan uses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from matching.domain import words as w
from matching.domain.casework import Lesson, Placement
from matching.domain.errors import InputError
from matching.domain.records import Referral
from matching.services.casebook import person_of
from matching.services.desk import Desk
from matching.services.upload_sample import CASEWORK, hand_batch
from matching.store.database import Transaction

_BEHAVIOURS = {
    Lesson.AGGRESSION: w.Behaviour.AGGRESSION,
    Lesson.FIRE_SETTING: w.Behaviour.FIRE_SETTING,
    Lesson.SEXUALISED: w.Behaviour.SEXUALISED,
    Lesson.SELF_HARM: w.Behaviour.SELF_HARM,
}


def checked_lessons(lessons: Iterable[str]) -> tuple[Lesson, ...]:
    """Return lessons, each once, in the order in which they are listed.

    Raises
    ------
    InputError
        If one is not among those there are.
    """
    try:
        found = {Lesson(one) for one in lessons}
    except ValueError:
        raise InputError(
            "This is not one of the things a placement can teach.",
            next_step="Choose from the list.",
        ) from None
    return tuple(one for one in Lesson if one in found)


def learned(person: Referral, lesson: Lesson, placement: Placement) -> Referral:
    """Return a person with what one lesson taught.

    Parameters
    ----------
    person : Referral
    lesson : Lesson
    placement : Placement
        What taught it.
    """
    if lesson is Lesson.NOT_HERE:
        avoided = person.avoid_providers or frozenset()
        return replace(person, avoid_providers=avoided | {placement.provider_id})
    if lesson is Lesson.RUN_RISK_HIGH:
        return replace(person, run_risk=w.Level.HIGH)
    if lesson is Lesson.RECRUITMENT_RISK_HIGH:
        return replace(person, recruitment_risk=w.Level.HIGH)
    if lesson is Lesson.MENTAL_HEALTH_INTENSIVE:
        most = person.mental_health_need is w.CareNeed.INPATIENT
        need = w.CareNeed.INPATIENT if most else w.CareNeed.INTENSIVE
        return replace(person, mental_health_need=need)
    if lesson is Lesson.SUBSTANCE_TREATMENT:
        known = person.substance_need not in (None, w.SubstanceNeed.NONE)
        return person if known else replace(person, substance_need=w.SubstanceNeed.OUTPATIENT)
    if lesson is Lesson.APART_FROM_OTHERS:
        return replace(person, separate_from=_with(person.separate_from, token(placement)))
    return replace(person, behaviours=_with_behaviour(person, _BEHAVIOURS[lesson]))


def token(placement: Placement) -> str:
    """Return the code shared by those who lived together and must be kept apart."""
    return f"apart-{placement.id}"


def _with(known: frozenset[str] | None, more: str) -> frozenset[str]:
    return (known or frozenset()) | {more}


def _with_behaviour(person: Referral, more: w.Behaviour) -> frozenset[w.Behaviour]:
    return (person.behaviours or frozenset()) | {more}


def change_people(
    record: Transaction, desk: Desk, people: Iterable[Referral], now: datetime
) -> int:
    """Write people's facts in the transaction that changed where they live.

    Returns
    -------
    int
        How many are different now.
    """
    new = [one for one in people if one != record.referrals.get(one.referral_id)]
    if new:
        batch = record.batches.add(hand_batch("referrals", CASEWORK, desk, now))
        record.referrals.upsert(new, batch)
    return len(new)


def who_must_keep_apart(record: Transaction, placement: Placement) -> tuple[Referral, ...]:
    """Return the others of this office who live where somebody lived, with the new code."""
    others = [
        one
        for one in record.placements.open()
        if one.provider_id == placement.provider_id and one.referral_id != placement.referral_id
    ]
    return tuple(
        learned(person_of(record, one.referral_id), Lesson.APART_FROM_OTHERS, placement)
        for one in others
    )
