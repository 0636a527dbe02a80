"""HUD's Housing Inventory Count, project level, of any year.

The headers change from year to year; each is known by its meaning. Only
emergency shelters, transitional housing and safe havens are places for a
night; every other project type is left out and counted.

One project becomes one provider with up to three bed pools, by the household
the beds are meant for in HUD's definitions:

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
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from matching.domain import geography
from matching.domain.errors import InputError
from matching.domain.records import BedPool, Provider
from matching.domain.words import DataOrigin, Gender, Household, PlacementType
from matching.intake import firewall
from matching.intake.dates import DateColumn
from matching.intake.field_types import SheetKind, plain
from matching.intake.issues import CellError, Code, Issue, NotKept, Severity, shown
from matching.intake.reader import Sheet
from matching.intake.values import TEXT_LENGTH, is_unknown

_DEPTH = 20

#: What a column means, and every plain header it has had.
_MEANINGS: dict[str, tuple[str, ...]] = {
    "row": ("row", "row number", "row id"),
    "project_id": ("project id", "programme id", "hmis project id"),
    "state": ("coc state", "state", "coc st"),
    "coc": ("hud num", "hudnum", "coc number", "coc code", "coc num"),
    "year": ("year", "hic year", "reporting year"),
    "agency": ("organisation name", "organisation", "provider name", "agency name"),
    "name": ("project name", "programme name", "facility name"),
    "type": ("project type", "proj type", "programme type", "prog type"),
    "geo": ("geo code", "geocode", "geo"),
    "target_a": ("target population a", "target pop a"),
    "target_b": ("target population b", "target pop b", "target population"),
    "victim": ("victim service provider", "victim services provider", "vsp"),
    "family": (
        "beds hh w children", "beds households with children", "beds hh with children",
        "beds for households with children", "total beds hh w children",
        "family beds", "all fam beds",
    ),
    "adult": (
        "beds hh w o children", "beds households without children", "beds hh wo children",
        "beds hh without children", "beds for households without children",
        "individual beds", "all ind beds",
    ),
    "minor": (
        "beds hh w only children", "beds households with only children",
        "beds hh with only children", "beds for households with only children",
        "beds hh only children", "child only beds",
    ),
    "year_round": ("year round beds", "total year round beds", "yr round beds"),
    "seasonal": ("total seasonal beds", "seasonal beds"),
    "overflow": ("o v beds", "overflow beds", "ov beds", "total overflow beds"),
    "count": ("pit count", "point in time count", "point in time homeless count"),
    "total": ("total beds",),
    "inventory": ("inventory type", "inv type"),
    "youth_beds": ("year youth bed count", "youth bed count", "dedicated youth beds"),
    "youth_group": ("youth age group",),
    "night": ("hic date", "pit date", "inventory date", "count date"),
    "zip": ("zip", "zip code", "zipcode"),
}  # fmt: skip

#: The shared extract of 2014: the same facts under short names.
_EXTRACT: dict[str, str] = {
    "id": "id", "name": "name", "type": "type", "state": "state", "coc": "coc",
    "county fips": "county", "beds total": "total", "pit count": "count",
    "beds family": "family", "beds adult": "adult", "beds minor only": "minor",
    "target a": "target_a", "dv": "violence",
}  # fmt: skip
_EXTRACT_MARK = {"id", "type", "county fips", "beds total", "pit count"}

_TYPES: dict[str, PlacementType] = {
    "es": PlacementType.EMERGENCY_SHELTER,
    "emergency shelter": PlacementType.EMERGENCY_SHELTER,
    "th": PlacementType.TRANSITIONAL,
    "transitional housing": PlacementType.TRANSITIONAL,
    "sh": PlacementType.SAFE_HAVEN,
    "safe haven": PlacementType.SAFE_HAVEN,
}

#: Genders of the beds for people alone, by the first target population. The
#: letters speak of single people (S) and youth (Y); for households with
#: children (HC) and couples (CO) they say nothing, so that stays unknown.
_GENDERS: dict[str, frozenset[Gender]] = {
    "SM": frozenset({Gender.MALE}),
    "SF": frozenset({Gender.FEMALE}),
    "SMF": frozenset({Gender.FEMALE, Gender.MALE}),
    "YM": frozenset({Gender.MALE}),
    "YF": frozenset({Gender.FEMALE}),
    "YMF": frozenset({Gender.FEMALE, Gender.MALE}),
    "SMHC": frozenset({Gender.MALE}),
    "SFHC": frozenset({Gender.FEMALE}),
    "SMF+HC": frozenset({Gender.FEMALE, Gender.MALE}),
}
_YOUTH_TARGETS = frozenset({"YM", "YF", "YMF"})
_YOUTH_MAX, _ADULT_MIN, _MINOR_MAX = 24, 18, 17

#: Name of a pool, the column of its beds and the household they are for.
_POOLS = (
    ("families", "family", Household.WITH_CHILDREN),
    ("adults", "adult", Household.ALONE),
    ("minors", "minor", Household.ALONE),
)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a HIC file keeps what.

    Attributes
    ----------
    name : str
        "hud-hic" or "hud-hic-extract".
    row : int
        Position of the header.
    positions : dict of str to int
        Meaning to position of the column.
    """

    name: str
    row: int
    positions: dict[str, int]


