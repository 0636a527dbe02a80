from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching.domain import words as w
from matching.domain.errors import EngineError, MatchingError
from matching.engine import aims as aims_module
from matching.engine import free, lottery
from matching.engine import solve as solve_module
from matching.engine.plan import Status
from matching.engine.solve import STAGES, published_salt, solve
from tests.builders import ago, known_home, known_pool, known_referral, problem
from tests.engine.best import Best
from tests.engine.small import (
    GENERAL,
    Ranking,
    Records,
    assignments,
    named,
    places_of,
    policies,
    problems,
    records,
    weighted,
)

FEW = settings(max_examples=20, deadline=None)
FEWER = settings(max_examples=10, deadline=None)


@FEW
@given(problems(), policies())
def test_no_assignment_is_better_and_priority_costs_nobody_a_place(one, policy):
    ranking = Ranking(one, policy)
    plan = solve(one, policy)
    places = places_of(one, plan)
    every = list(assignments(one, policy))
    assert places in every
    assert ranking.free_key(places) == min(map(ranking.free_key, every))
    assert plan.status is Status.OPTIMAL
    assert plan.objective == plan.bound == ranking.preferences(places)[1]
    assert tuple(t.placed for t in plan.tiers) == ranking.tier_counts(places)
    assert all(t.most == t.placed for t in plan.tiers)
    _serves_strictly_in_order(one, ranking, places, every)


def _serves_strictly_in_order(one, ranking, places, every):
    """Strict order places the same classes as the plan, and as many as can be."""
    together = {frozenset(i for i, j in enumerate(p) if j is not None) for p in every}
    served: frozenset[int] = frozenset()
    for i in sorted(range(one.size[0]), key=lambda k: (ranking.standing[k], k)):
        if served | {i} in together:
            served |= {i}
    greedy = tuple(0 if i in served else None for i in range(one.size[0]))
    assert ranking.counts(places) == ranking.counts(greedy)
    assert sum(j is not None for j in places) == max(map(len, together))
    mine = {i for i, j in enumerate(places) if j is not None}
    for theirs in together:
        gained, lost = theirs - mine, mine - theirs
        if len(gained) == 1 and len(lost) == 1:  # nobody passed over for one behind them
            assert ranking.standing[min(lost)] <= ranking.standing[min(gained)]


@FEW
@given(problems(tied=True), policies())
def test_no_assignment_of_tied_people_is_better_than_the_plan(one, policy):
    ranking = Ranking(one, policy)
    plan = solve(one, policy)
    places = places_of(one, plan)
    every = list(assignments(one, policy))
    assert places in every
    best = Best(one, policy)
    assert best.of(places) == best.key
    assert plan.status is Status.OPTIMAL
    assert plan.objective == plan.bound == ranking.preferences(places)[1]
    assert all(t.most == t.placed for t in plan.tiers)


@FEWER
@given(st.data(), records(tied=True), policies())
def test_the_order_of_rows_changes_nothing(data, parts: Records, policy):
    shuffled = [data.draw(st.permutations(part)) for part in parts]
    one, other = problem(*parts), problem(*shuffled)
    plan, again = solve(one, policy), solve(other, policy)
    assert one.fingerprint() == other.fingerprint()
    assert named(one, plan) == named(other, again)
    assert replace(plan, seconds={}, referral=0, pool=0, cost=0, unknown=0) == replace(
        again, seconds={}, referral=0, pool=0, cost=0, unknown=0
    )


@FEWER
@given(st.data(), records(), policies())
def test_a_bed_more_never_lowers_the_counts(data, parts: Records, policy):
    people, homes, beds = parts
    k = data.draw(st.integers(0, len(beds) - 1))
    more = replace(
        beds[k],
        beds_available=(beds[k].beds_available or 0) + 1,
        beds_licensed=None,
    )
    before, after = problem(*parts), problem(people, homes, (*beds[:k], more, *beds[k + 1 :]))
    ranking = Ranking(before, policy)
    assert ranking.counts(places_of(after, solve(after, policy))) >= ranking.counts(
        places_of(before, solve(before, policy))
    )


