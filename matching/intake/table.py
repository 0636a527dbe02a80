"""The columns of one sheet as values, with the problems of their cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import compress
from typing import Any

from matching.domain import geography
from matching.domain.records import Referral
from matching.intake import firewall
from matching.intake.bulk import Column, cells_by_column
from matching.intake.column_reader import read_column
from matching.intake.columns import Header
from matching.intake.dates import DateColumn, Order
from matching.intake.fields import WRITTEN, Field, Kind, SheetKind, by_column, key_of
from matching.intake.issues import CellError, Code, Issue, Severity, shown
from matching.intake.reader import Sheet
from matching.intake.values import entries, is_unknown
from matching.intake.vocabulary import NONE

_AGES = re.compile(r"(\d{1,3})\s*(?:-|–|to|through)\s*(\d{1,3})")
_FROM = re.compile(r"(\d{1,3})\s*(?:\+|and (?:over|older|up)|or older)")
_ZONE = re.compile(r"(Z|UTC|[+\-]\d{2}:?\d{2})\s*$")


@dataclass(slots=True)
class Table:
    """A sheet read column by column.

    Attributes
    ----------
    rows : list of int
        The spreadsheet's own number of each row that is not blank.
    values : dict of str to list
        Column of the catalogue to one value for each row; ``None`` is unknown.
    issues : list of Issue
        Problems found so far.
    bad : set of int
        Positions of the rows that are set aside.
    left_out : set of int
        Positions of rows that repeat another one.
    decisions : list of str
        What was decided to read the sheet.
    """

    rows: list[int]
    values: dict[str, list[Any]]
    issues: list[Issue] = field(default_factory=list)
    bad: set[int] = field(default_factory=set)
    left_out: set[int] = field(default_factory=set)
    decisions: list[str] = field(default_factory=list)

    def add(
        self,
        severity: Severity,
        code: Code,
        position: int,
        column: str | None,
        value: str | None,
        sentence: str,
        fix: str = "",
    ) -> None:
        """List a problem of one row; an error sets the row aside."""
        self.issues.append(
            Issue(severity, code, self.rows[position], column, value, sentence, fix)
        )
        if severity is Severity.ERROR:
            self.bad.add(position)

    def column(self, name: str) -> list[Any]:
        """Return a column's values; all unknown if the sheet lacks it."""
        return self.values.get(name) or [None] * len(self.rows)

    @property
    def good(self) -> list[int]:
        """Positions of the rows that load."""
        out = self.bad | self.left_out
        return [k for k in range(len(self.rows)) if k not in out]

    def good_values(self, names: Iterable[str]) -> list[list[Any]]:
        """Return the values of some columns in the rows that load."""
        columns = [self.values[name] for name in names]
        if not self.bad and not self.left_out:
            return columns
        out = self.bad | self.left_out
        good = [k not in out for k in range(len(self.rows))]
        return [list(compress(values, good)) for values in columns]


def build(sheet: Sheet, header: Header) -> Table:
    """Read every kept column of a sheet.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    header : Header
        What its columns fill.

    Returns
    -------
    Table
    """
    kept = [
        (k, row)
        for k, row in enumerate(sheet.rows[header.row + 1 :], sheet.first_row + header.row + 1)
        if any(map(str.strip, row))
    ]
    wanted = [*header.positions.values(), header.ages, header.zips]
    texts = cells_by_column([row for _, row in kept], [p for p in wanted if p is not None])
    table = Table([k for k, _ in kept], {})
    fields = by_column(header.kind)
    for name, position in header.positions.items():
        if name != "county":
            _read(table, fields[name], texts[position], header.kind)
    if header.ages is not None:
        _read_ages(table, texts[header.ages].cells)
    if header.kind is SheetKind.PROVIDERS:
        _read_county(table, header, texts)
    return table


def _is_written(field_: Field, kind: SheetKind) -> bool:
    """Tell whether people write freely in a column, so that it may tell who somebody is."""
    if kind is SheetKind.PROVIDERS:
        return field_.attribute in _SHARED
    return field_.kind in WRITTEN or field_.kind is Kind.RANKED_LANGUAGES


def _read(table: Table, field_: Field, column: Column, kind: SheetKind) -> None:
    """Read one column into the table."""
    texts, distinct = column.cells, column.different
    values, problems = read_column(field_, distinct)
    table.values[field_.column] = list(map(values.get, texts))
    if _is_written(field_, kind):
        problems = {**problems, **_personal(field_, distinct - problems.keys())}
    if problems:
        for k, text in enumerate(texts):
            if text in problems:
                _report(table, field_, k, text, problems[text])
    if field_ is key_of(kind):
        for k, value in enumerate(table.values[field_.column]):
            if value is None and k not in table.bad:
                _report(table, field_, k, "", _MISSING)
    _decide(table, field_, distinct)


_MISSING = CellError(
    Code.MISSING_ID, "the row has no code, so it cannot be kept.", "Give the row a code."
)


def _report(table: Table, field_: Field, k: int, text: str, problem: CellError) -> None:
    """List a cell's problem; personal text is blanked, all else sets the row aside."""
    table.values[field_.column][k] = None
    hidden = problem.show and _tells_who(field_, text)
    table.add(
        Severity.WARNING if problem.code is Code.PERSONAL_TEXT else Severity.ERROR,
        problem.code,
        k,
        field_.column,
        shown(text) if problem.show and not hidden else None,
        _HIDDEN if hidden else problem.sentence,
        problem.fix,
    )


