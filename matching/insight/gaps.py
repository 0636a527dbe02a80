"""Why people have no place: the first stage at which each lost the chance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from matching.domain.policy import Policy
from matching.domain.rulebook import RULES, Stage
from matching.engine.allowed import also_barred, lifted_bits, waived_bits, with_groups
from matching.engine.choices import NO_CHOICES, Choices
from matching.engine.judge import AREA_RULES, NONE_FAILS, Bits, Judge
from matching.engine.keyed import Rows
from matching.engine.plan import Plan
from matching.engine.problem import Problem
from matching.insight.categories import UNKNOWN_WORD, ways
from matching.insight.funnel import TAKEN, Firsts, furthest, lowest

#: Stages that only more or other beds can close.
CAPACITY_STAGES = (
    Stage.NO_SUITABLE_PLACE,
    Stage.NOT_READY,
    Stage.NO_FREE_BED,
    Stage.EXCLUDED,
)

STAGE_TITLES = {
    Stage.NO_SUITABLE_PLACE: "No suitable kind of place within reach",
    Stage.NOT_READY: "A place, but licence, certificate, check or training is not in order",
    Stage.NO_FREE_BED: "A place that is ready, but no free bed",
    Stage.EXCLUDED: "A free bed, but a rule excludes this person",
    Stage.PROVIDER_DECLINED: "The provider declined",
    Stage.PERSON: "The person declined, is missing or is in hospital",
    Stage.FUNDING: "No way to pay",
    Stage.UNKNOWN_FACT: "Only an unknown fact stands in the way: a call, not a bed",
}

STAGE_WORDS = {
    Stage.NO_SUITABLE_PLACE: "no suitable place in reach",
    Stage.NOT_READY: "not licensed, certified or trained",
    Stage.NO_FREE_BED: "no free bed",
    Stage.EXCLUDED: "a rule excludes them",
    Stage.PROVIDER_DECLINED: "provider declined",
    Stage.PERSON: "declined, missing or in hospital",
    Stage.FUNDING: "funding",
    Stage.UNKNOWN_FACT: "needs a call",
}


@dataclass(frozen=True, slots=True)
class Gap:
    """One referral without a place.

    Attributes
    ----------
    row : int
        Position of the referral.
    stage : Stage
    rule : str
        Code of the rule at which the furthest provider fell, or "taken".
    funnel : dict of str to int
        Providers by the rule at which they fell; adds up to all providers.
    """

    row: int
    stage: Stage
    rule: str
    funnel: dict[str, int]


def find_gaps(
    problem: Problem, judge: Judge, plan: Plan, choices: Choices = NO_CHOICES
) -> tuple[Gap, ...]:
    """Find the stage of every referral without a place.

    Stages are tried in their order, each on the places that passed the ones
    before: the stage at which the last place falls is the stage of the
    referral. Where a place fits and its beds go to people before them, the
    want is of a bed.

    Parameters
    ----------
    problem : Problem
    judge : Judge
    plan : Plan
    choices : Choices, optional
        What people had decided; what is waived bars nobody.

    Returns
    -------
    tuple of Gap
        One for every referral that the plan does not place, by position.
    """
    without = plan.place_of(problem.size[0]) < 0
    if not without.any():
        return ()
    if problem.size[1] == 0:
        everybody = np.flatnonzero(without)
        return tuple(gaps_at(judge, everybody, np.zeros((len(everybody), 0), dtype=np.uint8)))
    out: list[Gap] = []
    beds = np.arange(problem.size[1])
    decided = Decided(judge, choices)
    for spread in judge.spreads():
        rows = spread.rows[without[spread.rows]]
        if len(rows) == 0:
            continue
        first = np.full((len(rows), len(beds)), NONE_FAILS, dtype=np.uint8)
        rest = np.setdiff1d(beds, spread.columns, assume_unique=True)
        # Out of reach is out of reach for everybody from one county, by the same
        # rule: one row tells. Only being here at all comes before, and is the same
        # for every pool.
        first[:, rest] = judge.first_barring(rows[:1], rest, AREA_RULES)
        here = judge.first_barring(rows, beds[:1], {"presence"})
        np.minimum(first, here, out=first)
        first[:, spread.columns] = judge.first_barring(rows, spread.columns)
        decided.settle(rows, first)
        out += gaps_at(judge, rows, first)
    return tuple(sorted(_settle_unknowns(judge, out), key=lambda gap: gap.row))


class Decided:
    """What people decided, and groups, on top of what the rules say of each alone.

    Parameters
    ----------
    judge : Judge
    choices : Choices
    """

    def __init__(self, judge: Judge, choices: Choices) -> None:
        self._judge = judge
        self._choices = with_groups(judge.problem, judge.policy, choices)
        self._waived = waived_bits(judge, self._choices)
        self._touched = [*self._waived, *self._together()]

    def settle(self, rows: Rows, first: Firsts) -> None:
        """Correct, in place, the rule at which each pool fell for some people.

        Parameters
        ----------
        rows : ndarray of int
            Positions of referrals.
        first : ndarray of uint8, shape (len(rows), pools)
        """
        for k in np.flatnonzero(np.isin(rows, self._touched)).tolist():
            first[k] = lowest(self._barred(int(rows[k])))

    def _together(self) -> list[int]:
        """Return who is in a group, or about whom something was decided."""
        choices = self._choices
        names = {seat.referral_id for seat in (*choices.forbidden, *choices.only)}
        return [
            row
            for row, r in enumerate(self._judge.problem.referral_records)
            if r.referral_id in names
            or (r.group_id is not None and r.group_id not in choices.split)
        ]

    def _barred(self, row: int) -> Bits:
        """Return all that bars one referral, decisions and the group included."""
        judge = self._judge
        failed, unknown = judge.bits(np.array([row]), np.arange(judge.problem.size[1]))
        lifted = lifted_bits(judge, self._waived.get(row, {}))
        alone = judge.barred(failed, unknown)[0] & ~lifted
        return np.asarray(alone | also_barred(judge, self._choices, row))


def gaps_at(judge: Judge, rows: Rows, first: Firsts) -> list[Gap]:
    """Return the stage of some people, from the rule at which each pool fell.

    Parameters
    ----------
    judge : Judge
    rows : ndarray of int
        Positions of referrals.
    first : ndarray of uint8, shape (len(rows), pools)
        First barring rule of each pool.
    """
    absent = judge.absent(rows)
    reached = furthest(judge, first, absent)
    return [_gap(int(row), reached[k], absent[k]) for k, row in enumerate(rows)]


def _gap(row: int, reached: Firsts, absent: np.bool_) -> Gap:
    counts = np.bincount(reached, minlength=256)
    funnel = {spec.code: int(counts[k]) for k, spec in enumerate(RULES) if counts[k]}
    if counts[NONE_FAILS]:
        funnel[TAKEN] = int(counts[NONE_FAILS])
        return Gap(row, Stage.NO_FREE_BED, TAKEN, funnel)
    if absent:
        return Gap(row, Stage.PERSON, "presence", funnel)
    if len(reached) == 0:
        return Gap(row, Stage.NO_SUITABLE_PLACE, "placement-type", funnel)
    last = RULES[int(reached.max())]
    return Gap(row, last.stage, last.code, funnel)


def _settle_unknowns(judge: Judge, found: list[Gap]) -> list[Gap]:
    """Move those for whom only blocked unknowns stand in the way to their own stage."""
    if judge.blocking == 0:
        return found
    beds = np.arange(judge.problem.size[1])
    out = []
    for gap in found:
        failed, unknown = judge.bits(np.array([gap.row]), beds)
        only_unknown = (failed[0] == 0) & (unknown[0] & judge.blocking != 0)
        if only_unknown.any() and gap.rule != TAKEN:
            out.append(Gap(gap.row, Stage.UNKNOWN_FACT, gap.rule, gap.funnel))
        else:
            out.append(gap)
    return out


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Counts of people without a place by category and stage.

    Attributes
    ----------
    title : str
    categories : tuple of str
        Most people first; "not known" last.
    counts : dict of (str, Stage) to int
    """

    title: str
    categories: tuple[str, ...]
    counts: dict[tuple[str, Stage], int]

    @property
    def total(self) -> int:
        """Everybody without a place."""
        return sum(self.counts.values())


def break_down(problem: Problem, policy: Policy, gaps: Sequence[Gap]) -> tuple[Breakdown, ...]:
    """Count people by every way to tell them apart, and by stage.

    Returns
    -------
    tuple of Breakdown
        Each adds up to everybody without a place.
    """
    out = []
    for title, category_of in ways(problem, policy).items():
        counts: dict[tuple[str, Stage], int] = {}
        totals: dict[str, int] = {}
        for gap in gaps:
            category = category_of(problem.referral_records[gap.row])
            counts[category, gap.stage] = counts.get((category, gap.stage), 0) + 1
            totals[category] = totals.get(category, 0) + 1
        order = sorted(totals, key=lambda c: (c == UNKNOWN_WORD, -totals[c], c))
        out.append(Breakdown(title, tuple(order), counts))
    return tuple(out)


def stage_counts(gaps: Iterable[Gap]) -> dict[Stage, int]:
    """Return the number of people at every stage, zero included."""
    counts = dict.fromkeys(Stage, 0)
    for gap in gaps:
        counts[gap.stage] += 1
    return counts
