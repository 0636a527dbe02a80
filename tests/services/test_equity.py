"""Race and tribal status: recorded apart, and read by nothing but fairness."""

import ast
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

import matching
from matching.domain.access import Actor, Role
from matching.domain.equity import Race, TribalStatus
from matching.domain.errors import InputError, PermissionDenied
from matching.services import equity
from matching.services.gap_exports import export_gaps
from matching.services.matching import run_plan
from tests.services.planned import desk_at, events, office

LIST = b"""case reference,race,tribal status,remarks
R1,Black or African American; White,neither,x
R2,declined,unknown,x
R9,Asian,member,x
R3,Martian,member,x
"""


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


@pytest.fixture
def saved(desk):
    return office(desk)


def stored(desk):
    with desk.store.reading() as record:
        return {one.referral_id: one for one in record.equity.all()}


def test_a_list_is_recorded_with_one_event_and_no_answer_in_it(desk, saved):
    found = equity.record_equity(desk, LIST)
    assert (found.cases, found.unknown, found.not_read) == (2, ("R9",), ("remarks",))
    assert [one.row for one in found.issues] == [5]
    kept = stored(desk)
    assert kept.keys() == {"R1", "R2"}
    assert kept["R1"].race == {Race.BLACK, Race.WHITE}
    assert kept["R1"].tribal_status is TribalStatus.NEITHER
    assert (kept["R2"].race, kept["R2"].tribal_status) == ({Race.DECLINED}, None)
    assert events(desk, "record_equity") == [
        {"kind": "equity", "id": "", "cases": 2, "not_on_record": 1, "rows_set_aside": 1}
    ]


def test_a_look_before_recording_records_nothing(desk, saved):
    assert equity.check_equity(desk, LIST).cases == 2
    assert stored(desk) == {}
    assert events(desk, "record_equity") == []
    assert equity.equity_state(desk) == equity.EquityState(0, None)


def test_a_blank_keeps_what_was_recorded_and_unknown_removes_it(desk, saved):
    equity.record_equity(desk, LIST)
    equity.record_equity(desk, b"case,race,tribal status\nR1,,member\nR2,unknown,\n")
    kept = stored(desk)
    assert kept["R1"].race == {Race.BLACK, Race.WHITE}
    assert kept["R1"].tribal_status is TribalStatus.MEMBER
    assert kept["R2"].race is None
    assert equity.equity_state(desk) == equity.EquityState(2, desk.clock())


@pytest.mark.parametrize("rows", ["R99,Asian", "R1,"])
def test_a_list_that_says_nothing_of_a_case_on_record_is_refused(desk, saved, rows):
    with pytest.raises(InputError, match="No row"):
        equity.record_equity(desk, f"case,race\n{rows}\n".encode())
    assert events(desk, "record_equity") == []


def test_everything_can_be_removed(desk, saved):
    equity.record_equity(desk, LIST)
    assert equity.forget_equity(desk) == 2
    assert stored(desk) == {}
    assert events(desk, "record_equity")[-1] == {"kind": "equity", "id": "", "removed": 2}


def test_others_may_neither_record_nor_look(desk, saved):
    for role in set(Role) - {Role.LOCAL, Role.SUPERVISOR}:
        other = replace(desk, actor=Actor("x", role))
        for ask in (
            partial(equity.record_equity, data=LIST),
            partial(equity.check_equity, data=LIST),
            equity.forget_equity,
            equity.equity_state,
        ):
            with pytest.raises(PermissionDenied):
                ask(other)
    assert stored(desk) == {}


def test_a_supervisor_may_record(desk, saved):
    supervisor = replace(desk, actor=Actor("x", Role.SUPERVISOR))
    assert equity.record_equity(supervisor, LIST).cases == 2


# --- no plan knows -------------------------------------------------------------------


def test_plans_and_gaps_are_the_same_with_and_without_it(desk, saved):
    before, version = export_gaps(desk, saved), desk.store.data_version()
    equity.record_equity(desk, LIST)
    assert desk.store.data_version() == version
    again = run_plan(desk)
    for name in ("referral", "pool", "cost", "unknown"):
        assert getattr(again.run.plan, name).tolist() == getattr(saved.run.plan, name).tolist()
    assert again.run.plan.problem_fingerprint == saved.run.plan.problem_fingerprint
    assert again.run.plan.policy_fingerprint == saved.run.plan.policy_fingerprint
    assert export_gaps(desk, again) == before
    with desk.store.reading() as record:
        kept = record.runs.latest()
    assert not [word for word in ("african", "tribal", "equity") if word in str(kept)]


#: The only files that may know of it.
MAY_KNOW = {
    "domain/equity.py",
    "intake/equity.py",
    "insight/fairness_groups.py",
    "services/equity.py",
    "services/fairness.py",
    "store/database.py",
    "store/forgetting.py",  # removes it with the case
    "store/repositories/__init__.py",
    "store/repositories/equity.py",
    "store/tables.py",
    "ui/fairness/equity.py",
    "ui/pages/fairness.py",
    "ui/text/equity.py",
}
SOURCE = Path(matching.__file__).parent


NAMES = {"equity", "equity_facts", "EquityFacts"}


def mentions(path):
    """Modules, names and texts in a file that are about race or tribal status."""
    found = set()
    text = path.read_text("utf-8")
    if "equity" not in text.lower():
        return found
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom):
            found |= {*str(node.module).split("."), *(one.name for one in node.names)}
        elif isinstance(node, ast.Import):
            found |= {part for one in node.names for part in one.name.split(".")}
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return found & NAMES


def test_no_module_but_fairness_knows_of_it():
    files = [one for one in SOURCE.rglob("*.py") if "migrations" not in one.parts]
    knowing = {one.relative_to(SOURCE).as_posix() for one in files if mentions(one)}
    assert "store/repositories/equity.py" in knowing
    assert knowing <= MAY_KNOW


def test_no_engine_module_may_ever_know_of_it():
    assert not [one for one in MAY_KNOW if one.startswith(("engine/", "export/", "web/"))]
