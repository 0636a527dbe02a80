"""HUD's inventory of any year, from excerpts of the public file with names replaced."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain import words as w
from matching.domain.errors import InputError
from matching.intake.formats import hic_place
from matching.intake.formats.hic_beds import Inventory, placement_type, youth_only
from matching.intake.formats.hic_layout import recognise
from matching.intake.issues import Code, Severity
from matching.intake.load import ProviderUpload, load_any, load_referrals
from matching.intake.reader import Sheet

DATA = Path(__file__).parents[1] / "data"
RAW, SHORT = DATA / "hic_2014_excerpt.csv", DATA / "hic_2014_short_excerpt.csv"


def dicts(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load(data: bytes) -> ProviderUpload:
    found = load_any(data, "hic.csv")
    assert isinstance(found, ProviderUpload)
    return found


#: The names that headers have had in other years.
YEARS: dict[str, dict[str, str]] = {
    "2014": {},
    "2018": {
        "State": "CocState",
        "Geo Code": "Geocode",
        "Target Population B": "Target Population",
        "PIT Count": "Pit Count",
    },
    "old": {
        "State": "CoCState",
        "HudNum": "CoC Number",
        "Project Type": "Proj. Type",
        "Organization Name": "Organization",
        "O/V Beds": "Overflow Beds",
        "PIT Count": "Point-in-Time Count",
    },
}


def renamed(year: str, *, above: int = 0) -> bytes:
    """Return the excerpt with another year's headers, under title rows."""
    rows = dicts(RAW)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for k in range(above):
        writer.writerow([f"Housing Inventory Count, part {k}"])
    writer.writerow([YEARS[year].get(name, name) for name in rows[0]])
    writer.writerows(row.values() for row in rows)
    return out.getvalue().encode()


@pytest.mark.parametrize("year", list(YEARS))
@pytest.mark.parametrize("above", [0, 3])
def test_every_year_gives_the_same_places(year: str, above: int) -> None:
    found, plain = load(renamed(year, above=above)), load(RAW.read_bytes())
    assert found.format == "hud-hic"
    assert [one.provider_id for one in found.providers] == [
        one.provider_id for one in plain.providers
    ]
    facts = [(p.pool_id, p.beds_licensed, p.beds_available, p.as_of) for p in found.pools]
    assert facts == [
        (p.pool_id, p.beds_licensed, p.beds_available, p.as_of) for p in plain.pools
    ]
    assert [p.state for p in found.providers] == [p.state for p in plain.providers]
    assert found.counts == plain.counts


def test_only_places_for_a_night_are_loaded_and_the_rest_is_counted() -> None:
    rows, found = dicts(RAW), load(RAW.read_bytes())
    nights = [r for r in rows if r["Project Type"] in {"ES", "TH", "SH"}]
    open_now = [r for r in nights if r["Inventory Type"] != "U"]
    assert found.counts.read == len(rows)
    assert found.counts.loaded == len(found.providers) == len(open_now)
    assert found.counts.left_out == len(rows) - len(open_now)
    assert found.counts.set_aside == 0
    said = " ".join(found.decisions)
    assert f"{len(rows) - len(nights)} projects are no place for a night" in said
    assert f"{len(nights) - len(open_now)} projects under development" in said
    assert {one.placement_type for one in found.providers} == {
        w.PlacementType.EMERGENCY_SHELTER,
        w.PlacementType.TRANSITIONAL,
        w.PlacementType.SAFE_HAVEN,
    }


ORACLE = {
    RAW: (
        "Row #",
        "Total Beds",
        "PIT Count",
        "Beds HH w/ Children",
        "Beds HH w/o Children",
        "Beds HH w/ only Children",
    ),
    SHORT: ("id", "beds_total", "pit_count", "beds_family", "beds_adult", "beds_minor_only"),
}


