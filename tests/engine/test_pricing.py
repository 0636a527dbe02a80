"""Few pairs, all of them priced, give the plan that listing every pair gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain.errors import ChoiceError, CostOverflow, EngineError
from matching.engine import pricing
from matching.engine.candidates import candidates
from matching.engine.choices import NO_CHOICES
from matching.engine.fit import Fit
from matching.engine.judge import Judge
from matching.engine.pricing import enough
from matching.engine.solve import again, work_out
from tests.builders import ago, known_home, known_pool, known_referral, problem
from tests.engine.crowds import decisions
from tests.engine.sample import sample_solution
from tests.engine.small import GENERAL, policies, problems

FEW = settings(max_examples=10, deadline=None)

#: Most pairs listed, best and other pairs at first, most added, so few that prices are tried.
TINY = {"LIMIT": 0, "BEST": 1, "OTHERS": 0, "ADDED": 1, "FEW": 0}
WAYS = {
    "as few as can be": TINY,
    "prices tried first": {**TINY, "FEW": 1000, "ADDED": 2},
    "a few more": {**TINY, "BEST": 2, "OTHERS": 1, "ADDED": 32},
}


every_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())


def sparsely(way, one, policy, choices=NO_CHOICES):
    """Work out a solution with hardly any pairs listed."""
    with pytest.MonkeyPatch.context() as patch:
        for name, size in way.items():
            patch.setattr(pricing, name, size)
        return work_out(one, policy, choices=choices)


def _plan(solution):
    plan = solution.plan
    return (
        plan.referral.tolist(),
        plan.pool.tolist(),
        plan.cost.tolist(),
        plan.unknown.tolist(),
        plan.status,
        plan.objective,
        plan.bound,
        plan.tiers,
        plan.eligible,
        plan.pairs,
    )


@every_way
@FEW
@given(one=problems(people=7, pools=7), policy=policies())
def test_the_plan_is_that_of_every_pair(way, one, policy):
    usual, sparse = work_out(one, policy), sparsely(way, one, policy)
    assert _plan(sparse) == _plan(usual)
    assert usual.pricing is None
    if len(usual.pairs):
        assert sparse.pricing is not None
        assert (sparse.pricing.checked, sparse.pricing.violated) == (len(usual.pairs), 0)
        assert 1 <= sparse.pricing.solved <= sparse.pricing.rounds
        listed = set(
            zip(sparse.pairs.referral.tolist(), sparse.pairs.pool.tolist(), strict=True)
        )
        assert listed <= set(
            zip(usual.pairs.referral.tolist(), usual.pairs.pool.tolist(), strict=True)
        )


def _or_refused(work, *arguments):
    """Return the plan worked out, or why it was refused."""
    try:
        return _plan(work(*arguments))
    except ChoiceError as error:
        return str(error)


@every_way
@FEW
@given(one=problems(people=5, pools=5, tied=True), data=st.data())
def test_people_who_are_tied_keep_all_their_pairs(way, one, data):
    choices = data.draw(decisions(one))

    def usually(*arguments):
        return work_out(one, GENERAL, choices=choices)

    usual = _or_refused(usually)
    assert _or_refused(sparsely, way, one, GENERAL, choices) == usual
    if isinstance(usual, str):
        return
    full, sparse = usually(), sparsely(way, one, GENERAL, choices)
    assert sparse.ties.groups == full.ties.groups
    assert sparse.ties.conflicts == full.ties.conflicts
    assert len(sparse.ties.modes) == len(full.ties.modes)
    assert len(sparse.ties.limits) == len(full.ties.limits)
    for row in np.flatnonzero(full.ties.bound(full.pairs)).tolist():
        mine, theirs = (
            solution.pairs.pool[solution.pairs.referral == row] for solution in (sparse, full)
        )
        assert mine.tolist() == theirs.tolist()


@every_way
@FEW
@given(one=problems(people=6, pools=6), data=st.data())
def test_decisions_are_respected_and_may_change(way, one, data):
    choices = data.draw(decisions(one))
    usual = _or_refused(lambda: work_out(one, GENERAL, choices=choices))
    assert _or_refused(lambda: sparsely(way, one, GENERAL, choices)) == usual
    assert _or_refused(lambda: again(sparsely(way, one, GENERAL), choices)) == usual


@pytest.fixture(scope="module")
def county():
    """A region in which beds are few and chains of moves are long."""
    return sample_solution(200, 300)


@every_way
def test_a_county_is_planned_with_a_fraction_of_its_pairs(way, county):
    found = sparsely(way, county.problem, county.policy)
    assert _plan(found) == _plan(county)
    assert len(found.pairs) < len(county.pairs)
    assert found.pricing.checked == len(county.pairs)


def test_below_the_limit_every_pair_is_listed(county):
    found = enough(county.judge, county.fit)
    every = candidates(county.judge)
    assert found.pricing is None
    assert found.place is None
    assert found.eligible == len(every)
    assert found.pairs.referral.tolist() == every.referral.tolist()
    assert found.pairs.pool.tolist() == every.pool.tolist()


def test_a_wrong_beginning_is_not_believed(county, monkeypatch):
    """What prices found is proven again; a place that is not the best is not kept."""
    real = pricing.enough

    def misled(*arguments):
        found = real(*arguments)
        place = np.where(county.chosen >= 0, -1, 0)
        return pricing.Enough(found.pairs, found.eligible, place, found.pricing)

    monkeypatch.setattr("matching.engine.solve.enough", misled)
    assert _plan(work_out(county.problem, county.policy)) == _plan(county)


def test_stages_are_told(monkeypatch):
    monkeypatch.setattr(pricing, "LIMIT", 0)
    one = problem(known_referral(), known_home(), known_pool())
    told: list[str] = []
    work_out(one, GENERAL, progress=told.append)
    assert told == ["rules", "flow", "proof", "fit", "flow", "proof", "lottery", "check"]


def test_a_flow_that_cannot_be_proven_is_thrown_away(monkeypatch):
    monkeypatch.setattr(pricing, "LIMIT", 0)
    monkeypatch.setattr(pricing.flow, "settled", lambda *_, **__: None)
    one = problem(known_referral(), known_home(), known_pool())
    judge, fit = Judge(one, GENERAL), Fit(one, GENERAL)
    with pytest.raises(EngineError, match="could not be proven"):
        enough(judge, fit)


def test_numbers_too_large_are_refused(monkeypatch):
    monkeypatch.setattr(pricing, "LIMIT", 0)
    monkeypatch.setattr(pricing, "whole", lambda *_: None)
    people = [known_referral(f"R{k}", received_at=ago(hours=k)) for k in range(3)]
    one = problem(people, known_home(), known_pool())
    with pytest.raises(CostOverflow, match="No plan was made"):
        enough(Judge(one, GENERAL), Fit(one, GENERAL))
