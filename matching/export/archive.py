"""Tables as CSV files in one zip; the same tables give the same bytes."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence

from matching.export.flat import safe_text

#: The first moment that the format knows: files inside have no time of their own.
_MOMENT = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16

Line = Mapping[str, str | int | None]


def table(columns: Sequence[str], lines: Iterable[Line]) -> bytes:
    """Write a table as CSV that no spreadsheet program runs.

    Parameters
    ----------
    columns : sequence of str
    lines : iterable of mapping
        Column to value; what is missing or ``None`` is unknown and stays blank.

    Returns
    -------
    bytes
        UTF-8, the header first.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for line in lines:
        values = (line.get(column) for column in columns)
        writer.writerow(["" if one is None else safe_text(str(one)) for one in values])
    return out.getvalue().encode()


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return files as a zip, in their order.

    Parameters
    ----------
    files : mapping of str to bytes
        Content by name.

    Returns
    -------
    bytes
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, _MOMENT)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = _READABLE
            archive.writestr(info, content)
    return out.getvalue()
