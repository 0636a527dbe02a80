"""The smallest changes for somebody without a place: found, stopped, refused, tried out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matching.domain import words as w
from matching.domain.access import Actor, Role
from matching.domain.errors import ConflictError, NotFound, PermissionDenied
from matching.engine.effort import Effort
from matching.insight.attempts import ChangeKind
from matching.services import smallest
from matching.services.choosing import Wish, try_out
from matching.services.decisions import Kind, Reason
from matching.services.documents import plan_document
from matching.services.jobs import State
from matching.services.smallest import small_changes, start_small_changes
from matching.services.turn import turn
from tests.builders import FAR, ago, day, known_home, known_pool, known_referral
from tests.services.planned import accept, desk_at, events, office

HOMES = (
    known_home("P1", name="Oak House"),
    known_home("P2", name="Far House", county=FAR),
    known_home("P3", name="Cedar House", trainings=()),
)
POOLS = tuple(known_pool(home.provider_id, beds_available=1) for home in HOMES)
PEOPLE = (
    known_referral("R1", received_at=ago(hours=50)),
    known_referral("R2", urgency=w.Urgency.PLANNED),
    known_referral("R3", presence=w.Presence.MISSING),
    known_referral("R4", urgency=w.Urgency.PLANNED, group_id="G1", age_years=15),
    known_referral("R5", urgency=w.Urgency.PLANNED, group_id="G1", age_years=60),
)


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


@pytest.fixture
def saved(desk):
    return office(desk, HOMES, POOLS, PEOPLE)


def places(run):
    return {one["referral"]: one["provider"] for one in plan_document(run)["placements"]}


def test_changes_are_found_from_the_least_effort_to_the_most(desk, saved):
    assert places(saved.run) == {"R1": "P1"}
    told: list[str] = []
    result = small_changes(desk, saved, "R2", progress=told.append)
    kinds = [one.kind for one in result.found]
    assert kinds == sorted(kinds, key=list(ChangeKind).index)
    assert {ChangeKind.WAIVE, ChangeKind.TRAIN, ChangeKind.BED} <= set(kinds)
    assert result.case == "R2"
    assert told
    for one in result.found:
        assert one.sentence.endswith(".")
        assert one.title
        assert "Case R2 gets a place at" in " ".join(one.lines)


def test_a_waiver_found_can_be_tried_out_and_gives_the_place(desk, saved):
    result = small_changes(desk, saved, "R2")
    (waiver,) = [one for one in result.found if one.kind is ChangeKind.WAIVE]
    assert waiver.matter.kind is Kind.WAIVE
    assert waiver.role == "supervisor"
    wish = Wish(waiver.matter, Reason.NO_OTHER_PLACE, day(10))
    trial = try_out(desk, saved, wish)
    assert set(waiver.lines) == set(trial.difference.sentences())
    assert "R2" in places(accept(desk, trial).run)


def test_looking_farther_than_the_policy_is_a_waiver_at_one_place(desk, saved):
    result = small_changes(desk, saved, "R2")
    (wider,) = [one for one in result.found if one.kind is ChangeKind.WIDEN]
    assert (wider.matter.rule, wider.matter.provider_id) == ("distance", "P2")
    assert wider.role == "supervisor"
    trial = try_out(desk, saved, Wish(wider.matter, Reason.NO_OTHER_PLACE, day(10)))
    assert set(wider.lines) == set(trial.difference.sentences())
    assert places(accept(desk, trial).run)["R2"] == "P2"


def test_nobody_waives_how_far_a_young_person_would_go(desk):
    people = [PEOPLE[0], replace(PEOPLE[1], max_distance_miles=20)]
    result = small_changes(desk, office(desk, HOMES, POOLS, people), "R2")
    (wider,) = [one for one in result.found if one.kind is ChangeKind.WIDEN]
    assert wider.matter is None


def test_a_change_of_the_record_is_no_decision(desk, saved):
    result = small_changes(desk, saved, "R2")
    for one in result.found:
        assert (one.matter is None) == (one.kind not in (ChangeKind.WAIVE, ChangeKind.WIDEN))
    (train,) = [one for one in result.found if one.kind is ChangeKind.TRAIN]
    assert train.provider_id == "P3"
    assert "Cedar House" in train.sentence


def test_nothing_is_stored_by_a_search(desk, saved):
    before = events(desk, "see_cases"), saved.number
    small_changes(desk, saved, "R2")
    with desk.store.reading() as record:
        assert [run.id for run in record.runs.list()] == [before[1]]
    assert events(desk, "see_cases") == before[0]


def test_where_no_single_change_helps_it_is_said(desk, saved):
    result = small_changes(desk, saved, "R3")
    assert result.found == ()
    assert result.complete
    assert result.sentence.endswith("It takes more than one change.")


def test_somebody_with_a_place_needs_no_change(desk, saved):
    assert small_changes(desk, saved, "R1").found == ()


@pytest.mark.parametrize(
    ("tried", "untried", "found", "said"),
    [
        (1, 0, True, "with 1 change in; no other kind of single change would give a place."),
        (3, 2, True, "with 3 changes in; 2 more changes could be tried."),
        (3, 1, False, "with 3 changes in; 1 more change could be tried."),
        (2, 0, False, "with 2 changes in; none gives a place. It takes more than one change."),
        (0, 0, False, "No single change comes into question."),
    ],
)
def test_how_thoroughly_was_searched_is_said(tried, untried, found, said):
    assert said in smallest._how(tried, untried, found=found)


def test_a_search_in_the_background_gives_the_same(desk, saved):
    job = start_small_changes(desk, saved, "R2")
    assert job.result() == small_changes(desk, saved, "R2")
    assert job.state is State.DONE
    assert job.stages


def test_a_search_that_is_stopped_keeps_what_it_has(desk, saved):
    stopped = small_changes(desk, saved, "R2", effort=Effort(stopped=lambda: True))
    assert stopped.found == ()
    assert not stopped.complete
    assert stopped.sentence.endswith("could be tried.")


def test_the_limit_reaches_the_search(desk, saved, monkeypatch):
    seen = []

    def keep(desk, saved, case, *, progress, effort):
        seen.append(effort.seconds)

    monkeypatch.setattr(smallest, "small_changes", keep)
    start_small_changes(desk, saved, "R2").result()
    start_small_changes(desk, saved, "R2", seconds=3).result()
    assert seen == [smallest.SEARCH_SECONDS, 3]


def test_one_search_at_a_time(desk, saved):
    for search in (small_changes, start_small_changes):
        with turn(), pytest.raises(ConflictError, match="Another plan"):
            search(desk, saved, "R2")


@pytest.mark.parametrize("search", [small_changes, start_small_changes])
def test_only_those_who_see_cases_search_and_only_for_cases_of_the_plan(desk, saved, search):
    with pytest.raises(NotFound):
        search(desk, saved, "R99")
    for role in (Role.MANAGER, Role.AUDITOR, Role.LICENSING):
        with pytest.raises(PermissionDenied):
            search(replace(desk, actor=Actor("x", role)), saved, "R2")
