"""Cases, offers, calls and placements: by office, by version, and beds of everybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from matching.domain.accounts import Office
from matching.domain.casework import (
    Answer,
    Call,
    Case,
    CaseState,
    DeclineReason,
    Offer,
    OfferState,
    Outcome,
    Placement,
    StayEnd,
    StayState,
    standing,
)
from matching.domain.errors import ConflictError, InputError, NotFound
from matching.domain.records import BedPool, Provider, Referral
from tests.store.making import NOW, batch

HOUR = timedelta(hours=1)


def offer(name="R1", state=OfferState.CALLING, **facts):
    given = {
        "provider_id": "P1",
        "pool_id": "B1",
        "beds": 1,
        "opened_at": NOW,
        "opened_by": "kim",
        "changed_at": NOW,
        "changed_by": "kim",
    }
    return Offer(referral_id=name, state=state, **{**given, **facts})


def placement(name="R1", state=StayState.LIVING, **facts):
    given = {"provider_id": "P1", "pool_id": "B1", "beds": 2, "started_by": "kim"}
    return Placement(referral_id=name, state=state, started_at=NOW, **{**given, **facts})


@pytest.fixture
def office(store):
    """Two offices that use the same case references."""
    with store.transaction() as tx:
        tx.offices.add(Office(code="second", name="Second"), NOW)
        tx.providers.upsert(
            [Provider(provider_id="P1")],
            [BedPool(pool_id="B1", provider_id="P1")],
            tx.batches.add(batch()),
        )
    for code, age in (("main", 14), ("second", 16)):
        with store.at(code).transaction() as tx:
            people = [Referral(referral_id=f"R{k}", age_years=age) for k in (1, 2)]
            tx.referrals.upsert(people, tx.batches.add(batch(kind="referrals")))
    return store


def test_a_case_is_written_from_the_version_it_was_read_in(office):
    new = Case(referral_id="R1", state=CaseState.CLOSED, since=NOW, outcome=Outcome.KIN)
    with office.transaction() as tx:
        first = tx.cases.put(new, expected=0)
        assert (first.version, tx.cases.get("R1")) == (1, first)
        second = tx.cases.put(replace(first, state=CaseState.WAITING), expected=1)
        assert tx.cases.all() == (second,)
        for stale in (0, 1, 3):
            with pytest.raises(ConflictError, match="meanwhile"):
                tx.cases.put(second, expected=stale)
    with office.at("second").reading() as read:
        assert read.cases.all() == ()
        assert read.cases.get("R1") is None


def test_an_offer_comes_back_as_it_was_and_for_its_office_alone(office):
    full = offer(
        state=OfferState.HELD,
        beds=3,
        hold_until=NOW + HOUR,
        call_back_at=NOW,
        reason="no_bed",
    )
    with office.transaction() as tx:
        saved = tx.offers.add(full)
        assert saved == replace(full, id=saved.id)
        changed = tx.offers.change(replace(saved, state=OfferState.ACCEPTED), expected=1)
        assert tx.offers.get(saved.id) == changed
        for wrong in (1, 3):
            with pytest.raises(ConflictError, match="meanwhile"):
                tx.offers.change(changed, expected=wrong)
        assert tx.offers.of("R1") == tx.offers.at("P1") == tx.offers.open() == (changed,)
    with office.at("second").transaction() as tx:
        assert tx.offers.all() == tx.offers.of("R1") == tx.offers.answered() == ()
        with pytest.raises(NotFound):
            tx.offers.get(saved.id)
        with pytest.raises(ConflictError):
            tx.offers.change(changed, expected=2)


def test_beds_of_every_office_are_told_with_whom_they_are_for(office):
    with office.transaction() as tx:
        tx.offers.add(offer(state=OfferState.HELD, hold_until=NOW + HOUR))
        tx.offers.add(offer("R2"))
    with office.at("second").transaction() as tx:
        tx.placements.add(placement())
        (held,), (lives,) = tx.offers.taking(), tx.placements.current("P1")
        assert tx.offers.taking("P2") == tx.placements.current("P2") == ()
        assert tx.offers.offices_due(NOW + HOUR) == ("main",)
        assert tx.offers.due(NOW + HOUR) == ()
    assert (held.key, held.person.age_years, held.moved_in) == (("main", "R1"), 14, None)
    assert (lives.key, lives.person.age_years, lives.beds) == (("second", "R1"), 16, 2)
    assert lives.moved_in == NOW
    assert "age_years" not in repr(lives)


def test_what_takes_a_bed_or_gives_one_back_is_a_fact_of_every_office(office):
    def moved(act):
        before = {code: office.at(code).data_version() for code in ("main", "second")}
        with office.transaction() as tx:
            out = act(tx)
        after = {code: office.at(code).data_version() for code in ("main", "second")}
        return out, {code for code in before if before[code] != after[code]}

    first, who = moved(lambda tx: tx.offers.add(offer()))
    assert who == set()
    held, who = moved(
        lambda tx: tx.offers.change(replace(first, state=OfferState.HELD), expected=1)
    )
    assert who == {"main", "second"}
    _, who = moved(
        lambda tx: tx.offers.change(replace(held, state=OfferState.DECLINED), expected=2)
    )
    assert who == {"main", "second"}
    other, who = moved(lambda tx: tx.offers.add(offer("R2", OfferState.DECLINED)))
    assert who == {"main"}
    _, who = moved(lambda tx: tx.placements.add(placement()))
    assert who == {"main", "second"}
    assert other.id > first.id


def test_the_database_itself_refuses_a_second_bed(office):
    with office.transaction() as tx:
        tx.offers.add(offer(state=OfferState.HELD))
        tx.placements.add(placement("R2"))
    for act in (
        lambda tx: tx.offers.add(offer(state=OfferState.ACCEPTED)),
        lambda tx: tx.placements.add(placement("R2")),
        lambda tx: tx.offers.add(offer("R9")),
        lambda tx: tx.placements.add(placement("R1", provider_id="P9")),
    ):
        with pytest.raises(InputError, match="refuses a value"), office.transaction() as tx:
            act(tx)


def test_calls_are_added_in_order_and_an_answer_taken_back_counts_no_more(office):
    said = (Answer.CALL_BACK, Answer.DECLINED, Answer.TAKEN_BACK, Answer.ACCEPTED)
    with office.transaction() as tx:
        number = tx.offers.add(offer()).id
        for answer in said:
            reason = DeclineReason.AGE if answer is Answer.DECLINED else None
            tx.calls.add(
                Call(
                    offer_id=number,
                    at=NOW,
                    actor="kim",
                    answer=answer,
                    reason=reason,
                    asked=[{"code": "age", "question": "?", "answer": None}],
                )
            )
        found = tx.calls.of(number)
        assert tuple(one.answer for one in found) == said
        assert found[1].reason is DeclineReason.AGE
        assert found[0].asked == ({"code": "age", "question": "?", "answer": None},)
        assert [one.answer for one in standing(found)] == [Answer.CALL_BACK, Answer.ACCEPTED]
        assert tx.calls.of_many([number, 99]) == {number: found, 99: ()}
        assert tx.calls.of_many([]) == {}
    with office.at("second").reading() as read:
        assert read.calls.all() == read.calls.of(number) == ()


def test_a_placement_comes_back_as_it_was(office):
    with office.transaction() as tx:
        saved = tx.placements.add(placement(recorded_at=NOW + HOUR, learned=("not_here",)))
        assert tx.placements.get(saved.id) == saved
        assert tx.placements.current()[0].moved_in == NOW + HOUR
        away = replace(saved, state=StayState.MISSING, bed_until=NOW + HOUR)
        away = tx.placements.change(away, expected=1)
        assert tx.placements.due(NOW) == ()
        assert tx.placements.due(NOW + HOUR) == (away,)
        gone = replace(
            away,
            state=StayState.ENDED,
            ended_at=NOW + 2 * HOUR,
            ended_by="kim",
            end_reason=StayEnd.COURT,
        )
        gone = tx.placements.change(gone, expected=2)
        assert tx.placements.of("R1") == (gone,)
        assert tx.placements.open() == tx.placements.current() == ()
        (left,) = tx.placements.left("P1")
        assert (left.beds, left.recorded_at, left.ended_at) == (2, NOW + HOUR, NOW + 2 * HOUR)
        with pytest.raises(ConflictError):
            tx.placements.change(gone, expected=1)
    with office.at("second").reading() as read:
        assert read.placements.all() == ()
        assert len(read.placements.left()) == 1


def test_who_waits_is_counted_without_those_who_have_a_place(office):
    with office.transaction() as tx:
        assert tx.history.waiting() == (2, 2)
        tx.cases.put(Case(referral_id="R1", state=CaseState.HELD, since=NOW), expected=0)
        assert tx.history.waiting() == (1, 1)
        assert tx.cases.worked_on() == {"R1"}
