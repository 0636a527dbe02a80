"""What if, side by side: today and up to three scenarios, exact or protected.

Who may see cases sees every number and who gains or loses a place. Everybody
else, and every export, gets today's counts of people protected and the changes
in bands; counts of beds and providers are no counts of people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from matching.domain.access import Action, allows
from matching.domain.errors import ConflictError, InputError, StoreError
from matching.domain.rulebook import Stage
from matching.domain.words import Urgency, label
from matching.insight.bands import change_band
from matching.insight.disclosure import Cell, Mark, cell, protect
from matching.insight.gaps import STAGE_WORDS
from matching.insight.scenario_figures import LEVELS, Figures, figures, of_plain
from matching.insight.supply import Level
from matching.services.desk import Desk
from matching.services.matching import SavedRun
from matching.services.scenario_runs import plan_of_today
from matching.services.scenarios import State, names_of, seen
from matching.store.database import Reading
from matching.store.repositories import StoredScenario

#: Scenarios that stand beside today at most.
MOST_COMPARED = 3
#: What is counted of people, as the first lines say it.
WAITING, PLACED, WITHOUT = "Waiting", "With a place", "Without a place"
#: People told one by one, at most.
MOST_TOLD = 200


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


@dataclass(frozen=True, slots=True)
class Told:
    """One person whose place a scenario changes, by case reference.

    Attributes
    ----------
    case : str
    before, after : str or None
        Name of the provider; ``None`` is no place.
    """

    case: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a comparison.

    Attributes
    ----------
    number : int or None
        Of the scenario; ``None`` is today.
    name : str
        Empty for today.
    lines : tuple of str
        Its steps in words.
    worked_at : datetime or None
    unproven : bool
        Whether the search was stopped, so that more people might have a place.
    invented : int
        People of a surge; they are no people on the record.
    residents : tuple of (str, str)
        Of each place that would close: its name, and how many people live there now.
    gained, lost : str
        People of today who get or lose a place.
    dropped : str
        Places that somebody had chosen and that cannot be had with it.
    told : tuple of Told
        Who gets, loses or changes a place; empty for those who may not see cases.
    by_stage : Mapping of Stage to int, or None
        People without a place; ``None`` for those who may not see cases.
    """

    number: int | None
    name: str
    lines: tuple[str, ...] = ()
    worked_at: datetime | None = None
    unproven: bool = False
    invented: int = 0
    residents: tuple[tuple[str, str], ...] = ()
    gained: str = "0"
    lost: str = "0"
    dropped: str = "0"
    told: tuple[Told, ...] = ()
    by_stage: Mapping[Stage, int] | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Today and scenarios side by side.

    Attributes
    ----------
    run : int
        Number of the plan that is today.
    as_of : datetime
    policy_title : str
    protected : bool
    columns : tuple of Column
        Today first.
    lines : tuple of Line
    """

    run: int
    as_of: datetime
    policy_title: str
    protected: bool
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]

    def of(self, part: Part) -> tuple[Line, ...]:
        """Return the lines of one part."""
        return tuple(line for line in self.lines if line.part is part)


def compare(
    desk: Desk,
    numbers: Sequence[int] = (),
    saved: SavedRun | None = None,
    *,
    protected: bool | None = None,
) -> Comparison:
    """Hold scenarios beside today.

    Parameters
    ----------
    desk : Desk
    numbers : sequence of int
        Of scenarios that were worked out on the plan of today, at most
        :data:`MOST_COMPARED`.
    saved : SavedRun, optional
        The plan saved last, where it is there already.
    protected : bool, optional
        Whether counts of people are protected; always for those who may not see
        cases, by default for nobody else.

    Returns
    -------
    Comparison

    Raises
    ------
    PermissionDenied
        If the actor may not plan capacity.
    InputError
        If there are too many.
    ConflictError
        If there is no plan of today's facts, or a scenario was worked out on another.
    NotFound
        If there is no such scenario.
    """
    desk.require(Action.PLAN_CAPACITY)
    if len(numbers) > MOST_COMPARED:
        raise InputError(
            f"At most {MOST_COMPARED} scenarios stand beside today.",
            next_step="Take one out.",
        )
    exact = allows(desk.actor.role, Action.SEE_CASES) and not protected
    base = plan_of_today(desk, saved)
    today = figures(base.run.solution)
    found: list[Figures] = []
    columns = [Column(None, "", by_stage=today.stages if exact else None)]
    with desk.store.reading() as record:
        for number in numbers:
            stored = record.scenarios.get(number)
            one = seen(record, stored)
            if one.state is not State.READY:
                raise ConflictError(
                    "A scenario was worked out from facts that have moved since.",
                    next_step="Work it out again, then compare.",
                )
            result = dict(stored.result or {})
            found.append(of_plain(result.get("figures", {})))
            columns.append(_column(record, stored, one.lines, result, exact=exact))
    return Comparison(
        run=base.number,
        as_of=base.run.problem.as_of,
        policy_title=base.run.policy.title,
        protected=not exact,
        columns=tuple(columns),
        lines=_lines(today, found, columns, exact=exact),
    )


def _column(
    record: Reading,
    stored: StoredScenario,
    lines: tuple[str, ...],
    result: Mapping[str, Any],
    *,
    exact: bool,
) -> Column:
    try:
        names = {**names_of(*record.providers.all()).homes, **result["opened"]}
        moves = [
            Told(case, _called(names, before), _called(names, after))
            for case, before, after in result["moves"]
        ]
        gained = sum(one.before is None for one in moves)
        lost = sum(one.after is None for one in moves)
        count = _exactly if exact else _protected
        return Column(
            number=stored.id,
            name=stored.name,
            lines=lines,
            worked_at=datetime.fromisoformat(result["worked_at"]),
            unproven=int(result["figures"]["more"]) > 0,
            invented=int(result["invented"]),
            residents=tuple(
                (names.get(home) or home, "not known" if n is None else count(n))
                for home, n in result["residents"].items()
            ),
            gained=count(gained),
            lost=count(lost),
            dropped=count(len(result["dropped"])),
            told=tuple(moves[:MOST_TOLD]) if exact else (),
            by_stage=of_plain(result["figures"]).stages if exact else None,
        )
    except (KeyError, TypeError, ValueError):
        raise StoreError(
            "A stored scenario cannot be read: it was written in another form.",
            next_step="Work it out again.",
        ) from None


def _called(names: Mapping[str, str | None], place: Sequence[str] | None) -> str | None:
    return None if place is None else names.get(place[0]) or place[0]


def _exactly(number: int) -> str:
    return f"{number:,}"


def _protected(number: int) -> str:
    return cell(number).text


def _lines(
    today: Figures, others: Sequence[Figures], columns: Sequence[Column], *, exact: bool
) -> tuple[Line, ...]:
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
        ("Get a place who have none today", [column.gained for column in columns]),
        ("Lose the place they have today", [column.lost for column in columns]),
    ):
        entries = (Entry("–"), *(Entry(text) for text in values[1:]))
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
