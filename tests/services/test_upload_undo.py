"""An upload is taken back whole, or what stands in the way is said."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.domain.access import Action, Role
from matching.domain.casework import StayEnd, StayState
from matching.domain.errors import ConflictError, NotFound, PermissionDenied
from matching.domain.sites import opened_by
from matching.domain.words import DataOrigin, Presence
from matching.services import decisions as d
from matching.services import placing
from matching.services.choosing import Wish, try_out
from matching.services.intake import load_sample
from matching.services.matching import run_plan
from matching.services.upload_compare import compare
from matching.services.upload_sample import CASEWORK
from matching.services.upload_undo import batches, undo
from tests import strategies
from tests.builders import TODAY, known_home, known_pool, known_referral
from tests.services.casework import beds as free_beds
from tests.services.casework import desk_of, oak, on_record, people
from tests.services.conftest import as_role
from tests.services.planned import HOMES, PEOPLE, POOLS, accept, desk_at, set_record
from tests.services.uploads_made import (
    everything,
    homes_upload,
    people_upload,
    put,
    real,
    upload,
)

OAK, BEDS, GIRL = known_home("P1", name="Oak House"), known_pool("P1"), known_referral("R1")
#: Files that nothing else brings to the same record: neither another example of a test,
#: nor set_record, whose file is number 0.
FILES = itertools.count(1)
SHARED = settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def desk(store):
    return desk_at(store)


@pytest.fixture
def office(desk):
    set_record(desk, [OAK], [BEDS], [GIRL])
    return desk


def beds(**facts):
    return dataclasses.replace(BEDS, **facts)


def new_file():
    return f"{next(FILES):064d}"


def pools_upload(*pools):
    return homes_upload([OAK], pools)


@given(
    first=strategies.inventories(max_providers=3),
    second=strategies.inventories(max_providers=3),
)
@SHARED
def test_after_undoing_the_record_is_as_before(desk, first, second):
    set_record(desk, real(first[0]), first[1], [GIRL])
    before = everything(desk)
    done = upload(desk, homes_upload(real(second[0]), second[1], sha256=new_file()))
    after = everything(desk)
    # The list's word closes a compromised site; only two people open it again.
    opened = {
        (then.provider_id,)
        for now in after[0]
        for then in before[0]
        if now.provider_id == then.provider_id and opened_by(now, then, TODAY)
    }
    came = undo(desk, done.batch)
    assert {one.key for one in came.conflicts} == opened
    assert came.done is (not opened)
    assert everything(desk) == (after if opened else before)


@given(first=strategies.referral_lists(), second=strategies.referral_lists())
@SHARED
def test_the_same_of_referrals(desk, first, second):
    set_record(desk, [OAK], [BEDS], real(first))
    before = everything(desk)
    done = upload(desk, people_upload(real(second), sha256=new_file()))
    assert undo(desk, done.batch).done
    assert everything(desk) == before


FIELDS = ("age_min", "age_max", "beds_licensed")
CHANGE = st.dictionaries(st.sampled_from(FIELDS), st.integers(1, 3), min_size=1)
STEPS = st.lists(
    st.tuples(st.just("upload"), st.sampled_from(["B1", "B2"]), CHANGE)
    | st.tuples(st.just("undo"), st.integers(0, 6), st.none()),
    max_size=9,
)


@given(steps=STEPS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_uploads_and_undoing_does_what_a_list_of_changes_would(
    sqlite_store, steps
):
    desk = desk_at(sqlite_store)
    home = known_home("P1")
    start = {"age_min": 9, "age_max": 20, "beds_licensed": 4}
    set_record(desk, [home], [known_pool("P1", "B1", **start)], [])
    now = {("B1", name): value for name, value in start.items()}
    made: list[dict] = []
    for what, one, change in steps:
        if what == "upload":
            new = (one, "age_min") not in now
            facts = {**start, **change} if new else change
            pool = (
                known_pool("P1", one, **facts)
                if new
                else dataclasses.replace(known_pool("P1", one), **dict.fromkeys(FIELDS) | facts)
            )
            before = dict(now)
            now |= {(one, name): value for name, value in facts.items()}
            moved = {k for k in now if now[k] != before.get(k)}
            done = upload(desk, homes_upload([home], [pool], sha256=new_file()))
            made.append(
                {"batch": done.batch, "before": before, "moved": moved,
                 "added": one if new else None, "on": True}
            )  # fmt: skip
        elif one < len(made) and made[one]["on"]:
            mine = made[one]
            pool_of = {key[0] for key in mine["moved"]}
            blocked = any(
                other["on"]
                and (other["moved"] & mine["moved"]
                     or (mine["added"] in {key[0] for key in other["moved"]}))
                for other in made[one + 1 :]
            )  # fmt: skip
            line = next(x for x in batches(desk, 10**6) if x.number == mine["batch"])
            assert line.may_undo is not blocked
            found = undo(desk, mine["batch"])
            assert found.done is not blocked
            assert bool(found.conflicts) is blocked
            if not blocked:
                mine["on"] = False
                for key in mine["moved"]:
                    if key in mine["before"]:
                        now[key] = mine["before"][key]
                    else:
                        del now[key]
                assert pool_of <= {"B1", "B2"}
        stored = {
            (pool.pool_id, name): getattr(pool, name)
            for pool in everything(desk)[1]
            for name in FIELDS
        }
        assert stored == now


def test_undoing_is_said_and_is_one_event(office):
    done = upload(office, homes_upload([OAK, known_home("P2")], [beds(age_max=16)]))
    found = undo(office, done.batch)
    assert found.sentence == (
        f"Upload {done.batch} was undone: 1 record is as before, "
        "1 that it added is off the record."
    )
    with office.store.reading() as record:
        assert record.audit.verify() == []
        event = record.audit.events()[-1]
        batch = record.batches.get(done.batch)
    assert (event.action, event.reason) == (Action.UPLOAD_PROVIDERS, "undone")
    assert event.details == {"restored": 1, "removed": 1}
    assert batch.undone_by == "tester"
    with pytest.raises(ConflictError, match=r"undone on 3 Nov 2026 by tester"):
        undo(office, done.batch)


def test_a_later_change_of_the_same_field_stands_in_the_way(office):
    first = upload(office, pools_upload(beds(age_max=16, age_min=11)))
    upload(office, pools_upload(beds(age_max=15, age_min=11)))
    before = everything(office)
    found = undo(office, first.batch)
    assert not found.done
    (one,) = found.conflicts
    assert (one.kind, one.key, one.fields) == ("bed_pool", ("B1", "P1"), ("age_max",))
    assert found.sentence == (
        "Nothing was changed. It cannot be undone: 1 record was touched since. "
        "Oak House, B1: oldest age changed by tester on 3 Nov 2026."
    )
    assert everything(office) == before


def test_set_back_to_the_same_value_it_was_touched_all_the_same(office):
    first = upload(office, pools_upload(beds(age_max=16)))
    upload(office, pools_upload(beds(age_max=15)))
    upload(office, pools_upload(beds(age_max=16)))
    assert not undo(office, first.batch).done


def test_a_later_change_of_another_field_stays(office):
    first = upload(office, pools_upload(beds(age_max=16)))
    second = upload(office, pools_upload(beds(age_max=16, age_min=11)))
    assert undo(office, first.batch).done
    assert everything(office)[1] == (beds(age_min=11),)
    assert undo(office, second.batch).done
    assert everything(office)[1] == (BEDS,)


def test_what_somebody_wrote_without_an_upload_stands_in_the_way(office):
    first = upload(office, pools_upload(beds(age_max=16)))
    set_record(office, [OAK], [beds(age_max=12)], [GIRL])
    assert not undo(office, first.batch).done


def test_a_record_that_is_gone_cannot_go_back(office):
    first = upload(office, pools_upload(beds(age_max=16)))
    set_record(office, [OAK], [], [GIRL])
    found = undo(office, first.batch)
    assert not found.done
    assert [one.key for one in found.conflicts] == [("B1", "P1")]


def test_a_record_that_was_added_and_changed_since_stays(office):
    added = upload(office, homes_upload([known_home("P2", name="Elm")], [known_pool("P2")]))
    later = upload(office, homes_upload([known_home("P2", name="Elm House")]))
    found = undo(office, added.batch)
    assert not found.done
    assert "Elm House was added by this upload and changed by tester" in found.sentence
    assert undo(office, later.batch).done
    assert undo(office, added.batch).done


def test_a_provider_to_which_others_added_beds_stays(office):
    added = upload(office, homes_upload([known_home("P2", name="Elm House")]))
    upload(office, homes_upload([known_home("P2", name="Elm House")], [known_pool("P2")]))
    found = undo(office, added.batch)
    assert [one.sentence for one in found.conflicts] == [
        "Elm House was added by this upload, and beds were added to it since."
    ]


def test_a_decision_in_force_keeps_what_it_names(desk):
    set_record(desk, HOMES[:1], POOLS[:1], PEOPLE)
    added = upload(desk, homes_upload(HOMES[1:2], POOLS[1:2]))
    plan = run_plan(desk)
    assert {line.number: line.may_undo for line in batches(desk)}[added.batch] is True
    accept(desk, try_out(desk, plan, Wish(d.force("R1", "P2"))))
    found = undo(desk, added.batch)
    assert [one.sentence for one in found.conflicts] == [
        "A decision in force names provider P2, which this upload added."
    ]
    (line, *_) = batches(desk)
    assert (line.number, line.may_undo) == (added.batch, False)
    assert line.why_not == (
        "It cannot be undone: a decision in force names provider P2, which this upload added."
    )


def test_the_list_of_uploads_is_newest_first_with_whether_each_may_be_undone(office):
    first = upload(office, pools_upload(beds(age_max=16)))
    second = upload(office, pools_upload(beds(age_max=15)), keep=())
    people = upload(office, people_upload([known_referral("R2")]))
    undo(office, people.batch)
    third, two, one, *_ = batches(office)
    assert (third.number, third.kind, third.undone_by) == (people.batch, "referrals", "tester")
    assert (third.may_undo, third.why_not) == (
        False,
        "The upload was undone on 3 Nov 2026 by tester.",
    )
    assert (two.number, two.may_undo, two.why_not) == (second.batch, True, "")
    assert (one.number, one.may_undo) == (first.batch, False)
    assert one.why_not == (
        "It cannot be undone: the same facts were changed since, last by tester on 3 Nov 2026."
    )
    assert two.counts["pools_changed"] == 1
    assert batches(office, limit=1) == (third,)


def test_the_list_names_only_what_the_actor_may_upload(office):
    upload(office, pools_upload(beds(age_max=16)))
    upload(office, people_upload([known_referral("R2")]))
    kinds = {line.kind for line in batches(as_role(office, Role.MANAGER))}
    assert kinds == {"providers"}
    assert {line.kind for line in batches(as_role(office, Role.WORKER))} == {"referrals"}
    with pytest.raises(PermissionDenied):
        batches(as_role(office, Role.AUDITOR))


def test_undoing_needs_the_right_to_upload(office):
    done = upload(office, pools_upload(beds(age_max=16)))
    before = everything(office)
    with pytest.raises(PermissionDenied):
        undo(as_role(office, Role.WORKER), done.batch)
    assert everything(office) == before


def test_only_uploads_of_files_are_undone(desk):
    sample = dataclasses.replace(OAK, data_origin=DataOrigin.SAMPLE)
    load_sample(desk, (sample,), (BEDS,), (), "0" * 64)
    assert batches(desk) == ()
    for number in (1, 404):
        with pytest.raises(NotFound, match="no upload number"):
            undo(desk, number)


@pytest.mark.parametrize("role", [Role.LOCAL, Role.WORKER])
def test_what_work_on_a_case_changed_is_not_undone_from_here(sqlite_store, role):
    on_record(sqlite_store, [oak()], [free_beds(1)], people(2))
    desk = desk_of(sqlite_store, role)
    lives = placing.start(desk, "R1", provider_id="H1", pool_id="P", expected_version=0)
    placing.leave(desk, lives.id, StayState.MISSING, expected_version=1)
    placing.end(
        desk, lives.id, StayEnd.MISSING, needs_place=True, lessons=["not_here"],
        expected_version=2,
    )  # fmt: skip
    with sqlite_store.reading() as record:
        made = [one for one in record.batches.list() if one.actor == desk.actor.name]
        version = record.data_version()
    assert {one.file_format for one in made} == {CASEWORK}
    assert len(made) == 2
    assert not {one.id for one in made} & {line.number for line in batches(desk)}
    for one in made:
        with pytest.raises(NotFound, match="no upload number"):
            undo(desk, one.id)
    with sqlite_store.reading() as record:
        assert record.data_version() == version
        assert record.referrals.get("R1").presence is Presence.MISSING
        assert record.referrals.get("R1").avoid_providers == {"H1"}


def test_the_sample_does_not_come_back(desk):
    sample = dataclasses.replace(OAK, data_origin=DataOrigin.SAMPLE)
    load_sample(desk, (sample,), (BEDS,), (), "0" * 64)
    done = upload(desk, homes_upload([OAK], [BEDS]))
    assert done.sample_removed == 1
    assert undo(desk, done.batch).done
    assert everything(desk) == ((), (), ())


def test_what_was_undone_can_be_uploaded_again(office):
    one = pools_upload(beds(age_max=16))
    first = upload(office, one)
    undo(office, first.batch)
    again = upload(office, one)
    assert again.batch > first.batch
    assert again.already is None


def test_a_comparison_made_before_undoing_is_of_an_older_record(office):
    first = upload(office, pools_upload(beds(age_max=16)))
    found = compare(office, pools_upload(beds(age_max=14)))
    undo(office, first.batch)
    with pytest.raises(ConflictError, match="Somebody else changed"):
        put(office, found)


def test_an_error_in_the_middle_of_undoing_leaves_everything(office, monkeypatch):
    done = upload(office, homes_upload([OAK, known_home("P2")], [beds(age_max=16)]))
    before = everything(office)

    def broken(*_args, **_kwargs):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("matching.store.repositories.AuditLog.append", broken)
    with pytest.raises(RuntimeError):
        undo(office, done.batch)
    monkeypatch.undo()
    assert everything(office) == before
    assert undo(office, done.batch).done


def test_undoing_a_list_never_opens_a_site_that_it_closed(office):
    closed = dataclasses.replace(OAK, compromised_until=TODAY + timedelta(days=30))
    done = upload(office, homes_upload([closed], [BEDS]))
    came = undo(office, done.batch)
    assert not came.done
    assert "compromised: two different people must clear it first" in came.sentence
    assert everything(office)[0] == (closed,)
