"""Decisions carried over from one plan to the next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain import policy as policies
from matching.domain import words as w
from matching.domain.access import Role
from matching.domain.errors import ChoiceError
from matching.services import decisions as d
from matching.services.carrying import (
    Dropped,
    dropped_from_plain,
    dropped_to_plain,
    keep_what_can_be,
    may_be_waived,
    split_by_record,
)
from matching.services.planning import make_run
from tests.builders import NOW, TODAY, day, known_home, known_pool, known_referral

GENERAL = policies.load("general")
PEOPLE = [known_referral("R1", group_id="G1"), known_referral("R2")]
HOMES = [known_home("P1"), known_home("P2")]
POOLS = [known_pool("P1"), known_pool("P2", beds_available=1)]


def by_kim(matter, at=NOW, **more):
    return d.Decision(matter, "kim", Role.SUPERVISOR, at, **more)


def carried(*decisions, policy=GENERAL):
    return split_by_record(decisions, PEOPLE, HOMES, POOLS, policy, TODAY)


GOOD = [
    d.force("R1", "P1"),
    d.force("R2", "P2", "B1"),
    d.forbid("R2", "P1"),
    d.calling("R1", "P1", "B1"),
    d.split("G1"),
    d.waive("R1", "distance"),
    d.waive("R1", "distance", "P1"),
]


def test_what_still_means_something_is_kept_in_order():
    many = [by_kim(matter) for matter in GOOD]
    assert carried(*many) == (tuple(many), ())


@pytest.mark.parametrize(
    ("matter", "word"),
    [
        (d.force("R9", "P1"), "case"),
        (d.forbid("R1", "P9"), "provider"),
        (d.force("R1", "P1", "B9"), "bed pool"),
        (d.split("G9"), "group"),
        (d.waive("R9", "distance"), "case"),
        (d.waive("R1", "distance", "P9"), "provider"),
        (d.waive("R1", "licence"), "policy"),
        (d.waive("R1", "no-such-rule"), "policy"),
    ],
)
def test_what_means_nothing_any_more_is_dropped_with_its_reason(matter, word):
    kept, (dropped,) = carried(by_kim(d.split("G1")), by_kim(matter))
    assert [one.matter for one in kept] == [d.split("G1")]
    assert dropped.decision.matter == matter
    assert word in dropped.why
    assert dropped.sentence({}).startswith(d.sentence(matter, {}) + " No longer in force: ")


@pytest.mark.parametrize(("until", "kept"), [(day(-1), 0), (TODAY, 1), (day(1), 1), (None, 1)])
def test_a_decision_holds_through_its_last_day(until, kept):
    found, dropped = carried(by_kim(d.waive("R1", "distance"), until=until))
    assert (len(found), len(dropped)) == (kept, 1 - kept)


def test_only_rules_of_policy_can_be_waived():
    for code, setting in GENERAL.rules.items():
        named = setting.kind.value == "policy" and setting.waiver_role is not None
        assert may_be_waived(GENERAL, code) is named
    assert may_be_waived(GENERAL, "distance")
    assert not may_be_waived(GENERAL, "licence")


def made(people, *decisions):
    choices = d.choices_of(decisions)
    return make_run(people, HOMES, POOLS, GENERAL, NOW, choices=choices)


def places(run):
    rows = zip(run.plan.referral.tolist(), run.plan.pool.tolist(), strict=True)
    return {run.problem.referral_ids[i]: run.problem.pool_keys[j][0] for i, j in rows}


def test_the_oldest_of_two_decisions_that_cannot_both_be_had_is_kept():
    people = [known_referral("R1"), known_referral("R2")]
    late = by_kim(d.force("R1", "P2"), at=NOW)
    early = by_kim(d.force("R2", "P2"), at=NOW - timedelta(hours=1))
    other = by_kim(d.forbid("R1", "P2"))
    with pytest.raises(ChoiceError):
        made(people, late, early)
    run, kept, dropped = keep_what_can_be(made(people), [late, early])
    assert kept == (early,)
    assert [one.decision for one in dropped] == [late]
    assert places(run) == {"R1": "P1", "R2": "P2"}
    run, kept, dropped = keep_what_can_be(made(people, other), [early, other])
    assert (kept, dropped) == ((early, other), ())
    assert places(run)["R2"] == "P2"


def test_a_place_that_a_rule_bars_now_is_given_up_and_said():
    people = [known_referral("R1", gender=w.Gender.MALE), known_referral("R2")]
    barred, fine = by_kim(d.force("R1", "P1")), by_kim(d.force("R2", "P1"))
    run, kept, (dropped,) = keep_what_can_be(made(people), [barred, fine])
    assert kept == (fine,)
    assert dropped.decision == barred
    assert "a rule bars the place now" in dropped.why
    assert places(run) == {"R2": "P1"}


def test_the_plan_kept_is_the_plan_made_with_those_decisions():
    people = [known_referral(f"R{k}") for k in range(5)]
    many = [by_kim(d.force(f"R{k}", "P2"), at=NOW + timedelta(minutes=k)) for k in range(5)]
    run, kept, dropped = keep_what_can_be(made(people), many)
    assert [one.matter.case for one in kept] == ["R0"]
    assert len(dropped) == 4
    assert places(run) == places(made(people, *kept))


def test_dropped_decisions_come_back_as_they_were():
    at = datetime(2026, 1, 1, tzinfo=UTC)
    many = (Dropped(by_kim(d.force("R1", "P1"), at=at), "why"),)
    assert dropped_from_plain(dropped_to_plain(many)) == many


whatever = st.builds(
    d.Decision,
    matter=st.one_of(
        st.builds(d.force, st.sampled_from(["R1", "R9"]), st.sampled_from(["P1", "P9"])),
        st.builds(
            d.forbid,
            st.sampled_from(["R2", "R9"]),
            st.sampled_from(["P2", "P9"]),
            st.sampled_from([None, "B1", "B9"]),
        ),
        st.builds(d.split, st.sampled_from(["G1", "G9"])),
        st.builds(d.waive, st.just("R1"), st.sampled_from(["distance", "licence", "x"])),
    ),
    by=st.just("kim"),
    role=st.just(Role.WORKER),
    at=st.just(NOW),
    until=st.sampled_from([None, day(-1), TODAY]),
)


@given(st.lists(whatever, max_size=6))
def test_every_decision_is_kept_or_dropped_and_keeps_its_order(many):
    kept, dropped = carried(*many)
    assert len(kept) + len(dropped) == len(many)
    gone = [one.decision for one in dropped]
    left, right = iter(kept), iter(gone)
    for one in many:
        known = "9" not in repr(one.matter) and one.until != day(-1)
        waivable = one.matter.rule in (None, "distance")
        assert next(left if known and waivable else right) == one
    assert carried(*kept) == (kept, ())
