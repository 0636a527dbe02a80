"""The page Policy: every rule in force with its source, and the clocks."""

from __future__ import annotations

import pytest

from matching.services.policy_views import policy_view
from matching.ui import session
from matching.ui.text import policy as text
from tests.ui.office import headline, opener_of, record_of, said, tables


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