_HIDDEN = (
    "what the cell holds does not belong here. It may tell who somebody is, "
    "so it is not shown or kept."
)


def _tells_who(field_: Field, text: str) -> bool:
    """Tell whether a cell that could not be read must not be shown."""
    if field_.record is not Referral:
        return firewall.is_personal(text)
    place = field_.kind in (Kind.COUNTY, Kind.COUNTIES, Kind.STATE)
    return firewall.may_tell_who(text, place=place, day=field_.kind in (Kind.DATE, Kind.MOMENT))


#: Codes that two people share; as names they would tell who they are.
_SHARED = frozenset({"group_id", "separate_from", "resident_tokens"})


def _personal(field_: Field, distinct: Set[str]) -> dict[str, CellError]:
    """Return the cells that can be read but tell who somebody is."""
    found: dict[str, CellError] = {}
    for text in distinct:
        if is_unknown(text):
            continue
        if field_.attribute == "referral_id":
            try:
                firewall.check_reference(text.strip())
            except CellError as problem:
                found[text] = problem
        elif field_.attribute in _SHARED and _names_somebody(text):
            found[text] = _NAMED
        elif what := _personal_part(field_, text):
            found[text] = CellError(
                Code.PERSONAL_TEXT,
                f"the cell held what looks like {what}; it was blanked.",
                "Use a code instead.",
                show=False,
            )
    return found


def _names_somebody(text: str) -> bool:
    """Tell whether one of several codes looks like a name."""
    return text.strip().lower() not in NONE and any(map(firewall.is_name, entries(text)))


#: An error, not a warning: without its code a conflict would go unseen.
_NAMED = CellError(
    Code.PERSONAL_ID,
    "the code looks like a name, and is not shown or kept.",
    "Use an opaque code, such as C-12.",
    show=False,
)


def _personal_part(field_: Field, text: str) -> str | None:
    """Return what personal thing a written cell holds; a worker's account may be an e-mail."""
    if firewall.is_personal(text):
        return "a phone or social security number"
    if field_.attribute != "worker" and firewall.has_email(text):
        return "an e-mail address"
    if field_.kind is Kind.TEXT and firewall.is_story(text):
        return "free text"
    return None


def _decide(table: Table, field_: Field, distinct: Set[str]) -> None:
    """List how a column's dates were read."""
    if field_.kind not in (Kind.DATE, Kind.MOMENT):
        return
    order = DateColumn.of(distinct).order
    if order in (Order.DAY_FIRST, Order.MONTH_FIRST):
        table.decisions.append(
            f"Column {field_.column}: dates in numbers are read {order.value}, "
            "because some of them can only be read so."
        )
    if field_.kind is Kind.MOMENT and any(
        not is_unknown(text) and not _ZONE.search(text) for text in distinct
    ):
        table.decisions.append(
            f"Column {field_.column}: times without a zone are read as universal time (UTC)."
        )


def _read_ages(table: Table, texts: Sequence[str]) -> None:
    """Read a column that holds both ages: "12-17", "18+"."""
    low: list[int | None] = []
    high: list[int | None] = []
    ages = by_column(SheetKind.PROVIDERS)["age_max"]
    for k, text in enumerate(texts):
        both, start = _AGES.fullmatch(text.strip()), _FROM.fullmatch(text.strip())
        low.append(int((both or start)[1]) if both or start else None)  # type: ignore[index]
        high.append(int(both[2]) if both else None)
        if max(low[k] or 0, high[k] or 0) > ages.high:
            low[k] = high[k] = None
            table.add(
                Severity.ERROR,
                Code.OUT_OF_RANGE,
                k,
                "age_max",
                shown(text),
                f"{shown(text)} is not between {ages.low} and {ages.high}.",
                "Write it as 12-17 or 18+, or leave it blank.",
            )
        elif not both and not start and not is_unknown(text):
            table.add(
                Severity.ERROR,
                Code.NOT_A_NUMBER,
                k,
                "age_min",
                shown(text),
                f"'{shown(text)}' is not a range of ages.",
                "Write it as 12-17 or 18+, or leave it blank.",
            )
    table.values["age_min"], table.values["age_max"] = low, high


def _read_county(table: Table, header: Header, texts: Mapping[int, Column]) -> None:
    """Read the providers' counties, with the state's help and, if need be, the ZIP code's."""
    field_ = by_column(SheetKind.PROVIDERS)["county"]
    size = len(table.rows)
    states = table.column("state")
    written: Sequence[str] = (
        texts[header.positions["county"]].cells if "county" in header.positions else [""] * size
    )
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
                _report(table, field_, k, written[k], problems[text])
    if header.zips is not None:
        _county_from_zip(table, texts[header.zips].cells)


def _needs_state(text: str) -> bool:
    """Tell whether a county's name lacks its state."""
    return not is_unknown(text) and "," not in text and not text.strip()[:1].isdigit()


def _county_from_zip(table: Table, texts: Sequence[str]) -> None:
    """Fill unknown counties from ZIP codes, which are then dropped."""
    geo = geography.load()
    filled = 0
    for k, county in enumerate(table.values["county"]):
        if county is None and k not in table.bad:
            found = geo.county_of_zip(texts[k])
            if found is not None:
                table.values["county"][k] = found
                filled += 1
    if filled:
        table.decisions.append(
            f"{filled} counties were worked out from ZIP codes; the codes were not kept."
        )
