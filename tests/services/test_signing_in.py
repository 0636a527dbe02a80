"""Signing in, being refused without learning anything, locks, and changing the password."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from matching.domain.access import Role
from matching.domain.accounts import SessionEnd
from matching.domain.errors import InputError, PermissionDenied
from matching.services import hashing, sessions, signing_in
from matching.services.throttle import Throttle
from tests.services import staffed
from tests.services.staffed import NOW, OTHER, PASSWORD, SETTINGS, fresh, staff


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    staffed.quick_hashes(monkeypatch)


@pytest.fixture
def throttle() -> Throttle:
    return Throttle(most=10_000)


def sign_in(store, throttle, name="kim", password=PASSWORD, now=NOW, **more):
    more.setdefault("address", "10.0.0.9")
    return signing_in.sign_in(store, SETTINGS, throttle, name, password, now=now, **more)


def refused(store, throttle, *args, **more):
    with pytest.raises(PermissionDenied) as caught:
        sign_in(store, throttle, *args, **more)
    return caught.value.sentence()


def visit(store, token, now=NOW):
    return sessions.visit(store, SETTINGS, token, now)


def test_the_right_password_starts_a_session(store, throttle):
    staff(store, "kim", Role.SUPERVISOR)
    done = sign_in(store, throttle)
    found = visit(store, done.token)
    assert (found.name, found.role, found.office) == ("kim", Role.SUPERVISOR, "main")
    assert not done.must_change
    assert done.offices == ("main",)
    assert staffed.actions(store) == ["signed_in"]


@pytest.mark.parametrize("name", ["Kim", " KIM ", "ｋｉｍ"])
def test_a_name_has_one_spelling(store, throttle, name):
    staff(store, "kim")
    assert sign_in(store, throttle, name).token


def test_the_token_is_kept_nowhere_and_shown_nowhere(store, throttle):
    staff(store, "kim")
    done = sign_in(store, throttle)
    assert done.token not in repr(done)
    with store.engine.connect() as connection:
        for table in ("sessions", "audit_events", "accounts"):
            rows = connection.exec_driver_sql(f"SELECT * FROM {table}").fetchall()  # noqa: S608
            assert rows
            assert done.token not in str(rows)
            assert PASSWORD not in str(rows)


def test_every_refusal_has_the_same_words(store, throttle):
    staff(store, "kim")
    staff(store, "gone", active=False)
    staff(store, "far", password_hash=None)
    staff(store, "nowhere", roles={})
    locked = staff(store, "locked", locked_until=NOW + timedelta(minutes=1))
    old = staff(store, "old", must_change=True, password_at=NOW - timedelta(days=8))
    assert locked.locked(NOW)
    assert old.must_change
    said = {
        refused(store, throttle, "nobody"),
        refused(store, throttle, "kim", "wrong"),
        refused(store, throttle, "gone"),
        refused(store, throttle, "far"),
        refused(store, throttle, "far", ""),
        refused(store, throttle, "nowhere"),
        refused(store, throttle, "locked"),
        refused(store, throttle, "old"),
        refused(store, throttle, "", ""),
        refused(store, throttle, "kim", "x" * 100_000),
        refused(store, Throttle(most=0), "kim"),
    }
    assert len(said) == 1
    assert "kim" not in said.pop()


def test_every_failure_is_recorded_with_its_reason_and_without_what_was_typed(store, throttle):
    staff(store, "kim")
    refused(store, throttle, "my password typed as the name")
    refused(store, throttle, "kim", "wrong")
    with store.reading() as record:
        found = record.audit.events()
    assert [(one.actor, one.action, one.reason) for one in found] == [
        ("nobody", "sign_in_failed", "unknown"),
        ("kim", "sign_in_failed", "password"),
    ]
    assert "typed" not in str(found)
    assert "wrong" not in str(found)


def test_the_same_work_is_done_for_a_name_that_does_not_exist(store, throttle, monkeypatch):
    """Counted rather than timed: one verification each, whoever asks."""
    staff(store, "kim")
    staff(store, "far", password_hash=None)
    done = []
    verify = hashing._hasher.verify

    class Counting:
        def __getattr__(self, name):
            return getattr(hasher, name)

        def verify(self, *args):
            done.append(args[0])
            return verify(*args)

    hasher = hashing._hasher
    monkeypatch.setattr(hashing, "_hasher", Counting())
    for name in ("nobody", "kim", "far"):
        before = len(done)
        refused(store, throttle, name, "wrong password here")
        assert len(done) == before + 1
    assert all(one.startswith("$argon2id$") for one in done)


def test_unknown_names_take_as_long_as_known_ones(sqlite_store, throttle, monkeypatch):
    """With the real hash: the shortest of several tries, within a wide margin."""
    monkeypatch.undo()
    hashing._nobodys.cache_clear()
    staff(sqlite_store, "kim")
    refused(sqlite_store, throttle, "nobody")

    def shortest(name):
        took = []
        for _ in range(4):
            start = time.perf_counter()
            refused(sqlite_store, throttle, name, "wrong password here")
            took.append(time.perf_counter() - start)
        return min(took)

    known, unknown = shortest("kim"), shortest("nobody")
    assert 0.6 < known / unknown < 1.7


def test_five_wrong_passwords_lock_for_a_quarter_of_an_hour(store, throttle):
    one = staff(store, "kim")
    for _ in range(5):
        refused(store, throttle, "kim", "wrong")
    assert fresh(store, one).locked_until == NOW + timedelta(minutes=15)
    refused(store, throttle)
    refused(store, throttle, now=NOW + timedelta(minutes=14, seconds=59))
    assert fresh(store, one).failures == 5
    done = sign_in(store, throttle, now=NOW + timedelta(minutes=15))
    assert done.token
    assert (fresh(store, one).failures, fresh(store, one).locked_until) == (0, None)
    assert staffed.actions(store).count("account_locked") == 1


def test_each_lock_is_twice_as_long_up_to_four_hours(store, throttle):
    one, now, minutes = staff(store, "kim"), NOW, []
    for _ in range(6):
        for _ in range(5):
            refused(store, throttle, "kim", "wrong", now=now)
        until = fresh(store, one).locked_until
        minutes.append(int((until - now).total_seconds() // 60))
        now = until
    assert minutes == [15, 30, 60, 120, 240, 240]


def test_four_wrong_and_one_right_begin_anew(store, throttle):
    one = staff(store, "kim")
    for _ in range(4):
        refused(store, throttle, "kim", "wrong")
    sign_in(store, throttle)
    for _ in range(4):
        refused(store, throttle, "kim", "wrong")
    assert fresh(store, one).locked_until is None


def test_one_address_may_not_try_many_names(store):
    staff(store, "kim")
    throttle = Throttle(most=3)
    for k in range(3):
        refused(store, throttle, f"name{k}")
    refused(store, throttle)
    assert sign_in(store, throttle, address="10.0.0.10").token
    assert sign_in(store, throttle, now=NOW + timedelta(minutes=15)).token


def test_the_session_the_browser_came_with_ends(store, throttle):
    staff(store, "kim")
    first = sign_in(store, throttle)
    key = sessions.key_of(first.token)
    second = sign_in(store, throttle, before=key)
    assert first.token != second.token
    assert sessions.look(store, SETTINGS, key, NOW) is SessionEnd.REPLACED
    assert visit(store, second.token)


def test_a_weaker_hash_is_made_anew_with_the_next_sign_in(store, throttle, monkeypatch):
    from argon2 import PasswordHasher

    one = staff(store, "kim")
    monkeypatch.setattr(
        hashing, "_hasher", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    )
    sign_in(store, throttle)
    stored = fresh(store, one).password_hash
    assert stored != one.password_hash
    assert "m=16,t=2" in stored
    assert sign_in(store, throttle).token


def test_one_time_passwords_must_be_changed_and_grow_old(store, throttle):
    staff(store, "kim", must_change=True)
    assert sign_in(store, throttle).must_change
    assert sign_in(store, throttle, now=NOW + timedelta(days=7)).must_change
    refused(store, throttle, now=NOW + timedelta(days=7, seconds=1))


def change(store, token, present=PASSWORD, new=OTHER, now=NOW):
    key = sessions.key_of(token)
    return signing_in.change_password(store, key, SETTINGS, present, new, now=now)


def test_a_changed_password_ends_every_session_and_begins_one(store, throttle):
    one = staff(store, "kim", must_change=True)
    here, there = sign_in(store, throttle), sign_in(store, throttle)
    done = change(store, here.token)
    assert visit(store, here.token) is None
    assert visit(store, there.token) is None
    assert visit(store, done.token).must_change is False
    refused(store, throttle)
    assert sign_in(store, throttle, password=OTHER).token
    assert fresh(store, one).must_change is False
    assert "password_changed" in staffed.actions(store)


@pytest.mark.parametrize("new", ["short", "password1234", PASSWORD, "kim kim kim kim"])
def test_a_bad_new_password_changes_nothing(store, throttle, new):
    one = staff(store, "kim")
    done = sign_in(store, throttle)
    before = fresh(store, one)
    with pytest.raises(InputError):
        change(store, done.token, new=new)
    assert fresh(store, one).password_hash == before.password_hash
    assert visit(store, done.token)


def test_whoever_sits_down_at_an_open_screen_cannot_guess_the_password(store, throttle):
    one = staff(store, "kim")
    done = sign_in(store, throttle)
    for _ in range(5):
        with pytest.raises(InputError, match="not right"):
            change(store, done.token, present="a guess at it")
    assert fresh(store, one).locked(NOW)
    assert visit(store, done.token) is None
    with pytest.raises(PermissionDenied):
        change(store, done.token)


def test_a_session_that_is_over_changes_no_password(store, throttle):
    one = staff(store, "kim")
    done = sign_in(store, throttle)
    with pytest.raises(PermissionDenied):
        change(store, done.token, now=NOW + timedelta(minutes=15))
    assert fresh(store, one).password_hash == one.password_hash


def test_somebody_vouched_for_is_found_by_name_once_and_by_subject_then(store):
    one = staff(store, "kim@a.example", password_hash=None)
    first = signing_in.vouched(store, "https://a", "7", "Kim@A.example", now=NOW, before=None)
    assert visit(store, first.token).name == "kim@a.example"
    assert (fresh(store, one).issuer, fresh(store, one).subject) == ("https://a", "7")
    again = signing_in.vouched(store, "https://a", "7", None, now=NOW, before=None)
    assert visit(store, again.token).name == "kim@a.example"


@pytest.mark.parametrize(
    ("issuer", "subject", "name"),
    [
        ("https://a", "8", "kim"),  # another person of the same name
        ("https://b", "7", "kim"),  # another provider
        ("https://a", "9", "pat"),  # an account with a password here
        ("https://a", "9", "gone"),
        ("https://a", "9", "nobody"),
        ("https://a", "9", None),
    ],
)
def test_nobody_else_gets_in_by_being_vouched_for(store, issuer, subject, name):
    staff(store, "kim", password_hash=None, issuer="https://a", subject="7")
    staff(store, "pat")
    staff(store, "gone", password_hash=None, active=False)
    with pytest.raises(PermissionDenied):
        signing_in.vouched(store, issuer, subject, name, now=NOW, before=None)
    assert staffed.actions(store) == ["sign_in_failed"]


def test_going_on_at_another_office_is_a_new_session(store, throttle):
    staffed.office(store, "north")
    staff(store, "kim", roles={"main": Role.WORKER, "north": Role.MANAGER})
    done = sign_in(store, throttle)
    assert done.offices == ("main", "north")
    key = sessions.key_of(done.token)
    there = signing_in.go_to_office(store, key, SETTINGS, "north", now=NOW)
    found = visit(store, there.token)
    assert (found.office, found.role) == ("north", Role.MANAGER)
    assert visit(store, done.token) is None
    with pytest.raises(PermissionDenied):
        signing_in.go_to_office(store, key, SETTINGS, "north", now=NOW)


def test_going_from_office_to_office_does_not_outlast_the_longest_session(store, throttle):
    staffed.office(store, "north")
    staff(store, "kim", roles={"main": Role.WORKER, "north": Role.MANAGER})
    token, now, moves = sign_in(store, throttle).token, NOW, 0
    ends = NOW + timedelta(hours=SETTINGS.session_hours)
    while (now := now + timedelta(minutes=14)) < ends:
        key = sessions.key_of(token)
        there = ("north", "main")[moves % 2]
        token = signing_in.go_to_office(store, key, SETTINGS, there, now=now).token
        found = sessions.visit(store, SETTINGS, token, now)
        assert found is not None
        assert (found.office, found.started_at, found.seen_at) == (there, NOW, now)
        moves += 1
    assert moves == 42
    assert sessions.visit(store, SETTINGS, token, ends - timedelta(seconds=1)) is not None
    assert sessions.visit(store, SETTINGS, token, ends) is None
    with pytest.raises(PermissionDenied):
        signing_in.go_to_office(store, sessions.key_of(token), SETTINGS, "north", now=ends)


def test_nobody_goes_to_an_office_that_is_not_theirs(store, throttle):
    staffed.office(store, "north")
    staff(store, "kim")
    done = sign_in(store, throttle)
    key = sessions.key_of(done.token)
    for office in ("north", "nowhere", ""):
        with pytest.raises(PermissionDenied):
            signing_in.go_to_office(store, key, SETTINGS, office, now=NOW)
    assert visit(store, done.token)
