"""Every role and every action, against a table written out by hand; the default is no."""

from __future__ import annotations

import pytest

from matching.domain.access import (
    STAFF_ROLES,
    Action,
    Actor,
    Role,
    allows,
    require,
    whom_to_ask,
)
from matching.domain.errors import MatchingError, PermissionDenied

#: w worker, s supervisor, m manager, c licensing, u auditor, a admin, l the local user,
#: k the clock, v whoever stands at the door.
LETTERS = {"w": "worker", "s": "supervisor", "m": "manager", "c": "licensing",
           "u": "auditor", "a": "admin", "l": "local", "k": "clock",
           "v": "visitor"}  # fmt: skip
TABLE = {
    "see_cases": "ws----l--",
    "see_providers": "wsmc-al--",
    "see_gaps": "wsm---l--",
    "see_audit": "----u-l--",
    "upload_providers": "-smc-al--",
    "upload_referrals": "ws----l--",
    "run_plan": "ws----l--",
    "save_run": "ws----l--",
    "export_plan": "ws----l--",
    "export_gaps": "-sm---l--",
    "export_providers": "wsm---l--",
    "confirm_beds": "wsm---l--",
    "load_sample": "------l--",
    "choose_place": "ws----l--",
    "split_group": "ws----l--",
    "waive_rule": "ws----l--",
    "replay_plan": "ws--u-l--",
    "plan_capacity": "-sm---l--",
    "save_scenario": "-sm---l--",
    "see_fairness": "-sm---l--",
    "record_equity": "-s----l--",
    "record_referral": "ws----l--",
    "record_call": "ws----l--",
    "record_placement": "ws----l--",
    "close_case": "ws----l--",
    "export_case": "ws----l--",
    "share_case": "ws----l--",
    "edit_provider": "-smc--l--",
    "report_site": "wsmc--l--",
    "clear_site": "-s-c--l--",
    "open_confidential": "wsmc--l--",
    "share_beds": "-sm---l--",
    "end_at_time": "------lk-",
    "manage_accounts": "-----al--",
    "export_record": "-----al--",
    "delete_record": "-----al--",
    "restore_record": "------l--",
}
CASES = [
    (Role(role), Action(action), letter in who)
    for action, who in TABLE.items()
    for letter, role in LETTERS.items()
]


def test_the_table_has_every_role_and_every_action() -> None:
    assert set(LETTERS.values()) == {role.value for role in Role}
    assert set(TABLE) == {action.value for action in Action}
    assert all(len(who) == len(LETTERS) for who in TABLE.values())


@pytest.mark.parametrize(("role", "action", "allowed"), CASES)
def test_who_may_do_what(role: Role, action: Action, allowed: bool) -> None:
    assert allows(role, action) is allowed
    actor = Actor("kim", role)
    if allowed:
        require(actor, action)
        return
    with pytest.raises(PermissionDenied) as caught:
        require(actor, action)
    words = action.value.replace("_", " ")
    assert caught.value.message == f"The role {role.value} may not {words}."
    assert caught.value.next_step == whom_to_ask(action)
    assert "kim" not in caught.value.sentence()
    assert isinstance(caught.value, MatchingError)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("action", ["", "delete_everything", "SEE_CASES", None])
def test_what_is_not_listed_is_refused(role: Role, action: str | None) -> None:
    assert not allows(role, action)  # type: ignore[arg-type]


@pytest.mark.parametrize("role", ["", "root", "Worker", None])
def test_a_role_that_does_not_exist_may_do_nothing(role: str | None) -> None:
    assert not any(allows(role, action) for action in Action)  # type: ignore[arg-type]


def test_only_those_who_place_people_see_who_they_are() -> None:
    """A manager counts and a licensing officer inspects; neither needs a case."""
    people = (
        Action.SEE_CASES,
        Action.UPLOAD_REFERRALS,
        Action.RUN_PLAN,
        Action.EXPORT_PLAN,
        Action.CHOOSE_PLACE,
        Action.SPLIT_GROUP,
        Action.WAIVE_RULE,
    )
    for role in (Role.MANAGER, Role.LICENSING, Role.AUDITOR, Role.ADMIN):
        assert not any(allows(role, action) for action in people)


def test_nobody_with_cases_reads_the_audit_log_but_the_local_user() -> None:
    both = [r for r in Role if allows(r, Action.SEE_CASES) and allows(r, Action.SEE_AUDIT)]
    assert both == [Role.LOCAL]


def test_an_actor_cannot_be_promoted() -> None:
    actor = Actor("kim", Role.WORKER)
    with pytest.raises(AttributeError):
        actor.role = Role.ADMIN  # type: ignore[misc]


ASKED = {
    Role.WORKER: "a worker",
    Role.SUPERVISOR: "a supervisor",
    Role.MANAGER: "a manager",
    Role.LICENSING: "a licensing officer",
    Role.AUDITOR: "an auditor",
    Role.ADMIN: "an administrator",
}


@pytest.mark.parametrize("action", list(Action))
def test_whom_to_ask_names_every_role_that_may_and_no_other(action: Action) -> None:
    said = whom_to_ask(action)
    assert said.startswith("Ask ")
    named = {role for role, words in ASKED.items() if f" {words}" in said}
    assert named == {role for role in STAFF_ROLES if allows(role, action)}
    for nobody in ("local", "clock", "visitor"):
        assert nobody not in said


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (Action.UPLOAD_REFERRALS, "Ask a worker or a supervisor."),
        (Action.CLEAR_SITE, "Ask a supervisor or a licensing officer."),
        (Action.MANAGE_ACCOUNTS, "Ask an administrator."),
        (
            Action.REPORT_SITE,
            "Ask a worker, a supervisor, a manager or a licensing officer.",
        ),
        (
            Action.RESTORE_RECORD,
            "Ask whoever runs this software: no role of an office may do it.",
        ),
    ],
)
def test_whom_to_ask_in_words(action: Action, said: str) -> None:
    assert whom_to_ask(action) == said
