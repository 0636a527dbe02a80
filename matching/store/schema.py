"""Every table of the record, for migrations, backups and checks."""

from __future__ import annotations

from matching.store import tables_access, tables_casework
from matching.store.tables import metadata

__all__ = ["metadata", "tables_access", "tables_casework"]
