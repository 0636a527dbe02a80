"""Answers of partner agencies: read from the sheet they send back, checked, then noted.

The sheet may come back in any shape: rows and columns in any order, empty lines, other
sheets, other columns. Only what an answer is made of is read; anything else is dropped
and said to be dropped, and whatever looks like a person is refused with its row. An
answer counts once, before its time is over, and while the consent holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from matching.domain.access import Action
from matching.domain.casework import Offer
from matching.domain.errors import InputError, MatchingError, NotFound
from matching.domain.sharing import (
    CODE_LENGTH,
    CODE_LETTERS,
    Condition,
    PartnerAnswer,
    Share,
    ShareKind,
)
from matching.export.sharing import ANSWER, BEDS, CODE, DEPENDS, FROM, MOST_BEDS
from matching.intake.dates import DateColumn, Order
from matching.intake.field_types import SheetKind, plain
from matching.intake.firewall import may_tell_who, private_reason, safe_header
from matching.intake.issues import CellError
from matching.intake.reader import Sheet, read
from matching.services.calling import new_offers
from matching.services.case_history import answer_words
from matching.services.desk import Desk
from matching.services.offer_moves import companions, open_at, written
from matching.services.sharing import ANSWER_CHOICES, CONDITION_CHOICES, require_open
from matching.store.database import Reading, Transaction

C = TypeVar("C", PartnerAnswer, Condition)

#: What the lists in the cells of our own sheet say.
_OURS = frozenset(one.words for one in (*ANSWER_CHOICES, *CONDITION_CHOICES))
#: Rows in which a header is looked for, and rows that are read at most.
_HEADER_ROWS, MOST_ROWS = 20, 500


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer in a sheet.

    Attributes
    ----------
    row : int
        The spreadsheet's own number.
    code : str
        Of the request, as it is kept; empty if it is not one.
    partner : str
        Whom the request was made to; empty if there is none.
    answer : PartnerAnswer or None
    beds : int or None
    available_from : date or None
    conditions : tuple of Condition
    share_id : int or None
        Of the request.
    problem : str
        Why it cannot be noted; empty if it can.
    """

    row: int
    code: str = ""
    partner: str = ""
    answer: PartnerAnswer | None = None
    beds: int | None = None
    available_from: date | None = None
    conditions: tuple[Condition, ...] = ()
    share_id: int | None = None
    problem: str = ""

    def plain(self) -> dict[str, Any]:
        """Return the answer as it is kept: codes and numbers."""
        start = self.available_from
        return {
            "answer": None if self.answer is None else self.answer.value,
            "beds": self.beds,
            "available_from": None if start is None else start.isoformat(),
            "conditions": [one.value for one in self.conditions],
        }

    def sentence(self) -> str:
        """Say the answer, or why it cannot be noted."""
        if self.problem:
            return self.problem
        return f"{self.partner} {answer_words(self.plain())}."


@dataclass(frozen=True, slots=True)
class Preview:
    """What a sheet holds.

    Attributes
    ----------
    rows : tuple of AnswerRow
    dropped : tuple of str
        Columns that were not read, and why.
    """

    rows: tuple[AnswerRow, ...]
    dropped: tuple[str, ...]

    @property
    def good(self) -> tuple[AnswerRow, ...]:
        """The answers that can be noted."""
        return tuple(one for one in self.rows if not one.problem)


@dataclass(frozen=True, slots=True)
class Noted:
    """What came of noting answers.

    Attributes
    ----------
    answers : int
    offers : tuple of Offer
        For providers on the record: open, for somebody to settle by a call.
    new_partners : tuple of str
        Partners that offer a bed and are not on the record as a provider: a worker
        has to add them.
    """

    answers: int
    offers: tuple[Offer, ...]
    new_partners: tuple[str, ...]


