"""Gaps for those who see cases, and for those who may see counts only."""

from dataclasses import replace

import pytest

from matching.domain.access import Actor, Role
from matching.domain.errors import PermissionDenied
from matching.domain.rulebook import Stage
from matching.insight.categories import AGE_ORDER
from matching.insight.disclosure import Mark
from matching.insight.levels import Level
from matching.services import gap_views as gaps
from matching.services.gap_lines import Lack
from matching.services.intake import load_sample
from tests.builders import known_referral
from tests.services.planned import HOMES, PEOPLE, POOLS, desk_at, office


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


@pytest.fixture
def saved(desk):
    return office(desk)


@pytest.fixture
def manager(desk):
    return replace(desk, actor=Actor("manager", Role.MANAGER))


def large(desk):
    """An office where 30 have no place: 7 girls and 23 boys."""
    missing = [known_referral(f"G{k}", acceptable_types=frozenset()) for k in range(7)]
    boys = [replace(PEOPLE[4], referral_id=f"B{k}") for k in range(23)]
    return office(desk, people=[*PEOPLE[:4], *missing, *boys])


def test_every_breakdown_adds_up_to_everybody_without_a_place(desk, saved):
    view = gaps.gaps_view(desk, saved)
    without = view.without.count
    assert without == len(saved.run.gaps) == 4
    assert view.placed.count + without == view.waiting.count
    assert sum(line.cell.count for line in view.stages) == without
    assert sum(number for _, number in view.lacks) == without
    for table in view.tables:
        assert sum(table.counts.values()) == without
        assert sum(cell.count for cell in table.totals.values()) == without


def test_all_stages_stand_in_their_order(desk, saved):
    assert [line.stage for line in gaps.gaps_view(desk, saved).stages] == list(Stage)


def test_a_call_comes_last_whatever_its_number(desk, saved):
    found = [Lack.CALL] * 3 + [Lack.BED]
    order = sorted(set(found), key=lambda lack: lack is Lack.CALL)
    assert order[-1] is Lack.CALL
    assert Lack.PERSON in dict(gaps.gaps_view(desk, saved).lacks)


def test_a_manager_sees_protected_tables_only(desk, manager):
    large(desk)
    view = gaps.open_gaps(manager)
    assert view.protected
    assert view.lacks == ()
    assert [table.counts for table in view.tables] == [None] * 8
    gender = next(table for table in view.tables if table.title == "Gender")
    assert {name: cell.text for name, cell in gender.totals.items()} == {
        "female": "hidden",
        "male": "hidden",
    }
    assert gender.cross.withheld
    cells = [cell for table in view.tables for cell in table.totals.values()]
    cells += [view.waiting, view.placed, view.without, *(line.cell for line in view.stages)]
    assert not [one for one in cells if one.count is not None and 0 < one.count <= 10]


def test_hidden_counts_are_not_told_by_their_order(desk, manager):
    large(desk)
    for table in gaps.open_gaps(manager).tables:
        if table.title == "Age":
            assert list(table.categories) == list(AGE_ORDER)
        else:
            assert list(table.categories) == sorted(table.categories)


def test_numbers_too_small_for_a_table_are_hidden_altogether(saved, manager):
    view = gaps.open_gaps(manager)
    assert view.waiting.mark is Mark.SMALL
    assert view.without.count is None
    assert view.placed.count is None
    assert view.stages == ()
    assert not any(table.totals for table in view.tables)


def test_there_is_nothing_to_count_before_a_plan_or_after_a_change(desk, manager, saved):
    load_sample(desk, HOMES, POOLS, (known_referral("R99"),), "1" * 64)
    assert gaps.open_gaps(manager) is None


@pytest.mark.parametrize("role", [Role.LICENSING, Role.AUDITOR, Role.ADMIN])
def test_other_roles_see_no_gaps(desk, saved, role):
    other = replace(desk, actor=Actor("x", role))
    with pytest.raises(PermissionDenied):
        gaps.gaps_view(other, saved)
    with pytest.raises(PermissionDenied):
        gaps.open_gaps(other)


def test_the_beds_are_as_of_now_with_and_without_a_plan(desk, saved, manager):
    with_plan, without = gaps.supply_view(desk, saved), gaps.supply_view(manager)
    for view in (with_plan, without):
        assert view.moment == desk.clock()
        assert view.supply.providers_of() == len(HOMES)
        assert view.supply.beds(Level.LICENSED) == 12
        assert view.supply.beds(Level.FREE) == 8
    assert Level.OF_USE in with_plan.supply.levels
    assert Level.OF_USE not in without.supply.levels


def test_weak_places_add_up_and_are_protected_for_a_manager(desk, manager):
    stale = [replace(pool, as_of=None) for pool in POOLS]
    saved = office(desk, pools=stale)
    weak = gaps.gaps_view(desk, saved).weak
    assert weak.provisional.count == sum(cell.count for _, cell in weak.asked) > 0
    assert weak.poor.count == sum(line.cell.count for line in weak.stages)
    hidden = gaps.open_gaps(manager).weak
    assert hidden.provisional.count is None
    assert hidden.why == ()


def test_the_cross_table_adds_up_and_is_for_those_who_see_cases(desk, saved, manager):
    cross = gaps.gaps_view(desk, saved).cross
    assert sum(cross.counts.values()) == len(saved.run.gaps)
    assert {row for row, _ in cross.counts} == set(cross.rows)
    assert {column for _, column in cross.counts} == set(cross.columns)
    assert gaps.open_gaps(manager).cross is None


def test_cases_behind_a_bar_are_those_counted_in_it(desk, saved):
    view = gaps.gaps_view(desk, saved)
    for table in view.tables:
        for (category, stage), number in table.counts.items():
            rows = gaps.cases_behind(desk, saved, table.title, category, stage)
            assert len(rows) == number
            assert {row.person.categories[table.title] for row in rows} == {category}
    assert len(gaps.cases_behind(desk, saved)) == view.without.count


def test_cases_behind_a_bar_are_for_those_who_may_see_cases(manager, saved):
    with pytest.raises(PermissionDenied):
        gaps.cases_behind(manager, saved)
