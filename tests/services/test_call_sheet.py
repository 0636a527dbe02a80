"""Whom to call, in which order, for whom, what to ask and what may be said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from matching.domain import words as w
from matching.domain.access import Actor, Role
from matching.domain.casework import (
    Answer,
    Call,
    Case,
    CaseState,
    DeclineReason,
    Offer,
    OfferState,
)
from matching.domain.errors import NotFound, PermissionDenied
from matching.services.call_sheet import ALIKE, MOST_PLACES, for_case, tonight
from matching.services.past_answers import NEVER, Leaning
from tests.builders import FAR, NEAR, NOW, ago, known_home, known_pool, known_referral
from tests.services.planned import desk_at, office


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


def offer(case: str, provider: str, state=OfferState.CALLING, **facts) -> Offer:
    full = {
        "referral_id": case,
        "provider_id": provider,
        "pool_id": "B1",
        "state": state,
        "beds": 1,
        "opened_at": NOW,
        "opened_by": "anna",
        "changed_at": NOW,
        "changed_by": "anna",
    }
    return Offer(**{**full, **facts})


def put(desk, *offers: Offer) -> tuple[Offer, ...]:
    with desk.store.transaction() as record:
        return tuple(record.offers.add(one) for one in offers)


def call(desk, number: int, answer: Answer, at=NOW) -> None:
    with desk.store.transaction() as record:
        record.calls.add(Call(offer_id=number, at=at, actor="anna", answer=answer))


def proposals(saved) -> dict[str, tuple[str, str]]:
    problem, plan = saved.run.problem, saved.run.plan
    return {
        problem.referral_ids[int(row)]: problem.pool_keys[int(pool)]
        for row, pool in zip(plan.referral, plan.pool, strict=True)
    }


def asked(sheet) -> dict[str, tuple[str, str]]:
    return {
        ask.case: (place.provider_id, ask.pool_id)
        for place in sheet.places
        for ask in place.asks
    }


def test_tonight_asks_for_everybody_whom_the_plan_places_each_once(desk):
    saved = office(desk)
    sheet = tonight(desk, saved)
    assert asked(sheet) == proposals(saved)
    assert sheet.people == 4
    assert sheet.nobody_to_call == 4
    names = [place.provider_id for place in sheet.places]
    assert len(names) == len(set(names))


def test_one_call_settles_several_people(desk):
    people = [known_referral(f"R{k}", received_at=ago(hours=k)) for k in (1, 2)]
    saved = office(desk, [known_home("P1")], [known_pool("P1")], people)
    (place,) = tonight(desk, saved).places
    assert [ask.case for ask in place.asks] == ["R2", "R1"]


def test_the_most_urgent_people_are_called_for_first(desk):
    homes = [known_home("P1", name="A"), known_home("P2", name="B", county=FAR)]
    people = [
        known_referral("R1", urgency=w.Urgency.PLANNED),
        known_referral("R2", home_county=FAR, max_distance_miles=None),
    ]
    pools = [known_pool("P1", beds_available=1), known_pool("P2", beds_available=1)]
    saved = office(desk, homes, pools, people)
    found = tonight(desk, saved)
    assert [place.asks[0].person.tier for place in found.places] == [0, 2]


def two_alike(desk, **second):
    """Return a plan of two people of one priority, each with a home of their own."""
    homes = [known_home("P1", name="Ash"), known_home("P2", name="Birch")]
    pools = [
        known_pool("P1", beds_available=1),
        known_pool("P2", beds_available=1, **second),
    ]
    people = [known_referral("R1"), known_referral("R2")]
    return office(desk, homes, pools, people)


def order(desk, saved) -> list[str]:
    return [place.name for place in tonight(desk, saved).places]


def test_fresh_news_is_called_before_old(desk):
    saved = two_alike(desk)
    assert order(desk, saved) == ["Ash", "Birch"]
    with desk.store.transaction() as record:
        batch = record.batches.list()[0]
        record.providers.upsert((), (known_pool("P1", as_of=ago(hours=60)),), batch)
    assert order(desk, saved) == ["Birch", "Ash"]


def test_those_who_said_no_more_often_are_called_later(desk):
    saved = two_alike(desk)
    (no,) = put(desk, offer("R2", "P1", OfferState.NO_ANSWER))
    call(desk, no.id, Answer.DECLINED)
    found = tonight(desk, saved)
    assert [place.name for place in found.places] == ["Birch", "Ash"]
    assert [place.past.leaning for place in found.places] == [Leaning.NEVER_ASKED, Leaning.NO]
    assert found.places[1].past.sentence() == "1 call in the last 180 days: 0 yes, 1 no."


def test_calls_of_long_ago_say_nothing(desk):
    saved = two_alike(desk)
    (no,) = put(desk, offer("R2", "P1", OfferState.NO_ANSWER))
    call(desk, no.id, Answer.DECLINED, at=NOW - timedelta(days=181))
    assert order(desk, saved) == ["Ash", "Birch"]
    assert tonight(desk, saved).places[0].past == NEVER


def test_whoever_asked_to_be_called_back_by_now_comes_first(desk):
    saved = two_alike(desk)
    case = asked(tonight(desk, saved))
    mine = next(one for one, (provider, _) in case.items() if provider == "P2")
    later = put(desk, offer(mine, "P2", call_back_at=NOW + timedelta(minutes=1)))[0]
    assert order(desk, saved) == ["Ash", "Birch"]
    with desk.store.transaction() as record:
        record.offers.change(replace(later, call_back_at=NOW), expected=later.version)
    found = tonight(desk, saved)
    assert [place.name for place in found.places] == ["Birch", "Ash"]
    assert found.places[0].call_back_at == NOW


def test_whoever_has_a_bed_by_now_is_no_longer_called_for(desk):
    saved = office(desk)
    (case, (provider, _)), *_ = proposals(saved).items()
    put(desk, offer(case, provider, OfferState.HELD, hold_until=NOW + timedelta(hours=1)))
    with desk.store.transaction() as record:
        moved = Case(referral_id=case, state=CaseState.HELD, since=NOW)
        record.cases.put(moved, expected=0)
    found = tonight(desk, saved)
    assert case not in asked(found)
    assert sum(place.taken for place in found.places if place.provider_id == provider) <= 1
    assert for_case(desk, saved, case).places == ()


def test_a_place_that_said_no_since_the_plan_is_not_asked_again(desk):
    saved = office(desk)
    (case, (provider, _)), *_ = proposals(saved).items()
    reason = DeclineReason.AGE.value
    put(desk, offer(case, provider, OfferState.DECLINED, reason=reason))
    assert case not in asked(tonight(desk, saved))
    for place in for_case(desk, saved, case).places:
        assert place.provider_id != provider


def test_who_is_calling_is_on_the_sheet_also_where_the_plan_proposes_nobody(desk):
    saved = office(desk)
    taken = set(proposals(saved).values())
    free = next(key for key in saved.run.problem.pool_keys if key not in taken)
    put(desk, offer("R5", free[0]))
    place = tonight(desk, saved).place(free[0])
    assert place is not None
    assert [one.opened_by for one in place.calling] == ["anna"]
    (ask,) = place.asks
    assert (ask.case, ask.proposed, ask.kept) == ("R5", False, True)
    assert ask.offer is not None


def test_what_to_ask_is_what_the_plan_leaves_open(desk):
    saved = office(
        desk,
        [known_home("P1", licence_expires=None)],
        [known_pool("P1", as_of=ago(hours=60))],
        [known_referral("R1", run_risk=None)],
    )
    (place,) = tonight(desk, saved).places
    (ask,) = place.asks
    assert {one.code for one in ask.questions} == {"licence", "freshness"}
    assert ask.first == ("Ask whether this young person has high needs.",)
    assert int(saved.run.plan.unknown[0]).bit_count() == 3
    assert place.vacancies[0].stale
    assert place.vacancies[0].heard == "beds confirmed on 1 Nov 2026 at 10:41"


def test_only_the_least_is_said(desk):
    saved = office(desk)
    said = " ".join(
        " ".join(ask.say) for place in tonight(desk, saved).places for ask in place.asks
    )
    assert "15 years, female" in said
    for secret in ("R1", "unit 1", "sex", "verified", "Clay", "P1"):
        assert secret not in said


def crowd(desk):
    """Return a plan with one person and many homes that could take them."""
    homes = [known_home(f"P{k:02}", name=f"Home {k:02}", county=NEAR) for k in range(12)]
    return office(desk, homes, [known_pool(h.provider_id) for h in homes], [known_referral()])


def test_for_one_person_the_proposal_comes_first_and_the_list_ends(desk):
    saved = crowd(desk)
    sheet = for_case(desk, saved, "R1")
    assert sheet.case == "R1"
    assert sheet.people == 1
    assert sheet.places[0].asks[0].proposed
    assert sum(len(place.asks) for place in sheet.places) == MOST_PLACES


def test_for_one_person_better_fit_comes_before_willingness_and_alike_after(desk):
    homes = [
        known_home("P1", name="Near"),
        known_home("P2", name="Alike"),
        known_home("P3", name="Third"),
        known_home("P4", name="Far", county=FAR),
    ]
    pools = [known_pool(h.provider_id) for h in homes]
    saved = office(desk, homes, pools, [known_referral(max_distance_miles=None)])
    costs = {one.name: one.cost for one in saved.run.case("R1").options}
    rest = [one for one in ("Near", "Alike", "Third") if one != _first(desk, saved)]
    assert all(costs[one] - min(costs.values()) < ALIKE for one in rest)
    (no,) = put(desk, offer("R1", {"Near": "P1", "Alike": "P2", "Third": "P3"}[rest[0]]))
    with desk.store.transaction() as record:
        gone = replace(no, state=OfferState.NO_ANSWER)
        record.offers.change(gone, expected=no.version)
    call(desk, no.id, Answer.NO_ANSWER)
    names = [place.name for place in for_case(desk, saved, "R1").places]
    assert names[1:3] == [rest[1], rest[0]]
    if "Far" in costs:
        assert names[-1] == "Far"


def _first(desk, saved) -> str:
    return for_case(desk, saved, "R1").places[0].name


def test_a_case_that_is_not_part_of_the_plan_is_refused(desk):
    saved = office(desk)
    with pytest.raises(NotFound):
        for_case(desk, saved, "R-GONE")


@pytest.mark.parametrize("role", [Role.MANAGER, Role.LICENSING, Role.AUDITOR, Role.ADMIN])
def test_whoever_may_not_call_sees_no_sheet(desk, role):
    saved = office(desk)
    other = replace(desk, actor=Actor("other", role))
    with pytest.raises(PermissionDenied):
        tonight(other, saved)
    with pytest.raises(PermissionDenied):
        for_case(other, saved, "R1")


def test_beds_without_a_date_are_not_called_old(desk):
    saved = office(
        desk,
        [known_home("P1")],
        [known_pool("P1", as_of=None)],
        [known_referral("R1")],
    )
    (place,) = tonight(desk, saved).places
    (pool,) = place.vacancies
    assert (pool.stale, pool.dated) == (True, False)
    assert pool.heard == "nobody has said when its beds were last confirmed"
