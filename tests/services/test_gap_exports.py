"""The gaps as files: protected whoever asks, recorded, and true where they show a number."""

import io
import re
from dataclasses import replace

import pytest
from python_calamine import CalamineWorkbook

from matching.domain.access import Actor, Role
from matching.domain.errors import NotFound, PermissionDenied
from matching.insight.levels import Level
from matching.services import gap_exports as exports
from matching.services.gap_views import supply_view
from matching.services.intake import load_sample
from tests.builders import day, known_referral
from tests.services.planned import HOMES, POOLS, desk_at, events, office
from tests.services.test_gap_views import large


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


def acting(desk, role):
    return replace(desk, actor=Actor("x", role))


def sheet(data, name):
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(name).to_python()


FORMS = {"xlsx": exports.export_gaps, "brief": exports.export_brief}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("role", [Role.MANAGER, Role.SUPERVISOR, Role.LOCAL])
def test_an_export_is_recorded_and_no_small_count_is_in_it(desk, role, form):
    saved = large(desk)
    data = FORMS[form](acting(desk, role))
    assert events(desk, "export_gaps") == [
        {"kind": "run", "id": str(saved.number), "form": form, "protected": True}
    ]
    assert FORMS[form](acting(desk, role), saved) == data


@pytest.mark.parametrize("form", FORMS)
def test_roles_without_the_right_export_nothing(desk, form):
    saved = office(desk)
    for role in (Role.WORKER, Role.LICENSING, Role.AUDITOR, Role.ADMIN):
        with pytest.raises(PermissionDenied):
            FORMS[form](acting(desk, role), saved)
    assert events(desk, "export_gaps") == []


@pytest.mark.parametrize("form", FORMS)
def test_there_is_nothing_to_export_before_a_plan_or_after_a_change(desk, form):
    office(desk)
    load_sample(desk, HOMES, POOLS, (known_referral("R99"),), "1" * 64)
    with pytest.raises(NotFound):
        FORMS[form](desk)


def test_the_workbook_hides_small_groups_and_shows_the_beds(desk):
    data = exports.export_gaps(desk, saved := large(desk))
    rows = sheet(data, "Gender")
    assert rows[1:] == [["female", "hidden"], ["male", "hidden"], ["All", 30.0]]
    head, *kinds, everything = sheet(data, "Beds")
    beds = supply_view(desk, saved).supply
    column = head.index("Usable tonight")
    assert everything[column] == beds.beds(Level.READY)
    assert sum(row[column] for row in kinds) == everything[column]


def test_the_workbook_counts_what_lapses(desk):
    homes = (replace(HOMES[0], licence_expires=day(40)), *HOMES[1:])
    saved = office(desk, homes)
    head, *rows = sheet(exports.export_gaps(desk, saved), "Lapses")
    assert head == ["What lapses", "In 30 days", "In 60 days", "In 90 days"]
    assert ["licence", 0, 1, 1] in [[row[0].lower(), *row[1:]] for row in rows]


def words(page):
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page.decode()).split())


def test_the_brief_says_what_when_and_how(desk):
    data = exports.export_brief(desk, saved := large(desk))
    said = words(data)
    assert "30 of 34 people waiting have no place" in said or "have no place" in said
    assert "As of 3 November 2026, 22:41." in said
    assert f"From plan {saved.number}" in said
    for need in ("Identified demand", "Stage", "Usable tonight", "Hidden"):
        assert need in said
    beds = supply_view(desk, saved).supply
    assert f"{beds.beds(Level.READY):,} are usable tonight" in said


def test_the_brief_holds_no_small_count_of_people(desk):
    page = exports.export_brief(desk, large(desk)).decode()
    people = re.findall(r"<section><h2>(?:Why|By)(.*?)</section>", page)
    assert len(people) == 4  # one region says nothing
    numbers = [int(n) for one in people for n in re.findall(r"<td>([\d,]+)</td>", one)]
    assert not [number for number in numbers if 0 < number <= 10]


def test_everybody_with_a_place_is_said_in_the_brief(desk):
    people = [known_referral(f"R{k}") for k in range(11)]
    pools = [replace(POOLS[0], beds_licensed=20, beds_staffed=20, beds_accepting=20,
                     beds_available=20, beds_occupied=0, beds_held=0)]  # fmt: skip
    homes = [replace(HOMES[0], licensed_capacity=20, foster_cap_exception=True, residents=0,
                     staff_on_shift=None, staff_ratio=None)]  # fmt: skip
    saved = office(desk, homes, pools, people)
    assert not saved.run.gaps
    said = words(exports.export_brief(desk, saved))
    assert "Everybody waiting has a place: 11 people." in said


QUIET = replace(POOLS[3], beds_licensed=8, beds_staffed=None, beds_accepting=None)
LOUD = sum(pool.beds_staffed for pool in POOLS[:3])


def test_beds_that_nobody_said_are_staffed_stand_apart_in_the_workbook(desk):
    saved = office(desk, pools=[*POOLS[:3], QUIET])
    head, *_, everything = sheet(exports.export_gaps(desk, saved), "Beds")
    line = dict(zip(head, everything, strict=True))
    assert line["Staffed"] - line["Staffed: of them not said"] == LOUD
    assert line["Staffed: of them not said"] == 8
    assert line["Pools that have not said all numbers"] == 1
    assert line["Pools without any number"] == 0


def test_beds_that_nobody_said_are_staffed_stand_apart_in_the_brief(desk):
    said = words(exports.export_brief(desk, office(desk, pools=[*POOLS[:3], QUIET])))
    assert f"Staffed {LOUD + 8} (8 not said)" in said
    assert "Bed pools that have not said all of these numbers: 1." in said
    assert "Of at least" not in said


def test_licensed_beds_of_which_somebody_has_not_said_are_at_least_so_many(desk):
    pools = [*POOLS[:3], replace(QUIET, beds_licensed=None)]
    licensed = sum(pool.beds_licensed for pool in POOLS[:3])
    said = words(exports.export_brief(desk, office(desk, pools=pools)))
    assert f"Of at least {licensed} licensed beds" in said
