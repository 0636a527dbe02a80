"""Every clock: when it runs, when it is over, in whose list, in which words and order."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from matching.domain import policy as policies
from matching.domain import words as w
from matching.domain.access import Action, Actor, Role, allows
from matching.domain.casework import Case, CaseState, Offer, OfferState, Placement, StayState
from matching.domain.errors import PermissionDenied
from matching.domain.sites import SiteReason
from matching.services.clearing import report
from matching.services.clocks import Clock, ClockKind, due, soon
from matching.services.matching import run_plan
from tests.builders import NOW, TODAY, ago, course, day, known_home, known_pool, known_referral
from tests.services.planned import desk_at, set_record
from tests.services.uploads_made import real

OAK = known_home("P1", name="Oak House", confidential=False)
ELM = known_home("P2", name="Elm House", confidential=False)
SCREENED = known_referral("R1", screening_date=TODAY)


def fill(desk, homes=(OAK, ELM), people=(SCREENED,)):
    pools = [known_pool(one.provider_id) for one in homes]
    set_record(desk, real(homes), real(pools), real(people))
    return desk


@pytest.fixture
def desk(store):
    return desk_at(store)


@pytest.fixture
def quick(sqlite_store):
    return desk_at(sqlite_store)


def offer(state, **facts):
    every = {
        "referral_id": "R1",
        "provider_id": "P1",
        "pool_id": "B1",
        "state": state,
        "beds": 1,
        "opened_at": NOW,
        "opened_by": "anna",
        "changed_at": NOW,
        "changed_by": "anna",
    }
    return Offer(**{**every, **facts})


def stay(**facts):
    every = {
        "referral_id": "R1",
        "provider_id": "P1",
        "pool_id": "B1",
        "state": StayState.LIVING,
        "beds": 1,
        "started_at": ago(days=3),
        "started_by": "anna",
    }
    return Placement(**{**every, **facts})


def put(desk, *things):
    with desk.store.transaction() as record:
        for one in things:
            if isinstance(one, Offer):
                record.offers.add(one)
            elif isinstance(one, Placement):
                record.placements.add(one)
            else:
                record.cases.put(one, expected=0)


def of(desk, kind) -> list[Clock]:
    return [one for one in due(desk) if one.kind is kind]


def only(desk, kind) -> Clock:
    (found,) = of(desk, kind)
    return found


@pytest.mark.parametrize(
    ("hours", "over", "sentence"),
    [
        (
            5,
            False,
            "Case R1: no screening is on record; it is to begin by 17:41 on 4 Nov 2026.",
        ),
        (24, False, "Case R1: no screening is on record; it is to begin by 22:41."),
        (25, True, "Case R1: no screening is on record; it was to begin by 21:41."),
    ],
)
def test_a_screening_begins_within_the_time_of_the_policy(quick, hours, over, sentence):
    fill(quick, people=[known_referral("R1", received_at=ago(hours=hours))])
    found = only(quick, ClockKind.SCREENING)
    assert (found.over, found.sentence, found.page) == (over, sentence, "case")
    assert found.due_at == ago(hours=hours - 24)


def test_a_screening_on_record_needs_no_clock_and_an_unknown_moment_is_said(quick):
    fill(quick, people=[SCREENED, known_referral("R2", received_at=None)])
    found = only(quick, ClockKind.SCREENING)
    assert (found.case, found.due_at, found.over) == ("R2", None, False)
    assert found.sentence == "Case R2: no screening is on record, nor when it was received."
    assert due(quick)[-1] == found, "what nobody knows comes last"


def test_an_emergency_is_looked_at_again(desk):
    fill(desk)
    put(desk, Case(referral_id="R1", since=NOW, emergency_at=ago(hours=73)))
    found = only(desk, ClockKind.REVIEW)
    assert found.over
    assert found.sentence == (
        "Case R1 was recorded in a hurry and was to be looked at again by 21:41."
    )
    with desk.store.transaction() as record:
        case = record.cases.get("R1")
        record.cases.put(dataclasses.replace(case, reviewed_at=NOW), expected=1)
    assert not of(desk, ClockKind.REVIEW)


def test_a_closed_or_stripped_case_has_no_clock(quick):
    fill(quick, people=[known_referral("R1"), known_referral("R2")])
    put(
        quick,
        Case(referral_id="R1", state=CaseState.CLOSED, since=NOW, emergency_at=NOW),
        Case(referral_id="R2", since=NOW, emergency_at=NOW, stripped_at=NOW),
    )
    assert not [one for one in due(quick) if one.case]


@pytest.mark.parametrize(
    ("minutes", "over", "word"),
    [(30, False, "is held"), (0, False, "is held"), (-5, True, "was held")],
)
def test_holds_and_call_backs(desk, minutes, over, word):
    fill(desk)
    until = NOW + timedelta(minutes=minutes)
    put(desk, offer(OfferState.HELD, hold_until=until))
    found = only(desk, ClockKind.HOLD)
    assert (found.over, found.due_at, found.page) == (over, until, "calls")
    assert found.sentence == f"Case R1: the bed at Oak House {word} until {until:%H:%M}."
    assert found.number is not None
    put(desk, offer(OfferState.CALLING, provider_id="P2", call_back_at=until))
    again = only(desk, ClockKind.CALL_BACK)
    assert again.sentence.startswith("Case R1: Elm House ")
    assert again.over is over


def test_a_bed_kept_for_somebody_away(desk):
    fill(desk)
    put(
        desk,
        stay(state=StayState.MISSING, away_since=ago(days=1), bed_until=NOW + timedelta(13)),
    )
    found = only(desk, ClockKind.BED_HOLD)
    assert found.sentence == (
        "Case R1 is missing: the bed at Oak House is kept until 22:41 on 16 Nov 2026."
    )
    assert not found.over


C = w.FamilyFirstCategory


@pytest.mark.parametrize(
    ("category", "funding", "said"),
    [
        (C.OTHER, None, "is in no category that Title IV-E pays beyond 14 days"),
        (C.OTHER, frozenset({w.Funding.IV_E}), "is in no category"),
        (None, frozenset({w.Funding.IV_E, w.Funding.STATE}), "ask for the Title IV-E category"),
        (C.OTHER, frozenset({w.Funding.STATE}), None),
        *((one, None, None) for one in C if one is not C.OTHER),
    ],
)
def test_day_14_only_where_federal_payment_may_end(quick, category, funding, said):
    oak = dataclasses.replace(OAK, family_first=category)
    fill(quick, [oak], [dataclasses.replace(SCREENED, funding=funding)])
    put(quick, stay())
    found = of(quick, ClockKind.DAY_14)
    if said is None:
        assert found == []
        return
    assert said in found[0].sentence
    assert found[0].due_on == day(11)
    assert not found[0].over


def test_day_14_is_over_the_day_after_and_gone_once_looked_at(quick):
    oak, somebody = (
        dataclasses.replace(OAK, family_first=C.OTHER),
        dataclasses.replace(SCREENED, funding=None),
    )
    fill(quick, [oak], [somebody])
    put(quick, stay(started_at=ago(days=15)))
    assert only(quick, ClockKind.DAY_14).over
    with quick.store.transaction() as record:
        one = record.placements.open()[0]
        record.placements.change(dataclasses.replace(one, day14_reviewed_at=NOW), expected=1)
    assert not of(quick, ClockKind.DAY_14)


def test_papers_matter_where_people_live_have_a_bed_or_are_proposed(desk):
    homes = [
        dataclasses.replace(
            one,
            licence_expires=day(20),
            certificate_expires=day(-1),
            trainings=(course(ends=day(30)), course(w.Course.LABOUR_TRAFFICKING, day(31))),
            background_check=w.BackgroundCheck.EXPIRED,
        )
        for one in (OAK, ELM)
    ]
    fill(desk, homes)
    assert not [one for one in due(desk) if one.provider_id]
    put(desk, stay())
    found = {one.kind: one for one in due(desk) if one.provider_id == "P1"}
    said = {one.sentence for one in due(desk) if one.provider_id == "P1"}
    assert said >= {
        "Oak House: licence ends on 23 Nov 2026.",
        "Oak House: certificate ended on 2 Nov 2026.",
        "Oak House: trafficking course ends on 3 Dec 2026.",
        "Oak House: the background check has expired.",
    }
    assert not any("labour" in one for one in said)
    assert found[ClockKind.BACKGROUND].over
    assert not any(one.provider_id == "P2" for one in due(desk))
    put(desk, offer(OfferState.HELD, provider_id="P2", hold_until=NOW))
    assert any(one.provider_id == "P2" and one.page == "providers" for one in due(desk))


def test_a_proposal_of_the_last_plan_counts(quick):
    fill(quick, [dataclasses.replace(OAK, licence_expires=day(3))])
    assert not [one for one in due(quick) if one.provider_id]
    plan = run_plan(quick)
    assert len(plan.run.plan.referral) == 1
    assert only(quick, ClockKind.PAPER).provider_id == "P1"


@pytest.mark.parametrize("role", list(Role))
def test_whoever_sees_no_cases_is_told_of_all_providers_and_of_no_case(quick, role):
    fill(
        quick,
        [dataclasses.replace(one, licence_expires=day(3)) for one in (OAK, ELM)],
        [known_referral("R1")],
    )
    put(quick, stay(), Case(referral_id="R1", since=NOW, emergency_at=NOW))
    other = dataclasses.replace(quick, actor=Actor("carla", role))
    if not allows(role, Action.SEE_PROVIDERS):
        with pytest.raises(PermissionDenied):
            due(other)
        return
    found = due(other)
    if allows(role, Action.SEE_CASES):
        assert {one.case for one in found} == {"R1", None}
        assert {one.provider_id for one in found} == {"P1", None}
    else:
        assert {one.case for one in found} == {None}
        assert {one.provider_id for one in found} == {"P1", "P2"}
        assert "R1" not in " ".join(one.sentence for one in found)


def test_the_nearest_comes_first_and_what_is_soon_is_over_or_near(quick):
    fill(
        quick,
        [dataclasses.replace(OAK, licence_expires=day(0)), ELM],
        [known_referral("R1", received_at=ago(hours=50)), known_referral("R2")],
    )
    put(
        quick,
        offer(OfferState.HELD, hold_until=NOW + timedelta(minutes=40)),
        Case(referral_id="R2", since=NOW, emergency_at=NOW),
    )
    found = due(quick)
    assert [(one.kind, one.case) for one in found] == [
        (ClockKind.SCREENING, "R1"),
        (ClockKind.HOLD, "R1"),
        (ClockKind.PAPER, None),
        (ClockKind.SCREENING, "R2"),
        (ClockKind.REVIEW, "R2"),
    ]
    near = soon(quick, found, timedelta(minutes=60))
    assert [one.kind for one in near] == [ClockKind.SCREENING, ClockKind.HOLD]


def test_the_lengths_are_those_of_the_policy(quick, monkeypatch):
    loaded = policies.load("general")
    longer = dataclasses.replace(
        loaded, clocks=dataclasses.replace(loaded.clocks, screening_hours=48, review_hours=10)
    )
    monkeypatch.setattr(policies, "load", lambda _: longer)
    fill(quick, people=[known_referral("R1", received_at=NOW)])
    put(quick, Case(referral_id="R1", since=NOW, emergency_at=NOW))
    assert only(quick, ClockKind.SCREENING).due_at == NOW + timedelta(hours=48)
    assert only(quick, ClockKind.REVIEW).due_at == NOW + timedelta(hours=10)


def test_a_compromised_site_is_told_and_cannot_wait_where_people_are(quick):
    fill(quick)
    report(quick, "P1", day(9), SiteReason.POLICE)
    found = only(quick, ClockKind.SITE)
    assert (found.due_on, found.over, found.page) == (day(9), False, "providers")
    assert found.sentence == (
        "Oak House is out of use until 12 Nov 2026: the site is compromised. Two different "
        "people must say that it is clear before it is used again."
    )
    put(quick, stay())
    found = only(quick, ClockKind.SITE)
    assert found.over
    assert "1 person lives there or has a bed held there: see to them now." in found.sentence
    assert due(quick)[0] == found
    manager = dataclasses.replace(quick, actor=Actor("mara", Role.MANAGER))
    assert "lives there" not in only(manager, ClockKind.SITE).sentence
