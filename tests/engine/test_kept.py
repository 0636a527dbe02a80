from __future__ import annotations

from itertools import islice, product

import numpy as np
from hypothesis import given, settings

from matching.engine.kept import Ties
from matching.engine.networks import Networks
from matching.engine.solve import work_out
from tests.engine.small import assignments, places_of, policies, problems

FEW = settings(max_examples=25, deadline=None)


@FEW
@given(problems(tied=True, people=4, pools=3), policies())
def test_ties_are_kept_exactly_where_an_assignment_keeps_every_rule(one, policy):
    solution = work_out(one, policy)
    ties = Ties(solution, Networks(solution).room)
    allowed = set(assignments(one, policy))
    own = [
        [-1, *np.flatnonzero(solution.pairs.referral == i).tolist()] for i in range(one.size[0])
    ]
    everybody = range(one.size[0])
    before = places_of(one, solution.plan)
    for pairs in islice(product(*own), 200):
        chosen = np.array(pairs, dtype=np.int64)
        places = tuple(None if a < 0 else int(solution.pairs.pool[a]) for a in pairs)
        kept = places in allowed
        assert ties.kept(chosen, everybody) == kept
        # Looking only at those who are elsewhere than in the plan is enough.
        moved = [i for i in everybody if places[i] != before[i]]
        if kept:
            assert ties.kept(chosen, moved)
        elif not ties.kept(chosen, moved):
            assert moved
        if not ties.whole(chosen, everybody):
            assert not kept
