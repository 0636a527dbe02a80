from __future__ import annotations

from hypothesis import given, settings

from matching.engine.aims import in_line
from matching.engine.effort import Effort
from matching.engine.passed_over import Answer, passed_over
from matching.engine.solution import Method
from matching.engine.solve import work_out
from tests.engine.best import Best
from tests.engine.oracle import after, changes
from tests.engine.small import assignments, places_of, policies, problems

FEW = settings(max_examples=25, deadline=None)


@FEW
@given(problems(tied=True), policies())
def test_nobody_is_passed_over_unless_another_plan_shows_it(one, policy):
    solution = work_out(one, policy)
    before = places_of(one, solution.plan)
    line = in_line(one, policy).tolist()
    every = list(assignments(one, policy))
    part = solution.part_of()
    for i in range(one.size[0]):
        if before[i] is not None:
            continue
        keep = [k for k, j in enumerate(before) if j is not None and line[k] <= line[i]]
        better = [p for p in every if p[i] is not None and all(p[k] is not None for k in keep)]
        found = passed_over(solution, i)
        assert (found.answer is Answer.YES) == bool(better)
        if found.instead is None:
            assert found.answer is Answer.NO
            continue
        assert solution.parts[part[i]].method is Method.PROGRAM
        made = after(before, found.instead)
        assert made in better
        assert found.instead.exact
        ranking = Best(one, policy).ranking
        assert (found.instead.tiers, found.instead.icwa, found.instead.cost) == changes(
            ranking, before, made
        )
        assert all(line[k] > line[i] for k in found.instead.loses)
        assert passed_over(solution, i, Effort(0.0)).answer is Answer.UNKNOWN
