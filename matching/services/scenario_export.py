"""Scenarios beside today as a workbook: protected whoever asks, and recorded."""

from __future__ import annotations

from collections.abc import Sequence

from matching.domain.access import Action
from matching.domain.errors import InputError
from matching.export.comparison import ComparedScenario, comparison_workbook
from matching.services.desk import Desk
from matching.services.matching import SavedRun
from matching.services.scenario_lines import Line, Part
from matching.services.scenario_views import Column, compare_for_export

#: Names of the parts in a file.
PARTS = {
    Part.PEOPLE: "People",
    Part.CHANGES: "Of those who are waiting today",
    Part.PRIORITY: "Without a place, by priority",
    Part.STAGES: "Without a place, by stage",
    Part.DISTANCE: "With a place, by distance",
    Part.SUPPLY: "Beds and providers",
}


def export_comparison(
    desk: Desk, numbers: Sequence[int], saved: SavedRun | None = None
) -> bytes:
    """Write scenarios beside today as a workbook: what is published is kept, one event.

    Parameters
    ----------
    desk : Desk
    numbers : sequence of int
        Of scenarios that were worked out on the plan of today.
    saved : SavedRun, optional
        The plan saved last, where it is there already.

    Returns
    -------
    bytes

    Raises
    ------
    PermissionDenied
        If the actor may not plan capacity or export gaps.
    InputError
        If no scenario was chosen, or too many.
    ConflictError
        If there is no plan of today's facts, or a scenario was worked out on another.
    """
    desk.require(Action.EXPORT_GAPS)
    if not numbers:
        raise InputError(
            "No scenario was chosen.", next_step="Choose one to hold beside today."
        )
    found = compare_for_export(desk, numbers, saved)
    as_of = desk.local(found.as_of)
    return comparison_workbook(
        as_of,
        [
            ("As of", as_of),
            ("Time zone", str(as_of.tzinfo)),
            ("Policy", found.policy_title),
            ("Plan", found.run),
        ],
        [_scenario(column) for column in found.columns[1:]],
        [_line(line) for line in found.lines],
    )


def _scenario(column: Column) -> ComparedScenario:
    notes = [f"People who live at {name} now: {number}." for name, number in column.residents]
    if column.invented:
        notes.append(f"{column.invented:,} of the people in it are invented.")
    if column.unproven:
        notes.append("The search was stopped: a few more people might have a place.")
    return ComparedScenario(column.name, column.lines, notes)


def _line(line: Line) -> dict[str, str]:
    today, *others = line.entries
    texts = {
        str(k): f"{one.text} ({one.change})" if one.change else one.text
        for k, one in enumerate(others)
    }
    return {
        "part": PARTS[line.part],
        "counted": line.label,
        "today": today.text,
        **texts,
    }