@pytest.mark.parametrize("path", [RAW, SHORT], ids=["raw", "short"])
def test_vacancies_against_the_rows_themselves(path: Path) -> None:
    """Oracle: the project's vacancy, worked out here from the row alone."""
    key, beds, people, *households = ORACLE[path]
    rows = {row[key]: row for row in dicts(path)}
    found = load(path.read_bytes())
    by_provider: dict[str, list[Any]] = {}
    for pool in found.pools:
        by_provider.setdefault(pool.provider_id, []).append(pool)
    checked: Counter[str] = Counter()
    for one in found.providers:
        row = rows[one.provider_id if path is SHORT else one.provider_id.split("-")[1]]
        total = int(row[beds])
        count = int(float(row[people])) if row[people] else None
        parts = [int(float(row[name] or 0)) for name in households]
        pools = by_provider[one.provider_id]
        assert one.licensed_capacity == total
        assert one.residents == count
        assert len(pools) == max(1, sum(part > 0 for part in parts))
        if count is None:
            assert all(pool.beds_available is None for pool in pools)
            checked["unknown"] += 1
        elif len(pools) == 1:
            assert pools[0].beds_available == max(0, total - count)
            checked["one"] += 1
        else:
            known = {pool.beds_available for pool in pools}
            if count >= total:
                assert known == {0}
            elif count == 0:
                assert [pool.beds_available for pool in pools] == [b for b in parts if b]
            else:
                assert known == {None}
            checked["several"] += 1
    assert min(checked["one"], checked["several"]) >= 2
    assert checked["unknown"] >= 2 or path is RAW  # uncounted ones there are not open yet


def test_the_short_extract_loads_whole() -> None:
    found = load(SHORT.read_bytes())
    assert found.format == "hud-hic-extract"
    assert found.counts.loaded == found.counts.read == len(dicts(SHORT))
    violence = {row["id"] for row in dicts(SHORT) if row["dv"] == "True"}
    assert {p.provider_id for p in found.providers if p.confidential} == violence
    assert {p.county for p in found.providers} - {None} <= {
        r["county_fips"] for r in dicts(SHORT)
    }
    assert {pool.as_of for pool in found.pools} == {datetime(2014, 1, 29, tzinfo=UTC)}


def test_domestic_violence_is_confidential_and_unknown_stays_unknown() -> None:
    rows = {row["Row #"]: row for row in dicts(RAW)}
    for one in load(RAW.read_bytes()).providers:
        target = rows[one.provider_id.split("-")[1]]["Target Population B"]
        assert one.domestic_violence == {"DV": True, "": None}.get(target, False)
        assert one.confidential == (True if target == "DV" else None)
        assert one.victim_service_provider is None
        assert one.licence_status is None
        assert one.data_origin is w.DataOrigin.PUBLIC


def project(**changes: str) -> bytes:
    """Return a one-row file of a later year."""
    row = {
        "Row #": "1", "CocState": "FL", "CoC": "Leon County CoC", "Coc\\ID": "1",
        "HudNum": "FL-506", "year": "2023", "Organization Name": "Org", "Project ID": "77",
        "Project Name": "Proj", "Project Type": "ES", "Geo Code": "129073",
        "Inventory Type": "C", "Target Population": "NA", "Victim Service Provider": "0",
        "address1": "12 Elm St", "city": "Tallahassee", "zip": "32301",
        "Beds HH w/ Children": "4", "Beds HH w/o Children": "6",
        "Beds HH w/ only Children": "", "Year-Round Beds": "10", "Total Seasonal Beds": "1",
        "O/V Beds": "", "PIT Count": "5", "Total Beds": "11", "HIC Date": "1/25/2023",
    } | changes  # fmt: skip
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([row.keys(), row.values()])
    return out.getvalue().encode()


