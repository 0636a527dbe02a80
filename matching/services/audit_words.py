"""Events of the audit log as sentences: who did what to what, by codes and counts.

Each action that a service records has a builder here, and a test holds the two
against each other. A sentence names cases and places by their codes and names, and
never says a fact about a person: the log holds none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matching.domain.access import Action, Role
from matching.domain.casework import Answer, Outcome, StayEnd
from matching.domain.confidential import OpenReason
from matching.engine.rules.base import day
from matching.services.casework_words import DECLINED, ENDED, RELEASED
from matching.store.audit import AuditEvent


@dataclass(frozen=True, slots=True)
class Look:
    """What a sentence needs to know besides the event.

    Attributes
    ----------
    names : mapping of str to str
        What providers may be called, by identifier.
    local : callable
        Returns a moment in the office's time zone.
    """

    names: Mapping[str, str]
    local: Callable[[datetime], datetime]

    def place(self, provider_id: object) -> str:
        """Return what a provider is called, or its code if it is gone."""
        return self.names.get(str(provider_id), f"provider {provider_id}")

    def moment(self, text: object, beside: datetime) -> str:
        """Return a stored moment: the time, and the day where it is another one."""
        local = self.local(datetime.fromisoformat(str(text)))
        if local.date() == self.local(beside).date():
            return f"{local:%H:%M}"
        return f"{local:%H:%M} on {day(local.date())}"


Builder = Callable[[AuditEvent, Look], str]


def sentence(event: AuditEvent, look: Look) -> str:
    """Return an event as one sentence."""
    local = look.local(event.at)
    build = SENTENCES.get(event.action, _unknown)
    return f"On {day(local.date())} at {local:%H:%M} {_who(event)} {build(event, look)}."


def _who(event: AuditEvent) -> str:
    if event.role == Role.CLOCK:
        return "the clock"
    if event.role == Role.VISITOR and event.actor == "nobody":
        return "somebody who was not signed in"
    return f"{event.actor} ({event.role})"


def _unknown(event: AuditEvent, _: Look) -> str:
    return f"did “{event.action}”" + (f" to {event.object_id}" if event.object_id else "")


def _n(number: object, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _cases(details: Mapping[str, Any]) -> str:
    names = [str(details.get("case", "")), *map(str, details.get("with", ()))]
    if len(names) == 1:
        return f"case {names[0]}"
    return f"cases {', '.join(names[:-1])} and {names[-1]}"


def _at(event: AuditEvent, look: Look) -> str:
    return look.place(event.details.get("provider"))


def _why(event: AuditEvent, words: Mapping[Any, str]) -> str:
    """Return a reason in words, or its code where nobody has put it in words."""
    said = {str(code): text for code, text in words.items()}
    return said.get(event.reason, event.reason.replace("_", " "))


_ANSWERS = {
    Answer.HOLDS: "that a bed is held",
    Answer.ACCEPTED: "that it accepts",
    Answer.DECLINED: "that it declines",
    Answer.NO_ANSWER: "that nobody answered",
    Answer.CALL_BACK: "that it is to be called back",
    Answer.TAKEN_BACK: "that the answer before was recorded by mistake",
}


def _call(event: AuditEvent, look: Look) -> str:
    what, cases, place = event.reason, _cases(event.details), _at(event, look)
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
        why = f": {_why(event, DECLINED)}" if what else ""
        return f"recorded of {place} about {cases} {said}{why}"
    before = event.details.get("before")
    held = "the hold" if before == "held" else "what was asked"
    return f"ended {held} at {place} for {cases}: {_why(event, RELEASED)}"


def _clock(event: AuditEvent, look: Look) -> str:
    if event.object_kind == "retention":
        return _removed(event, look)
    if event.object_kind == "offer":
        return f"ended the hold at {_at(event, look)} for {_cases(event.details)} at its time"
    if "case" in event.details:
        what = event.reason.replace("_", " ")
        return f"recorded for {_cases(event.details)} at {_at(event, look)}: {what}"
    return f"ended {event.object_kind or 'something'} {event.object_id} at its time"


_PLACEMENTS = {
    "started": "recorded that {cases} moved in at {place}",
    "left": "recorded that {cases} is away from {place}, where the bed is held",
    "came_back": "recorded that {cases} is back at {place}",
    "notice": "recorded that {place} gave notice for {cases}",
    "transferred": "recorded that {cases} moved on to {place}",
}


def _placement(event: AuditEvent, look: Look) -> str:
    if event.object_kind == "referral":
        why = event.reason.replace("_", " ")
        return f"looked at who pays for case {event.object_id} after two weeks: {why}"
    form = _PLACEMENTS.get(event.reason)
    cases, place = _cases(event.details), _at(event, look)
    if form is not None:
        return form.format(cases=cases, place=place)
    if event.reason in set(StayEnd):
        return f"recorded that {cases} left {place}: {_why(event, ENDED)}"
    return f"recorded about {cases} at {place}: {event.reason.replace('_', ' ')}"


def _close(event: AuditEvent, _: Look) -> str:
    if event.reason == "reopened":
        return f"opened case {event.object_id} again"
    why = event.reason.replace("_", " ")
    return f"closed case {event.object_id}" + (
        f": {why}" if event.reason in set(Outcome) else ""
    )


def _referral(event: AuditEvent, _: Look) -> str:
    case = f"case {event.object_id}"
    return {
        "emergency": f"recorded {case} in an emergency",
        "new": f"recorded {case}",
        "reviewed": f"looked again at {case}, recorded in an emergency",
        "screened": f"recorded the screening of {case}",
    }.get(event.reason, f"changed facts of {case}")


def _seen(event: AuditEvent, _: Look) -> str:
    if event.object_kind == "search":
        return f"kept the search for case {event.object_id}"
    return f"looked at case {event.object_id}"


def _seen_provider(event: AuditEvent, look: Look) -> str:
    return f"looked at {look.place(event.object_id)}"


_UNTIL = {
    OpenReason.PLACING: "to place a case",
    OpenReason.CONFIRMING: "to confirm beds",
    OpenReason.LICENSING: "for licensing",
    OpenReason.EMERGENCY: "in an emergency",
}


def _opened(event: AuditEvent, look: Look) -> str:
    until = event.details.get("until")
    then = "" if until is None else f", until {look.moment(until, event.at)}"
    # Whoever reads the log may not have opened it: the code tells them which one it was.
    why = _why(event, _UNTIL)
    return f"opened the confidential provider {event.object_id} {why}{then}"


def _uploaded(noun: str) -> Builder:
    def build(event: AuditEvent, _: Look) -> str:
        if event.reason == "undone":
            return f"took back upload {event.object_id} of {noun}"
        told = event.details
        found = [
            f"{told[name]} {name.replace('_', ' ')}"
            for name in sorted(told)
            if isinstance(told[name], int) and not isinstance(told[name], bool) and told[name]
        ]
        return f"uploaded {noun} (upload {event.object_id})" + (
            f": {', '.join(found)}" if found else ""
        )

    return build


def _beds(event: AuditEvent, look: Look) -> str:
    place, _, pool = event.object_id.partition("/")
    free = _n(event.details.get("available"), "bed")
    return f"recorded {free} free at {look.place(place)} ({pool})"


def _plan(event: AuditEvent, _: Look) -> str:
    placed, waiting = event.details.get("placed"), event.details.get("waiting")
    return f"made plan {event.object_id}: {placed} of {waiting} have a place"


def _export(what: str) -> Builder:
    def build(event: AuditEvent, _: Look) -> str:
        form = event.details.get("form") or event.details.get("part") or event.object_kind
        about = f" {event.object_id}" if event.object_id else ""
        return f"took out {what}{about}" + (f" ({form})" if form else "")

    return build


_MATTERS = {
    "force": "that the plan must use {place} for {case}",
    "forbid": "that the plan must not use {place} for {case}",
    "calling": "that somebody is calling {place} for {case}",
    "split": "that {case} may be placed apart",
    "waive": "that the rule {rule} does not count for {case}",
}


def _decided(event: AuditEvent, look: Look) -> str:
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


def _site(event: AuditEvent, look: Look) -> str:
    place, why = look.place(event.object_id), event.reason.replace("_", " ")
    if event.action == Action.REPORT_SITE:
        return f"reported that {place} is not safe ({why})"
    if event.details.get("word") == 1:
        return f"said as the first of two that {place} is clear ({why})"
    return f"said as the second of two that {place} is clear ({why}): it is in use again"


def _edited(event: AuditEvent, look: Look) -> str:
    fields = event.details.get("fields") or ()
    what = ", ".join(str(one).replace("_", " ") for one in fields)
    return f"changed {look.place(event.object_id)}" + (f": {what}" if what else "")


def _account(form: str) -> Builder:
    def build(event: AuditEvent, _: Look) -> str:
        told = event.details
        moved = " to ".join(str(told[name]) for name in ("before", "after") if name in told)
        more = {
            "role": told.get("role", moved),
            "why": event.reason.replace("_", " "),
            "account": event.object_id,
        }
        return form.format(**more).replace(" ()", "").rstrip()

    return build


def _plain(form: str) -> Builder:
    def build(event: AuditEvent, look: Look) -> str:
        return form.format(id=event.object_id, place=look.place(event.object_id)).rstrip()

    return build


def _with_reason(form: str) -> Builder:
    def build(event: AuditEvent, look: Look) -> str:
        said = _plain(form)(event, look)
        return said + (f" ({event.reason.replace('_', ' ')})" if event.reason else "")

    return build


_SHARED = {
    "consent_recorded": "recorded a consent about case {id}",
    "consent_withdrawn": "recorded that a consent about case {id} was withdrawn",
    "request_made": "made a request to a partner agency about case {id}",
    "request_handed_out": "took out a request to a partner agency about case {id}",
    "answer_noted": "noted a partner agency's answer about case {id}",
}


def _shared(event: AuditEvent, _: Look) -> str:
    form = _SHARED.get(event.reason, "shared something about case {id}")
    return form.format(id=event.object_id)


def _removed(event: AuditEvent, _: Look) -> str:
    if event.object_kind == "office":
        return "removed everything that the office owned"
    if event.object_kind == "retention":
        return f"removed facts of cases whose time was over ({event.reason.replace('_', ' ')})"
    return f"removed case {event.object_id} for good"


def _equity(event: AuditEvent, _: Look) -> str:
    told = event.details
    if "removed" in told:
        return f"removed what was recorded for fairness of {_n(told['removed'], 'case')}"
    cases = _n(told.get("cases"), "case")
    return f"recorded race and tribal status, for fairness alone, of {cases}"


def _scenario(event: AuditEvent, _: Look) -> str:
    return f"{event.details.get('what', 'saved')} scenario {event.object_id}"


def _kept(event: AuditEvent, _: Look) -> str:
    if event.object_kind == "backup":
        return f"wrote a backup of the record ({_n(event.details.get('rows'), 'row')})"
    if event.object_kind == "encrypted_copy":
        did = "could not write" if event.reason == "failed" else "wrote"
        return f"{did} an encrypted copy of the whole record"
    return "took out everything that the office owns"


SENTENCES: dict[str, Builder] = {
    Action.SEE_CASES: _seen,
    Action.SEE_PROVIDERS: _seen_provider,
    Action.SEE_GAPS: _plain("looked at the gaps"),
    Action.SEE_AUDIT: _plain("looked at the audit log"),
    Action.UPLOAD_PROVIDERS: _uploaded("providers"),
    Action.UPLOAD_REFERRALS: _uploaded("referrals"),
    Action.RUN_PLAN: _plan,
    Action.SAVE_RUN: _plan,
    Action.EXPORT_PLAN: _export("plan"),
    Action.EXPORT_GAPS: _export("counts of gaps"),
    Action.EXPORT_PROVIDERS: _export("providers"),
    Action.CONFIRM_BEDS: _beds,
    Action.LOAD_SAMPLE: _plain("loaded the invented sample region"),
    Action.CHOOSE_PLACE: _decided,
    Action.SPLIT_GROUP: _decided,
    Action.WAIVE_RULE: _decided,
    Action.REPLAY_PLAN: _plain("made plan {id} again to check it"),
    Action.PLAN_CAPACITY: _plain("asked what would close the gaps of plan {id}"),
    Action.SAVE_SCENARIO: _scenario,
    Action.SEE_FAIRNESS: _plain("looked at fairness"),
    Action.RECORD_EQUITY: _equity,
    Action.RECORD_REFERRAL: _referral,
    Action.RECORD_CALL: _call,
    Action.RECORD_PLACEMENT: _placement,
    Action.CLOSE_CASE: _close,
    Action.EXPORT_CASE: _export("a record of case"),
    Action.SHARE_CASE: _shared,
    Action.EDIT_PROVIDER: _edited,
    Action.REPORT_SITE: _site,
    Action.CLEAR_SITE: _site,
    Action.OPEN_CONFIDENTIAL: _opened,
    Action.SHARE_BEDS: _plain("took out a list of free beds for a partner agency"),
    Action.END_AT_TIME: _clock,
    Action.MANAGE_ACCOUNTS: _with_reason("changed account {id}"),
    Action.EXPORT_RECORD: _kept,
    Action.RESTORE_RECORD: _plain("put the record back from a backup"),
    Action.DELETE_RECORD: _removed,
    "audit_exported": _export("the audit log"),
    "office_added": _plain("added the office {id}"),
    "account_added": _account("added the account {account} ({role})"),
    "account_joined": _account("gave the account {account} a role at this office ({role})"),
    "account_disabled": _account("disabled the account {account}"),
    "account_enabled": _account("enabled the account {account} again"),
    "account_unlocked": _account("unlocked the account {account}"),
    "account_locked": _account("locked the account {account}: too many wrong passwords"),
    "role_changed": _account("changed the role of the account {account} ({role})"),
    "password_reset": _account("gave the account {account} a new password"),
    "password_changed": _account("changed the password of the account {account}"),
    "signed_in": _account("signed in ({why})"),
    "sign_in_failed": _account("was refused a sign-in ({why})"),
    "session_ended": _account("was signed out ({why})"),
    "sessions_ended": _account("ended the other sessions of the account {account}"),
}


def words_of(action: str) -> str:
    """Return an action as a choice of a list calls it."""
    return action.replace("_", " ")
