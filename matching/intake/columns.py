"""Which column of a sheet fills what: by name, as last time, or as a person says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz, process

from matching.domain.errors import InputError
from matching.intake import firewall
from matching.intake.fields import CATALOGUE, Field, Kind, SheetKind, by_column, key_of, plain
from matching.intake.formats.private import is_private_flag, is_secret_part
from matching.intake.grid import Grid
from matching.intake.issues import Code, Issue, NotKept, Severity
from matching.intake.population import POPULATION_NAMES
from matching.intake.recipe import NOT_USED, Recipe
from matching.intake.values import is_unknown
from matching.intake.vocabulary import lookup

#: How alike two names must be for one to be proposed for the other, of 100.
ALIKE = 88
#: Different cells of a column that are looked at, and the share that must be
#: words of a vocabulary for it to be proposed.
_LOOK, _SHARE = 200, 0.8
#: Fields whose name alone says little: a sheet that names no more is another list.
LEAST = 3


class Special(StrEnum):
    """Columns that fill several fields, or help to fill one."""

    AGES = "ages"  #: both ages ("12-17")
    POPULATION = "population"  #: who is served, in words
    PLACE = "place"  #: holds a ZIP code, of which only the county is kept
    UNDISCLOSED = "undisclosed"  #: says that the place is secret, or holds its address


SPECIAL_LABELS = {
    Special.AGES: "both ages in one",
    Special.POPULATION: "who is served",
    Special.PLACE: "ZIP code or address (only the county is kept)",
    Special.UNDISCLOSED: "the location is secret (anything but no)",
}

_SPECIAL_NAMES: dict[Special, frozenset[str]] = {
    Special.AGES: frozenset(
        {"ages", "age range", "ages served", "ages accepted", "age group served"}
    ),
    Special.POPULATION: POPULATION_NAMES,
    Special.PLACE: frozenset(
        {"zip", "zip code", "zipcode", "facility zip", "postal code", "provider zip",
         "site zip", "postcode"}
    ),
    Special.UNDISCLOSED: frozenset(),  # by its words
}  # fmt: skip
_PLACES: dict[str, str] = {
    Special.PLACE: "places finer than a county are never stored; only the county was used",
    Special.UNDISCLOSED: "only whether the place is secret was kept",
}
#: Names that a place's column has where no other holds ZIP codes alone.
_ADDRESS = frozenset({"address", "location", "site address", "facility address"})


class How(StrEnum):
    """Why a column fills what it fills."""

    NAME = "by its name"
    REMEMBERED = "as last time"
    CHOSEN = "chosen"
    UNDECIDED = "undecided"  #: two columns may fill the field
    PRIVATE = "never kept"
    NOTHING = "not used"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One column of the file.

    Attributes
    ----------
    position : int
    header : str
        Its name in the file, safe to show.
    key : str
        Its name as a recipe names it.
    column : str or None
        Column of the catalogue or :class:`Special` that it fills.
    how : How
    why : str
        Why it is not used, where it is not.
    proposals : tuple of str
        What it may fill, likeliest first; never used without a person's word.
    """

    position: int
    header: str
    key: str
    column: str | None
    how: How
    why: str = ""
    proposals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """What a sheet's columns were matched to.

    Attributes
    ----------
    kind : SheetKind
        Which of the two sheets it is.
    positions : dict of str to int
        Column of the catalogue to position in the sheet.
    special : dict of Special to int
    matches : tuple of Match
        Every column, in the order of the file.
    undisclosed : tuple of int
        Every column that says that a place is secret, or holds its address.
    issues : tuple of Issue
        Problems of the header itself.
    stop : InputError or None
        Why the sheet cannot be read so.
    """

    kind: SheetKind
    positions: dict[str, int]
    special: dict[Special, int]
    matches: tuple[Match, ...]
    undisclosed: tuple[int, ...]
    issues: tuple[Issue, ...]
    stop: InputError | None = None

    @property
    def not_kept(self) -> tuple[NotKept, ...]:
        """Return the columns of which nothing, or no more than a county, is kept."""
        return tuple(
            NotKept(
                one.header, one.why, firewall.private_reason(one.key, self.kind) is not None
            )
            for one in self.matches
            if one.why and one.header
        )


def names_of(kind: SheetKind) -> dict[str, Field]:
    """Return the fields of a sheet by every plain name they answer to."""
    found = _NAMES.get(kind)
    if found is None:
        found = {name: field for field in CATALOGUE[kind] for name in field.names}
        found.update((plain(field.column), field) for field in CATALOGUE[kind])
        _NAMES[kind] = found
    return found


_NAMES: dict[SheetKind, dict[str, Field]] = {}


def score(cells: Sequence[str], kind: SheetKind) -> int:
    """Return how many different fields of a sheet a row of headers names."""
    names = names_of(kind)
    return len({names[plain(cell)].column for cell in cells if plain(cell) in names})


def has_key(cells: Sequence[str], kind: SheetKind) -> bool:
    """Tell whether a row of headers names the sheet's key."""
    names = key_of(kind).names
    return any(plain(cell) in names for cell in cells)


