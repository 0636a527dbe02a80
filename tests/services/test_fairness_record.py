"""Overrides and declines of the record, exact and protected."""

import dataclasses
from datetime import timedelta

import pytest

from matching.domain.access import Actor, Role
from matching.domain.accounts import Office
from matching.domain.casework import Offer, OfferState
from matching.domain.errors import PermissionDenied
from matching.domain.sites import ClearReason, SiteReason
from matching.insight.fairness_record import Act, Decided
from matching.services import fairness_record as service
from matching.services.choosing import Wish, take_back, try_out
from matching.services.clearing import clear, report
from matching.services.decisions import Reason, forbid, force, waive
from matching.services.fairness_calls import declines_in
from matching.services.intake import load_sample
from matching.services.matching import reopen, run_plan
from matching.services.phone_round import confirm_beds
from tests.builders import FAR, NOW, day, known_home, known_pool, known_referral
from tests.services.fair import OTHERS, at, small_counts
from tests.services.planned import HOMES, POOLS, accept, desk_at, office


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


PEOPLE = (
    *(known_referral(f"D{k:02}", declined_by=frozenset({"P1"})) for k in range(12)),
    *(known_referral(f"E{k:02}") for k in range(4)),
    *(known_referral(f"F{k:02}", home_county=FAR) for k in range(2)),
)


def decide(desk, saved, matter, reason=None):
    until = None if reason is None else (NOW + timedelta(days=9)).date()
    return accept(desk, try_out(desk, saved, Wish(matter, reason, until)))


def test_a_provider_who_declined_most_is_told_with_whom_it_could_have_taken(desk):
    saved = office(desk, people=PEOPLE)
    view = service.record_view(desk, saved)
    (oak,) = view.providers
    assert (oak.name, oak.fit.count, oak.declined.count, oak.most) == (
        "Oak House",
        16,
        12,
        True,
    )
    assert (oak.ruled_out.count, oak.refused.count, oak.forced.count) == (0, 0, 0)
    assert view.rules == view.preferences == view.calls == ()
    assert not view.protected
    assert not view.empty


def test_a_manager_sees_nothing_from_which_a_small_count_follows(desk):
    office(desk, people=PEOPLE)
    view = service.record_view(at(desk, Role.MANAGER))
    assert view.protected
    assert small_counts(view) == []
    (oak,) = view.providers
    # 12 declined beside 16 who fit would leave 4.
    assert (oak.declined.text, oak.fit.count, oak.most) == ("hidden", 16, False)
    assert oak.declined_in_all.text == "hidden"
    assert oak.alike is None


def test_large_parts_of_large_numbers_are_told(desk):
    more = [known_referral(f"G{k:02}") for k in range(14)]
    office(desk, people=[*PEOPLE, *more])
    (oak,) = service.record_view(at(desk, Role.MANAGER)).providers
    assert (oak.declined.count, oak.fit.count) == (12, 30)


def test_the_day_is_published_together(desk):
    saved = office(desk, people=PEOPLE)
    service.record_view(at(desk, Role.MANAGER))
    with desk.store.reading() as record:
        (kept,) = record.publications.of("2026-11-03")
    assert kept.form == service.FORM
    service.record_view(desk, saved)
    with desk.store.reading() as record:
        assert len(record.publications.of("2026-11-03")) == 1


def test_decisions_that_stood_are_counted_and_those_taken_back_are_not(desk):
    saved = office(desk, people=PEOPLE)
    saved = decide(desk, saved, force("E00", "P2"))
    saved = decide(desk, saved, forbid("E01", "P1"))
    saved = decide(desk, saved, forbid("E02", "P1"))
    saved = decide(desk, saved, waive("F00", "distance"), Reason.COURT_ORDER)
    back = next(one for one in saved.decisions if one.matter == forbid("E02", "P1"))
    saved = accept(desk, try_out(desk, saved, take_back(back)))
    view = service.record_view(desk, saved)
    lines = {one.provider_id: one for one in view.providers}
    assert lines["P2"].forced.count == 1
    assert (lines["P1"].forbidden.count, lines["P1"].ruled_out.count) == (1, 1)
    (far,) = view.rules
    assert (far.code, far.waived.count, far.waived_alone.count) == ("distance", 1, 1)
    assert far.alone.count >= 2
    assert [(reason, cell.count) for reason, cell in far.reasons] == [("court_order", 1)]
    assert "distance" in {one.code for one in view.preferences}
    assert small_counts(service.record_view(at(desk, Role.MANAGER))) == []


def test_decisions_are_read_from_the_log(desk):
    saved = office(desk, people=PEOPLE)
    decide(desk, saved, waive("F00", "distance", "P1"), Reason.FAMILY_TEAM)
    with desk.store.reading() as record:
        events = record.audit.events()
    assert service.decisions_in(events) == (
        Decided(Act.WAIVED, "F00", "P1", "distance", "family_team"),
    )


