"""Whom to call about beds, in what order, and what becomes of the answers."""

from __future__ import annotations

import csv
import dataclasses
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.domain import words as w
from matching.domain.access import Action, Role
from matching.domain.errors import InputError, NotFound, PermissionDenied
from matching.services.attention import is_stale
from matching.services.matching import run_plan
from matching.services.phone_round import PAGE, confirm_beds, phone_round, phone_round_csv
from matching.services.upload_undo import batches, undo
from tests import strategies
from tests.builders import NOW, ago, day, known_home, known_pool, known_referral
from tests.services.conftest import as_role
from tests.services.planned import HOMES, PEOPLE, POOLS, desk_at, set_record
from tests.services.uploads_made import everything, homes_upload, upload

OAK = known_home("P1", name="Oak House", contact="555 0100 desk")


@pytest.fixture
def desk(store):
    return desk_at(store)


@pytest.fixture
def quick(sqlite_store):
    return desk_at(sqlite_store)


def events(desk):
    with desk.store.reading() as record:
        assert record.audit.verify() == []
        return record.audit.events()


def test_only_old_or_undated_news_is_asked_about_the_oldest_first(quick):
    homes = [known_home(f"P{k}", name=f"Home {k}") for k in range(1, 5)]
    news = [ago(hours=2), ago(hours=30), None, ago(hours=90)]
    pools = [known_pool(f"P{k}", as_of=at) for k, at in enumerate(news, 1)]
    set_record(quick, homes, pools, [])
    found = phone_round(quick)
    assert [(one.provider_id, one.hours) for one in found.calls] == [
        ("P3", None), ("P4", 90), ("P2", 30),
    ]  # fmt: skip
    assert found.sentence == (
        "3 of 4 vacancies have not been confirmed lately. "
        "None of them matters to the last plan."
    )
    assert (found.more, found.vacancies, found.as_of) == (0, 4, NOW)


def test_what_the_last_plan_needs_comes_first(quick):
    old = [dataclasses.replace(pool, as_of=ago(hours=30)) for pool in POOLS]
    old[3] = dataclasses.replace(old[3], as_of=None)
    set_record(quick, HOMES, old, PEOPLE)
    plan = run_plan(quick)
    rows = [plan.run.problem.pool_keys[k][0] for k in plan.run.plan.pool.tolist()]
    calls = phone_round(quick).calls
    assert {one.provider_id: one.proposed for one in calls if one.proposed} == {
        name: rows.count(name) for name in set(rows)
    }
    counts = [one.proposed for one in calls]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 0
    assert all(one.asked == one.proposed for one in calls)
    sheet = csv.DictReader(
        io.StringIO(phone_round_csv(quick, phone_round(quick)).decode("utf-8-sig"))
    )
    needed = {row["provider"] for row in sheet if row["needed by the last plan"] == "yes"}
    assert needed == set(rows)
    assert calls[0].sentence.endswith(
        "planned match needs it." if counts[0] == 1 else "planned matches need it."
    )


def test_a_place_without_a_licence_comes_last(quick):
    shut = known_home("P2", licence_status=w.LicenceStatus.REVOKED)
    set_record(quick, [OAK, shut, known_home("P3", licence_expires=day(-1))],
               [known_pool("P1", as_of=ago(hours=25)), known_pool("P2", as_of=None),
                known_pool("P3", as_of=None)], [])  # fmt: skip
    assert phone_round(quick).calls[0].provider_id == "P1"


def test_each_line_says_what_was_said_last_and_by_whom(quick):
    pools = [
        known_pool("P1", "B1", pool_name="girls' floor", as_of=ago(hours=48),
                   confirmed_by="intake desk"),
        known_pool("P1", "B2", beds_available=None, beds_accepting=None, as_of=None),
        known_pool("P1", "B3", beds_available=1, as_of=None),
    ]  # fmt: skip
    set_record(quick, [OAK], pools, [])
    said = {one.pool_id: one.sentence for one in phone_round(quick).calls}
    assert said["B1"] == (
        "Oak House, girls' floor: 2 beds said to be free, "
        "confirmed on 1 Nov 2026 at 22:41 by intake desk."
    )
    assert said["B2"] == (
        "Oak House, B2: nobody has said how many beds are free, never confirmed."
    )
    assert said["B3"] == "Oak House, B3: 1 bed said to be free, never confirmed."


def test_the_list_is_one_page_and_the_rest_is_counted(quick):
    pools = [known_pool("P1", f"B{k:02}", as_of=None) for k in range(PAGE + 4)]
    set_record(quick, [OAK], pools, [])
    found = phone_round(quick)
    assert (len(found.calls), found.more) == (PAGE, 4)
    assert len(phone_round(quick, 3).calls) == 3


