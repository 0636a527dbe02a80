"""What is compared of today and scenarios, line by line, exact or protected."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from matching.domain.rulebook import Stage
from matching.insight.bands import change_band
from matching.insight.disclosure import Cell, CountTable, Mark, ProtectedTable, one_way
from matching.insight.gaps import STAGE_WORDS
from matching.insight.levels import Level
from matching.insight.scenario_figures import LEVELS, PRIORITIES, Figures
from matching.services import gap_tables as gaps

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


#: How people are told apart besides as on the page Gaps; the same word means the
#: same division everywhere, so that counts published there are known here.
_PRIORITY, _DISTANCE = "Priority", "Distance from home"


def tables_of(today: Figures) -> tuple[CountTable, ...]:
    """Return the counts of people of today, to be protected and published together."""
    has, lacks = [(gaps.OUTCOME, gaps.PLACED)], [(gaps.OUTCOME, gaps.WITHOUT)]
    bands = dict(today.distances)
    return (
        one_way(
            gaps.OUTCOME,
            {gaps.PLACED: today.placed, gaps.WITHOUT: today.without},
            order=(gaps.PLACED, gaps.WITHOUT),
        ),
        one_way(_PRIORITY, dict(today.priorities), of=lacks, order=PRIORITIES),
        one_way(
            gaps.STAGE,
            {stage.value: today.stages.get(stage, 0) for stage in Stage},
            of=lacks,
            order=tuple(stage.value for stage in Stage),
        ),
        one_way(_DISTANCE, bands, of=has, order=tuple(bands)),
    )


def lines_of(
    today: Figures,
    others: Sequence[Figures],
    *,
    gained: Sequence[str],
    lost: Sequence[str],
    shown: Mapping[str, ProtectedTable] | None = None,
) -> tuple[Line, ...]:
    """Return everything that is compared.

    Parameters
    ----------
    today : Figures
    others : sequence of Figures
        Of the scenarios, in the order of the columns.
    gained, lost : sequence of str
        People of today who get or lose a place, for each scenario.
    shown : mapping of str to ProtectedTable, optional
        What of :func:`tables_of` may be shown; everything is, without.
    """
    everything = [today, *others]
    whole = None if shown is None else shown[gaps.OUTCOME].total
    out = [Line(Part.PEOPLE, WAITING, _of_people([one.waiting for one in everything], whole))]
    for part, table, rows in _people(_bands(everything)):
        cells = None if shown is None else shown[table].cells
        # A table that is withheld shows nothing; in others nobody is where none is named.
        rest = Cell(Mark.SHOWN, 0) if cells else Cell(Mark.HIDDEN, None)
        for category, name, of in rows:
            cell = None if cells is None else cells.get(category, rest)
            out.append(Line(part, name, _of_people([of(one) for one in everything], cell)))
    out.append(Line(Part.CHANGES, "Get a place who have none today", _beside(gained)))
    out.append(Line(Part.CHANGES, "Lose the place they have today", _beside(lost)))
    return (*out, *_supply(everything))


Figure = Callable[[Figures], int]
#: A part, the table that is published of it, and its rows: category, label, count.
_Rows = tuple[Part, str, list[tuple[str, str, Figure]]]


def _people(bands: Sequence[str]) -> tuple[_Rows, ...]:
    """Return the parts that count people, and how."""
    outcome: list[tuple[str, str, Figure]] = [
        (gaps.PLACED, PLACED, lambda one: one.placed),
        (gaps.WITHOUT, WITHOUT, lambda one: one.without),
    ]
    priorities = [(one, _capital(one), _counter("priorities", one)) for one in PRIORITIES]
    stages = [(one.value, f"{one.value} · {STAGE_WORDS[one]}", _at(one)) for one in Stage]
    distances = [(one, _capital(one), _counter("distances", one)) for one in bands]
    return (
        (Part.PEOPLE, gaps.OUTCOME, outcome),
        (Part.PRIORITY, _PRIORITY, priorities),
        (Part.STAGES, gaps.STAGE, stages),
        (Part.DISTANCE, _DISTANCE, distances),
    )


def _counter(field: str, name: str) -> Figure:
    return lambda one: int(dict(getattr(one, field)).get(name, 0))


def _at(stage: Stage) -> Figure:
    return lambda one: one.stages.get(stage, 0)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _beside(texts: Sequence[str]) -> tuple[Entry, ...]:
    return (Entry("–"), *(Entry(text) for text in texts))


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
    return f"{change:+,}".replace("-", "−") if change else "no change"


def _bands(everything: Sequence[Figures]) -> list[str]:
    """Return the bands of distance of all columns, nearest first."""
    order: list[str] = []
    for one in everything:
        position = 0
        for band, _ in one.distances:
            if band in order:
                position = order.index(band) + 1
            else:
                order.insert(position, band)
                position += 1
    return order


_SUPPLY = {
    Level.LICENSED: "Beds licensed",
    Level.FREE: "Beds free",
    Level.READY: "Beds usable tonight",
}


def _supply(everything: Sequence[Figures]) -> list[Line]:
    rows = [
        (_SUPPLY[level], [one.beds.get(level, 0) for one in everything]) for level in LEVELS
    ]
    rows.append(("Providers", [one.providers for one in everything]))
    rows.append(("Providers used by the plan", [one.homes_used for one in everything]))
    return [Line(Part.SUPPLY, name, _of_people(row, None)) for name, row in rows]
