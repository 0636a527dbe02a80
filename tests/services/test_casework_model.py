"""Whatever several people do, in whatever order, the record is what a count of heads says."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from matching.domain.access import Actor, Role
from matching.domain.casework import (
    TAKES_BED,
    Answer,
    DeclineReason,
    OfferState,
    Outcome,
    ReleaseReason,
    StayEnd,
    StayState,
)
from matching.domain.casework import CaseState as C
from matching.domain.errors import ConflictError
from matching.services import calling, holding, placing
from matching.services.casebook import states
from matching.services.clock import end_what_is_due
from matching.services.facts import places_on
from matching.store import open_store
from tests.conftest import _empty
from tests.services.casework import NOW, SETTINGS, beds, desk_of, oak, on_record, people

PEOPLE = ("R1", "R2", "R3")
HOMES = ("H1", "H2")
BEDS = 1
NAMES = st.sampled_from(PEOPLE)
PLACES = st.sampled_from(HOMES)
WORKERS = st.sampled_from(("kim", "lee"))
PICK = st.integers(0, 9)


@dataclass(frozen=True)
class Stand:
    """Where the model has somebody."""

    state: C = C.WAITING
    home: str | None = None
    until: object = None


class Casework(RuleBasedStateMachine):
    """The services beside a dictionary of where everybody is."""

    def __init__(self, store):
        super().__init__()
        self.store = store
        self.now = NOW
        self.model = {name: Stand() for name in PEOPLE}
        self.events = 0
        homes = [oak("H1"), oak("H2", name="Elm House")]
        # How many live there is not what this is about: beds are.
        pools = [beds(BEDS, home) for home in HOMES]
        on_record(store, homes, pools, people(3))

    def desk(self, who):
        desk = desk_of(self.store)
        now = self.now
        return replace(desk, actor=Actor(who, Role.WORKER), clock=lambda: now)

    def free(self, home):
        return BEDS - sum(one.home == home for one in self.model.values())

    def tick(self):
        """What every use case that takes a bed does first."""
        for name, one in self.model.items():
            if one.until is not None and one.until <= self.now:
                self.model[name] = Stand()
                self.events += 1

    def attempt(self, allowed, act, name, after):
        """Do something that the model says can or cannot be done."""
        if allowed:
            act()
            self.model[name] = after
            self.events += 1
            return
        with pytest.raises(ConflictError) as caught:
            act()
        assert caught.value.saved is False

    def offers(self):
        with self.store.reading() as record:
            return record.offers.open()

    @rule(minutes=st.integers(0, 40))
    def time_goes_on(self, minutes):
        self.now += timedelta(minutes=minutes)

    @rule()
    def the_clock_ticks(self):
        end_what_is_due(self.store, SETTINGS, self.now)
        self.tick()

    @rule(who=WORKERS, name=NAMES, home=PLACES)
    def hold(self, who, name, home):
        mine = [one for one in self.offers() if one.referral_id == name]
        here = [one for one in mine if one.provider_id == home]
        self.tick()
        stand = self.model[name]
        again = stand.state is C.HELD and stand.home == home and here[0].changed_by == who
        if again:
            assert holding.hold(self.desk(who), name, home, "P", 30).id == here[0].id
            return
        allowed = stand.state is C.WAITING and self.free(home) > 0
        after = Stand(C.HELD, home, self.now + timedelta(minutes=30))
        self.attempt(
            allowed, lambda: holding.hold(self.desk(who), name, home, "P", 30), name, after
        )

    @rule(who=WORKERS, name=NAMES, home=PLACES)
    def call(self, who, name, home):
        here = [
            one for one in self.offers() if (one.referral_id, one.provider_id) == (name, home)
        ]
        stand = self.model[name]
        act = lambda: calling.start_calling(self.desk(who), name, home, "P")  # noqa: E731
        if here and here[0].opened_by == who and here[0].state is OfferState.CALLING:
            assert act() == here[0]
        else:
            allowed = not here and stand.state in (C.WAITING, C.HELD)
            self.attempt(allowed, act, name, stand)

    @rule(who=WORKERS, pick=PICK, answer=st.sampled_from(list(Answer)[:-1]))
    def answer(self, who, pick, answer):
        offers = self.offers()
        if not offers:
            return
        one = offers[pick % len(offers)]
        name, home = one.referral_id, one.provider_id
        self.tick()
        stand = self.model[name]
        ended = one.state is OfferState.HELD and stand.state is C.WAITING
        from_call = one.state is OfferState.CALLING
        takes = answer in (Answer.HOLDS, Answer.ACCEPTED)
        allowed = not ended and (
            from_call or (one.state is OfferState.HELD and answer in _OF_A_HOLD)
        )
        if takes and from_call:
            allowed = allowed and stand.state is C.WAITING and self.free(home) > 0
        after = stand
        if answer is Answer.HOLDS:
            after = Stand(C.HELD, home, self.now + timedelta(minutes=30))
        elif answer is Answer.ACCEPTED:
            after = Stand(C.ACCEPTED, home)
        elif answer is Answer.DECLINED and not from_call:
            after = Stand()
        reason = DeclineReason.AGE if answer is Answer.DECLINED else None
        self.attempt(
            allowed,
            lambda: calling.record_answer(
                self.desk(who),
                one.id,
                answer,
                reason=reason,
                hold_minutes=30 if answer is Answer.HOLDS else None,
                expected_version=one.version,
            ),
            name,
            after,
        )

    @rule(who=WORKERS, pick=PICK)
    def release(self, who, pick):
        offers = self.offers()
        if not offers:
            return
        one = offers[pick % len(offers)]
        taken = one.state in TAKES_BED
        after = Stand() if taken else self.model[one.referral_id]
        self.attempt(
            True,
            lambda: calling.withdraw(
                self.desk(who),
                one.id,
                ReleaseReason.NOT_NEEDED,
                expected_version=one.version,
            ),
            one.referral_id,
            after,
        )

    @rule(who=WORKERS, name=NAMES, home=PLACES)
    def move_in(self, who, name, home):
        with self.store.reading() as record:
            version = states(record)[name].version
        due = self.model[name].until
        ended = due is not None and due <= self.now
        self.tick()
        stand = self.model[name]
        has = stand.state in (C.HELD, C.ACCEPTED) and stand.home == home
        allowed = not ended and (has or (stand.state is C.WAITING and self.free(home) > 0))
        self.attempt(
            allowed,
            lambda: placing.start(
                self.desk(who), name, provider_id=home, pool_id="P", expected_version=version
            ),
            name,
            Stand(C.PLACED, home),
        )

    @rule(who=WORKERS, pick=PICK, days=st.integers(0, 1))
    def leave(self, who, pick, days):
        stay = self.stay(pick)
        if stay is not None:
            until = self.now + timedelta(days=days)
            self.attempt(
                True,
                lambda: placing.leave(
                    self.desk(who),
                    stay.id,
                    StayState.MISSING,
                    bed_days=days,
                    expected_version=stay.version,
                ),
                stay.referral_id,
                Stand(C.AWAY, stay.provider_id, until),
            )

    @rule(who=WORKERS, pick=PICK)
    def come_back(self, who, pick):
        stay = self.stay(pick)
        if stay is not None:
            self.tick()
            self.attempt(
                self.model[stay.referral_id].state is C.AWAY,
                lambda: placing.come_back(
                    self.desk(who), stay.id, expected_version=stay.version
                ),
                stay.referral_id,
                Stand(C.PLACED, stay.provider_id),
            )

    @rule(who=WORKERS, pick=PICK, home=PLACES)
    def go_on(self, who, pick, home):
        stay = self.stay(pick)
        if stay is not None and home != stay.provider_id:
            self.tick()
            placed = self.model[stay.referral_id].state is C.PLACED
            self.attempt(
                placed and self.free(home) > 0,
                lambda: placing.transfer(
                    self.desk(who), stay.id, home, "P", expected_version=stay.version
                ),
                stay.referral_id,
                Stand(C.PLACED, home),
            )

    @rule(who=WORKERS, pick=PICK, needs=st.booleans())
    def move_out(self, who, pick, needs):
        stay = self.stay(pick)
        if stay is not None:
            self.attempt(
                True,
                lambda: placing.end(
                    self.desk(who),
                    stay.id,
                    StayEnd.PLANNED,
                    needs_place=needs,
                    expected_version=stay.version,
                ),
                stay.referral_id,
                Stand(C.WAITING if needs else C.CLOSED),
            )

    @rule(who=WORKERS, name=NAMES)
    def close_or_open(self, who, name):
        with self.store.reading() as record:
            version = states(record)[name].version
        desk, stand = self.desk(who), self.model[name]
        if stand.state is C.CLOSED:
            self.attempt(
                True,
                lambda: placing.reopen(desk, name, expected_version=version),
                name,
                Stand(),
            )
        else:
            self.attempt(
                stand.state is C.WAITING,
                lambda: placing.close(desk, name, Outcome.KIN, expected_version=version),
                name,
                Stand(C.CLOSED),
            )

    def stay(self, pick):
        with self.store.reading() as record:
            stays = record.placements.open()
        return stays[pick % len(stays)] if stays else None

    @invariant()
    def the_record_is_what_the_model_says(self):
        with self.store.reading() as record:
            found = {name: one.state for name, one in states(record).items()}
            taken = {
                one.person.referral_id: one.provider_id
                for one in (*record.offers.taking(), *record.placements.current())
            }
            free = {one.provider_id: one.free for one in places_on(record).pools}
            held = Counter(one.state for one in record.offers.open())
            lives = Counter(one.state for one in record.placements.open())
            events = record.audit.events()
        stood = Counter(one.state for one in self.model.values())
        assert found == {name: one.state for name, one in self.model.items()}
        assert taken == {name: one.home for name, one in self.model.items() if one.home}
        assert free == {home: self.free(home) for home in HOMES}
        assert held[OfferState.HELD] == stood[C.HELD]
        assert held[OfferState.ACCEPTED] == stood[C.ACCEPTED]
        assert lives[StayState.LIVING] == stood[C.PLACED]
        assert sum(lives.values()) == stood[C.PLACED] + stood[C.AWAY]
        assert len(events) == self.events

    def teardown(self):
        with self.store.reading() as record:
            assert record.audit.verify() == []


_OF_A_HOLD = (Answer.ACCEPTED, Answer.DECLINED)


def machine(examples, steps):
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )


def test_on_sqlite(sqlite_template, tmp_path):
    opened = []

    def new():
        path = tmp_path / f"{len(opened)}.db"
        shutil.copy(sqlite_template, path)
        opened.append(open_store(f"sqlite:///{path}"))
        return Casework(opened[-1])

    run_state_machine_as_test(new, settings=machine(12, 25))
    for store in opened:
        store.close()


def test_on_postgresql(postgres_record):
    def new():
        _empty(postgres_record)
        return Casework(postgres_record)

    run_state_machine_as_test(new, settings=machine(4, 25))
