from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from matching.domain.errors import EngineError, InputError
from matching.engine.certificate import Certificate, certificate, check_certificate
from matching.engine.choices import Choices, Seat
from matching.engine.plan import Plan
from matching.engine.solution import Method, Solution
from matching.engine.solve import work_out
from tests.builders import HERE, NEAR, ago, known_home, known_pool, known_referral, problem
from tests.engine.oracle import untied
from tests.engine.small import GENERAL, Ranking, assignments, places_of, policies, problems

FEW = settings(max_examples=20, deadline=None)


def with_places(solution: Solution, places: tuple) -> Plan:
    """Return the plan with other places, its sums set right."""
    s = solution
    keys = [
        (i, j) for i, j in zip(s.pairs.referral.tolist(), s.pairs.pool.tolist(), strict=True)
    ]
    used = np.array([keys.index((i, j)) for i, j in enumerate(places) if j is not None], int)
    placed = [0] * len(s.plan.tiers)
    for i, j in enumerate(places):
        placed[int(s.goal.tier[i])] += j is not None
    return replace(
        s.plan,
        referral=s.pairs.referral[used],
        pool=s.pairs.pool[used],
        cost=s.goal.cost[used],
        unknown=s.pairs.unknown[used],
        objective=int(s.goal.cost[used].sum()),
        bound=0,
        tiers=tuple(replace(t, placed=n) for t, n in zip(s.plan.tiers, placed, strict=True)),
    )


@FEW
@given(problems(), policies().map(untied))
def test_every_plan_is_proven_and_a_worse_one_never(one, policy):
    solution = work_out(one, policy)
    proof = certificate(solution)
    assert proof.objective == proof.bound
    assert (proof.pairs, proof.searched) == (len(solution.pairs), ())
    assert Certificate.from_json(proof.to_json()) == proof
    assert check_certificate(one, policy, solution.plan, proof) == ()
    ranking = Ranking(one, policy)
    before = places_of(one, solution.plan)
    for places in list(assignments(one, policy))[:12]:
        worse = with_places(solution, places)
        same = ranking.free_key(places) == ranking.free_key(before)
        assert (check_certificate(one, policy, worse, proof) == ()) == same


@FEW
@given(problems(tied=True), policies())
def test_where_people_are_tied_a_worse_plan_is_never_proven(one, policy):
    solution = work_out(one, policy)
    proof = certificate(solution)
    assert check_certificate(one, policy, solution.plan, proof) == ()
    ranking = Ranking(one, policy)
    before = places_of(one, solution.plan)
    for places in list(assignments(one, policy))[:12]:
        if ranking.tied_key(places) != ranking.tied_key(before):
            assert check_certificate(one, policy, with_places(solution, places), proof)


def two_people_one_bed() -> Solution:
    people = [known_referral("R1"), known_referral("R2", received_at=ago(hours=1))]
    homes = [known_home("P1"), known_home("P2", county=NEAR)]
    pools = [known_pool("P1", beds_available=1), known_pool("P2", beds_available=0)]
    return work_out(problem(people, homes, pools), untied(GENERAL))


def wrong(solution: Solution, proof: Certificate, plan: Plan | None = None) -> str:
    found = check_certificate(
        solution.problem, solution.policy, plan or solution.plan, proof, solution.choices
    )
    return " ".join(found)


def test_what_a_certificate_says_of_a_small_plan():
    solution = two_people_one_bed()
    proof = certificate(solution)
    assert (proof.people, proof.pairs) == (2, 2)
    assert proof.objective[0] == 1  # the second in line goes without
    # With the only bed gone the first in line, who weighs 2, would go without.
    assert proof.pools == (("P1", "B1", (2, 0, 0, -solution.plan.objective)),)
    assert proof.providers == ()
    assert wrong(solution, proof) == ""


