"""Whatever a person chooses: a clear sentence, or good rows and a list of the others."""

from __future__ import annotations

import csv
import io
import random
import struct
import time
import zipfile
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain.errors import InputError
from matching.intake.fields import CATALOGUE, SheetKind, key_of
from matching.intake.issues import Code, Severity
from matching.intake.load import (
    Limits,
    ProviderUpload,
    load_any,
    load_providers,
    load_referrals,
)
from matching.intake.template import providers_csv, referrals_csv
from tests.intake.workbooks import ods_rows, xls, xlsb
from tests.strategies import inventories, referral_lists

BOTH = pytest.mark.parametrize("load", [load_providers, load_referrals])
KEYS = {load_providers: "provider_id", load_referrals: "referral_id"}
QUICK = settings(max_examples=6, deadline=None)


def as_csv(rows: list[list[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def as_xlsx(rows: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False,
                                     "strings_to_urls": False})  # fmt: skip
    sheet = book.add_worksheet()
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            sheet.write(r, c, cell)
    book.close()
    return out.getvalue()


def refused(load: Any, data: bytes, **limits: Any) -> InputError:
    with pytest.raises(InputError) as caught:
        load(data, "list.xlsx", **limits)
    error: InputError = caught.value
    assert error.saved is False
    assert error.next_step.endswith(".")
    assert error.sentence() == f"{error.message} Nothing was saved. {error.next_step}"
    assert "Traceback" not in error.sentence()
    return error


def read_or_refused(load: Any, data: bytes) -> bool:
    """Tell whether rows were read, or a sentence says what to do."""
    try:
        return load(data, "x").counts.read > 0
    except InputError as error:
        return bool(error.next_step) and "Nothing was saved." in error.sentence()


# -- the list of bad input, once for each of the two sheets ------------------------------


@BOTH
def test_an_empty_file_an_empty_workbook_and_a_header_alone(load: Any) -> None:
    assert refused(load, b"").message == "The file is empty."
    assert refused(load, b"\r\n \n").message == "The file is empty."
    assert "no rows" in refused(load, as_xlsx([])).message
    for write in (as_csv, as_xlsx):
        assert "no rows" in refused(load, write([[KEYS[load]]])).message
        assert "no rows" in refused(load, write([[KEYS[load]], [" "], []])).message


@BOTH
@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_a_list_of_picnic_shelters(load: Any, write: Any) -> None:
    rows = [
        ["PICNIC SHELTERS 2026"],
        ["Shelter", "Park", "Tables", "Grill"],
        ["Lakeview", "Cedar Park", 12, "yes"],
        ["Hilltop", "Birch Park", 6, "no"],
    ]
    message = refused(load, write(rows)).message
    assert message.startswith("The file is not a list of ")
    assert "Cedar" not in message


@BOTH
def test_a_file_that_is_too_large(load: Any) -> None:
    data = KEYS[load].encode() + b"\n" + b"x" * 200_000_000
    start = time.perf_counter()
    error = refused(load, data)
    assert "200 MB; at most 10 MB" in error.message
    assert time.perf_counter() - start < 2


@BOTH
def test_a_zip_bomb_named_as_a_workbook(load: Any) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as entry:
            for _ in range(30):
                entry.write(b"0" * 1_000_000)
    data = out.getvalue()
    assert len(data) < 1_000_000
    tight = Limits(unpacked_bytes=20_000_000)
    assert "unpacks to more" in refused(load, data, limits=tight).message
    false = data.replace(struct.pack("<I", 30_000_000), struct.pack("<I", 99))
    assert false != data
    assert "unpacks to more" in refused(load, false, limits=tight).message


@BOTH
@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_forty_columns_nobody_knows(load: Any, write: Any) -> None:
    names = [f"Thing {chr(65 + k // 26)}{chr(65 + k % 26)}" for k in range(40)]
    head, row = ([*names[:20], key, *names[20:]] for key in (KEYS[load], "X-1"))
    found = load(write([head, row]), "x")
    assert [entry.column for entry in found.not_kept] == names
    assert found.counts.loaded == 1
    assert found.issues == ()
    assert "Thing" not in repr(getattr(found, "referrals", None) or found.providers)


def one(load: Any, column: str, *cells: str) -> list[tuple[int | None, Code, Severity]]:
    rows = [[KEYS[load], column], *([f"X-{k}", cell] for k, cell in enumerate(cells))]
    issues = []
    for write in (as_csv, as_xlsx):
        found = load(write([*rows, ["X-good", ""]]), "x")
        bad = {issue.row for issue in found.issues if issue.severity is Severity.ERROR}
        assert found.counts.set_aside == len(bad)
        assert found.counts.read == len(cells) + 1
        assert found.counts.loaded == len(cells) + 1 - len(bad)
        assert all(issue.fix for issue in found.issues)
        issues.append([(i.row, i.code, i.severity) for i in found.issues])
    assert issues[0] == issues[1]
    return issues[0]


BAD = Severity.ERROR


def test_an_age_in_words() -> None:
    assert one(load_referrals, "age_years", "twelve") == [(2, Code.NOT_A_NUMBER, BAD)]
    assert one(load_providers, "age_min", "twelve") == [(2, Code.NOT_A_NUMBER, BAD)]


def test_less_than_no_bed() -> None:
    for column in ("licensed_capacity", "beds_licensed", "beds_available", "beds_occupied"):
        assert one(load_providers, column, "-1") == [(2, Code.OUT_OF_RANGE, BAD)]


def test_dates_in_two_orders() -> None:
    both = (Code.DATE_IN_TWO_ORDERS, BAD)
    found = one(load_providers, "licence_expires", "13/2/2027", "2/13/2027", "3/4/2027")
    assert found == [(4, *both)]
    assert one(load_referrals, "needed_by", "3/4/2027") == [(2, *both)]


@BOTH
def test_the_same_code_twice(load: Any) -> None:
    column = "name" if load is load_providers else "distance_reason"
    rows = [[KEYS[load], column], ["X", "a"], ["X", "a"], ["Y", "a"], ["Y", "b"], ["Z", ""]]
    if load is load_providers:
        rows = [[*row, pool] for row, pool in zip(rows, ["bed_pool", *"ppqqr"], strict=True)]
    found = load(as_csv(rows), "x")
    assert (found.counts.loaded, found.counts.left_out, found.counts.set_aside) == (2, 1, 2)
    assert {(i.row, i.code) for i in found.issues if i.column != column} == {
        (3, Code.DUPLICATE_ROW),
        (4, Code.SAME_ID_DIFFERENT_ROWS),
        (5, Code.SAME_ID_DIFFERENT_ROWS),
    }


def test_a_county_that_does_not_exist() -> None:
    for load, column in ((load_providers, "county"), (load_referrals, "home_county")):
        found = one(load, column, "Atlantis County, FL", "99999", "Leon, FL")
        assert found == [(2, Code.NO_SUCH_COUNTY, BAD), (3, Code.NO_SUCH_COUNTY, BAD)]


@BOTH
def test_a_formula_in_a_cell_is_never_run_and_its_result_is_read(load: Any) -> None:
    column = "beds_available" if load is load_providers else "age_years"
    found = load(as_csv([[KEYS[load], column], ["X", "=1+1"]]), "x")
    assert [issue.code for issue in found.issues] == [Code.NOT_A_NUMBER]
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, [KEYS[load], column])
    sheet.write_row(1, 0, ["X"])
    sheet.write_formula(1, 1, "=1+1", None, 2)
    book.close()
    found = load(out.getvalue(), "x")
    record = (getattr(found, "referrals", None) or getattr(found, "pools", None))[0]
    assert getattr(record, column) == 2
    assert found.issues == ()


# -- damage ------------------------------------------------------------------------------


def test_a_line_longer_than_any_field_and_a_version_of_zip_that_does_not_exist() -> None:
    csv.field_size_limit(131_072)
    assert "not a list" in refused(load_providers, b"a" * 150_000).message
    data = bytearray(as_xlsx([["provider_id"], ["P1"]]))
    data[data.find(b"PK\x01\x02") + 6] = 200
    assert "damaged" in refused(load_providers, bytes(data)).message


@pytest.mark.parametrize("text", ["0001-01-01T00:00+05:00", "9999-12-31T23:59-05:00",
                                  "0202-11-22", "2026-11-22T25:00"])  # fmt: skip
def test_moments_outside_of_time(text: str) -> None:
    found = load_referrals(as_csv([["referral_id", "received_at"], ["R-1", text]]), "x")
    assert [issue.code for issue in found.issues] == [Code.NOT_A_DATE]
    assert found.referrals == ()


WORKBOOK = as_xlsx([[KEYS[load_providers], "name", "beds_available"]]
                   + [[f"P{k}", f"Home {k}", k] for k in range(9)])  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False), st.booleans())