@dataclass(slots=True)
class Loaded:
    """What came of a HIC file."""

    providers: tuple[Provider, ...] = ()
    pools: tuple[BedPool, ...] = ()
    issues: tuple[Issue, ...] = ()
    not_kept: tuple[NotKept, ...] = ()
    decisions: tuple[str, ...] = ()
    read: int = 0
    loaded: int = 0
    set_aside: int = 0
    left_out: int = 0


def recognise(sheet: Sheet) -> Layout | None:
    """Return where a sheet keeps what, or ``None`` if it is no HIC file.

    Parameters
    ----------
    sheet : Sheet
        Any sheet; the header may stand under title rows.

    Returns
    -------
    Layout or None
    """
    known = {name: key for key, names in _MEANINGS.items() for name in names}
    for k, cells in enumerate(sheet.rows[:_DEPTH]):
        headers = [plain(cell) for cell in cells]
        if set(headers) >= _EXTRACT_MARK:
            places = {_EXTRACT[name]: i for i, name in enumerate(headers) if name in _EXTRACT}
            return Layout("hud-hic-extract", k, places)
        positions: dict[str, int] = {}
        for i, name in enumerate(headers):
            key = known.get(name)
            if key is not None and (key not in positions or name == _MEANINGS[key][0]):
                positions[key] = i
        households = positions.keys() & {"family", "adult", "minor"}
        if (
            {"type", "count"} <= positions.keys()
            and households
            and (positions.keys() & {"coc", "project_id", "row"})
        ):
            return Layout("hud-hic", k, positions)
    return None


def load(sheet: Sheet, layout: Layout) -> Loaded:
    """Turn a HIC sheet into providers and bed pools.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    layout : Layout
        From :func:`recognise`.

    Returns
    -------
    Loaded

    Raises
    ------
    InputError
        If no row is a place for a night.
    """
    reader = _Reader(sheet, layout)
    for k, row in enumerate(sheet.rows[layout.row + 1 :], layout.row + 2):
        if any(row):
            reader.take(row, k)
    if not reader.providers and not reader.set_aside:
        raise InputError(
            "The inventory holds no emergency shelter, transitional housing or safe haven.",
            next_step="Choose another file.",
        )
    return reader.result()


