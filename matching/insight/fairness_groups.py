"""The groups that the page on fairness holds against each other.

Every way of grouping puts everybody into exactly one group; who is not known
is a group of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.domain.equity import RACE_WORDS, TRIBAL_WORDS, EquityFacts, Race
from matching.domain.policy import Policy
from matching.domain.words import Urgency, label
from matching.engine.problem import Problem
from matching.insight.categories import AGE_ORDER, UNKNOWN_WORD, ways

#: Ways of the common catalogue that are looked at for fairness, in their order.
TITLES = ("Age", "Gender", "Region", "County", "Need", "Trafficking", "Priority")
RACE, TRIBE = "Race", "Tribal status"

_IN_ORDER: dict[str, Sequence[str]] = {
    "Age": AGE_ORDER,
    "Priority": (*(label(one) for one in Urgency), UNKNOWN_WORD),
}


@dataclass(frozen=True, slots=True)
class Grouping:
    """One way to group everybody.

    Attributes
    ----------
    title : str
    names : tuple of str
        The groups in which there is anybody, "not known" last.
    of : ndarray of int64, shape (referrals,)
        Position in ``names`` of everybody's group.
    restricted : bool
        Whether nobody may see its true counts, whatever their role.
    """

    title: str
    names: tuple[str, ...]
    of: NDArray[np.int64]
    restricted: bool = False

    def inside(self, name: str) -> NDArray[np.bool_]:
        """Return who is in a group, shape (referrals,)."""
        return np.asarray(self.of == self.names.index(name))


def groupings(
    problem: Problem, policy: Policy, recorded: Mapping[str, EquityFacts] | None = None
) -> tuple[Grouping, ...]:
    """Return the ways to group the people of a problem.

    Parameters
    ----------
    problem : Problem
    policy : Policy
        Draws the regions.
    recorded : mapping of str to EquityFacts, optional
        Race and tribal status by case reference. Without any there is no
        grouping by them.

    Returns
    -------
    tuple of Grouping
        A way in which all are alike is left out.
    """
    people = problem.referral_records
    known = ways(problem, policy)
    found = [_grouping(title, [known[title](one) for one in people]) for title in TITLES]
    if recorded:
        mine = [recorded.get(one.referral_id) for one in people]
        for title, words in ((RACE, _race), (TRIBE, _tribe)):
            found.append(_grouping(title, [words(one) for one in mine], restricted=True))
    return tuple(one for one in found if len(one.names) > 1)


def _race(facts: EquityFacts | None) -> str:
    if facts is None or not facts.race:
        return UNKNOWN_WORD
    said = facts.race - {Race.DECLINED} or facts.race
    return RACE_WORDS[next(iter(said)) if len(said) == 1 else Race.SEVERAL]


def _tribe(facts: EquityFacts | None) -> str:
    if facts is None or facts.tribal_status is None:
        return UNKNOWN_WORD
    return TRIBAL_WORDS[facts.tribal_status]


def _grouping(title: str, words: Sequence[str], *, restricted: bool = False) -> Grouping:
    counts = Counter(words)
    if title in _IN_ORDER:
        names = [name for name in _IN_ORDER[title] if name in counts]
    elif restricted:
        # By name: an order by size would tell which hidden count is the larger one.
        names = sorted(counts, key=lambda name: (name == UNKNOWN_WORD, name))
    else:
        names = sorted(counts, key=lambda name: (name == UNKNOWN_WORD, -counts[name], name))
    place = {name: k for k, name in enumerate(names)}
    of = np.array([place[word] for word in words], dtype=np.int64)
    return Grouping(title, tuple(names), of, restricted)
