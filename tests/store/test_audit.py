"""The chain shows every change, gap and swap, and a whole chain has no problem."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.store.audit import GENESIS, AuditEvent, ChainHead, verify_chain
from tests.store.making import NOW

FIELDS = [field.name for field in dataclasses.fields(AuditEvent)]


def chain(length, start=None):
    head = start or ChainHead()
    events = []
    for number in range(length):
        event = AuditEvent(
            seq=head.seq + 1,
            at=NOW + timedelta(minutes=number),
            actor="ana",
            role="worker",
            action="run_plan",
            object_kind="run",
            object_id=str(number),
            reason="",
            details={"placed": number},
            prev_hash=head.hash,
        )
        event = dataclasses.replace(event, hash=event.digest())
        events.append(event)
        head = ChainHead(event.seq, event.hash)
    return events, head


CHAINS = st.integers(2, 8).map(chain)


@pytest.mark.parametrize("length", [0, 1, 5])
def test_a_whole_chain_has_no_problem(length):
    events, head = chain(length)
    assert verify_chain(events) == []
    assert verify_chain(events, head=head) == []


def test_an_empty_chain_starts_at_the_beginning():
    assert ChainHead() == ChainHead(0, GENESIS)
    assert verify_chain([], head=ChainHead()) == []


def changed(event, name):
    other = {
        "seq": event.seq + 100,
        "at": event.at + timedelta(seconds=1),
        "details": {**event.details, "placed": -1},
        "prev_hash": "f" * 64,
        "hash": "e" * 64,
    }
    return dataclasses.replace(event, **{name: other.get(name, "changed")})


@given(CHAINS, st.data(), st.sampled_from(FIELDS))
def test_any_changed_field_of_any_event_is_found_there(drawn, data, name):
    events, _ = drawn
    place = data.draw(st.integers(0, len(events) - 1))
    original = events[place]
    forged = [*events[:place], changed(original, name), *events[place + 1 :]]
    problems = verify_chain(forged)
    assert original.seq in {one.seq for one in problems} or name == "seq"
    assert problems


@given(CHAINS, st.data())
def test_an_event_rewritten_with_its_hash_breaks_the_next(drawn, data):
    events, head = drawn
    place = data.draw(st.integers(0, len(events) - 1))
    forged = dataclasses.replace(events[place], actor="somebody else")
    forged = dataclasses.replace(forged, hash=forged.digest())
    after = [*events[:place], forged, *events[place + 1 :]]
    problems = verify_chain(after, head=head)
    assert [one.seq for one in problems] == [min(forged.seq + 1, head.seq)]


@given(CHAINS, st.data())
def test_a_missing_event_is_found(drawn, data):
    events, head = drawn
    place = data.draw(st.integers(0, len(events) - 1))
    without = events[:place] + events[place + 1 :]
    problems = verify_chain(without, head=head)
    assert len(problems) == 1
    if place < len(events) - 1:
        assert problems[0].sentence == f"Event {place + 1} is missing."
    else:
        assert "cut off" in problems[0].sentence


def test_several_missing_events_are_named_together():
    events, _ = chain(6)
    (problem,) = verify_chain(events[:1] + events[4:])
    assert problem.sentence == "Events 2 to 4 are missing."


@given(CHAINS, st.randoms())
def test_a_changed_order_is_found(drawn, random):
    events, head = drawn
    shuffled = events.copy()
    random.shuffle(shuffled)
    assert bool(verify_chain(shuffled, head=head)) is (shuffled != events)


@given(CHAINS, st.data())
def test_an_event_that_stands_twice_is_found(drawn, data):
    events, head = drawn
    again = data.draw(st.sampled_from(events))
    place = data.draw(st.integers(0, len(events)))
    assert verify_chain([*events[:place], again, *events[place:]], head=head)


def test_a_part_of_the_chain_can_be_checked_on_its_own():
    first, middle = chain(3)
    rest, head = chain(2, start=middle)
    assert verify_chain(rest, after=middle, head=head) == []
    assert verify_chain(rest)
    assert verify_chain(first + rest, head=head) == []


def test_the_hash_depends_on_the_moment_and_not_on_how_it_is_written():
    (event,), _ = chain(1)
    elsewhere = event.at.astimezone(timezone(timedelta(hours=-5)))
    assert dataclasses.replace(event, at=elsewhere).digest() == event.hash
    assert (
        dataclasses.replace(event, at=datetime(2026, 1, 1, tzinfo=UTC)).digest() != event.hash
    )


def test_fields_cannot_run_into_each_other():
    (event,), _ = chain(1)
    one = dataclasses.replace(event, object_kind="ab", object_id="c")
    other = dataclasses.replace(event, object_kind="a", object_id="bc")
    assert one.digest() != other.digest()


def test_details_are_read_only_and_apart_from_what_they_were_made_of():
    source = {"placed": 1}
    (event,), _ = chain(1)
    made = dataclasses.replace(event, details=source)
    source["placed"] = 2
    assert made.details["placed"] == 1
    with pytest.raises(TypeError):
        made.details["placed"] = 3
