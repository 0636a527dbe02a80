"""The pages Accounts and My account, for those who may open them."""

from __future__ import annotations

import re

import pytest

from matching.domain.access import Role
from matching.services import hashing, sessions
from matching.services.desk import utc_now
from matching.ui import session
from matching.ui.text import accounts as text
from tests.services import staffed
from tests.ui.conftest import heading, labels, open_page, record, sample_record, words

__all__ = ["open_page", "record", "sample_record"]  # fixtures


@pytest.fixture
def signed_in(record, monkeypatch):
    """An administrator at the screen; returns their session's key."""
    staffed.quick_hashes(monkeypatch)
    ana = staffed.staff(record, "ana", Role.ADMIN)
    token = staffed.begin(record, ana, "main", utc_now())
    monkeypatch.setattr(session, "token", lambda: token)
    return sessions.key_of(token)


def codes(app):
    return [one.value for one in app.code]


def test_before_accounts_the_page_says_how_the_first_is_added(open_page):
    app = open_page("accounts")
    assert "one local user" in heading(app)
    assert codes(app) == [text.FIRST_COMMAND]
    assert not [one for one in app.button if one.key and one.key.startswith("accounts")]


def test_before_accounts_ones_own_page_says_there_are_none_and_how_to_add_one(open_page):
    app = open_page("account")
    assert heading(app) == text.NO_ACCOUNTS
    assert heading(app).startswith("There are no accounts yet")
    assert text.FIRST in words(app)
    assert codes(app) == [text.FIRST_COMMAND]
    assert "is not for the role" not in words(app)


def test_the_page_counts_and_lists(open_page, record, signed_in):
    staffed.staff(record, "kim")
    staffed.staff(record, "pat", Role.SUPERVISOR, active=False)
    app = open_page("accounts")
    assert heading(app) == "2 accounts may sign in at Office: 1 worker, 1 administrator."
    shown = words(app)
    assert "pat Supervisor disabled never" in shown
    assert "kim Worker may sign in never" in shown


def test_a_new_account_shows_its_password_once(open_page, record, signed_in, caplog):
    caplog.set_level("DEBUG")
    app = open_page("accounts")
    app.text_input(key="accounts-name").set_value("kim.jones")
    app.selectbox(key="accounts-new-role").set_value(Role.SUPERVISOR)
    next(one for one in app.button if one.label == text.ADD_BUTTON).click().run()
    (password,) = codes(app)
    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", password)
    assert "kim.jones is added as supervisor." in words(app)
    assert text.ONE_TIME.format(name="kim.jones") in words(app)
    with record.reading() as reading:
        made = reading.accounts.named("kim.jones")
    assert hashing.matches(made.password_hash, password)
    assert made.roles == {"main": Role.SUPERVISOR}
    app.run()
    assert codes(app) == []
    assert password not in words(app) + caplog.text
    assert password not in str(app.session_state)


def test_what_cannot_be_added_is_said(open_page, record, signed_in):
    app = open_page("accounts")
    app.text_input(key="accounts-name").set_value("a b")
    next(one for one in app.button if one.label == text.ADD_BUTTON).click().run()
    assert "This cannot be the name of an account. Nothing was saved." in words(app)


def chosen(open_page, name="kim"):
    app = open_page("accounts")
    app.selectbox(key="accounts-whom").set_value(name).run()
    assert not app.exception
    return app


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("accounts-reset", text.DONE_RESET),
        ("accounts-disable", text.DONE_DISABLE),
        ("accounts-take", text.DONE_TAKEN),
    ],
)
def test_what_ends_somebodys_session_ends_it_at_once(open_page, record, signed_in, key, said):
    kim = staffed.staff(record, "kim")
    token = staffed.begin(record, kim, "main", utc_now())
    app = chosen(open_page)
    app.button(key=key).click().run()
    assert said.format(name="kim") in words(app)
    assert sessions.visit(record, staffed.SETTINGS, token, utc_now()) is None
    if key == "accounts-reset":
        assert len(codes(app)) == 1


def test_a_role_is_changed(open_page, record, signed_in):
    kim = staffed.staff(record, "kim")
    app = chosen(open_page)
    app.selectbox(key=f"accounts-role-{kim.id}").set_value(Role.AUDITOR).run()
    app.button(key="accounts-save-role").click().run()
    assert "kim is now auditor, and is signed out here." in words(app)
    assert staffed.fresh(record, kim).roles == {"main": Role.AUDITOR}


def test_locked_and_disabled_accounts_are_opened_again(open_page, record, signed_in):
    from datetime import timedelta

    until = utc_now() + timedelta(minutes=10)
    kim = staffed.staff(record, "kim", failures=5, locked_until=until)
    app = chosen(open_page)
    assert "locked until" in words(app)
    app.button(key="accounts-unlock").click().run()
    assert staffed.fresh(record, kim).locked_until is None
    pat = staffed.staff(record, "pat", active=False)
    app = chosen(open_page, "pat")
    app.button(key="accounts-enable").click().run()
    assert staffed.fresh(record, pat).active


def test_the_last_administrator_stays(open_page, record, signed_in):
    app = chosen(open_page, "ana")
    app.button(key="accounts-disable").click().run()
    assert "This is the last administrator of the office." in words(app)
    assert heading(app).startswith("1 account ")


def test_a_name_with_tags_is_shown_literally(open_page, record, signed_in):
    staffed.staff(record, "<b>kim</b>")
    drawn = " ".join(one.value for one in open_page("accounts").html)
    assert "<b>kim" not in drawn
    assert "&lt;b&gt;kim" in drawn


def test_my_account_says_where_one_is_signed_in(open_page, record, signed_in):
    app = open_page("account")
    assert heading(app) == "You are ana, administrator at Office, signed in at 1 place."
    assert text.NO_OTHERS in words(app)
    drawn = " ".join(one.value for one in app.html)
    assert 'href="/password"' in drawn
    assert 'href="/office"' not in drawn


def test_all_others_are_ended_and_this_one_stays(open_page, record, signed_in):
    with record.reading() as reading:
        ana = reading.accounts.named("ana")
    others = [staffed.begin(record, ana, "main", utc_now()) for _ in range(2)]
    app = open_page("account")
    assert "signed in at 3 places" in heading(app)
    assert text.END_OTHERS in labels(app)
    app.button(key="account-end-others").click().run()
    assert "2 sessions ended." in words(app)
    assert "signed in at 1 place." in heading(app)
    settings = staffed.SETTINGS
    assert not any(sessions.visit(record, settings, one, utc_now()) for one in others)


def test_whoever_signs_in_elsewhere_changes_no_password_here(
    open_page, record, monkeypatch, signed_in
):
    far = staffed.staff(record, "far", password_hash=None)
    token = staffed.begin(record, far, "main", utc_now())
    monkeypatch.setattr(session, "token", lambda: token)
    app = open_page("account")
    assert text.ELSEWHERE_NOTE in words(app)
    assert 'href="/password"' not in " ".join(one.value for one in app.html)


def test_several_offices_can_be_changed_between(open_page, record, monkeypatch, signed_in):
    staffed.office(record, "north")
    kim = staffed.staff(record, "kim", roles={"main": Role.WORKER, "north": Role.WORKER})
    token = staffed.begin(record, kim, "north", utc_now())
    monkeypatch.setattr(session, "token", lambda: token)
    app = open_page("account")
    assert "worker at North" in heading(app)
    assert 'href="/office"' in " ".join(one.value for one in app.html)
