"""Consents: written, informed, free, for a while, and never by an adult's guardian."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matching.domain import words as w
from matching.domain.access import Role
from matching.domain.errors import ConflictError, InputError, NotFound, PermissionDenied
from matching.domain.sharing import MOST_CONSENT_DAYS, GivenBy, Scope
from matching.services import consents
from matching.services.clocks import ClockKind, due
from matching.services.consents import Terms
from matching.services.matching import reopen
from tests.builders import TODAY, day
from tests.services.casefiles import later, open_office
from tests.services.conftest import as_role
from tests.services.planned import PEOPLE, events

GOOD = Terms(written=True, informed=True, free=True)


@pytest.fixture
def desk(sqlite_store):
    return open_office(sqlite_store)[0]


@pytest.fixture
def either(store):
    """A desk on each database in turn."""
    return open_office(store)[0]


def give(desk, case="R1", partner="Harbour team", days=30, **changes):
    full = {
        "scope": {Scope.AGE, Scope.CARE},
        "given_by": GivenBy.PERSON,
        "given_on": TODAY,
        "expires": day(days),
        "terms": GOOD,
    }
    return consents.record_consent(desk, case, partner, **(full | changes))


def expiring(desk):
    with desk.store.reading() as record:
        return consents.expiring(desk, record)


def on_case(desk, case="R1"):
    with desk.store.reading() as record:
        found = record.referrals.get(case)
    return found.consent, found.consent_expires


def test_a_consent_is_kept_and_noted_on_the_case_and_in_the_log(either):
    desk = either
    kept = give(desk)
    (line,) = consents.consents_of(desk, "R1")
    assert (line.consent, line.in_force, line.days_left) == (kept, True, 30)
    assert on_case(desk) == (w.Consent.GIVEN, day(30))
    (event,) = events(desk, "share_case")
    assert event["scope"] == ["age", "care"]
    assert (event["given_by"], event["expires"]) == ("person", day(30).isoformat())


def test_recording_one_makes_no_plan_old(desk):
    give(desk)
    assert reopen(desk) is not None


@pytest.mark.parametrize("lacking", ["written", "informed", "free"])
def test_one_that_is_not_written_informed_and_free_does_not_count(desk, lacking):
    with pytest.raises(InputError, match="does not count"):
        give(desk, terms=replace(GOOD, **{lacking: False}))
    assert consents.consents_of(desk, "R1") == ()
    assert events(desk, "share_case") == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"given_on": day(1)}, "dated after today"),
        ({"given_on": day(-3), "expires": day(-1)}, "has passed"),
        ({"expires": day(MOST_CONSENT_DAYS + 1)}, "at most"),
        ({"given_on": day(-10), "expires": day(MOST_CONSENT_DAYS - 9)}, "at most"),
    ],
)
def test_days_that_cannot_be_are_refused(desk, changes, why):
    with pytest.raises(InputError, match=why):
        give(desk, **changes)


def test_the_longest_there_can_be_is_kept(desk):
    assert give(desk, expires=day(MOST_CONSENT_DAYS)).expires == day(MOST_CONSENT_DAYS)
    assert give(desk, expires=TODAY).expires == TODAY


@pytest.mark.parametrize(
    "partner",
    ["", " ", "7", "x" * 81, "call 555-123-4567", "a@b.org", "12345 x"],
)
def test_a_partner_needs_a_name_and_no_number_of_a_person(desk, partner):
    with pytest.raises(InputError):
        give(desk, partner=partner)


def test_a_name_is_kept_without_stray_blanks(desk):
    assert give(desk, partner="  Grace   Church ").partner == "Grace Church"


def test_an_adult_consents_alone_and_a_child_through_anybody_who_may(desk):
    assert next(one for one in PEOPLE if one.referral_id == "R6").age_years == 24
    with pytest.raises(InputError, match="An adult"):
        give(desk, "R6", given_by=GivenBy.GUARDIAN)
    for giver in (GivenBy.PERSON, GivenBy.COURT):
        assert give(desk, "R6", given_by=giver).given_by is giver
    for giver in GivenBy:
        assert give(desk, "R1", given_by=giver).given_by is giver
        assert give(desk, "R4", given_by=giver).given_by is giver  # age not known


def test_one_that_is_withdrawn_or_over_lets_nothing_through(either):
    desk = either
    first, second = give(desk), give(desk, days=10, partner="Other team")
    consents.withdraw_consent(desk, int(first.id))
    assert on_case(desk) == (w.Consent.GIVEN, day(10))
    with desk.store.reading() as record:
        with pytest.raises(PermissionDenied, match="was withdrawn"):
            consents.require_consent(record, first.id, TODAY)
        assert consents.require_consent(record, second.id, day(10)) == second
        with pytest.raises(PermissionDenied, match="ended on 13 Nov 2026"):
            consents.require_consent(record, second.id, day(11))
        with pytest.raises(PermissionDenied, match="holds from"):
            consents.require_consent(record, second.id, day(-1))
        with pytest.raises(PermissionDenied, match="without a written consent"):
            consents.require_consent(record, None, TODAY)
    consents.withdraw_consent(desk, int(second.id))
    assert on_case(desk)[0] is w.Consent.EXPIRED
    with pytest.raises(ConflictError):
        consents.withdraw_consent(desk, int(second.id))


def test_those_that_end_soon_are_told_earliest_first(either):
    desk = either
    give(desk, days=7, partner="B team")
    give(desk, "R2", days=2, partner="A team")
    give(desk, days=8, partner="Late team")
    gone = give(desk, days=1, partner="Gone team")
    consents.withdraw_consent(desk, int(gone.id))
    found = expiring(desk)
    assert [(one.case, one.partner) for one in found] == [("R2", "A team"), ("R1", "B team")]
    assert found[0].sentence == "The consent to share with A team ends on 5 Nov 2026."
    assert [one.case for one in expiring(later(desk, days=3))] == ["R1", "R1"]


def test_one_that_ends_soon_is_a_clock_of_its_case(desk):
    give(desk, days=3)
    (clock,) = [one for one in due(desk) if one.kind is ClockKind.CONSENT]
    assert (clock.case, clock.due_on, clock.over) == ("R1", day(3), False)
    assert (
        clock.sentence == "Case R1: the consent to share with Harbour team ends on 6 Nov 2026."
    )
    assert [o for o in due(as_role(desk, Role.MANAGER)) if o.kind is ClockKind.CONSENT] == []


def test_another_office_cannot_reach_it(desk):
    kept = give(desk)
    other = replace(desk, store=desk.store.at("other"))
    with pytest.raises(NotFound):
        consents.withdraw_consent(other, int(kept.id))
    with pytest.raises(NotFound):
        give(other)
    with pytest.raises(NotFound):
        consents.consents_of(other, "R1")


@pytest.mark.parametrize(
    "role", [r for r in Role if r not in (Role.LOCAL, Role.WORKER, Role.SUPERVISOR)]
)
def test_whoever_may_not_share_is_refused(desk, role):
    kept = give(desk)
    other = as_role(desk, role)
    for call in (
        lambda: give(other),
        lambda: consents.withdraw_consent(other, int(kept.id)),
        lambda: consents.consents_of(other, "R1"),
        lambda: expiring(other),
    ):
        with pytest.raises(PermissionDenied):
            call()
