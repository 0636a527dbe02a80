"""Every event that a service can record has a sentence."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import matching
from matching.domain.access import Action
from matching.services.audit_look import Look
from matching.services.audit_words import SENTENCES, sentence
from matching.store.audit import AuditEvent

AT = datetime(2026, 11, 3, 22, 41, tzinfo=UTC)
LOOK = Look({"P1": "Oak House"}, lambda moment: moment)
SERVICES = Path(matching.__file__).parent / "services"

#: Where the action is worked out, and which it can be.
WORKED_OUT = {
    "right_of(comparison.kind)": (Action.UPLOAD_PROVIDERS, Action.UPLOAD_REFERRALS),
    "right_of(batch.kind)": (Action.UPLOAD_PROVIDERS, Action.UPLOAD_REFERRALS),
    "ACTIONS[matter.kind]": (Action.CHOOSE_PLACE, Action.SPLIT_GROUP, Action.WAIVE_RULE),
    "right": (Action.UPLOAD_PROVIDERS, Action.UPLOAD_REFERRALS),
    "_right(desk.actor)": (Action.DELETE_RECORD, Action.END_AT_TIME),
    "VIEWS[kind]": (Action.SEE_CASES, Action.SEE_PROVIDERS),
}


#: "kind" is also a detail of decisions.
WAIVED = {"details_kind": "waive", "rule": "distance"}


def event(action, kind="", ident="", reason="", actor="kim", role="worker", **details):
    details = {name.removeprefix("details_"): value for name, value in details.items()}
    return AuditEvent(
        seq=1,
        at=AT,
        actor=actor,
        role=role,
        action=action,
        object_kind=kind,
        object_id=ident,
        reason=reason,
        details=details,
        prev_hash="0" * 64,
    )


def _trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SERVICES.rglob("*.py")):
        yield path.stem, ast.parse(path.read_text())


def _appends(tree: ast.AST) -> Iterator[ast.expr]:
    """Return what is given as the action where an event is added."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("audit.append"):
            yield call.args[2]


def _wrappers() -> dict[str, int]:
    """Return functions that are handed the action, and its place among the arguments."""
    found = {}
    for stem, tree in _trees():
        for one in ast.walk(tree):
            if not isinstance(one, ast.FunctionDef):
                continue
            names = [argument.arg for argument in one.args.args]
            for action in _appends(one):
                if isinstance(action, ast.Name) and action.id in names:
                    found[f"{stem}.{one.name}"] = names.index(action.id)
    return found


def _called(call: ast.Call, stem: str, tree: ast.Module) -> str:
    """Return the function that is called, by its module."""
    where = {
        alias.asname or alias.name: f"{(node.module or '').rpartition('.')[-1]}.{alias.name}"
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    text = ast.unparse(call.func)
    return where.get(text, text if "." in text else f"{stem}.{text}")


def _resolved(action: ast.expr) -> Iterator[str]:
    text = ast.unparse(action)
    if isinstance(action, ast.Constant):
        yield str(action.value)
    elif isinstance(action, ast.IfExp):
        yield from _resolved(action.body)
        yield from _resolved(action.orelse)
    elif text.startswith("Action."):
        yield Action[text.removeprefix("Action.")].value
    else:
        yield from (one.value for one in WORKED_OUT[text])


def _recorded() -> set[str]:
    wrappers = _wrappers()
    found: set[str] = set()
    for stem, tree in _trees():
        for action in _appends(tree):
            if not (isinstance(action, ast.Name) and action.id == "action"):
                found |= set(_resolved(action))
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call):
                continue
            place = wrappers.get(_called(call, stem, tree))
            if place is not None and place < len(call.args):
                given = call.args[place]
                if not isinstance(given, ast.Name):
                    found |= set(_resolved(given))
    return found


def test_every_action_that_is_recorded_has_a_sentence():
    recorded = _recorded()
    assert {"record_call", "signed_in", "upload_referrals", "end_at_time"} <= recorded
    assert recorded - SENTENCES.keys() == set()


def test_every_right_has_a_sentence():
    assert {one.value for one in Action} - SENTENCES.keys() == set()


@pytest.mark.parametrize("action", sorted(SENTENCES))
def test_a_sentence_can_be_said_of_an_event_of_another_version(action):
    """An event may lack details that are recorded today, and its reason may be new."""
    said = sentence(event(action, "thing", "X1", "something_new"), LOOK)
    assert said.startswith("On 3 Nov 2026 at 22:41 kim (worker) ")
    assert said.endswith(".")
    assert "{" not in said


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (
            event(
                "record_call", "offer", "7", "held",
                case="4417", provider="P1", bed_pool="B1", until="2026-11-03T23:41:00+00:00",
            ),
            "kim (worker) held a bed at Oak House for case 4417 until 23:41.",
        ),
        (
            event(
                "record_call", "offer", "7", "held",
                case="4417", provider="P1", until="2026-11-04T00:11:00+00:00",
                details_with=["4418"],
            ),
            "kim (worker) held a bed at Oak House for cases 4417 and 4418 until 00:11 on "
            "4 Nov 2026.",
        ),
        (
            event(
                "record_call", "offer", "7", "run_risk",
                case="4417", provider="P1", answer="declined",
            ),
            "kim (worker) recorded of Oak House about case 4417 that it declines: risk of "
            "running.",
        ),
        (
            event(
                "end_at_time", "offer", "7", "hold_ended",
                actor="clock", role="clock", case="4417", provider="P1",
            ),
            "the clock ended the hold at Oak House for case 4417 at its time.",
        ),
        (event("see_cases", "referral", "4417"), "kim (worker) looked at case 4417."),
        (
            event(
                "open_confidential", "provider", "P9", "placing",
                until="2026-11-04T06:41:00+00:00",
            ),
            "kim (worker) opened the confidential provider P9 to place a case, until 06:41 on "
            "4 Nov 2026.",
        ),
        (
            event("record_placement", "placement", "3", "started", case="4417", provider="P1"),
            "kim (worker) recorded that case 4417 moved in at Oak House.",
        ),
        (
            event(
                "record_placement", "referral", "4417", "paid_on",
                placement=3, review="day_14",
            ),
            "kim (worker) looked at who pays for case 4417 after two weeks: paid on.",
        ),
        (
            event(
                "role_changed", "account", "pat", role="admin",
                before="worker", after="none", sessions=1,
            ),
            "kim (admin) changed the role of the account pat (worker to none).",
        ),
        (
            event("account_added", "account", "pat", role="admin", details_role="worker"),
            "kim (admin) added the account pat (worker).",
        ),
        (
            event("waive_rule", "referral", "4417", "court_order", **WAIVED),
            "kim (worker) decided that the rule distance does not count for case 4417 (court "
            "order).",
        ),
        (
            event("sign_in_failed", "", "", "unknown", actor="nobody", role="visitor"),
            "somebody who was not signed in was refused a sign-in (unknown).",
        ),
    ],
)  # fmt: skip
def test_sentences_read_as_a_person_would_say_them(one, said):
    assert sentence(one, LOOK) == f"On 3 Nov 2026 at 22:41 {said}"
