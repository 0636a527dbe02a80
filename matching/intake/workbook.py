"""Opens a workbook and turns its cells into text.

This file stands alone, so that it can be run as a program of its own: old and
binary kinds of workbooks are opened in another process, whose memory and time
are bounded. A damaged or malicious file of those kinds may end the program
that reads it, and must not end the dashboard.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

import python_calamine

#: Name, whether it is hidden, its rows, and its merged cells.
Opened = tuple[str, bool, list[list[str]], list[tuple[int, int, int, int]]]

#: Signs that cannot be seen, and that may turn a text around. The joiners of
#: Persian and Hindi (U+200C, U+200D) are letters' own and stay.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


class TooManyCellsError(ValueError):
    """A sheet spans more cells than may be read."""


class LockedError(ValueError):
    """The workbook is locked with a password."""


def open_workbook(data: bytes, most: int) -> tuple[list[Opened], int]:
    """Open a workbook.

    Parameters
    ----------
    data : bytes
        The file.
    most : int
        Largest area of a sheet, rows times columns.

    Returns
    -------
    list of tuple
        Its sheets that hold anything.
    int
        From how many different texts invisible signs were removed.

    Raises
    ------
    ValueError
        If it is damaged, locked or too large.
    """
    sheets: list[Opened] = []
    texts = _Texts()
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        for meta in book.sheets_metadata:
            if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            found = book.get_sheet_by_name(meta.name)
            if found.end is None:
                continue
            if (found.end[0] + 1) * (found.end[1] + 1) > most:
                raise TooManyCellsError(meta.name)
            rows = texts.rows(_cells(found))
            hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
            merged = [
                (top, left, bottom, right)
                for (top, left), (bottom, right) in found.merged_cell_ranges or ()
            ]
            if any(rows):
                sheets.append((meta.name, hidden, rows, merged))
    except python_calamine.PasswordError as error:
        raise LockedError(str(error)) from error
    except (ValueError, OSError):
        raise
    except BaseException as error:
        # A panic of the library is no Exception, and says that the file is damaged.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise ValueError("damaged") from error
        raise
    return sheets, texts.cleaned


def _cells(sheet: Any) -> Iterable[list[Any]]:
    """Return the rows of a sheet from cell A1 on.

    One row after the other is quicker, but leaves out blank columns on the left.
    """
    if sheet.start[1] == 0:
        return sheet.iter_rows()  # type: ignore[no-any-return]
    return sheet.to_python(skip_empty_area=False)  # type: ignore[no-any-return]


class _Texts(dict[Any, str]):
    """What each cell is as text; equal cells share one text.

    A cell is worked out when it is first looked up. Truth values are not held
    here, because Python takes them for the numbers 1 and 0.
    """

    def __init__(self) -> None:
        super().__init__()
        self.cleaned = 0

    def __missing__(self, cell: Any) -> str:
        """Work out a cell."""
        text = _text(cell)
        if not text.isprintable():
            text, count = INVISIBLE.subn("", text)
            self.cleaned += count > 0
        text = self[cell] = text.strip()
        return text

    def rows(self, cells: Iterable[list[Any]]) -> list[list[str]]:
        """Return the rows of a sheet as text; a blank row is an empty list."""
        rows = []
        for row in cells:
            if bool in set(map(type, row)):
                texts = [_text(cell) if type(cell) is bool else self[cell] for cell in row]
            else:
                texts = list(map(self.__getitem__, row))
            rows.append(texts if any(texts) else [])
        return rows


def _text(cell: Any) -> str:
    """Return a typed cell as text."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        whole = cell.is_integer() and abs(cell) < 1e15
        return str(int(cell)) if whole else repr(cell)
    if isinstance(cell, datetime):
        plain_day = cell.time() == time() and cell.tzinfo is None
        return cell.date().isoformat() if plain_day else cell.isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return "" if cell is None else str(cell)


def open_apart(
    data: bytes, most: int, *, memory: int, seconds: float
) -> tuple[list[Opened], int]:
    """Open a workbook in a process of its own.

    Parameters
    ----------
    data : bytes
        The file.
    most : int
        Largest area of a sheet, rows times columns.
    memory : int
        Most memory it may use, in bytes, where the system can bound it.
    seconds : float
        Most time it may take.

    Returns
    -------
    list of tuple
        Its sheets that hold anything.
    int
        From how many different texts invisible signs were removed.

    Raises
    ------
    ValueError
        If it is damaged, locked or too large.
    """
    order = json.dumps({"cells": most, "memory": memory, "seconds": seconds}).encode()
    try:
        done = subprocess.run(  # noqa: S603 - this very file; the workbook goes in as data
            [sys.executable, "-I", __file__],
            input=order + b"\n" + data,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TooManyCellsError("time") from error
    said = json.loads(done.stdout) if done.returncode == 0 and done.stdout else {}
    if "sheets" in said:
        sheets = [
            (name, hidden, rows, [(top, left, bottom, right) for top, left, bottom, right in m])
            for name, hidden, rows, m in said["sheets"]
        ]
        return sheets, said["cleaned"]
    kinds = {"locked": LockedError, "cells": TooManyCellsError}
    raise kinds.get(str(said.get("error")), ValueError)("not opened")


def _bound(memory: int, seconds: float) -> None:
    """Bound what this process may use, where the system can."""
    try:
        import resource
    except ImportError:  # a system that knows no such bounds still bounds the time
        return
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, int(seconds) + 1),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        within = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(ValueError, OSError):  # not every system bounds memory; all bound time
            resource.setrlimit(what, (within, hard))


def main() -> None:
    """Read an order and a workbook, and write its sheets as JSON."""
    order = json.loads(sys.stdin.buffer.readline())
    _bound(order["memory"], order["seconds"])
    try:
        sheets, cleaned = open_workbook(sys.stdin.buffer.read(), order["cells"])
        answer: dict[str, Any] = {"sheets": sheets, "cleaned": cleaned}
    except LockedError:
        answer = {"error": "locked"}
    except (TooManyCellsError, MemoryError):
        answer = {"error": "cells"}
    except ValueError:
        answer = {"error": "damaged"}
    sys.stdout.buffer.write(json.dumps(answer).encode())


if __name__ == "__main__":
    main()
