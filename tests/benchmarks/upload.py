"""How long a workbook takes on its way in, against what the library alone needs to open it.

``python -m tests.benchmarks.upload [FILE]``; without a file, the HUD inventory
beside the checkout, or a workbook of its size made on the spot. Each step is
the best of some runs, taken in turns in the same process. Seconds are those of
the processor, so that other work on the machine counts little.
"""

from __future__ import annotations

import hashlib
import io
import math
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import python_calamine
import xlsxwriter

from matching.intake import columns
from matching.intake.draft import draft
from matching.intake.fields import SheetKind
from matching.intake.guard import LARGE, check_zip
from matching.intake.layout import lay_out
from matching.intake.reader import Book, read

RUNS = 3
DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
HUD = DATA / "hud_hic" / "2014-Housing-Inventory-Count-Raw-File.xlsx"
ROWS, COLUMNS = 23_587, 40


def made() -> bytes:
    """Return a workbook of the size of HUD's inventory."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Name", "County", *[f"Beds {k}" for k in range(COLUMNS - 2)]])
    for row in range(ROWS):
        numbers = [(row * k) % 97 for k in range(COLUMNS - 2)]
        sheet.write_row(row + 1, 0, [f"Home {row}", "Leon", *numbers])
    book.close()
    return out.getvalue()


def alone(data: bytes) -> int:
    """Read every sheet with the library and nothing else; return the number of rows."""
    book = python_calamine.load_workbook(io.BytesIO(data))
    sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    return sum(len(sheet.to_python(skip_empty_area=False)) for sheet in sheets)


def laid_out(book: Book) -> int:
    """Find the table of every sheet; return the number of rows of data."""

    def known(cells: Any) -> int:
        return columns.score(list(cells), SheetKind.PROVIDERS)

    return sum(len(lay_out(sheet, known).rows) for sheet in book.sheets)


def spent() -> float:
    """Return the processor's seconds of this process and of those it started."""
    return sum(os.times()[:4])


def measure(data: bytes, name: str) -> dict[str, float]:
    """Return the seconds of each step."""
    book = read(data, limits=LARGE)
    fingerprint = hashlib.sha256(data).hexdigest()
    steps: dict[str, Callable[[], object]] = {
        "the library alone": lambda: alone(data),
        "of reading: the guard": lambda: data[:2] == b"PK" and check_zip(data, LARGE),
        "reading": lambda: read(data, limits=LARGE),
        "finding the table": lambda: laid_out(book),
        "the draft": lambda: draft(book, name, fingerprint),
    }
    found = dict.fromkeys(steps, math.inf)
    for _ in range(RUNS):
        for step, run in steps.items():
            began = spent()
            run()
            found[step] = min(found[step], spent() - began)
    found["reading and finding the table"] = found["reading"] + found["finding the table"]
    found["reading and the whole draft"] = found["reading"] + found["the draft"]
    return found


def main(path: Path | None) -> None:
    """Print the steps and their ratio to the library alone."""
    chosen = path or (HUD if HUD.exists() else None)
    data = chosen.read_bytes() if chosen else made()
    name = chosen.name if chosen else "made.xlsx"
    found = measure(data, name)
    unit = found["the library alone"]
    print(f"{name}: {len(data) / 1e6:.1f} MB")  # noqa: T201
    for step, seconds in found.items():
        print(f"{step:32} {seconds:7.2f} s {seconds / unit:6.2f} x")  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
