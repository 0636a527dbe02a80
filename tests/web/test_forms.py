"""A form can be sent once, soon, and for what it was made."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from matching.web import forms
from matching.web.forms import Forms
from tests.services.staffed import NOW


def test_a_form_is_taken_once():
    made = Forms(b"k" * 32)
    token = made.token("sign-in", "cookie", NOW)
    assert made.accept(token, "sign-in", "cookie", NOW + timedelta(minutes=30))
    assert not made.accept(token, "sign-in", "cookie", NOW)


def test_a_form_is_for_one_purpose_one_browser_and_one_process():
    made = Forms(b"k" * 32)
    token = made.token("sign-in", "cookie", NOW)
    assert not made.accept(token, "password", "cookie", NOW)
    assert not made.accept(token, "sign-in", "other", NOW)
    assert not Forms(b"j" * 32).accept(token, "sign-in", "cookie", NOW)
    assert not made.accept(token, "sign-in", "cookie", NOW + timedelta(minutes=30, seconds=1))
    assert not made.accept(token, "sign-in", "cookie", NOW - timedelta(seconds=1))
    assert made.accept(token, "sign-in", "cookie", NOW)


def test_two_forms_of_one_second_can_both_be_sent():
    made = Forms(b"k" * 32)
    first, second = (made.token("password", "cookie", NOW) for _ in range(2))
    assert first != second
    assert made.accept(first, "password", "cookie", NOW)
    assert made.accept(second, "password", "cookie", NOW)
    assert not made.accept(first, "password", "cookie", NOW)


@given(st.text(max_size=120))
def test_no_forged_form_is_taken(token):
    assert not Forms(b"k" * 32).accept(token, "sign-in", "cookie", NOW)


def test_what_was_sent_is_remembered_as_long_as_it_matters(monkeypatch):
    monkeypatch.setattr(forms, "MOST_SENT", 50)
    made = Forms(b"k" * 32)
    for k in range(200):
        now = NOW + timedelta(seconds=k)
        assert made.accept(made.token("p", f"{k}", now), "p", f"{k}", now)
    assert len(made._sent) <= 50
