"""HUD's Housing Inventory Count, project level, of any year.

Only emergency shelters, transitional housing and safe havens are places for a
night; every other project type is left out and counted. One project becomes
one provider with up to three bed pools, by the household the beds are meant
for in HUD's definitions:

* households with children: at least one adult and one child; ages unknown;
* households without children: everybody is 18 or over; the oldest age is unknown;
* households with only children: everybody is under 18.

Beds minus the point-in-time count is the vacancy of the *project*. With one
pool it is that pool's. With several it is known for each pool only if the
project was full or empty; otherwise it stays unknown, since splitting it
would be a guess, and the provider's capacity and residents cap the whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import chain

from matching.domain import geography
from matching.domain.errors import InputError
from matching.domain.records import BedPool, Provider
from matching.domain.words import DataOrigin, PlacementType
from matching.intake import firewall
from matching.intake.dates import DateColumn
from matching.intake.field_types import SheetKind
from matching.intake.formats import hic_place
from matching.intake.formats.found import Found
from matching.intake.formats.hic_beds import Inventory, placement_type, youth_only
from matching.intake.formats.hic_layout import MEANINGS, Layout, recognise
from matching.intake.issues import CellError, Code, Issue, Severity, shown
from matching.intake.reader import Sheet
from matching.intake.uploads import Counts
from matching.intake.values import ID_LENGTH, TEXT_LENGTH, is_unknown

__all__ = ["Layout", "load", "recognise"]


def load(sheet: Sheet, layout: Layout) -> Found:
    """Turn a HIC sheet into providers and bed pools.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    layout : Layout
        From :func:`recognise`.

    Returns
    -------
    Found

    Raises
    ------
    InputError
        If no row is a place for a night.
    """
    reader, rows = _Reader(layout), _Rows(layout)
    kinds = _Kinds()
    for number, cells in enumerate(
        sheet.rows[layout.row + 1 :], sheet.first_row + layout.row + 1
    ):
        if any(map(str.strip, cells)):
            text = rows.type_of(cells)
            kind = kinds[text]
            if kind is not None:
                reader.take(kind, rows.read(cells), number)
            else:
                reader.leave(text, number)
    if not reader.providers and not reader.issues:
        raise InputError(
            "The inventory holds no emergency shelter, transitional housing or safe haven.",
            next_step="Choose another file.",
        )
    return reader.result(sheet.rows[layout.row])


class _Row(dict[str, str]):
    """One project: meaning to cell; empty where it says nothing.

    Attributes
    ----------
    cells : list of str
        As they stand in the file.
    """

    __slots__ = ("cells",)

    def __init__(self, cells: list[str], said: Iterable[tuple[str, str]]) -> None:
        super().__init__(said)
        self.cells = cells

    def __missing__(self, key: str) -> str:
        """Say nothing where no file of this kind has such a column."""
        return ""


class _Known(dict[str, str]):
    """What each different cell says; empty if that is nothing."""

    def __missing__(self, text: str) -> str:
        self[text] = said = "" if is_unknown(text) else text.strip()
        return said


class _Kinds(dict[str, PlacementType | None]):
    """What kind of place each different type of project is."""

    def __missing__(self, text: str) -> PlacementType | None:
        self[text] = kind = placement_type(text)
        return kind


#: "1,200" or "12.0".
_COUNT = re.compile(r"\d{1,3}(,\d{3})+|\d{1,6}(\.0+)?")


class _Counts(dict[str, int | None]):
    """What count each different text is; below 0 if it is none."""

    def __missing__(self, text: str) -> int | None:
        whole = _COUNT.fullmatch(text) is not None
        count = int(float(text.replace(",", ""))) if whole else -1
        self[text] = found = None if text == "" else count
        return found


class _Rows:
    """Finds the cells of a row by their meaning, each different text looked at once."""

    def __init__(self, layout: Layout) -> None:
        absent = [key for key in MEANINGS if key not in layout.positions]
        self._keys = [*layout.positions, *absent]
        self._places = list(layout.positions.values())
        self._width = max(self._places, default=-1) + 1
        self._blank = [""] * len(absent)
        self._type = layout.positions["type"]
        self._said = _Known()

    def type_of(self, cells: list[str]) -> str:
        """Return what kind of project a row is."""
        return self._said[cells[self._type]] if self._type < len(cells) else ""

    def read(self, cells: list[str]) -> _Row:
        """Return a row with its cells by meaning."""
        short = self._width - len(cells)
        full = cells + [""] * short if short > 0 else cells
        said = map(self._said.__getitem__, map(full.__getitem__, self._places))
        return _Row(cells, zip(self._keys, chain(said, self._blank), strict=True))


@dataclass(slots=True)
class _Reader:
    """Reads one project after the other and counts what had to be decided."""

    layout: Layout
    providers: dict[str, Provider] = field(default_factory=dict)
    pools: dict[str, list[BedPool]] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    other_types: Counter[str] = field(default_factory=Counter)
    tally: Counter[str] = field(default_factory=Counter)
    seen: dict[str, tuple[_Row, int]] = field(default_factory=dict)
    nights: dict[tuple[str, str], date | None] = field(default_factory=dict)
    assumed: set[date] = field(default_factory=set)
    counts: _Counts = field(default_factory=_Counts)

    def written(self, row: _Row, key: str) -> str:
        """Return a cell by its meaning; empty if the file has no such column."""
        place = self.layout.positions.get(key)
        return row.cells[place].strip() if place is not None and place < len(row.cells) else ""

    def leave(self, text: str, number: int) -> None:
        """Count a project that is no place for a night, or does not say what it is."""
        self.tally["read"] += 1
        if text:
            self.other_types[shown(text, 30)] += 1
        else:
            self._set_aside(number, Code.NOT_IN_LIST, "type", "the project type is missing.")

    def take(self, kind: PlacementType, row: _Row, number: int) -> None:
        """Read one project that is a place for a night."""
        self.tally["read"] += 1
        if row["inventory"].upper() in {"U", "UNDER DEVELOPMENT"}:
            self.tally["planned"] += 1
            return
        key = self._key(row, number)
        if key in self.seen:
            self._again(key, row, number)
        else:
            self.seen[key] = (row, number)
            self._keep(key, kind, row, number)

    def _keep(self, key: str, kind: PlacementType, row: _Row, number: int) -> None:
        """Make the provider and its bed pools."""
        stock = self._inventory(row, number)
        state, county = self._place(row)
        violence, victim = self._protection(row)
        agency, name = row["agency"], row["name"]
        full = " - ".join(dict.fromkeys(part for part in (agency, name) if part))
        self.providers[key] = Provider(
            provider_id=key,
            name=full[:TEXT_LENGTH] or None,
            agency=agency[:TEXT_LENGTH] or None,
            placement_type=kind,
            state=state,
            county=county,
            confidential=True if violence or victim else None,
            victim_service_provider=victim,
            domestic_violence=violence,
            licensed_capacity=stock.total,
            residents=stock.count,
            data_origin=DataOrigin.PUBLIC,
        )
        self.pools[key] = stock.pools(key)
        self.tally["uncounted"] += stock.count is None
        self.tally["overfull"] += (stock.count or 0) > (
            stock.total if stock.total is not None else stock.count or 0
        )
        self.tally["undivided"] += bool(len(stock.divided) > 1 and stock.free and stock.count)

    def _inventory(self, row: _Row, number: int) -> Inventory:
        """Read beds, people and the night."""
        parts = {
            pool: self._number(row, key, number)
            for pool, key in (("families", "family"), ("adults", "adult"), ("minors", "minor"))
        }
        base = self._number(row, "year_round", number)
        target = row["target_a"].upper().replace(" ", "")
        youth = youth_only(
            target,
            row["youth_group"],
            self._number(row, "youth_beds", number),
            base,
        )
        total = self._number(row, "total", number)
        if total is None:
            total = self._sum(row, number, base, parts)
        count = self._number(row, "count", number)
        return Inventory(parts, total, count, target, youth, self._night(row))

    def _sum(
        self, row: _Row, number: int, base: int | None, parts: dict[str, int | None]
    ) -> int | None:
        """Return all beds of a project as the sum of its parts."""
        if base is None:
            known = [beds for beds in parts.values() if beds is not None]
            base = sum(known) if known else None
        if base is None:
            return None
        extra = [self._number(row, name, number) for name in ("seasonal", "overflow")]
        return base + sum(beds or 0 for beds in extra)

    def _key(self, row: _Row, number: int) -> str:
        """Return the provider's code, the same in every reading of the file."""
        year = row["year"]
        if own := row["id"]:
            return own[:ID_LENGTH]
        if text := row["row"]:
            return f"HIC{year}-{text}"[:ID_LENGTH]
        if text := row["project_id"]:
            coc = row["coc"]
            return "-".join(filter(None, (f"HIC{year}", coc, f"P{text}")))[:ID_LENGTH]
        self.tally["unnamed"] += 1
        return f"HIC{year}-R{number}"

    def _again(self, key: str, row: _Row, number: int) -> None:
        """Keep one of identical rows; set all aside that share a code but differ."""
        first, where = self.seen[key]
        if row.cells == first.cells:
            self.tally["repeated"] += 1
            return
        if self.providers.pop(key, None) is not None:
            del self.pools[key]
            self._set_aside(where, Code.SAME_ID_DIFFERENT_ROWS, "project", _DIFFER)
        self._set_aside(number, Code.SAME_ID_DIFFERENT_ROWS, "project", _DIFFER)

    def _set_aside(self, number: int, code: Code, column: str, sentence: str) -> None:
        """Set a row aside."""
        self.tally["set aside"] += 1
        self.issues.append(
            Issue(Severity.ERROR, code, number, column, None, sentence, "Correct the row.")
        )

    def _number(self, row: _Row, key: str, number: int) -> int | None:
        """Return a count; what is no count is unknown and listed."""
        count = self.counts[row[key]]
        if count is None or count >= 0:
            return count
        text = shown(row[key])
        self.issues.append(
            Issue(
                Severity.WARNING,
                Code.NOT_A_NUMBER,
                number,
                key,
                text,
                f"'{text}' is not a number of beds or people; it is read as unknown.",
                "Correct the number.",
            )
        )
        return None

    def _place(self, row: _Row) -> tuple[str | None, str | None]:
        """Return state and county; what contradicts the state is not used."""
        geo = geography.load()
        state = (row["state"] or row["coc"])[:2].upper()
        known = state if state in geo.states else None
        written = row["county"].split(".")[0].zfill(5)
        county = written if written in geo.index else None
        county = county or hic_place.from_geo_code(row["geo"])
        if county is None and known:
            county = hic_place.from_coc_name(row["coc_name"], known)
            self.tally["coc county"] += county is not None
        if county is None:
            county = geo.county_of_zip(row["zip"])
            self.tally["zip"] += county is not None
        if county is None or (known and geo.state_of(county) != known):
            self.tally["no county"] += 1
            return known, None
        return known or geo.state_of(county), county

    def _protection(self, row: _Row) -> tuple[bool | None, bool | None]:
        """Return whether it is for domestic violence, and a victim service provider."""
        victim = _yes_no(row["victim"])
        target = self.written(row, "target_b").upper()
        if target:  # "NA" is a value here: no special population
            return target == "DV", victim
        return _yes_no(row["violence"]), victim

    def _night(self, row: _Row) -> datetime | None:
        """Return the night of the count, at the start of its day in UTC."""
        year = row["year"] or row["id"][3:7]
        key = (row["night"], year.split(".")[0])
        if key not in self.nights:
            self.nights[key] = self._find_night(*key)
        night = self.nights[key]
        return (
            None if night is None else datetime(night.year, night.month, night.day, tzinfo=UTC)
        )

    def _find_night(self, written: str, year: str) -> date | None:
        """Return the date given, else the last Wednesday of January."""
        if written:
            try:
                return DateColumn.of([written]).day(written)
            except CellError:
                self.tally["bad night"] += 1
        if not re.fullmatch(r"(19|20)\d\d", year):
            return None
        last = date(int(year), 1, 31)
        night = last - timedelta(days=(last.weekday() - 2) % 7)
        self.assumed.add(night)
        return night

    def result(self, headers: list[str]) -> Found:
        """Return what was read, with what had to be decided."""
        left_out = (
            sum(self.other_types.values()) + self.tally["planned"] + self.tally["repeated"]
        )
        counts = Counts(
            self.tally["read"], len(self.providers), self.tally["set aside"], left_out
        )
        used = set(self.layout.positions.values()) - {self.layout.positions.get("zip")}
        return Found(
            providers=tuple(self.providers.values()),
            pools=tuple(pool for found in self.pools.values() for pool in found),
            issues=(*self._summaries(), *self.issues),
            not_kept=tuple(
                firewall.not_kept(header, SheetKind.PROVIDERS)
                for k, header in enumerate(headers)
                if header.strip() and k not in used
            ),
            decisions=self._decisions(),
            counts=counts,
        )

    def _summaries(self) -> list[Issue]:
        """Return one warning for each thing that concerns many projects."""
        return [
            Issue(
                Severity.WARNING,
                Code.SUMMARY,
                None,
                None,
                None,
                text.format(n=f"{self.tally[key]:,}"),
                "Ask before placing.",
            )
            for key, text in _WARNED
            if self.tally[key]
        ]

    def _decisions(self) -> tuple[str, ...]:
        """Return what was decided, one sentence each."""
        said = [_READ_AS]
        if self.other_types:
            kinds = ", ".join(f"{n:,} {name}" for name, n in self.other_types.most_common(8))
            total = sum(self.other_types.values())
            said.append(
                f"{total:,} projects are no place for a night and were left out: {kinds}."
            )
        if self.assumed:
            days = ", ".join(f"{night.day} {night:%b %Y}" for night in sorted(self.assumed))
            said.append(
                "The file does not give the night of the count; the last Wednesday of "
                f"January was taken: {days}."
            )
        said += [
            text.format(n=f"{self.tally[key]:,}") for key, text in _TOLD if self.tally[key]
        ]
        return tuple(said)


