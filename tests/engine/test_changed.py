"""What must hold of any plan when the problem changes a little."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching.domain.policy import Policy
from matching.engine.beds import bed_values
from matching.engine.certificate import certificate
from matching.engine.consequences import Alternatives
from matching.engine.effort import Effort
from matching.engine.problem import Problem
from matching.engine.reach import Reaches
from matching.engine.solution import Solution
from matching.engine.solve import work_out
from tests.builders import problem
from tests.engine.oracle import untied
from tests.engine.small import Ranking, Records, places_of, policies, records

FEW = settings(max_examples=15, deadline=None)


def tier_counts(one: Problem, policy: Policy, without: str = "") -> tuple[int, ...]:
    """Return how many of each tier a plan places, one person left out of the count."""
    solution = work_out(one, policy)
    out = [0] * len(policy.ordering.tiers)
    for i, name in enumerate(one.referral_ids):
        out[int(solution.goal.tier[i])] += name != without and solution.chosen[i] >= 0
    return tuple(out)


@FEW
@given(records(tied=True), policies(), st.data())
def test_a_bed_more_never_makes_the_counts_worse(parts: Records, policy, data):
    people, homes, beds = parts
    k = data.draw(st.integers(0, len(beds) - 1))
    assume(beds[k].free is not None)
    free = beds[k].free or 0
    more = replace(beds[k], beds_available=free + 1, beds_accepting=None, beds_licensed=None)
    before, after = problem(*parts), problem(people, homes, (*beds[:k], more, *beds[k + 1 :]))
    assert tier_counts(after, policy) >= tier_counts(before, policy)


@FEW
@given(records(), policies(), st.data())
def test_without_a_referral_nobody_else_is_worse_off_in_line(parts: Records, policy, data):
    people, homes, beds = parts
    policy = untied(policy)
    assume(len(people) > 1)
    k = data.draw(st.integers(0, len(people) - 1))
    gone = people[k].referral_id
    before = problem(*parts)
    after = problem([r for r in people if r.referral_id != gone], homes, beds)
    still = Ranking(after, policy)
    placed = places_of(before, work_out(before, policy).plan)
    left = places_of(after, work_out(after, policy).plan)
    theirs = tuple(
        j for name, j in zip(before.referral_ids, placed, strict=True) if name != gone
    )
    assert still.counts(left) >= still.counts(theirs)
    assert sum(j is not None for j in left) >= sum(j is not None for j in theirs)


@FEW
@given(records(tied=True), policies(), st.data())
def test_without_a_referral_tied_to_nobody_the_others_are_no_fewer(
    parts: Records, policy, data
):
    people, homes, beds = parts
    alone = [r for r in people if r.group_id is None]
    assume(alone and len(people) > 1)
    gone = data.draw(st.sampled_from([r.referral_id for r in alone]))
    before = problem(*parts)
    after = problem([r for r in people if r.referral_id != gone], homes, beds)
    assert tier_counts(after, policy) >= tier_counts(before, policy, without=gone)


def said(solution: Solution) -> tuple:
    """Return everything that follows a plan, by identifiers."""
    one, alternatives = solution.problem, Alternatives(solution)

    def where(j: int) -> object:
        return one.pool_keys[j] if j >= 0 else None

    consequences = {
        (one.referral_ids[i], where(c.pool)): (
            c.possible,
            c.tiers,
            c.levels,
            c.exact,
            [
                (one.referral_ids[m.referral], where(m.from_pool), where(m.to_pool))
                for m in c.moves
            ],
        )
        for i in range(one.size[0])
        for c in alternatives.of(i, Effort(0.0))
    }
    beds = {
        where(v.pool): (v.tiers, v.levels, v.exact, len(v.moves)) for v in bed_values(solution)
    }
    reaches = Reaches(solution)
    reached = {
        one.referral_ids[i]: [one.referral_ids[k] for k in reaches.of(i).people]
        for i in range(one.size[0])
        if solution.chosen[i] < 0
    }
    return consequences, beds, reached, certificate(solution).to_json()


@FEW
@given(st.data(), records(tied=True, people=4, pools=4), policies())
def test_the_order_of_rows_changes_nothing_that_follows_a_plan(data, parts: Records, policy):
    shuffled = [data.draw(st.permutations(part)) for part in parts]
    assert said(work_out(problem(*parts), policy)) == said(work_out(problem(*shuffled), policy))
