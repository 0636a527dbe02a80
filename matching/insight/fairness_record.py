"""Overrides and declines, by rule and by provider, so that a wrong rule shows itself.

A rule that is waived for most people whom it alone keeps from a place may be the
wrong rule. A provider who declines most of the people who fit by every rule has a
rule that nobody has written down. A preference that choices by hand keep going
against weighs too much.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from matching.domain.rulebook import PREFERENCES, RULE_BY_CODE, RULES, Stage
from matching.engine.fit import icwa_rank
from matching.engine.judge import BIT, Judge
from matching.engine.problem import Problem
from matching.engine.solution import Solution
from matching.insight.categories import UNKNOWN_WORD, ways

#: Pairs looked at in one go.
AT_ONCE = 2_000_000
#: Fewer declined people than this have nothing in common worth telling.
ALIKE = 3
#: What declined people may have in common.
_SHARED = ("Need", "Age", "Gender", "Trafficking")
#: Rules that say what people answered, not who fits; and rules on free beds.
_ASIDE = frozenset({"declined", "do-not-place", "veto"})
_TOGETHER = "together"


class Act(StrEnum):
    """What somebody decided."""

    FORCED = "forced"  #: this place and no other
    FORBIDDEN = "forbidden"  #: not this place
    WAIVED = "waived"  #: this rule does not count
    SPLIT = "split"  #: this group may be placed apart


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision that stood.

    Attributes
    ----------
    act : Act
    case : str
        Case reference, or the code of a group that was split.
    provider : str or None
    rule : str or None
        Code of the rule, where one was waived.
    reason : str
        Code of the reason, or empty.
    """

    act: Act
    case: str
    provider: str | None = None
    rule: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Alike:
    """What the declined people of a provider have in common.

    Attributes
    ----------
    title, name : str
        A way to group people, and the group.
    declined, others : tuple of int
        How many of them are in it and how many they are: those declined, and
        those who fit and were not.
    """

    title: str
    name: str
    declined: tuple[int, int]
    others: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ProviderRecord:
    """What became of the people on the record who could live at a provider.

    Attributes
    ----------
    provider_id, name : str
    fit : int
        People who fit there by every rule, whether or not a bed is free.
    declined, ruled_out, refused : int
        Of them, whom the provider declined, whom a worker ruled it out for, and
        who refused it themselves.
    declined_in_all : int
        All on the record whom the provider declined.
    forced, forbidden : int
        Cases for which the place was chosen, or excluded, by hand; those no
        longer on the record too.
    alike : Alike or None
    """

    provider_id: str
    name: str
    fit: int
    declined: int
    ruled_out: int
    refused: int
    declined_in_all: int
    forced: int
    forbidden: int
    alike: Alike | None


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """How often a rule was set aside.

    Attributes
    ----------
    code, title : str
    waived : int
        Cases or groups for which it was.
    alone : int
        People on the record whom it alone keeps from some place.
    waived_alone : int
        Of them, those for whom it was waived.
    reasons : tuple of (str, int)
        Codes of reasons, most often first.
    """

    code: str
    title: str
    waived: int
    alone: int
    waived_alone: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class PreferenceRecord:
    """How often places chosen by hand go against a preference.

    Attributes
    ----------
    code, title : str
    against : int
        Of the choices in force, those whose place is worse by this preference
        than the place the plan would have preferred.
    choices : int
        Places chosen by hand that are not the one the plan would have preferred.
    """

    code: str
    title: str
    against: int
    choices: int


