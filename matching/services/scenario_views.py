"""What if, side by side: today and up to three scenarios, exact or protected.

Who may see cases sees every number and who gains or loses a place. Everybody
else, and every export, gets today's counts of people protected and the changes
in bands; counts of beds and providers are no counts of people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matching.domain.access import Action, allows
from matching.domain.errors import ConflictError, InputError, StoreError
from matching.domain.rulebook import Stage
from matching.insight.bands import change_band, size_band
from matching.insight.disclosure import ProtectedTable
from matching.insight.scenario_figures import Figures, figures, of_plain
from matching.services.desk import Desk
from matching.services.matching import SavedRun
from matching.services.publishing import publish
from matching.services.scenario_lines import Line, Part, lines_of, tables_of
from matching.services.scenario_runs import plan_of_today
from matching.services.scenarios import State, names_in, seen
from matching.store.database import Reading
from matching.store.repositories import StoredScenario

#: Scenarios that stand beside today at most.
MOST_COMPARED = 3
#: Under what counts are published.
FORM = "what if"
#: People told one by one, at most.
MOST_TOLD = 200


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
    net : str
        The difference, such as "2 more", "1 to 10 fewer" or "no change"; people who
        are invented count for nothing in it.
    dropped : str
        Places that somebody had chosen and that cannot be had with it.
    dropped_told : tuple of Told
        Each of them, and the place it was; empty for those who may not see cases.
    told : tuple of Told
        Who gets, loses or changes a place; empty for those who may not see cases.
    more_told : bool
        Whether there are more than are told.
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
    net: str = "no change"
    dropped: str = "0"
    dropped_told: tuple[Told, ...] = ()
    told: tuple[Told, ...] = ()
    more_told: bool = False
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
    desk: Desk, numbers: Sequence[int] = (), saved: SavedRun | None = None
) -> Comparison:
    """Hold scenarios beside today, protected for those who may not see cases.

    Parameters
    ----------
    desk : Desk
    numbers : sequence of int
        Of scenarios that were worked out on the plan of today, at most
        :data:`MOST_COMPARED`.
    saved : SavedRun, optional
        The plan saved last, where it is there already.

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
    if allows(desk.actor.role, Action.SEE_CASES):
        return _compared(desk, numbers, saved, None)

    def shown(today: Figures, _run: int) -> Mapping[str, ProtectedTable]:
        return publish(desk, FORM, tables_of(today), record=False).tables

    return _compared(desk, numbers, saved, shown)


def compare_for_export(
    desk: Desk, numbers: Sequence[int], saved: SavedRun | None = None
) -> Comparison:
    """Hold scenarios beside today for a file: protected whoever asks, one event.

    Parameters and errors as :func:`compare`; the actor must also be allowed to
    export gaps.
    """
    desk.require(Action.PLAN_CAPACITY)
    desk.require(Action.EXPORT_GAPS)

    def shown(today: Figures, run: int) -> Mapping[str, ProtectedTable]:
        found = publish(
            desk,
            f"{FORM} (xlsx)",
            tables_of(today),
            record=True,
            about=("run", str(run)),
            details={"scenarios": len(numbers)},
        )
        return found.tables

    return _compared(desk, numbers, saved, shown)


#: Publishes counts of today, and returns what of them may be shown.
Shown = Callable[[Figures, int], Mapping[str, ProtectedTable]]


def _compared(
    desk: Desk, numbers: Sequence[int], saved: SavedRun | None, shown: Shown | None
) -> Comparison:
    if len(numbers) > MOST_COMPARED:
        raise InputError(
            f"At most {MOST_COMPARED} scenarios stand beside today.",
            next_step="Take one out.",
        )
    exact = shown is None
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
        lines=lines_of(
            today,
            found,
            gained=[one.gained for one in columns[1:]],
            lost=[one.lost for one in columns[1:]],
            shown=None if shown is None else shown(today, base.number),
        ),
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
        names = _names(record, result)
        moves = [
            Told(case, _called(names, before), _called(names, after))
            for case, before, after in result["moves"]
        ]
        dropped = [
            Told(case, names.get(home) or home, None) for case, home in result["dropped"]
        ]
        gained = sum(one.before is None for one in moves)
        lost = sum(one.after is None for one in moves)
        count = _exactly if exact else size_band
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
            net=_net(gained - lost) if exact else change_band(gained - lost),
            dropped=count(len(dropped)),
            dropped_told=tuple(dropped) if exact else (),
            told=tuple(moves[:MOST_TOLD]) if exact else (),
            more_told=exact and len(moves) > MOST_TOLD,
            by_stage=of_plain(result["figures"]).stages if exact else None,
        )
    except (KeyError, TypeError, ValueError):
        raise StoreError(
            "A stored scenario cannot be read: it was written in another form.",
            next_step="Work it out again.",
        ) from None


def _names(record: Reading, result: Mapping[str, Any]) -> dict[str, str]:
    """Return what the providers in a result are called, new ones included."""
    there = {place[0] for _, *places in result["moves"] for place in places if place}
    there |= {*result["residents"], *(home for _, home in result["dropped"])}
    return {**names_in(record, (), there).homes, **result["opened"]}


def _called(names: Mapping[str, str | None], place: Sequence[str] | None) -> str | None:
    return None if place is None else names.get(place[0]) or place[0]


def _exactly(number: int) -> str:
    return f"{number:,}"


def _net(change: int) -> str:
    if change == 0:
        return change_band(0)
    return f"{abs(change):,} {'more' if change > 0 else 'fewer'}"