def test_answers_of_the_phone_round_are_counted_by_provider(desk):
    office(desk, people=PEOPLE)
    for beds in (0, 2, 2):
        confirm_beds(desk, "P1", "B1", beds, "intake desk")
    confirm_beds(desk, "P2", "B1", 2, "intake desk")
    first, second = service.record_view(desk, run_plan(desk)).calls
    assert (first.name, first.answers, first.fewer, first.more) == ("Oak House", 3, 1, 1)
    assert (second.answers, second.fewer, second.more) == (1, 0, 0)


def test_a_provider_code_with_a_stroke_keeps_its_calls(desk):
    home = known_home("P/1", name="Ash")
    load_sample(desk, (*HOMES, home), (*POOLS, known_pool("P/1")), PEOPLE, "0" * 64)
    confirm_beds(desk, "P/1", "B1", 1, "intake desk")
    (line,) = service.record_view(desk, run_plan(desk)).calls
    assert (line.provider_id, line.name) == ("P/1", "Ash")


def test_with_nothing_on_record_there_is_nothing_to_tell(desk):
    saved = office(desk, people=PEOPLE[12:])
    assert service.record_view(desk, saved).empty
    assert service.record_view(at(desk, Role.MANAGER)).empty


def test_without_a_plan_of_todays_facts_there_is_none(desk):
    office(desk, people=PEOPLE)
    load_sample(desk, HOMES, POOLS, (known_referral("R99"),), "1" * 64)
    assert reopen(desk) is None
    assert service.record_view(desk) is None


def test_others_may_not_look(desk):
    saved = office(desk, people=PEOPLE)
    for role in OTHERS:
        with pytest.raises(PermissionDenied):
            service.record_view(at(desk, role), saved)


# --- calls that were declined, and sites ---------------------------------------------------


def declined(desk, case, provider_id, reason):
    with desk.store.transaction() as record:
        record.offers.add(
            Offer(
                referral_id=case,
                provider_id=provider_id,
                pool_id="B1",
                state=OfferState.DECLINED,
                beds=1,
                opened_at=NOW,
                opened_by="anna",
                changed_at=NOW,
                changed_by="anna",
                reason=reason,
            )
        )


@pytest.fixture
def told_no(sqlite_store):
    """An office in which one home said no to many people, and another to one."""
    at = desk_at(sqlite_store)
    people = tuple(known_referral(f"R{k}") for k in range(30))
    homes = (
        known_home("P1", name="Oak House", confidential=False),
        known_home("P2", name="Elm House", confidential=False),
    )
    office(at, homes, tuple(known_pool(one.provider_id) for one in homes), people)
    for k in range(20):
        declined(at, f"R{k}", "P1", "run_risk" if k < 17 else "age")
    declined(at, "R21", "P2", "staff")
    report(at, "P2", day(3), SiteReason.RECRUITING)
    report(at, "P2", day(5), SiteReason.RECRUITING)
    clear(at, "P2", ClearReason.INSPECTED)
    clear(as_actor(at, "bert", Role.SUPERVISOR), "P2", ClearReason.INSPECTED)
    run_plan(at)
    return at


def as_actor(desk, name, role):
    return dataclasses.replace(desk, actor=Actor(name, role))


def test_calls_that_were_declined_are_counted_by_provider_and_reason(told_no):
    view = service.record_view(told_no)
    found = [(one.name, one.declined.count, dict(_plain(one.reasons))) for one in view.declines]
    assert found == [
        ("Oak House", 20, {"run_risk": 17, "age": 3}),
        ("Elm House", 1, {"staff": 1}),
    ]
    assert dict(_plain(view.decline_reasons)) == {"run_risk": 17, "age": 3, "staff": 1}
    assert [(one.name, one.reported, one.cleared) for one in view.sites] == [
        ("Elm House", 2, 1)
    ]
    assert not view.empty


def _plain(some):
    return [(code, cell.count) for code, cell in some]


def test_whoever_sees_no_cases_is_told_no_small_count_of_declines(told_no):
    view = service.record_view(as_actor(told_no, "mara", Role.MANAGER))
    assert view.protected
    counts = {one.provider_id: one.declined.count for one in view.declines}
    assert counts["P2"] is None
    assert all(one.reasons == () for one in view.declines)
    reasons = dict(_plain(view.decline_reasons))
    assert reasons["staff"] is None
    assert reasons["age"] is None
    # Neither table gives the other away: what is told leaves at least two open.
    for some in (list(counts.values()), list(reasons.values())):
        assert len([one for one in some if one is None]) != 1
    assert [(one.reported, one.cleared) for one in view.sites] == [(2, 1)]


def test_calls_of_another_office_are_not_counted(told_no):
    with told_no.store.transaction() as record:
        record.offices.add(Office(code="north", name="North"), NOW)
    there = dataclasses.replace(told_no, store=told_no.store.at("north"))
    with there.store.reading() as record:
        assert declines_in(record.offers.all()) == {}
