"""The coded words of casework in plain words, inside sentences of a record."""

from __future__ import annotations

from collections.abc import Mapping

from matching.domain.casework import DeclineReason, Outcome, ReleaseReason, StayEnd
from matching.domain.sharing import Condition, GivenBy, PartnerAnswer, Scope
from matching.domain.words import Trigger

TRIGGERS: Mapping[Trigger, str] = {
    Trigger.REMOVAL: "removal from home",
    Trigger.DISCHARGE_NOTICE: "a provider gave notice",
    Trigger.SAFETY_MOVE: "a move for safety",
    Trigger.KIN_REQUEST: "a request for relatives",
    Trigger.COURT_ORDER: "an order of a court",
    Trigger.RECOVERED_FROM_MISSING: "found after being missing",
    Trigger.SELF_REFERRAL: "the person's own request",
}

DECLINED: Mapping[str, str] = {
    DeclineReason.NO_BED: "no bed is free",
    DeclineReason.STAFF: "too few staff",
    DeclineReason.AGE: "age",
    DeclineReason.GENDER: "gender",
    DeclineReason.BEHAVIOUR: "behaviour it cannot keep safe",
    DeclineReason.RUN_RISK: "risk of running",
    DeclineReason.CO_RESIDENT: "somebody who lives there",
    DeclineReason.PREGNANCY: "pregnancy or a child",
    DeclineReason.MEDICAL: "medical care it cannot give",
    DeclineReason.DISTANCE: "distance",
    DeclineReason.FUNDING: "payment",
    DeclineReason.TRAINING: "training it does not have",
    DeclineReason.LICENCE: "its licence",
    DeclineReason.PERSON_DECLINED: "the young person said no",
    DeclineReason.OTHER: "another reason",
}

RELEASED: Mapping[str, str] = {
    ReleaseReason.ANOTHER_PLACE: "another place was found",
    ReleaseReason.PERSON_DECLINED: "the young person said no",
    ReleaseReason.PROVIDER_WITHDREW: "the provider withdrew",
    ReleaseReason.MISSING: "the young person is missing",
    ReleaseReason.SAFETY: "safety",
    ReleaseReason.BY_MISTAKE: "it was recorded by mistake",
    ReleaseReason.NOT_NEEDED: "it was not needed any more",
}

ENDED: Mapping[str, str] = {
    StayEnd.PLANNED: "as planned",
    StayEnd.STEP_DOWN: "a step to a more family-like place",
    StayEnd.DISRUPTION: "the placement broke down",
    StayEnd.MISSING: "the young person is missing",
    StayEnd.AGED_OUT: "too old for the place",
    StayEnd.PROVIDER_DISCHARGE: "the provider ended it",
    StayEnd.COURT: "an order of a court",
    StayEnd.SAFETY_MOVE: "a move for safety",
    StayEnd.HOSPITAL: "hospital care",
    StayEnd.BY_MISTAKE: "it was recorded by mistake",
}

OUTCOMES: Mapping[str, str] = {
    Outcome.REUNIFIED: "back with the family",
    Outcome.KIN: "with relatives",
    Outcome.STEPPED_DOWN: "in a more family-like place",
    Outcome.AGED_OUT: "of age",
    Outcome.ANOTHER_AGENCY: "with another agency",
    Outcome.PERSON_CHOSE: "as the person chose",
    Outcome.COURT: "by order of a court",
    Outcome.MISSING: "missing",
    Outcome.DUPLICATE: "recorded twice",
    Outcome.OTHER: "another outcome",
}

GIVEN_BY: Mapping[GivenBy, str] = {
    GivenBy.PERSON: "the person",
    GivenBy.GUARDIAN: "a parent or guardian",
    GivenBy.COURT: "a court",
}

SCOPES: Mapping[Scope, str] = {
    Scope.AGE: "age band",
    Scope.GENDER: "gender and settings they can live in",
    Scope.AREA: "state in which a place is looked for",
    Scope.CARE: "care, support and access needs",
    Scope.LANGUAGE: "languages",
    Scope.WISHES: "the person's own wishes",
    Scope.TRAFFICKING: "kind of trafficking, as licences ask for it",
}

PARTNER_ANSWERS: Mapping[PartnerAnswer, str] = {
    PartnerAnswer.OFFERED: "offers a bed",
    PartnerAnswer.NO_BED: "has no bed",
    PartnerAnswer.NOT_SUITABLE: "is not the right place",
}

CONDITIONS: Mapping[Condition, str] = {
    Condition.INTERVIEW: "a talk with the young person first",
    Condition.FUNDING: "payment agreed first",
    Condition.SHORT_STAY: "a short stay only",
    Condition.DAYTIME_INTAKE: "moving in by day",
    Condition.SUPPORT_VISITS: "regular visits by the worker",
}


def reason_words(words: Mapping[str, str], code: str | None) -> str:
    """Return a coded reason in words; one that is not known stands as it is."""
    if code is None:
        return "no reason recorded"
    return words.get(code, code.replace("_", " "))
