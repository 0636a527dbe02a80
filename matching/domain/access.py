"""Roles and who may do what. Anything not listed is refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from matching.domain.errors import PermissionDenied


class Role(StrEnum):
    """Roles of the people who use the software."""

    WORKER = "worker"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    LICENSING = "licensing"
    AUDITOR = "auditor"
    ADMIN = "admin"
    LOCAL = "local"  #: the one local user before accounts exist
    CLOCK = "clock"  #: what ends at its time is ended in this name, and nothing else
    VISITOR = "visitor"  #: somebody at the door who has not signed in; may do nothing


class Action(StrEnum):
    """Things a service does."""

    SEE_CASES = "see_cases"
    SEE_PROVIDERS = "see_providers"
    SEE_GAPS = "see_gaps"
    SEE_AUDIT = "see_audit"
    UPLOAD_PROVIDERS = "upload_providers"
    UPLOAD_REFERRALS = "upload_referrals"
    RUN_PLAN = "run_plan"
    SAVE_RUN = "save_run"
    EXPORT_PLAN = "export_plan"
    EXPORT_GAPS = "export_gaps"
    EXPORT_PROVIDERS = "export_providers"
    CONFIRM_BEDS = "confirm_beds"  #: record what a provider answers on the telephone
    LOAD_SAMPLE = "load_sample"
    CHOOSE_PLACE = "choose_place"  #: force or forbid a place, or take that back
    SPLIT_GROUP = "split_group"  #: and only with the role that the policy names
    WAIVE_RULE = "waive_rule"  #: likewise
    REPLAY_PLAN = "replay_plan"
    PLAN_CAPACITY = "plan_capacity"  #: what would close the gaps, and what if
    SAVE_SCENARIO = "save_scenario"
    SEE_FAIRNESS = "see_fairness"
    RECORD_EQUITY = "record_equity"  #: race and tribal status, for fairness alone
    RECORD_REFERRAL = "record_referral"  #: a new referral, in a hurry or not, and its facts
    RECORD_CALL = "record_call"  #: calls, answers and holds
    RECORD_PLACEMENT = "record_placement"  #: moving in, away, back, on and out
    CLOSE_CASE = "close_case"  #: and open it again
    EXPORT_CASE = "export_case"  #: the diligent-search record and what goes to a provider
    SHARE_CASE = "share_case"  #: consents, and requests to partner agencies
    EDIT_PROVIDER = "edit_provider"
    REPORT_SITE = "report_site"  #: that it is not safe; it is out of use at once
    CLEAR_SITE = "clear_site"  #: as one of two people
    OPEN_CONFIDENTIAL = "open_confidential"  #: see a confidential provider, with a reason
    SHARE_BEDS = "share_beds"  #: a list of beds for partner agencies
    END_AT_TIME = "end_at_time"  #: holds whose time has come
    MANAGE_ACCOUNTS = "manage_accounts"
    EXPORT_RECORD = "export_record"  #: everything an office owns
    RESTORE_RECORD = "restore_record"  #: everything of every office: into a backup, and back
    DELETE_RECORD = "delete_record"  #: what must not be kept, or all an office owns


_ALLOWED: dict[Role, frozenset[Action]] = {
    Role.WORKER: frozenset(
        {
            Action.SEE_CASES,
            Action.SEE_PROVIDERS,
            Action.EXPORT_PROVIDERS,
            Action.CONFIRM_BEDS,
            Action.SEE_GAPS,
            Action.UPLOAD_REFERRALS,
            Action.RUN_PLAN,
            Action.SAVE_RUN,
            Action.EXPORT_PLAN,
            Action.CHOOSE_PLACE,
            Action.SPLIT_GROUP,
            Action.WAIVE_RULE,
            Action.REPLAY_PLAN,
            Action.RECORD_REFERRAL,
            Action.RECORD_CALL,
            Action.RECORD_PLACEMENT,
            Action.CLOSE_CASE,
            Action.EXPORT_CASE,
            Action.SHARE_CASE,
            Action.OPEN_CONFIDENTIAL,
            Action.REPORT_SITE,
        }
    ),
    Role.SUPERVISOR: frozenset(
        {
            Action.SEE_CASES,
            Action.SEE_PROVIDERS,
            Action.EXPORT_PROVIDERS,
            Action.CONFIRM_BEDS,
            Action.SEE_GAPS,
            Action.UPLOAD_PROVIDERS,
            Action.UPLOAD_REFERRALS,
            Action.RUN_PLAN,
            Action.SAVE_RUN,
            Action.EXPORT_PLAN,
            Action.EXPORT_GAPS,
            Action.CHOOSE_PLACE,
            Action.SPLIT_GROUP,
            Action.WAIVE_RULE,
            Action.REPLAY_PLAN,
            Action.PLAN_CAPACITY,
            Action.SAVE_SCENARIO,
            Action.SEE_FAIRNESS,
            Action.RECORD_EQUITY,
            Action.RECORD_REFERRAL,
            Action.RECORD_CALL,
            Action.RECORD_PLACEMENT,
            Action.CLOSE_CASE,
            Action.EXPORT_CASE,
            Action.SHARE_CASE,
            Action.OPEN_CONFIDENTIAL,
            Action.EDIT_PROVIDER,
            Action.REPORT_SITE,
            Action.CLEAR_SITE,
            Action.SHARE_BEDS,
        }
    ),
    Role.MANAGER: frozenset(
        {
            Action.SEE_PROVIDERS,
            Action.EXPORT_PROVIDERS,
            Action.CONFIRM_BEDS,
            Action.SEE_GAPS,
            Action.UPLOAD_PROVIDERS,
            Action.EXPORT_GAPS,
            Action.PLAN_CAPACITY,
            Action.SAVE_SCENARIO,
            Action.SEE_FAIRNESS,
            Action.EDIT_PROVIDER,
            Action.OPEN_CONFIDENTIAL,
            Action.REPORT_SITE,
            Action.SHARE_BEDS,
        }
    ),
    Role.LICENSING: frozenset(
        {
            Action.SEE_PROVIDERS,
            Action.UPLOAD_PROVIDERS,
            Action.EDIT_PROVIDER,
            Action.REPORT_SITE,
            Action.CLEAR_SITE,
            Action.OPEN_CONFIDENTIAL,
        }
    ),
    Role.AUDITOR: frozenset({Action.SEE_AUDIT, Action.REPLAY_PLAN}),
    Role.ADMIN: frozenset(
        {
            Action.SEE_PROVIDERS,
            Action.UPLOAD_PROVIDERS,
            Action.MANAGE_ACCOUNTS,
            Action.EXPORT_RECORD,
            Action.DELETE_RECORD,
        }
    ),
    Role.LOCAL: frozenset(Action),
    Role.CLOCK: frozenset({Action.END_AT_TIME}),
    Role.VISITOR: frozenset(),
}


#: Who may hold an account.
STAFF_ROLES = tuple(role for role in Role if role not in (Role.LOCAL, Role.CLOCK, Role.VISITOR))


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks.

    Attributes
    ----------
    name : str
        Account name of a member of staff (never of a survivor).
    role : Role
        What they may do.
    """

    name: str
    role: Role


