"""The migrations lead to exactly the tables that the code uses, on both databases."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import exc

from matching.domain.errors import StoreError
from matching.store import engines, migrations, open_store, schema, tables


@pytest.fixture
def engine(new_url):
    made = engines.engine_at(new_url())
    yield made
    made.dispose()


def differences(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, schema.metadata)


def table_names(engine):
    return set(sa.inspect(engine).get_table_names())


def checks(engine, table):
    found = sa.inspect(engine).get_check_constraints(table)
    return {one["name"] for one in found}


def test_migrated_tables_are_the_tables_of_the_code(engine):
    migrations.upgrade(engine)
    assert differences(engine) == []
    for table in schema.metadata.tables.values():
        declared = {
            one.name for one in table.constraints if isinstance(one, sa.CheckConstraint)
        }
        assert checks(engine, table.name) == declared


def test_the_comparison_would_see_a_missing_column(engine):
    migrations.upgrade(engine)
    writing = engine.execution_options(record_writes=True)
    with writing.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE referrals DROP COLUMN urgency")
    assert [one[0] for one in differences(engine)] == ["add_column"]


def test_down_to_nothing_and_up_again(engine):
    migrations.upgrade(engine)
    migrations.downgrade(engine, "base")
    assert table_names(engine) == {"alembic_version"}
    migrations.upgrade(engine)
    assert differences(engine) == []


def test_every_step_down_and_up_on_its_own(engine):
    scripts = migrations.ScriptDirectory.from_config(migrations._config())
    steps = [one.revision for one in scripts.walk_revisions()][::-1]
    for step in steps:
        migrations.upgrade(engine, step)
    assert differences(engine) == []
    for step in [*steps[-2::-1], "base"]:
        migrations.downgrade(engine, step)
    assert table_names(engine) == {"alembic_version"}


def test_providers_on_the_record_stay_and_their_staff_is_not_known(engine):
    migrations.upgrade(engine, "0001")
    writing = engine.execution_options(record_writes=True)
    batch = (
        "INSERT INTO upload_batches (kind, file_sha256, file_format, counts, actor, at)"
        " VALUES ('providers', 'h', 'csv', '{}', 'a', '2026-11-03 22:41:00+00:00')"
    )
    home = (
        "INSERT INTO providers (provider_id, staff_ratio, version, updated_at, batch_id)"
        " VALUES ('P1', 4, 1, '2026-11-03 22:41:00+00:00', 1)"
    )
    beds = (
        "INSERT INTO bed_pools (pool_id, provider_id, version, updated_at, batch_id)"
        " VALUES ('B1', 'P1', 1, '2026-11-03 22:41:00+00:00', 1)"
    )
    with writing.begin() as connection:
        for statement in (batch, home, beds):
            connection.exec_driver_sql(statement)
    migrations.upgrade(engine)
    read = "SELECT provider_id, staff_ratio, staff_on_shift FROM providers"
    with engine.connect() as connection:
        assert connection.exec_driver_sql(read).all() == [("P1", 4, None)]
    with writing.begin() as connection, pytest.raises(exc.IntegrityError):
        connection.exec_driver_sql("UPDATE providers SET staff_on_shift = -1")
    migrations.downgrade(engine, "0001")
    with engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT provider_id, staff_ratio FROM providers")
        assert kept.all() == [("P1", 4)]


def test_uploads_on_the_record_stay_and_were_not_undone(engine):
    migrations.upgrade(engine, "0002")
    writing = engine.execution_options(record_writes=True)
    with writing.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO upload_batches (kind, file_sha256, file_format, counts, actor, at)"
            " VALUES ('providers', 'h', 'csv', '{}', 'a', '2026-11-03 22:41:00+00:00')"
        )
    migrations.upgrade(engine)
    read = "SELECT file_sha256, recipe, undone_at, undone_by FROM upload_batches"
    with engine.connect() as connection:
        assert connection.exec_driver_sql(read).all() == [("h", None, None, None)]
    migrations.downgrade(engine, "0002")
    with engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT file_sha256 FROM upload_batches")
        assert kept.all() == [("h",)]


def test_upgrading_twice_changes_nothing(engine):
    migrations.upgrade(engine)
    with engine.connect() as connection:
        before = connection.execute(sa.select(tables.record_state)).all()
    migrations.upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(sa.select(tables.record_state)).all() == before


def test_a_record_of_a_newer_version_is_left_alone(new_url):
    url = new_url(tables=True)
    store = open_store(url)
    version = sa.table("alembic_version", sa.column("version_num"))
    with store.engine.execution_options(record_writes=True).begin() as connection:
        connection.execute(version.update().values(version_num="9999"))
    store.close()
    with pytest.raises(StoreError, match="newer version"):
        open_store(url)


def test_a_migration_that_fails_leaves_nothing(engine, monkeypatch):
    def fail(_connection):
        raise StoreError("no")

    if engine.dialect.name == "sqlite":
        monkeypatch.setattr(migrations, "_check_references", fail)
        with pytest.raises(StoreError):
            migrations.upgrade(engine)
    else:
        # A name that is already taken by something else makes the last step fail.
        with engine.begin() as connection:
            connection.exec_driver_sql(
                "CREATE FUNCTION audit_events_refuse() RETURNS int LANGUAGE sql AS 'SELECT 1'"
            )
        with pytest.raises(exc.DBAPIError):
            migrations.upgrade(engine)
    assert table_names(engine) == set()


def test_two_that_open_a_new_record_at_once_both_can(new_url):
    url = new_url()
    errors = []

    def work():
        try:
            open_store(url).close()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    opened = open_store(url)
    assert differences(opened.engine) == []
    opened.close()


def test_rows_that_refer_to_nothing_stop_a_migration(sqlite_store):
    send = (
        "INSERT INTO upload_batches"
        " (id, office, kind, file_sha256, file_format, counts, actor, at)"
        " VALUES (1, 'main', 'p', 'h', 'csv', '{}', 'a', '2026')"
    )
    with sqlite_store.engine.connect() as plain:
        connection = plain.execution_options(record_writes=True, record_rebuilds=True)
        with connection.begin() as transaction:
            connection.exec_driver_sql(send)
            migrations._check_references(connection)
            connection.exec_driver_sql(
                "INSERT INTO bed_pools (pool_id, provider_id, version, updated_at, batch_id)"
                " VALUES ('B', 'nobody', 1, '2026', 1)"
            )
            with pytest.raises(StoreError, match="refer to nothing"):
                migrations._check_references(connection)
            transaction.rollback()


def test_a_percent_sign_in_the_folder_is_no_interpolation(monkeypatch):
    monkeypatch.setattr(migrations, "__file__", "/some%20where/migrations/__init__.py")
    location = migrations._config().get_main_option("script_location")
    assert location == "/some%20where/migrations"


def test_everything_on_the_record_belongs_to_the_first_office(engine):
    migrations.upgrade(engine, "0004")
    writing = engine.execution_options(record_writes=True)
    rows = (
        "INSERT INTO upload_batches (id, kind, file_sha256, file_format, counts, actor, at)"
        " VALUES (7, 'referrals', 'h', 'csv', '{}', 'a', '2026-11-03 22:41:00+00:00')",
        "INSERT INTO referrals (referral_id, age_years, version, updated_at, batch_id)"
        " VALUES ('4417', 15, 1, '2026-11-03 22:41:00+00:00', 7)",
        "INSERT INTO equity_facts (referral_id, actor, at)"
        " VALUES ('4417', 'a', '2026-11-03 22:41:00+00:00')",
        "INSERT INTO history (day, measure, category, count, unknown)"
        " VALUES ('2026-11-03', 'waiting', '', 1, 0)",
        "INSERT INTO scenarios (name, made_at, actor, steps)"
        " VALUES ('Oak closes', '2026-11-03 22:41:00+00:00', 'a', '[]')",
        "INSERT INTO audit_events (seq, at, actor, role, action, object_kind, object_id,"
        " reason, details, prev_hash, hash)"
        " VALUES (1, '2026-11-03 22:41:00+00:00', 'a', 'local', 'x', '', '', '', '{}',"
        " '0', '1')",
    )
    with writing.begin() as connection:
        for statement in rows:
            connection.exec_driver_sql(statement)
    migrations.upgrade(engine)
    with engine.connect() as connection:
        for table in ("upload_batches", "referrals", "equity_facts", "history", "scenarios"):
            rows_of = sa.table(table, sa.column("office"))
            assert connection.execute(sa.select(rows_of)).all() == [("main",)]
        sealed = connection.exec_driver_sql("SELECT office FROM audit_events").all()
        assert sealed == [(None,)]  # an office in it would not give its hash any more
        facts = connection.exec_driver_sql("SELECT referral_id, age_years FROM referrals")
        assert facts.all() == [("4417", 15)]
    migrations.downgrade(engine, "0004")
    with engine.connect() as connection:
        facts = connection.exec_driver_sql("SELECT referral_id, age_years FROM referrals")
        assert facts.all() == [("4417", 15)]
    with writing.begin() as connection, pytest.raises(exc.IntegrityError):
        connection.exec_driver_sql(rows[1])


def test_numbers_of_uploads_are_not_used_again_after_the_change(tmp_path):
    """SQLite copies a table to change it; the copy numbers on."""
    made = engines.engine_at(f"sqlite:///{tmp_path / 'old.db'}")
    migrations.upgrade(made)
    with made.connect() as connection:
        for name in ("upload_batches", "plan_runs", "scenarios", "publications"):
            (text,) = connection.exec_driver_sql(
                "SELECT sql FROM sqlite_master WHERE name = ?", (name,)
            ).one()
            assert "AUTOINCREMENT" in text
    made.dispose()
