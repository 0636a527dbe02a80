"""The page Policy: every rule in force with its source, and the clocks."""

from __future__ import annotations

import pytest

from matching.domain.rulebook import Kind, OnUnknown
from matching.services.policy_views import policy_view
from matching.ui import session
from matching.ui.text import policy as text
from tests.ui.office import headline, opener_of, raw, record_of, said, tables


@pytest.fixture(scope="module")
def office_record(sqlite_template, tmp_path_factory):
    return record_of(sqlite_template, tmp_path_factory)


def test_every_rule_and_every_clock_is_on_the_page(office_record, tmp_path, monkeypatch):
    app = opener_of(office_record, tmp_path, monkeypatch)("policy")
    assert not app.exception
    view = policy_view(session.desk())
    assert headline(app) == text.sentence(view)
    titles = {row[0] for table in tables(app) for row in table}
    assert {one.title for one in (*view.rules, *view.off)} <= titles
    assert {text.CLOCK_NAMES[one.name] for one in view.clocks} <= titles
    for one in view.rules:
        assert one.citation in said(app)
    for sentence in text.order(view):
        assert sentence in said(app)


def test_what_holds_for_every_rule_of_a_kind_is_said_once(office_record, tmp_path, monkeypatch):
    app = opener_of(office_record, tmp_path, monkeypatch)("policy")
    view = policy_view(session.desk())
    kinds = [kind for kind in Kind if view.of_kind(kind)]
    assert said(app).count(text.ASKED) == len(kinds)
    blocking = [one for one in view.rules if one.on_unknown is OnUnknown.BLOCK]
    assert said(app).count(text.UNKNOWN[OnUnknown.BLOCK]) == len(blocking)
    waived = [k for k in kinds if any(one.waiver_role for one in view.of_kind(k))]
    assert 0 < len(waived) < len(kinds)
    assert raw(app).count(f">{text.WAIVER}</th>") == len(waived)
