"""Kept searches, consents and shares: by office, added once, answered once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from matching.domain.errors import ConflictError, NotFound
from matching.domain.sharing import GivenBy, Scope, Search, Share, ShareKind, WrittenConsent
from matching.domain.words import Consent
from matching.store import Store
from tests.builders import NOW, TODAY, day
from tests.services.planned import desk_at, office, set_record

CONSENT = WrittenConsent(
    referral_id="R1",
    partner="Harbour team",
    scope=frozenset({Scope.AGE, Scope.CARE}),
    given_by=GivenBy.PERSON,
    given_on=TODAY,
    expires=day(30),
    recorded_at=NOW,
    recorded_by="tester",
)
SHARE = Share(
    code="ABCDEFGHJKLM",
    kind=ShareKind.REQUEST,
    partner="Harbour team",
    referral_id="R1",
    made_at=NOW,
    actor="tester",
    expires_at=NOW + timedelta(hours=72),
    fields=("age", "beds"),
)


@pytest.fixture
def peopled(store: Store) -> Store:
    set_record(desk_at(store))
    return store


def test_a_search_is_kept_once_for_each_case_and_plan(store: Store):
    saved = office(desk_at(store))
    one = Search(
        referral_id="R1", run_id=saved.number, made_at=NOW, actor="a", document={"v": 1}
    )
    with store.transaction() as record:
        assert not record.searches.kept("R1", saved.number)
        first = record.searches.note(one)
        again = record.searches.note(replace(one, document={"v": 2}, actor="b"))
        other = record.searches.note(replace(one, referral_id="R2"))
    assert again == first
    assert other.id != first.id
    with store.reading() as record:
        assert record.searches.of("R1") == (first,)
        assert record.searches.kept("R1", saved.number)
        assert record.searches.of("R3") == ()


def test_a_search_without_a_plan_is_kept_each_time(peopled: Store):
    one = Search(referral_id="R1", run_id=None, made_at=NOW, actor="a", document={})
    with peopled.transaction() as record:
        record.searches.note(one)
        record.searches.note(one)
        assert len(record.searches.of("R1")) == 2


def test_keeping_a_search_or_a_consent_makes_no_plan_old(peopled: Store):
    before = peopled.data_version()
    with peopled.transaction() as record:
        record.searches.note(
            Search(referral_id="R1", run_id=None, made_at=NOW, actor="a", document={})
        )
        record.consents.add(CONSENT)
        record.shares.add(SHARE)
        record.referrals.set_consent("R1", Consent.GIVEN, day(30))
    assert peopled.data_version() == before


def test_a_consent_comes_back_as_it_was_and_is_withdrawn_once(peopled: Store):
    with peopled.transaction() as record:
        kept = record.consents.add(CONSENT)
    assert kept.id is not None
    with peopled.reading() as record:
        assert record.consents.get(kept.id) == kept
        assert record.consents.of("R1") == record.consents.all() == (kept,)
    with peopled.transaction() as record:
        gone = record.consents.withdraw(kept.id, NOW, "other")
        assert record.consents.get(kept.id) == gone
        with pytest.raises(ConflictError):
            record.consents.withdraw(kept.id, NOW, "other")
    assert (gone.withdrawn_at, gone.withdrawn_by) == (NOW, "other")


@pytest.mark.parametrize(
    ("when", "holds"),
    [(TODAY, True), (day(30), True), (day(31), False), (day(-1), False)],
)
def test_a_consent_holds_from_its_day_to_its_last(when, holds):
    assert CONSENT.in_force(when) is holds
    assert not replace(CONSENT, withdrawn_at=NOW).in_force(when)


def test_a_share_is_answered_once(peopled: Store):
    with peopled.transaction() as record:
        kept = record.shares.add(SHARE)
        answered = record.shares.answer(int(kept.id or 0), NOW, {"answer": "offered"})
        with pytest.raises(ConflictError):
            record.shares.answer(int(kept.id or 0), NOW, {"answer": "no_bed"})
        assert record.shares.by_code(SHARE.code) == answered
        assert record.shares.of("R1") == record.shares.all(ShareKind.REQUEST) == (answered,)
        assert record.shares.all(ShareKind.BEDS) == ()
    assert answered.answer == {"answer": "offered"}


def test_another_office_sees_and_changes_none_of_it(peopled: Store):
    with peopled.transaction() as record:
        consent = record.consents.add(CONSENT)
        share = record.shares.add(SHARE)
        record.searches.note(
            Search(referral_id="R1", run_id=None, made_at=NOW, actor="a", document={})
        )
    other = peopled.at("other")
    with other.reading() as record:
        assert record.consents.all() == record.shares.all() == ()
        assert record.searches.of("R1") == ()
        assert record.shares.by_code(SHARE.code) is None
        with pytest.raises(NotFound):
            record.shares.get(int(share.id or 0))
    with other.transaction() as record:
        with pytest.raises(NotFound):
            record.consents.withdraw(int(consent.id or 0), NOW, "x")
        with pytest.raises(NotFound):
            record.shares.answer(int(share.id or 0), NOW, {})
        with pytest.raises(NotFound):
            record.referrals.set_consent("R1", Consent.GIVEN, None)


def test_the_consent_of_a_referral_follows(peopled: Store):
    with peopled.transaction() as record:
        version = record.referrals.versions()["R1"]
        record.referrals.set_consent("R1", Consent.GIVEN, day(9))
        found = record.referrals.get("R1")
        assert found is not None
        assert (found.consent, found.consent_expires) == (Consent.GIVEN, day(9))
        assert record.referrals.versions()["R1"] == version + 1
