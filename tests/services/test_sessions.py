"""A session lasts while somebody is there, and ends for good; its end is recorded once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.access import Role
from matching.domain.accounts import SessionEnd
from matching.services import sessions
from matching.services.sessions import Visit
from tests.services import staffed
from tests.services.staffed import NOW, SETTINGS, begin, fresh, staff


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    staffed.quick_hashes(monkeypatch)


@pytest.fixture
def kim(store):
    return staff(store, "kim", Role.SUPERVISOR)


def look(store, token, now=NOW, **more):
    return sessions.look(store, SETTINGS, sessions.key_of(token), now, **more)


def test_tokens_are_long_different_and_well_formed():
    made = {sessions.new_token() for _ in range(200)}
    assert len(made) == 200
    assert all(sessions.key_of(one) for one in made)
    assert all(len(one) == 43 for one in made)


@given(st.text(max_size=60))
def test_what_is_no_token_has_no_key(text):
    import re

    assert (sessions.key_of(text) is None) == (not re.fullmatch(r"[A-Za-z0-9_-]{43}", text))


def test_a_forged_token_is_nobody(store, kim):
    begin(store, kim)
    assert sessions.visit(store, SETTINGS, sessions.new_token(), NOW) is None
    assert sessions.visit(store, SETTINGS, "", NOW) is None
    assert sessions.visit(store, SETTINGS, None, NOW) is None


def test_the_key_on_the_record_is_no_token(store, kim):
    """Whoever reads the record cannot go on in somebody's session."""
    token = begin(store, kim)
    assert sessions.visit(store, SETTINGS, sessions.key_of(token), NOW) is None


def test_it_lasts_for_less_than_the_idle_time(store, kim):
    token = begin(store, kim)
    assert isinstance(look(store, token, NOW + timedelta(minutes=14, seconds=59)), Visit)
    assert look(store, token, NOW + timedelta(minutes=15)) is SessionEnd.IDLE


def test_doing_something_keeps_it_whether_noted_or_known_better(store, kim):
    token = begin(store, kim)
    key, seen = sessions.key_of(token), NOW + timedelta(minutes=10)
    late = NOW + timedelta(minutes=20)
    assert isinstance(look(store, token, late, seen=seen), Visit)
    assert look(store, token, late) is SessionEnd.IDLE
    sessions.note_seen(store, key, seen)
    assert isinstance(look(store, token, late), Visit)
    # What is known of earlier takes nothing from what is noted.
    assert isinstance(look(store, token, late, seen=NOW), Visit)


def test_it_ends_after_ten_hours_whatever_is_done(store, kim):
    token = begin(store, kim)
    end = NOW + timedelta(hours=10)
    assert isinstance(look(store, token, end - timedelta(seconds=1), seen=end), Visit)
    assert look(store, token, end, seen=end) is SessionEnd.EXPIRED


def test_one_that_goes_on_from_another_ends_when_that_would_have_and_is_fresh(store, kim):
    with store.transaction() as change:
        token = sessions.begin(change, kim, "main", NOW + timedelta(hours=9), started_at=NOW)
    (end, almost) = (NOW + timedelta(hours=10), NOW + timedelta(hours=9, minutes=14))
    found = look(store, token, almost)
    assert (found.started_at, found.seen_at) == (NOW, NOW + timedelta(hours=9))
    assert look(store, token, end, seen=end) is SessionEnd.EXPIRED


@given(st.integers(0, 700), st.integers(0, 700))
def test_it_never_lasts_longer_than_either_limit(seen_after, minutes):
    from matching.domain.accounts import Session

    now, seen = NOW + timedelta(minutes=minutes), NOW + timedelta(minutes=seen_after)
    one = Session(key="k", account_id=1, office="main", started_at=NOW, seen_at=NOW)
    over = sessions._over(one, SETTINGS, now, min(seen, now))
    lasts = minutes < 600 and minutes - min(seen_after, minutes) < 15
    assert (over is None) == lasts


def test_the_role_is_the_one_of_this_moment(store, kim):
    token = begin(store, kim)
    with store.transaction() as change:
        change.accounts.set_role(kim.id, "main", Role.MANAGER)
    assert look(store, token).role is Role.MANAGER
    with store.transaction() as change:
        change.accounts.set_role(kim.id, "main", None)
    assert look(store, token) is SessionEnd.ROLE


def test_a_disabled_account_is_out_even_if_its_session_was_forgotten(store, kim):
    token = begin(store, kim)
    with store.transaction() as change:
        change.accounts.change(kim, active=False)
    assert look(store, token) is SessionEnd.DISABLED


def test_an_end_is_for_good_and_recorded_once(store, kim):
    token = begin(store, kim)
    key = sessions.key_of(token)
    assert sessions.end(store, key, NOW, SessionEnd.SIGNED_OUT)
    assert not sessions.end(store, key, NOW, SessionEnd.IDLE)
    assert not sessions.end(store, "0" * 64, NOW, SessionEnd.IDLE)
    sessions.note_seen(store, key, NOW + timedelta(minutes=1))
    assert look(store, token) is SessionEnd.SIGNED_OUT
    with store.reading() as record:
        (event,) = record.audit.events()
    assert (event.actor, event.action, event.reason) == ("kim", "session_ended", "signed_out")
    assert key not in str(event)


def test_an_end_is_recorded_at_the_office_it_was_at(store, kim):
    staffed.office(store, "north")
    with store.transaction() as change:
        change.accounts.set_role(kim.id, "north", Role.WORKER)
    token = begin(store, kim, "north")
    sessions.end(store, sessions.key_of(token), NOW, SessionEnd.LEFT)
    with store.at("north").reading() as record:
        (event,) = record.audit.events()
    assert (event.office, event.role) == ("north", "worker")


def test_ones_own_sessions_and_the_end_of_all_others(store, kim):
    pat = staff(store, "pat")
    here, there, theirs = begin(store, kim), begin(store, kim), begin(store, pat)
    idle = begin(store, kim, now=NOW - timedelta(hours=1))
    desk = staffed.desk_of(store, "kim", Role.SUPERVISOR)
    key = sessions.key_of(here)
    assert {one.key for one in sessions.own(desk)} == {key, sessions.key_of(there)}
    assert sessions.end_others(desk, key) == 2
    assert isinstance(look(store, here), Visit)
    assert isinstance(look(store, theirs), Visit)
    assert look(store, there) is SessionEnd.REVOKED
    assert look(store, idle) is SessionEnd.REVOKED
    assert "sessions_ended" in staffed.actions(store)


def test_somebody_without_an_account_has_no_sessions(store):
    desk = staffed.machine(store)
    assert sessions.own(desk) == ()
    assert sessions.end_others(desk, "x") == 0
    assert not sessions.has_password(desk)


def test_who_has_a_password_here(store, kim):
    staff(store, "far", password_hash=None)
    assert sessions.has_password(staffed.desk_of(store, "kim", Role.SUPERVISOR))
    assert not sessions.has_password(staffed.desk_of(store, "far", Role.WORKER))
    assert fresh(store, kim).last_sign_in is None
