"""Places that would become smaller than the number of people who live there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from matching.domain.casework import BedTaken
from matching.domain.records import BedPool, Provider
from matching.engine.settled import uncounted_beds
from matching.services.upload_records import (
    BED_POOL,
    PROVIDER,
    Key,
    Record,
    Where,
    key_of,
    label_of,
)

#: Numbers of beds that may not fall below the people in them.
_BEDS: tuple[str, ...] = ("beds_licensed", "beds_staffed", "beds_accepting")
_PEOPLE: tuple[str, ...] = ("licensed_capacity",)


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A place that would have fewer beds than people.

    Attributes
    ----------
    where : Where
    name : str
        Of the place.
    label : str
        Of the number.
    before : int or None
    after : int
    people : int
        Who live there, or for whom a bed is held.
    held : bool
        Whether somebody from here is among them.
    """

    where: Where
    name: str
    label: str
    before: int | None
    after: int
    people: int
    held: bool = False

    @property
    def sentence(self) -> str:
        """Say what would fall below what."""
        live = "1 person lives" if self.people == 1 else f"{self.people} people live"
        if self.held:
            one = self.people == 1
            live = f"{'1 person lives' if one else f'{self.people} people live'} there or "
            live += f"{'has' if one else 'have'} a bed held"
        was = "" if self.before is None else f" from {self.before}"
        there = "" if self.held else " there"
        return f"{self.name}: {live}{there}, and {self.label} would go{was} to {self.after}."


def shrunk(
    before: Mapping[str, Mapping[Key, Record]],
    changed: Iterable[tuple[Record, Record, str]],
    after: Mapping[str, Mapping[Key, Record]],
    taken: Iterable[BedTaken] = (),
) -> tuple[Shrunk, ...]:
    """Return the numbers that would fall below the people living there.

    Whoever has a bed held or was placed there counts, whether the numbers include
    them or not.

    Where a file says how many live there, that counts; where it says that
    nobody knows, what is on record does.

    Parameters
    ----------
    before : mapping
        What is on record, by kind and key.
    changed : iterable of (before, after, name)
        Records that would change.
    after : mapping
        Records of the kinds that are compared, as they would be.
    taken : iterable of BedTaken, optional
        Who has a bed, of every office.
    """
    here: dict[tuple[str, str], list[BedTaken]] = defaultdict(list)
    for one in taken:
        here[one.provider_id, one.pool_id].append(one)
    occupied = _occupied(before, after, here)
    homes: dict[str, int] = defaultdict(int)
    for (home, _), mine in here.items():
        homes[home] += sum(one.beds for one in mine)
    found: list[Shrunk] = []
    for old, new, name in changed:
        if isinstance(old, BedPool) and isinstance(new, BedPool):
            people = _people(old, new, here)
            held = bool(here.get((new.provider_id, new.pool_id)))
            kind, numbers = BED_POOL, _BEDS
        elif isinstance(old, Provider) and isinstance(new, Provider):
            live = _first(new.residents, old.residents)
            people = max(live, occupied[new.provider_id], homes[new.provider_id])
            held = homes[new.provider_id] > 0
            kind, numbers = PROVIDER, _PEOPLE
        else:
            continue
        for number in numbers:
            was, beds = getattr(old, number), getattr(new, number)
            if beds is not None and beds < people and (was is None or beds < was):
                where = Where(kind, key_of(new), number)
                label = label_of(kind, number)
                found.append(Shrunk(where, name, label, was, beds, people, held))
    return tuple(found)


def _first(*numbers: int | None) -> int:
    return next((one for one in numbers if one is not None), 0)


_Here = Mapping[tuple[str, str], list[BedTaken]]


def _people(old: BedPool, new: BedPool, here: _Here) -> int:
    """Return the beds in which somebody lives, or that are held."""
    mine = here.get((new.provider_id, new.pool_id), [])
    lived_in = _first(new.beds_occupied, old.beds_occupied) + uncounted_beds(new, mine)
    return max(lived_in, sum(one.beds for one in mine))


def _occupied(
    before: Mapping[str, Mapping[Key, Record]],
    after: Mapping[str, Mapping[Key, Record]],
    here: _Here,
) -> dict[str, int]:
    """Return how many live in the bed pools of each provider."""
    found: dict[str, int] = defaultdict(int)
    for key, old in before.get(BED_POOL, {}).items():
        new = after.get(BED_POOL, {}).get(key, old)
        if isinstance(old, BedPool) and isinstance(new, BedPool):
            found[old.provider_id] += _people(old, new, here)
    return found
