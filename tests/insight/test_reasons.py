"""What decided a placement, against the explanations of every case."""

import dataclasses

import pytest

from matching.domain import policy as policies
from matching.domain.rulebook import PREFERENCES
from matching.engine.fit import Fit
from matching.engine.judge import Judge
from matching.engine.solve import solve
from matching.insight.explain import Explainer
from matching.insight.reasons import BETTER, MOST_REASONS, Decided, decided
from tests.builders import FAR, HERE, NEAR, known_home, known_pool, known_referral, problem


def reasons(people, homes, pools):
    frozen = problem(people, homes, pools)
    policy = policies.load("general")
    judge, fit = Judge(frozen, policy), Fit(frozen, policy)
    plan = solve(frozen, policy)
    return frozen, plan, Explainer(frozen, judge, fit, plan), decided(frozen, judge, fit, plan)


def homes_at(*counties):
    homes = [known_home(f"P{k}", county=county) for k, county in enumerate(counties)]
    return homes, [known_pool(home.provider_id) for home in homes]


def test_every_preference_has_words():
    assert set(BETTER) == {spec.code for spec in PREFERENCES}


def test_the_nearer_home_is_chosen_for_being_nearer():
    _, _, _, found = reasons(known_referral(), *homes_at(HERE, NEAR))
    assert found[0].others == 1
    assert found[0].better == 0
    assert "closer to home" in found[0].sentences()


def test_the_only_place_says_so():
    _, _, _, found = reasons(known_referral(), *homes_at(HERE))
    assert found == (Decided(others=0, better=0, gains=(), icwa=False),)
    assert found[0].sentences() == ("the only place that fits",)


def test_equal_places_are_said_to_be_equal():
    _, _, _, found = reasons(known_referral(), *homes_at(HERE, HERE))
    assert found[0].sentences() == ("as good as the next best place",)


def test_nobody_placed_needs_no_reason():
    _, plan, _, found = reasons(known_referral(age_years=40), *homes_at(HERE))
    assert len(plan.referral) == 0
    assert found == ()


def test_a_better_place_that_others_need_is_counted():
    people = [known_referral("R1"), known_referral("R2")]
    homes = [known_home("P1", county=HERE), known_home("P2", county=NEAR)]
    pools = [
        known_pool("P1", beds_available=1, beds_accepting=2),
        known_pool("P2", beds_available=1, beds_accepting=2),
    ]
    _, _, _, found = reasons(people, homes, pools)
    assert sorted(one.better for one in found) == [0, 1]
    away = next(one for one in found if one.better)
    assert away.sentences()[-1] == "1 place that fits better is needed for others"


@pytest.mark.parametrize("counties", [(HERE, NEAR, FAR), (FAR, FAR, NEAR, HERE)])
def test_reasons_agree_with_the_options_of_the_case(counties):
    people = [known_referral(f"R{k}", home_county=c) for k, c in enumerate((HERE, NEAR, HERE))]
    homes, pools = homes_at(*counties)
    pools = [dataclasses.replace(p, beds_available=1) for p in pools]
    frozen, plan, explainer, found = reasons(people, homes, pools)
    for k, row in enumerate(plan.referral.tolist()):
        options = explainer.case(row).options
        mine = next(one for one in options if one.proposed)
        others = [one for one in options if one.provider_id != mine.provider_id]
        better = {o.provider_id for o in others if (o.icwa, o.cost) < (mine.icwa, mine.cost)}
        assert found[k].others == len({o.provider_id for o in others})
        assert found[k].better == len(better)
        assert len(found[k].sentences()) <= MOST_REASONS
        following = [o for o in others if (o.icwa, o.cost) >= (mine.icwa, mine.cost)]
        if following:
            next_cost = min((o.icwa, o.cost) for o in following)
            gain = sum(cost for _, cost in found[k].gains)
            assert gain >= next_cost[1] - mine.cost or len(found[k].gains) == MOST_REASONS
    assert frozen.size[0] == 3


def test_an_unknown_county_is_never_called_closer():
    """A place that has not said where it is gets no points, and no praise either."""
    homes = [known_home("P1", county=None), known_home("P2", county=NEAR)]
    pools = [
        known_pool("P1"),
        known_pool("P2", age_max=None, households=None, available_from=None),
    ]
    person = known_referral(home_county=HERE, school_county=HERE)
    _, plan, explainer, found = reasons(person, homes, pools)
    assert len(plan.referral) == 1
    unsaid, near = explainer.case(0).options
    assert (unsaid.provider_id, unsaid.proposed) == ("P1", True)
    lines = {line.code: line for line in unsaid.points}
    for code in ("distance", "school"):
        assert (lines[code].points, lines[code].told) == (0, False)
        assert next(line for line in near.points if line.code == code).points > 0
    assert not {"distance", "school"} & {code for code, _ in found[0].gains}
    assert "closer to home" not in found[0].sentences()
