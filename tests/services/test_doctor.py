"""The doctor finds what is wrong, says it without a fact about anybody, and changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from matching.domain.access import Role
from matching.domain.errors import PermissionDenied
from matching.services import doctor
from matching.services.doctor import examine
from tests.services.closed import GONE, OPEN, POOLS, closed_office, table
from tests.services.conftest import as_role
from tests.services.planned import NOW, desk_at
from tests.store.filled import everything


@pytest.fixture
def desk(store):
    found = desk_at(store)
    closed_office(found)
    return found


def wrong(desk):
    return {one.what: one.wrong for one in examine(desk) if one.wrong}


def hold(desk, beds, until):
    row = {
        "office": "main",
        "referral_id": OPEN,
        "provider_id": "P1",
        "pool_id": POOLS[0].pool_id,
        "state": "held",
        "beds": beds,
        "opened_by": "a",
        "changed_by": "a",
        "opened_at": NOW,
        "changed_at": NOW,
        "hold_until": until,
        "version": 1,
    }
    with desk.store.engine.execution_options(record_writes=True).begin() as connection:
        connection.execute(table("offers").insert().values(row))


def test_a_record_in_order_is_well_and_stays_as_it_is(desk):
    before = everything(desk.store)
    assert wrong(desk) == {}
    assert everything(desk.store) == before


def test_too_many_beds_and_holds_that_are_over_are_found(desk):
    hold(desk, 1000, NOW - timedelta(minutes=1))
    found = wrong(desk)
    assert found.keys() == {"beds", "holds"}
    assert "1 bed pool has more beds taken" in found["beds"][0]
    assert "1 hold is over" in found["holds"][0]
    assert not any(name in str(found) for name in (GONE, OPEN, "P1", "Oak"))


def test_a_broken_chain_is_found(sqlite_store):
    desk = desk_at(sqlite_store)
    closed_office(desk)
    writing = sqlite_store.engine.execution_options(record_writes=True)
    with writing.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_events_no_update")
        connection.exec_driver_sql("UPDATE audit_events SET actor = 'x' WHERE seq = 1")
    assert "Event 1 was changed" in wrong(desk)["the audit chain"][0]


def test_orphans_other_tables_open_files_and_a_full_disk_are_found(sqlite_store, monkeypatch):
    desk = desk_at(sqlite_store)
    closed_office(desk)
    rebuilding = sqlite_store.engine.execution_options(record_writes=True, record_rebuilds=True)
    with rebuilding.begin() as connection:
        connection.exec_driver_sql("DELETE FROM providers WHERE provider_id = 'P1'")
        connection.exec_driver_sql("ALTER TABLE scenarios ADD COLUMN more TEXT")
    with open(sqlite_store.engine.url.database, "rb") as file:
        doctor.Path(file.name).chmod(0o644)
    monkeypatch.setattr(doctor, "LEAST_SPACE", 2**62)
    found = wrong(desk)
    assert found.keys() == {
        "the tables",
        "rows that refer to nothing",
        "the files of the record",
        "space on the disk",
    }


def test_who_may_not(sqlite_store):
    with pytest.raises(PermissionDenied):
        examine(as_role(desk_at(sqlite_store), Role.WORKER))
