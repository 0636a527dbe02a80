"""A backup holds the record of one moment, whole, and goes into either database."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import shutil
import zipfile

import pytest
import sqlalchemy as sa

from matching.domain.errors import InputError, StoreError
from matching.store import migrations, open_store, schema, sealing
from matching.store.archive import Archive, open_archive, sealed, write_archive
from matching.store.plain_rows import bare_rows, columns_of, line_of
from matching.store.whole import rebuilding, whole_of
from tests.store.filled import everything, fill
from tests.store.making import LOCAL, NOW

_numbers = itertools.count(1)
WORDS = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _little_work(monkeypatch):
    monkeypatch.setattr(sealing, "WORK", 4)


@pytest.fixture
def another(request, tmp_path):
    """A maker of new records in a database that is named."""
    made = []

    def make(backend):
        name = f"archive_{next(_numbers)}"
        if backend == "sqlite":
            store = open_store(f"sqlite:///{tmp_path}/{name}.db")
        else:
            server = request.getfixturevalue("postgres")
            server.run(f"CREATE DATABASE {name}")
            store = open_store(server.url(name))
        made.append((backend, name, store))
        return store

    yield make
    for backend, name, store in made:
        store.close()
        if backend != "sqlite":
            request.getfixturevalue("postgres").run(f"DROP DATABASE {name} WITH (FORCE)")


def archived(store, path, passphrase=None):
    with path.open("w+b") as file, whole_of(store) as whole:
        return write_archive(file, whole, NOW, "0.1.0", passphrase)


def put_into(store, path, passphrase=None, leaving_out=None):
    with open_archive(path, passphrase) as archive, rebuilding(store) as (whole, _):
        whole.rebuild(archive.manifest.revision)
        for part in archive.manifest.parts:
            if part.name != leaving_out:
                whole.fill(part.name, part.columns, archive.rows(part))
        whole.finish({part.name: part.last for part in archive.manifest.parts})


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_everything_comes_back_in_either_database(store, backend, target, another, tmp_path):
    fill(store)
    before = everything(store)
    assert all(before.values()), "a table without rows proves nothing"
    manifest = archived(store, tmp_path / "a.bak", WORDS)
    assert manifest.rows == sum(map(len, before.values()))
    other = another(target)
    fill(other, seed=9, rows=3)
    put_into(other, tmp_path / "a.bak", WORDS)
    assert everything(other) == before
    with other.reading() as record:
        assert record.audit.verify() == []


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_numbers_of_removed_rows_are_not_given_again(sqlite_store, target, another, tmp_path):
    fill(sqlite_store)
    scenarios = schema.metadata.tables["scenarios"]
    writing = sqlite_store.engine.execution_options(record_writes=True)
    with writing.begin() as connection:
        connection.execute(scenarios.delete())
    archived(sqlite_store, tmp_path / "a.bak")
    other = another(target)
    put_into(other, tmp_path / "a.bak")
    with other.engine.execution_options(record_writes=True).begin() as connection:
        values = {"office": "main", "name": "x", "made_at": NOW, "actor": "a", "steps": []}
        added = scenarios.insert().values(values).returning(scenarios.c.id)
        assert connection.execute(added).scalar_one() == 13
    with other.transaction() as record:
        event = record.audit.append(LOCAL, NOW, "after")
    assert event.seq > 1


def test_guards_of_the_audit_log_stand_after_a_restore(store, another, tmp_path):
    fill(store)
    archived(store, tmp_path / "a.bak")
    other = another("postgresql" if "postgres" in store.url else "sqlite")
    put_into(other, tmp_path / "a.bak")
    for statement in ("UPDATE audit_events SET actor = 'x'", "DELETE FROM audit_events"):
        with (
            pytest.raises(sa.exc.DatabaseError),
            other.engine.execution_options(record_writes=True).begin() as connection,
        ):
            connection.exec_driver_sql(statement)


def test_it_is_of_one_moment_while_others_write(store, tmp_path):
    fill(store)
    before = everything(store)
    with (tmp_path / "a.bak").open("w+b") as file, whole_of(store) as whole:
        whole.head()
        with store.transaction() as record:
            for number in range(5):
                record.audit.append(LOCAL, NOW, f"meanwhile {number}")
        write_archive(file, whole, NOW, "0.1.0", None)
    assert len(everything(store)["audit_events"]) == len(before["audit_events"]) + 5
    with open_archive(tmp_path / "a.bak") as archive:
        archive.verify()
        found = {p.name: sorted(archive.rows(p), key=repr) for p in archive.manifest.parts}
    assert found == before


def test_an_older_version_of_the_tables_is_brought_up(another, tmp_path):
    """Written by hand, as the version 0004 would have written it."""
    store = another("sqlite")
    old = tmp_path / "old.db"
    engine = open_store(f"sqlite:///{old}").engine
    migrations.downgrade(engine, "0004")
    with engine.execution_options(record_writes=True).begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO upload_batches (kind, file_sha256, file_format, counts, actor, at)"
            " VALUES ('referrals', 'h', 'csv', '{}', 'a', '2026-11-03 22:41:00.000000')"
        )
        connection.exec_driver_sql(
            "INSERT INTO referrals (referral_id, version, updated_at, batch_id)"
            " VALUES ('R1', 1, '2026-11-03 22:41:00.000000', 1)"
        )
        inspected = sa.MetaData()
        inspected.reflect(connection)
    parts, lines = [], {}
    with engine.connect() as connection:
        for table in inspected.sorted_tables:
            if table.name == "alembic_version":
                continue
            rows = list(bare_rows(connection, table))
            lines[table.name] = b"".join(map(line_of, rows))
            parts.append(
                {
                    "name": table.name,
                    "columns": columns_of(table),
                    "rows": len(rows),
                    "sha256": hashlib.sha256(lines[table.name]).hexdigest(),
                    "last": len(rows),
                }
            )
    engine.dispose()
    path = tmp_path / "a.bak"
    with zipfile.ZipFile(path, "w") as out:
        for name, text in lines.items():
            out.writestr(f"tables/{name}.jsonl", text)
        plain = {
            "format": 1,
            "made_at": NOW.isoformat(),
            "software": "0.0.9",
            "revision": "0004",
            "chain": {"seq": 0, "hash": "0" * 64},
            "tables": parts,
        }
        out.writestr("manifest.json", json.dumps(plain))
    with open_archive(path) as archive:
        archive.verify()
    put_into(store, path)
    with store.reading() as record:
        assert [one.referral_id for one in record.referrals.all()] == ["R1"]


# -- damage ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def written(sqlite_template, tmp_path_factory):
    """The bytes of a backup of a full record."""
    folder = tmp_path_factory.mktemp("written")
    shutil.copy(sqlite_template, folder / "full.db")
    store = open_store(f"sqlite:///{folder}/full.db")
    fill(store)
    archived(store, folder / "a.bak")
    store.close()
    return (folder / "a.bak").read_bytes()


@pytest.fixture
def backup(written, tmp_path):
    path = tmp_path / "a.bak"
    path.write_bytes(written)
    return path


def changed(path, name, change):
    """Write the zip anew with one entry changed, or left out."""
    old = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    with zipfile.ZipFile(path, "w") as out:
        for one in old.namelist():
            content = old.read(one)
            content = change(content) if one == name else content
            if content is not None:
                out.writestr(one, content)


def refused(path, said):
    with pytest.raises(StoreError, match=said) as caught, open_archive(path) as archive:
        archive.verify()
    assert "copy" in caught.value.next_step
    return caught.value


def test_a_whole_one_is_found_whole(backup):
    with open_archive(backup) as archive:
        archive.verify()


@pytest.mark.parametrize("name", [table.name for table in schema.metadata.sorted_tables])
def test_a_changed_table_is_named(backup, name):
    def change(content):
        return content.replace(b"1", b"2", 1)

    changed(backup, f"tables/{name}.jsonl", change)
    refused(backup, "damaged")


@pytest.mark.parametrize(
    "change",
    [
        lambda _: None,
        lambda _: b"",
        lambda content: content + content[-40:],
        lambda content: content[:-20],
        lambda _: b"[1,2]\n",
        lambda _: b"{}\n",
        lambda _: b"\xff\xfe\n",
    ],
)
def test_a_table_that_is_short_long_or_no_table_is_seen(backup, change):
    changed(backup, "tables/referrals.jsonl", change)
    refused(backup, "damaged")


def test_a_changed_chain_is_seen_even_where_the_sums_were_made_anew(backup):
    with open_archive(backup) as archive:
        plain = archive.manifest.to_plain()

    def event(content):
        lines = content.splitlines(keepends=True)
        return b"".join([lines[0].replace(b'"local"', b'"other"'), *lines[1:]])

    changed(backup, "tables/audit_events.jsonl", event)
    new = zipfile.ZipFile(backup).read("tables/audit_events.jsonl")
    (part,) = [one for one in plain["tables"] if one["name"] == "audit_events"]
    part["sha256"] = hashlib.sha256(new).hexdigest()
    changed(backup, "manifest.json", lambda _: json.dumps(plain).encode())
    error = refused(backup, "Event 1 was changed")
    assert "chain" in error.message


def test_a_chain_cut_off_at_its_end_is_seen(backup):
    def less(content):
        plain = json.loads(content)
        plain["chain"]["seq"] -= 1
        return json.dumps(plain).encode()

    changed(backup, "manifest.json", less)
    refused(backup, "audit chain")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda _: {}, "does not say what it holds"),
        (lambda plain: {**plain, "format": 2}, "form that this version does not know"),
        (lambda plain: {**plain, "tables": "x"}, "does not say what it holds"),
        (lambda plain: {**plain, "made_at": "yesterday"}, "does not say what it holds"),
        (
            lambda plain: {**plain, "tables": [{**plain["tables"][0], "columns": {"a": "b"}}]},
            "does not say what it holds",
        ),
        (lambda plain: {**plain, "tables": plain["tables"][1:]}, "too much"),
    ],
)
def test_a_manifest_that_cannot_be_meant_is_refused(backup, change, said):
    changed(backup, "manifest.json", lambda old: json.dumps(change(json.loads(old))).encode())
    with pytest.raises(StoreError, match=said), open_archive(backup) as archive:
        archive.verify()


def test_a_file_that_was_cut_off_is_no_backup(backup):
    data = backup.read_bytes()
    for size in (0, 10, len(data) // 2, len(data) - 5):
        backup.write_bytes(data[:size])
        with pytest.raises((InputError, StoreError)), open_archive(backup) as archive:
            archive.verify()


def test_a_missing_file_and_a_missing_passphrase_are_said(sqlite_store, tmp_path):
    with pytest.raises(InputError, match="no file"):
        sealed(tmp_path / "no.bak")
    archived(sqlite_store, tmp_path / "a.bak", WORDS)
    assert sealed(tmp_path / "a.bak")
    with pytest.raises(InputError, match="is encrypted"), open_archive(tmp_path / "a.bak"):
        pytest.fail("it opened")


def test_a_newer_version_of_the_tables_is_refused_and_nothing_changes(store, tmp_path):
    fill(store)
    before = everything(store)
    with pytest.raises(StoreError, match="newer version"), rebuilding(store) as (whole, _):
        whole.rebuild("9999")
    assert everything(store) == before


def test_what_goes_wrong_on_the_way_leaves_the_record_as_it_was(store, backup):
    fill(store, seed=4, rows=4)
    before = everything(store)
    for after in (0, 7, 26):
        with pytest.raises(ZeroDivisionError):
            put_half_into(store, backup, after)
        assert everything(store) == before


def put_half_into(store, path, parts):
    with open_archive(path) as archive, rebuilding(store) as (whole, _):
        whole.rebuild(archive.manifest.revision)
        for part in archive.manifest.parts[:parts]:
            whole.fill(part.name, part.columns, archive.rows(part))
        whole.finish({"nothing": 1 // 0})


def test_rows_that_refer_to_nothing_are_not_kept(sqlite_store, backup):
    before = everything(sqlite_store)
    with pytest.raises(StoreError, match="refer to nothing"):
        put_into(sqlite_store, backup, leaving_out="providers")
    assert everything(sqlite_store) == before


def test_an_archive_needs_its_manifest():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as out:
        out.writestr("x", "y")
    with pytest.raises(StoreError, match="does not say"):
        Archive(zipfile.ZipFile(file))
