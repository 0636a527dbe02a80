"""Small problems by the thousand, each held against everything that can be tried.

    python -m tests.engine.sweep [--problems 5000] [--first 0] [--deep 20] [--workers 2]

Every problem mixes groups, several beds for one, conflicts, beds that take the
gender of the first, spreads of age, limits, and decisions. Of each, the plan is
compared with the best of all assignments, and its certificate checked and held
against worse plans. Of one in so many, every alternative of everybody and every
smallest change is worked out by trying everything again, which takes longer.
A block of problems is the same whenever and wherever it is drawn.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import islice
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from matching.domain.errors import ChoiceError, InputError
from matching.domain.policy import Policy
from matching.engine.certificate import certificate, check_certificate
from matching.engine.choices import NO_CHOICES, Choices
from matching.engine.passed_over import Answer
from matching.engine.plan import Status
from matching.engine.problem import Problem
from matching.engine.solution import Solution
from matching.engine.solve import work_out
from matching.engine.verify import verify
from matching.insight.changes import smallest_changes
from tests.engine.best import Best
from tests.engine.crowds import decisions
from tests.engine.small import places_of, policies, problems, within
from tests.engine.test_beds import compare as beds
from tests.engine.test_certificate import with_places
from tests.engine.test_consequences import compare
from tests.engine.test_passed_over import compare as passed_over
from tests.insight.test_changes import _is_real

#: Problems drawn together.
BLOCK = 100
#: Other assignments that a certificate is held against.
OTHERS = 2


def block(number: int, size: int = BLOCK, deep: int = 20) -> Counter[str]:
    """Draw a block of problems and check each.

    Parameters
    ----------
    number : int
        Which block.
    size : int, optional
        How many problems.
    deep : int, optional
        One in so many is looked at in depth; 0 is none.

    Returns
    -------
    Counter of str
        What was seen.
    """
    seen: Counter[str] = Counter()

    @seed(number)
    @settings(
        max_examples=size,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(problems(people=4, pools=4, tied=True), policies(), st.data())
    def each(one: Problem, policy: Policy, data: st.DataObject) -> None:
        choices = data.draw(st.just(NO_CHOICES) | decisions(one))
        seen["problems"] += 1
        solution = _plan(one, policy, choices, seen)
        if solution is not None and deep and seen["problems"] % deep == 0:
            _depth(solution, seen)

    each()
    return seen


def _plan(
    one: Problem, policy: Policy, choices: Choices, seen: Counter[str]
) -> Solution | None:
    """Hold a plan and its certificate against every assignment there is."""
    best = Best(one, policy, choices)
    try:
        solution = work_out(one, policy, choices=choices)
    except (ChoiceError, InputError):
        assert not best.possible
        seen["decisions that cannot be had"] += 1
        return None
    places, plan = places_of(one, solution.plan), solution.plan
    assert best.possible
    assert best.of(places) == best.key
    assert plan.status is Status.OPTIMAL
    assert plan.objective == plan.bound == best.ranking.preferences(places)[1]
    assert all(tier.most == tier.placed for tier in plan.tiers)
    assert verify(one, policy, plan, choices) == ()
    seen.update(f"parts by {part.method}" for part in solution.parts)
    _certificate(solution, best, seen)
    return solution


def _certificate(solution: Solution, best: Best, seen: Counter[str]) -> None:
    one, policy = solution.problem, solution.policy
    proof = certificate(solution)
    assert check_certificate(one, policy, solution.plan, proof, solution.choices) == ()
    seen["certificates valid"] += 1
    for places in islice(within(one, policy, best.may, best.beds), OTHERS):
        if best.of(places) != best.key:
            worse = with_places(solution, places)
            assert check_certificate(one, policy, worse, proof, solution.choices)
            seen["worse plans refused"] += 1


def _depth(solution: Solution, seen: Counter[str]) -> None:
    """Hold alternatives, beds, promises and smallest changes against everything there is."""
    ways = compare(solution.problem, solution.policy, solution, chains=False)
    seen["alternatives"] += sum(ways.values())
    seen["beds"] += sum(beds(solution.problem, solution.policy, solution).values())
    asked = passed_over(solution.problem, solution.policy, solution)
    seen["people without a place"] += sum(asked.values())
    seen["of them passed over"] += asked[Answer.YES]
    for i in range(solution.problem.size[0]):
        for change in smallest_changes(solution, i).found:
            _is_real(solution, i, change)
            seen["smallest changes"] += 1


def main(words: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Small problems against all there is to try.")
    parser.add_argument("--problems", type=int, default=5_000)
    parser.add_argument("--first", type=int, default=0, help="the first block")
    parser.add_argument("--deep", type=int, default=20, help="one in so many in depth")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(words)
    began, seen = time.perf_counter(), Counter[str]()
    numbers = range(options.first, options.first - (-options.problems // BLOCK))
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.workers, mp_context=fresh) as pool:
        work: Any = pool.map(partial(block, deep=options.deep), numbers)
        for number, found in zip(numbers, work, strict=True):
            seen += found
            spent = time.perf_counter() - began
            sys.stdout.write(f"block {number}: {seen['problems']:,} problems, {spent:.0f} s\n")
            sys.stdout.flush()
    for what, count in sorted(seen.items()):
        sys.stdout.write(f"{what}: {count:,}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
