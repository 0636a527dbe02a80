from __future__ import annotations

from collections import Counter

from hypothesis import given, settings

from matching.domain.policy import Policy
from matching.engine.aims import in_line
from matching.engine.effort import Effort
from matching.engine.passed_over import Answer, passed_over
from matching.engine.problem import Problem
from matching.engine.solution import Method, Solution
from matching.engine.solve import work_out
from tests.builders import ago, known_home, known_pool, known_referral, problem
from tests.engine.best import Best
from tests.engine.oracle import after, changes, told
from tests.engine.small import GENERAL, assignments, places_of, policies, problems

FEW = settings(max_examples=25, deadline=None)


def compare(one: Problem, policy: Policy, solution: Solution) -> Counter[Answer]:
    """Check everybody without a place against every assignment there is."""
    before = places_of(one, solution.plan)
    line = in_line(one, policy).tolist()
    every = list(assignments(one, policy, solution.choices))
    part = solution.part_of()
    seen: Counter[Answer] = Counter()
    for i in range(one.size[0]):
        if before[i] is not None:
            assert passed_over(solution, i).answer is Answer.NO
            continue
        keep = [k for k, j in enumerate(before) if j is not None and line[k] <= line[i]]
        better = [p for p in every if p[i] is not None and all(p[k] is not None for k in keep)]
        found = passed_over(solution, i)
        seen[found.answer] += 1
        assert (found.answer is Answer.YES) == bool(better)
        if found.instead is None:
            assert found.answer is Answer.NO
            continue
        assert solution.parts[part[i]].method is Method.PROGRAM
        made = after(before, found.instead)
        assert made in better
        assert found.instead.exact
        ranking = Best(one, policy, solution.choices).ranking
        assert told(found.instead) == changes(ranking, before, made)
        assert all(line[k] > line[i] for k in found.instead.loses)
        assert passed_over(solution, i, Effort(0.0)).answer is Answer.UNKNOWN
    return seen


@FEW
@given(problems(tied=True), policies())
def test_nobody_is_passed_over_unless_another_plan_shows_it(one, policy):
    compare(one, policy, work_out(one, policy))


def test_two_who_stay_together_may_stand_before_one_who_waited_longer():
    people = [
        known_referral("R1", received_at=ago(hours=9)),
        *(known_referral(name, group_id="F1") for name in ("R2", "R3")),
    ]
    pool = known_pool(beds_available=2, beds_accepting=None)
    found = passed_over(work_out(problem(people, known_home(), pool), GENERAL), 0)
    assert found.answer is Answer.YES
    assert found.instead is not None
    assert (found.instead.tiers, found.instead.gains) == ((-1, 0, 0), (0,))
    assert found.instead.loses == (1, 2)
