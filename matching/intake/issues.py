"""The closed vocabulary of problems a file may have."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What a problem does to its row."""

    ERROR = "error"  #: the row is set aside
    WARNING = "warning"  #: the row is loaded


class Code(StrEnum):
    """Every problem there is."""

    NOT_A_NUMBER = "not-a-number"
    NOT_WHOLE = "not-whole"
    OUT_OF_RANGE = "out-of-range"
    NOT_A_DATE = "not-a-date"
    DATE_IN_TWO_ORDERS = "date-in-two-orders"
    NOT_YES_OR_NO = "not-yes-or-no"
    NOT_IN_LIST = "not-in-list"
    TOO_LONG = "too-long"
    SPREADSHEET_ERROR = "spreadsheet-error"
    MISSING_ID = "missing-id"
    BAD_ID = "bad-id"
    PERSONAL_ID = "personal-id"
    PERSONAL_TEXT = "personal-text"
    NO_SUCH_COUNTY = "no-such-county"
    AMBIGUOUS_COUNTY = "ambiguous-county"
    NO_SUCH_STATE = "no-such-state"
    COUNTY_NOT_IN_STATE = "county-not-in-state"
    AGES_REVERSED = "ages-reversed"
    MORE_THAN_LIMIT = "more-than-limit"
    CONTRADICTION = "contradiction"
    DUPLICATE_ROW = "duplicate-row"
    SAME_ID_DIFFERENT_ROWS = "same-id-different-rows"
    PROVIDER_ROWS_DIFFER = "provider-rows-differ"
    TWO_COLUMNS = "two-columns"
    FORMULA_WITHOUT_RESULT = "formula-without-result"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class Issue:
    """One problem, told by row, column and sentence.

    Attributes
    ----------
    severity : Severity
        Whether the row was set aside or loaded.
    code : Code
        Which kind of problem.
    row : int or None
        The spreadsheet's own row number (the first row is 1); ``None`` if the
        problem is the whole file's or column's.
    column : str or None
        Name of the column in the template.
    value : str or None
        The cell, cut short; ``None`` where it might be personal.
    sentence : str
        What is wrong.
    fix : str
        What to do about it.
    """

    severity: Severity
    code: Code
    row: int | None
    column: str | None
    value: str | None
    sentence: str
    fix: str = ""

    def __str__(self) -> str:
        """Return one line: where, what, and what to do."""
        where = "" if self.row is None else f"Row {self.row}"
        if self.column:
            name = self.column.replace("_", " ")
            where = f"{where}, {name}" if where else f"Column {name}"
        text = f"{where}: {self.sentence}" if where else self.sentence
        return f"{text} {self.fix}".strip()


@dataclass(frozen=True, slots=True)
class NotKept:
    """A column that was dropped before anything was stored.

    Attributes
    ----------
    column : str
        The header as it stands in the file, cut short.
    why : str
        One sentence.
    private : bool
        Whether it was dropped to protect people, not for want of a field.
    """

    column: str
    why: str
    private: bool

    def __str__(self) -> str:
        """Return "not kept: column 'Date of birth': birth dates are never stored"."""
        return f"not kept: column '{self.column}': {self.why}"


class CellError(Exception):
    """A cell that cannot be read; becomes an :class:`Issue` with its row."""

    def __init__(self, code: Code, sentence: str, fix: str = "", *, show: bool = True) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.fix = fix
        self.show = show


def shown(value: str, limit: int = 60) -> str:
    """Return a cell short enough to be put into a sentence."""
    text = " ".join(value.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