@dataclass(slots=True)
class _Reader:
    """Reads one project after the other and counts what had to be decided."""

    sheet: Sheet
    layout: Layout
    providers: dict[str, Provider] = field(default_factory=dict)
    pools: dict[str, list[BedPool]] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    other_types: Counter[str] = field(default_factory=Counter)
    tally: Counter[str] = field(default_factory=Counter)
    seen: dict[str, tuple[list[str], list[int]]] = field(default_factory=dict)
    read: int = 0
    set_aside: int = 0
    nights: dict[tuple[str, str], date | None] = field(default_factory=dict)

    def cell(self, row: list[str], key: str) -> str:
        """Return a cell by its meaning; empty if the file has no such column."""
        place = self.layout.positions.get(key)
        text = row[place].strip() if place is not None and place < len(row) else ""
        return "" if is_unknown(text) else text

    def take(self, row: list[str], number: int) -> None:
        """Read one project."""
        self.read += 1
        written = self.cell(row, "type")
        kind = _TYPES.get(_type_name(written))
        if kind is None and written:
            self.other_types[shown(written, 30)] += 1
            return
        if self.cell(row, "inventory").upper() in {"U", "UNDER DEVELOPMENT"}:
            self.tally["planned"] += 1
            return
        if kind is None:
            self._error(number, Code.NOT_IN_LIST, "type", "the project type is missing.")
            return
        key = self._key(row, number)
        if key in self.seen:
            self._again(key, row, number)
            return
        self.seen[key] = (row, [number])
        self._keep(key, kind, row, number)

    def _keep(self, key: str, kind: PlacementType, row: list[str], number: int) -> None:
        """Make the provider and its bed pools."""
        beds = {name: self._number(row, name, number) for name in ("family", "adult", "minor")}
        total = self._total(row, number, beds)
        count = self._number(row, "count", number)
        state, county = self._place(row)
        violence, victim = self._protection(row)
        agency, name = self.cell(row, "agency"), self.cell(row, "name")
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
            licensed_capacity=total,
            residents=count,
            data_origin=DataOrigin.PUBLIC,
        )
        self.pools[key] = self._pools(key, row, beds, total, count)

    def _pools(
        self,
        key: str,
        row: list[str],
        beds: dict[str, int | None],
        total: int | None,
        count: int | None,
    ) -> list[BedPool]:
        """Make the bed pools of a project."""
        free = None if total is None or count is None else max(0, total - count)
        if total is not None and count is not None and count > total:
            self.tally["overfull"] += 1
        if count is None:
            self.tally["uncounted"] += 1
        target = self.cell(row, "target_a").upper().replace(" ", "")
        youth = self._youth_only(row, target)
        as_of = self._night(row)
        chosen = [part for part in _POOLS if beds[part[1]]]
        if len(chosen) <= 1:
            name, _, household = chosen[0] if chosen else ("beds", "", None)
            low, high = _ages(name, youth)
            return [
                BedPool(
                    pool_id=f"{key}-{name}",
                    provider_id=key,
                    pool_name=name,
                    genders=None if name in {"families", "beds"} else _GENDERS.get(target),
                    age_min=low,
                    age_max=high,
                    households=None if household is None else frozenset({household}),
                    beds_licensed=total,
                    beds_occupied=count,
                    beds_available=free,
                    as_of=as_of,
                )
            ]
        if free and count:
            self.tally["undivided"] += 1
        return [
            BedPool(
                pool_id=f"{key}-{name}",
                provider_id=key,
                pool_name=name,
                genders=None if name == "families" else _GENDERS.get(target),
                age_min=_ages(name, youth)[0],
                age_max=_ages(name, youth)[1],
                households=frozenset({household}),
                beds_licensed=beds[column],
                beds_available=0 if free == 0 else beds[column] if count == 0 else None,
                as_of=as_of,
            )
            for name, column, household in chosen
        ]

    def _key(self, row: list[str], number: int) -> str:
        """Return the provider's code, the same in every reading of the file."""
        if own := self.cell(row, "id"):
            return own[:64]
        year = self.cell(row, "year") or "0000"
        if text := self.cell(row, "row"):
            return f"HIC{year}-{text}"
        if text := self.cell(row, "project_id"):
            return f"HIC{year}-{self.cell(row, 'coc')}-P{text}"
        self.tally["unnamed"] += 1
        return f"HIC{year}-R{number}"

    def _again(self, key: str, row: list[str], number: int) -> None:
        """Keep one of identical rows; set all aside that share a code but differ."""
        first, numbers = self.seen[key]
        if row == first:
            self.tally["repeated"] += 1
            return
        if self.providers.pop(key, None) is not None:
            del self.pools[key]
            self._error(numbers[0], Code.SAME_ID_DIFFERENT_ROWS, "project", _DIFFER)
        self._error(number, Code.SAME_ID_DIFFERENT_ROWS, "project", _DIFFER)

    def _error(self, number: int, code: Code, column: str, sentence: str) -> None:
        """Set a row aside."""
        self.set_aside += 1
        self.issues.append(
            Issue(Severity.ERROR, code, number, column, None, sentence, "Correct the row.")
        )

    def _number(self, row: list[str], key: str, number: int) -> int | None:
        """Return a count; what is no count is unknown and listed."""
        text = self.cell(row, key)
        if not text:
            return None
        if re.fullmatch(r"\d{1,3}(,\d{3})+|\d{1,6}(\.0+)?", text):
            return int(float(text.replace(",", "")))
        self.issues.append(
            Issue(
                Severity.WARNING,
                Code.NOT_A_NUMBER,
                number,
                key,
                shown(text),
                f"'{shown(text)}' is not a number of beds or people; it is read as unknown.",
                "Correct the number.",
            )
        )
        return None

    def _total(self, row: list[str], number: int, beds: dict[str, int | None]) -> int | None:
        """Return all beds of a project: as given, or the sum of its parts."""
        total = self._number(row, "total", number)
        if total is not None:
            return total
        base = self._number(row, "year_round", number)
        if base is None:
            known = [count for count in beds.values() if count is not None]
            base = sum(known) if known else None
        if base is None:
            return None
        extra = [self._number(row, name, number) for name in ("seasonal", "overflow")]
        return base + sum(count or 0 for count in extra)

    def _place(self, row: list[str]) -> tuple[str | None, str | None]:
        """Return state and county; a city's code or another state's says nothing."""
        geo = geography.load()
        state = (self.cell(row, "state") or self.cell(row, "coc"))[:2].upper()
        known = state if state in geo.states else None
        county = self.cell(row, "county").zfill(5) if self.cell(row, "county") else ""
        code = self.cell(row, "geo").split(".")[0]
        if code.isdigit() and len(code) in (5, 6):
            code = code.zfill(6)
            county = code[:2] + code[3:] if code[2] == "9" else ""
        if county not in geo.index:
            county = geo.county_of_zip(self.cell(row, "zip")) or ""
            self.tally["zip"] += bool(county)
        if not county or (known and geo.state_of(county) != known):
            self.tally["no county"] += 1
            return known, None
        return known or geo.state_of(county), county

    def _protection(self, row: list[str]) -> tuple[bool | None, bool | None]:
        """Return whether it is for domestic violence, and a victim service provider."""
        victim = _yes_no(self.cell(row, "victim"))
        place = self.layout.positions.get("target_b")
        target = row[place].strip().upper() if place is not None and place < len(row) else ""
        violence = _yes_no(self.cell(row, "violence"))
        if target:
            violence = target == "DV"
        return violence, victim

    def _youth_only(self, row: list[str], target: str) -> bool:
        """Tell whether every bed is for people up to 24."""
        if target in _YOUTH_TARGETS:
            return True
        youth, all_beds = self.cell(row, "youth_beds"), self.cell(row, "year_round")
        if self.cell(row, "youth_group").split(".")[0] not in {"0", "1", "2"}:
            return False
        return youth.isdigit() and all_beds.isdigit() and int(youth) >= int(all_beds) > 0

    def _night(self, row: list[str]) -> datetime | None:
        """Return the night of the count."""
        year = self.cell(row, "year") or self.cell(row, "id")[3:7]
        key = (self.cell(row, "night"), year)
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
                return DateColumn.of([written]).date(written)
            except CellError:
                self.tally["bad night"] += 1
        if not re.fullmatch(r"(19|20)\d\d", year.split(".")[0]):
            return None
        last = date(int(year.split(".")[0]), 1, 31)
        self.tally["assumed night"] += 1
        return last - timedelta(days=(last.weekday() - 2) % 7)

    def result(self) -> Loaded:
        """Return what was read, with what had to be decided."""
        left_out = (
            sum(self.other_types.values()) + self.tally["planned"] + self.tally["repeated"]
        )
        return Loaded(
            providers=tuple(self.providers.values()),
            pools=tuple(pool for found in self.pools.values() for pool in found),
            issues=(*self._summaries(), *self.issues),
            not_kept=self._not_kept(),
            decisions=self._decisions(),
            read=self.read,
            loaded=len(self.providers),
            set_aside=self.set_aside,
            left_out=left_out,
        )

    def _summaries(self) -> list[Issue]:
        """Return one warning for each thing that concerns many projects."""
        told = (
            (
                "overfull",
                "{n} programmes counted more people than beds; their free beds are 0.",
            ),
            ("uncounted", "{n} programmes have no count; their free beds are unknown."),
        )
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
            for key, text in told
            if self.tally[key]
        ]

    def _not_kept(self) -> tuple[NotKept, ...]:
        """Return the columns that were dropped."""
        used = set(self.layout.positions.values())
        used.discard(self.layout.positions.get("zip", -1))
        return tuple(
            firewall.not_kept(header, SheetKind.PROVIDERS)
            for k, header in enumerate(self.sheet.rows[self.layout.row])
            if header.strip() and k not in used
        )

    def _decisions(self) -> tuple[str, ...]:
        """Return what was decided, one sentence each."""
        said = [
            "The file is HUD's Housing Inventory Count. Beds for households without children "
            "are read as 18 and over, beds for households with only children as under 18. "
            "What it does not say (licence, certificate, training, services) is unknown."
        ]
        if self.other_types:
            kinds = ", ".join(f"{n:,} {name}" for name, n in self.other_types.most_common(8))
            total = sum(self.other_types.values())
            said.append(
                f"{total:,} projects are no place for a night and were left out: {kinds}."
            )
        assumed = sorted(
            {
                night
                for (written, _), night in self.nights.items()
                if night and self.tally["assumed night"] and not _is_date(written)
            }
        )
        if assumed:
            days = ", ".join(f"{night.day} {night:%b %Y}" for night in assumed)
            said.append(
                "The file does not give the night of the count; the last Wednesday of "
                f"January was taken: {days}."
            )
        for key, text in _TOLD:
            if self.tally[key]:
                said.append(text.format(n=f"{self.tally[key]:,}"))
        return tuple(said)