def test_a_damaged_workbook_is_read_or_refused(rng: random.Random, inside: bool) -> None:
    if inside:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as old, zipfile.ZipFile(out, "w") as new:
            hit = rng.choice(old.namelist())
            for name in old.namelist():
                part = bytearray(old.read(name))
                if name == hit:
                    start = rng.randrange(len(part))
                    part[start : start + rng.randint(0, 20)] = rng.randbytes(rng.randint(0, 5))
                new.writestr(name, bytes(part))
        data = out.getvalue()
    else:
        torn = bytearray(WORKBOOK)
        for _ in range(rng.randint(1, 5)):
            torn[rng.randrange(len(torn))] = rng.randrange(256)
        data = bytes(torn[: rng.choice([len(torn), rng.randrange(1, len(torn))])])
    assert read_or_refused(load_any, data)


# -- properties of whole sheets ----------------------------------------------------------

WORD = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
USUAL = st.sampled_from(
    ["", "n/a", "none", "yes", "no", "0", "-1", "12", "Leon, FL", "FL", "es", "female", "any",
     "2026-11-22", "3/4/2026", "12-17", "#REF!"]
)  # fmt: skip


def sheets(kind: SheetKind) -> st.SearchStrategy[tuple[list[str], list[list[str]]]]:
    columns = [field.column for field in CATALOGUE[kind]]
    names = st.lists(st.sampled_from(columns[1:]), unique=True, max_size=8)
    return names.flatmap(
        lambda found: st.tuples(
            st.just([columns[0], *found, "Strange"]),
            st.lists(
                st.lists(USUAL | WORD, min_size=len(found) + 2, max_size=len(found) + 2),
                min_size=1, max_size=5,
            ),
        )
    )  # fmt: skip


