"""Where providers are, to the county; what is finer is used and dropped."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matching.domain import geography
from matching.intake.cells import Cells
from matching.intake.column_reader import read_column
from matching.intake.columns import Special
from matching.intake.fields import SheetKind, by_column
from matching.intake.private_cells import report
from matching.intake.table import Table
from matching.intake.values import is_unknown, says_yes


def read_county(table: Table, found: Cells) -> None:
    """Read the providers' counties, with the state's help and, if need be, the ZIP code's."""
    field_ = by_column(SheetKind.PROVIDERS)["county"]
    size = len(table.rows)
    states = table.column("state")
    told = found.columns.get("county")
    written: Sequence[str] = [""] * size if told is None else told.cells
    pairs = list(zip(written, states, strict=True))
    named = {
        (text, state): f"{text.strip()}, {state}" if state and _needs_state(text) else text
        for text, state in set(pairs)
    }
    full = list(map(named.__getitem__, pairs))
    values, problems = read_column(field_, named.values())
    table.values["county"] = list(map(values.get, full))
    if problems:
        for k, text in enumerate(full):
            if text in problems:
                report(table, field_, k, written[k], problems[text])
    if Special.PLACE in found.columns:
        _county_from_zip(table, found.columns[Special.PLACE].cells)


def _needs_state(text: str) -> bool:
    """Tell whether a county's name lacks its state."""
    return not is_unknown(text) and "," not in text and not text.strip()[:1].isdigit()


_ZIP = re.compile(r"(?<![\d.\-])(\d{5})(?:-\d{4})?(?![\d.])")


def _zip(text: str) -> str:
    """Return the ZIP code of an address: the last number that may be one."""
    if len(text) <= 10:
        return text
    found = _ZIP.findall(text)
    return found[-1] if found else ""


def _county_from_zip(table: Table, texts: Sequence[str]) -> None:
    """Fill unknown counties from ZIP codes, which are then dropped."""
    geo = geography.load()
    filled = 0
    for k, county in enumerate(table.values["county"]):
        if county is None and k not in table.bad:
            found = geo.county_of_zip(_zip(texts[k]))
            if found is not None:
                table.values["county"][k] = found
                filled += 1
    if filled:
        table.decisions.append(
            f"{filled} counties were worked out from ZIP codes; the codes were not kept."
        )


def read_secret(table: Table, found: Cells) -> None:
    """Keep a place secret where any column says so.

    A column such as "ConfidentialAddress" may hold yes, or the address itself;
    the text is dropped, and anything but no keeps the place secret.
    """
    if Special.UNDISCLOSED not in found.columns:
        return
    before = table.column("confidential")
    texts = found.columns[Special.UNDISCLOSED].cells
    secret = map(says_yes, texts)
    table.values["confidential"] = [
        True if marked else told for marked, told in zip(secret, before, strict=True)
    ]
