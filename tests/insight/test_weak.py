from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from matching.domain import words as w
from matching.domain.rulebook import Stage
from matching.engine.fit import MOST_POINTS, icwa_rank
from matching.engine.solve import work_out
from matching.insight.funnel import TAKEN
from matching.insight.weak import Weakness, poor, provisional
from tests.builders import FAR, known_home, known_pool, known_referral, problem
from tests.engine.small import GENERAL, Slow, problems

FEW = settings(max_examples=40, deadline=None)
T = w.PlacementType


def found(people, homes, policy=GENERAL):
    beds = {"beds_accepting": None, "beds_available": 1}
    pools = [known_pool(one.provider_id, **beds) for one in homes]
    one = problem(people, homes, pools)
    return poor(work_out(one, policy))


def wide(**facts):
    return known_referral(
        acceptable_types=frozenset({T.FOSTER_HOME, T.RESIDENTIAL}), identification=None, **facts
    )


def house(**facts):
    return known_home("P2", placement_type=T.RESIDENTIAL, awake_night=True, **facts)


def test_a_place_as_it_should_be_is_not_poor():
    assert found([known_referral()], [known_home()]) == ()


def test_a_much_more_restrictive_place_says_why_there_was_no_better_one():
    taken = known_home("P1", placement_type=T.FOSTER_HOME)
    (one,) = found([wide(referral_id="R1"), wide(referral_id="R2")], [taken, house()])
    assert one.why == (Weakness.RESTRICTIVE,)
    assert (one.gap.stage, one.gap.rule) == (Stage.NO_FREE_BED, TAKEN)
    assert found([wide(referral_id="R1")], [taken, house()]) == ()


@pytest.mark.parametrize(
    ("facts", "stage", "rule"),
    [
        ({"licence_status": w.LicenceStatus.REVOKED}, Stage.NOT_READY, "licence"),
        ({"trainings": ()}, Stage.NOT_READY, "training"),
        ({"staff_on_shift": 0}, Stage.NO_FREE_BED, "staffing"),
    ],
)
def test_the_stage_is_that_of_the_better_place(facts, stage, rule):
    better = known_home("P1", placement_type=T.FOSTER_HOME, **facts)
    (one,) = found([wide()], [better, house()])
    assert (one.gap.stage, one.gap.rule) == (stage, rule)


def test_without_any_better_place_there_is_no_suitable_one():
    (one,) = found([wide()], [house()])
    assert (one.gap.stage, one.gap.rule) == (Stage.NO_SUITABLE_PLACE, "placement-type")
    assert sum(one.gap.funnel.values()) == 1


def test_beyond_the_last_band_is_far():
    policy = GENERAL.with_rule("distance", parameters={"max_miles": 500})
    (one,) = found([known_referral(max_distance_miles=None)], [known_home(county=FAR)], policy)
    assert one.why == (Weakness.FAR,)


def test_a_weakness_without_weight_is_none():
    weights = GENERAL.preferences
    free = replace(weights["least-restrictive"], weight=0)
    policy = replace(GENERAL, preferences={**weights, "least-restrictive": free})
    assert found([wide()], [house()], policy) == ()


def test_a_home_of_none_of_the_acts_preferences():
    child = known_referral(icwa_status=w.IcwaStatus.YES)
    (one,) = found([child], [known_home(icwa_tier=w.IcwaTier.NONE)])
    assert one.why == (Weakness.ICWA,)


def test_a_place_to_be_confirmed_needs_a_call_and_says_about_what():
    one = problem([known_referral()], known_home(), known_pool(as_of=None))
    (gap,) = provisional(work_out(one, GENERAL))
    assert (gap.stage, gap.rule) == (Stage.UNKNOWN_FACT, "freshness")


@FEW
@given(problems())
def test_against_every_rule_asked_of_every_pair(one):
    solution = work_out(one, GENERAL)
    slow = Slow(one, GENERAL)
    plan = solution.plan
    weak = {row.gap.row: row for row in poor(solution)}
    asked = {gap.row: gap.rule for gap in provisional(solution)}
    for i, j in zip(plan.referral.tolist(), plan.pool.tolist(), strict=True):
        assert asked.pop(i, None) == next(iter(slow.asking(i, j)), None)
        if not bad(solution, i, j):
            assert i not in weak
            continue
        row = weak.pop(i)
        good = [k for k in range(one.size[1]) if not bad(solution, i, k)]
        fits = any(not slow.barring(i, k) for k in good)
        assert (row.gap.rule == TAKEN) is fits
        assert sum(row.gap.funnel.values()) == len(one.provider_ids)
    assert not weak
    assert not asked


def bad(solution, i, j):
    i, j = np.array([i]), np.array([j])
    points = solution.fit.points(i, j, np.zeros(1, dtype=np.int64))
    return bool(
        points["least-restrictive"][0] >= 4
        or points["distance"][0] >= MOST_POINTS
        or icwa_rank(solution.problem, GENERAL, i, j)[0] >= 4
    )
