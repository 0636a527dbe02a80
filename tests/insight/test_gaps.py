from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import words as w
from matching.domain.rulebook import RULE_BY_CODE, RULES, Stage
from matching.engine import judge as judge_module
from matching.engine import keyed
from matching.engine.choices import Choices, Waiver
from matching.engine.judge import Judge
from matching.engine.solve import solve, work_out
from matching.insight.categories import UNKNOWN_WORD, ways
from matching.insight.funnel import TAKEN
from matching.insight.gaps import (
    CAPACITY_STAGES,
    STAGE_TITLES,
    STAGE_WORDS,
    break_down,
    find_gaps,
    stage_counts,
)
from tests import strategies
from tests.builders import (
    FAR,
    HERE,
    MIAMI,
    NEAR,
    day,
    known_home,
    known_pool,
    known_referral,
    problem,
)
from tests.engine.small import (
    FLORIDA,
    GENERAL,
    POLICIES,
    Slow,
    blocking,
    places_of,
    policies,
    problems,
)

FEW = settings(max_examples=8, deadline=None)
S = Stage


def _gaps(one, policy=GENERAL):
    plan = solve(one, policy)
    return plan, find_gaps(one, Judge(one, policy), plan)


# --- a slow oracle ------------------------------------------------------------------

#: Rules in the order of the funnel, cut where the stage changes.
LEGS: list[tuple[Stage, list[str]]] = []
for _spec in RULES:
    if not LEGS or LEGS[-1][0] is not _spec.stage:
        LEGS.append((_spec.stage, []))
    LEGS[-1][1].append(_spec.code)


def _stage(one, policy, slow, i) -> Stage:
    """Filter the pools stage by stage and return the stage at which none is left."""
    every = range(one.size[1])
    absent = one.referral_records[i].presence in (w.Presence.MISSING, w.Presence.HOSPITAL)
    if absent and "presence" in slow.codes:
        return S.PERSON
    only_unknown = [j for j in every if slow.barring(i, j) and not slow.failing(i, j)]
    left = list(every)
    fell = S.NO_SUITABLE_PLACE
    for stage, codes in LEGS:
        if left:
            left = [j for j in left if not set(slow.barring(i, j)) & set(codes)]
            fell = stage
    if left:  # a place fits: its beds go to people before them
        return S.NO_FREE_BED
    return S.UNKNOWN_FACT if only_unknown else fell


@st.composite
def any_problem(draw):
    """Likely problems, and problems of arbitrary records."""
    if draw(st.booleans()):
        return draw(problems(tied=draw(st.booleans())))
    people = draw(strategies.referral_lists(max_size=3))
    return problem(people, *draw(strategies.inventories(max_providers=3)))


@pytest.mark.parametrize("limits", [(20_000_000, 4_000_000), (0, 1), (3, 2)])
@FEW
@given(any_problem(), policies() | st.sampled_from([blocking(p) for p in POLICIES]))
def test_stages_are_those_of_filtering_stage_by_stage(limits, one, policy):
    slow = Slow(one, policy)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyed, "MAX_TABLE", limits[0])
        patch.setattr(judge_module, "BLOCK", limits[1])
        plan, gaps = _gaps(one, policy)
    without = [i for i, j in enumerate(places_of(one, plan)) if j is None]
    assert [gap.row for gap in gaps] == without
    for gap in gaps:
        assert gap.stage is _stage(one, policy, slow, gap.row)
        assert gap.funnel == _funnel(one, slow, gap.row)
        assert sum(gap.funnel.values()) == len(one.provider_ids)
        if gap.funnel:
            order = [*policy.rules, TAKEN]
            assert gap.rule == max(gap.funnel, key=order.index)
        if gap.stage is not S.UNKNOWN_FACT and gap.rule != TAKEN:
            assert RULE_BY_CODE[gap.rule].stage is gap.stage
    assert sum(stage_counts(gaps).values()) == len(without)
    for breakdown in break_down(one, GENERAL, gaps):
        assert breakdown.total == len(without)
        totals = Counter()
        for (category, stage), count in breakdown.counts.items():
            assert category in breakdown.categories
            assert count > 0
            totals[stage] += count
        assert {s: n for s, n in stage_counts(gaps).items() if n} == totals


