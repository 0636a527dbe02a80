"""Small counts, protected: what a table may show so that none can be worked out.

A count from 1 to the threshold is hidden. Where the total and the other cells
would give it away, further cells are hidden with it; where even that does not
help, the table is withheld. Zero may be shown: nobody is behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

#: Largest count that is hidden. Source: the usual rule for public tables of
#: small groups (counts from 1 to 10 are not published).
THRESHOLD = 10


class Mark(StrEnum):
    """What a cell shows."""

    SHOWN = "shown"
    SMALL = "small"  #: from 1 to the threshold
    HIDDEN = "hidden"  #: more than the threshold, hidden to protect another cell


@dataclass(frozen=True, slots=True)
class Cell:
    """One protected count.

    Attributes
    ----------
    mark : Mark
    count : int or None
        ``None`` unless shown.
    threshold : int
    """

    mark: Mark
    count: int | None
    threshold: int = THRESHOLD

    @property
    def text(self) -> str:
        """The count, "1 to 10" or "hidden"."""
        if self.mark is Mark.SMALL:
            return f"1 to {self.threshold}"
        return "hidden" if self.count is None else f"{self.count:,}"


@dataclass(frozen=True, slots=True)
class ProtectedTable:
    """A one-way table that gives no small count away.

    Attributes
    ----------
    cells : dict of str to Cell
        In the order given; empty if the table is withheld.
    total : Cell
    withheld : bool
        Whether the numbers are too small for any table.
    """

    cells: dict[str, Cell]
    total: Cell
    withheld: bool = False

    def text(self) -> dict[str, str]:
        """Return what each cell shows."""
        return {name: cell.text for name, cell in self.cells.items()}


def cell(count: int, threshold: int = THRESHOLD) -> Cell:
    """Protect one count that stands alone."""
    if 0 < count <= threshold:
        return Cell(Mark.SMALL, None, threshold)
    return Cell(Mark.SHOWN, count, threshold)


def protect(counts: Mapping[str, int], threshold: int = THRESHOLD) -> ProtectedTable:
    """Protect a one-way table whose total is published with it.

    Parameters
    ----------
    counts : mapping of str to int
        Everybody in exactly one cell; no count is negative.
    threshold : int, default 10

    Returns
    -------
    ProtectedTable
        A reader who knows the total, this rule and every cell shown is left
        with at least two possible values for every small count.

    Raises
    ------
    ValueError
        If a count is negative.
    """
    if any(count < 0 for count in counts.values()):
        raise ValueError("A count cannot be negative.")
    total = cell(sum(counts.values()), threshold)
    cells = {name: cell(count, threshold) for name, count in counts.items()}
    # The smallest shown cells protect the small ones at the least loss.
    spare = sorted(
        (name for name, one in cells.items() if one.count), key=lambda name: counts[name]
    )
    while total.count is not None and not _safe(counts, cells, threshold):
        if not spare:
            return ProtectedTable({}, total, withheld=True)
        cells[spare.pop(0)] = Cell(Mark.HIDDEN, None, threshold)
    return ProtectedTable(cells, total)


def _safe(counts: Mapping[str, int], cells: Mapping[str, Cell], threshold: int) -> bool:
    """Whether the total leaves every small count at least two possible values."""
    small = sum(one.mark is Mark.SMALL for one in cells.values())
    if small == 0:
        return True
    large = sum(one.mark is Mark.HIDDEN for one in cells.values())
    known = sum(counts[name] for name, one in cells.items() if one.count is None)
    rest_least = (small - 1) + large * (threshold + 1)
    highest = min(threshold, known - rest_least)
    lowest = 1 if large else max(1, known - (small - 1) * threshold)
    return lowest < highest
