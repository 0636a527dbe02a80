"""The counts of people that the gaps of a plan publish, as tables to be protected.

The page Gaps of those who may not see cases, the workbook and the command line
publish the same tables, so that they hide the same counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from matching.domain.rulebook import Stage
from matching.export.columns import rule_title
from matching.export.workbook import Lapsing, gaps_workbook
from matching.insight.categories import AGE_ORDER, ways
from matching.insight.disclosure import CountTable, Nest, Protected, one_way, protect_all
from matching.insight.gaps import stage_counts
from matching.insight.supply import Supply
from matching.services.planning import Run
from matching.services.publishing import rules_of
from matching.settings import Settings

#: The names of dimensions are the same on every page: equal counts are known by them.
OUTCOME, STAGE = "Outcome", "Stage"
PLACED, WITHOUT = "placed", "without"
CONFIRM, POOR, ASKED = "To be confirmed", "Poor place", "To be asked"
YES, NO = "yes", "no"

#: Titles of the tables that are not named by how they tell people apart.
STAGES, POOR_STAGES = "Stages", "Stages of poor places"

_LETTERS = tuple(stage.value for stage in Stage)


def gap_tables(run: Run) -> tuple[list[CountTable], list[Nest]]:
    """Return all counts of people of the gaps of a run, and which divide which further.

    Returns
    -------
    list of CountTable
        Everybody by outcome; those without a place by stage, and by stage and
        each way to tell them apart; weak places. Of true numbers.
    list of Nest
        Counties within regions.
    """
    people, without = run.problem.size[0], len(run.gaps)
    of = [(OUTCOME, WITHOUT)]
    counts = stage_counts(run.gaps)
    tables = [
        one_way(OUTCOME, {PLACED: people - without, WITHOUT: without}, order=(PLACED, WITHOUT)),
        one_way(
            STAGES,
            {stage.value: counts[stage] for stage in Stage},
            of,
            STAGE,
            order=_LETTERS,
        ),
        *(
            CountTable(
                one.title,
                (one.title, STAGE),
                {(category, stage.value): n for (category, stage), n in one.counts.items()},
                frozenset(of),
                {STAGE: _LETTERS, **({one.title: AGE_ORDER} if one.title == "Age" else {})},
            )
            for one in run.breakdowns
        ),
        *_weak(run, people - without),
    ]
    return tables, [Nest("County", "Region", _regions(run))]


def _weak(run: Run, placed: int) -> list[CountTable]:
    ask, poor = len(run.provisional), len(run.poor)
    stages = stage_counts(weak.gap for weak in run.poor)
    of = (OUTCOME, PLACED)
    return [
        one_way(CONFIRM, {YES: ask, NO: placed - ask}, [of], order=(YES, NO)),
        one_way(POOR, {YES: poor, NO: placed - poor}, [of], order=(YES, NO)),
        one_way(
            ASKED,
            Counter(rule_title(gap.rule) for gap in run.provisional),
            [of, (CONFIRM, YES)],
        ),
        one_way(
            POOR_STAGES,
            {stage.value: stages[stage] for stage in Stage},
            [of, (POOR, YES)],
            STAGE,
            order=_LETTERS,
        ),
    ]


def _regions(run: Run) -> dict[str, str]:
    """Return the region of every county that somebody without a place is from."""
    found = ways(run.problem, run.policy)
    records = run.problem.referral_records
    return {
        found["County"](records[gap.row]): found["Region"](records[gap.row]) for gap in run.gaps
    }


def protected_gaps(run: Run, settings: Settings) -> Protected:
    """Protect the gaps of a run that is on no record."""
    tables, nests = gap_tables(run)
    return protect_all(tables, nests, rules_of(settings))


def gaps_book(
    about: Mapping[str, Any],
    shown: Protected,
    beds: Supply | None = None,
    lapsing: Lapsing | None = None,
) -> bytes:
    """Write protected tables of gaps as a workbook.

    Parameters
    ----------
    about : mapping
        What they are of, as :func:`matching.services.documents.about_gaps` says.
    shown : Protected
        The tables of :func:`gap_tables`.
    beds : Supply, optional
        Adds a sheet on the beds there are.
    lapsing : Lapsing, optional
        Adds a sheet on what lapses.
    """
    weak = {"To be confirmed": shown.tables[ASKED], "Poor places": shown.tables[POOR_STAGES]}
    return gaps_workbook(
        about, shown.tables[OUTCOME], shown.tables[STAGES], shown.crosses, weak, beds, lapsing
    )
