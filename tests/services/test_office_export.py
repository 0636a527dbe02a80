"""What an office owns can be taken along and removed, and nothing of another office."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile

import pytest
import sqlalchemy as sa

from matching.domain.access import STAFF_ROLES, Role
from matching.domain.accounts import Office
from matching.domain.casework import Answer, Call
from matching.domain.errors import ConflictError, InputError, NotFound, PermissionDenied
from matching.domain.sharing import GivenBy, WrittenConsent
from matching.services import office_export
from matching.services.office_export import delete_office, export_office
from matching.store import schema
from matching.store.repositories.owned import NOT_GIVEN_OUT, SHARED, STAYS
from tests.builders import known_referral
from tests.services.closed import GONE, OPEN, closed_office, table
from tests.services.conftest import as_role
from tests.services.planned import NOW, desk_at, events, set_record
from tests.store.filled import everything, fill


@pytest.fixture
def desk(store):
    return desk_at(store)


def tables_of(path):
    with zipfile.ZipFile(path) as found:
        return {name: found.read(name) for name in found.namelist()}


def test_an_export_holds_every_row_in_both_forms_and_runs_nothing(desk, tmp_path):
    closed_office(desk)
    with desk.store.transaction() as record:
        one = record.referrals.get(GONE)
        record.referrals.rows["referral"].put_back(
            [(type(one)(referral_id="X1", worker='=cmd|" /C calc"!A0'), 1)], NOW
        )
    done = export_office(desk, "main", tmp_path / "all.zip")
    found = tables_of(tmp_path / "all.zip")
    assert (tmp_path / "all.zip").stat().st_mode & 0o777 == 0o600
    assert "VAWA" in found["READ ME.txt"].decode()
    assert done.counts["referrals"] == 5
    for name, number in done.counts.items():
        rows = list(csv.reader(io.StringIO(found[f"csv/{name}.csv"].decode("utf-8-sig"))))
        lines = [json.loads(line) for line in found[f"json/{name}.jsonl"].splitlines()]
        assert len(rows) - 1 == len(lines) == number
        assert all(not cell.startswith(("=", "+", "@")) for row in rows for cell in row)
    people = [json.loads(line) for line in found["json/referrals.jsonl"].splitlines()]
    assert {'=cmd|" /C calc"!A0'} < {one["worker"] for one in people}
    (told,) = events(desk, "export_record")
    assert told["id"] == "main"
    assert told["rows"] == done.counts


def test_no_hash_of_a_password_or_a_session_leaves(desk, tmp_path):
    fill(desk.store)
    with desk.store.engine.connect() as connection:
        secrets = set(
            connection.execute(sa.select(table("accounts").c.password_hash)).scalars()
        )
        secrets |= set(connection.execute(sa.select(table("sessions").c.token_hash)).scalars())
    export_office(desk, "main", tmp_path / "all.zip")
    content = b"".join(tables_of(tmp_path / "all.zip").values()).decode()
    assert not any(one in content for one in secrets if one and one.startswith("token_hash"))
    names = {name for name in tables_of(tmp_path / "all.zip") if name.startswith("json")}
    assert not names & {f"json/{one}.jsonl" for one in (*SHARED, *NOT_GIVEN_OUT)}


def test_an_office_is_removed_whole_and_nothing_of_another_one(desk):
    fill(desk.store)
    before = everything(desk.store)
    done = delete_office(desk, "o1", "o1", exported=None, refused=True)
    assert not done.emptied
    after = everything(desk.store)
    for one in schema.metadata.sorted_tables:
        if "office" not in one.c or one.name in STAYS:
            continue
        place = list(one.c.keys()).index("office")
        others = [row for row in before[one.name] if row[place] != "o1"]
        assert [row for row in after[one.name] if row[place] == "o1"] == []
        if one.name == "upload_batches":
            # Uploads of providers, which all offices share, go to another office.
            assert {row[0] for row in others} <= {row[0] for row in after[one.name]}
        else:
            assert after[one.name] == others
    for name in ("providers", "bed_pools", "clearances"):
        assert after[name] == before[name]
    assert "o1" not in [row[0] for row in after["offices"]]
    assert len(after["audit_events"]) == len(before["audit_events"]) + 1
    with desk.store.reading() as record:
        assert record.audit.verify() == []
        (event,) = [e for e in record.audit.events(everywhere=True) if e.object_id == "o1"]
    assert event.reason == "export_refused"


def test_the_first_and_the_last_office_are_emptied_and_go_on(desk):
    closed_office(desk)
    done = delete_office(desk, "main", "main", exported=None, refused=True)
    assert done.emptied
    with desk.store.reading() as record:
        assert record.referrals.all() == ()
        assert record.runs.list() == ()
        assert record.providers.all()[0]
        assert [one.code for one in record.offices.all()] == ["main"]
    set_record(desk, people=[known_referral("R1")])


def test_an_office_is_deleted_also_where_the_disk_may_still_hold_it(desk, monkeypatch):
    closed_office(desk)
    monkeypatch.setattr(office_export, "tidy", lambda _: "It may still be in the log.")
    done = delete_office(desk, "main", "main", exported=None, refused=True)
    assert done.left == "It may still be in the log."
    assert done.counts["referrals"] == 4
    with desk.store.reading() as record:
        assert record.referrals.all() == ()
        assert record.audit.verify() == []


def test_only_what_was_exported_as_it_is_now_is_removed(desk, tmp_path):
    closed_office(desk)
    exported = export_office(desk, "main", tmp_path / "all.zip")
    with desk.store.transaction() as record:
        record.referrals.rows["referral"].put_back([(known_referral("R9"), 1)], NOW)
    before = everything(desk.store)
    with pytest.raises(ConflictError, match="changed since the export"):
        delete_office(desk, "main", "main", exported=exported)
    with pytest.raises(InputError, match="no export"):
        delete_office(desk, "main", "main", exported=None)
    with pytest.raises(InputError, match="differ"):
        delete_office(desk, "main", "mian", exported=exported)
    with pytest.raises(NotFound):
        delete_office(desk, "south", "south", exported=None, refused=True)
    assert everything(desk.store) == before
    exported = export_office(desk, "main", tmp_path / "again.zip")
    assert delete_office(desk, "main", "main", exported=exported).emptied


def _consent(record):
    kept = WrittenConsent(
        referral_id=GONE,
        partner="Partner",
        scope=frozenset(),
        given_by=GivenBy.PERSON,
        given_on=NOW.date(),
        expires=NOW.date(),
        recorded_at=NOW,
        recorded_by="a",
    )
    record.consents.add(kept)


def _withdrawn(record):
    record.consents.withdraw(record.consents.of(GONE)[0].id, NOW, "a")


def _called(record):
    (offer, *_) = record.offers.of(GONE)
    record.calls.add(Call(offer_id=offer.id, at=NOW, actor="a", answer=Answer.NO_ANSWER))


@pytest.mark.parametrize("change", [_consent, _withdrawn, _called])
def test_a_consent_or_a_call_after_the_export_is_not_removed_unseen(desk, tmp_path, change):
    closed_office(desk)
    exported = export_office(desk, "main", tmp_path / "all.zip")
    version = desk.store.data_version()
    with desk.store.transaction() as record:
        change(record)
    assert desk.store.data_version() == version, "no plan grows old by it"
    before = everything(desk.store)
    with pytest.raises(ConflictError, match="changed since the export"):
        delete_office(desk, "main", "main", exported=exported)
    assert everything(desk.store) == before


@pytest.mark.parametrize(
    "name", sorted({t.name for t in schema.metadata.sorted_tables} - SHARED - STAYS)
)
def test_a_row_less_in_any_table_of_the_office_is_noticed(sqlite_store, tmp_path, name):
    desk = desk_at(sqlite_store)
    fill(sqlite_store)
    exported = export_office(desk, "o1", tmp_path / "all.zip")
    whose = "office = 'o1'"
    if name == "upload_images":
        whose = "batch_id IN (SELECT id FROM upload_batches WHERE office = 'o1')"
    connection = sqlite3.connect(sqlite_store.engine.url.database)
    with connection:
        one = f"SELECT rowid FROM {name} WHERE {whose} LIMIT 1"  # noqa: S608 - names of ours
        gone = connection.execute(f"DELETE FROM {name} WHERE rowid IN ({one})").rowcount  # noqa: S608
    connection.close()
    assert gone == 1
    if name in NOT_GIVEN_OUT:
        delete_office(desk, "o1", "o1", exported=exported)
        return
    with pytest.raises(ConflictError, match="changed since the export"):
        delete_office(desk, "o1", "o1", exported=exported)


def test_what_others_look_at_or_change_of_theirs_stands_in_no_way(desk, tmp_path):
    closed_office(desk)
    exported = export_office(desk, "main", tmp_path / "all.zip")
    with desk.store.transaction() as record:
        record.audit.append(
            desk.actor, NOW, "see_cases", object_kind="referral", object_id=OPEN
        )
        record.offices.add(Office(code="north", name="North"), NOW)
    set_record(desk_at(desk.store.at("north")), people=[known_referral("N1")])
    assert delete_office(desk, "main", "main", exported=exported).emptied


def test_an_account_without_another_office_is_closed(desk):
    fill(desk.store)
    members, accounts = table("memberships"), table("accounts")
    writing = desk.store.engine.execution_options(record_writes=True)
    with writing.begin() as connection:
        connection.execute(accounts.update().values(active=True))
        mine = set(
            connection.execute(
                sa.select(members.c.account_id).where(members.c.office == "o2")
            ).scalars()
        )
    assert mine
    delete_office(desk, "o2", "o2", exported=None, refused=True)
    with desk.store.engine.connect() as connection:
        closed = connection.execute(sa.select(accounts.c.id).where(~accounts.c.active))
        assert set(closed.scalars()) == mine


@pytest.mark.parametrize("role", [one for one in STAFF_ROLES if one is not Role.ADMIN])
def test_who_may_not(sqlite_store, tmp_path, role):
    desk = as_role(desk_at(sqlite_store), role)
    with pytest.raises(PermissionDenied):
        export_office(desk, "main", tmp_path / "all.zip")
    with pytest.raises(PermissionDenied):
        delete_office(desk, "main", "main", exported=None, refused=True)


def test_an_administrator_of_one_office_has_no_say_over_another(sqlite_store, tmp_path):
    fill(sqlite_store)
    boss = as_role(desk_at(sqlite_store), Role.ADMIN)
    before = everything(sqlite_store)
    with pytest.raises(PermissionDenied, match="another office"):
        export_office(boss, "o1", tmp_path / "all.zip")
    with pytest.raises(PermissionDenied, match="another office"):
        delete_office(boss, "o1", "o1", exported=None, refused=True)
    assert everything(sqlite_store) == before
    assert not list(tmp_path.glob("*.zip"))
    export_office(boss, "main", tmp_path / "own.zip")


def test_every_table_is_owned_or_shared():
    for one in schema.metadata.sorted_tables:
        owned = "office" in one.c or one.name == "upload_images"
        assert owned != (one.name in SHARED), (
            f"say in store/repositories/owned.py to whom rows of {one.name} belong"
        )
