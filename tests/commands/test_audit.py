"""``verify-audit`` says what holds and what does not, and ends accordingly."""

from __future__ import annotations

import re

import pytest

from matching.__main__ import main
from matching.services.audit import note_view
from matching.store import open_store
from matching.store.tables import audit_events
from tests.services.conftest import at_desk
from tests.services.test_audit import filled, forge


@pytest.fixture
def record(new_url, monkeypatch):
    """A record of its own on each database, with some events."""
    url = new_url(tables=True)
    monkeypatch.setenv("DATABASE_URL", url)
    store = open_store(url)
    desk = at_desk(store)
    filled(desk)
    yield desk
    store.close()


def test_a_log_that_holds(record, capsys):
    assert main(["verify-audit"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("All 6 events hold: none was changed, removed or moved.\n")
    head = re.search(r"6:[0-9a-f]{64}", said)[0]
    assert main(["verify-audit", "--head", head]) == 0
    note_view(record, "referral", "more")
    assert main(["verify-audit", "--head", head]) == 0


def test_a_log_that_does_not(record, capsys):
    forge(
        record,
        audit_events.update().where(audit_events.c.seq == 2).values(actor="another"),
        audit_events.delete().where(audit_events.c.seq == 4),
    )
    assert main(["verify-audit"]) == 3
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("The chain does not hold: ")
    assert "- Event 2 was changed: its content does not give its hash." in said
    assert "- Event 4 is missing." in said


def test_a_noted_hash_that_is_not_there(record, capsys):
    assert main(["verify-audit", "--head", "6:" + "0" * 64]) == 3
    assert "does not have the hash that was noted" in capsys.readouterr().out
