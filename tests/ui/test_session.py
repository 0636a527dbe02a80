"""Who is at the screen is looked up with every run; nothing drawn is for anybody else."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st

from matching.domain.access import STAFF_ROLES, Actor, Role
from matching.domain.accounts import SessionEnd
from matching.domain.errors import PermissionDenied
from matching.services import calling, holding, sessions
from matching.services.desk import utc_now
from matching.services.matching import run_plan
from matching.store.repositories import Opening
from matching.ui import navigation, session
from matching.ui.pages_of import OPENS, may_open, pages_of
from matching.ui.text import shell as text
from tests.services import staffed
from tests.ui.conftest import ROOT, desk_at, heading, words

SIGNED_OUT = f"{session.SIGNED_OUT} Nothing was saved. {session.SIGN_IN}"


@pytest.fixture
def sign_in(record, monkeypatch):
    """Sign somebody in at the screen of the test, and return their account and token."""
    staffed.quick_hashes(monkeypatch)

    def begin(name="kim", role=Role.WORKER, at="main", **more):
        one = staffed.staff(record, name, role, at, **more)
        token = staffed.begin(record, one, at, utc_now())
        monkeypatch.setattr(session, "token", lambda: token)
        return one, token

    return begin


def test_before_accounts_there_is_one_local_user(open_page, record):
    assert text.LOCAL in words(open_page())
    assert session.desk().actor == session.LOCAL_USER


@pytest.mark.parametrize("name", ["board", "case", "providers", "accounts"])
def test_with_accounts_nothing_is_drawn_without_a_session(open_page, record, monkeypatch, name):
    staffed.quick_hashes(monkeypatch)
    app = open_page(name)
    staffed.staff(record, "ana", Role.ADMIN)
    app.run()
    shown = words(app)
    assert SIGNED_OUT in shown
    assert heading(app) == text.NOTHING_SHOWN
    assert "R-" not in shown
    assert "60 waiting" not in shown
    assert not app.button
    assert not app.get("page_link")


def test_a_forged_token_is_nobody(open_page, sign_in, monkeypatch):
    sign_in()
    monkeypatch.setattr(session, "token", sessions.new_token)
    assert SIGNED_OUT in words(open_page())


def test_the_page_says_who_is_signed_in_and_where(open_page, sign_in):
    sign_in(role=Role.SUPERVISOR)
    app = open_page()
    shown = words(app)
    assert "kim, supervisor at Office" in shown
    assert text.SIGN_OUT in shown
    assert text.LEAVE in shown
    assert text.LOCAL not in shown
    links = re.findall(
        r'href="([^"]+)" target="_self"', " ".join(one.value for one in app.html)
    )
    assert sorted(links[:2]) == ["/leave", "/sign-out"]


def test_leaving_is_there_before_accounts_and_signing_out_is_not(open_page):
    shown = words(open_page())
    assert text.LEAVE in shown
    assert text.SIGN_OUT not in shown


@pytest.mark.parametrize("how", ["revoked", "disabled", "demoted", "must change"])
def test_an_open_tab_draws_nothing_more_once_it_is_over(open_page, record, sign_in, how):
    one, token = sign_in()
    app = open_page()
    assert heading(app).startswith("60 waiting")
    with record.transaction() as change:
        if how == "revoked":
            key = sessions.key_of(token)
            change.sessions.end(key, utc_now(), SessionEnd.REVOKED)
        elif how == "disabled":
            change.accounts.change(one, active=False)
        elif how == "must change":
            change.accounts.change(one, must_change=True)
        else:
            change.accounts.set_role(one.id, "main", Role.AUDITOR)
    app.run()
    shown = words(app)
    assert "waiting" not in shown
    assert not re.search(r"R-\d{4}", shown)
    if how == "demoted":
        assert "kim, auditor at Office" in shown
    else:
        assert SIGNED_OUT in shown


def test_an_idle_session_draws_nothing(open_page, record, sign_in, monkeypatch):
    sign_in()
    later = utc_now() + timedelta(minutes=16)
    monkeypatch.setattr(session, "utc_now", lambda: later)
    assert SIGNED_OUT in words(open_page())


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_each_role_opens_its_own_pages_and_is_told_of_the_others(open_page, sign_in, role):
    sign_in(role=role)
    actor = Actor("kim", role)
    own = pages_of(actor)
    assert own[-1] == "account"
    refusal = f"is not for the role {text.ROLES[role]}"
    # Without an address the first of one's own pages opens.
    assert refusal not in words(open_page())
    for name in ("case", "providers", "accounts"):
        app = open_page(name)
        assert (refusal in words(app)) is (name not in own), name
        assert (heading(app) == text.PAGES[name]) is (name not in own), name


def test_every_page_is_opened_by_an_action_and_has_words():
    assert set(OPENS) == set(text.PAGES) == set(text.PAGE_HELP)
    files = {one.stem for one in Path(navigation.page_file("board")).parent.glob("*.py")}
    assert files - {"__init__"} <= set(text.PAGES)


def test_who_opens_what():
    table = {
        Role.WORKER: {"board", "plan", "case", "calls", "referral", "upload"},
        Role.MANAGER: {"providers", "gaps", "planner", "fairness", "upload"},
        Role.LICENSING: {"providers", "upload"},
        Role.AUDITOR: {"audit"},
        Role.ADMIN: {"accounts", "providers", "upload"},
    }
    for role, names in table.items():
        assert all(may_open(Actor("kim", role), name) for name in names)
    people = {"board", "plan", "case", "calls", "referral"}
    for role in (Role.MANAGER, Role.LICENSING, Role.AUDITOR, Role.ADMIN):
        assert not any(may_open(Actor("kim", role), name) for name in people)
    for role in set(STAFF_ROLES) - {Role.ADMIN}:
        assert not may_open(Actor("kim", role), "accounts")
    assert "account" not in pages_of(session.LOCAL_USER)


def _opened(provider_id, now):
    until = now + timedelta(hours=1)
    return Opening(
        actor="local user", provider_id=provider_id, reason="call", at=now, until=until
    )


def test_the_scope_tells_roles_offices_and_openings_apart(record, desk):
    staffed.office(record, "north")
    here = desk_at(record)
    there = desk_at(record.at("north"))
    manager = replace(here, actor=Actor("local user", Role.MANAGER))
    scopes = {session.scope(one) for one in (here, there, manager)}
    assert len(scopes) == 3
    now = here.clock()
    with record.transaction() as change:
        change.openings.add(_opened("P-1", now))
    assert session.scope(here) not in scopes
    assert session.scope(here)[2] == ("P-1",)
    other = replace(here, actor=Actor("pat", Role.LOCAL))
    assert session.scope(other)[2] == ()


def test_what_one_office_keeps_another_never_sees(record, desk):
    staffed.office(record, "north")
    here, there = desk_at(record), desk_at(record.at("north"))
    assert session.board(here) is session.board(here)
    assert session.board(there) is not session.board(here)
    assert session.origins(there) != frozenset() or session.origins(here)
    assert "R-" not in repr(session.board(there).waiting)


def test_everything_kept_for_several_people_is_keyed_by_scope():
    """A cache in the dashboard takes either nothing of a person, or a key with the scope.

    Only `session.key` makes a `Key`, and it begins with the scope.
    """
    kept = re.compile(r"@st\.cache_(?:resource|data)\([^\n]*\)\ndef (\w+)\(([^)]*)\)")
    found, made = 0, []
    for path in sorted((ROOT / "matching" / "ui").rglob("*.py")):
        source = path.read_text("utf-8")
        made += [path.name] * len(re.findall(r"\bKey\(", source))
        for name, arguments in kept.findall(source):
            found += 1
            if "_desk" not in arguments:
                assert name in {"_house", "_first_start"}, name
            else:
                scoped = re.search(r"\bkey: (session\.)?Key\b", arguments)
                assert scoped or name == "_office_name", (path, name)
    assert found > 4
    assert made == ["session.py"]


def test_the_key_of_what_is_kept_begins_with_the_scope(record, desk):
    staffed.office(record, "north")
    here, there = desk_at(record), desk_at(record.at("north"))
    manager = replace(here, actor=Actor("local user", Role.MANAGER))
    keys = {session.key(one, "plan", 3) for one in (here, there, manager)}
    assert len(keys) == 3
    assert session.key(here, "plan", 3) == session.key(here, "plan", 3)
    assert session.key(here, "plan", 3) != session.key(here, "plan", "3")
    elsewhere = replace(here, settings=replace(here.settings, database_url="sqlite:///b.db"))
    assert session.key(elsewhere, "plan", 3) not in keys


def test_what_is_shared_is_made_once_for_whoever_sees_the_same(record, desk):
    staffed.office(record, "north")
    here, there = desk_at(record), desk_at(record.at("north"))
    pat = replace(here, actor=Actor("pat", Role.LOCAL))
    made = []

    def make():
        made.append(len(made))
        return made[-1]

    assert [session.shared(one, "a", (1,), make) for one in (here, pat, there, here)] == [
        0,
        0,
        1,
        0,
    ]
    assert session.shared(here, "a", (2,), make) == 2
    assert session.shared(here, "b", (1,), make) == 3
    session.box(here, "work", (1,)).append("found")
    assert session.box(pat, "work", (1,)) == ["found"]
    assert session.box(there, "work", (1,)) == []


def test_of_what_grows_old_only_the_newest_is_kept(record, desk):
    here, made = desk_at(record), []
    for state in range(600):
        session.lately(here, "large", (state,), lambda: made.append(1))
    session.lately(here, "large", (599,), lambda: made.append(1))
    assert len(made) == 600
    session.lately(here, "large", (0,), lambda: made.append(1))
    assert len(made) == 601


def test_within_a_run_the_record_is_read_once_until_something_is_saved(record, desk):
    here = desk_at(record)
    read = []

    def version():
        read.append(1)
        return len(read)

    def look():
        return session._in_this_run(here, "thing", version)

    assert [look(), look()] == [1, 2], "outside a run nothing is kept"
    with session.one_run():
        assert [look(), look()] == [3, 3]
        with record.transaction() as change:
            change.openings.add(_opened("P-9", here.clock()))
        assert [look(), look()] == [4, 4]
    with session.one_run():
        assert look() == 5


def test_a_save_in_the_middle_of_a_run_renews_the_state_of_the_record(record, desk):
    here = desk_at(record)
    run_plan(here)
    with session.one_run():
        before = session.version(here), session.moment(here)
        assert (session.version(here), session.moment(here)) == before
        with record.reading() as reading:
            one = reading.runs.latest().document["placements"][0]
        place = one["referral"], one["provider"], one["bed_pool"]
        started = calling.start_calling(here, *place)
        called = session.version(here), session.moment(here)
        assert called[0] == before[0], "a call takes no bed"
        assert called[1] != before[1], "and is seen at once all the same"
        holding.hold(here, *place)
        assert session.version(here) > called[0]
        assert session.everybody(here).moves[place[0]].offer.id == started.id
        assert session.moment(here) != before[1]


def test_a_plan_is_kept_for_those_alone_who_see_the_same(record, desk):
    here = desk_at(record)
    pat = replace(here, actor=Actor("pat", Role.LOCAL))
    saved = run_plan(here)
    session.remember(here, saved)
    assert session.current_run(here) is saved
    assert session.current_run(pat) is saved
    with record.transaction() as change:
        change.openings.add(_opened("P-1", here.clock()))
    # Whoever opened a confidential provider reads other sentences from now on.
    assert session.kept_run(here, saved.number) is None
    mine = session.current_run(here)
    assert mine is not saved
    assert mine.number == saved.number
    assert session.kept_run(here, saved.number) is mine
    assert session.current_run(pat) is saved


def test_a_plan_from_older_facts_is_at_hand_and_not_the_current_one(record, desk):
    here = desk_at(record)
    run_plan(here)
    saved = session.current_run(here)
    with record.reading() as reading:
        one = reading.runs.latest().document["placements"][0]
    holding.hold(here, one["referral"], one["provider"], one["bed_pool"])
    assert session.current_run(here) is None
    assert session.kept_run(here, saved.number) is saved


def test_the_token_is_the_one_cookie_of_the_handshake(monkeypatch):
    context = SimpleNamespace(cookies={"session": "a", "other": "b"})
    monkeypatch.setattr(st, "context", context)
    assert session.token() == "a"
    context.cookies = {}
    assert session.token() is None


def test_whoever_is_signed_out_has_no_desk(record, monkeypatch):
    staffed.quick_hashes(monkeypatch)
    staffed.staff(record, "ana", Role.ADMIN)
    monkeypatch.setattr(session, "token", lambda: None)
    with pytest.raises(PermissionDenied):
        session.desk()