def match(
    grid: Grid, kind: SheetKind, recipe: Recipe | None = None, remembered: Recipe | None = None
) -> Header:
    """Match a sheet's columns to the catalogue.

    Parameters
    ----------
    grid : Grid
        The sheet.
    kind : SheetKind
        Which sheet it is meant to be.
    recipe : Recipe, optional
        What a person chose; counts before all else.
    remembered : Recipe, optional
        What was chosen for a file with the same columns before.

    Returns
    -------
    Header

    Raises
    ------
    InputError
        If it is a list of people where providers were expected.
    """
    if kind is SheetKind.PROVIDERS and firewall.is_client_list(grid.columns):
        raise InputError(
            "The file looks like a list of people, with names and birth dates, "
            "not like a list of providers. Nothing of it was kept.",
            next_step="Choose the list of providers. Names and birth dates never belong here.",
        )
    chosen = recipe or Recipe()
    return _Matching(grid, kind, chosen, remembered or Recipe()).header()


class _Matching:
    """The columns of one sheet on their way to the catalogue."""

    def __init__(self, grid: Grid, kind: SheetKind, recipe: Recipe, remembered: Recipe) -> None:
        self.grid, self.kind, self.recipe = grid, kind, recipe
        self.known = by_column(kind).keys() | (
            set(Special) if kind is SheetKind.PROVIDERS else set()
        )
        self.wanted: dict[str, list[tuple[int, How]]] = {}
        self.refused: dict[int, str] = {}
        for position, name in enumerate(grid.columns):
            self._want(position, name, recipe.columns, remembered.columns)
        self.issues: list[Issue] = []
        self.stop: InputError | None = None

    def _want(
        self, position: int, name: str, chosen: Mapping[str, str], before: Mapping[str, str]
    ) -> None:
        """Work out what a column would fill."""
        for told, how in ((chosen, How.CHOSEN), (before, How.REMEMBERED)):
            if name in told:
                if told[name] in self.known and not self._is_locked(name, told[name]):
                    self.wanted.setdefault(told[name], []).append((position, how))
                elif told[name] == NOT_USED:
                    self.refused[position] = "somebody decided not to use it"
                else:
                    break
                return
        column = self._by_name(plain(name))
        if column is not None:
            self.wanted.setdefault(column, []).append((position, How.NAME))

    def _is_locked(self, name: str, column: str) -> bool:
        """Tell whether a column that looks personal may not fill a field."""
        if column in _PLACES or self._by_name(plain(name)) == column:
            return False
        return firewall.private_reason(name, self.kind) is not None

    def _by_name(self, name: str) -> str | None:
        field = names_of(self.kind).get(name)
        if field is not None:
            return field.column
        if self.kind is SheetKind.PROVIDERS:
            for special, names in _SPECIAL_NAMES.items():
                if name in names:
                    return special
            if is_private_flag(name) or is_secret_part(name):
                return Special.UNDISCLOSED
        return None

    def header(self) -> Header:
        """Settle every column."""
        filled: dict[str, int] = {}
        how: dict[int, How] = {}
        # Any of them may say that a place is secret, so all are heard.
        secret = self.wanted.pop(Special.UNDISCLOSED, [])
        for column, found in self.wanted.items():
            position = self._settled(column, found)
            for other, _ in found:
                if other != position:
                    self.refused[other] = (
                        f"another column already fills {column}"
                        if position is not None
                        else f"two columns may fill {column}, and choosing one would be a guess"
                    )
                    how[other] = How.NOTHING if position is not None else How.UNDECIDED
            if position is not None:
                filled[column] = position
                how[position] = next(one for place, one in found if place == position)
        special = {one: filled.pop(one) for one in Special if one in filled}
        if {"age_min", "age_max"} & filled.keys() and Special.AGES in special:
            self.refused[special.pop(Special.AGES)] = "the sheet has a column for each age"
        self._find_place(filled, special)
        self._require_key(filled, len(special))
        if secret:
            special[Special.UNDISCLOSED] = secret[0][0]
        how.update(dict(secret))
        fills = {at: name for name, at in (*filled.items(), *special.items())}
        fills |= {at: Special.UNDISCLOSED for at, _ in secret}
        matches = tuple(
            self._match(k, name, fills.get(k), how.get(k))
            for k, name in enumerate(self.grid.columns)
        )
        undisclosed = tuple(at for at, _ in secret)
        issues = tuple(self.issues)
        return Header(self.kind, filled, special, matches, undisclosed, issues, self.stop)

    def _settled(self, column: str, found: list[tuple[int, How]]) -> int | None:
        """Choose among columns that may fill one field; never by guess."""
        names = self.grid.columns
        for how in (How.CHOSEN, How.REMEMBERED):
            told = [position for position, one in found if one is how]
            if told:
                return told[-1]
        if len(found) == 1:
            return found[0][0]
        places = [position for position, _ in found]
        exact = [position for position in places if plain(names[position]) == plain(column)]
        chosen = exact[0] if len(exact) == 1 else None
        listed_ = ", ".join(f"'{firewall.safe_header(names[at])}'" for at in places)
        if chosen is None and column == key_of(self.kind).column:
            self.stop = InputError(
                f"More than one column may hold the {key_of(self.kind).label}: {listed_}.",
                next_step=f"Choose which of them is the {key_of(self.kind).label}, or name it "
                f"{column} in the file.",
            )
        read = "none of them was read" if chosen is None else f"only '{names[chosen]}' was read"
        self.issues.append(
            Issue(
                Severity.WARNING,
                Code.TWO_COLUMNS,
                None,
                column,
                None,
                f"{len(places)} columns may fill this: {listed_}; {read}.",
                "Choose the right one among the columns.",
            )
        )
        return chosen

    def _find_place(self, filled: dict[str, int], special: dict[Special, int]) -> None:
        """Use an address for the county where nothing better names one."""
        if (
            self.kind is SheetKind.REFERRALS
            or {"county"} & filled.keys()
            or special.keys() & {Special.PLACE}
        ):
            return
        for position, name in enumerate(self.grid.columns):
            free = position not in filled.values() and position not in self.refused
            if plain(name) in _ADDRESS and free:
                special[Special.PLACE] = position
                return

    def _require_key(self, filled: dict[str, int], special: int) -> None:
        key = key_of(self.kind)
        made = self.recipe.made_ids and self.kind is SheetKind.PROVIDERS and "name" in filled
        if key.column not in filled and not made and self.stop is None:
            chosen = sum(bool(to) for to in self.recipe.columns.values())
            named = chosen + special + score(self.grid.columns, self.kind)
            self.stop = _refusal(self.grid.columns, self.kind, named)

    def _match(self, position: int, name: str, column: str | None, how: How | None) -> Match:
        shown = firewall.safe_header(name)
        private = firewall.private_reason(name, self.kind)
        if column is not None:
            return Match(
                position=position,
                header=shown,
                key=name,
                column=column,
                how=how or How.NAME,
                why=_PLACES.get(column, ""),
            )
        why = self.refused.get(position) or private or "no field of the record has this name"
        locked = private is not None and self._by_name(plain(name)) is None
        state = How.PRIVATE if locked else how or How.NOTHING
        return Match(
            position=position,
            header=shown,
            key=name,
            column=None,
            how=state,
            why=why,
            proposals=() if locked else self._proposals(position, name),
        )

    def _proposals(self, position: int, name: str) -> tuple[str, ...]:
        """Return what a column may fill, by the likeness of its name and by its cells."""
        near = process.extract(
            plain(name), list(names_of(self.kind)), scorer=fuzz.WRatio, score_cutoff=ALIKE
        )
        alike = [names_of(self.kind)[one].column for one, _, _ in near if len(one) > 3]
        return tuple(dict.fromkeys([*alike, *self._by_cells(position)]))[:3]

    def _by_cells(self, position: int) -> list[str]:
        """Return the lists of words that most of a column's cells are from."""
        different: set[str] = set()
        for row in self.grid.rows:
            if len(different) >= _LOOK:
                break
            if position < len(row) and not is_unknown(row[position]):
                different.add(plain(row[position]))
        if len(different) < 2:
            return []
        found = []
        for field in CATALOGUE[self.kind]:
            if field.words is not None and field.kind in (Kind.ONE_OF, Kind.SET_OF):
                known = len(different & lookup(field.words).keys())
                if known >= _SHARE * len(different):
                    found.append((known, field.column))
        return [column for _, column in sorted(found, key=lambda one: -one[0])]


