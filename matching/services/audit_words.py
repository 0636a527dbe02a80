"""Events of the audit log as sentences: who did what to what, by codes and counts.

Each action that a service records has a builder in the table below, and a test holds
the two against each other. A sentence names cases and places by their codes and names, and
never says a fact about a person: the log holds none.
"""

from __future__ import annotations

from matching.domain.access import Action, Role
from matching.engine.rules.base import day
from matching.services import audit_casework as casework
from matching.services.audit_look import Builder, Look, cases_of, counted, place_of
from matching.store.audit import AuditEvent


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


def _clock(event: AuditEvent, look: Look) -> str:
    if event.object_kind == "retention":
        return _removed(event, look)
    whose = cases_of(event.details)
    if event.object_kind == "offer":
        return f"ended the hold at {place_of(event, look)} for {whose} at its time"
    if "case" in event.details:
        what = event.reason.replace("_", " ")
        return f"recorded for {whose} at {place_of(event, look)}: {what}"
    return f"ended {event.object_kind or 'something'} {event.object_id} at its time"


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


def _plan(event: AuditEvent, _: Look) -> str:
    placed, waiting = event.details.get("placed"), event.details.get("waiting")
    return f"made plan {event.object_id}: {placed} of {waiting} have a place"


def _export(what: str) -> Builder:
    def build(event: AuditEvent, _: Look) -> str:
        form = event.details.get("form") or event.details.get("part") or event.object_kind
        about = f" {event.object_id}" if event.object_id else ""
        return f"took out {what}{about}" + (f" ({form})" if form else "")

    return build


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
        return f"removed what was recorded for fairness of {counted(told['removed'], 'case')}"
    cases = counted(told.get("cases"), "case")
    return f"recorded race and tribal status, for fairness alone, of {cases}"


def _scenario(event: AuditEvent, _: Look) -> str:
    return f"{event.details.get('what', 'saved')} scenario {event.object_id}"


def _kept(event: AuditEvent, _: Look) -> str:
    if event.object_kind == "backup":
        return f"wrote a backup of the record ({counted(event.details.get('rows'), 'row')})"
    if event.object_kind == "encrypted_copy":
        did = "could not write" if event.reason == "failed" else "wrote"
        return f"{did} an encrypted copy of the whole record"
    return "took out everything that the office owns"


SENTENCES: dict[str, Builder] = {
    Action.SEE_CASES: casework.seen,
    Action.SEE_PROVIDERS: casework.seen_provider,
    Action.SEE_GAPS: _plain("looked at the gaps"),
    Action.SEE_AUDIT: _plain("looked at the audit log"),
    Action.UPLOAD_PROVIDERS: _uploaded("providers"),
    Action.UPLOAD_REFERRALS: _uploaded("referrals"),
    Action.RUN_PLAN: _plan,
    Action.SAVE_RUN: _plan,
    Action.EXPORT_PLAN: _export("plan"),
    Action.EXPORT_GAPS: _export("counts of gaps"),
    Action.EXPORT_PROVIDERS: _export("providers"),
    Action.CONFIRM_BEDS: casework.beds,
    Action.LOAD_SAMPLE: _plain("loaded the invented sample region"),
    Action.CHOOSE_PLACE: casework.decided,
    Action.SPLIT_GROUP: casework.decided,
    Action.WAIVE_RULE: casework.decided,
    Action.REPLAY_PLAN: _plain("made plan {id} again to check it"),
    Action.PLAN_CAPACITY: _plain("asked what would close the gaps of plan {id}"),
    Action.SAVE_SCENARIO: _scenario,
    Action.SEE_FAIRNESS: _plain("looked at fairness"),
    Action.RECORD_EQUITY: _equity,
    Action.RECORD_REFERRAL: casework.referral,
    Action.RECORD_CALL: casework.call,
    Action.RECORD_PLACEMENT: casework.placement,
    Action.CLOSE_CASE: casework.close,
    Action.EXPORT_CASE: _export("a record of case"),
    Action.SHARE_CASE: _shared,
    Action.EDIT_PROVIDER: casework.edited,
    Action.REPORT_SITE: casework.site,
    Action.CLEAR_SITE: casework.site,
    Action.OPEN_CONFIDENTIAL: casework.opened,
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