def _funnel(one, slow, i) -> dict[str, int]:
    order = [*slow.policy.rules, TAKEN]
    absent = one.referral_records[i].presence in (w.Presence.MISSING, w.Presence.HOSPITAL)
    absent = absent and "presence" in slow.codes
    counts: Counter[str] = Counter()
    for provider in one.provider_ids:
        fell = [
            (slow.barring(i, j) or [TAKEN])[0]
            for j, key in enumerate(one.pool_keys)
            if key[0] == provider
        ]
        without = "presence" if absent else "placement-type"
        counts[max(fell, key=order.index) if fell else without] += 1
    return dict(counts)


# --- one example for each stage -----------------------------------------------------

OTHER_PAYER = {"funding": frozenset({w.Funding.VOCA})}
EXAMPLES = [
    (S.NO_SUITABLE_PLACE, "distance", {}, {"county": FAR}, {}, GENERAL),
    (S.NO_SUITABLE_PLACE, "service-area", {"home_county": MIAMI}, {}, {}, GENERAL),
    (
        S.NO_SUITABLE_PLACE,
        "placement-type",
        {"acceptable_types": frozenset({w.PlacementType.SAFE_HOUSE})},
        {},
        {},
        GENERAL,
    ),
    (S.NOT_READY, "licence", {}, {"licence_expires": day(-1)}, {}, GENERAL),
    (
        S.NOT_READY,
        "background-check",
        {},
        {"background_check": w.BackgroundCheck.PENDING},
        {},
        GENERAL,
    ),
    (S.NOT_READY, "training", {}, {"trainings": ()}, {}, GENERAL),
    (S.NO_FREE_BED, "beds", {}, {}, {"beds_available": 0}, GENERAL),
    (S.NO_FREE_BED, "staffing", {}, {"staff_on_shift": 1, "staff_ratio": 1}, {}, GENERAL),
    (S.NO_FREE_BED, "opening", {}, {}, {"available_from": day(30)}, GENERAL),
    (S.EXCLUDED, "age", {}, {}, {"age_max": 14}, GENERAL),
    (S.EXCLUDED, "gender", {}, {}, {"genders": frozenset({w.Gender.MALE})}, GENERAL),
    (S.EXCLUDED, "do-not-place", {"avoid_providers": frozenset({"P1"})}, {}, {}, GENERAL),
    (S.PROVIDER_DECLINED, "declined", {"declined_by": frozenset({"P1"})}, {}, {}, GENERAL),
    (S.PERSON, "veto", {"vetoed_providers": frozenset({"P1"})}, {}, {}, GENERAL),
    (S.PERSON, "presence", {"presence": w.Presence.MISSING}, {}, {}, GENERAL),
    (S.PERSON, "presence", {"presence": w.Presence.HOSPITAL}, {}, {}, GENERAL),
    (S.FUNDING, "funding", {}, OTHER_PAYER, {}, GENERAL),
    (S.UNKNOWN_FACT, "licence", {}, {"licence_expires": None}, {}, blocking(GENERAL)),
    (S.UNKNOWN_FACT, "age", {"age_years": None}, {}, {}, blocking(GENERAL, ["age"])),
    (S.UNKNOWN_FACT, "freshness", {}, {}, {"as_of": None}, blocking(GENERAL, ["freshness"])),
]


@pytest.mark.parametrize(("stage", "rule", "person", "place", "beds", "policy"), EXAMPLES)
def test_each_stage_by_example(stage, rule, person, place, beds, policy):
    one = problem(known_referral(**person), known_home(**place), known_pool(**beds))
    (gap,) = _gaps(one, policy)[1]
    assert (gap.stage, gap.rule, gap.funnel) == (stage, rule, {rule: 1})


def test_every_stage_has_an_example_and_words():
    assert {stage for stage, *_ in EXAMPLES} == set(Stage)
    assert set(STAGE_TITLES) == set(STAGE_WORDS) == set(Stage)
    assert [s.value for s in CAPACITY_STAGES] == ["a", "b", "c", "d"]