def _refusal(cells: Sequence[str], kind: SheetKind, most: int) -> InputError:
    """Return the error for a file that is not the sheet it should be."""
    key = key_of(kind)
    found = listed(cells)
    if most >= LEAST:
        made = ", let codes be made from the names" if kind is SheetKind.PROVIDERS else ""
        return InputError(
            f"The column {key.column} is missing: it names the {key.label} of each row. "
            f"Columns found: {found}.",
            next_step=f"Choose the column that holds it{made}, or add a column {key.column}.",
        )
    expected = ", ".join(field.column for field in CATALOGUE[kind][:6])
    return InputError(
        f"The file is not a list of {kind.value}. Expected columns such as {expected}. "
        f"Columns found: {found}.",
        next_step="Choose another file, or start from the template.",
    )


_VALUE = re.compile(r"[\d.,]+|yes|no|male|female", re.IGNORECASE)


def _is_value(name: str) -> bool:
    """Tell whether what stands where a header should be is data."""
    return name.startswith("(a value") or _VALUE.fullmatch(name) is not None


def listed(cells: Sequence[str]) -> str:
    """Return a row of headers as a short list that shows nothing personal."""
    names = [firewall.safe_header(cell) for cell in cells if cell.strip()]
    if not names or any(map(_is_value, names)):
        return "none; the first row holds values, not names of columns" if names else "none"
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return ", ".join(f"'{name}'" for name in names[:8]) + more
