"""Words for the codes of casework: answers, reasons, states, ends, lessons."""

from __future__ import annotations

from datetime import datetime

from matching.domain.casework import (
    Answer,
    DeclineReason,
    Lesson,
    OfferState,
    Outcome,
    ReleaseReason,
    StayEnd,
    StayState,
)
from matching.ui.text import common

SAVED, UNDO = "Saved", "Undo"
WATCHING = "This page shows by itself what others change. Last look at {moment}."

#: What is on the button of each answer.
ANSWERS = {
    Answer.HOLDS: "Holds the bed",
    Answer.ACCEPTED: "Accepted",
    Answer.DECLINED: "Declined",
    Answer.NO_ANSWER: "No answer",
    Answer.CALL_BACK: "Call back",
}
#: The same after "they": what came of a call.
ANSWERED = {
    Answer.HOLDS: "hold the bed",
    Answer.ACCEPTED: "accepted",
    Answer.DECLINED: "declined",
    Answer.NO_ANSWER: "did not answer",
    Answer.CALL_BACK: "asked to be called back",
}
DECLINES = {
    DeclineReason.NO_BED: "no bed free now",
    DeclineReason.STAFF: "not enough staff tonight",
    DeclineReason.AGE: "age",
    DeclineReason.GENDER: "gender",
    DeclineReason.BEHAVIOUR: "behaviour needs",
    DeclineReason.RUN_RISK: "risk of running",
    DeclineReason.CO_RESIDENT: "somebody who lives there",
    DeclineReason.PREGNANCY: "pregnancy",
    DeclineReason.MEDICAL: "medical needs",
    DeclineReason.DISTANCE: "distance",
    DeclineReason.FUNDING: "payment",
    DeclineReason.TRAINING: "training",
    DeclineReason.LICENCE: "licence",
    DeclineReason.PERSON_DECLINED: "the young person said no",
    DeclineReason.OTHER: "another reason",
}
RELEASES = {
    ReleaseReason.ANOTHER_PLACE: "another place was found",
    ReleaseReason.PERSON_DECLINED: "the young person said no",
    ReleaseReason.PROVIDER_WITHDREW: "the place withdrew",
    ReleaseReason.MISSING: "the young person is missing",
    ReleaseReason.SAFETY: "for safety",
    ReleaseReason.BY_MISTAKE: "recorded by mistake",
    ReleaseReason.NOT_NEEDED: "no place is needed any more",
}
OFFERS = {
    OfferState.CALLING: "being called",
    OfferState.HELD: "holds a bed",
    OfferState.ACCEPTED: "accepted",
    OfferState.DECLINED: "declined",
    OfferState.NO_ANSWER: "did not answer",
    OfferState.WITHDRAWN: "was told that the bed is not needed",
    OfferState.EXPIRED: "held a bed until its time ended",
    OfferState.STARTED: "took the young person in",
}
STAYS = {
    StayState.LIVING: "lives there",
    StayState.MISSING: "missing",
    StayState.HOSPITAL: "in hospital",
    StayState.ENDED: "ended",
}
ENDS = {
    StayEnd.PLANNED: "as planned",
    StayEnd.STEP_DOWN: "moved on to less restrictive care",
    StayEnd.DISRUPTION: "the placement broke down",
    StayEnd.MISSING: "went missing",
    StayEnd.AGED_OUT: "aged out",
    StayEnd.PROVIDER_DISCHARGE: "the place gave notice",
    StayEnd.COURT: "decided by a court",
    StayEnd.SAFETY_MOVE: "moved for safety",
    StayEnd.HOSPITAL: "went to hospital",
    StayEnd.BY_MISTAKE: "recorded by mistake",
}
OUTCOMES = {
    Outcome.REUNIFIED: "back with family",
    Outcome.KIN: "with relatives or close friends",
    Outcome.STEPPED_DOWN: "moved on to less restrictive care",
    Outcome.AGED_OUT: "aged out",
    Outcome.ANOTHER_AGENCY: "another agency took over",
    Outcome.PERSON_CHOSE: "the young person chose otherwise",
    Outcome.COURT: "decided by a court",
    Outcome.MISSING: "missing",
    Outcome.DUPLICATE: "recorded twice",
    Outcome.OTHER: "another reason",
}
LESSONS = {
    Lesson.NOT_HERE: "never this place again",
    Lesson.RUN_RISK_HIGH: "likely to run",
    Lesson.RECRUITMENT_RISK_HIGH: "at high risk of recruiting or being recruited",
    Lesson.AGGRESSION: "needs a place that manages aggression",
    Lesson.FIRE_SETTING: "needs a place that manages fire setting",
    Lesson.SEXUALISED: "needs a place that manages sexualised behaviour",
    Lesson.SELF_HARM: "needs a place that manages self-harm",
    Lesson.MENTAL_HEALTH_INTENSIVE: "needs intensive mental-health care",
    Lesson.SUBSTANCE_TREATMENT: "needs substance-use treatment",
    Lesson.APART_FROM_OTHERS: "must be kept apart from somebody who lived there",
}

_HOUR, _DAY = 60, 24 * 60


def length(minutes: int) -> str:
    """Return a short length of time: "32 minutes", "2 hours 5 minutes", "3 days"."""
    if minutes < 1:
        return "under a minute"
    if minutes < _HOUR:
        return common.count(minutes, "minute")
    if minutes >= 2 * _DAY:
        return common.count(minutes // _DAY, "day")
    hours, rest = divmod(minutes, _HOUR)
    said = common.count(hours, "hour")
    return f"{said} {common.count(rest, 'minute')}" if rest else said


def minutes_to(moment: datetime, now: datetime) -> int:
    """Return whole minutes to a moment, negative once it is past."""
    return int((moment - now).total_seconds() // 60)


def left(until: datetime, now: datetime) -> str:
    """Return "32 minutes left", or that the time is over."""
    minutes = minutes_to(until, now)
    return "time is over" if minutes < 0 else f"{length(minutes)} left"


def until(moment: datetime, now: datetime) -> str:
    """Return "until 23:40, 32 minutes left".

    Parameters
    ----------
    moment, now : datetime
        In the office's time zone.
    """
    return f"until {common.moment(moment, now.date())}, {left(moment, now)}"