def test_beds_that_go_to_people_before_them_are_a_want_of_beds():
    people = [known_referral("R1"), known_referral("R2", urgency=w.Urgency.PLANNED)]
    one = problem(people, known_home(), known_pool(beds_available=1))
    (gap,) = _gaps(one)[1]
    assert (gap.row, gap.stage, gap.rule, gap.funnel) == (1, S.NO_FREE_BED, TAKEN, {TAKEN: 1})


def test_the_place_that_got_furthest_decides_the_stage():
    homes = [
        known_home("P1", county=FAR),
        known_home("P2", trainings=()),
        known_home("P3", **OTHER_PAYER),
    ]
    pools = [known_pool(h.provider_id) for h in homes]
    (gap,) = _gaps(problem(known_referral(), homes, pools))[1]
    assert gap.stage is S.FUNDING
    assert gap.funnel == {"distance": 1, "training": 1, "funding": 1}
    (gap,) = _gaps(problem(known_referral(), homes[:2], pools[:2]))[1]
    assert gap.stage is S.NOT_READY


def test_a_place_that_needs_only_a_call_comes_before_one_that_cannot_be_had():
    homes = [known_home("P1", licence_expires=None), known_home("P2", **OTHER_PAYER)]
    pools = [known_pool(h.provider_id) for h in homes]
    policy = blocking(GENERAL, ["licence"])
    (gap,) = _gaps(problem(known_referral(), homes, pools), policy)[1]
    assert gap.stage is S.UNKNOWN_FACT
    both = [replace(homes[0], **OTHER_PAYER), homes[1]]
    (gap,) = _gaps(problem(known_referral(), both, pools), policy)[1]
    assert gap.stage is S.FUNDING


def test_a_want_of_beds_stays_one_beside_a_place_that_needs_a_call():
    people = [known_referral("R1"), known_referral("R2", urgency=w.Urgency.PLANNED)]
    homes = [known_home("P1"), known_home("P2", licence_expires=None)]
    pools = [known_pool("P1", beds_available=1), known_pool("P2")]
    (gap,) = _gaps(problem(people, homes, pools), blocking(GENERAL, ["licence"]))[1]
    assert (gap.row, gap.stage, gap.funnel) == (1, S.NO_FREE_BED, {"licence": 1, TAKEN: 1})


def test_unknown_facts_that_are_only_asked_about_are_no_gap():
    one = problem(
        known_referral(age_years=None), known_home(licence_expires=None), known_pool()
    )
    assert _gaps(one)[1] == ()


# --- acceptance cases ---------------------------------------------------------------


def test_a_pregnant_girl_and_a_programme_that_excludes_pregnancy():
    """Acceptance case 1: counted under the exclusion, by name."""
    girl = known_referral(pregnant_parenting=w.Parenting.PREGNANT)
    place = known_home(excludes=frozenset({w.Exclusion.PREGNANCY}))
    (gap,) = _gaps(problem(girl, place, known_pool()))[1]
    assert (gap.stage, gap.funnel) == (S.EXCLUDED, {"excludes-pregnancy": 1})
    assert _gaps(problem(girl, known_home(), known_pool()))[1] == ()


@pytest.mark.parametrize(
    ("homes", "pools"),
    [
        (known_home(), known_pool()),
        (known_home(county=FAR), known_pool()),
        (known_home(), known_pool(beds_available=0)),
        ([known_home("P1"), known_home("P2")], known_pool("P1")),
        (known_home(), ()),
        ((), ()),
    ],
)
@pytest.mark.parametrize("policy", [GENERAL, blocking(FLORIDA)])
def test_a_missing_person_is_in_demand_but_is_no_unmet_bed(homes, pools, policy):
    """Acceptance case 12, whatever beds there are, or none at all."""
    one = problem(known_referral(presence=w.Presence.MISSING), homes, pools)
    (gap,) = _gaps(one, policy)[1]
    assert (gap.stage, gap.rule) == (S.PERSON, "presence")
    assert gap.stage not in CAPACITY_STAGES
    assert gap.funnel == ({"presence": len(one.provider_ids)} if one.provider_ids else {})


