"""Side by side: exact for those who see cases, protected for everybody else."""

from __future__ import annotations

import re

import pytest

from matching.domain.access import Role
from matching.domain.errors import ConflictError, InputError, NotFound, PermissionDenied
from matching.domain.scenario import AddBeds, ChangeRadius, CloseProvider, Surge
from matching.insight.scenario import tried
from matching.insight.scenario_figures import figures
from matching.services.choosing import Wish, try_out
from matching.services.decisions import Reason, force
from matching.services.matching import run_plan
from matching.services.scenario_lines import Part
from matching.services.scenario_runs import work_out
from matching.services.scenario_views import MOST_COMPARED, Told, compare, compare_for_export
from matching.services.scenarios import save
from tests.builders import known_home, known_pool, known_referral
from tests.services.conftest import as_role
from tests.services.planned import accept, desk_at, office

HOMES = tuple(known_home(f"P{k}", name=f"House {k}") for k in (1, 2))
POOLS = (known_pool("P1", beds_available=1), known_pool("P2", beds_available=2))
PEOPLE = tuple(known_referral(f"R{k:02d}") for k in range(1, 31))


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


@pytest.fixture
def saved(desk):
    return office(desk, HOMES, POOLS, PEOPLE)


def made(desk, saved, name, *steps):
    one = save(desk, name, steps)
    work_out(desk, one.number, saved)
    return one.number


def row(comparison, name):
    (line,) = [line for line in comparison.lines if line.label == name]
    return line.entries


def test_today_stands_first_and_is_the_plan(desk, saved):
    found = compare(desk, (), saved)
    assert [column.name for column in found.columns] == [""]
    assert [entry.value for entry in row(found, "With a place")] == [3]
    assert [entry.value for entry in row(found, "Without a place")] == [27]
    assert (found.run, found.protected) == (saved.number, False)


def test_scenarios_stand_beside_it_with_their_difference(desk, saved):
    closed = made(desk, saved, "One closes", CloseProvider("P2"))
    grown = made(desk, saved, "Two grow", AddBeds("P2", "B1", 1), AddBeds("P1", "B1", 2))
    found = compare(desk, (closed, grown), saved)
    assert [column.name for column in found.columns] == ["", "One closes", "Two grow"]
    assert [(e.text, e.change) for e in row(found, "With a place")] == [
        ("3", ""),
        ("1", "−2"),
        ("6", "+3"),
    ]
    assert [e.text for e in row(found, "Lose the place they have today")] == ["–", "2", "0"]
    assert [e.text for e in row(found, "Get a place who have none today")] == ["–", "0", "3"]
    assert [e.text for e in row(found, "Providers")] == ["2", "1", "2"]
    assert found.columns[1].residents == (("House 2", "1"),)
    assert found.columns[1].lines == ("House 2 closes.",)
    assert {(t.before, t.after) for t in found.columns[1].told} == {("House 2", None)}
    assert len(found.columns[2].told) == 3


def test_every_part_adds_up_in_every_column(desk, saved):
    numbers = [
        made(desk, saved, "Surge", Surge(12)),
        made(desk, saved, "Near", ChangeRadius(25)),
    ]
    found = compare(desk, numbers, saved)
    for k in range(3):
        value = {line.label: line.entries[k].value for line in found.of(Part.PEOPLE)}
        without = value["Without a place"]
        assert value["Waiting"] == value["With a place"] + without
        assert sum(line.entries[k].value for line in found.of(Part.STAGES)) == without
        assert sum(line.entries[k].value for line in found.of(Part.PRIORITY)) == without
        placed = sum(line.entries[k].value for line in found.of(Part.DISTANCE))
        assert placed == value["With a place"]
    assert found.columns[1].invented == 12
    trial = figures(tried(saved.run.solution, (Surge(12),)).after)
    assert row(found, "Waiting")[1].value == trial.waiting == 42
    assert found.columns[1].by_stage == trial.stages


def shown(found):
    people = [line for line in found.lines if line.part is not Part.SUPPLY]
    parts = [entry.text + entry.change for line in people for entry in line.entries]
    for column in found.columns:
        parts += [column.gained, column.lost, column.dropped, *(n for _, n in column.residents)]
    return parts