def provider_records(
    solution: Solution, decided: Sequence[Decided]
) -> tuple[ProviderRecord, ...]:
    """Return what became of people at each provider of which anything is recorded.

    Returns
    -------
    tuple of ProviderRecord
        Those who declined most of the people who fit come first.
    """
    problem = solution.problem
    lists = {
        "declined": _by_provider(problem, "declined_by"),
        "ruled_out": _by_provider(problem, "avoid_providers"),
        "refused": _by_provider(problem, "vetoed_providers"),
    }
    chosen = {act: _cases(decided, act) for act in (Act.FORCED, Act.FORBIDDEN)}
    row_of = {name: row for row, name in enumerate(problem.referral_ids)}
    for home, cases in chosen[Act.FORBIDDEN].items():
        here = {row_of[case] for case in cases if case in row_of}
        lists["ruled_out"][home] = lists["ruled_out"].get(home, set()) | here
    homes = {*lists["declined"], *lists["refused"], *lists["ruled_out"], *chosen[Act.FORCED]}
    out = []
    for home, fits in _fitting(solution, homes):
        name = problem.provider_records[problem.provider_ids.index(home)].name or home
        declined = lists["declined"].get(home, set())
        out.append(
            ProviderRecord(
                provider_id=home,
                name=name,
                fit=len(fits),
                declined=len(declined & fits),
                ruled_out=len(lists["ruled_out"].get(home, set()) & fits),
                refused=len(lists["refused"].get(home, set()) & fits),
                declined_in_all=len(declined),
                forced=len(chosen[Act.FORCED].get(home, ())),
                forbidden=len(chosen[Act.FORBIDDEN].get(home, ())),
                alike=_alike(solution, declined & fits, fits - declined),
            )
        )
    return tuple(sorted(out, key=_most_declined))


def _most_declined(one: ProviderRecord) -> tuple[float, int, str]:
    share = one.declined / one.fit if one.fit else 0.0
    return -share, -one.declined_in_all, one.name


def _by_provider(problem: Problem, field: str) -> dict[str, set[int]]:
    out: dict[str, set[int]] = {}
    for row, one in enumerate(problem.referral_records):
        for home in getattr(one, field) or ():
            out.setdefault(home, set()).add(row)
    return out


def _cases(decided: Sequence[Decided], act: Act) -> dict[str, set[str]]:
    out: dict[str, set[str]] = {}
    for one in decided:
        if one.act is act and one.provider is not None:
            out.setdefault(one.provider, set()).add(one.case)
    return out


def _fitting(solution: Solution, homes: Collection[str]) -> Iterator[tuple[str, set[int]]]:
    """Yield some providers with the people who fit there by every rule, beds aside."""
    judge, problem = solution.judge, solution.problem
    aside = 0
    for spec in RULES:
        if spec.stage is Stage.NO_FREE_BED or spec.code in _ASIDE:
            aside |= 1 << BIT[spec.code]
    keep = np.uint64(~aside & (2**64 - 1))
    everybody = np.arange(problem.size[0])
    for number, home in enumerate(problem.provider_ids):
        if home not in homes:
            continue
        pools = np.arange(judge.pool_span[number], judge.pool_span[number + 1])
        fits: set[int] = set()
        for rows in _blocks(everybody, len(pools)):
            barred = judge.barred(*judge.bits(rows, pools)) & keep
            fits |= set(rows[(barred == 0).any(axis=1)].tolist())
        yield home, fits