def test_a_decline_counts_once_for_that_person_only():
    """Acceptance case 11."""
    people = [known_referral("R1", declined_by=frozenset({"P1"})), known_referral("R2")]
    one = problem(people, known_home(), known_pool())
    plan, gaps = _gaps(one)
    assert plan.referral.tolist() == [1]
    assert [(g.row, g.stage, g.funnel) for g in gaps] == [
        (0, S.PROVIDER_DECLINED, {"declined": 1})
    ]


# --- nothing at all, and much of it -------------------------------------------------


def test_nobody_waiting_and_everybody_placed_have_no_gaps():
    assert _gaps(problem())[1] == ()
    assert _gaps(problem((), known_home(), known_pool()))[1] == ()
    assert _gaps(problem(known_referral(), known_home(), known_pool()))[1] == ()
    assert stage_counts(()) == dict.fromkeys(Stage, 0)
    assert all(b.total == 0 and b.categories == () for b in break_down(problem(), GENERAL, ()))


def test_providers_without_a_bed_pool_still_count():
    homes = [known_home("P1"), known_home("P2")]
    for pools, funnel in (
        ((), {"placement-type": 2}),
        (known_pool("P1", beds_available=0), {"beds": 1, "placement-type": 1}),
    ):
        (gap,) = _gaps(problem(known_referral(), homes, pools))[1]
        assert gap.funnel == funnel
    assert gap.stage is S.NO_FREE_BED


def test_rules_on_area_that_are_too_large_to_tabulate_give_the_same_funnels():
    people = [
        known_referral("R1", home_county=HERE),
        known_referral("R2", home_county=NEAR, max_distance_miles=1),
        known_referral("R3", home_county=MIAMI),
    ]
    homes = [
        known_home("P1", county=FAR, service_area=frozenset({HERE})),
        known_home("P2", county=FAR, service_area=frozenset({NEAR})),
        known_home("P3", county=FAR, service_area=frozenset({MIAMI})),
    ]
    one = problem(people, homes, [known_pool(h.provider_id) for h in homes])
    wanted = [_funnel(one, Slow(one, GENERAL), i) for i in range(3)]
    for most in range(10):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(keyed, "MAX_TABLE", most)
            assert [gap.funnel for gap in _gaps(one)[1]] == wanted


# --- breaking down ------------------------------------------------------------------


def test_every_way_to_tell_people_apart_is_broken_down_the_largest_first():
    nowhere = {"acceptable_types": frozenset({w.PlacementType.QRTP})}
    people = [
        known_referral("R1", **nowhere),
        known_referral("R2", **nowhere, home_county=NEAR),
        known_referral("R3", **nowhere, gender=w.Gender.TRANS_FEMALE),
        known_referral("R4", home_county=None, vetoed_providers=frozenset({"P1"})),
    ]
    one = problem(people, known_home(), known_pool())
    gaps = _gaps(one)[1]
    assert len(gaps) == 4
    found = {b.title: b for b in break_down(one, GENERAL, gaps)}
    assert list(found) == list(ways(one, GENERAL))
    here, near = (one.geography.name(c) for c in (HERE, NEAR))
    assert found["County"].categories == (here, near, UNKNOWN_WORD)
    assert found["County"].counts[here, S.NO_SUITABLE_PLACE] == 2
    assert found["County"].counts[UNKNOWN_WORD, S.PERSON] == 1
    assert found["Gender"].categories == ("female", "trans girl or woman")


@FEW
@given(problems(), policies(), st.data())
def test_a_waived_rule_is_no_stage(one, policy, data):
    codes = [c for c, s in policy.rules.items() if s.waiver_role]
    code = data.draw(st.sampled_from(codes))
    waived = Choices(waived=frozenset(Waiver(name, code) for name in one.referral_ids))
    solution = work_out(one, policy, choices=waived)
    found = find_gaps(one, solution.judge, solution.plan, solution.choices)
    off = policy.with_rule(code, on=False)
    expected = find_gaps(one, Judge(one, off), solution.plan)
    assert [(g.row, g.stage, g.rule, g.funnel) for g in found] == [
        (g.row, g.stage, g.rule, g.funnel) for g in expected
    ]
