"""How far a plan is proven, in words that never say more than that."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain import policy as policies
from matching.engine.effort import Effort
from matching.engine.plan import Status, TierCount
from matching.engine.solution import Method, Part
from matching.services.planning import make_run
from matching.services.proof import (
    Proof,
    Stopped,
    claim,
    proof_document,
    proof_of,
    sentences,
    stopped_of,
    why_stopped,
)
from tests.builders import NOW, known_home, known_pool, known_referral
from tests.services.planned import HOMES, PEOPLE, POOLS


@pytest.fixture(scope="module")
def solution():
    general = policies.load("general")
    return make_run(PEOPLE, HOMES, POOLS, general, NOW).solution


def opened(solution, more=(1, 0, 2), gap=None, cost=0):
    """The same plan with its first part left open."""
    part = Part(solution.parts[0].members, Method.PROGRAM, more, gap)
    tiers = tuple(
        TierCount(t.tier, t.waiting, t.placed, t.placed + m)
        for t, m in zip(solution.plan.tiers, more, strict=True)
    )
    plan = replace(
        solution.plan,
        status=Status.FEASIBLE,
        tiers=tiers,
        bound=solution.plan.objective - cost,
    )
    return replace(solution, plan=plan, parts=(part, *solution.parts[1:]))


def test_a_proven_plan_says_so_and_how_it_was_solved(solution):
    proof = proof_of(solution)
    assert proof.proven
    assert (proof.open_parts, proof.more, proof.cost, proof.stopped) == (0, (), 0, None)
    assert proof.parts == proof.flow == len(solution.parts)
    assert claim(proof) == "best, proven"
    said = sentences(proof)
    assert said[-1] == "Every part is proven: no better plan exists."


def test_a_gap_is_said_in_people_by_tier(solution):
    proof = proof_of(opened(solution), Stopped.PERSON)
    assert proof.more == (("tonight", 1), ("planned", 2))
    assert proof.people == 3
    assert claim(proof) == (
        "best found, proven to within 1 more person of the priority 'tonight' and "
        "2 more people of the priority 'planned'"
    )
    said = " ".join(sentences(proof))
    assert "stopped by hand" in said
    assert "This plan is the best found, proven to within" in said


def test_where_only_the_fit_or_the_order_is_open_nobody_is_said_to_lose_a_place(solution):
    fit = proof_of(opened(solution, more=(0, 0, 0), gap=7, cost=7))
    assert "within 7 points of preference; nobody more can have a place" in claim(fit)
    order = proof_of(opened(solution, more=(0, 0, 0), gap=None, cost=7))
    assert "the number with a place is proven, the order of waiting is not" in claim(order)


proofs = st.builds(
    Proof,
    proven=st.just(False),
    stopped=st.sampled_from(Stopped),
    parts=st.integers(1, 9),
    flow=st.integers(0, 9),
    kept=st.integers(0, 9),
    program=st.integers(1, 9),
    open_parts=st.integers(1, 9),
    more=st.lists(
        st.tuples(st.sampled_from(["tonight", "72h", "planned"]), st.integers(1, 2000)),
        max_size=3,
        unique_by=lambda one: one[0],
    ).map(tuple),
    cost=st.integers(0, 10**6),
    order_open=st.booleans(),
)


@given(proofs)
def test_what_is_not_proven_is_never_called_best(proof):
    for said in (claim(proof), *sentences(proof)):
        assert "best" not in said.replace("best found", "")
        assert "no better plan" not in said
    assert "best found" in claim(proof)
    assert "best found" in sentences(proof)[-1]
    for tier, number in proof.more:
        assert f"{number:,} more" in claim(proof)
        assert tier == "72h" or tier in claim(proof)


@pytest.mark.parametrize("stopped", list(Stopped))
def test_why_the_proof_is_missing_is_said_and_kept(solution, stopped):
    proof = proof_of(opened(solution), stopped)
    document = json.loads(json.dumps(proof_document(proof)))
    assert stopped_of(document) is stopped
    assert document["gap"] == {
        "people": {"tonight": 1, "planned": 2},
        "cost": 0,
        "order_of_waiting": True,
    }
    assert document["parts"]["open"] == 1
    assert document["claim"] == claim(proof)
    assert len(set(sentences(proof))) == (3 if proof.parts == 1 else 4)


def test_a_proven_plan_was_not_stopped_whatever_the_clock_says(solution):
    assert why_stopped(solution, Effort(1e-9)) is None
    assert why_stopped(solution, Effort(stopped=lambda: True)) is None
    assert stopped_of(proof_document(proof_of(solution, Stopped.TIME))) is None
    assert stopped_of({}) is None


@pytest.mark.parametrize(
    ("effort", "why"),
    [
        (Effort(stopped=lambda: True), Stopped.PERSON),
        (Effort(5.0, lambda: True), Stopped.PERSON),
        (Effort(1e-9), Stopped.TIME),
        (Effort(), Stopped.SOLVER),
        (Effort(1e9), Stopped.SOLVER),
    ],
)
def test_who_or_what_ended_the_search(solution, effort, why):
    assert why_stopped(opened(solution), effort) is why


def test_methods_are_counted(solution):
    none = np.zeros(0, dtype=np.int64)
    parts = [Part(none, m, (0, 0, 0), 0) for m in (*Method, Method.FLOW)]
    said = sentences(proof_of(replace(solution, parts=tuple(parts))))[0]
    assert said == (
        "The plan falls into 4 parts that share no bed: 2 as a flow, 1 as a flow that keeps "
        "every tie between people and 1 by a mixed-integer program."
    )
    one = sentences(proof_of(replace(solution, parts=(parts[0],))))[0]
    assert one == "All compete for the same beds: 1 part, solved as a flow."


def test_where_nobody_fits_anywhere_there_was_nothing_to_solve():
    general = policies.load("general")
    nobody = [known_referral(age_years=40)]
    run = make_run(nobody, [known_home()], [known_pool()], general, NOW)
    assert sentences(proof_of(run.solution)) == (
        "Nobody could use any bed, so there was nothing to solve.",
    )
