"""Exports opened again, with a reader that shares nothing with the writer."""

from __future__ import annotations

import csv
import io
import zipfile

Lines = list[dict[str, str]]


def opened(data: bytes) -> dict[str, Lines]:
    """Rows of each table of an export by the name of its file."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith(".csv"):
                text = archive.read(name).decode()
                found[name] = list(csv.DictReader(io.StringIO(text, newline="")))
    return found


def header(data: bytes, name: str) -> list[str]:
    """The columns of a table, which may have no rows."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return next(csv.reader(io.StringIO(archive.read(name).decode(), newline="")))