@pytest.mark.parametrize(
    ("role", "see"), [(Role.MANAGER, compare), (Role.LOCAL, compare_for_export)]
)
def test_those_who_see_no_case_get_bands_and_no_person(desk, saved, role, see):
    numbers = [
        made(desk, saved, "One closes", CloseProvider("P2")),
        made(desk, saved, "Grow", AddBeds("P2", "B1", 20, licence=True)),
    ]
    theirs = as_role(desk, role)
    found = see(theirs, numbers)
    assert found.protected
    assert all(column.told == () for column in found.columns)
    assert all(column.by_stage is None for column in found.columns)
    people = [line for line in found.lines if line.part is not Part.SUPPLY]
    assert all(entry.value is None for line in people for entry in line.entries)
    for line in people:
        for entry in line.entries[1:]:
            assert not re.fullmatch(r"[1-9]|10", entry.text)
    today, *others = [e.text for e in row(found, "With a place")]
    assert today in ("1 to 10", "hidden")
    assert others == ["1 to 10 fewer", "1 to 10 more"]
    assert row(found, "Lose the place they have today")[1].text == "1 to 10"
    # Nothing shown of people tells that three have a place.
    assert "3" not in shown(found)
    assert {"30", "27"} - set(shown(found))


def test_a_manager_is_never_given_exact_numbers(desk, saved):
    number = made(desk, saved, "One closes", CloseProvider("P2"))
    assert compare(as_role(desk, Role.MANAGER), (number,), saved).protected
    assert compare(as_role(desk, Role.SUPERVISOR), (number,), saved).protected is False


def test_counts_of_beds_are_no_counts_of_people(desk, saved):
    number = made(desk, saved, "Grow", AddBeds("P1", "B1", 2))
    found = compare(as_role(desk, Role.MANAGER), (number,))
    assert [e.text for e in row(found, "Beds free")] == ["3", "5"]
    assert [e.change for e in row(found, "Beds free")] == ["", "+2"]


def test_what_cannot_be_compared_is_said(desk, saved):
    number = made(desk, saved, "One closes", CloseProvider("P2"))
    with pytest.raises(NotFound):
        compare(desk, (99,), saved)
    with pytest.raises(InputError):
        compare(desk, (number,) * (MOST_COMPARED + 1), saved)
    with pytest.raises(PermissionDenied):
        compare(as_role(desk, Role.WORKER), (number,), saved)
    run_plan(desk)
    with pytest.raises(ConflictError, match="moved"):
        compare(desk, (number,))


def test_invented_people_count_for_nothing_in_what_changes_for_those_of_today(desk, saved):
    surge = made(desk, saved, "Surge", Surge(30, urgency=None), AddBeds("P1", "B1", 2))
    closed = made(desk, saved, "One closes", CloseProvider("P2"))
    same = made(desk, saved, "Near", ChangeRadius(25))
    found = compare(desk, (surge, closed, same), saved).columns[1:]
    assert [int(one.gained) - int(one.lost) for one in found] == [2, -2, 0]
    assert [one.net for one in found] == ["2 more", "2 fewer", "no change"]
    theirs = compare(as_role(desk, Role.MANAGER), (surge, closed, same)).columns[1:]
    assert [one.net for one in theirs] == ["1 to 10 more", "1 to 10 fewer", "no change"]


def test_chosen_places_that_cannot_be_had_are_named_to_those_who_see_cases(desk, saved):
    person = saved.run.problem.referral_ids[0]
    chosen = accept(desk, try_out(desk, saved, Wish(force(person, "P2"), Reason.SAFETY)))
    number = made(desk, chosen, "One closes", CloseProvider("P2"))
    one = compare(desk, (number,), chosen).columns[1]
    assert one.dropped == "1"
    assert one.dropped_told == (Told(person, "House 2", None),)
    theirs = compare(as_role(desk, Role.MANAGER), (number,)).columns[1]
    assert (theirs.dropped, theirs.dropped_told) == ("1 to 10", ())