def test_a_later_year_with_addresses() -> None:
    found = load(project(**{"Victim Service Provider": "1"}))
    (one,) = found.providers
    assert (one.victim_service_provider, one.confidential) == (True, True)
    assert one.provider_id == "HIC2023-1"
    assert one.name == "Org - Proj"
    assert {pool.as_of for pool in found.pools} == {datetime(2023, 1, 25, tzinfo=UTC)}
    dropped = {entry.column for entry in found.not_kept if entry.private}
    assert dropped >= {"address1", "city", "zip"}
    assert "Elm" not in repr(found)
    assert "32301" not in repr(found)


@pytest.mark.parametrize(
    ("changes", "county"),
    [
        ({"Geo Code": "129073"}, "12073"),
        ({"Geo Code": "129999", "CoC": "X", "zip": ""}, None),
        ({"Geo Code": "121234", "CoC": "Tallahassee/Leon County CoC", "zip": ""}, "12073"),
        ({"Geo Code": "121234", "CoC": "Florida Balance of State", "zip": "32301"}, "12073"),
        ({"Geo Code": "139121", "CoC": "", "zip": ""}, None),
        ({"Geo Code": "19001", "CocState": "AL", "zip": ""}, "01001"),
    ],
)
def test_counties(changes: dict[str, str], county: str | None) -> None:
    (one,) = load(project(**changes)).providers
    assert one.county == county


@pytest.mark.parametrize(
    ("name", "county"),
    [
        ("Columbus/Franklin County CoC", "39049"),
        ("Cook County CoC", None),
        ("Cincinnati/Hamilton County", "39061"),
        ("Franklin, Delaware Counties CoC", None),
        ("Dayton, Kettering/Montgomery County CoC", None),
        ("Ohio Balance of State CoC", None),
    ],
)
def test_counties_of_continuums(name: str, county: str | None) -> None:
    assert hic_place.from_coc_name(name, "OH") == county


def test_a_continuum_of_a_county_is_not_the_citys_that_shares_its_name() -> None:
    assert hic_place.from_coc_name("Baltimore County CoC", "MD") == "24005"
    assert hic_place.from_coc_name("St. Louis County CoC", "MO") == "29189"


@given(st.integers(1, 56), st.integers(1, 999), st.booleans())
def test_geo_codes_survive_a_lost_zero(state: int, county: int, lost: bool) -> None:
    code = f"{state:02d}9{county:03d}"
    found = hic_place.from_geo_code(code.lstrip("0") if lost else code)
    assert found in {None, f"{state:02d}{county:03d}"}
    assert hic_place.from_geo_code(f"{state:02d}3{county:03d}") is None


def test_a_total_that_is_missing_is_the_sum_and_a_bad_number_is_unknown() -> None:
    (one,) = load(project(**{"Total Beds": ""})).providers
    assert one.licensed_capacity == 11
    found = load(project(**{"PIT Count": "about five"}))
    assert found.providers[0].residents is None
    assert [i.code for i in found.issues if i.row] == [Code.NOT_A_NUMBER]
    assert all(i.severity is Severity.WARNING for i in found.issues)
    nothing = dict.fromkeys(
        ("Total Beds", "Year-Round Beds", "Beds HH w/ Children", "Beds HH w/o Children"), ""
    )
    bare = load(project(**nothing))
    assert bare.providers[0].licensed_capacity is None
    assert [(p.beds_licensed, p.beds_available) for p in bare.pools] == [(None, None)]


def test_the_night_is_assumed_only_where_it_is_missing() -> None:
    said = load(project(**{"HIC Date": ""}))
    assert said.pools[0].as_of == datetime(2023, 1, 25, tzinfo=UTC)
    assert any("last Wednesday of January" in text for text in said.decisions)
    assert not any("last Wednesday" in text for text in load(project()).decisions)
    assert load(project(year="", **{"HIC Date": ""})).pools[0].as_of is None


