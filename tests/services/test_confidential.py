"""Whoever has not opened a confidential provider reads neither who nor where it is."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from matching.domain import words as w
from matching.domain.access import Actor, Role
from matching.domain.accounts import Office
from matching.domain.confidential import COUNTY_KEPT, numbers, stand_in
from matching.domain.errors import InputError, NotFound, PermissionDenied
from matching.domain.sites import SiteReason
from matching.insight.explain import distance_band
from matching.services import (
    audit,
    call_sheet,
    casebook,
    clearing,
    clocks,
    confidential,
    exports,
    fairness,
    gap_exports,
    gap_map,
    gap_views,
    holding,
    lapses,
    living,
    more_beds,
    next_beds,
    openings,
    phone_round,
    placing,
    plan_lists,
    planner_choices,
    provider_card,
    provider_edit,
    scenario_choices,
    sheets,
    standing,
    views,
)
from matching.services.case_views import case_lines, open_case
from matching.services.desk import Desk
from matching.services.diligence import record as diligence_record
from matching.services.gap_map import is_secret
from matching.services.intake import read_upload, save_upload
from matching.services.matching import SavedRun, reopen, run_plan
from matching.services.options import case_options
from matching.services.plan_views import plan_view
from matching.services.upload_compare import compare
from matching.services.upload_lists import change_lines, gone_records
from matching.store import open_store
from tests.services.planned import PEOPLE, desk_at
from tests.services.secret import (
    ALONE,
    COUNTIES,
    SECRET,
    SHELTERED,
    TOKENS,
    found_in,
    said_by,
    secret_office,
)

CASES = tuple(one.referral_id for one in PEOPLE)


@pytest.fixture(scope="module")
def office(sqlite_template, tmp_path_factory) -> Path:
    """The office with its plan, made once and copied for each test."""
    path = tmp_path_factory.mktemp("secret") / "record.db"
    shutil.copy(sqlite_template, path)
    store = open_store(f"sqlite:///{path}")
    secret_office(desk_at(store))
    store.close()
    return path


@pytest.fixture
def desk(office, tmp_path) -> Iterator[Desk]:
    path = tmp_path / "record.db"
    shutil.copy(office, path)
    store = open_store(f"sqlite:///{path}")
    yield desk_at(store)
    store.close()


@pytest.fixture
def saved(desk) -> SavedRun:
    again = reopen(desk)
    assert again is not None
    return again


def later(desk: Desk, **time: float) -> Desk:
    return dataclasses.replace(desk, clock=lambda: desk.clock() + timedelta(**time))


def somebody(desk: Desk, name: str, role: Role = Role.WORKER) -> Desk:
    return dataclasses.replace(desk, actor=Actor(name, role))


def _rows(desk: Desk) -> tuple[views.ProviderRow, ...]:
    return views.provider_rows(desk)


def _plan(desk: Desk, saved: SavedRun, form: plan_lists.Form) -> bytes:
    view = plan_view(desk, saved)
    return plan_lists.export_plan(desk, saved, view, plan_lists.Choice(), form)


def _cards(desk: Desk) -> list[Any]:
    return [provider_card.provider_card(desk, one.provider_id) for one in SECRET]


def _reported(desk: Desk) -> Any:
    until = desk.clock().date() + timedelta(days=30)
    why = SiteReason.LOCATION_PUBLISHED
    said = [clearing.report(desk, one.provider_id, until, why) for one in SECRET]
    return [said, clearing.sites(desk)]


def _moved_in(desk: Desk) -> Any:
    """Return what is said while a person is held a bed, has moved in and is away."""
    offer = holding.hold(desk, "R1", "S2", "B1")
    held = [holding.holds(desk), audit.audit_page(desk)]
    with desk.store.reading() as record:
        version = casebook.case_of(record, "R1").version
    stay = placing.start(desk, "R1", offer_id=offer.id, expected_version=version)
    return [held, stay, living.living(desk), living.rooms(desk), audit.audit_page(desk)]


#: Everything that shows providers, each as a page or a file asks for it.
SHOWN: dict[str, Callable[[Desk, SavedRun], Any]] = {
    "board": lambda d, _: views.board(d),
    "providers": lambda d, _: _rows(d),
    "cards": lambda d, _: _cards(d),
    "plan": lambda d, s: plan_view(d, s),
    "cases": lambda d, s: [open_case(d, s, one) for one in CASES],
    "lines": lambda d, s: case_lines(d, s),
    "standings": lambda d, _: standing.standings(d),
    "calls": lambda d, s: call_sheet.tonight(d, s),
    "calls of a case": lambda d, s: [call_sheet.for_case(d, s, one) for one in CASES],
    "phone round": lambda d, _: phone_round.phone_round(later(d, hours=200)),
    "clocks": lambda d, _: clocks.due(later(d, days=280)),
    "sites": lambda d, _: _reported(d),
    "held and living": lambda d, _: _moved_in(d),
    "history": lambda d, _: [_moved_in(d), diligence_record(d, "R1")],
    "rooms": lambda d, _: living.rooms(d),
    "options": lambda d, s: [case_options(d, s, one) for one in CASES],
    "next beds": lambda d, s: next_beds.next_beds(d, s),
    "beds of a case": lambda d, s: more_beds.best_beds(d, s),
    "gap map": lambda d, s: gap_map.gap_map(d, s),
    "gaps": lambda d, s: gap_views.gaps_view(d, s),
    "supply": lambda d, s: gap_views.supply_view(d, s),
    "lapses": lambda d, _: lapses.lapses(later(d, days=280)),
    "planner choices": lambda d, _: planner_choices.places(d),
    "what-if choices": lambda d, _: scenario_choices.step_choices(d).places,
    "search": lambda d, s: [diligence_record(d, one, s) for one in CASES],
    "audit": lambda d, _: audit.audit_page(d),
    "providers as CSV": lambda d, _: sheets.export_providers(d, _rows(d)),
    "providers as a workbook": lambda d, _: sheets.export_workbook(d, _rows(d)),
    "HSDS": lambda d, _: (
        exports.export_standard(d, _rows(d), exports.StandardForm.HSDS).content
    ),
    "HMIS": lambda d, _: (
        exports.export_standard(d, _rows(d), exports.StandardForm.HMIS).content
    ),
    "phone round as CSV": lambda d, _: phone_round.phone_round_csv(
        d, phone_round.phone_round(later(d, hours=200))
    ),
    "plan as CSV": lambda d, s: _plan(d, s, plan_lists.Form.CSV),
    "plan as a workbook": lambda d, s: _plan(d, s, plan_lists.Form.XLSX),
    "gaps as a workbook": lambda d, s: gap_exports.export_gaps(d, s),
    "brief": lambda d, s: gap_exports.export_brief(d, s),
    "fairness as a workbook": lambda d, s: fairness.export_fairness(d, s),
    "audit as CSV": lambda d, _: audit.export_audit(d, audit.AuditForm.CSV),
}


@pytest.mark.parametrize("name", SHOWN)
def test_nothing_that_is_shown_or_taken_out_tells_who_or_where(desk, saved, name):
    texts = list(said_by(SHOWN[name](desk, saved)))
    assert texts
    assert found_in(texts) == set()


def test_what_is_looked_for_can_be_found(desk, saved):
    """The scan is no good if it finds nothing in what was opened."""
    for one in SECRET:
        openings.open_provider(desk, one.provider_id, "placing")
    assert found_in(said_by(_rows(desk))) >= {"Zephyrine", "zucchini", "Zodiac", *COUNTIES}
    opened = reopen(desk)
    assert found_in(said_by([open_case(desk, opened, one) for one in CASES])) >= {"Zephyrine"}
    data = sheets.export_providers(desk, _rows(desk))
    assert found_in(said_by(data)) >= {"Zinnia", "zebra"}


def test_an_opened_provider_is_shown_to_the_one_who_opened_it_until_the_shift_ends(desk, saved):
    kim, lee = somebody(desk, "kim"), somebody(desk, "lee")
    opening = openings.open_provider(kim, "S1", "placing")
    assert opening.until - opening.at == timedelta(hours=8)
    assert openings.opened(kim) == {"S1"}
    assert found_in(said_by(_rows(kim))) >= {"Zephyrine", "Zinnia", "zebra"}
    assert found_in(said_by(_rows(kim)), ["Zircon", "Zabaglione", "zucchini"]) == set()
    assert found_in(said_by(_rows(lee))) == set()
    assert found_in(said_by(_rows(later(kim, hours=7, minutes=59)))) >= {"Zephyrine"}
    assert found_in(said_by(_rows(later(kim, hours=8)))) == set()


def test_each_look_at_an_opened_provider_is_an_event(desk, saved):
    def looks():
        with desk.store.reading() as record:
            return [one.object_id for one in record.audit.find(action="see_providers")]

    assert not any(one.county_only for one in _cards(desk))
    assert looks() == []
    openings.open_provider(desk, "S1", "placing")
    assert [one.county_only for one in _cards(desk)] == [True, False, False]
    assert looks() == ["S1"]
    _cards(desk)
    assert looks() == ["S1"]


def test_the_same_press_twice_is_one_opening_and_each_is_an_event(desk, saved):
    first = openings.open_provider(desk, "S1", "placing")
    assert openings.open_provider(desk, "S1", "placing") == first
    openings.open_provider(desk, "S1", "emergency")
    with desk.store.reading() as record:
        found = record.audit.find(action="open_confidential")
    assert [(one.object_id, one.reason) for one in found] == [
        ("S1", "emergency"),
        ("S1", "placing"),
    ]
    said = audit.audit_page(desk).lines[0].sentence
    assert "opened the confidential provider S1 in an emergency, until " in said


def test_who_may_open_and_for_what(desk, saved):
    assert openings.reasons(somebody(desk, "kim")) == ("placing", "confirming", "emergency")
    assert openings.reasons(somebody(desk, "lin", Role.LICENSING)) == ("licensing", "emergency")
    assert openings.reasons(somebody(desk, "max", Role.MANAGER)) == (
        "confirming",
        "licensing",
        "emergency",
    )
    for role in (Role.AUDITOR, Role.ADMIN, Role.VISITOR):
        assert openings.reasons(somebody(desk, "ann", role)) == ()
        with pytest.raises(PermissionDenied):
            openings.open_provider(somebody(desk, "ann", role), "S1", "emergency")
    with pytest.raises(PermissionDenied):
        openings.open_provider(somebody(desk, "max", Role.MANAGER), "S1", "placing")
    with pytest.raises(InputError):
        openings.open_provider(desk, "S1", "because I want to")
    with pytest.raises(InputError):
        openings.open_provider(desk, "P1", "placing")
    with pytest.raises(NotFound):
        openings.open_provider(desk, "S9", "placing")
    with desk.store.reading() as record:
        assert record.audit.find(action="open_confidential") == ()


def test_an_opening_at_one_office_opens_nothing_at_another(desk, saved):
    openings.open_provider(desk, "S1", "placing")
    with desk.store.transaction() as record:
        record.offices.add(Office(code="north", name="North"), desk.clock())
    north = dataclasses.replace(desk, store=desk.store.at("north"))
    assert openings.opened(north) == frozenset()
    assert found_in(said_by(_rows(north))) == set()


def test_the_plan_and_what_is_kept_of_it_are_the_same_for_everybody(desk, saved):
    with desk.store.reading() as record:
        before = record.runs.latest()
    openings.open_provider(desk, "S1", "placing")
    again = run_plan(desk)
    with desk.store.reading() as record:
        after = record.runs.latest()
    assert after.problem_fingerprint == before.problem_fingerprint
    told = ("placements", "not_placed", "certificate", "records", "tied_parts")
    assert {name: after.document[name] for name in told} == {
        name: before.document[name] for name in told
    }
    assert found_in([repr(before.document), repr(after.document)], TOKENS[:9]) == set()
    assert again.run.plan.objective == saved.run.plan.objective


def test_the_form_of_a_confidential_provider_opens_once_it_is_opened(desk, saved):
    with pytest.raises(PermissionDenied):
        provider_edit.open_form(desk, "S1")
    openings.open_provider(desk, "S1", "licensing")
    assert provider_edit.open_form(desk, "S1").provider.name == "Zephyrine House"


def test_numbers_stay_what_they_are_when_others_come_and_go():
    some = [f"S{k}" for k in range(40)]
    first, more = numbers(some), numbers([*some, "T1", "T2"])
    assert {name: more[name] for name in some} == first
    assert len(set(more.values())) == 42
    assert all(1000 <= number <= 9999 for number in more.values())
    assert numbers(reversed(some)) == first


def test_numbers_never_meet_even_where_almost_all_are_taken():
    many = numbers(f"S{k}" for k in range(8_999))
    assert len(set(many.values())) == 8_999


def test_a_stand_in_says_the_kind_and_the_number():
    assert stand_in(w.PlacementType.SAFE_HOUSE, 4417) == "Confidential safe house 4417"
    assert stand_in(None, 4417) == "Confidential place 4417"


def test_rows_say_what_stands_in_and_that_the_county_is_not_shown(desk, saved):
    rows = {one.provider.provider_id: one for one in _rows(desk)}
    for one in SECRET:
        row = rows[one.provider_id]
        assert row.provider.name.startswith("Confidential ")
        assert row.county == COUNTY_KEPT
        assert (row.provider.county, row.provider.agency) == (None, None)
        assert is_secret(row.provider)
    assert rows["P1"].provider.name == "Oak House"
    assert rows["P1"].county != COUNTY_KEPT


def test_that_a_secret_place_is_in_the_home_county_is_not_said():
    assert distance_band(0.0) == "same county"
    assert distance_band(0.0, secret=True) == "up to 10 miles"
    assert distance_band(12.0, secret=True) == distance_band(12.0)


def on_record(desk: Desk, provider_id: str) -> Any:
    with desk.store.reading() as record:
        return record.rows["provider"].some([(provider_id,)])[provider_id,]


def test_a_file_taken_out_without_names_and_brought_back_deletes_none(desk, saved):
    before = [on_record(desk, one.provider_id) for one in SECRET]
    data = sheets.export_providers(desk, _rows(desk))
    upload = read_upload(desk, data, "back.csv", "providers")
    found = compare(desk, upload)
    changed = {
        one.where.attribute
        for record in found.changed
        if record.key[-1].startswith("S")
        for one in record.fields
    }
    assert changed.isdisjoint({"name", "agency", "contact", "county", "service_area"})
    assert changed.isdisjoint({"pool_name", "confirmed_by"})
    save_upload(desk, upload)
    for one in before:
        kept = on_record(desk, one.provider_id)
        assert (kept.name, kept.agency, kept.contact) == (one.name, one.agency, one.contact)
        assert (kept.county, kept.service_area) == (one.county, one.service_area)


def test_a_comparison_does_not_tell_what_was_there_before(desk, saved):
    data = sheets.export_providers(desk, _rows(desk)).decode("utf-8-sig")
    stands = next(r.provider.name for r in _rows(desk) if r.provider.provider_id == "S1")
    other = data.replace(stands, "Quince Place")
    found = compare(desk, read_upload(desk, other.encode(), "other.csv", "providers"))
    lines = change_lines(desk, found.changed)
    assert [(one.before, one.after) for one in lines if one.label == "name"] == [
        ("not shown", "Quince Place")
    ]
    assert found_in(said_by([lines, gone_records(found)])) == set()


def test_what_was_shown_and_comes_back_changes_nothing_on_record(desk, saved):
    with desk.store.transaction() as record:
        home, pools = record.providers.get("S1")
        assert found_in(said_by(home), TOKENS[:9]) == set()
        batch = record.batches.list(limit=1)[0]
        record.providers.upsert(
            [dataclasses.replace(home, residents=3)],
            [dataclasses.replace(one, beds_available=0) for one in pools],
            batch,
        )
    kept = on_record(desk, "S1")
    assert (kept.name, kept.agency, kept.contact) == (
        "Zephyrine House",
        "Zinnia Trust",
        "zebra desk",
    )
    assert kept.residents == 3
    with desk.store.reading() as record:
        (pool,) = record.rows["bed_pool"].matching(provider_id="S1")
    assert (pool.pool_name, pool.beds_available) == ("Zodiac floor", 0)


def test_what_may_be_shown_can_be_asked_of_a_desk_and_of_a_reading(desk, saved):
    with desk.store.reading() as record:
        raw = record.rows["provider"].all()
        assert found_in(said_by(confidential.shown(record, raw))) == set()
        pools = confidential.shown_pools(record, record.rows["bed_pool"].all())
    assert found_in(said_by(confidential.shown(desk, raw))) == set()
    assert found_in(said_by(pools)) == set()


def test_the_counties_of_the_scan_belong_to_nobody_else():
    assert {one.home_county for one in PEOPLE}.isdisjoint({SHELTERED, ALONE})
    assert all("not known" not in one for one in COUNTIES)
