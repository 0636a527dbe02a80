"""What goes to a partner agency as a workbook: a request with a sheet for the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from xlsxwriter.worksheet import Worksheet

from matching.export.book import Book
from matching.export.columns import Column, Row, Value, get

#: The columns of an answer sheet, as they stand in its first row.
CODE, ANSWER, BEDS, FROM = "Code", "Answer", "Beds offered", "From (day)"
DEPENDS = ("Depends on (1)", "Depends on (2)", "Depends on (3)")
ANSWER_COLUMNS = (CODE, ANSWER, BEDS, FROM, *DEPENDS)
ANSWER_SHEET = "Answer"
#: Most beds that one answer may offer.
MOST_BEDS = 20
_WIDTHS = (18, 30, 14, 16, 44, 44, 44)
#: Longest drop-down that stands in a cell's own rule, in characters.
_LIST = 255


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be answered: its code, and code and words as they are chosen."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class RequestBook:
    """What a request says.

    Attributes
    ----------
    code, partner : str
    made_at : datetime
        In the office's time.
    until : str
        Until when it can be answered, in words.
    facts : tuple of (str, str)
    left_out : tuple of str
    answers, conditions : tuple of Choice
    """

    code: str
    partner: str
    made_at: datetime
    until: str
    facts: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...]
    answers: tuple[Choice, ...]
    conditions: tuple[Choice, ...]


def request_workbook(request: RequestBook) -> bytes:
    """Write a request: a sheet to answer in, what is needed, and how to read it."""
    book = Book(request.made_at)
    _answer_sheet(book, request)
    book.table(
        "What is needed",
        (Column("What", get("what"), 34), Column("", get("said"), 70)),
        [{"what": what, "said": said} for what, said in request.facts],
    )
    about: list[tuple[str, Value]] = [
        ("For", request.partner),
        ("Code", request.code),
        ("Made", request.made_at),
        ("Answer by", request.until),
    ]
    notes = [
        ("How to answer", f"Fill in one row of the sheet '{ANSWER_SHEET}' and send it back."),
        ("The code", "Stands for the person, once. After its time it means nothing."),
        ("Write nothing else", "No name, no date of birth, no number, no story of anybody."),
        ("After use", "Destroy this file. Do not pass it on."),
        *((f"Left out on purpose {k}", one) for k, one in enumerate(request.left_out, 1)),
    ]
    book.readme(about, notes)
    return book.finish()


def _answer_sheet(book: Book, request: RequestBook) -> None:
    sheet = book.sheet(ANSWER_SHEET)
    for column, (title, width) in enumerate(zip(ANSWER_COLUMNS, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, book.head)
    sheet.write_string(1, 0, request.code, book.text)
    sheet.freeze_panes(1, 1)
    _drop_down(book, sheet, 1, request.answers, "answers")
    sheet.data_validation(
        1,
        2,
        1,
        2,
        {
            "validate": "integer",
            "criteria": "between",
            "minimum": 0,
            "maximum": MOST_BEDS,
            "ignore_blank": True,
            "error_message": f"A whole number from 0 to {MOST_BEDS}.",
        },
    )
    for column in range(4, 4 + len(DEPENDS)):
        _drop_down(book, sheet, column, request.conditions, "conditions")


def _drop_down(
    book: Book, sheet: Worksheet, column: int, choices: Sequence[Choice], name: str
) -> None:
    """Let a cell be chosen from a list; a long one stands on a hidden sheet."""
    words = [one.words for one in choices]
    source: object = words
    if len(",".join(words)) > _LIST:
        hidden = book.book.get_worksheet_by_name(name)
        if hidden is None:
            hidden = book.sheet(name)
            hidden.hide()
            hidden.write_column(0, 0, words)
        source = f"={name}!$A$1:$A${len(words)}"
    rule = {
        "validate": "list",
        "source": source,
        "ignore_blank": True,
        "error_message": "Choose from the list, or leave the cell blank.",
    }
    sheet.data_validation(1, column, 1, column, rule)


@dataclass(frozen=True, slots=True)
class BedLine:
    """Beds of one kind in one place.

    Attributes
    ----------
    kind, place : str
    beds : int
    providers : int or None
        ``None`` where the number would point at one place.
    news : str
        How old the oldest news of them is, in words.
    """

    kind: str
    place: str
    beds: int
    providers: int | None
    news: str


def beds_workbook(
    as_of: datetime,
    about: Sequence[tuple[str, Value]],
    notes: Sequence[tuple[str, str]],
    lines: Sequence[BedLine],
) -> bytes:
    """Write a list of beds for partner agencies."""
    book = Book(as_of)
    rows: list[Row] = [
        {
            "kind": one.kind,
            "place": one.place,
            "beds": one.beds,
            "providers": one.providers,
            "news": one.news,
        }
        for one in lines
    ]
    columns = (
        Column("Kind of place", get("kind"), 34),
        Column("Where", get("place"), 34),
        Column("Beds usable tonight", get("beds"), 14),
        Column("Providers", get("providers"), 12),
        Column("Confirmed", get("news"), 24),
    )
    book.table("Beds", columns, rows)
    book.readme(list(about), list(notes))
    return book.finish()