#: In whose name holds end at their time.
CLOCK = Actor("clock", Role.CLOCK)

#: In whose name a sign-in fails that names no account.
NOBODY = Actor("nobody", Role.VISITOR)


#: Whom to ask, by role; nobody asks the one local user or what has no person behind it.
_ONE_OF: dict[Role, str] = {
    Role.WORKER: "a worker",
    Role.SUPERVISOR: "a supervisor",
    Role.MANAGER: "a manager",
    Role.LICENSING: "a licensing officer",
    Role.AUDITOR: "an auditor",
    Role.ADMIN: "an administrator",
}


def allows(role: Role, action: Action) -> bool:
    """Tell whether a role may do an action; the default is no."""
    return action in _ALLOWED.get(role, frozenset())


def require(actor: Actor, action: Action) -> None:
    """Refuse unless the actor's role allows the action.

    Raises
    ------
    PermissionDenied
        With the role and the action in words.
    """
    if not allows(actor.role, action):
        raise PermissionDenied(
            f"The role {actor.role.value} may not {action.value.replace('_', ' ')}.",
            next_step=whom_to_ask(action),
        )


def whom_to_ask(action: Action) -> str:
    """Return whom to ask for an action, as a sentence: only roles that may do it."""
    *others, last = [words for role, words in _ONE_OF.items() if allows(role, action)] or [""]
    if not last:
        return "Ask whoever runs this software: no role of an office may do it."
    return f"Ask {', '.join(others)} or {last}." if others else f"Ask {last}."
