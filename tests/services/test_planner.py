"""The planner as a service: who may ask, what they see, and one event each."""

from __future__ import annotations

import io
import re
from zipfile import ZipFile

import pytest

from matching.domain.access import Role
from matching.domain.errors import ConflictError, EngineError, InputError, PermissionDenied
from matching.domain.scenario import MOST_STEPS, Train
from matching.engine.effort import Effort
from matching.insight.planner import Ask
from matching.services.planner import (
    Planned,
    answer,
    checked,
    export_answer,
    save_scenario,
    start_answer,
)
from matching.services.planner_choices import places
from matching.services.scenarios import scenarios
from matching.services.turn import turn
from tests.builders import known_home, known_pool, known_referral
from tests.services.conftest import as_role
from tests.services.planned import desk_at, events, office

ASK = Ask(trainings=1, beds=1, beds_each=1)
HOMES = (
    known_home("P1", name="Oak House"),
    known_home("P2", name="Birch House", trainings=()),
    known_home("P3", name="Cedar House", trainings=()),
)
POOLS = tuple(known_pool(h.provider_id, beds_available=1, beds_accepting=None) for h in HOMES)
PEOPLE = tuple(known_referral(f"R{k}") for k in range(5))


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


@pytest.fixture
def saved(desk):
    return office(desk, HOMES, POOLS, PEOPLE)


def test_who_sees_cases_sees_true_numbers(desk, saved) -> None:
    view = answer(desk, ASK, saved).view
    assert not view.protected
    assert view.gain == "2 more"
    assert view.without == "4"
    # A bed added at the home that is trained needs the training as well.
    assert all(one.adds in ("1 more", "2 more") for one in view.actions)
    assert (view.done.trainings, view.done.beds) == (1, 1)
    assert view.actions[0].foster
    assert view.proven
    assert view.points[-1].more == 2
    assert [tier.after for tier in view.tiers if tier.waiting != "0"] == ["3"]


def test_everybody_else_sees_bands_and_no_single_step(desk, saved) -> None:
    view = answer(as_role(desk, Role.MANAGER), ASK).view
    assert view.protected
    assert view.gain == "1 to 10 more"
    assert view.without == "1 to 10"
    assert all(one.adds_count is None and one.adds == "1 to 10 more" for one in view.actions)
    assert all(other.fewer == 0 for one in view.actions for other in one.instead)
    assert all(point.more is None for point in view.points)
    # A curve in bands tells where a band begins and where it ends, and nothing between.
    assert [point.words for point in view.points][:2] == ["no change", "1 to 10 more"]
    assert len(view.points) <= 3
    assert all(tier.waiting == "" for tier in view.tiers)
    assert view.expected == ""
    assert all(re.fullmatch(r"0|\d+ to \d+|more than .*", one.reach) for one in view.recruits)


def test_names_of_homes_are_in_the_sentences(desk, saved) -> None:
    view = answer(desk, ASK, saved).view
    said = " ".join(one.words for one in view.actions)
    assert "Birch House" in said or "Cedar House" in said
    swaps = [other.words for one in view.actions for other in one.instead]
    assert {"Birch House", "Cedar House"} & set(swaps)


def test_it_is_one_event_with_the_budget_and_no_person(desk, saved) -> None:
    answer(desk, ASK, saved)
    (event,) = events(desk, "plan_capacity")
    assert event["id"] == str(saved.number)
    assert (event["trainings"], event["beds"], event["changes"]) == (1, 1, 2)
    assert not any(re.search(r"R\d", str(value)) for value in event.values())


@pytest.mark.parametrize("role", [Role.WORKER, Role.LICENSING, Role.AUDITOR, Role.ADMIN])
def test_others_may_not_ask(desk, saved, role) -> None:
    with pytest.raises(PermissionDenied):
        answer(as_role(desk, role), ASK)
    with pytest.raises(PermissionDenied):
        start_answer(as_role(desk, role), ASK)
    with pytest.raises(PermissionDenied):
        places(as_role(desk, role))


@pytest.mark.parametrize(
    "ask",
    [
        Ask(),
        Ask(trainings=-1, beds=2),
        Ask(beds=31),
        Ask(beds=20, trainings=MOST_STEPS),
        Ask(trainings=1, money=-5),
    ],
)
def test_a_budget_that_cannot_be_meant_is_refused(desk, saved, ask) -> None:
    with pytest.raises(InputError):
        checked(ask)
    with pytest.raises(InputError):
        answer(desk, ask, saved)


def test_without_a_plan_or_while_another_is_made_it_is_refused(desk) -> None:
    with pytest.raises(ConflictError):
        answer(desk, ASK)
    saved = office(desk, HOMES, POOLS, PEOPLE)
    with turn(), pytest.raises(ConflictError):
        answer(desk, ASK, saved)


def test_in_the_background_it_tells_what_it_does_and_gives_the_same(desk, saved) -> None:
    job = start_answer(desk, ASK, saved)
    planned: Planned = job.result()
    assert job.stages
    assert planned.view.gain == "2 more"


def test_stopped_at_once_it_says_that_nothing_is_known_yet(desk, saved) -> None:
    before = events(desk, "plan_capacity")
    with pytest.raises(EngineError, match="Nothing was saved"):
        answer(desk, ASK, saved, effort=Effort(stopped=lambda: True))
    assert events(desk, "plan_capacity") == before


def test_the_answer_is_kept_as_a_scenario(desk, saved) -> None:
    view = answer(desk, ASK, saved).view
    one = save_scenario(desk, view, "Training first")
    assert one.steps == view.steps
    assert any(isinstance(step, Train) for step in one.steps)
    assert [s.name for s in scenarios(desk)] == ["Training first"]
    with pytest.raises(InputError):
        save_scenario(desk, view, "Training first")


def test_the_workbook_is_protected_whoever_asks(desk, saved) -> None:
    planned = answer(desk, ASK, saved)
    data = export_answer(desk, planned)
    with ZipFile(io.BytesIO(data)) as book:
        names = book.read("xl/workbook.xml").decode()
        text = book.read("xl/sharedStrings.xml").decode()
    for sheet in ("What to do", "Before and after", "Curve", "Where to recruit", "Read me"):
        assert sheet in names
    assert "1 to 10 more" in text
    assert "2 more" not in text
    assert "Identified demand" in text
    (event,) = events(desk, "export_gaps")
    assert event["protected"] is True
    with pytest.raises(PermissionDenied):
        export_answer(as_role(desk, Role.WORKER), planned)


def test_a_budget_can_be_limited_to_what_is_on_the_record(desk, saved) -> None:
    found = places(desk)
    assert len(found.types) == 1
    assert list(found.counties.values()) == sorted(found.counties.values())
