"""People decide on a plan: nothing is stored before it is accepted, and then all at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matching.domain import words as w
from matching.domain.access import Action, Actor, Role
from matching.domain.errors import (
    ChoiceError,
    ConflictError,
    InputError,
    NotFound,
    PermissionDenied,
)
from matching.engine.effort import Effort
from matching.services import choosing
from matching.services import decisions as d
from matching.services.choosing import (
    Wish,
    decisions,
    dropped,
    may_decide,
    take_back,
    try_out,
)
from matching.services.documents import plan_document
from matching.services.intake import load_sample
from matching.services.matching import reopen, run_plan
from matching.services.turn import turn
from tests.builders import FAR, NEAR, TODAY, ago, day, known_home, known_pool, known_referral
from tests.services.planned import accept, desk_at, office

HOMES = (
    known_home("P1", name="Oak House"),
    known_home("P2", name="Birch House", county=NEAR),
    known_home("P3", name="Far House", county=FAR),
)
POOLS = (
    known_pool("P1", beds_available=1),
    known_pool("P2", beds_available=1),
    known_pool("P3", beds_available=1),
)
PEOPLE = (
    known_referral("R1", received_at=ago(hours=50)),
    known_referral("R2", received_at=ago(hours=40)),
    known_referral("R3", urgency=w.Urgency.PLANNED),
)
REASON = {"reason": d.Reason.PERSON_WISHES, "until": day(30)}


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


@pytest.fixture
def saved(desk):
    return office(desk, HOMES, POOLS, PEOPLE)


def as_role(desk, role):
    return replace(desk, actor=Actor("kim", role))


def places(run):
    return {one["referral"]: one["provider"] for one in plan_document(run)["placements"]}


def numbers(desk):
    with desk.store.reading() as record:
        return [run.id for run in record.runs.list()]


def events(desk):
    with desk.store.reading() as record:
        return record.audit.events()


def test_the_office_of_these_tests(saved):
    assert places(saved.run) == {"R1": "P1", "R2": "P2"}


def test_a_place_tried_out_shows_what_changes_and_stores_nothing(desk, saved):
    before = events(desk)
    trial = try_out(desk, saved, Wish(d.force("R1", "P2")))
    assert places(trial.run) == {"R1": "P2", "R2": "P1"}
    assert trial.sentence == "Case R1 goes to Birch House."
    assert set(trial.difference.sentences()) == {
        "Case R1 moves from Oak House to Birch House.",
        "Case R2 moves from Birch House to Oak House.",
    }
    assert events(desk) == before
    assert numbers(desk) == [saved.number]
    assert decisions(desk) == ()


def test_an_accepted_decision_is_one_run_and_one_event(desk, saved):
    before = len(events(desk))
    trial = try_out(desk, saved, Wish(d.force("R1", "P2")))
    made = accept(desk, trial)
    assert numbers(desk) == [made.number, saved.number]
    (event,) = events(desk)[before:]
    assert (event.actor, event.action) == ("tester", Action.CHOOSE_PLACE)
    assert (event.object_kind, event.object_id) == ("referral", "R1")
    assert event.details == {
        "kind": "force",
        "taken_back": False,
        "provider": "P2",
        "bed_pool": None,
        "rule": None,
        "until": None,
        "plan_before": 1,
        "plan": 2,
        "placed_before": 2,
        "placed": 2,
        "moved": 2,
    }
    (one,) = decisions(desk)
    assert one.sentence == "Case R1 goes to Birch House."
    assert one.who == "Decided by tester (local), 3 Nov 2026 22:41, for safety."
    again = reopen(desk)
    assert (again.number, again.decisions) == (made.number, made.decisions)
    assert places(again.run) == places(trial.run)
    assert again.run.problem.as_of == saved.run.problem.as_of


def test_a_later_plan_keeps_what_was_decided_until_it_is_taken_back(desk, saved):
    made = accept(desk, try_out(desk, saved, Wish(d.force("R1", "P2"))))
    later = run_plan(desk)
    assert places(later.run) == places(made.run)
    back = try_out(desk, later, take_back(decisions(desk)[0].decision))
    assert back.sentence == "Taken back: Case R1 goes to Birch House."
    assert places(back.run) == places(saved.run)
    accept(desk, back)
    assert decisions(desk) == ()
    assert events(desk)[-1].details["taken_back"] is True
    assert places(run_plan(desk).run) == places(saved.run)


def test_a_place_can_be_forbidden_and_what_is_forbidden_forced(desk, saved):
    first = accept(desk, try_out(desk, saved, Wish(d.forbid("R1", "P1"))))
    assert places(first.run) == {"R1": "P2", "R2": "P1"}
    second = accept(desk, try_out(desk, first, Wish(d.force("R1", "P1"))))
    assert [one.matter for one in second.decisions] == [d.force("R1", "P1")]
    assert places(second.run) == places(saved.run)


def test_a_proposal_being_called_about_moves_for_no_better_fit(desk, saved):
    first = accept(desk, try_out(desk, saved, Wish(d.force("R1", "P2"))))
    called = accept(desk, try_out(desk, first, Wish(d.calling("R1", "P2", "B1"))))
    (force, _) = called.decisions
    freed = try_out(desk, called, take_back(force))
    assert places(freed.run)["R1"] == "P2"


def test_a_waiver_opens_a_place_and_names_its_rule(desk, saved):
    wish = Wish(d.waive("R3", "distance", "P3"), **REASON)
    trial = try_out(desk, saved, wish)
    assert places(trial.run)["R3"] == "P3"
    assert trial.difference.sentences() == ("Case R3 gets a place at Far House.",)
    accept(desk, trial)
    event = events(desk)[-1]
    assert (event.action, event.reason) == (Action.WAIVE_RULE, "person_wishes")
    assert event.details["rule"] == "distance"
    assert event.details["until"] == day(30).isoformat()
    (one,) = decisions(desk)
    assert one.sentence == (
        "The rule 'Within reach of home' is waived for case R3 at Far House."
    )
    assert "the young person wishes it, until 3 Dec 2026" in one.who


def test_a_group_may_be_split_with_a_reason(desk):
    pair = (
        known_referral("R1", group_id="G1", received_at=ago(hours=50)),
        known_referral("R2", group_id="G1", received_at=ago(hours=40)),
    )
    saved = office(desk, HOMES, POOLS, pair)
    assert places(saved.run) == {}
    trial = try_out(desk, saved, Wish(d.split("G1"), **REASON))
    assert set(places(trial.run).values()) == {"P1", "P2"}
    accept(desk, trial)
    event = events(desk)[-1]
    assert (event.action, event.object_kind, event.object_id) == (
        Action.SPLIT_GROUP,
        "group",
        "G1",
    )


@pytest.mark.parametrize("matter", [d.force("R1", "P2"), d.forbid("R1", "P1")])
def test_an_override_needs_a_reason_and_keeps_it(desk, saved, matter):
    trial = try_out(desk, saved, Wish(matter))
    before = events(desk)
    with pytest.raises(InputError, match="needs a reason") as caught:
        choosing.accept(desk, trial)
    assert not caught.value.saved
    assert (numbers(desk), events(desk)) == ([saved.number], before)
    made = choosing.accept(desk, trial, d.Reason.COURT_ORDER)
    assert [one.reason for one in made.decisions] == [d.Reason.COURT_ORDER]
    assert events(desk)[-1].reason == "court_order"
    assert [one.reason for one in reopen(desk).decisions] == [d.Reason.COURT_ORDER]
    assert decisions(desk)[0].who.endswith("by order of a court.")
    back = try_out(desk, made, take_back(made.decisions[0]))
    assert choosing.accept(desk, back).decisions == ()


def test_to_call_about_a_proposal_is_no_override(desk, saved):
    made = choosing.accept(desk, try_out(desk, saved, Wish(d.calling("R1", "P1", "B1"))))
    assert [one.reason for one in made.decisions] == [None]


# -- refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("matter", "error"),
    [
        (d.force("R9", "P1"), NotFound),
        (d.force("R1", "P9"), NotFound),
        (d.forbid("R1", "P1", "B9"), NotFound),
        (d.force("R1", "P3"), ChoiceError),
        (d.split("G9"), NotFound),
        (d.waive("R1", "licence"), InputError),
        (d.waive("R1", "no-such-rule"), InputError),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_changes(desk, saved, matter, error):
    before = events(desk)
    with pytest.raises(error) as caught:
        try_out(desk, saved, Wish(matter, **REASON))
    assert caught.value.next_step
    assert events(desk) == before
    assert numbers(desk) == [saved.number]


@pytest.mark.parametrize("missing", ["reason", "until"])
def test_a_waiver_needs_a_reason_and_a_last_day(desk, saved, missing):
    wish = Wish(d.waive("R3", "distance"), **{**REASON, missing: None})
    with pytest.raises(InputError, match="needs a reason and a last day"):
        try_out(desk, saved, wish)


def test_a_waiver_that_has_ended_is_refused_and_one_of_today_is_not(desk, saved):
    matter = d.waive("R3", "distance")
    with pytest.raises(InputError, match="has passed"):
        try_out(desk, saved, Wish(matter, d.Reason.SAFETY, day(-1)))
    assert try_out(desk, saved, Wish(matter, d.Reason.SAFETY, TODAY)).decisions


def test_a_decision_that_is_not_in_force_cannot_be_taken_back(desk, saved):
    with pytest.raises(NotFound, match="not in force"):
        try_out(desk, saved, Wish(d.force("R1", "P1"), back=True))


def test_a_plan_saved_meanwhile_is_not_overwritten(desk, saved):
    trial = try_out(desk, saved, Wish(d.force("R1", "P2")))
    other = accept(desk, try_out(desk, saved, Wish(d.forbid("R2", "P1"))))
    before = events(desk)
    with pytest.raises(ConflictError, match="another plan"):
        accept(desk, trial)
    assert numbers(desk) == [other.number, saved.number]
    assert events(desk) == before


def test_a_record_that_moved_meanwhile_is_not_planned_on(desk, saved):
    trial = try_out(desk, saved, Wish(d.force("R1", "P2")))
    load_sample(desk, HOMES, POOLS, (known_referral("R9"),), "1" * 64)
    before = events(desk)
    with pytest.raises(ConflictError, match="Records changed") as caught:
        accept(desk, trial)
    assert caught.value.sentence().count("Nothing was saved") == 1
    assert numbers(desk) == [saved.number]
    assert events(desk) == before


def test_one_search_at_a_time(desk, saved, monkeypatch):
    monkeypatch.setattr(choosing, "turn", lambda: turn(0.01))
    with turn(), pytest.raises(ConflictError, match="Another plan"):
        try_out(desk, saved, Wish(d.force("R1", "P2")))


def test_the_limit_reaches_the_search(desk, saved, monkeypatch):
    seen = []
    real = choosing.again

    def keep(*given, effort, **more):
        seen.append(effort.seconds)
        return real(*given, effort=effort, **more)

    monkeypatch.setattr(choosing, "again", keep)
    stages = []
    try_out(desk, saved, Wish(d.force("R1", "P2")), progress=stages.append)
    try_out(desk, saved, Wish(d.force("R1", "P2")), effort=Effort(3.0))
    assert seen == [choosing.TRIAL_SECONDS, 3.0]
    assert stages[-1] == "check"


# -- who may -----------------------------------------------------------------------------


KINDS = [
    (d.force("R1", "P2"), {Role.WORKER, Role.SUPERVISOR, Role.LOCAL}),
    (d.forbid("R1", "P2"), {Role.WORKER, Role.SUPERVISOR, Role.LOCAL}),
    (d.calling("R1", "P1"), {Role.WORKER, Role.SUPERVISOR, Role.LOCAL}),
    (d.waive("R3", "distance"), {Role.SUPERVISOR, Role.LOCAL}),
    (d.waive("R3", "freshness"), {Role.WORKER, Role.SUPERVISOR, Role.LOCAL}),
    (d.waive("R3", "reserved"), {Role.LOCAL}),
    (d.waive("R3", "licence"), set()),
    (d.split("G1"), {Role.SUPERVISOR, Role.LOCAL}),
]


@pytest.mark.parametrize(("matter", "allowed"), KINDS)
@pytest.mark.parametrize("role", list(Role))
def test_who_may_decide_what(desk, matter, allowed, role):
    grouped = (replace(PEOPLE[0], group_id="G1"), *PEOPLE[1:])
    saved = office(desk, HOMES, POOLS, grouped)
    other = as_role(desk, role)
    said = may_decide(other, saved.run.policy, matter.kind, matter.rule)
    assert said is (role in allowed)
    if said:
        trial = try_out(other, saved, Wish(matter, **REASON))
        accept(other, trial)
        assert events(desk)[-1].role == role.value
        return
    with pytest.raises((PermissionDenied, InputError)):
        try_out(other, saved, Wish(matter, **REASON))
    assert numbers(desk) == [saved.number]


def test_a_trial_of_somebody_else_is_not_accepted_without_the_right(desk, saved):
    trial = try_out(desk, saved, Wish(d.waive("R3", "distance"), **REASON))
    with pytest.raises(PermissionDenied, match="by the role supervisor, not by"):
        accept(as_role(desk, Role.WORKER), trial)
    assert numbers(desk) == [saved.number]


@pytest.mark.parametrize("role", [Role.MANAGER, Role.LICENSING, Role.AUDITOR, Role.ADMIN])
def test_decisions_are_shown_to_those_who_see_cases_only(desk, saved, role):
    for refused in (decisions, dropped):
        with pytest.raises(PermissionDenied):
            refused(as_role(desk, role))


def test_what_was_not_carried_over_is_said(desk, saved):
    accept(desk, try_out(desk, saved, Wish(d.force("R1", "P2"))))
    load_sample(desk, HOMES, POOLS, (replace(PEOPLE[0], age_years=40),), "1" * 64)
    run_plan(desk)
    assert decisions(desk) == ()
    assert dropped(desk) == (
        "Case R1 goes to Birch House. No longer in force: a rule bars the place now, or its "
        "beds are taken.",
    )


def test_before_the_first_plan_nothing_is_decided(desk):
    assert decisions(desk) == ()
    assert dropped(desk) == ()
