"""What is due ends at every office, whatever is wrong at one of them."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from matching.domain.casework import CaseState
from matching.domain.errors import ConflictError
from matching.services import holding
from matching.services.clock import Ended, end_what_is_due
from matching.services.upload_sample import FORM
from matching.store.documents import UploadBatch
from matching.store.tables_casework import cases
from tests.builders import known_referral
from tests.services import staffed
from tests.services.casework import (
    NOW,
    SETTINGS,
    beds,
    case,
    desk_of,
    free,
    later,
    oak,
    on_record,
    people,
)

#: Before and after "main" in the alphabet.
OFFICES = ("a-north", "z-south")


@pytest.fixture
def held(store):
    """A record in which three offices hold a bed each for half an hour."""
    for code in OFFICES:
        staffed.office(store, code)
    homes = [oak(), oak("H2"), oak("H3")]
    on_record(store, homes, [beds(1, one.provider_id) for one in homes], people(1))
    holding.hold(desk_of(store), "R1", "H1", "P", 30)
    for code, home in zip(OFFICES, ("H2", "H3"), strict=True):
        desk = desk_of(store, office=code)
        with desk.store.transaction() as record:
            batch = UploadBatch(
                kind="referrals", file_sha256="", file_format=FORM, counts={}, actor="x", at=NOW
            )
            record.referrals.upsert([known_referral("N1")], record.batches.add(batch))
        holding.hold(desk, "N1", home, "P", 30)
    return store


def confuse(store, office):
    """Make the case of an office stand where no hold can end."""
    writing = store.engine.execution_options(record_writes=True)
    with writing.begin() as connection:
        mine = cases.c.office == office
        connection.execute(cases.update().where(mine).values(state="waiting"))


def test_what_is_due_ends_at_every_office(held):
    after = NOW + timedelta(minutes=31)
    assert end_what_is_due(held, SETTINGS, after) == Ended(3, 0)
    assert [free(desk_of(held), home) for home in ("H1", "H2", "H3")] == [1, 1, 1]


@pytest.mark.parametrize("office", OFFICES)
def test_what_is_wrong_at_another_office_stops_nobody(held, office, caplog):
    confuse(held, office)
    after = NOW + timedelta(minutes=31)
    with caplog.at_level(logging.WARNING):
        assert end_what_is_due(held, SETTINGS, after) == Ended(2, 0)
    assert "could not end what is due: ConflictError" in caplog.text
    assert "N1" not in caplog.text
    desk = later(desk_of(held), minutes=32)
    assert case(desk).state is CaseState.WAITING
    # Every use case that takes a bed looks first at what is due everywhere.
    assert holding.hold(desk, "R1", "H1", "P").id


def test_what_is_wrong_here_is_told_here_once_the_others_are_done(held):
    confuse(held, "main")
    with pytest.raises(ConflictError):
        end_what_is_due(held, SETTINGS, NOW + timedelta(minutes=31))
    assert [free(desk_of(held), home) for home in ("H1", "H2", "H3")] == [0, 1, 1]