@FEWER
@given(records(), policies())
def test_a_provider_that_is_not_used_may_as_well_not_be_there(parts: Records, policy):
    people, homes, beds = parts
    before = problem(*parts)
    plan = solve(before, policy)
    used = {provider for provider, _ in named(before, plan).values()}
    # A wish for a provider that is not there is no wish; leave wished places in.
    wished = {p for r in people for p in r.preferred_providers or ()}
    idle = [h for h in homes if h.provider_id not in used | wished]
    assume(idle)
    after = problem(
        people,
        [h for h in homes if h is not idle[0]],
        [b for b in beds if b.provider_id != idle[0].provider_id],
    )
    again = solve(after, policy)
    assert named(after, again) == named(before, plan)
    assert (again.objective, again.tiers) == (plan.objective, plan.tiers)
    assert again.problem_fingerprint != plan.problem_fingerprint


@FEWER
@given(st.booleans(), st.data(), policies(), st.integers(2, 5))
def test_weights_times_k_give_the_same_plan_at_k_times_the_cost(tied, data, policy, k):
    one = data.draw(problems(tied=tied))
    plan, heavy = solve(one, policy), solve(one, weighted(policy, k))
    assert heavy.objective == k * plan.objective
    assert heavy.tiers == plan.tiers
    if not tied:  # the lottery is drawn among people tied to nobody
        assert named(one, heavy) == named(one, plan)


@FEWER
@given(problems(), policies(), st.sampled_from(sorted(GENERAL.rules)))
def test_a_waived_rule_never_lowers_the_counts(one, policy, code):
    ranking = Ranking(one, policy)
    plan, waived = solve(one, policy), solve(one, policy.with_rule(code, on=False))
    assert ranking.counts(places_of(one, waived)) >= ranking.counts(places_of(one, plan))
    assert waived.eligible >= plan.eligible


# --- couplings, by example ----------------------------------------------------------


def _two_homes(beds_each: int = 1, **first):
    homes = [known_home("P1", **first), known_home("P2")]
    pools = [known_pool(h.provider_id, beds_available=beds_each) for h in homes]
    return homes, pools


def test_a_group_stays_together_or_waits_together():
    people = [known_referral(name, group_id="F1") for name in ("R1", "R2")]
    apart = problem(people, *_two_homes(1))
    assert named(apart, solve(apart, GENERAL)) == {}
    together = problem(people, *_two_homes(2))
    assert len({home for home, _ in named(together, solve(together, GENERAL)).values()}) == 1


def test_a_group_may_share_a_provider_across_its_pools():
    people = [known_referral(name, group_id="F1") for name in ("R1", "R2")]
    pools = [known_pool("P1", b, beds_available=1, beds_occupied=0) for b in ("B1", "B2")]
    one = problem(people, known_home("P1"), pools)
    assert named(one, solve(one, GENERAL)) == {"R1": ("P1", "B1"), "R2": ("P1", "B2")} or named(
        one, solve(one, GENERAL)
    ) == {"R1": ("P1", "B2"), "R2": ("P1", "B1")}


def test_a_group_with_a_member_who_has_no_place_at_all_waits_for_them():
    people = [
        known_referral("R1", group_id="F1"),
        known_referral("R2", group_id="F1", presence=w.Presence.MISSING),
        known_referral("R3"),
    ]
    one = problem(people, *_two_homes())
    assert set(named(one, solve(one, GENERAL))) == {"R3"}


def test_two_people_with_one_token_never_live_at_one_site():
    people = [known_referral(n, separate_from=frozenset({"T9"})) for n in ("R1", "R2", "R3")]
    one = problem(people, *_two_homes(2))
    plan = named(one, solve(one, GENERAL))
    assert len(plan) == 2
    assert {home for home, _ in plan.values()} == {"P1", "P2"}


def test_a_parent_takes_a_bed_for_each_child():
    """Acceptance: two siblings and an infant need three beds."""
    mother = known_referral(
        "R1", group_id="F1", pregnant_parenting=w.Parenting.PARENTING, children_with=1
    )
    sister = known_referral("R2", group_id="F1")
    for beds, placed in ((2, 0), (3, 2)):
        one = problem(
            [mother, sister],
            known_home("P1", residents=0),
            known_pool(beds_available=beds, beds_accepting=None),
        )
        assert len(named(one, solve(one, GENERAL))) == placed


