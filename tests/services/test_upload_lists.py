"""What an upload would change, in the lists of a page."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime

import pytest

from matching.domain import geography
from matching.domain import words as w
from matching.services import upload_lists as the
from matching.services.upload_compare import compare
from matching.services.upload_records import (
    BED_POOL,
    PROVIDER,
    REFERRAL,
    Where,
    key_of,
    kind_name,
)
from tests.builders import known_home, known_pool, known_referral
from tests.services.uploads_made import homes_upload, people_upload, real, upload

HOMES = real([known_home("P1", name="Oak"), known_home("P2", name="Elm")])
POOLS = [known_pool("P1", age_min=12), known_pool("P2", age_min=12)]


@pytest.fixture
def seen(sqlite_desk):
    """A desk with two homes on record."""
    upload(sqlite_desk, homes_upload(HOMES, POOLS))
    return sqlite_desk


@pytest.mark.parametrize(
    ("attribute", "value", "said"),
    [
        ("name", None, ""),
        ("name", "Oak", "Oak"),
        ("intake_24_7", False, "no"),
        ("licence_expires", date(2026, 3, 11), "11 Mar 2026"),
        ("placement_type", w.PlacementType.FOSTER_HOME, "foster home"),
        ("county", "12073", "Leon County, FL"),
        ("service_area", frozenset({"12073"}), "Leon County, FL"),
        ("capabilities", frozenset(), "none"),
        ("languages", frozenset({"en", "es"}), "en; es"),
        ("licensed_capacity", 0, "0"),
    ],
)
def test_a_fact_is_said_in_words(sqlite_desk, attribute, value, said):
    where = Where(PROVIDER, ("P1",), attribute)
    assert the.in_words(sqlite_desk, where, value) == said


def test_of_many_counties_a_few_are_named(sqlite_desk):
    every = frozenset(one.fips for one in geography.load().counties if one.state == "FL")
    said = the.in_words(sqlite_desk, Where(PROVIDER, ("P1",), "service_area"), every)
    assert said.endswith(f" and {len(every) - 6} more")
    assert said.count(";") == 5


def test_a_moment_is_said_in_the_time_of_the_office(sqlite_desk):
    where = Where(BED_POOL, ("B1", "P1"), "as_of")
    moment = datetime(2026, 11, 3, 22, 41, tzinfo=UTC)
    local = sqlite_desk.local(moment)
    assert the.in_words(sqlite_desk, where, moment) == f"{local.day} Nov 2026, {local:%H:%M}"


@pytest.mark.parametrize("record", [known_home(), known_pool(), known_referral()])
def test_every_fact_of_every_record_can_be_said(sqlite_desk, record):
    for one in fields(record):
        where = Where(kind_name(record), key_of(record), one.name)
        said = the.in_words(sqlite_desk, where, getattr(record, one.name))
        assert said or getattr(record, one.name) in (None, "")
        assert "Training(" not in said
        assert "frozenset" not in said


def test_every_fact_that_changes_is_one_line_with_before_and_after(seen):
    changed = replace(HOMES[0], name="Birch", licensed_capacity=None)
    found = compare(seen, homes_upload([changed, HOMES[1]], POOLS))
    lines = the.change_lines(seen, found.changed)
    assert [(one.label, one.before, one.after) for one in lines] == [("name", "Oak", "Birch")]


def test_what_loosens_safety_is_grouped_and_nothing_is_lost(seen):
    wider = [replace(one, age_min=5) for one in POOLS]
    found = compare(seen, homes_upload(HOMES, wider))
    groups = the.looser_groups(seen, found.loosening)
    assert frozenset().union(*(one.wheres for one in groups)) == found.to_confirm
    (group,) = [one for one in groups if one.label == "youngest age" or "age" in one.label]
    assert [(one.before, one.after) for one in group.lines] == [("12", "5")] * 2


def test_a_group_is_another_one_as_soon_as_any_fact_of_it_is(seen):
    def ident(age: int) -> set[str]:
        wider = [replace(POOLS[0], age_min=age), POOLS[1]]
        found = compare(seen, homes_upload(HOMES, wider))
        return {one.ident for one in the.looser_groups(seen, found.loosening)}

    assert ident(5) == ident(5)
    assert not ident(5) & ident(6)


def test_new_records_and_those_the_file_lacks_are_named(seen):
    more = real([known_home("P3", name="Ash")])
    found = compare(seen, homes_upload(more, [known_pool("P3")]))
    assert the.new_names(found)[0] == "Ash"
    assert [one.name for one in the.gone_records(found)] == ["Elm", "Oak"]


def test_people_are_named_by_their_case(sqlite_desk):
    found = compare(sqlite_desk, people_upload(real([known_referral("R-7")])))
    assert the.new_names(found) == ("Case R-7",)
    assert the.gone_records(found) == ()
    assert all(one.kind == REFERRAL for one in found.new)
