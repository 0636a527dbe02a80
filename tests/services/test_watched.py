"""Every look at a case and every file that is given out is in the log; managers see no case."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from matching.domain.access import Actor, Role
from matching.services import (
    audit,
    call_print,
    call_sheet,
    diligence_exports,
    exports,
    fairness,
    gap_exports,
    gap_map,
    gap_views,
    lapses,
    next_beds,
    outlook,
    phone_round,
    plan_lists,
    planner,
    planner_choices,
    provider_card,
    scenario_choices,
    scenarios,
    sheets,
    views,
)
from matching.services.case_views import open_case
from matching.services.desk import Desk
from matching.services.diligence import record as diligence_record
from matching.services.diligence_exports import PaperForm
from matching.services.fairness_record import record_view
from matching.services.gap_views import open_gaps
from matching.services.matching import SavedRun, reopen
from matching.services.plan_views import plan_state, plan_view
from matching.store import open_store
from tests.services.planned import HOMES, PEOPLE, POOLS, desk_at, office
from tests.services.rights_table import NEEDS
from tests.services.secret import said_by

#: Case references that are part of no other word.
CASES = tuple(f"CASE-{k:05d}-QX" for k in range(len(PEOPLE)))


@pytest.fixture(scope="module")
def made(sqlite_template, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("watched") / "record.db"
    shutil.copy(sqlite_template, path)
    store = open_store(f"sqlite:///{path}")
    people = [
        dataclasses.replace(one, referral_id=case)
        for one, case in zip(PEOPLE, CASES, strict=True)
    ]
    office(desk_at(store), HOMES, POOLS, people)
    store.close()
    return path


@pytest.fixture
def desk(made, tmp_path) -> Iterator[Desk]:
    path = tmp_path / "record.db"
    shutil.copy(made, path)
    store = open_store(f"sqlite:///{path}")
    yield desk_at(store)
    store.close()


@pytest.fixture
def saved(desk) -> SavedRun:
    again = reopen(desk)
    assert again is not None
    return again


def _plan(desk: Desk, saved: SavedRun, form: plan_lists.Form) -> bytes:
    view = plan_view(desk, saved)
    return plan_lists.export_plan(desk, saved, view, plan_lists.Choice(), form)


def _standard(desk: Desk, form: exports.StandardForm) -> bytes:
    return exports.export_standard(desk, views.provider_rows(desk), form).content


def _round(desk: Desk) -> bytes:
    return phone_round.phone_round_csv(desk, phone_round.phone_round(desk))


Call = Callable[[Desk, SavedRun], Any]

#: Every way to look at a case or to take something out, and the action of its event.
WATCHED: dict[str, tuple[str, Call]] = {
    "case": ("see_cases", lambda d, s: open_case(d, s, CASES[0])),
    "search": ("see_cases", lambda d, s: diligence_record(d, CASES[0], s)),
    "providers.csv": (
        "export_providers",
        lambda d, _: sheets.export_providers(d, views.provider_rows(d)),
    ),
    "providers.xlsx": (
        "export_providers",
        lambda d, _: sheets.export_workbook(d, views.provider_rows(d)),
    ),
    "hsds": ("export_providers", lambda d, _: _standard(d, exports.StandardForm.HSDS)),
    "hmis": ("export_providers", lambda d, _: _standard(d, exports.StandardForm.HMIS)),
    "phone round": ("export_providers", lambda d, _: _round(d)),
    "plan.csv": ("export_plan", lambda d, s: _plan(d, s, plan_lists.Form.CSV)),
    "plan.xlsx": ("export_plan", lambda d, s: _plan(d, s, plan_lists.Form.XLSX)),
    "gaps": ("export_gaps", lambda d, s: gap_exports.export_gaps(d, s)),
    "brief": ("export_gaps", lambda d, s: gap_exports.export_brief(d, s)),
    "fairness": ("export_gaps", lambda d, s: fairness.export_fairness(d, s)),
    "record": (
        "export_case",
        lambda d, s: diligence_exports.export_record(d, CASES[0], PaperForm.PRINT, s),
    ),
    "provider copy": (
        "export_case",
        lambda d, s: diligence_exports.export_provider_copy(d, CASES[0], "P1", s),
    ),
    "call sheet": (
        "export_case",
        lambda d, s: call_print.printed(d, call_sheet.tonight(d, s), lambda _: b"printed"),
    ),
    "answer of the planner": (
        "export_gaps",
        lambda d, _: planner.export_answer(d, planner.answer(d, planner.Ask(beds=2))),
    ),
    "wishes": ("export_case", lambda d, s: diligence_exports.export_wishes(d, CASES[0], s)),
    "audit": ("audit_exported", lambda d, _: audit.export_audit(d, audit.AuditForm.CSV)),
}


def _actions(desk: Desk) -> list[str]:
    with desk.store.reading() as record:
        return [one.action for one in record.audit.events()]


@pytest.mark.parametrize("name", WATCHED)
def test_each_look_and_each_file_leaves_its_event(desk, saved, name):
    action, call = WATCHED[name]
    before = _actions(desk)
    call(desk, saved)
    after = _actions(desk)
    assert after[: len(before)] == before
    assert action in after[len(before) :]


def test_no_way_to_take_something_out_is_left_unwatched():
    """Whatever needs the right to export is called above, or makes its event elsewhere."""
    out = {name for name, needs in NEEDS.items() if any("export" in str(one) for one in needs)}
    watched = {
        "sheets.export_providers", "sheets.export_workbook", "exports.export_standard",
        "phone_round.phone_round_csv", "plan_lists.export_plan", "gap_exports.export_gaps",
        "gap_exports.export_brief", "fairness.export_fairness", "diligence.record",
        "diligence_exports.export_record", "diligence_exports.export_wishes",
        "diligence_exports.export_provider_copy", "call_print.printed", "planner.export_answer",
    }  # fmt: skip
    elsewhere = {
        "keeping.backup": "tests/services/test_keeping.py",
        "doctor.examine": "says numbers about the record, and nothing of it",
        "office_export.export_office": "tests/services/test_office_export.py",
        "keeping.verify_backup": "reads a file, and takes nothing out",
        "publishing.publish": "is what the others take counts out with",
        "scenario_export.export_comparison": "tests/services/test_scenario_export.py",
        "scenario_views.compare_for_export": "makes the counts of the export",
    }
    assert watched <= out
    assert out - watched - elsewhere.keys() == set()


MANAGER: dict[str, Callable[[Desk], Any]] = {
    "provider rows": views.provider_rows,
    "card": lambda d: provider_card.provider_card(d, "P1"),
    "phone round": phone_round.phone_round,
    "state of the plan": plan_state,
    "gaps": lambda d: [open_gaps(d), gap_map.gap_map(d), gap_views.supply_view(d)],
    "outlook": outlook.outlook,
    "lapses": lapses.lapses,
    "lapse costs": lapses.lapse_costs,
    "planner": lambda d: planner.answer(d, planner.Ask(beds=2)),
    "planner choices": planner_choices.places,
    "next beds": next_beds.next_beds,
    "what if": lambda d: [scenario_choices.step_choices(d), scenarios.scenarios(d)],
    "fairness": lambda d: [fairness.open_fairness(d), record_view(d)],
    "providers.csv": lambda d: sheets.export_providers(d, views.provider_rows(d)),
    "hsds": lambda d: _standard(d, exports.StandardForm.HSDS),
    "phone round.csv": _round,
    "gaps.xlsx": gap_exports.export_gaps,
    "brief": gap_exports.export_brief,
    "fairness.xlsx": fairness.export_fairness,
}


@pytest.mark.parametrize("name", MANAGER)
def test_a_manager_is_never_told_a_case(desk, name):
    manager = dataclasses.replace(desk, actor=Actor("manager", Role.MANAGER))
    told = MANAGER[name](manager)
    assert told is not None
    texts = "\n".join(said_by(told))
    assert [case for case in CASES if case in texts] == []


def test_what_a_manager_is_told_would_be_found(desk, saved):
    """The scan is no good if it finds nothing where cases are shown."""
    assert CASES[0] in "\n".join(said_by(plan_view(desk, saved)))
    assert CASES[0] in "\n".join(said_by(views.board(desk)))
