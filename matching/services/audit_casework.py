"""Events about cases and places in words: calls, stays, decisions, what was looked at."""

from __future__ import annotations

from matching.domain.access import Action
from matching.domain.casework import Answer, Outcome, StayEnd
from matching.domain.confidential import OpenReason
from matching.services.audit_look import Look, cases_of, counted, place_of, reason_of
from matching.services.casework_words import DECLINED, ENDED, RELEASED
from matching.services.provider_new import ADDED, ADDED_BEDS
from matching.store.audit import AuditEvent

_ANSWERS = {
    Answer.HOLDS: "that a bed is held",
    Answer.ACCEPTED: "that it accepts",
    Answer.DECLINED: "that it declines",
    Answer.NO_ANSWER: "that nobody answered",
    Answer.CALL_BACK: "that it is to be called back",
    Answer.TAKEN_BACK: "that the answer before was recorded by mistake",
}


def call(event: AuditEvent, look: Look) -> str:
    """Say what was done about a call, and what the place answered."""
    what, cases, place = event.reason, cases_of(event.details), place_of(event, look)
    until = event.details.get("until")
    if what == "started":
        return f"began to call {place} about {cases}"
    if what in ("held", "extended"):
        then = "" if until is None else f" until {look.moment(until, event.at)}"
        did = "held a bed at" if what == "held" else "went on holding a bed at"
        return f"{did} {place} for {cases}{then}"
    answer = event.details.get("answer")
    if what == "taken_back":
        return f"took back the answer of {place} about {cases}"
    if answer is not None:
        said = _ANSWERS.get(answer, str(answer))
        why = f": {reason_of(event, DECLINED)}" if what else ""
        return f"recorded of {place} about {cases} {said}{why}"
    before = event.details.get("before")
    held = "the hold" if before == "held" else "what was asked"
    return f"ended {held} at {place} for {cases}: {reason_of(event, RELEASED)}"


_PLACEMENTS = {
    "started": "recorded that {cases} moved in at {place}",
    "left": "recorded that {cases} is away from {place}, where the bed is held",
    "came_back": "recorded that {cases} is back at {place}",
    "notice": "recorded that {place} gave notice for {cases}",
    "transferred": "recorded that {cases} moved on to {place}",
}


def placement(event: AuditEvent, look: Look) -> str:
    """Say who moved in, away, back, on or out, and who pays after two weeks."""
    if event.reason == "missing_reported":
        return f"recorded that case {event.object_id} was reported missing"
    if event.object_kind == "referral":
        why = event.reason.replace("_", " ")
        return f"looked at who pays for case {event.object_id} after two weeks: {why}"
    form = _PLACEMENTS.get(event.reason)
    cases, place = cases_of(event.details), place_of(event, look)
    if form is not None:
        return form.format(cases=cases, place=place)
    if event.reason in set(StayEnd):
        return f"recorded that {cases} left {place}: {reason_of(event, ENDED)}"
    return f"recorded about {cases} at {place}: {event.reason.replace('_', ' ')}"


def close(event: AuditEvent, _: Look) -> str:
    """Say that a case was closed or opened again."""
    if event.reason == "reopened":
        return f"opened case {event.object_id} again"
    why = event.reason.replace("_", " ")
    return f"closed case {event.object_id}" + (
        f": {why}" if event.reason in set(Outcome) else ""
    )


def referral(event: AuditEvent, _: Look) -> str:
    """Say what was recorded of a person, or looked at again."""
    case = f"case {event.object_id}"
    return {
        "emergency": f"recorded {case} in an emergency",
        "new": f"recorded {case}",
        "reviewed": f"looked again at {case}, recorded in an emergency",
        "screened": f"recorded the screening of {case}",
    }.get(event.reason, f"changed facts of {case}")


def seen(event: AuditEvent, _: Look) -> str:
    """Say whose case was looked at."""
    if event.object_kind == "search":
        return f"kept the search for case {event.object_id}"
    return f"looked at case {event.object_id}"


def seen_provider(event: AuditEvent, look: Look) -> str:
    """Say which provider was looked at."""
    return f"looked at {look.place(event.object_id)}"


_UNTIL = {
    OpenReason.PLACING: "to place a case",
    OpenReason.CONFIRMING: "to confirm beds",
    OpenReason.LICENSING: "for licensing",
    OpenReason.EMERGENCY: "in an emergency",
}


def opened(event: AuditEvent, look: Look) -> str:
    """Say which confidential provider was opened, what for and until when."""
    until = event.details.get("until")
    then = "" if until is None else f", until {look.moment(until, event.at)}"
    # Whoever reads the log may not have opened it: the code tells them which one it was.
    why = reason_of(event, _UNTIL)
    return f"opened the confidential provider {event.object_id} {why}{then}"


def beds(event: AuditEvent, look: Look) -> str:
    """Say how many beds were recorded free."""
    place, _, pool = event.object_id.partition("/")
    free = counted(event.details.get("available"), "bed")
    return f"recorded {free} free at {look.place(place)} ({pool})"


_MATTERS = {
    "force": "that the plan must use {place} for {case}",
    "forbid": "that the plan must not use {place} for {case}",
    "calling": "that somebody is calling {place} for {case}",
    "split": "that {case} may be placed apart",
    "waive": "that the rule {rule} does not count for {case}",
}


def decided(event: AuditEvent, look: Look) -> str:
    """Say what was decided for the plan, or taken back."""
    told = event.details
    who = "group" if event.object_kind == "group" else "case"
    form = _MATTERS.get(str(told.get("kind")), "something about {case}")
    said = form.format(
        place=look.place(told.get("provider")),
        case=f"{who} {event.object_id}",
        rule=told.get("rule"),
    )
    until = told.get("until")
    then = "" if until is None else f", until {until}"
    why = f" ({event.reason.replace('_', ' ')})" if event.reason else ""
    return f"{'took back' if told.get('taken_back') else 'decided'} {said}{then}{why}"


def site(event: AuditEvent, look: Look) -> str:
    """Say what was said of the safety of a place."""
    place, why = look.place(event.object_id), event.reason.replace("_", " ")
    if event.action == Action.REPORT_SITE:
        return f"reported that {place} is not safe ({why})"
    if event.details.get("word") == 1:
        return f"said as the first of two that {place} is clear ({why})"
    return f"said as the second of two that {place} is clear ({why}): it is in use again"


def edited(event: AuditEvent, look: Look) -> str:
    """Say which facts of a provider were changed, or that it is new."""
    if event.reason in (ADDED, ADDED_BEDS):
        what = "" if event.reason == ADDED else "more beds at "
        return f"put {what}{look.place(event.object_id)} on the record"
    fields = event.details.get("fields") or ()
    what = ", ".join(str(one).replace("_", " ") for one in fields)
    return f"changed {look.place(event.object_id)}" + (f": {what}" if what else "")
