"""Bringing what was removed off the disk, as far as the database can."""

from __future__ import annotations

import sqlalchemy as sa

from matching.domain.errors import MatchingError
from matching.store.database import Store, in_plain_words
from matching.store.schema import metadata

#: What is said when it could not be done: the removal itself is saved by then.
LEFT = (
    "What was to be removed is removed, and that is saved. But {left}: {why} Nothing is lost "
    "by that, and nothing has to be removed again. Next: run 'retain' when nobody uses the "
    "dashboard; it tries again."
)
_LOG = "it may still be readable in the log beside the file of the record"
_SPACE = "the space that it took in the database is not given free yet"
_READ = "somebody was still reading or saving."


def tidy(store: Store) -> str:
    """Leave nothing of removed rows in the files of the record.

    To be called once the removal is saved. SQLite writes zeros over what is removed;
    here its log is emptied too, as soon as nobody reads from it. PostgreSQL gives the
    space of removed rows free, so that it is written over; copies and write-ahead logs
    of the server are its administrator's.

    Parameters
    ----------
    store : Store

    Returns
    -------
    str
        Empty if it is done; else what was not done and what to do, in sentences for
        whoever removed something. It is no error of the removal, which is saved.
    """
    log = store.engine.dialect.name == "sqlite"
    try:
        with in_plain_words():
            why = _empty_log(store) if log else _give_free(store)
    except MatchingError as error:
        why = error.message
    return LEFT.format(left=_LOG if log else _SPACE, why=why) if why else ""


def _empty_log(store: Store) -> str:
    """Empty SQLite's log; return why it could not be."""
    try:
        connection = store.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute("PRAGMA query_only = OFF")
            # Whoever uses the connection next switches it as they need it.
            connection.info.pop("query_only", None)
            busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            cursor.close()
        finally:
            connection.close()
    except store.engine.dialect.loaded_dbapi.Error as error:
        # What the driver itself raises is in no words yet.
        raise sa.exc.DBAPIError(None, None, error, hide_parameters=True) from None
    return _READ if busy else ""


def _give_free(store: Store) -> str:
    """Have PostgreSQL give the space of removed rows free."""
    names = ", ".join(f'"{name}"' for name in metadata.tables)
    alone = store.engine.execution_options(isolation_level="AUTOCOMMIT")
    with alone.connect() as connection:
        connection.exec_driver_sql(f"VACUUM {names}")
    return ""
