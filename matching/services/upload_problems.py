"""The rows of a file that were set aside, given back as a sheet to be corrected.

Only columns that are kept are written, so that nothing personal leaves by this
way; texts are written as text, so that no cell of a file becomes a formula.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import xlsxwriter

from matching.intake.columns import How, Match
from matching.intake.draft import Draft
from matching.intake.fields import SheetKind
from matching.intake.issues import Issue
from matching.services.sheets import sets_aside
from matching.services.upload_sheet import may_show

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_LONGEST = 32_767
_WIDTH = 22
#: What stands for a cell that may tell who somebody is.
_WITHHELD = "(not shown, may be personal)"


def row_spans(rows: Sequence[int], most: int = 12) -> str:
    """Return numbers of rows in words: "3, 5 to 9 and 12".

    Parameters
    ----------
    rows : sequence of int
        In order, each once.
    most : int, default 12
        Parts that are named.
    """
    spans: list[list[int]] = []
    for row in rows:
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    # Two rows that follow each other are named one by one.
    parts = [
        part
        for low, high in spans
        for part in ([(low, low), (high, high)] if high == low + 1 else [(low, high)])
    ]
    named = [
        f"{low:,}" if low == high else f"{low:,} to {high:,}" for low, high in parts[:most]
    ]
    rest = sum(high - low + 1 for low, high in parts[most:])
    *first, last = [*named, *([f"{rest:,} more"] if rest else [])] or [""]
    return f"{', '.join(first)} and {last}" if first else last


def has_rows_aside(draft: Draft) -> bool:
    """Tell whether there are rows of a table to give back."""
    upload = draft.upload
    return (
        draft.grid is not None
        and upload is not None
        and any(sets_aside(one) and one.row is not None for one in upload.issues)
    )


def rows_aside(draft: Draft) -> bytes:
    """Return the rows set aside as a workbook: bad cells red, each with its problem.

    Parameters
    ----------
    draft : Draft
        Of a table; see :func:`has_rows_aside`.

    Returns
    -------
    bytes
        XLSX with the file's own names of columns, so that the same decisions
        are found again when it comes back.
    """
    grid, upload, header = draft.grid, draft.upload, draft.header
    if grid is None or upload is None or header is None:
        return b""
    by_row: dict[int, list[Issue]] = {}
    for one in upload.issues:
        if sets_aside(one) and one.row is not None:
            by_row.setdefault(one.row, []).append(one)
    kept = [one for one in header.matches if one.column is not None and one.how != How.PRIVATE]
    rows = dict(zip(grid.numbers, grid.rows, strict=True))
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _OPTIONS)
    sheet = book.add_worksheet("Rows set aside")
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    bad = book.add_format(
        {"text_wrap": True, "valign": "top", "bg_color": "#f6c6bd", "font_color": "#7a1f0c"}
    )
    sheet.set_column(0, len(kept), _WIDTH)
    for at, match in enumerate(kept):
        sheet.write_string(0, at, match.key[:_LONGEST], head)
    for line, (number, issues) in enumerate(sorted(by_row.items()), start=1):
        texts = _texts(draft.kind, kept, rows.get(number, []))
        wrong = _by_column(issues)
        for at, (match, text) in enumerate(zip(kept, texts, strict=True)):
            said = wrong.get(str(match.column))
            sheet.write_string(line, at, text, bad if said else plain)
            if said:
                sheet.write_comment(line, at, said)
        whole = " ".join(wrong.get(name, "") for name in wrong if not _has(kept, name)).strip()
        if whole:
            sheet.write_comment(line, 0, whole)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def _texts(kind: SheetKind, kept: Sequence[Match], row: Sequence[str]) -> list[str]:
    out = []
    for one in kept:
        text = row[one.position] if one.position < len(row) else ""
        people = kind is SheetKind.REFERRALS
        shown = text if not people or may_show(kind, one, text) else _WITHHELD
        out.append(shown[:_LONGEST])
    return out


def _has(kept: Sequence[Match], name: str) -> bool:
    return any(str(one.column) == name for one in kept)


def _by_column(issues: Sequence[Issue]) -> Mapping[str, str]:
    """Return what is wrong in each column of a row; "" is the whole row."""
    out: dict[str, str] = {}
    for one in issues:
        said = f"Row {one.row}: {one.sentence} {one.fix}".strip()
        name = one.column or ""
        out[name] = f"{out[name]} {said}" if name in out else said
    return out
