"""How the record is reached: what is no address, and what every connection keeps to."""

from __future__ import annotations

import stat

import pytest

from matching.domain.errors import StoreError
from matching.store import engines, open_store
from tests.store.making import write_all

SECRET = "Rumpelstiltskin"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "not one"),
        ("mysql://u:p@h/d", "SQLite or in PostgreSQL"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
    ],
)
def test_an_address_that_cannot_be_meant_is_refused(url, said):
    with pytest.raises(StoreError, match=said) as caught:
        open_store(url)
    assert "sqlite:///path" in caught.value.next_step


def test_a_server_that_does_not_answer_is_said_without_the_password(tmp_path):
    url = f"postgresql://office:{SECRET}@/record?host={tmp_path}"
    with pytest.raises(StoreError, match="cannot be used") as caught:
        open_store(url)
    assert SECRET not in caught.value.sentence()
    assert "DATABASE_URL" in caught.value.next_step


def test_a_file_that_is_no_database_is_refused(tmp_path):
    path = tmp_path / "record.db"
    path.write_text("picnic shelters, " * 500)
    with pytest.raises(StoreError, match="cannot be used"):
        open_store(f"sqlite:///{path}")
    assert path.read_text().startswith("picnic")


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be made") as caught:
        open_store(f"sqlite:///{tmp_path}/file/record.db")
    assert "folder" in caught.value.next_step


def test_a_new_record_is_for_its_owner_only(tmp_path):
    for path in (tmp_path / "new" / "record.db", tmp_path / "record.db"):
        store = open_store(f"sqlite:///{path}")
        with store.transaction() as tx:
            write_all(tx)
            for file in path.parent.glob("record.db*"):
                assert stat.S_IMODE(file.stat().st_mode) == 0o600
        store.close()
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_sqlite_is_set_up_to_lose_nothing(sqlite_store):
    with sqlite_store.reading() as read:
        ask = read._unit.connection.exec_driver_sql
        assert ask("PRAGMA journal_mode").scalar() == "wal"
        assert ask("PRAGMA synchronous").scalar() == 2
        assert ask("PRAGMA foreign_keys").scalar() == 1
        assert ask("PRAGMA busy_timeout").scalar() == engines.WAIT_SECONDS * 1000
