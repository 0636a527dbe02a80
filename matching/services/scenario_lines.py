"""What is compared of today and scenarios, line by line, exact or protected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from matching.domain.rulebook import Stage
from matching.domain.words import Urgency, label
from matching.insight.bands import change_band
from matching.insight.disclosure import Cell, Mark, cell, protect
from matching.insight.gaps import STAGE_WORDS
from matching.insight.scenario_figures import LEVELS, Figures
from matching.insight.supply import Level

#: What is counted of people, as the first lines say it.
WAITING, PLACED, WITHOUT = "Waiting", "With a place", "Without a place"


class Part(StrEnum):
    """Parts of a comparison, in order."""

    PEOPLE = "people"
    CHANGES = "changes"
    PRIORITY = "priority"
    STAGES = "stages"
    DISTANCE = "distance"
    SUPPLY = "supply"


@dataclass(frozen=True, slots=True)
class Entry:
    """One number of one column.

    Attributes
    ----------
    text : str
        What is shown: the number, or its protected form.
    change : str
        How it differs from today, in words or as a signed number; empty for today.
    value : int or None
        The number itself, for those who may see it.
    """

    text: str
    change: str = ""
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what is counted, and its entry for each column."""

    part: Part
    label: str
    entries: tuple[Entry, ...]


def lines_of(
    today: Figures,
    others: Sequence[Figures],
    *,
    gained: Sequence[str],
    lost: Sequence[str],
    exact: bool,
) -> tuple[Line, ...]:
    """Return everything that is compared.

    Parameters
    ----------
    today : Figures
    others : sequence of Figures
        Of the scenarios, in the order of the columns.
    gained, lost : sequence of str
        People of today who get or lose a place, for each scenario.
    exact : bool
        Whether every count of people is shown.
    """
    out: list[Line] = []
    everything = [today, *others]

    def people(part: Part, table: Mapping[str, Sequence[int]], whole: Cell) -> dict[str, Cell]:
        cells: dict[str, Cell] = {}
        # A table whose sum is hidden would give the sum away.
        if not exact and whole.count is not None:
            cells = protect({name: row[0] for name, row in table.items()}).cells
        for name, row in table.items():
            shown = None if exact else cells.get(name, _WITHHELD)
            out.append(Line(part, name, _of_people(row, shown)))
        return cells

    waiting = [one.waiting for one in everything]
    all_ = cell(waiting[0])
    out.append(Line(Part.PEOPLE, WAITING, _of_people(waiting, None if exact else all_)))
    halves = people(
        Part.PEOPLE,
        {
            PLACED: [one.placed for one in everything],
            WITHOUT: [one.without for one in everything],
        },
        all_,
    )
    placed, without = (halves.get(name, _WITHHELD) for name in (PLACED, WITHOUT))
    for name, values in (
        ("Get a place who have none today", gained),
        ("Lose the place they have today", lost),
    ):
        entries = (Entry("–"), *(Entry(text) for text in values))
        out.append(Line(Part.CHANGES, name, entries))
    people(Part.PRIORITY, _by_tier(everything), without)
    people(
        Part.STAGES,
        {
            f"{stage.value} · {STAGE_WORDS[stage]}": [
                one.stages.get(stage, 0) for one in everything
            ]
            for stage in Stage
        },
        without,
    )
    people(Part.DISTANCE, _by_distance(everything), placed)
    out.extend(_supply(everything))
    return tuple(out)


_WITHHELD = Cell(Mark.HIDDEN, None)


def _of_people(row: Sequence[int], today: Cell | None) -> tuple[Entry, ...]:
    """Return a row of counts: exact, or today's protected and the rest as bands of change."""
    first, *rest = row
    if today is None:
        return (
            Entry(f"{first:,}", value=first),
            *(Entry(f"{n:,}", _signed(n - first), n) for n in rest),
        )
    return (Entry(today.text), *(Entry(change_band(n - first)) for n in rest))


def _signed(change: int) -> str:
    return f"{change:+,}" if change else "no change"


def _by_tier(everything: Sequence[Figures]) -> dict[str, list[int]]:
    """Return people without a place by priority."""
    out: dict[str, list[int]] = {}
    for one in everything[0].tiers:
        name = f"Needed {label(Urgency(one.name))}"
        if one.name == Urgency.PLANNED:
            name = "Planned"
        out[name] = [
            sum(t.waiting - t.placed for t in other.tiers if t.name == one.name)
            for other in everything
        ]
    return out


def _by_distance(everything: Sequence[Figures]) -> dict[str, list[int]]:
    """Return people with a place by distance, nearest first over all columns."""
    order: list[str] = []
    for one in everything:
        position = 0
        for band, _ in one.distances:
            if band in order:
                position = order.index(band) + 1
            else:
                order.insert(position, band)
                position += 1
    return {band: [dict(one.distances).get(band, 0) for one in everything] for band in order}


_SUPPLY = {
    Level.LICENSED: "Beds licensed",
    Level.FREE: "Beds free",
    Level.READY: "Beds ready tonight",
}


def _supply(everything: Sequence[Figures]) -> list[Line]:
    rows = [
        (_SUPPLY[level], [one.beds.get(level, 0) for one in everything]) for level in LEVELS
    ]
    rows.append(("Providers", [one.providers for one in everything]))
    rows.append(("Providers used by the plan", [one.homes_used for one in everything]))
    return [Line(Part.SUPPLY, name, _of_people(row, None)) for name, row in rows]
