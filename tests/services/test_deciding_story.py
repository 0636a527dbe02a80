"""Any sequence of decisions: what is accepted holds, is carried over and comes out again."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.domain.access import Action
from matching.domain.errors import ChoiceError, NotFound
from matching.services import decisions as d
from matching.services.choosing import Wish, try_out
from matching.services.decisions import Kind
from matching.services.documents import plan_document
from matching.services.last_plan import since_last
from matching.services.matching import reopen, run_plan
from matching.services.replay import replay
from matching.store import open_store
from tests.builders import (
    FAR,
    HERE,
    NEAR,
    NOW,
    ago,
    day,
    known_home,
    known_pool,
    known_referral,
)
from tests.services.planned import accept, desk_at, office

CASES, PROVIDERS = ("R0", "R1", "R2", "R3"), ("P0", "P1", "P2")
HOMES = tuple(
    known_home(name, county=county)
    for name, county in zip(PROVIDERS, (HERE, NEAR, FAR), strict=True)
)

seats = st.tuples(
    st.sampled_from(CASES), st.sampled_from(PROVIDERS), st.sampled_from([None, "B1"])
)
matters = st.one_of(
    st.builds(lambda seat: d.force(*seat), seats),
    st.builds(lambda seat: d.forbid(*seat), seats),
    st.builds(lambda seat: d.calling(*seat), seats),
    st.just(d.split("G")),
    st.builds(
        lambda case, rule: d.waive(case, rule),
        st.sampled_from(CASES),
        st.sampled_from(["distance", "freshness"]),
    ),
)
wishes = st.builds(
    lambda matter, back: Wish(matter, d.Reason.FAMILY_TEAM, day(9), back),
    matters,
    st.booleans(),
)


@st.composite
def offices(draw):
    people = tuple(
        known_referral(
            name,
            received_at=ago(hours=draw(st.integers(1, 99))),
            group_id=draw(st.sampled_from([None, "G"])),
        )
        for name in CASES
    )
    pools = tuple(
        known_pool(name, beds_available=draw(st.integers(0, 2))) for name in PROVIDERS
    )
    return people, pools


@contextmanager
def record(template):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "record.db"
        shutil.copy(template, path)
        store = open_store(f"sqlite:///{path}")
        try:
            yield desk_at(store)
        finally:
            store.close()


def counts(desk):
    with desk.store.reading() as reading:
        return len(reading.runs.list()), len(reading.audit.events())


def places(run):
    return {
        one["referral"]: (one["provider"], one["bed_pool"])
        for one in plan_document(run)["placements"]
    }


def holds(decision, run):
    """Whether a plan respects a decision, looked at place by place."""
    matter = decision.matter
    if matter.kind not in (Kind.FORCE, Kind.FORBID):
        return True
    place = places(run).get(matter.case, ("", ""))
    there = place[0] == matter.provider_id and matter.pool_id in (None, place[1])
    return there is (matter.kind is Kind.FORCE)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(offices(), st.lists(wishes, max_size=5))
def test_what_is_accepted_holds_and_comes_out_again(sqlite_template, made, story):
    with record(sqlite_template) as desk:
        saved = office(desk, HOMES, made[1], made[0])
        for wish in story:
            before = counts(desk)
            try:
                trial = try_out(desk, saved, wish)
            except (ChoiceError, NotFound):
                assert counts(desk) == before
                continue
            assert counts(desk) == before
            saved = accept(desk, trial)
            assert counts(desk) == (before[0] + 1, before[1] + 1)
            assert since_last(desk, saved).difference == trial.difference
            assert all(holds(one, saved.run) for one in saved.decisions)
        opened = reopen(desk)
        assert opened.decisions == saved.decisions
        assert places(opened.run) == places(saved.run)
        later = run_plan(desk)
        assert later.decisions == saved.decisions
        assert later.dropped == ()
        assert places(later.run) == places(saved.run)
        for number in {1, saved.number, later.number}:
            assert replay(desk, number).same
        with desk.store.reading() as reading:
            assert reading.audit.verify() == []


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(offices(), offices(), st.lists(wishes, max_size=4))
def test_an_office_can_always_plan_again_whatever_was_decided(
    sqlite_template, made, new, story
):
    """The next facts may make decisions impossible: they are dropped, and each is listed."""
    with record(sqlite_template) as desk:
        saved = office(desk, HOMES, made[1], made[0])
        for wish in story:
            try:
                saved = accept(desk, try_out(desk, saved, wish))
            except (ChoiceError, NotFound):
                continue
        tomorrow = replace(desk, clock=lambda: NOW + timedelta(days=1))
        later = office(tomorrow, HOMES, new[1], new[0])
        dropped = [one.decision for one in later.dropped]
        assert sorted(map(repr, (*later.decisions, *dropped))) == sorted(
            map(repr, saved.decisions)
        )
        assert all(holds(one, later.run) for one in later.decisions)
        assert replay(tomorrow, later.number).same
        with desk.store.reading() as reading:
            planned = [e for e in reading.audit.events() if e.action == Action.RUN_PLAN]
        assert planned[-1].details["decisions_dropped"] == len(dropped)
