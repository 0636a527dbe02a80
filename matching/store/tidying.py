"""Bringing what was removed off the disk, as far as the database can."""

from __future__ import annotations

from matching.store.database import Store, in_plain_words
from matching.store.schema import metadata


def tidy(store: Store) -> None:
    """Leave nothing of removed rows in the files of the record.

    SQLite writes zeros over what is removed; here its log is emptied too, as soon as
    nobody reads from it. PostgreSQL gives the space of removed rows free, so that it is
    written over; copies and write-ahead logs of the server are its administrator's.

    Parameters
    ----------
    store : Store

    Raises
    ------
    StoreError
        If the database refuses.
    """
    with in_plain_words():
        if store.engine.dialect.name == "sqlite":
            connection = store.engine.raw_connection()
            try:
                cursor = connection.cursor()
                cursor.execute("PRAGMA query_only = OFF")
                # Whoever uses the connection next switches it as they need it.
                connection.info.pop("query_only", None)
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                cursor.close()
            finally:
                connection.close()
            return
        names = ", ".join(f'"{name}"' for name in metadata.tables)
        alone = store.engine.execution_options(isolation_level="AUTOCOMMIT")
        with alone.connect() as connection_:
            connection_.exec_driver_sql(f"VACUUM {names}")