def read_answers(desk: Desk, data: bytes) -> Preview:
    """Read a sheet that a partner sent back; nothing is kept.

    Raises
    ------
    PermissionDenied
        If the actor may not share cases.
    InputError
        If it cannot be read, or no sheet of it is one for answers.
    """
    desk.require(Action.SHARE_CASE)
    sheet, head = _find(read(data).sheets)
    columns, dropped = _columns(sheet.rows[head])
    days = _days(sheet, head, columns)
    with desk.store.reading() as record:
        seen: set[str] = set()
        rows: list[AnswerRow] = []
        for at, cells in enumerate(sheet.rows[head + 1 :], sheet.first_row + head + 1):
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) == MOST_ROWS:
                raise InputError(
                    f"The sheet has more than {MOST_ROWS} answers.",
                    next_step="Send it in parts.",
                )
            rows.append(_checked(desk, record, _row(at, cells, columns, days), seen))
    return Preview(tuple(rows), dropped)


def _find(sheets: Sequence[Sheet]) -> tuple[Sheet, int]:
    """Return the sheet that has the columns of an answer, and the row of its headers."""
    for sheet in sheets:
        for at, cells in enumerate(sheet.rows[:_HEADER_ROWS]):
            names = {plain(cell) for cell in cells}
            if {plain(CODE), plain(ANSWER)} <= names:
                return sheet, at
    raise InputError(
        "No sheet of this file has the columns of an answer.",
        next_step=f"Use the sheet that came with the request: '{CODE}', '{ANSWER}' and so on.",
    )


_KNOWN = {plain(name): name for name in (CODE, ANSWER, BEDS, FROM, *DEPENDS)}


