"""What the printed brief on gaps says: one page for a commissioner or a grant.

Every count of people in it comes from protected tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from matching.domain.rulebook import Stage
from matching.export.brief import Brief, BriefTable
from matching.insight.categories import UNKNOWN_WORD
from matching.insight.disclosure import Cell, Protected
from matching.insight.gaps import STAGE_WORDS
from matching.insight.levels import LEVEL_WORDS, LOSS_WORDS, Level, level_text
from matching.services.desk import Desk
from matching.services.gap_tables import CONFIRM, OUTCOME, PLACED, POOR, STAGES, WITHOUT, YES
from matching.services.gap_views import SupplyView
from matching.services.lapses import LapsesView
from matching.services.matching import SavedRun

#: Rows of a table before the rest is left to the workbook, and losses named at each
#: step of the beds: with more, the brief would not fit on one sheet.
MOST_ROWS, MOST_LOSSES = 6, 2

TITLE = "Gaps in safe places for survivors of trafficking"
PEOPLE, BEDS, HIDDEN = "People", "Beds", "hidden"

NOTES = (
    (
        "Identified demand",
        "people who were referred and are on the record at the moment named above; those whom "
        "nobody has referred are not in these numbers",
    ),
    (
        "Without a place",
        "the plan places as many people as possible for everyone waiting at once, in order of "
        "priority, and is proven best; whoever is left has no place that the rules allow and "
        "that nobody before them needs",
    ),
    (
        "Stage",
        "the first point at which a person's last possible provider was lost; everybody counts "
        "once. Only a to d are gaps in capacity; h needs a phone call, not a bed",
    ),
    (
        "Usable tonight",
        "free, confirmed lately, and licence, background check, training and staff are in "
        "order; numbers that nobody has given are not counted as 0",
    ),
    (
        "Hidden",
        "small counts of people are hidden so that nobody can be recognised, and others with "
        "them so that no small one can be worked out; 0 is shown",
    ),
)


def gap_brief(
    desk: Desk, saved: SavedRun, shown: Protected, beds: SupplyView, ending: LapsesView
) -> Brief:
    """Return what the brief says.

    Parameters
    ----------
    desk : Desk
    saved : SavedRun
        The plan the gaps are of.
    shown : Protected
        The tables of :func:`matching.services.gap_tables.gap_tables`, published.
    beds : SupplyView
    ending : LapsesView

    Returns
    -------
    Brief
    """
    run = saved.run
    moment = desk.local(run.problem.as_of)
    return Brief(
        title=TITLE,
        sentence=_sentence(shown, beds),
        facts=(
            f"As of {_day(moment.date())}, {moment:%H:%M}.",
            f"From plan {saved.number} under the policy {run.policy.title}, version "
            f"{run.policy.version}.",
            f"Beds as of {_day(beds.moment.date())}, {beds.moment:%H:%M}.",
        ),
        tables=(
            _stages(shown),
            *(_by(shown, title, words) for title, words in _ways(shown).items()),
            _waterfall(beds),
            _lapsing(ending),
        ),
        notes=NOTES,
    )


_WAYS = {
    "Placement type": "By least restrictive suitable placement type",
    "Region": "By region of the home county",
    "Age": "By age",
    "Need": "By need beyond a bed",
}


def _ways(shown: Protected) -> dict[str, str]:
    """Return the ways to tell people apart that say something; one region says nothing."""
    regions = set(shown.crosses["Region"].margins["Region"].cells) - {UNKNOWN_WORD}
    return {k: words for k, words in _WAYS.items() if k != "Region" or len(regions) > 1}


def _sentence(shown: Protected, beds: SupplyView) -> str:
    split = shown.tables[OUTCOME]
    without, ready = split.cells.get(WITHOUT), beds.supply.beds(Level.READY)
    licensed = beds.supply.said(Level.LICENSED)
    least = "at least " if licensed.unsaid_pools else ""
    start = "Too few people are waiting to say how many have no place."
    if without is not None and without.count == 0:
        start = f"Everybody waiting has a place: {split.total.text} people."
    elif without is not None and without.count is not None:
        start = f"{without.text} of {split.total.text} people waiting have no place."
    return f"{start} Of {least}{licensed.beds:,} licensed beds, {ready:,} are usable tonight."


def _stages(shown: Protected) -> BriefTable:
    table = shown.tables[STAGES]
    rows = [
        (f"{stage.value} · {STAGE_WORDS[stage]}", table.cells[stage.value].text)
        for stage in Stage
        if stage.value in table.cells
    ]
    weak = [
        (words, _text(shown.tables[name].cells.get(YES)))
        for name, words in (
            (CONFIRM, "to be confirmed by a call first"),
            (POOR, "much more restrictive, or farther, than it should be"),
        )
    ]
    placed = _text(shown.tables[OUTCOME].cells.get(PLACED))
    note = (
        f"With a place: {placed}; of them {weak[0][1]} {weak[0][0]}, {weak[1][1]} {weak[1][0]}."
    )
    return BriefTable("Why people have no place", ("Stage", PEOPLE), _or_withheld(rows), note)


def _by(shown: Protected, title: str, words: str) -> BriefTable:
    cells = shown.crosses[title].margins[title].cells
    order = list(cells) if title == "Age" else _ordered(cells)
    rows = [(name, cells[name].text) for name in order[:MOST_ROWS]]
    left = len(order) - len(rows)
    note = f"And {left:,} more, in the workbook." if left > 0 else ""
    return BriefTable(words, (title, PEOPLE), _or_withheld(rows), note)


def _ordered(cells: Mapping[str, Cell]) -> list[str]:
    """Return the names by the counts shown, then those hidden by name: that tells nothing."""
    return sorted(cells, key=lambda name: (-(cells[name].count or 0.5), name))


def _or_withheld(rows: list[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(rows) or (("Not shown: the numbers are too small", ""),)


def _waterfall(beds: SupplyView) -> BriefTable:
    rows: list[tuple[str, str]] = []
    for step in beds.supply.waterfall():
        if step.level is Level.OF_USE:
            continue
        lost = sorted(step.lost, key=lambda one: -one[1])
        rows += [(f"– {LOSS_WORDS[loss]}", f"{n:,}") for loss, n in lost[:MOST_LOSSES]]
        if rest := sum(n for _, n in lost[MOST_LOSSES:]):
            rows.append(("– for other reasons", f"{rest:,}"))
        rows.append((LEVEL_WORDS[step.level], level_text(step.beds, step.followed)))
    note = _not_said(beds)
    return BriefTable("Beds from licensed to usable tonight", ("", BEDS), tuple(rows), note)


def _not_said(beds: SupplyView) -> str:
    """Say how many bed pools have not said all of their numbers; nothing if all have."""
    some, silent = beds.supply.incomplete_of(), beds.supply.silent_of()
    said = f"Bed pools that have not said all of these numbers: {some:,}." if some else ""
    return f"{said} Of {silent:,} of them no number is known." if silent else said


def _lapsing(ending: LapsesView) -> BriefTable:
    horizons = tuple(f"{days} days" for days in ending.horizons)
    rows = tuple(
        (what, *(f"{number:,}" for number in numbers))
        for what, numbers in ending.counts(lambda line: line.what)[:MOST_ROWS]
    )
    unknown = len(ending.unknown)
    note = f"Nobody has said the end of {unknown:,} more." if unknown else ""
    nothing = (("Nothing with an end on the record", *("0" for _ in horizons)),)
    return BriefTable(
        "Licences, certificates and courses that lapse within",
        ("", *horizons),
        rows or nothing,
        note,
    )


def _text(cell: Cell | None) -> str:
    return HIDDEN if cell is None else cell.text


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
