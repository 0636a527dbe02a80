"""Fairness for those who see cases, and for those who see protected counts."""

import io
from functools import partial

import pytest
from python_calamine import CalamineWorkbook

from matching.domain.access import Role
from matching.domain.errors import NotFound, PermissionDenied
from matching.export.fairness import COLUMNS
from matching.insight.disclosure import TOGETHER
from matching.insight.fairness_groups import RACE, TRIBE
from matching.services import fairness as service
from matching.services.equity import record_equity
from matching.services.intake import load_sample
from tests.builders import known_referral
from tests.services.fair import (
    OTHERS,
    at,
    counts_of,
    large_desk,
    large_plan,
    races,
    small_counts,
)
from tests.services.planned import HOMES, POOLS, desk_at, events, office


@pytest.fixture
def desk(tmp_path):
    desk = large_desk(tmp_path)
    yield desk
    desk.store.close()


@pytest.fixture
def saved():
    return large_plan()


@pytest.fixture
def manager(desk):
    return at(desk, Role.MANAGER)


def test_true_numbers_add_up_for_those_who_see_cases(desk, saved):
    view = service.fairness_view(desk, saved)
    assert not view.protected
    whole = [cell.count for cell in (view.all.people, view.all.placed, view.all.without)]
    assert whole[0] == whole[1] + whole[2] == saved.run.problem.size[0]
    assert whole[1] == len(saved.run.plan.referral)
    for table in view.tables:
        for k, name in enumerate(("people", "placed", "without")):
            assert sum(getattr(row, name).count for row in table.rows) == whole[k]
        first = sum(row.first.sign * row.first.exact for row in table.rows)
        assert first == view.all.first.sign * view.all.first.exact
        assert all(row.share is not None for row in table.rows)


def test_of_few_people_no_middle_is_told_to_anybody(desk, saved):
    for table in service.fairness_view(desk, saved).tables:
        for row in table.rows:
            if row.people.count <= 10:
                assert not row.enough
                assert row.fits is row.waited is row.travel is row.still is None
                assert row.gives_way == ""
            else:
                assert row.enough


def test_a_manager_never_holds_a_small_count(desk, manager, saved):
    view = service.open_fairness(manager)
    assert view.protected
    assert small_counts(view) == []
    assert [one for one in counts_of(view) if one > 10]
    hidden = [row for table in view.tables for row in table.rows if not row.told]
    assert hidden
    for row in hidden:
        assert row.share is row.still is row.travel is row.fits is None
        assert row.first.sign is None
    assert small_counts(service.fairness_view(desk, saved))


def test_hidden_counts_are_not_told_by_their_order(manager, saved):
    for table in service.open_fairness(manager).tables:
        names = [row.name for row in table.rows if not row.name.startswith(TOGETHER)]
        if table.title not in ("Age", "Priority"):
            assert names == sorted(names)


@pytest.mark.parametrize("role", [Role.LOCAL, Role.MANAGER, Role.SUPERVISOR])
def test_race_and_tribal_status_are_protected_whoever_looks(desk, saved, role):
    record_equity(desk, races(saved))
    view = service.open_fairness(at(desk, role))
    restricted = [table for table in view.tables if table.title in (RACE, TRIBE)]
    assert [table.title for table in restricted] == [RACE, TRIBE]
    assert small_counts(restricted) == []
    assert all(table.restricted for table in restricted)
    assert any(row.people.count for table in restricted for row in table.rows)
    named = [one for one in view.findings if one.title in (RACE, TRIBE)]
    named += [one for one in view.behind if one[0] in (RACE, TRIBE)]
    assert small_counts(named) == []


def test_a_restricted_table_is_withheld_where_everybody_is_few(sqlite_store):
    desk = desk_at(sqlite_store)
    saved = office(desk)
    record_equity(desk, b"case,race\nR1,Asian\nR2,White\n")
    view = service.fairness_view(desk, saved)
    (race,) = [table for table in view.tables if table.restricted]
    assert race.rows == ()


def test_without_a_plan_of_todays_facts_there_is_nothing(desk, manager, saved):
    load_sample(desk, HOMES, POOLS, (known_referral("R99"),), "1" * 64)
    assert service.open_fairness(manager) is None
    with pytest.raises(NotFound):
        service.export_fairness(manager)


def test_others_see_no_fairness(desk, saved):
    for role in OTHERS:
        other = at(desk, role)
        for ask in (
            service.open_fairness,
            service.recorded_state,
            partial(service.fairness_view, saved=saved),
            partial(service.groups_of, saved=saved),
            partial(service.export_fairness, saved=saved),
        ):
            with pytest.raises(PermissionDenied):
                ask(other)


def test_what_is_recorded_for_fairness_tells_one_state_from_another(desk, saved):
    before = service.recorded_state(desk)
    assert before == (0, "")
    record_equity(desk, races(saved))
    assert service.recorded_state(desk)[0] == 170
    assert service.recorded_state(desk) != before


@pytest.mark.parametrize("role", [Role.LOCAL, Role.MANAGER])
def test_an_export_is_protected_whoever_asks_and_is_recorded(desk, saved, role):
    record_equity(desk, races(saved))
    asker = at(desk, role)
    book = CalamineWorkbook.from_filelike(io.BytesIO(service.export_fairness(asker, saved)))
    assert book.sheet_names[0] == "Read me"
    assert not {RACE, TRIBE} & set(book.sheet_names)
    at_people = [k for k, (_, key, _) in enumerate(COLUMNS) if key in ("people", "placed")]
    numbers = []
    for name in book.sheet_names[1:]:
        rows = book.get_sheet_by_name(name).to_python()
        assert rows[0] == [title for title, *_ in COLUMNS] or len(rows[0]) == 1
        numbers += [row[k] for row in rows[1:] for k in (*at_people, 3) if len(row) > 3]
    counts = [one for one in numbers if isinstance(one, float)]
    assert counts
    assert not [one for one in counts if 0 < one <= 10]
    assert events(desk, "export_gaps") == [
        {"kind": "fairness", "id": str(saved.number), "form": "fairness", "protected": True}
    ]
    readme = book.get_sheet_by_name("Read me").to_python()
    assert readme[0][0] == "As of"
    assert any(row[0] == "First come, first served" for row in readme)