def _columns(headers: Sequence[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Return where each known column stands, and what was dropped of the others."""
    where: dict[str, int] = {}
    dropped = []
    for at, header in enumerate(headers):
        name = _KNOWN.get(plain(header))
        if name is not None:
            where.setdefault(name, at)
        elif header.strip():
            why = private_reason(header, SheetKind.REFERRALS) or "not part of an answer"
            dropped.append(f"{safe_header(header)}: {why}.")
    return where, tuple(dropped)


def _days(sheet: Sheet, head: int, columns: Mapping[str, int]) -> DateColumn:
    """Return how dates are written, as the whole column tells it."""
    at = columns.get(FROM)
    if at is None:
        return DateColumn(Order.UNKNOWN)
    return DateColumn.of(cells[at] for cells in sheet.rows[head + 1 :] if len(cells) > at)


def _row(
    number: int, cells: Sequence[str], columns: Mapping[str, int], days: DateColumn
) -> AnswerRow:
    def text(name: str) -> str:
        at = columns.get(name)
        return cells[at].strip() if at is not None and at < len(cells) else ""

    told = [text(name) for name in (ANSWER, BEDS, *DEPENDS)]
    private = any(one not in _OURS and may_tell_who(one) for one in told)
    if private or may_tell_who(text(FROM), day=True):
        return AnswerRow(
            number,
            problem="A cell holds what may tell who somebody is; the row is not read.",
        )
    found = AnswerRow(number, code=_code(text(CODE)))
    try:
        return replace(
            found,
            answer=_choice(PartnerAnswer, text(ANSWER), ANSWER),
            beds=_beds(text(BEDS)),
            available_from=days.day(text(FROM)) if text(FROM) else None,
            conditions=tuple(
                dict.fromkeys(
                    _choice(Condition, text(name), name) for name in DEPENDS if text(name)
                )
            ),
        )
    except InputError as error:
        return replace(found, problem=error.message)
    except CellError as error:
        return replace(found, problem=f"The day is not one: {error}")


def _code(text: str) -> str:
    """Return a code as it is kept, whatever signs stand between its letters."""
    letters = "".join(sign for sign in text.upper() if sign.isalnum())
    if len(letters) != CODE_LENGTH or set(letters) - set(CODE_LETTERS):
        return ""
    return "-".join(letters[k : k + 4] for k in range(0, CODE_LENGTH, 4))


def _choice(kind: type[C], text: str, name: str) -> C:
    word = text.split(":")[0].strip().casefold().replace(" ", "_")
    try:
        return kind(word)
    except ValueError:
        raise InputError(
            f"What stands under '{name}' is not one of the answers.",
            next_step="Choose from the list in the cell.",
        ) from None


def _beds(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or int(text) > MOST_BEDS:
        raise InputError(f"'{BEDS}' is not a whole number from 0 to {MOST_BEDS}.")
    return int(text)


def _checked(desk: Desk, record: Reading, row: AnswerRow, seen: set[str]) -> AnswerRow:
    """Hold one row against the request it answers."""
    if row.problem:
        return row
    if row.code in seen and row.code:
        return replace(row, problem="The same code is there twice; the first counts.")
    seen.add(row.code)
    share = record.shares.by_code(row.code) if row.code else None
    if share is None or share.kind is not ShareKind.REQUEST:
        return replace(row, problem="The code is not one of a request of this office.")
    found = replace(row, partner=share.partner, share_id=share.id)
    if row.answer is PartnerAnswer.OFFERED and row.beds == 0:
        return replace(found, problem="A bed is offered and the number of beds is 0.")
    try:
        require_open(desk, record, share)
    except MatchingError as error:
        return replace(found, problem=error.message)
    return found


def note_answers(
    desk: Desk,
    preview: Preview,
    places: Mapping[str, tuple[str, str]] | None = None,
) -> Noted:
    """Note the answers of a preview that can be noted: one transaction.

    Everything is looked at again first. An offer of a bed becomes an open call to the
    provider it was matched to, which somebody settles by telephone; a partner that is
    not on the record is named, to be added.

    Parameters
    ----------
    desk : Desk
    preview : Preview
    places : mapping of str to (str, str), optional
        Provider and bed pool of an answer, by the code of its request.

    Raises
    ------
    PermissionDenied
        If the actor may not share cases, or a consent is over.
    ConflictError
        If an answer was noted or a request ended meanwhile; then none is noted.
    InputError
        If nothing can be noted.
    """
    desk.require(Action.SHARE_CASE)
    if places:
        desk.require(Action.RECORD_CALL)
    good = preview.good
    if not good:
        raise InputError("There is no answer that can be noted.")
    offers: list[Offer] = []
    missing = []
    with desk.store.transaction() as record:
        for row in good:
            share = record.shares.get(int(row.share_id or 0))
            require_open(desk, record, share)
            record.shares.answer(int(share.id or 0), desk.clock(), row.plain())
            place = (places or {}).get(row.code)
            made: Iterable[Offer] = ()
            if row.answer is PartnerAnswer.OFFERED and place is not None:
                made = _offers(desk, record, share, place)
                offers += made
            elif row.answer is PartnerAnswer.OFFERED:
                missing.append(share.partner)
            _event(desk, record, share, row, tuple(made))
    return Noted(len(good), tuple(offers), tuple(dict.fromkeys(missing)))


def _offers(
    desk: Desk, record: Transaction, share: Share, place: tuple[str, str]
) -> tuple[Offer, ...]:
    case = share.referral_id
    if case is None:
        raise NotFound("This request is about no case.")
    there, now = open_at(record, case, *place), desk.clock()
    if there is None:
        found = new_offers(record, desk, case, *place, now, None, None)
    else:
        # Somebody is calling there already: the answer belongs to that call.
        found = companions(record, desk, there, now)
    return tuple(written(record, replace(one, share_id=share.id)) for one in found)


def _event(
    desk: Desk,
    record: Transaction,
    share: Share,
    row: AnswerRow,
    offers: tuple[Offer, ...],
) -> None:
    record.audit.append(
        desk.actor,
        desk.clock(),
        Action.SHARE_CASE,
        object_kind="referral",
        object_id=share.referral_id or "",
        reason="answer_noted",
        details={
            "share": share.id,
            "answer": "" if row.answer is None else row.answer.value,
            "beds": row.beds,
            "offers": [one.id for one in offers],
        },
    )
