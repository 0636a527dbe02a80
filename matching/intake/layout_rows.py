"""Which rows below the header are data, and which only look like it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from matching.intake.grid import Why
from matching.intake.layout_header import Merged, filled, is_blank, is_number, is_type
from matching.intake.values import is_unknown

Row = Sequence[str]

#: A label that nothing but a row of sums has.
_STRICT = re.compile(
    r"(?:(?:grand|over ?all|sub|state ?wide|running)[- ]?)?totals?|average|mean|median"
    r"|(?:sub[- ]?)?totals?\s*(?::|-|–|—|for\b|of\b|by\b|in\b).*"
    r"|totals? (?:number of )?(?:beds?|units?|capacity|rooms?|spaces|slots|shelters|homes"
    r"|providers|agencies|programs|programmes|facilities)",
    re.IGNORECASE | re.DOTALL,
)
#: A label that a row of sums has, and perhaps a provider's name.
_LOOSE = re.compile(r"totals?\b.*|.*\b(?:sub-?)?totals?:?", re.IGNORECASE | re.DOTALL)
_NOTE = re.compile(
    r"[*†‡§]|(?:notes?|sources?|disclaimer|legend|key)\s*[:.–-]|prepared (?:by|on)\b"
    r"|printed\b|page \d+|generated (?:by|on)\b|(?:last )?updated\s*(?:on\b|:)|data as of\b"
    r"|\(?continued\)?$|(?:\(\w\)|\[\w\])\s",
    re.IGNORECASE,
)
_PAGE = re.compile(r"page \d+ of \d+", re.IGNORECASE)
_KIND = re.compile(
    r"\b(?:shelters|housing|havens?|homes|programs|programmes|beds|facilities|providers"
    r"|agencies|services|county|region|district|emergency|transitional|permanent)\b",
    re.IGNORECASE,
)
_SAMPLE = 500
#: More rows than these at the end of a table are no footnotes.
_MOST_NOTES = 30


@dataclass(slots=True)
class Body:
    """The rows below the header, judged one by one.

    Attributes
    ----------
    rows : sequence of sequence of str
        All rows of the sheet.
    start : int
        Position of the first row below the header.
    header : sequence of sequence of str
        The header's rows.
    merged : sequence of tuple
        Merged cells.
    chosen : mapping of int to bool
        Positions that a person has judged.
    why : dict of int to Why
        Rows that are left out.
    sections : dict of int to str
        What the rows that name others say.
    data : list of int
        Positions of the rows of data.
    doubted : list of int
        Rows that speak of a total and were read as data.
    blank : int
        Blank rows between others.
    """

    rows: Sequence[Row]
    start: int
    header: Sequence[Row]
    merged: Sequence[Merged]
    chosen: Mapping[int, bool]
    why: dict[int, Why] = field(default_factory=dict)
    sections: dict[int, str] = field(default_factory=dict)
    data: list[int] = field(default_factory=list)
    doubted: list[int] = field(default_factory=list)
    blank: int = 0
    _typical: float = 0.0
    _wide: set[int] = field(default_factory=set)
    _repeats: list[dict[int, str]] = field(default_factory=list)
    _sums: dict[int, list[float]] = field(default_factory=dict)
    _left: list[int] = field(default_factory=list)
    _left_sums: dict[int, tuple[int, float]] = field(default_factory=dict)

    def judge(self) -> None:
        """Judge every row."""
        places = [k for k in range(self.start, len(self.rows)) if not is_blank(self.rows[k])]
        if not places:
            return
        counts = [_count(self.rows[k]) for k in places]
        self.blank = places[-1] + 1 - self.start - len(places)
        named = len(filled(self.header[-1])) if self.header else 0
        some = sorted(counts[:_SAMPLE])
        self._typical = max(some[3 * len(some) // 4], named / 3)
        self._wide = {top for top, left, _, right in self.merged if right > left}
        self._repeats = [
            {k: row[k].strip().casefold() for k in filled(row)} for row in self.header
        ]
        full = max(2.0, self._typical / 2)
        last = max((n for n, count in enumerate(counts) if count >= full), default=-1)
        if len(places) - last > _MOST_NOTES:
            last = len(places)
        started = False
        for n, place in enumerate(places):
            choice = self.chosen.get(place)
            if choice is None:
                why = self._why(n, places, counts, n > last, started)
            else:
                why = None if choice else Why.CHOICE
            if why is None:
                self.data.append(place)
                started = True
            else:
                self.why[place] = why
                self._left.append(place)
        self._keep_most()
        self._name_sums()

    def _keep_most(self) -> None:
        """Take rows that speak of totals for data where they are the most of the table."""
        totals = [k for k, why in self.why.items() if why is Why.TOTAL]
        if len(totals) > max(len(self.data), 1):
            for place in totals:
                del self.why[place]
            self.data = sorted([*self.data, *totals])
            self.doubted = sorted([*self.doubted, *totals])

    def _name_sums(self) -> None:
        """Find rows that name those below them and hold their sums.

        Only where every row of this kind adds up, and one of them several rows.
        """
        blocks: list[list[int]] = []
        for place in self.data:
            if place not in self.chosen and self._may_head(place):
                blocks.append([place])
            elif blocks:
                blocks[-1].append(place)
        if any(len(block) > 2 for block in blocks) and all(map(self._heads, blocks)):
            for place, *_ in blocks:
                self.why[place] = Why.SECTION
                text = next(c for c in self.rows[place] if c.strip() and not is_number(c))
                self.sections[place] = " ".join(text.split()).rstrip(":").strip()
            heads = {block[0] for block in blocks}
            self.data = [place for place in self.data if place not in heads]

    def _may_head(self, place: int) -> bool:
        """Tell whether a row holds one text, then numbers, and less than most rows."""
        row = self.rows[place]
        if _count(row) >= self._typical:
            return False
        cells = (cell for cell in row if cell and cell.strip())
        if is_number(next(cells)):
            return False
        numbers = 0
        for cell in cells:
            if is_number(cell):
                numbers += 1
            elif not is_unknown(cell):
                return False
        return numbers > 0

    def _heads(self, block: Sequence[int]) -> bool:
        """Tell whether the first row of some holds the sums of the others."""
        head, *below = (self.rows[place] for place in block)
        columns = [k for k in filled(head) if is_number(head[k])]
        sums = [sum(_value(row[k]) for row in below if k < len(row)) for k in columns]
        return any(sums) and all(
            round(found, 6) == _value(head[k]) for k, found in zip(columns, sums, strict=True)
        )

    def _why(
        self, n: int, places: Sequence[int], counts: Sequence[int], after: bool, started: bool
    ) -> Why | None:
        """Return why a row is no data; when in doubt it is."""
        place, count = places[n], counts[n]
        row = self.rows[place]
        if self._repeats_header(row):
            return Why.HEADER
        if not started and n < 2 and self._is_metadata(n, places):
            return Why.METADATA
        if self._is_total(place):
            return Why.TOTAL
        if count > 2 or count >= self._typical:
            return None
        cells = [row[k].strip() for k in filled(row)]
        if any(_PAGE.search(cell) for cell in cells) or _NOTE.match(cells[0]):
            return Why.NOTE
        if count > 1:
            return None
        if after:
            behind = self.why.get(places[n - 1]) if n else None
            apart = places[n - 1] < place - 1
            sentence = len(cells[0]) > 60 or len(cells[0].split()) > 6
            remark = apart or ":" in cells[0] or len(cells[0].split()) > 3
            known = behind is Why.NOTE or (behind is Why.TOTAL and remark)
            return Why.NOTE if sentence or known else None
        if self._is_section(n, places, counts, cells[0]):
            self.sections[place] = " ".join(cells[0].split()).rstrip(":").strip()
            return Why.SECTION
        return None

    # -- the header again, and what the columns are ---------------------------------------

    def _repeats_header(self, row: Row) -> bool:
        """Tell whether a row is one of the header's rows once more."""
        for names in self._repeats:
            first = next(iter(names), len(row))
            if first >= len(row) or row[first].strip().casefold() != names[first]:
                continue
            if {k: row[k].strip().casefold() for k in filled(row)} == names:
                return True
        return False

    def _is_metadata(self, n: int, places: Sequence[int]) -> bool:
        """Tell whether a row under the header says what its columns are."""
        row = self.rows[places[n]]
        here = [k for k in filled(row) if not is_unknown(row[k])]
        if len(here) < 3 or any(is_number(row[k]) for k in here):
            return False
        types = sum(is_type(row[k]) for k in here)
        if types >= 3 and 2 * types >= len(here):
            return True
        if any(map(str.isdigit, row[here[0]])):
            return False
        deeper = [self.rows[k] for k in places[n + 1 : n + 31]]
        told = {row[k].casefold() for k in here if " " in row[k] and _all_numbers(deeper, k)}
        numbers = sum(_all_numbers(deeper, k) for k in range(len(row)))
        return len(told) >= 3 and 5 * len(told) >= 4 * numbers

    # -- rows that add up others ----------------------------------------------------------

    def _is_total(self, place: int) -> bool:
        """Tell whether a row adds up others; a doubtful one is remembered as data."""
        row = self.rows[place]
        leading = row[:8]
        if "total" not in " ".join(leading).lower():
            if leading and leading[0].strip():
                return _STRICT.fullmatch(leading[0].strip()) is not None and self._bare(row, 1)
            return (
                self._bare(row, 0)
                and all(self.rows[k][0].strip() for k in self.data[-2:])
                and self._adds_up(row, place, every=True)
            )
        texts = [k for k in filled(leading) if not is_number(row[k])]
        label = row[texts[0]].strip()
        if _STRICT.fullmatch(label):
            return True
        if _LOOSE.fullmatch(label) and self._bare(row, 1):
            if label.lower().rstrip("s:").endswith("total") or self._adds_up(row, place):
                return True
            self.doubted.append(place)
            return False
        spoken = [k for k in texts[1:] if _STRICT.fullmatch(row[k].strip())]
        before = self.rows[self.data[-1]] if self.data else ()
        again = any(k < len(before) and before[k].strip() == row[k].strip() for k in spoken)
        if spoken and not again and self._adds_up(row, place):
            return True
        if spoken:
            self.doubted.append(place)
        return False

    def _bare(self, row: Row, labels: int) -> bool:
        """Tell whether a row holds numbers and no more texts than its label."""
        cells = [row[k] for k in filled(row)]
        numbers = sum(map(is_number, cells))
        unknown = sum(map(is_unknown, cells))
        return numbers > 0 and len(cells) - numbers - unknown <= labels

    def _adds_up(self, row: Row, place: int, *, every: bool = False) -> bool:
        """Tell whether a row's numbers are sums of the rows above it.

        Either of all data above, or of those since the last row left out; at
        least two rows, in at least half of the columns (or in every one).
        """
        since = self._left[-1] + 1 if self._left else self.start
        starts = [since] if since == self.start else [since, self.start]
        columns = [k for k in filled(row) if is_number(row[k])]
        for first in starts:
            if len(self.data) < 2 or self.data[-2] < first:
                continue
            same = [k for k in columns if self._sum(k, first, place) == _value(row[k])]
            enough = len(same) == len(columns) if every else 2 * len(same) >= len(columns)
            if enough and any(_value(row[k]) for k in same):
                return True
        return False

    def _sum(self, column: int, first: int, end: int) -> float:
        """Add up a column's data between two positions."""
        sums = self._sums.get(column)
        if sums is None:
            values = [
                _value(row[column]) if column < len(row) else 0.0
                for row in self.rows[self.start :]
            ]
            sums = self._sums[column] = [0.0, *accumulate(values)]
        found = sums[end - self.start] - sums[first - self.start]
        if first == self.start:
            count, out = self._left_sums.get(column, (0, 0.0))
            for place in self._left[count:]:
                row = self.rows[place]
                out += _value(row[column]) if column < len(row) else 0.0
            self._left_sums[column] = len(self._left), out
            found -= out
        return round(found, 6)

    # -- rows that name those below them --------------------------------------------------

    def _is_section(
        self, n: int, places: Sequence[int], counts: Sequence[int], text: str
    ) -> bool:
        """Tell whether a row with one text names the rows below it.

        Merged cells, or a place where no data stands, say so plainly; of the
        weaker signs it takes two. A code or a sentence names nothing.
        """
        kind = _KIND.search(text) is not None
        if (any(map(str.isdigit, text)) and not kind) or len(text.split()) > 8:
            return False
        full = max(2.0, self._typical / 2)
        if not any(count >= full for count in counts[n + 1 : n + 4]):
            return False
        place = places[n]
        if is_unknown(text) or is_number(text):
            return False
        if place in self._wide:
            return True
        if self._typical < 3:
            return False
        (column,) = filled(self.rows[place])
        names = self.header[-1] if self.header else ()
        if self.header and not (column < len(names) and names[column].strip()):
            return True
        first = n == 0 or self.why.get(places[n - 1]) is Why.TOTAL
        signs = [
            first or places[n - 1] < place - 1,
            text.endswith(":"),
            kind,
            text.isupper() and len(text) > 3 and not self._mostly_upper(column),
        ]
        return sum(signs) >= 2

    def _mostly_upper(self, column: int) -> bool:
        """Tell whether a column's texts are written in capitals anyway."""
        some = self.rows[self.start : self.start + 100]
        texts = [row[column] for row in some if column < len(row) and row[column].strip()]
        return 5 * sum(map(str.isupper, texts)) > 2 * len(texts)


def _count(row: Row) -> int:
    """Count the cells that hold something."""
    return len(row) - row.count("") if row else 0


def _value(text: str) -> float:
    """Return a cell as a number; nought if it is none."""
    bare = text.strip().replace(",", "").lstrip("$€£ ")
    if not bare or len(bare) > 20 or not is_number(bare):
        return 0.0
    try:
        return round(float(bare), 6)
    except ValueError:
        return 0.0


def _all_numbers(rows: Sequence[Row], column: int) -> bool:
    """Tell whether a column holds numbers and hardly anything else."""
    cells = [row[column] for row in rows if column < len(row) and row[column].strip()]
    return bool(cells) and 10 * sum(map(is_number, cells)) >= 9 * len(cells)