_READ_AS = (
    "The file is HUD's Housing Inventory Count. Beds for households without children are "
    "read as 18 and over, beds for households with only children as under 18. What it does "
    "not say (licence, certificate, training, services) is unknown."
)
_DIFFER = "rows have the same project code but differ; keeping one would be a guess."
_WARNED = (
    ("overfull", "{n} programmes counted more people than beds; their free beds are 0."),
    ("uncounted", "{n} programmes have no count; their free beds are unknown."),
)
_TOLD = (
    ("planned", "{n} projects under development were left out."),
    ("repeated", "{n} rows repeat another one and were read once."),
    ("undivided", "{n} programmes have several kinds of beds and one count of people; the free "
     "beds of each kind are unknown, and the programme as a whole is capped."),
    ("coc county", "{n} counties were taken from the name of the continuum of care."),
    ("zip", "{n} counties were worked out from ZIP codes; the codes were not kept."),
    ("no county", "{n} programmes have no county: their code is a city's or contradicts "
     "their state."),
    ("bad night", "Some nights of the count are not dates and were not used."),
    ("unnamed", "{n} programmes have no code of their own; their row number is their code."),
)  # fmt: skip


def _yes_no(text: str) -> bool | None:
    """Read the flags of the inventory; anything else is unknown."""
    word = text.lower()
    if word in {"1", "yes", "y", "true"}:
        return True
    return False if word in {"0", "no", "n", "false"} else None