@pytest.mark.parametrize("kind", list(SheetKind))
def test_random_cells_are_read_or_listed_and_blanks_stay_unknown(kind: SheetKind) -> None:
    load = load_providers if kind is SheetKind.PROVIDERS else load_referrals

    @settings(max_examples=30, deadline=None)
    @given(sheets(kind))
    def check(drawn: tuple[list[str], list[list[str]]]) -> None:
        header, rows = drawn
        rows = [[f"X-{k}", *row[1:]] for k, row in enumerate(rows)]
        found = load(as_csv([header, *rows]), "x")
        counts = found.counts
        assert counts.read == len(rows) == counts.loaded + counts.set_aside + counts.left_out
        assert {i.row for i in found.issues if i.row} <= set(range(2, len(rows) + 2))
        assert [entry.column for entry in found.not_kept] == ["Strange"]
        for name in header[1:-1]:
            place = header.index(name)
            blank = {row[0] for row in rows if row[place].strip() == ""}
            attribute = next(f for f in CATALOGUE[kind] if f.column == name).attribute
            if attribute in {"pool_id", "confidential", "county", "state"}:
                continue  # given a code, protected, or worked out from another column
            for record in _records(found):
                key = getattr(record, "referral_id", None) or record.provider_id
                if key in blank and hasattr(record, attribute):
                    assert getattr(record, attribute) is None, name

    check()


def _records(found: Any) -> tuple[Any, ...]:
    if isinstance(found, ProviderUpload):
        return (*found.providers, *found.pools)
    return tuple(found.referrals)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(WORD | USUAL, max_size=6), max_size=6), st.booleans())
def test_any_sheet_of_any_text_is_read_or_refused(grid: list[list[str]], book: bool) -> None:
    data = as_xlsx(grid) if book else as_csv(grid)
    for load in (load_any, load_providers, load_referrals):
        assert read_or_refused(load, data)


@QUICK
@given(referral_lists(max_size=3).filter(bool), st.randoms(use_true_random=False))
def test_order_and_case_of_columns_and_order_of_rows_change_no_referral(
    drawn: Any, rng: random.Random
) -> None:
    rows = list(csv.reader(io.StringIO(referrals_csv(drawn))))
    plain, other = load_referrals(as_csv(rows), "x"), load_referrals(_stirred(rows, rng), "x")
    assert set(other.referrals) == set(plain.referrals)
    assert other.counts == plain.counts
    assert other.not_kept == plain.not_kept == ()


@QUICK
@given(inventories(max_providers=2, max_pools=2), st.randoms(use_true_random=False))
def test_order_and_case_of_columns_and_order_of_rows_change_no_provider(
    drawn: Any, rng: random.Random
) -> None:
    rows = list(csv.reader(io.StringIO(providers_csv(*drawn))))
    if len(rows) < 2:
        return
    plain, other = load_providers(as_csv(rows), "x"), load_providers(_stirred(rows, rng), "x")
    assert set(other.providers) == set(plain.providers)
    assert set(other.pools) == set(plain.pools)
    assert other.counts == plain.counts


def _stirred(rows: list[list[str]], rng: random.Random) -> bytes:
    """Return the sheet with its columns and rows in another order, under two titles."""
    order = list(range(len(rows[0])))
    rng.shuffle(order)
    spell = [str.upper, str.title, str.lower, lambda name: name.replace("_", " ")]
    head = [rng.choice(spell)(rows[0][k]) for k in order]
    body = [[row[k] for k in order] for row in rows[1:]]
    rng.shuffle(body)
    return as_csv([["A title"], [], head, *body])


@pytest.mark.parametrize("kind", list(SheetKind))
def test_the_key_alone_is_enough(kind: SheetKind) -> None:
    key = key_of(kind).column
    for write in (as_csv, as_xlsx):
        found = load_any(write([[key], ["X-1"], ["X-2"]]), "x")
        assert found.counts.loaded == 2
        assert found.issues == ()


@pytest.mark.parametrize("write", [ods_rows, xls, xlsb])
@pytest.mark.parametrize("kind", list(SheetKind))
def test_old_and_binary_workbooks_load_as_text_does(write: Any, kind: SheetKind) -> None:
    key = key_of(kind).column
    name = "beds_total" if kind is SheetKind.PROVIDERS else "age"
    rows = [[key, name], ["X-1", "3"], ["=1+1", "4"], ["X-3", "many"]]
    plain, other = load_any(as_csv(rows), "x"), load_any(write(rows), "x")
    assert _records(other) == _records(plain)
    assert other.counts == plain.counts
    assert other.issues == plain.issues
