"""The template holds every column with its help, and comes back in with nothing to say."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings

from matching.domain.errors import InputError
from matching.export.template import ROWS, template_workbook, version
from matching.intake.fields import CATALOGUE, Kind, SheetKind
from matching.intake.load import load_any, load_providers, load_referrals
from matching.intake.reader import read
from matching.intake.sample import generate
from matching.intake.template import providers_csv, referrals_csv
from tests.strategies import referral_lists

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
P, R = SheetKind.PROVIDERS, SheetKind.REFERRALS
QUICK = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))[1:]


def rules(data: bytes) -> list[ET.Element]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own
    return root.findall(f".//{MAIN}dataValidation")


@pytest.mark.parametrize("kind", list(SheetKind))
def test_every_column_has_its_name_its_help_and_its_rule(kind: SheetKind) -> None:
    data = template_workbook(kind)
    sheet = read(data).sheets[0]
    assert sheet.name == kind.value
    assert sheet.rows == [[field.column for field in CATALOGUE[kind]]]
    found = rules(data)
    assert len(found) == len(CATALOGUE[kind])
    for field, rule in zip(CATALOGUE[kind], found, strict=True):
        assert rule.get("promptTitle") == field.label[:32]
        assert field.help[:200] in (rule.get("prompt") or "")
        assert (rule.get("sqref") or "").endswith(str(ROWS + 1))
        one_of_a_list = field.kind in (Kind.ONE_OF, Kind.YES_NO)
        assert (rule.get("type") == "list") == one_of_a_list
        assert (rule.get("type") == "whole") == (field.kind is Kind.NUMBER)


@pytest.mark.parametrize("kind", list(SheetKind))
def test_what_a_drop_down_offers_is_read_with_no_problem(kind: SheetKind) -> None:
    book = read(template_workbook(kind))
    lists = next(sheet for sheet in book.sheets if sheet.name == "lists")
    assert lists.hidden
    fields = CATALOGUE[kind]
    depth = len(lists.rows)
    rows = []
    for k in range(depth):
        row = [""] * len(fields)
        row[0] = f"X-{k}"
        for at, field in enumerate(fields):
            offered = lists.rows[k][at] if at < len(lists.rows[k]) else ""
            if offered and field.attribute != "data_origin":
                row[at] = offered
        rows.append(row)
    found = load_any(template_workbook(kind, rows), "t.xlsx")
    errors = [issue for issue in found.issues if issue.value is not None]
    words = [issue for issue in errors if "known here" in issue.sentence]
    assert words == []
    assert found.counts.read == depth


@pytest.mark.parametrize("kind", list(SheetKind))
def test_the_example_is_read_and_the_empty_template_is_refused(kind: SheetKind) -> None:
    with pytest.raises(InputError, match="no rows"):
        load_any(template_workbook(kind), "t.xlsx")
    book = read(template_workbook(kind))
    example = next(sheet for sheet in book.sheets if sheet.name == "example")
    found = load_any(template_workbook(kind, [example.rows[1]]), "t.xlsx")
    assert found.counts.loaded == 1
    assert [issue.sentence for issue in found.issues] == []


def test_the_help_says_what_may_stand_in_every_column() -> None:
    help_ = next(s for s in read(template_workbook(P)).sheets if s.name == "help")
    assert version(P) in help_.rows[0][0]
    assert [row[0] for row in help_.rows[2:]] == [field.column for field in CATALOGUE[P]]
    assert version(P) != version(R)


def test_the_same_template_is_the_same_bytes() -> None:
    assert template_workbook(P) == template_workbook(P)


def test_what_is_on_record_comes_back_as_it_is() -> None:
    sample = generate(3, 12, 15, as_of=datetime(2026, 11, 22, 22, tzinfo=UTC))
    homes = load_providers(
        template_workbook(P, rows_of(providers_csv(sample.providers, sample.pools))), "p.xlsx"
    )
    assert set(homes.providers) == set(sample.providers)
    assert set(homes.pools) == set(sample.pools)
    assert homes.issues == homes.not_kept == ()
    people = load_referrals(
        template_workbook(R, rows_of(referrals_csv(sample.referrals))), "r.xlsx"
    )
    assert people.referrals == sample.referrals
    assert people.issues == people.not_kept == ()


@QUICK
@given(referral_lists(max_size=2).filter(bool))
def test_any_referrals_come_back_with_the_facts_of_the_text_sheet(drawn) -> None:
    text = referrals_csv(drawn)
    from_text = load_referrals(text.encode(), "r.csv")
    from_book = load_referrals(template_workbook(R, rows_of(text)), "r.xlsx")
    assert from_book.referrals == from_text.referrals
    assert [i.code for i in from_book.issues] == [i.code for i in from_text.issues]