def test_repeated_and_contradicting_rows() -> None:
    row = project().decode().splitlines()
    same = load("\n".join([*row, row[1]]).encode())
    assert (same.counts.loaded, same.counts.left_out) == (1, 1)
    other = row[1].replace(",11,", ",12,")
    assert other != row[1]
    differ = load("\n".join([*row, other, row[1], other]).encode())
    assert differ.providers == differ.pools == ()
    assert differ.counts.read == 4
    assert differ.counts.set_aside + differ.counts.left_out == 4


def test_a_missing_type_is_set_aside_and_no_place_at_all_is_refused() -> None:
    found = load(project(**{"Project Type": ""}))
    assert found.counts.set_aside == 1
    with pytest.raises(InputError, match="no emergency shelter"):
        load(project(**{"Project Type": "PSH"}))
    with pytest.raises(InputError, match="list of providers"):
        load_referrals(project(), "hic.csv")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ES", w.PlacementType.EMERGENCY_SHELTER),
        ("es", w.PlacementType.EMERGENCY_SHELTER),
        ("ES - Entry/Exit", w.PlacementType.EMERGENCY_SHELTER),
        ("Emergency Shelter (ES)", w.PlacementType.EMERGENCY_SHELTER),
        ("TH", w.PlacementType.TRANSITIONAL),
        ("Safe Haven", w.PlacementType.SAFE_HAVEN),
        ("PSH", None),
        ("RRH", None),
        ("OPH", None),
        ("", None),
    ],
)
def test_project_types(text: str, kind: w.PlacementType | None) -> None:
    assert placement_type(text) is kind


def test_ages_households_and_genders_follow_the_definitions() -> None:
    parts = {"families": 4, "adults": 3, "minors": 2}
    stock = Inventory(parts, 9, 4, "SFHC", False, None)
    families, adults, minors = stock.pools("P")
    assert (families.age_min, families.age_max, families.genders) == (None, None, None)
    assert families.households == {w.Household.WITH_CHILDREN}
    assert (adults.age_min, adults.age_max) == (18, None)
    assert adults.genders == {w.Gender.FEMALE}
    assert (minors.age_min, minors.age_max) == (None, 17)
    assert adults.households == minors.households == {w.Household.ALONE}
    youth = Inventory(parts, 9, 4, "YMF", True, None).pools("P")
    assert [pool.age_max for pool in youth] == [24, 24, 17]
    assert Inventory(parts, 9, 4, "CO", False, None).pools("P")[1].genders is None


@given(
    st.fixed_dictionaries(
        dict.fromkeys(("families", "adults", "minors"), st.none() | st.integers(0, 9))
    ),
    st.none() | st.integers(0, 30),
    st.none() | st.integers(0, 40),
)
def test_beds_are_never_made_up(
    parts: dict[str, int | None], total: int | None, count: int | None
) -> None:
    pools = Inventory(parts, total, count, "", False, None).pools("P")
    known = [pool.beds_available for pool in pools if pool.beds_available is not None]
    if total is None or count is None:
        assert [k for k in known if k] == [] or count == 0
    elif count >= total:
        assert set(known) == {0}
    if len(pools) == 1 and total is not None and count is not None:
        assert known == [max(0, total - count)]
    if len(pools) > 1 and count and total is not None and count < total:
        assert known == []


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("YF", "", None, None), True),
        (("SMF", "1", 10, 10), True),
        (("SMF", "1", 4, 10), False),
        (("SMF", "", 10, 10), False),
        (("SMF", "2", None, 10), False),
        (("SMF", "2", 0, 0), False),
    ],
)
def test_youth_programmes(arguments: tuple[Any, ...], expected: bool) -> None:
    assert youth_only(*arguments) is expected


def test_other_sheets_are_not_taken_for_an_inventory() -> None:
    assert recognise(Sheet("", [["provider_id", "beds_available"], ["P1", "2"]])) is None
    counts = ["CoC Number", "Total Year-Round Beds (ES)", "PIT Count"]
    assert recognise(Sheet("", [counts])) is None
    assert recognise(Sheet("", [])) is None
