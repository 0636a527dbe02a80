"""What a list of gaps is made of: stages, tables, what was lacking, places that are poor."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from matching.domain.rulebook import Stage
from matching.export.columns import rule_title
from matching.insight.categories import ways
from matching.insight.disclosure import (
    Cell,
    Mark,
    Protected,
    ProtectedCross,
    ProtectedTable,
    exact,
)
from matching.insight.gaps import (
    STAGE_TITLES,
    STAGE_WORDS,
    Breakdown,
    Gap,
    break_down,
    stage_counts,
)
from matching.insight.weak import Weakness
from matching.services.gap_tables import ASKED, CONFIRM, POOR, POOR_STAGES, YES
from matching.services.planning import Run


class Lack(StrEnum):
    """What people without a place lacked, in the order of the sentence."""

    PLACE = "place"  #: a suitable kind of place within reach
    LICENCE = "licence"  #: a licence, certificate or background check
    TRAINING = "training"
    BED = "bed"
    FIT = "fit"  #: a bed whose rules take them
    PROVIDER = "provider"  #: declined
    PERSON = "person"  #: declined, missing or in hospital
    FUNDING = "funding"
    CALL = "call"  #: a phone call, not a bed


_LACK = {
    Stage.NO_SUITABLE_PLACE: Lack.PLACE,
    Stage.NOT_READY: Lack.LICENCE,
    Stage.NO_FREE_BED: Lack.BED,
    Stage.EXCLUDED: Lack.FIT,
    Stage.PROVIDER_DECLINED: Lack.PROVIDER,
    Stage.PERSON: Lack.PERSON,
    Stage.FUNDING: Lack.FUNDING,
    Stage.UNKNOWN_FACT: Lack.CALL,
}


@dataclass(frozen=True, slots=True)
class StageLine:
    """One stage: letter, title, short words and the people at it."""

    stage: Stage
    title: str
    words: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class GapTable:
    """People without a place by one way to tell them apart.

    Attributes
    ----------
    title : str
    categories : tuple of str
        Most people first, "not known" last.
    totals : dict of str to Cell
        Empty if the numbers are too small for any table.
    counts : dict of (str, Stage) to int, or None
        By category and stage; ``None`` for those who see protected numbers.
    cross : ProtectedCross or None
        By category and stage for those who see protected numbers; withheld
        where only the totals can be shown.
    """

    title: str
    categories: tuple[str, ...]
    totals: dict[str, Cell]
    counts: dict[tuple[str, Stage], int] | None
    cross: ProtectedCross | None = None


@dataclass(frozen=True, slots=True)
class CrossTable:
    """People without a place by county and by placement type.

    Attributes
    ----------
    rows, columns : tuple of str
        Counties and types, most people first, "not known" last.
    counts : dict of (str, str) to int
        Only where there is anybody.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: dict[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class WeakPlaces:
    """Places that are not what they should be.

    Attributes
    ----------
    provisional, poor : Cell
        People.
    asked : tuple of (str, Cell)
        What has to be asked first, in words, most people first; they add up.
    stages : tuple of StageLine
        Where a better place was lost; they add up.
    why : tuple of (Weakness, Cell)
        What is poor; somebody may count twice.
    confirmed_by, poor_by : tuple of GapTable
        Each by every way to tell people apart; empty for those who see
        protected numbers.
    """

    provisional: Cell
    poor: Cell
    asked: tuple[tuple[str, Cell], ...]
    stages: tuple[StageLine, ...]
    why: tuple[tuple[Weakness, Cell], ...]
    confirmed_by: tuple[GapTable, ...] = ()
    poor_by: tuple[GapTable, ...] = ()


WITHHELD = Cell(Mark.HIDDEN, None)


def stage_lines(table: ProtectedTable) -> tuple[StageLine, ...]:
    """Return the lines of a table by stage; none if it is withheld."""
    return tuple(
        StageLine(stage, STAGE_TITLES[stage], STAGE_WORDS[stage], table.cells[stage.value])
        for stage in Stage
        if stage.value in table.cells
    )


def gap_table(breakdown: Breakdown) -> GapTable:
    """Return a breakdown with every number, for those who see cases."""
    totals = dict.fromkeys(breakdown.categories, 0)
    for (category, _), count in breakdown.counts.items():
        totals[category] += count
    return GapTable(
        title=breakdown.title,
        categories=breakdown.categories,
        totals=exact(totals).cells,
        counts=dict(breakdown.counts),
    )


def lacks_of(gaps: tuple[Gap, ...]) -> tuple[tuple[Lack, int], ...]:
    """Return what people lacked, most first, then what was declined, a call last."""
    found = Counter(
        Lack.TRAINING
        if gap.stage is Stage.NOT_READY and gap.rule == "training"
        else _LACK[gap.stage]
        for gap in gaps
    )
    order = list(Lack)
    return tuple(
        sorted(
            found.items(),
            key=lambda item: (
                item[0] is Lack.CALL,
                item[0] in (Lack.PROVIDER, Lack.PERSON),
                -item[1],
                order.index(item[0]),
            ),
        )
    )


def cross_of(run: Run) -> CrossTable:
    """Return the people without a place by county and by placement type."""
    found = ways(run.problem, run.policy)
    county, kind = found["County"], found["Placement type"]
    people = [run.problem.referral_records[gap.row] for gap in run.gaps]
    counts = Counter((county(one), kind(one)) for one in people)
    totals = {one.title: one.categories for one in run.breakdowns}
    return CrossTable(totals["County"], totals["Placement type"], dict(counts))


def weak_of(run: Run) -> WeakPlaces:
    """Return places that are not what they should be, with every number."""
    asked = Counter(rule_title(gap.rule) for gap in run.provisional)
    stages = stage_counts(weak.gap for weak in run.poor)
    why = Counter(one for weak in run.poor for one in weak.why)
    calls = exact(dict(asked.most_common()))
    lost = exact({stage.value: stages[stage] for stage in Stage})
    return WeakPlaces(
        provisional=calls.total,
        poor=lost.total,
        asked=tuple(calls.cells.items()),
        stages=tuple(line for line in stage_lines(lost) if line.cell.count != 0),
        why=tuple((one, Cell(Mark.SHOWN, why[one])) for one in Weakness),
        confirmed_by=_tables(run, run.provisional),
        poor_by=_tables(run, tuple(weak.gap for weak in run.poor)),
    )


def _tables(run: Run, gaps: tuple[Gap, ...]) -> tuple[GapTable, ...]:
    return tuple(gap_table(one) for one in break_down(run.problem, run.policy, gaps))


def protected_weak(shown: Protected) -> WeakPlaces:
    """Return weak places; what is poor is left out, since somebody may count twice."""
    stages = stage_lines(shown.tables[POOR_STAGES])
    return WeakPlaces(
        provisional=shown.tables[CONFIRM].cells.get(YES, WITHHELD),
        poor=shown.tables[POOR].cells.get(YES, WITHHELD),
        asked=tuple(shown.tables[ASKED].cells.items()),
        stages=tuple(line for line in stages if line.cell.count != 0),
        why=(),
    )
