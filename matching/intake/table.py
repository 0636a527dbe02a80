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
from matching.intake.ages import read_ages
from matching.intake.bulk import Column
from matching.intake.cells import Cells, fill_served, gather
from matching.intake.column_reader import read_column
from matching.intake.columns import Header, Special
from matching.intake.dates import DateColumn, Order
from matching.intake.fields import WRITTEN, Field, Kind, SheetKind, by_column, key_of, plain
from matching.intake.grid import Grid
from matching.intake.issues import CellError, Code, Issue, Severity, shown
from matching.intake.population import Served, read_served
from matching.intake.recipe import Recipe
from matching.intake.values import ID_LENGTH, entries, is_unknown
from matching.intake.vocabulary import NONE

_ZONE = re.compile(r"(Z|UTC|[+\-]\d{2}:?\d{2})\s*$")


@dataclass(slots=True)
class Table:
    """A sheet read column by column.

    Attributes
    ----------
    rows : list of int
        The spreadsheet's own number of each row; one that was split into
        several groups of beds occurs several times.
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
    apart : int
        Rows that somebody left out before.
    """

    rows: list[int]
    values: dict[str, list[Any]]
    issues: list[Issue] = field(default_factory=list)
    bad: set[int] = field(default_factory=set)
    left_out: set[int] = field(default_factory=set)
    decisions: list[str] = field(default_factory=list)
    apart: int = 0

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


def build(grid: Grid, header: Header, recipe: Recipe | None = None) -> Table:
    """Read every kept column of a sheet.

    Parameters
    ----------
    grid : Grid
        The sheet.
    header : Header
        What its columns fill.
    recipe : Recipe, optional
        What a person decided about its cells.

    Returns
    -------
    Table
    """
    told = recipe or Recipe()
    found = gather(grid, header, told)
    table = Table(found.numbers, {}, apart=found.apart)
    _read_served(table, found)
    if told.made_ids and header.kind is SheetKind.PROVIDERS:
        name_providers(table, found)
    fields = by_column(header.kind)
    for name, column in found.columns.items():
        if name in fields and name != "county":
            problems = found.problems.get(name, {})
            _read(table, fields[name], column, header.kind, told.orders.get(name), problems)
    if Special.AGES in found.columns:
        _read_both_ages(table, found.columns[Special.AGES])
    if header.kind is SheetKind.PROVIDERS:
        _read_county(table, found)
    table.decisions += found.decisions
    return table


def _read_served(table: Table, found: Cells) -> None:
    """Read who is served where a column tells it in words."""
    if Special.POPULATION not in found.columns:
        return
    column = found.columns[Special.POPULATION]
    read: dict[str, Served] = {}
    problems: dict[str, CellError] = {}
    for text in column.different:
        if not is_unknown(text):
            try:
                read[text] = read_served(text)
            except CellError as problem:
                problems[text] = problem
    for k, text in enumerate(column.cells if problems else ()):
        if text in problems:
            hidden = firewall.is_personal(text)
            table.add(
                Severity.ERROR,
                problems[text].code,
                k,
                Special.POPULATION,
                None if hidden else shown(text),
                _HIDDEN if hidden else problems[text].sentence,
                problems[text].fix,
            )
    fill_served(found, read)


def name_providers(table: Table, found: Cells) -> None:
    """Give providers a code made from their name, since no column names them."""
    names = found.columns["name"].cells
    codes = ["-".join(plain(name).split())[:ID_LENGTH] for name in names]
    found.columns["provider_id"] = Column(codes, set(codes))
    table.decisions.append("Providers have no code in the file; one was made from each name.")
    if "bed_pool" not in found.columns:
        return
    pools = found.columns["bed_pool"].cells
    joined = [
        f"{code}/{pool}" if pool and not pool.startswith(code) else pool
        for code, pool in zip(codes, pools, strict=True)
    ]
    found.columns["bed_pool"] = Column(joined, set(joined))


def _is_written(field_: Field, kind: SheetKind) -> bool:
    """Tell whether people write freely in a column, so that it may tell who somebody is."""
    if kind is SheetKind.PROVIDERS:
        return field_.attribute in _SHARED
    return field_.kind in WRITTEN or field_.kind is Kind.RANKED_LANGUAGES


def _read(
    table: Table,
    field_: Field,
    column: Column,
    kind: SheetKind,
    order: Order | None,
    asked: Mapping[str, CellError],
) -> None:
    """Read one column into the table."""
    texts, distinct = column.cells, column.different
    values, problems = read_column(field_, distinct, order)
    if asked:
        problems = {**problems, **asked}
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
    _decide(table, field_, distinct, order)


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


def _decide(table: Table, field_: Field, distinct: Set[str], told: Order | None) -> None:
    """List how a column's dates were read."""
    if field_.kind not in (Kind.DATE, Kind.MOMENT):
        return
    order = DateColumn.of(distinct).order
    if told is None and order in (Order.DAY_FIRST, Order.MONTH_FIRST):
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


def _read_both_ages(table: Table, column: Column) -> None:
    """Read a column that holds both ages: "12-17", "18+"."""
    read: dict[str, tuple[int | None, int | None]] = {}
    problems: dict[str, CellError] = {}
    for text in column.different:
        try:
            read[text] = (None, None) if is_unknown(text) else read_ages(text)
        except CellError as problem:
            problems[text], read[text] = problem, (None, None)
    ages = [read[text] for text in column.cells]
    table.values["age_min"] = [low for low, _ in ages]
    table.values["age_max"] = [high for _, high in ages]
    for k, text in enumerate(column.cells if problems else ()):
        if text in problems:
            found = problems[text]
            table.add(
                Severity.ERROR,
                found.code,
                k,
                Special.AGES,
                shown(text),
                found.sentence,
                found.fix,
            )


def _read_county(table: Table, found: Cells) -> None:
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
                _report(table, field_, k, written[k], problems[text])
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
