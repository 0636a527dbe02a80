from __future__ import annotations

from hypothesis import given, settings

from matching.engine.reach import Reaches
from matching.engine.solve import work_out
from tests.engine.oracle import untied
from tests.engine.small import Ranking, assignments, policies, problems

FEW = settings(max_examples=30, deadline=None)


@FEW
@given(problems(pools=4), policies().map(untied))
def test_people_without_a_place_compete_for_too_few_beds_with_nobody_behind_them(one, policy):
    solution = work_out(one, policy)
    every = list(assignments(one, policy))
    options = [{places[i] for places in every} - {None} for i in range(one.size[0])]
    ranking = Ranking(one, policy)
    reaches = Reaches(solution)
    for i in range(one.size[0]):
        if solution.chosen[i] >= 0:
            continue
        found = reaches.of(i)
        assert (found.free, found.later, found.decided) == ((), (), ())
        assert i in found.people
        # Nobody of them can use anything else, and the beds are too few for them.
        for k in found.people:
            assert options[k] <= set(found.pools)
        most = max(sum(p[k] is not None for k in found.people) for p in every)
        assert most == found.beds < len(found.people)
        # Everybody else who could use nothing else is counted.
        for k in range(one.size[0]):
            if options[k] and options[k] <= set(found.pools) and solution.chosen[k] < 0:
                assert k in found.people
        assert {one.pools.provider[j] for j in found.pools} == set(found.providers)
        held = {k for k in found.people if solution.chosen[k] >= 0}
        assert all(ranking.standing[k] <= ranking.standing[i] for k in held)
