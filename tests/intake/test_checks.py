"""What a row says against itself, and rows against each other."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.intake import checks
from matching.intake.fields import CATALOGUE, SheetKind
from matching.intake.issues import Code, Severity
from matching.intake.load import load_providers
from matching.intake.table import Table


def sheet(**values: list[Any]) -> Table:
    size = len(next(iter(values.values())))
    values.setdefault("provider_id", [f"P{k}" for k in range(size)])
    values.setdefault("bed_pool", [f"B{k}" for k in range(size)])
    return Table(list(range(2, 2 + size)), values)


def people(**values: list[Any]) -> Table:
    size = len(next(iter(values.values())))
    values.setdefault("referral_id", [f"R{k}" for k in range(size)])
    return Table(list(range(2, 2 + size)), values)


def told(table: Table) -> list[tuple[int | None, str | None, Code]]:
    return [(issue.row, issue.column, issue.code) for issue in table.issues]


# -- ages ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high"), [("age_min", "age_max"), ("resident_age_min", "resident_age_max")]
)
def test_ages_reversed_equal_and_unknown(low: str, high: str) -> None:
    table = sheet(**{low: [12, 18, 17, None, 5], high: [17, 17, 17, 17, None]})
    checks.check_providers(table)
    assert told(table) == [(3, low, Code.AGES_REVERSED)]
    assert table.bad == {1}
    assert "18" in table.issues[0].sentence
    assert "17" in table.issues[0].sentence


# -- beds ------------------------------------------------------------------------------

counts = st.none() | st.integers(0, 6)
BEDS = ("beds_licensed", "beds_staffed", "beds_accepting", "beds_available")


@given(st.fixed_dictionaries(dict.fromkeys(BEDS, counts)))
def test_beds_end_up_in_order_and_are_only_lowered(drawn: dict[str, int | None]) -> None:
    """Oracle: every number is the least of itself and the known ones above it."""
    table = sheet(**{name: [value] for name, value in drawn.items()})
    checks.check_providers(table)
    above: list[int] = []
    for name in BEDS:
        value, found = drawn[name], table.values[name][0]
        if value is None:
            assert found is None
            continue
        above.append(value)
        assert found == min(above)
    lowered = {name for name in BEDS if drawn[name] != table.values[name][0]}
    assert {issue.column for issue in table.issues} == lowered
    assert all(issue.severity is Severity.WARNING for issue in table.issues)
    assert table.bad == set()


@pytest.mark.parametrize(
    ("occupied", "held", "beds", "warned"),
    [(4, 1, 4, True), (4, 0, 4, False), (5, None, 4, True), (None, 5, 4, True),
     (None, None, 0, False), (3, 1, None, False), (0, 0, 0, False)],
)  # fmt: skip
def test_more_people_than_beds(
    occupied: int | None, held: int | None, beds: int | None, warned: bool
) -> None:
    table = sheet(beds_accepting=[beds], beds_occupied=[occupied], beds_held=[held])
    checks.check_providers(table)
    assert [issue.code for issue in table.issues] == [Code.MORE_THAN_LIMIT] * warned
    assert table.bad == set()


# -- places ----------------------------------------------------------------------------


def test_a_county_in_another_state() -> None:
    table = sheet(county=["12086", "12086", "12086", None], state=["FL", "TX", None, "TX"])
    checks.check_providers(table)
    assert told(table) == [(3, "county", Code.COUNTY_NOT_IN_STATE)]
    assert "Miami-Dade County, FL is not in TX" in table.issues[0].sentence


def test_a_county_in_another_state_than_a_providers_other_row_says() -> None:
    table = sheet(provider_id=["P", "P"], state=["FL", None], county=[None, "48201"])
    checks.check_providers(table)
    assert table.bad == {0, 1}
    assert {code for _, _, code in told(table)} == {Code.COUNTY_NOT_IN_STATE}


def test_each_row_is_told_of_its_state_once() -> None:
    table = sheet(provider_id=["P", "P"], state=["TX", "TX"], county=["12086", "12086"])
    checks.check_providers(table)
    assert told(table) == [(2, "county", Code.COUNTY_NOT_IN_STATE),
                           (3, "county", Code.COUNTY_NOT_IN_STATE)]  # fmt: skip


# -- secrecy ---------------------------------------------------------------------------


@given(*[st.none() | st.booleans()] * 3)
def test_a_place_for_victims_is_never_open(
    violence: bool | None, victims: bool | None, secret: bool | None
) -> None:
    table = sheet(
        domestic_violence=[violence], victim_service_provider=[victims], confidential=[secret]
    )
    checks.check_providers(table)
    found = table.values["confidential"][0]
    assert found is (True if secret is False and (violence or victims) else secret)
    assert bool(table.issues) == (found is not secret)


@given(st.permutations([("yes", ""), ("", "no"), ("", "")]))
def test_one_row_protects_all_rows_of_a_provider(rows: list[tuple[str, str]]) -> None:
    """One row says domestic violence, another says not confidential: it is secret."""
    out = io.StringIO()
    csv.writer(out).writerows(
        [["provider_id", "bed_pool", "domestic_violence", "confidential"]]
        + [["P", f"B{k}", *row] for k, row in enumerate(rows)]
    )
    (one,) = load_providers(out.getvalue().encode(), "p.csv").providers
    assert (one.domestic_violence, one.confidential) == (True, True)


# -- rows against each other -----------------------------------------------------------


def test_the_same_row_thrice_is_read_once() -> None:
    table = people(referral_id=["R", "R", "S", "R"], age_years=[9, 9, 9, 9])
    checks.check_referrals(table)
    assert table.left_out == {1, 3}
    assert table.bad == set()
    assert all("row 2" in issue.sentence for issue in table.issues)


def test_a_difference_in_one_column_sets_all_of_them_aside() -> None:
    table = people(referral_id=["R", "R", "R"], age_years=[9, 9, None])
    checks.check_referrals(table)
    assert table.bad == {0, 1, 2}
    assert table.left_out == set()
    assert {issue.code for issue in table.issues} == {Code.SAME_ID_DIFFERENT_ROWS}
    assert "rows 2, 3, 4" in table.issues[0].sentence


def test_rows_without_a_code_are_not_the_same() -> None:
    table = people(referral_id=[None, None], age_years=[9, 9])
    checks.check_referrals(table)
    assert table.issues == []


def test_pools_of_two_providers_may_have_the_same_code() -> None:
    table = sheet(provider_id=["P", "Q"], bed_pool=["girls", "girls"])
    checks.check_providers(table)
    assert table.issues == []


@pytest.mark.parametrize("name", checks.FACTS)
def test_every_fact_of_a_provider_is_joined_from_its_rows(name: str) -> None:
    table = sheet(provider_id=["P", "P", "Q"], **{name: [None, "said", None]})
    checks._check_facts(table)
    first, second, other = table.values[name]
    assert first == second is not None
    assert other is None
    assert table.issues == []


@pytest.mark.parametrize("name", checks.FACTS)
def test_every_fact_that_differs_sets_the_provider_aside(name: str) -> None:
    table = sheet(provider_id=["P", "Q", "P", "P"], **{name: ["one", "one", "two", None]})
    checks._check_facts(table)
    assert table.bad == {0, 2, 3}
    assert {issue.column for issue in table.issues} == {name}


def test_a_row_that_is_set_aside_says_nothing_about_its_provider() -> None:
    table = sheet(provider_id=["P", "P"], name=["Oak", "Elm"], age_min=[1, 9], age_max=[2, 3])
    checks.check_providers(table)
    assert table.bad == {1}
    assert table.values["name"][0] == "Oak"


def test_the_facts_are_the_providers_columns() -> None:
    columns = [field.column for field in CATALOGUE[SheetKind.PROVIDERS]]
    assert set(checks.FACTS) <= set(columns)
    assert "provider_id" not in checks.FACTS
    assert not {name for name in checks.FACTS if name.startswith("beds_")}


# -- referrals -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("children", "status", "warned"),
    [(2, "none", True), (0, "none", False), (None, "none", False), (2, None, False),
     (1, "parenting", False), (1, "pregnant", False)],
)  # fmt: skip
def test_children_of_nobody(children: int | None, status: str | None, warned: bool) -> None:
    table = people(children_with=[children], pregnant_parenting=[status])
    checks.check_referrals(table)
    assert [issue.code for issue in table.issues] == [Code.CONTRADICTION] * warned
    assert table.bad == set()


@given(st.dates(date(2026, 1, 1), date(2026, 1, 9)) | st.none(), st.integers(1, 9) | st.none())
def test_needed_before_it_came_in(needed: date | None, received: int | None) -> None:
    came = received and datetime(2026, 1, received, 23, 59, tzinfo=UTC)
    table = people(needed_by=[needed], received_at=[came or None])
    checks.check_referrals(table)
    wrong = needed is not None and received is not None and needed.day < received
    assert bool(table.issues) == wrong
    assert table.bad == set()


# -- everything together ---------------------------------------------------------------

CELL = st.sampled_from(["", "1", "2", "3", "9"])
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["P", "Q"]), st.sampled_from(["", "a", "b", "P/1", "P/a"]),
        st.sampled_from(["", "Oak", "Elm"]), *[CELL] * 6,
    ),
    min_size=1, max_size=7,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_whatever_the_rows_say_the_records_are_whole(rows: list[tuple[str, ...]]) -> None:
    out = io.StringIO()
    names = ["provider_id", "bed_pool", "name", "age_min", "age_max", "beds_licensed",
             "beds_accepting", "beds_available", "beds_occupied"]  # fmt: skip
    csv.writer(out).writerows([names, *rows])
    found = load_providers(out.getvalue().encode(), "p.csv")
    codes = [pool.pool_id for pool in found.pools]
    assert len(codes) == len(set(codes)), "every bed pool has a code of its own"
    ids = [one.provider_id for one in found.providers]
    assert len(ids) == len(set(ids))
    assert {pool.provider_id for pool in found.pools} == set(ids)
    said = {name for _, _, name, *_ in rows if name}
    assert {one.name for one in found.providers} <= said | {None}
    for pool in found.pools:
        if pool.age_min is not None and pool.age_max is not None:
            assert pool.age_min <= pool.age_max
        if pool.beds_available is not None and pool.beds_licensed is not None:
            assert pool.beds_available <= pool.beds_licensed
    c = found.counts
    assert c.read == len(rows) == c.loaded + c.set_aside + c.left_out
    assert c.loaded == len(found.pools)