@pytest.mark.parametrize("limit", ["pool", "provider"])
def test_the_free_get_only_the_beds_that_the_tied_leave(limit):
    people = [known_referral(name, group_id="F1") for name in ("R1", "R2")]
    people += [known_referral(name) for name in ("R3", "R4")]
    beds = {"beds_accepting": None, "beds_licensed": None}
    if limit == "pool":
        place, pools = known_home(residents=0), [known_pool(beds_available=3, **beds)]
    else:
        place = known_home(residents=1, licensed_capacity=4)
        pools = [known_pool("P1", b, beds_available=2, **beds) for b in ("B1", "B2")]
    one = problem(people, place, pools)
    plan = named(one, solve(one, GENERAL))
    assert len(plan) == 3
    assert {"R1", "R2"} <= set(plan)


def test_the_tied_and_the_free_are_planned_side_by_side():
    people = [
        known_referral("R1", group_id="F1"),
        known_referral("R2", group_id="F1"),
        known_referral("R3", home_county="12086", school_county="12086"),
    ]
    homes = [
        known_home("P1"),
        known_home("P2", county="12086", state="FL", service_area=frozenset({"FL"})),
    ]
    one = problem(people, homes, [known_pool("P1"), known_pool("P2")])
    assert named(one, solve(one, GENERAL)) == {
        "R1": ("P1", "B1"),
        "R2": ("P1", "B1"),
        "R3": ("P2", "B1"),
    }


# --- order of aims, by example ------------------------------------------------------


def test_the_more_urgent_person_goes_first_whatever_the_cost():
    people = [
        known_referral("R1", urgency=w.Urgency.PLANNED, received_at=ago(days=30)),
        known_referral("R2", preferred_providers=("P9", "P8"), languages=("fr", "en")),
    ]
    one = problem(people, known_home(), known_pool(beds_available=1))
    assert set(named(one, solve(one, GENERAL))) == {"R2"}


def test_within_a_tier_the_longest_wait_goes_first():
    people = [
        known_referral(f"R{k}", received_at=ago(hours=h)) for k, h in enumerate((3, 8, 5))
    ]
    one = problem(people, known_home(), known_pool(beds_available=1))
    assert set(named(one, solve(one, GENERAL))) == {"R1"}


def test_a_child_under_icwa_goes_to_the_higher_preference_not_the_closer_home():
    """Acceptance case 8, with its reversal by a tribe's own order."""
    closer = known_home("P1", icwa_tier=w.IcwaTier.INDIAN_HOME)
    farther = known_home("P2", icwa_tier=w.IcwaTier.TRIBE_LICENSED, county="80007")
    child = known_referral(icwa_status=w.IcwaStatus.YES)
    own_order = (w.IcwaTier.INDIAN_HOME, w.IcwaTier.TRIBE_LICENSED)
    pools = [known_pool("P1"), known_pool("P2")]
    for person, place in ((child, "P2"), (replace(child, icwa_order=own_order), "P1")):
        one = problem(person, [closer, farther], pools)
        assert named(one, solve(one, GENERAL)) == {"R1": (place, "B1")}
    off = replace(GENERAL, ordering=replace(GENERAL.ordering, icwa=False))
    one = problem(child, [closer, farther], pools)
    assert named(one, solve(one, off)) == {"R1": ("P1", "B1")}


# --- the façade ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        (((), (), ()), Status.EMPTY),
        (((), known_home(), known_pool()), Status.EMPTY),
        ((known_referral(), (), ()), Status.OPTIMAL),
        ((known_referral(), known_home(), ()), Status.OPTIMAL),
        (
            (known_referral(vetoed_providers=frozenset({"P1"})), known_home(), known_pool()),
            Status.OPTIMAL,
        ),
    ],
)
def test_nobody_and_nothing(parts, status):
    plan = solve(problem(*parts), GENERAL)
    assert plan.status is status
    assert (len(plan.referral), plan.objective, plan.bound) == (0, 0, 0)
    assert plan.verified


