"""The template as a workbook: drop-downs and help in every cell, empty or filled in.

What stands in it comes from the catalogue of columns alone, so that template,
checks and help texts never differ. It comes back in with no problem reported.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from matching.domain import words as w
from matching.intake.fields import CATALOGUE, Field, Kind, SheetKind, sentence

#: Rows below the header in which cells help and check what is typed.
ROWS = 2_000
#: Longest title and text of the help that a spreadsheet program shows at a cell.
_TITLE, _MESSAGE = 32, 255
#: Longest list that may stand in a cell's own rule, in characters.
_LIST = 255
#: So that the same template is the same bytes.
_MADE = datetime(2026, 1, 1)  # noqa: DTZ001 - a workbook's dates have no zone
_WIDTH = 18
_HELP_WIDTHS = (24, 30, 100, 34)


def version(kind: SheetKind) -> str:
    """Return the stamp of a template: the same as long as its columns mean the same."""
    said = "\n".join(f"{field.column}: {sentence(field)}" for field in CATALOGUE[kind])
    return hashlib.sha256(said.encode()).hexdigest()[:8]


def template_workbook(kind: SheetKind, rows: Iterable[Sequence[str]] = ()) -> bytes:
    """Write the template, empty or with what is on record.

    Parameters
    ----------
    kind : SheetKind
    rows : iterable of sequence of str
        Cells in the order of the catalogue, as
        :func:`matching.intake.template.cell` writes them.

    Returns
    -------
    bytes
        A workbook: the sheet to fill in, an example, and help.
    """
    out = io.BytesIO()
    book: Workbook = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )
    book.set_properties(
        {"created": _MADE, "comments": f"Template {kind.value}, version {version(kind)}"}
    )
    fields = CATALOGUE[kind]
    sheet = book.add_worksheet(kind.value)
    _head(book, sheet, fields)
    last = 0
    text = book.add_format({"num_format": "@"})
    for last, cells in enumerate(rows, start=1):
        for column, (field, value) in enumerate(zip(fields, cells, strict=True)):
            _put(sheet, last, column, field, value, text)
    _rules(book, sheet, fields, max(ROWS, last))
    _example(book, fields)
    _help(book, kind, fields)
    book.close()
    return out.getvalue()


def _head(book: Workbook, sheet: Worksheet, fields: Sequence[Field]) -> None:
    """Write the names of the columns, each with its help."""
    plain = book.add_format({"bold": True, "bottom": 1})
    needed = book.add_format({"bold": True, "bottom": 1, "bg_color": "#FFE699"})
    text = book.add_format({"num_format": "@"})
    for column, field in enumerate(fields):
        sheet.write_string(0, column, field.column, needed if field.required else plain)
        # As text, so that no code loses its first noughts and no date changes its order.
        cells = None if field.kind is Kind.NUMBER else text
        sheet.set_column(column, column, max(_WIDTH, len(field.column) + 2), cells)
    sheet.freeze_panes(1, 1)


def _put(
    sheet: Worksheet, row: int, column: int, field: Field, value: str, text: object
) -> None:
    if not value:
        return
    if field.kind is Kind.NUMBER:
        sheet.write_number(row, column, int(value))
    else:
        sheet.write_string(row, column, value, text)


def _rules(book: Workbook, sheet: Worksheet, fields: Sequence[Field], last: int) -> None:
    """Give every cell its help and, where one of a list belongs there, a drop-down."""
    lists: Worksheet | None = None
    for column, field in enumerate(fields):
        rule: dict[str, object] = {
            "input_title": field.label[:_TITLE],
            "input_message": _short(f"{field.help} Blank means unknown."),
            "ignore_blank": True,
        }
        choices = _choices(field)
        if field.kind is Kind.NUMBER:
            rule |= {
                "validate": "integer",
                "criteria": "between",
                "minimum": field.low,
                "maximum": field.high,
                "error_message": f"A whole number from {field.low} to {field.high}, or blank.",
            }
        elif choices:
            if lists is None:
                lists = book.add_worksheet("lists")
                lists.hide()
            lists.write_column(0, column, choices)
            name = xlsxwriter.utility.xl_col_to_name(column)
            rule |= {
                "validate": "list",
                "source": f"=lists!${name}$1:${name}${len(choices)}",
                "error_message": "Choose from the list, or leave the cell blank.",
            }
        else:
            rule |= {"validate": "any"}
        sheet.data_validation(1, column, last, column, rule)


def _choices(field: Field) -> list[str]:
    """Return what may be chosen where a cell holds one of a list."""
    if field.kind is Kind.YES_NO:
        return ["yes", "no"]
    if field.kind is Kind.ONE_OF and field.words is not None:
        return [w.label(word) for word in field.words]
    return []


def _short(text: str) -> str:
    return text if len(text) <= _MESSAGE else text[: _MESSAGE - 1] + "…"


def _example(book: Workbook, fields: Sequence[Field]) -> None:
    sheet = book.add_worksheet("example")
    bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    for column, field in enumerate(fields):
        sheet.set_column(column, column, _WIDTH)
        sheet.write_string(0, column, field.column, bold)
        sheet.write_string(1, column, field.example, text)
    sheet.freeze_panes(1, 1)


def _help(book: Workbook, kind: SheetKind, fields: Sequence[Field]) -> None:
    """Say what may stand in each column."""
    sheet = book.add_worksheet("help")
    bold = book.add_format({"bold": True, "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for column, width in enumerate(_HELP_WIDTHS):
        sheet.set_column(column, column, width, wrapped)
    stamp = f"Version {version(kind)}. Yellow columns are needed; all others may stay blank."
    sheet.write_string(0, 0, stamp)
    for column, title in enumerate(("Name", "What it is", "What may stand there", "Such as")):
        sheet.write_string(1, column, title, bold)
    for row, field in enumerate(fields, start=2):
        cells = (field.column, field.label, sentence(field), field.example)
        for column, value in enumerate(cells):
            sheet.write_string(row, column, value, wrapped)
