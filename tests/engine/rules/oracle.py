"""What every rule means, once more, slowly and one pair at a time.

Nothing here is shared with the rules. An oracle says of a pair *of which all
is known* whether the rule holds. Where facts are missing, every way of filling
them in is tried: if the rule holds in all of them it passes, if in none it
fails, otherwise it cannot be told. Facts that a rule takes for granted while
they are blank (``kept``) are not filled in but handed over as ``None``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations, product
from types import SimpleNamespace
from typing import Any

from matching.domain import words as w
from matching.domain.records import Training
from tests.builders import day
from tests.engine.rules.helpers import FAIL, PASS, UNKNOWN, Verdict

Facts = SimpleNamespace
Values = Sequence[Any]


def subsets(items: Sequence[Any]) -> list[frozenset[Any]]:
    """Return every subset of some items."""
    sizes = range(len(items) + 1)
    return [frozenset(c) for c in chain.from_iterable(combinations(items, n) for n in sizes)]


@dataclass(frozen=True)
class Oracle:
    """One rule, slowly.

    ``person``, ``place`` and ``beds`` give the values that the facts it
    depends on are drawn from (and filled in from, with ``more`` beside them).
    ``judge`` replaces the trial of every completion where a rule asks on
    purpose. Where ``loose`` holds, "cannot be told" is accepted as well.
    """

    holds: Callable[[Facts, Any], bool] | None = None
    judge: Callable[[Facts, Any], Verdict] | None = None
    person: dict[str, Values] = field(default_factory=dict)
    place: dict[str, Values] = field(default_factory=dict)
    beds: dict[str, Values] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    more: dict[str, Values] = field(default_factory=dict)
    settings: tuple[dict[str, Any], ...] = ({},)
    loose: Callable[[Facts], bool] = lambda _: False

    def fields(self) -> dict[str, Values]:
        """Return the values of every fact."""
        return {**self.person, **self.place, **self.beds}

    def verdict(self, f: Facts, p: Facts) -> Verdict:
        """Judge a pair."""
        if self.judge is not None:
            return self.judge(f, p)
        assert self.holds is not None
        found = {self.holds(Facts(**full), p) for full in self._completions(f)}
        return UNKNOWN if len(found) == 2 else PASS if found.pop() else FAIL

    def _completions(self, f: Facts) -> Any:
        names, choices = [], []
        for name, values in self.fields().items():
            value = getattr(f, name)
            names.append(name)
            if name == "trainings":
                choices.append(_trainings(value, values))
            elif value is not None or name in self.kept or _settled_alone(name, f):
                choices.append([value])
            else:
                choices.append([*values, *self.more.get(name, ())])
        for chosen in product(*choices):
            yield dict(zip(names, chosen, strict=True))


def _settled_alone(name: str, f: Facts) -> bool:
    """Tell whether an unknown number of children is settled: nobody comes along."""
    status = getattr(f, "pregnant_parenting", None)
    return name == "children_with" and status in (w.Parenting.NONE, w.Parenting.PREGNANT)


def _trainings(value: Any, values: Values) -> list[Any]:
    """Fill in the end dates that nobody has said."""
    if value is None:
        return [v for v in values if all(t.expires for t in v)]
    ends = [[t.expires] if t.expires else [day(-999), day(999)] for t in value]
    return [
        tuple(Training(course=t.course, expires=e) for t, e in zip(value, chosen, strict=True))
        for chosen in product(*ends)
    ]
