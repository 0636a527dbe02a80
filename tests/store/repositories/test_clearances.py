"""First and second words on compromised sites, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from matching.domain.errors import ConflictError, InputError
from matching.domain.sites import Clearance
from tests.builders import known_home, known_pool
from tests.services.planned import desk_at, set_record

AT = datetime(2026, 11, 3, 22, 41, tzinfo=UTC)
LATER = AT + timedelta(hours=5)


def word(provider_id="P1", by="anna"):
    return Clearance(
        provider_id=provider_id,
        compromised_until=date(2026, 12, 1),
        reason="inspected",
        first_by=by,
        first_at=AT,
    )


@pytest.fixture
def record(store):
    homes = [known_home("P1"), known_home("P2")]
    set_record(desk_at(store), homes, [known_pool("P1"), known_pool("P2")], [])
    return store


def test_a_first_word_waits_until_the_second_is_said(record):
    with record.transaction() as change:
        kept = change.clearances.first(word())
        assert change.clearances.waiting() == {"P1": kept}
        assert change.clearances.waiting(["P2"]) == {}
        done = change.clearances.second(kept, "bert", LATER)
        assert (done.second_by, done.second_at) == ("bert", LATER)
    with record.reading() as read:
        assert read.clearances.of("P1") == read.clearances.all() == (done,)
        assert read.clearances.waiting(["P1"]) == {}


def test_the_second_word_counts_once(record):
    with record.transaction() as change:
        kept = change.clearances.first(word())
        change.clearances.second(kept, "bert", LATER)
        with pytest.raises(ConflictError, match="meanwhile"):
            change.clearances.second(kept, "carla", LATER)


def test_the_database_itself_refuses_one_person_as_two(record):
    with pytest.raises(InputError), record.transaction() as change:
        change.clearances.second(change.clearances.first(word()), "anna", LATER)
    with record.reading() as read:
        assert read.clearances.all() == ()


def test_a_new_report_ends_what_was_said(record):
    with record.transaction() as change:
        kept = change.clearances.first(word())
        change.clearances.first(word("P2"))
        assert change.clearances.end("P1", LATER) == 1
        assert change.clearances.end("P1", LATER) == 0
        assert set(change.clearances.waiting()) == {"P2"}
        with pytest.raises(ConflictError):
            change.clearances.second(kept, "bert", LATER)
    with record.reading() as read:
        assert [one.ended_at for one in read.clearances.of("P1")] == [LATER]


def test_every_office_sees_what_was_said(record):
    before = record.data_version()
    with record.transaction() as change:
        change.clearances.first(word())
    assert record.data_version() > before
