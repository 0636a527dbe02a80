"""Sheets that pages give out, and what an upload looks like before it is saved."""

from __future__ import annotations

import csv
import dataclasses
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.access import Actor, Role
from matching.domain.errors import PermissionDenied
from matching.export.flat import safe_text
from matching.intake.fields import SheetKind
from matching.intake.load import load_providers, load_referrals
from matching.intake.reader import read
from matching.intake.template import header, providers_csv, referrals_csv
from matching.services import sheets
from matching.services.desk import Desk
from matching.services.intake import load_sample, save_upload
from matching.services.views import provider_rows
from tests.builders import NOW, known_home, known_pool, known_referral


@pytest.fixture
def desk(sqlite_desk):
    """A desk at the moment of the builders' records."""
    return dataclasses.replace(sqlite_desk, clock=lambda: NOW)


def _rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_taken_for_a_formula(sign):
    assert safe_text(f"{sign}1+1") == f"'{sign}1+1"


@given(st.lists(st.lists(st.text(), min_size=1, max_size=4), max_size=5))
def test_written_cells_are_read_back_but_for_formulas(rows):
    text = sheets.written(rows).decode("utf-8-sig")
    found = list(csv.reader(io.StringIO(text, newline="")))
    assert found == [[safe_text(value) for value in row] for row in rows]


@pytest.mark.parametrize("kind", ["providers", "referrals"])
def test_templates_have_the_columns_of_the_catalogue(kind):
    assert _rows(sheets.template_csv(kind)) == [header(SheetKind(kind))]
    assert read(sheets.template_book(kind)).sheets[0].rows == [header(SheetKind(kind))]


@pytest.mark.parametrize("kind", ["providers", "referrals"])
def test_every_column_is_explained(kind):
    lines = sheets.template_help(kind)
    assert [line.column for line in lines] == header(SheetKind(kind))
    assert all(line.label and "Example:" in line.says for line in lines)
    assert [line.column for line in lines if line.required] == [f"{kind[:-1]}_id"]


def test_the_list_of_providers_can_be_uploaded_again(desk):
    load_sample(desk, (known_home(name="Oak"),), (known_pool(),), (), "a" * 64)
    sheet = sheets.export_providers(desk, provider_rows(desk))
    again = load_providers(sheet, "providers.csv")
    assert [one.name for one in again.providers] == ["Oak"]
    assert again.counts.set_aside == 0


def test_giving_out_the_list_is_an_event(desk):
    load_sample(desk, (known_home(),), (known_pool(),), (), "a" * 64)
    sheets.export_providers(desk, provider_rows(desk))
    with desk.store.reading() as record:
        (event,) = record.audit.events(object_kind="providers")
    assert event.details == {"providers": 1, "bed_pools": 1}


def test_who_may_not_export_gets_nothing_and_no_event(desk):
    clerk = Desk(desk.store, Actor("l", Role.LICENSING), desk.settings, desk.clock)
    with pytest.raises(PermissionDenied):
        sheets.export_providers(clerk, ())
    with desk.store.reading() as record:
        assert record.audit.events(object_kind="providers") == ()


def _bad_upload():
    sheet = providers_csv(
        [known_home(f"P{k}", name=f"Home {k}") for k in range(9)],
        [known_pool(f"P{k}") for k in range(9)],
    )
    rows = list(csv.reader(io.StringIO(sheet)))
    rows[3][rows[0].index("beds_available")] = "=two"
    return load_providers(sheets.written(rows), "p.csv")


def test_preview_shows_a_few_good_rows_with_counties_in_words():
    shown = sheets.preview(_bad_upload(), limit=4)
    assert len(shown.rows) == 4
    first = dict(zip(shown.titles, shown.rows[0], strict=True))
    assert first["name"] == "Home 0"
    assert first["county"].endswith(", XA")
    assert "P2" not in {row[0] for row in shown.rows}


def test_preview_of_people():
    upload = load_referrals(
        referrals_csv([known_referral("R1", received_at=None)]).encode(), "r.csv"
    )
    shown = sheets.preview(upload)
    first = dict(zip(shown.titles, shown.rows[0], strict=True))
    assert first["case reference"] == "R1"
    assert first["received"] is None


def test_problems_are_listed_with_rows_set_aside_first():
    upload = _bad_upload()
    listed = sheets.ordered(upload.issues)
    assert [sheets.sets_aside(one) for one in listed] == sorted(
        (sheets.sets_aside(one) for one in listed), reverse=True
    )
    title, first, *_ = _rows(sheets.problems_csv(upload))
    assert title[0] == "row"
    assert (first[0], first[1], first[-1]) == ("4", "beds_available", "set aside")
    assert not first[2].startswith("=")


def test_changes_name_the_records_of_the_rows_first(desk):
    providers = load_providers(
        providers_csv([known_home()], [known_pool(), known_pool(pool_id="B2")]).encode(),
        "p.csv",
    )
    saved = sheets.changes(save_upload(desk, providers))
    assert [(one.noun, one.added) for one in saved] == [("providers", 1), ("pools", 2)]
    again = sheets.changes(save_upload(desk, providers))
    assert [(one.added, one.unchanged) for one in again] == [(0, 1), (0, 2)]
    people = load_referrals(referrals_csv([known_referral()]).encode(), "r.csv")
    (only,) = sheets.changes(save_upload(desk, people))
    assert (only.noun, only.added, only.changed, only.unchanged) == ("referrals", 1, 0, 0)


def test_the_workbook_given_out_comes_back_with_no_problem(desk):
    home = known_home(name="Oak", service_area=None)
    load_sample(desk, (home,), (known_pool(),), (), "a" * 64)
    rows = provider_rows(desk)
    found = load_providers(sheets.export_workbook(desk, rows), "p.xlsx")
    assert found.providers == (rows[0].provider,)
    assert found.pools == rows[0].pools
    assert found.issues == found.not_kept == ()
    with desk.store.reading() as record:
        (event,) = record.audit.events(object_kind="providers")
    assert event.details == {"providers": 1, "bed_pools": 1}
