"""An office on the command line: exported, removed after an export, and examined."""

from __future__ import annotations

import pytest

from matching.__main__ import main
from matching.services import office_export
from matching.store import open_store
from tests.services.closed import closed_office
from tests.services.planned import desk_at


@pytest.fixture(autouse=True)
def record(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path}/record.db"
    monkeypatch.setenv("DATABASE_URL", url)
    store = open_store(url)
    closed_office(desk_at(store))
    yield store
    store.close()


def people(store):
    with store.reading() as read:
        return len(read.referrals.all())


def test_it_is_taken_along_and_removed(record, tmp_path, capsys):
    assert main(["export-office", "main", "--out", "all.zip"]) == 0
    assert "NOT encrypted" in capsys.readouterr().out
    assert main(["delete-office", "main", "--confirm", "mian", "--out", "b.zip"]) == 2
    assert not (tmp_path / "b.zip").exists()
    assert people(record) == 4
    assert main(["delete-office", "main", "--confirm", "main", "--out", "b.zip"]) == 0
    assert "is emptied" in capsys.readouterr().out
    assert (tmp_path / "b.zip").exists()
    assert people(record) == 0


def test_what_the_disk_may_still_hold_is_said(record, capsys, monkeypatch):
    monkeypatch.setattr(office_export, "tidy", lambda _: "It may still be in the log.")
    assert main(["delete-office", "main", "--confirm", "main", "--without-export"]) == 1
    said = capsys.readouterr()
    assert "is emptied" in said.out
    assert said.err == "It may still be in the log.\n"
    assert people(record) == 0


def test_an_export_is_made_or_refused_in_words():
    with pytest.raises(SystemExit):
        main(["delete-office", "main", "--confirm", "main"])


def test_the_doctor_ends_with_1_where_something_is_wrong(record, capsys):
    assert main(["doctor"]) == 0
    assert "well: the audit chain" in capsys.readouterr().out
    writing = record.engine.execution_options(record_writes=True)
    with writing.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_events_no_update")
        connection.exec_driver_sql("UPDATE audit_events SET actor = 'x' WHERE seq = 1")
    assert main(["doctor"]) == 1
    assert "WRONG: the audit chain" in capsys.readouterr().out
