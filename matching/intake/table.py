"""The columns of one sheet as values, with the problems of their cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import compress
from typing import Any

from matching.intake.issues import Code, Issue, Severity


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
    said_unknown : dict of str to set of int
        Column to positions of the rows that say in words that nobody knows.
    """

    rows: list[int]
    values: dict[str, list[Any]]
    issues: list[Issue] = field(default_factory=list)
    bad: set[int] = field(default_factory=set)
    left_out: set[int] = field(default_factory=set)
    decisions: list[str] = field(default_factory=list)
    apart: int = 0
    said_unknown: dict[str, set[int]] = field(default_factory=dict)

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