_DIFFER = "rows have the same project code but differ; keeping one would be a guess."
_TOLD = (
    ("planned", "{n} projects under development were left out."),
    ("repeated", "{n} rows repeat another one and were read once."),
    ("undivided", "{n} programmes have several kinds of beds and one count of people; the free "
     "beds of each kind are unknown, and the programme as a whole is capped."),
    ("zip", "{n} counties were worked out from ZIP codes; the codes were not kept."),
    ("no county", "{n} programmes have no county: their code is a city's or contradicts "
     "their state."),
    ("unnamed", "{n} programmes have no code of their own; their row number is their code."),
)  # fmt: skip


def _type_name(text: str) -> str:
    """Return a project type without what follows it ("ES - Entry/Exit", "TH (2)")."""
    name = plain(re.split(r"\s[-–]\s|\(", text)[0])
    return name if name in _TYPES else plain(text).split(" ")[0] if text[:3] in _SHORT else name


_SHORT = ("ES ", "TH ", "SH ", "ES-", "ES/")


def _ages(pool: str, youth: bool) -> tuple[int | None, int | None]:
    """Return the youngest and oldest age of a pool by its definition."""
    ages: dict[str, Callable[[], tuple[int | None, int | None]]] = {
        "adults": lambda: (_ADULT_MIN, _YOUTH_MAX if youth else None),
        "minors": lambda: (None, _MINOR_MAX),
    }
    return ages.get(pool, lambda: (None, _YOUTH_MAX if youth else None))()


def _yes_no(text: str) -> bool | None:
    """Read the flags of the inventory; anything else is unknown."""
    word = text.lower().removesuffix(".0")
    if word in {"1", "yes", "y", "true"}:
        return True
    return False if word in {"0", "no", "n", "false"} else None


def _is_date(text: str) -> bool:
    """Tell whether a text can be read as a date."""
    try:
        DateColumn.of([text]).date(text)
    except CellError:
        return False
    return True
