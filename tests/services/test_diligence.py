"""The diligent-search record: every sentence held against the record, or worked out again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matching.domain import words as w
from matching.domain.access import Role
from matching.domain.casework import Answer, DeclineReason, ReleaseReason
from matching.domain.errors import NotFound, PermissionDenied
from matching.domain.rulebook import RULES
from matching.insight.gaps import STAGE_TITLES
from matching.services import diligence
from matching.services.calling import record_answer, start_calling
from matching.services.case_history import Chapter
from matching.services.choosing import Wish, accept, try_out
from matching.services.decisions import Reason, forbid
from matching.services.diligence_lines import without_others
from matching.services.holding import hold, release
from matching.services.matching import run_plan
from matching.services.placing import start
from tests.services.casefiles import OPEN_HOMES, later, open_office
from tests.services.conftest import as_role
from tests.services.planned import HOMES, PEOPLE, POOLS, desk_at, events, office, set_record

TITLES = {spec.title for spec in RULES}


def said(found, chapter=None):
    return [one.sentence for one in found.events if chapter in (None, one.chapter)]


def test_everybody_considered_is_in_it_with_the_reason_of_the_plan(store):
    desk, saved = open_office(store)
    for person in PEOPLE:
        case = person.referral_id
        found = diligence.record(desk, case, saved)
        told = saved.run.case(case)
        (part,) = found.searches
        assert {one.provider_id for one in part.lines} == set(saved.run.problem.provider_ids)
        for one in told.barred:
            (line,) = [x for x in part.lines if x.provider_id == one.provider_id]
            assert not line.fits
            assert line.reasons == tuple(dict.fromkeys(f.sentence for f in one.findings))
            assert line.standing in TITLES
        for option in told.options:
            (line,) = [x for x in part.lines if x.provider_id == option.provider_id]
            assert line.fits
            assert (line.standing == "proposed") is option.proposed
            assert set(line.unknown) == {q.sentence for q in option.questions}
        assert sum(fell for _, fell, _ in part.steps) == sum(s.fell for s in told.funnel)


def test_the_situation_is_what_the_plan_used(sqlite_store):
    desk, saved = open_office(sqlite_store)
    (part,) = diligence.record(desk, "R1", saved).searches
    assert ("kind of trafficking", "sex") in part.known
    assert "wished providers" in part.unknown
    assert "behaviours" in part.none


def test_it_says_how_fresh_each_fact_was_and_who_confirmed_it(sqlite_store):
    desk, saved = open_office(sqlite_store)
    (part,) = diligence.record(desk, "R1", saved).searches
    for line in part.lines:
        assert line.fresh[0] == "Beds as of 3 Nov 2026, 20:41"
        assert "licence to 30 Aug 2027" in line.fresh


def test_the_proof_is_that_of_the_plan(sqlite_store):
    desk, saved = open_office(sqlite_store)
    (part,) = diligence.record(desk, "R5", saved).searches
    placed, waiting = len(saved.run.plan.referral), saved.run.problem.size[0]
    assert part.proof[0] == f"The plan gave {placed} of {waiting} people a place."
    assert any("It is proven" in one for one in part.proof)
    assert any(saved.run.policy.version in one for one in part.proof)
    assert any(one.startswith("Nobody was passed over") for one in part.proof)


def test_a_search_is_kept_once_and_an_event_says_so(store):
    desk, saved = open_office(store)
    assert diligence.keep_search(desk, saved, "R1")
    assert not diligence.keep_search(desk, saved, "R1")
    diligence.record(desk, "R1", saved)
    kept = [one for one in events(desk, "see_cases") if one["kind"] == "search"]
    assert kept == [{"kind": "search", "id": "R1", "run": saved.number, "search": 1}]
    with store.reading() as record:
        assert len(record.searches.of("R1")) == 1


def test_keeping_a_search_asks_twice_and_writes_once(store, monkeypatch):
    """Two people press at once: the second finds it kept inside the transaction."""
    desk, saved = open_office(store)
    prepared = diligence.prepared

    def slow(desk, saved, case):
        search = prepared(desk, saved, case)
        with desk.store.transaction() as record:
            record.searches.note(search)
        return search

    monkeypatch.setattr(diligence, "prepared", slow)
    assert not diligence.keep_search(desk, saved, "R1")
    with store.reading() as record:
        assert len(record.searches.of("R1")) == 1


def test_the_record_moved_since_and_the_kept_search_is_told(store):
    desk, saved = open_office(store)
    before = diligence.record(desk, "R1", saved)
    set_record(desk, homes=[replace(one, name="Renamed") for one in OPEN_HOMES[:1]], pools=[])
    after = diligence.record(desk, "R1")
    assert len(after.searches) == 1
    old, new = before.searches[0], after.searches[0]
    assert [one.reasons for one in new.lines] == [one.reasons for one in old.lines]
    assert (new.plan, new.known) == (saved.number, old.known)
    # The name is that of today, whoever is gone is called by the code.
    assert {one.name for one in new.lines} == {"Renamed", "P2", "P3", "P4"}


def test_several_plans_make_a_line_of_time(store):
    desk, saved = open_office(store)
    diligence.keep_search(desk, saved, "R1")
    desk = later(desk, hours=2)
    offer = start_calling(desk, "R1", "P1", "B1", saved.number)
    record_answer(
        desk,
        int(offer.id or 0),
        Answer.DECLINED,
        reason=DeclineReason.STAFF,
        expected_version=offer.version,
    )
    desk = later(desk, hours=1)
    again = run_plan(desk)
    found = diligence.record(desk, "R1", again)
    assert [part.plan for part in found.searches] == [again.number, saved.number]
    assert [one.at for one in found.events] == sorted(one.at for one in found.events)
    assert "Oak House was called and declines: too few staff." in said(found, Chapter.CALL)
    line = next(x for x in found.searches[0].lines if x.provider_id == "P1")
    assert not line.fits
    assert "1 call was made" in found.sentence


def test_what_was_asked_and_answered_is_told_as_it_was(sqlite_store):
    desk, saved = open_office(sqlite_store)
    offer = start_calling(desk, "R1", "P1", "B1", saved.number)
    asked = ({"code": "affirming", "question": "Is it affirming?", "answer": "yes"},)
    done = record_answer(
        desk, int(offer.id or 0), Answer.HOLDS, asked=asked, expected_version=offer.version
    )
    until = desk.local(done.offer.hold_until)
    found = diligence.record(desk, "R1", saved)
    (call,) = said(found, Chapter.CALL)
    assert call == (
        "Oak House was called and keeps a bed for a while. Asked: Is it affirming? Answer: yes."
    )
    (held,) = said(found, Chapter.HOLD)
    assert f"{until:%H:%M}" in held
    assert "has a bed held" in found.sentence


def test_a_hold_that_was_released_says_why_and_by_whom(store):
    desk, saved = open_office(store)
    offer = hold(desk, "R1", "P1", "B1", run_id=saved.number)
    release(
        desk, int(offer.id or 0), ReleaseReason.ANOTHER_PLACE, expected_version=offer.version
    )
    told = said(diligence.record(desk, "R1"), Chapter.HOLD)
    assert len(told) == 2
    assert told[1] == "What was asked of Oak House was taken back: another place was found."


def test_somebody_who_lives_there_already(store):
    desk, saved = open_office(store)
    diligence.keep_search(desk, saved, "R1")
    placement = start(desk, "R1", provider_id="P1", pool_id="B1", expected_version=0)
    found = diligence.record(desk, "R1")
    assert said(found, Chapter.PLACEMENT) == ["Moved in at Oak House."]
    assert "lives at a place" in found.sentence
    assert found.wishes.place == "You live at Oak House."
    assert found.obstacles == ()
    assert placement.referral_id == "R1"


def test_decisions_are_told_with_who_and_why(store):
    desk, saved = open_office(store)
    wish = Wish(forbid("R1", "P1"), Reason.SAFETY)
    new = accept(desk, try_out(desk, saved, wish))
    back = accept(desk, try_out(desk, new, Wish(forbid("R1", "P1"), back=True)))
    found = diligence.record(desk, "R1", back)
    told = [(one.by, one.sentence) for one in found.events if one.chapter is Chapter.DECISION]
    assert told == [
        ("tester (local)", "Case R1 does not go to Oak House. Reason: for safety."),
        ("tester (local)", "Taken back: Case R1 does not go to Oak House."),
    ]


def test_without_a_place_it_says_what_stood_in_the_way(sqlite_store):
    desk, saved = open_office(sqlite_store)
    for person in PEOPLE[4:]:
        case = person.referral_id
        found = diligence.record(desk, case, saved)
        gap = next(g for g in saved.run.gaps if saved.run.problem.referral_ids[g.row] == case)
        assert found.obstacles[0] == f"{STAGE_TITLES[gap.stage]}."
        counts = sum(int(one.split()[0]) for one in found.obstacles[1:] if "stopped at" in one)
        assert counts == len(saved.run.problem.provider_ids)


def test_with_a_place_nothing_stands_in_the_way(sqlite_store):
    desk, saved = open_office(sqlite_store)
    assert diligence.record(desk, "R1", saved).obstacles == ()


def test_nobody_else_is_named(sqlite_store):
    desk, saved = open_office(sqlite_store)
    for person in PEOPLE:
        told = str(diligence.record(desk, person.referral_id, saved))
        for other in PEOPLE:
            if other is not person:
                assert f"'{other.referral_id}'" not in told
                assert f"case {other.referral_id}" not in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("case R2 moves to Oak", "another case moves to Oak"),
        ("In this case R22 stays", "In this case R22 stays"),
        ("R2, R3 and R22", "another case, another case and R22"),
        ("case R1 only", "case R1 only"),
    ],
)
def test_other_cases_are_hidden_and_no_more(text, told):
    assert without_others(text, {"R2", "R3"}) == told


def test_a_case_in_no_plan_has_a_record_too(sqlite_store):
    desk, _ = open_office(sqlite_store, people=PEOPLE[:1])
    set_record(desk, homes=OPEN_HOMES, people=PEOPLE)
    found = diligence.record(desk, "R7")
    assert found.searches == ()
    assert "No search is kept" in found.sentence
    assert found.events[0].sentence.startswith("The need for a place was recorded")


def test_a_confidential_place_is_called_by_its_number_until_it_is_opened(sqlite_store):
    desk, saved = open_office(
        sqlite_store, homes=[replace(one, confidential=True) for one in HOMES]
    )
    told = str(diligence.record(desk, "R1", saved))
    assert not any(str(home.name) in told for home in HOMES)
    assert "Confidential safe foster home" in told


@pytest.mark.parametrize("private", [True, False])
def test_who_confirmed_the_beds_is_told_of_places_that_are_not_confidential(
    sqlite_store, private
):
    desk = desk_at(sqlite_store)
    homes = [replace(one, confidential=private) for one in HOMES]
    pools = [replace(one, confirmed_by="night desk") for one in POOLS]
    saved = office(desk, homes=homes, pools=pools)
    told = str(diligence.record(desk, "R1", saved))
    assert ("confirmed by night desk" in told) is not private


def test_somebody_who_waits_since_is_told_when_the_need_arose(sqlite_store):
    desk, saved = open_office(
        sqlite_store, people=[replace(PEOPLE[0], trigger=w.Trigger.REMOVAL)]
    )
    first = diligence.record(desk, "R1", saved).events[0]
    assert first.at == PEOPLE[0].received_at
    assert first.sentence == (
        "The need for a place was recorded: removal from home. Needed: tonight."
    )


@pytest.mark.parametrize(
    "role", [r for r in Role if r not in (Role.LOCAL, Role.WORKER, Role.SUPERVISOR)]
)
def test_whoever_may_not_hand_it_out_gets_nothing_and_leaves_no_trace(sqlite_store, role):
    desk, saved = open_office(sqlite_store)
    before = len(events(desk, "see_cases"))
    other = as_role(desk, role)
    for call in (
        lambda: diligence.record(other, "R1", saved),
        lambda: diligence.keep_search(other, saved, "R1"),
        lambda: diligence.prepared(other, saved, "R1"),
    ):
        with pytest.raises(PermissionDenied):
            call()
    assert len(events(desk, "see_cases")) == before
    with sqlite_store.reading() as record:
        assert record.searches.of("R1") == ()


def test_a_case_of_nobody_is_not_found(sqlite_store):
    desk, saved = open_office(sqlite_store)
    with pytest.raises(NotFound):
        diligence.record(desk, "R99", saved)


def test_looking_at_it_is_recorded(sqlite_store):
    desk, saved = open_office(sqlite_store)
    diligence.record(desk, "R1", saved)
    looked = [one for one in events(desk, "see_cases") if one["kind"] == "referral"]
    assert looked == [
        {"kind": "referral", "id": "R1", "part": "diligent_search", "searches": 1}
    ]