def test_a_vacancy_that_nobody_may_be_proposed_for_takes_nobody():
    none = replace(GENERAL, unknown_vacancy_beds=0)
    beds = known_pool(beds_available=None, beds_accepting=None)
    plan = solve(problem(known_referral(), known_home(), beds), none)
    assert (plan.eligible, len(plan.referral), plan.status) == (1, 0, Status.OPTIMAL)
    assert plan.tiers[0].waiting == 1
    asked = solve(problem(known_referral(), known_home(), beds), GENERAL)
    assert len(asked.referral) == 1
    assert int(asked.unknown[0]).bit_count() == 1


def test_progress_is_told_in_order_and_may_stop_the_run():
    one = problem(known_referral(), known_home(), known_pool())
    told: list[str] = []
    plan = solve(one, GENERAL, progress=told.append)
    assert tuple(told) == STAGES
    assert set(plan.seconds) == set(STAGES)
    assert all(seconds >= 0 for seconds in plan.seconds.values())

    class Stop(Exception):
        pass

    def stop(stage: str) -> None:
        if stage == "flow":
            raise Stop

    with pytest.raises(Stop):
        solve(one, GENERAL, progress=stop)


@settings(max_examples=25, deadline=None)
@given(problems())
def test_two_runs_on_the_optimal_face_give_the_plan_of_one(one):
    once = solve(one, GENERAL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aims_module, "safe", lambda *_: False)
        twice = solve(one, GENERAL)
    assert twice.objective == once.objective
    assert [t.placed for t in twice.tiers] == [t.placed for t in once.tiers]
    assert twice.referral.tolist() == once.referral.tolist()
    assert twice.pool.tolist() == once.pool.tolist()


def test_a_plan_says_where_it_comes_from():
    one = problem(known_referral(), known_home(), known_pool())
    plan = solve(one, GENERAL)
    assert plan.problem_fingerprint == one.fingerprint()
    assert plan.policy_fingerprint == GENERAL.fingerprint()
    assert (plan.policy_name, plan.policy_version) == (GENERAL.name, GENERAL.version)
    assert plan.salt == published_salt(one, GENERAL) == f"general {GENERAL.version} 2026-11-03"
    assert plan.versions["ortools"]
    assert (plan.pairs, plan.eligible) == (1, 1)
    assert plan.place_of(1).tolist() == [0]


def test_a_plan_that_fails_the_check_is_thrown_away(monkeypatch):
    monkeypatch.setattr(solve_module, "verify", lambda *_: ("Something is wrong.",))
    with pytest.raises(EngineError, match="Something is wrong"):
        solve(problem(known_referral(), known_home(), known_pool()), GENERAL)


def test_a_flow_whose_proof_does_not_close_is_thrown_away(monkeypatch):
    monkeypatch.setattr(free.flow, "proves", lambda *_: False)
    with pytest.raises(EngineError, match="proof"):
        solve(problem(known_referral(), known_home(), known_pool()), GENERAL)


def test_a_draw_that_costs_more_is_thrown_away(monkeypatch):
    def nobody_placed(network, *_):
        return lottery.along(network, np.full(network.people, -1, dtype=np.int64))

    monkeypatch.setattr(free.lottery, "draw", nobody_placed)
    with pytest.raises(EngineError, match="tie-break"):
        solve(problem(known_referral(), known_home(), known_pool()), GENERAL)


def test_costs_that_do_not_fit_are_refused_in_a_sentence():
    huge = weighted(GENERAL, 10**15)
    people = [known_referral(f"R{k}", received_at=ago(hours=k)) for k in range(9)]
    one = problem(
        people, known_home(languages=frozenset({"fr"}), county="80007"), known_pool(as_of=None)
    )
    with pytest.raises(MatchingError) as caught:
        solve(one, huge)
    assert "No plan was made" in caught.value.sentence()
    assert caught.value.next_step


def test_a_tie_is_drawn_by_the_salt_and_costs_the_same():
    people = [known_referral(f"R{k}") for k in range(3)]
    one = problem(people, known_home(), known_pool(beds_available=1))
    plans = [solve(one, GENERAL, salt=str(k)) for k in range(12)]
    assert {len(p.referral) for p in plans} == {1}
    assert len({p.objective for p in plans}) == 1
    assert {int(p.referral[0]) for p in plans} == {0, 1, 2}
    again = solve(one, GENERAL, salt="7")
    assert np.array_equal(again.referral, plans[7].referral)