@pytest.mark.parametrize("what", ["swap", "remove", "worse bed"])
def test_a_plan_worsened_on_purpose_is_not_proven(what):
    people = [
        known_referral("R1", home_county=HERE),
        known_referral("R2", home_county=NEAR, school_county=NEAR),
    ]
    homes = [known_home("P1"), known_home("P2", county=NEAR), known_home("P3", county=NEAR)]
    pools = [known_pool(home.provider_id, beds_available=1) for home in homes]
    homes[2] = replace(homes[2], trainings=homes[2].trainings[:1], languages=frozenset())
    solution = work_out(problem(people, homes, pools), untied(GENERAL))
    proof = certificate(solution)
    assert wrong(solution, proof) == ""
    places = places_of(solution.problem, solution.plan)
    worse = {
        "swap": places[::-1],
        "remove": (places[0], None),
        "worse bed": (places[0], ({0, 1, 2} - {*places}).pop()),
    }[what]
    assert "does not reach the bound" in wrong(solution, proof, with_places(solution, worse))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"problem": "x"}, "other records"),
        ({"policy": "x"}, "another policy"),
        ({"choices": "x"}, "other decisions"),
        ({"pairs": 1}, "covers 1 pairs, of 2"),
        ({"bound": (0, 0, 0, 0)}, "does not follow from its prices"),
        ({"people": 9}, "does not follow from its prices"),
        ({"pools": (), "providers": ()}, "does not reach the bound"),
        ({"pools": (("P1", "B1", (-1, 0, 0, 0)),)}, "price below nothing"),
        ({"pools": (("P9", "B1", (1, 0, 0, 0)),)}, "a place or a level that there is not"),
        ({"providers": (("P1", (1, 0)),)}, "a place or a level that there is not"),
    ],
)
def test_a_certificate_that_was_tampered_with_proves_nothing(change, said):
    solution = two_people_one_bed()
    proof = certificate(solution)
    assert said in wrong(solution, replace(proof, **change))


def test_a_plan_that_breaks_a_rule_or_uses_no_pair_is_not_proven():
    solution = two_people_one_bed()
    proof = certificate(solution)
    full = replace(solution.plan, pool=np.array([1], dtype=np.int32))
    assert "has 0 beds for 1" in wrong(solution, proof, full)
    only = Choices(only=frozenset({Seat("R1", "P2")}))
    other = replace(solution, choices=only)
    proof = replace(proof, choices=only.fingerprint())
    assert wrong(other, proof) != ""


def test_decisions_are_part_of_what_is_proven():
    solution = two_people_one_bed()
    forced = Choices(forced=frozenset({Seat("R2", "P1")}))
    kept = work_out(solution.problem, solution.policy, choices=forced)
    proof = certificate(kept)
    assert wrong(kept, proof) == ""
    assert "other decisions" in wrong(solution, proof)


def test_people_placed_by_a_search_are_stated_and_never_worsened():
    people = [
        known_referral("R1", received_at=ago(hours=9)),
        *(known_referral(name, group_id="F1") for name in ("R2", "R3")),
    ]
    one = problem(people, known_home(), known_pool(beds_available=2, beds_accepting=None))
    solution = work_out(one, GENERAL)
    assert {part.method for part in solution.parts} == {Method.PROGRAM}
    proof = certificate(solution)
    assert (proof.people, [one.people for one in proof.searched]) == (0, [3])
    assert wrong(solution, proof) == ""
    worse = with_places(solution, (0, None, None))
    assert "tied to one another" in wrong(solution, proof, worse)
    unknown = replace(proof, searched=(replace(proof.searched[0], first="R9"),))
    assert wrong(solution, unknown) != ""


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"problem": "x"}', '{"pools": 3, "problem": 1}']
)
def test_a_text_that_is_no_certificate_is_refused(text):
    with pytest.raises(InputError, match="not a certificate"):
        Certificate.from_json(text)


def test_a_certificate_is_plain_json_without_facts_of_people():
    solution = two_people_one_bed()
    text = certificate(solution).to_json()
    assert "R1" not in text
    assert json.loads(text)["people"] == 2
    assert Certificate.from_json(text) == certificate(solution)


def test_a_plan_that_is_not_the_best_gets_no_certificate():
    solution = two_people_one_bed()
    other = replace(solution, chosen=solution.chosen[::-1].copy())
    with pytest.raises(EngineError, match="cheaper chain"):
        certificate(replace(other, chosen=np.array([-1, 1])))
