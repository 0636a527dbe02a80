"""The page Audit: sentences, filters, and what the check of the log came to."""

from __future__ import annotations

import pytest

from matching.services.audit import note_view
from matching.store.tables import audit_events
from tests.services.test_audit import forge
from tests.ui.conftest import words


@pytest.fixture
def looked(desk):
    """Some looks at cases, besides what loading the sample left."""
    for case in ("R-00001", "R-00002", "R-00003"):
        note_view(desk, "referral", case)
    return desk


def test_the_page_says_how_many_events_there_are_and_that_they_hold(looked, open_page):
    said = words(open_page("audit"))
    assert "none changed, removed or moved." in said
    assert "The log holds." in said
    assert "looked at case R-00003." in said
    assert said.index("R-00003") < said.index("R-00001")


def test_a_filter_leaves_what_fits(looked, open_page):
    app = open_page("audit")
    app.text_input(key="audit-object").input("R-00002").run()
    assert not app.exception
    said = words(app)
    assert "R-00002" in said
    assert "R-00003" not in said
    assert "1 of " in said
    app.text_input(key="audit-object").input("<b>nothing</b>").run()
    assert "No event fits." in words(app)


def test_a_log_that_was_changed_is_said_first(looked, open_page):
    forge(looked, audit_events.update().where(audit_events.c.seq == 1).values(actor="x"))
    said = words(open_page("audit"))
    assert "the log is not as it was written" in said
    assert "Event 1 was changed" in said
