"""What people decided: replaced, read back, said in words."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.access import Role
from matching.domain.errors import StoreError
from matching.engine.choices import NO_CHOICES, Choices, Seat, Waiver
from matching.services import decisions as d

AT = datetime(2026, 11, 3, 22, 41, tzinfo=UTC)
CASES, PROVIDERS, POOLS = ["R1", "R2"], ["P1", "P2"], [None, "B1", "B2"]

seats = st.tuples(st.sampled_from(CASES), st.sampled_from(PROVIDERS), st.sampled_from(POOLS))
matters = st.one_of(
    st.builds(lambda make, seat: make(*seat), st.sampled_from([d.force, d.forbid]), seats),
    st.builds(lambda seat: d.calling(*seat), seats),
    st.builds(d.split, st.sampled_from(["G1", "G2"])),
    st.builds(
        d.waive,
        st.sampled_from(CASES),
        st.sampled_from(["distance", "freshness"]),
        st.none() | st.sampled_from(PROVIDERS),
    ),
)
decided = st.builds(
    d.Decision,
    matter=matters,
    by=st.text(max_size=8),
    role=st.sampled_from(Role),
    at=st.datetimes(timezones=st.just(UTC)),
    reason=st.none() | st.sampled_from(d.Reason),
    until=st.none() | st.dates(),
)


def by_kim(matter, **more):
    return d.Decision(matter, "kim", Role.WORKER, AT, **more)


def matters_after(*acts):
    out: tuple[d.Decision, ...] = ()
    for act in acts:
        out = d.with_decision(out, by_kim(act))
    return [one.matter for one in out]


@given(st.lists(decided, max_size=5))
def test_decisions_come_back_from_json_as_they_were(many):
    text = json.dumps(d.to_plain(many))
    assert d.from_plain(json.loads(text)) == tuple(many)


@given(st.lists(matters, max_size=8))
def test_no_two_decisions_contradict_each_other(acts):
    left = matters_after(*acts)
    assert len(left) == len(set(left))
    assert set(left) <= set(acts)
    if acts:
        assert left[-1] == acts[-1]
    forced = [one for one in left if one.kind is d.Kind.FORCE]
    assert len({one.case for one in forced}) == len(forced)
    for one in forced:
        for other in left:
            if other.kind is d.Kind.FORBID and other.case == one.case:
                same = other.provider_id == one.provider_id
                assert not (same and other.pool_id in (None, one.pool_id))


@given(st.lists(matters, max_size=8))
def test_a_decision_replaces_only_what_it_contradicts(acts):
    left = matters_after(*acts)
    for kind in (d.Kind.SPLIT, d.Kind.WAIVE):
        expected = {act for act in acts if act.kind is kind}
        assert {one for one in left if one.kind is kind} == expected


@pytest.mark.parametrize(
    ("first", "second", "left"),
    [
        (d.force("R1", "P1"), d.force("R1", "P2"), [d.force("R1", "P2")]),
        (d.force("R1", "P1"), d.forbid("R1", "P1"), [d.forbid("R1", "P1")]),
        (d.forbid("R1", "P1"), d.force("R1", "P1", "B1"), [d.force("R1", "P1", "B1")]),
        (d.calling("R1", "P1"), d.forbid("R1", "P1"), [d.forbid("R1", "P1")]),
        (d.calling("R1", "P1"), d.calling("R1", "P2"), [d.calling("R1", "P2")]),
    ],
)
def test_what_is_decided_anew_takes_the_place_of_what_was(first, second, left):
    assert matters_after(first, second) == left


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (d.force("R1", "P1"), d.force("R2", "P1")),
        (d.force("R1", "P1"), d.forbid("R1", "P1", "B1")),
        (d.forbid("R1", "P1", "B1"), d.force("R1", "P1")),
        (d.forbid("R1", "P1"), d.forbid("R1", "P2")),
        (d.split("G1"), d.split("G2")),
        (d.waive("R1", "distance"), d.waive("R1", "distance", "P1")),
    ],
)
def test_what_does_not_contradict_stays(first, second):
    assert matters_after(first, second) == [first, second]


def test_the_plan_is_given_every_decision():
    acts = (
        d.force("R1", "P1", "B1"),
        d.forbid("R2", "P1"),
        d.calling("R2", "P2", "B1"),
        d.split("G1"),
        d.waive("R1", "distance", "P2"),
    )
    assert d.choices_of(map(by_kim, acts)) == Choices(
        forced=frozenset({Seat("R1", "P1", "B1")}),
        forbidden=frozenset({Seat("R2", "P1")}),
        calling=frozenset({Seat("R2", "P2", "B1")}),
        split=frozenset({"G1"}),
        waived=frozenset({Waiver("R1", "distance", "P2")}),
    )
    assert d.choices_of(()) == NO_CHOICES


def test_each_decision_is_one_sentence_with_the_name_of_the_place():
    names = {"P1": "Oak House"}
    assert d.sentence(d.force("R1", "P1"), names) == "Case R1 goes to Oak House."
    assert d.sentence(d.forbid("R1", "P9"), names) == "Case R1 does not go to P9."
    assert d.sentence(d.calling("R1", "P1", "B1"), names) == (
        "Case R1 is being called about at Oak House (bed pool B1)."
    )
    assert d.sentence(d.split("G1"), names) == "Group G1 may be placed apart."
    assert d.sentence(d.waive("R1", "distance"), names) == (
        "The rule 'Within reach of home' is waived for case R1."
    )
    assert d.sentence(d.waive("R1", "distance", "P1"), names).endswith("at Oak House.")


def test_who_decided_when_and_why_is_said():
    plain = d.who_and_why(by_kim(d.split("G1")), AT)
    assert plain == "Decided by kim (worker), 3 Nov 2026 22:41."
    full = by_kim(d.split("G1"), reason=d.Reason.SAFETY, until=date(2026, 11, 9))
    assert d.who_and_why(full, AT).endswith("22:41, for safety, until 9 Nov 2026.")


def test_every_reason_has_its_words():
    assert set(d.REASON_WORDS) == set(d.Reason)


@pytest.mark.parametrize(
    "facts",
    [
        {"kind": d.Kind.FORCE, "case": "R1"},
        {"kind": d.Kind.FORBID, "provider_id": "P1"},
        {"kind": d.Kind.SPLIT, "case": "R1"},
        {"kind": d.Kind.WAIVE, "case": "R1"},
        {"kind": d.Kind.WAIVE, "rule": "distance"},
    ],
)
def test_a_matter_that_leaves_something_out_is_refused(facts):
    with pytest.raises(ValueError, match="leaves something out"):
        d.Matter(**facts)


GOOD = d.to_plain([by_kim(d.force("R1", "P1"))])[0]


@pytest.mark.parametrize(
    "bad",
    [
        {"kind": "promise"},
        {"case": None},
        {"role": "king"},
        {"at": "yesterday"},
        {"reason": "because"},
        {"until": 5},
    ],
)
def test_what_cannot_be_read_is_said_without_repeating_it(bad):
    with pytest.raises(StoreError, match="cannot be read") as caught:
        d.from_plain([GOOD | bad])
    assert str(next(iter(bad.values()))) not in caught.value.message
    missing = {key: value for key, value in GOOD.items() if key not in bad}
    with pytest.raises(StoreError):
        d.from_plain([missing])