def _blocks(rows: np.ndarray, columns: int) -> Iterator[np.ndarray]:
    step = max(1, AT_ONCE // max(1, columns))
    for start in range(0, len(rows), step):
        yield rows[start : start + step]


def _alike(solution: Solution, declined: set[int], others: set[int]) -> Alike | None:
    """Return what sets the declined apart most from those who fit and were not."""
    if len(declined) < ALIKE:
        return None
    problem = solution.problem
    known = ways(problem, solution.policy)
    found: list[tuple[float, Alike]] = []
    for title in _SHARED:
        words = [
            Counter(known[title](problem.referral_records[row]) for row in some)
            for some in (declined, others)
        ]
        for name, count in words[0].items():
            rest = words[1][name]
            share = count / len(declined)
            more = share - (rest / len(others) if others else 0.0)
            # Most of them, and clearly more than of those who were not declined.
            if others and name != UNKNOWN_WORD and share > 0.5 and more >= 0.25:
                both = (count, len(declined)), (rest, len(others))
                found.append((more, Alike(title, name, *both)))
    return max(found, key=lambda one: one[0])[1] if found else None


def rule_records(solution: Solution, decided: Sequence[Decided]) -> tuple[RuleRecord, ...]:
    """Return how often each rule was waived, for whom it alone stood in the way.

    Returns
    -------
    tuple of RuleRecord
        Rules that were waived at all, most often first. That groups may be placed
        apart counts as waiving the rule that keeps them together.
    """
    waived: dict[str, set[str]] = {}
    reasons: dict[str, Counter[str]] = {}
    for one in decided:
        code = _TOGETHER if one.act is Act.SPLIT else one.rule
        if one.act in (Act.WAIVED, Act.SPLIT) and code in RULE_BY_CODE:
            waived.setdefault(code, set()).add(one.case)
            reasons.setdefault(code, Counter())[one.reason] += 1
    alone = people_barred_by_one(solution.judge, waived) if waived else {}
    names = solution.problem.referral_ids
    out = []
    for code, cases in waived.items():
        barred = {names[row] for row in alone.get(code, ())}
        out.append(
            RuleRecord(
                code=code,
                title=RULE_BY_CODE[code].title,
                waived=len(cases),
                alone=len(barred),
                waived_alone=len(barred & cases),
                reasons=tuple(reasons[code].most_common()),
            )
        )
    return tuple(sorted(out, key=lambda one: (-one.waived, one.title)))


def people_barred_by_one(judge: Judge, codes: Collection[str]) -> dict[str, set[int]]:
    """Return whom each of some rules alone keeps from at least one place.

    Parameters
    ----------
    judge : Judge
    codes : collection of str

    Returns
    -------
    dict of str to set of int
        Positions of referrals.
    """
    people, beds = judge.problem.size
    out: dict[str, set[int]] = {code: set() for code in codes}
    if beds == 0:
        return out
    for rows in _blocks(np.arange(people), beds):
        barred = judge.barred(*judge.bits(rows, np.arange(beds)))
        for code in codes:
            alone = (barred == np.uint64(1 << BIT[code])).any(axis=1)
            out[code] |= set(rows[alone].tolist())
    return out


def preference_records(solution: Solution) -> tuple[PreferenceRecord, ...]:
    """Return which preferences the places chosen by hand go against.

    Each choice in force is held against the place that costs the same person
    least, whoever else may want it.

    Returns
    -------
    tuple of PreferenceRecord
        Preferences that any choice goes against, most often first.
    """
    problem, plan, fit = solution.problem, solution.plan, solution.fit
    place = plan.place_of(problem.size[0])
    asked = dict(zip(plan.referral.tolist(), plan.unknown.tolist(), strict=True))
    forced = sorted({seat.referral_id for seat in solution.choices.forced})
    against: Counter[str] = Counter()
    choices = 0
    for name in forced:
        row = problem.referral_ids.index(name)
        best = _best(solution, row)
        if (
            best is None
            or place[row] < 0
            or problem.pools.provider[best[0]] == (problem.pools.provider[place[row]])
        ):
            continue
        choices += 1
        i = np.array([row, row])
        j = np.array([int(place[row]), best[0]])
        questions = np.array([asked[row].bit_count(), best[1]])
        points: Mapping[str, np.ndarray] = fit.points(i, j, questions)
        against.update(code for code, one in points.items() if one[0] > one[1])
    titles = {spec.code: spec.title for spec in PREFERENCES}
    return tuple(
        PreferenceRecord(code, titles[code], number, choices)
        for code, number in sorted(against.items(), key=lambda one: (-one[1], one[0]))
    )


def _best(solution: Solution, row: int) -> tuple[int, int] | None:
    """Return the pool that suits a person best, and how many questions it leaves open."""
    pairs = solution.eligible
    start, stop = np.searchsorted(pairs.referral, [row, row + 1])
    if start == stop:
        return None
    mine = pairs.at(np.arange(start, stop))
    cost = solution.fit.cost(mine.referral, mine.pool, mine.questions)
    icwa = icwa_rank(solution.problem, solution.policy, mine.referral, mine.pool)
    first = int(np.lexsort((mine.pool, cost, icwa))[0])
    return int(mine.pool[first]), int(mine.questions[first])