def test_where_all_is_fresh_it_says_so(quick):
    set_record(quick, [OAK], [known_pool("P1", as_of=NOW)], [])
    assert phone_round(quick).sentence == "Every vacancy has been confirmed lately."


def test_the_sheet_runs_no_formula_and_is_on_the_audit(quick):
    set_record(quick, [dataclasses.replace(OAK, name="=1+1")], [known_pool(as_of=None)], [])
    data = phone_round_csv(quick, phone_round(quick))
    titles, line = csv.reader(io.StringIO(data.decode("utf-8-sig")))
    assert titles[-2:] == ["beds free now", "who said so"]
    assert line[:4] == ["P1", "B1", "'=1+1, B1", "555 0100 desk"]
    assert line[4:] == ["no", "2", "never", "", "", ""]
    assert events(quick)[-1].details == {"bed_pools": 1}


@given(available=st.integers(0, 3), pool=strategies.pools("P1", pool_id="B1"))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_answer_is_fresh_and_changes_nothing_else(desk, available, pool):
    pool = dataclasses.replace(pool, beds_licensed=3)
    set_record(desk, [OAK], [pool], [])
    number = len(events(desk))
    done = confirm_beds(desk, "P1", "B1", available, "intake desk")
    (after,) = everything(desk)[1]
    assert after == done.pool == dataclasses.replace(
        pool, beds_available=available, as_of=NOW, confirmed_by="intake desk"
    )  # fmt: skip
    assert not is_stale(after, NOW, 1)
    assert done.free == after.free
    (event,) = events(desk)[number:]
    assert (event.action, event.object_id) == (Action.CONFIRM_BEDS, "P1/B1")
    assert event.details["available"] == available
    assert phone_round(desk).calls == ()


def test_an_answer_is_said_back(quick):
    set_record(quick, [OAK], [known_pool(as_of=None)], [])
    done = confirm_beds(quick, "P1", "B1", 2, " intake desk ")
    assert done.sentence == "Oak House, B1: 2 beds free, confirmed at 22:41 by intake desk."
    set_record(quick, [OAK], [known_pool(beds_occupied=2)], [])
    done = confirm_beds(quick, "P1", "B1", 2, "intake desk")
    assert done.free == 1
    assert done.sentence.endswith(
        "Only 1 can be used: of 3 beds open to referrals, 2 are occupied or held. "
        "Correct those numbers too."
    )


@pytest.mark.parametrize("available", [-1, 4, 10**9])
def test_an_impossible_number_is_refused(quick, available):
    set_record(quick, [OAK], [known_pool()], [])
    with pytest.raises(InputError, match="not a number of beds from 0 to 3"):
        confirm_beds(quick, "P1", "B1", available, "intake desk")


@pytest.mark.parametrize("by", ["", "  ", "kim@example.org", "305-555-1234", "x" * 70])
def test_who_confirmed_is_no_private_person(quick, by):
    set_record(quick, [OAK], [known_pool()], [])
    before = everything(quick)
    with pytest.raises(InputError, match="a role or an account"):
        confirm_beds(quick, "P1", "B1", 1, by)
    assert everything(quick) == before


def test_a_bed_pool_that_is_not_there_is_not_found(quick):
    set_record(quick, [OAK], [known_pool()], [])
    with pytest.raises(NotFound, match="no such bed pool"):
        confirm_beds(quick, "P2", "B1", 1, "intake desk")


def test_who_may_do_what(quick):
    set_record(quick, [OAK], [known_pool(as_of=None)], [])
    worker, licensing = as_role(quick, Role.WORKER), as_role(quick, Role.LICENSING)
    assert confirm_beds(worker, "P1", "B1", 1, "intake desk").free == 1
    with pytest.raises(PermissionDenied):
        confirm_beds(licensing, "P1", "B1", 1, "intake desk")
    page = phone_round(licensing)
    with pytest.raises(PermissionDenied):
        phone_round_csv(licensing, page)
    with pytest.raises(PermissionDenied):
        phone_round(as_role(quick, Role.AUDITOR))


def test_an_answer_is_no_upload_but_stands_in_the_way_of_undoing_one(quick):
    set_record(quick, [OAK], [known_pool()], [known_referral()])
    one = homes_upload([OAK], [known_pool(beds_available=1, as_of=ago(hours=1))])
    done = upload(quick, one)
    confirm_beds(quick, "P1", "B1", 2, "intake desk")
    assert "confirmation" not in {line.format for line in batches(quick)}
    found = undo(quick, done.batch)
    assert not found.done
    assert set(found.conflicts[0].fields) == {"beds_available", "as_of"}
