"""The file of a comparison: protected whoever asks, with its read-me, recorded."""

from __future__ import annotations

import io

import pytest
from python_calamine import CalamineWorkbook

from matching.domain.access import Role
from matching.domain.errors import InputError, PermissionDenied
from matching.domain.scenario import AddBeds, CloseProvider, Surge
from matching.services.scenario_export import PARTS, export_comparison
from matching.services.scenario_lines import Part
from matching.services.scenario_runs import work_out
from matching.services.scenarios import save
from tests.builders import known_home, known_pool, known_referral
from tests.services.conftest import as_role
from tests.services.planned import desk_at, events, office

HOMES = tuple(known_home(f"P{k}", name=f"=House {k}") for k in (1, 2))
POOLS = (known_pool("P1", beds_available=1), known_pool("P2", beds_available=2))
PEOPLE = tuple(known_referral(f"R{k:02d}") for k in range(1, 31))


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


@pytest.fixture
def saved(desk):
    return office(desk, HOMES, POOLS, PEOPLE)


@pytest.fixture
def numbers(desk, saved):
    found = []
    for name, steps in (
        ("One closes", (CloseProvider("P2"),)),
        ("=More", (AddBeds("P1", "B1", 2), Surge(5))),
    ):
        one = save(desk, name, steps)
        work_out(desk, one.number, saved)
        found.append(one.number)
    return found


def sheets(data):
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_it_holds_the_comparison_the_steps_and_what_they_mean(desk, saved, numbers):
    found = sheets(export_comparison(desk, numbers, saved))
    assert list(found) == ["Side by side", "Scenarios", "Read me"]
    head, *rows = found["Side by side"]
    assert head == ["Part", "Counted", "Today", "One closes", "=More"]
    assert {row[0] for row in rows} == set(PARTS.values()) == {PARTS[part] for part in Part}
    beds = next(row for row in rows if row[1] == "Beds free")
    assert beds[2:] == ["3", "1 (−2)", "5 (+2)"]
    said = [row[2] for row in found["Scenarios"][1:]]
    assert "=House 2 closes." in said
    assert "5 of the people in it are invented." in said
    facts = {row[0]: row[1] for row in found["Read me"] if row[0]}
    assert facts["Plan"] == saved.number
    assert "Identified demand" in facts
    assert "Time zone" in facts


def test_no_count_of_people_is_exact_whoever_asks(desk, saved, numbers):
    for role in (Role.SUPERVISOR, Role.MANAGER, Role.LOCAL):
        rows = sheets(export_comparison(as_role(desk, role), numbers))["Side by side"]
        people = {row[1]: row[2:] for row in rows if row[0] == PARTS[Part.PEOPLE]}
        assert people["With a place"][0] in ("hidden", "1 to 10")
        assert people["With a place"][1:] == ["1 to 10 fewer", "1 to 10 more"]
        case_free = str(rows)
        assert "R01" not in case_free


def test_each_file_is_one_event(desk, saved, numbers):
    export_comparison(desk, numbers, saved)
    (event,) = events(desk, "export_gaps")
    assert (event["kind"], event["id"]) == ("run", str(saved.number))
    assert (event["protected"], event["scenarios"]) == (True, 2)


def test_nothing_chosen_and_roles_are_refused(desk, saved, numbers):
    with pytest.raises(InputError):
        export_comparison(desk, [], saved)
    for role in (Role.WORKER, Role.AUDITOR, Role.LICENSING, Role.ADMIN):
        with pytest.raises(PermissionDenied):
            export_comparison(as_role(desk, role), numbers)
