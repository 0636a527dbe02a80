"""Packages of small tables, made on the spot."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence

Rows = Sequence[Mapping[str, object]]


def as_csv(rows: Rows | str) -> bytes:
    """Rows as CSV; the columns are those of all rows, in the order met."""
    if isinstance(rows, str):
        return rows.encode()
    columns = list(dict.fromkeys(column for row in rows for column in row))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    """Files as a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def package(**tables: Rows | str) -> bytes:
    """Tables as a zip, each named by its keyword."""
    return zipped({f"{name}.csv": as_csv(rows) for name, rows in tables.items()})
