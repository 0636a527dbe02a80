from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import words as w
from matching.domain.rulebook import RULE_BY_CODE, Kind
from matching.engine.choices import Choices, Waiver
from matching.engine.fit import Fit
from matching.engine.judge import NONE_FAILS, Judge
from matching.engine.rules.base import Verdict
from matching.engine.solve import solve, work_out
from matching.engine.verify import verify
from matching.insight.explain import Explainer, distance_band
from matching.insight.funnel import TAKEN, Step, furthest, lowest
from tests.builders import (
    FAR,
    NEAR,
    day,
    known_home,
    known_pool,
    known_referral,
    pool,
    problem,
)
from tests.engine.small import (
    FLORIDA,
    GENERAL,
    Slow,
    assignments,
    beds_in,
    beds_under,
    blocking,
    places_of,
    policies,
    problems,
)

FEW = settings(max_examples=8, deadline=None)


def _explainer(one, policy=GENERAL, plan=None):
    plan = plan or solve(one, policy)
    return Explainer(one, Judge(one, policy), Fit(one, policy), plan)


def _cases(one, policy=GENERAL):
    explainer = _explainer(one, policy)
    return explainer.plan, [explainer.case(row) for row in range(one.size[0])]


@settings(max_examples=14, deadline=None)
@given(problems(), policies())
def test_what_is_said_of_every_case_is_true(one, policy):
    plan, cases = _cases(one, policy)
    _options_are_the_pools_that_no_rule_bars(one, policy, cases)
    _every_finding_says_what_the_rule_says(one, policy, cases)
    _funnels_add_up_to_all_providers(one, policy, cases)
    _points_times_weights_are_the_cost(one, policy, plan, cases)
    _options_come_best_first_with_the_proposal_at_the_head(one, plan, cases)
    _free_options_can_be_taken_without_moving_anybody(one, policy, plan, cases)


def _options_are_the_pools_that_no_rule_bars(one, policy, cases):
    slow = Slow(one, policy)
    for i, case in enumerate(cases):
        assert case.referral_id == one.referral_ids[i]
        assert case.providers == len(one.provider_ids)
        eligible = {j for j in range(one.size[1]) if not slow.barring(i, j)}
        assert {option.pool for option in case.options} == eligible
        assert len(case.options) == len(eligible)
        open_homes = {one.pool_keys[j][0] for j in eligible}
        barred = [barred.provider_id for barred in case.barred]
        assert sorted(barred) == sorted(set(one.provider_ids) - open_homes)
        for option in case.options:
            assert (option.provider_id, option.pool_id) == one.pool_keys[option.pool]


def _every_finding_says_what_the_rule_says(one, policy, cases):
    slow = Slow(one, policy)
    keys = list(one.pool_keys)
    for i, case in enumerate(cases):
        for option in case.options:
            assert [f.code for f in option.questions] == slow.asking(i, option.pool)
            assert all(f.verdict is Verdict.UNKNOWN for f in option.questions)
        for barred in case.barred:
            j = keys.index((barred.provider_id, barred.pool_id))
            assert [f.code for f in barred.findings] == slow.barring(i, j)
            assert barred.near_miss == (len(barred.findings) == 1)
            for finding in barred.findings:
                assert finding.verdict is slow.verdict(finding.code, i, j)
        for finding in case.met:
            assert finding.verdict is Verdict.PASS
            assert slow.verdict(finding.code, i, case.proposal.pool) is Verdict.PASS
        if case.proposal:
            said = [f.code for f in (*case.met, *case.proposal.questions)]
            assert sorted(said) == sorted(slow.codes)  # every rule in force, once
        for finding in (*case.met, *(f for b in case.barred for f in b.findings)):
            setting = policy.rules[finding.code]
            assert finding.sentence.endswith((".", "?"))
            assert (finding.kind, finding.citation) == (setting.kind, setting.citation)
            assert (finding.waiver_role is None) == (setting.waiver_role is None)
            assert finding.kind is Kind.POLICY or finding.waiver_role is None
            assert finding.title == RULE_BY_CODE[finding.code].title
            assert finding.remedy is RULE_BY_CODE[finding.code].remedy


def _funnels_add_up_to_all_providers(one, policy, cases):
    slow = Slow(one, policy)
    order = [*policy.rules, TAKEN]
    for i, case in enumerate(cases):
        left = case.providers
        for step in case.funnel:
            left -= step.fell
            assert step.fell > 0
            assert step.left == left
        options = {option.provider_id for option in case.options}
        assert left == (len(options) if case.proposal else 0)
        codes = [step.code for step in case.funnel]
        assert codes == sorted(codes, key=order.index)
        assert as_counts(case.funnel) == _slow_funnel(one, slow, i, case.proposal is None)


def _slow_funnel(one, slow, i, without_place):
    """Count providers by the rule at which the pool that got furthest fell."""
    counts: dict[str, int] = {}
    order = [*slow.policy.rules, TAKEN]
    for provider in one.provider_ids:
        fell = [
            (slow.barring(i, j) or [TAKEN])[0]
            for j, key in enumerate(one.pool_keys)
            if key[0] == provider
        ]
        code = max(fell, key=order.index)
        if code != TAKEN or without_place:
            counts[code] = counts.get(code, 0) + 1
    return counts


def _points_times_weights_are_the_cost(one, policy, plan, cases):
    cost = dict(zip(plan.referral.tolist(), plan.cost.tolist(), strict=True))
    for i, case in enumerate(cases):
        for option in case.options:
            assert option.cost == sum(line.cost for line in option.points)
            for line in option.points:
                weight = policy.preferences[line.code].weight
                if line.code == "certainty":
                    urgency = one.referral_records[i].urgency or w.Urgency.TONIGHT
                    weight *= 3 - list(w.Urgency).index(urgency)
                assert line.cost == line.points * weight
        assert (case.proposal is None) == (i not in cost)
        if case.proposal:
            assert case.proposal.cost == cost[i]


def _options_come_best_first_with_the_proposal_at_the_head(one, plan, cases):
    places = places_of(one, plan)
    for i, case in enumerate(cases):
        assert [o.pool for o in case.options if o.proposed] == [
            j for j in (places[i],) if j is not None
        ]
        if case.proposal:
            assert case.options[0] == case.proposal
        rest = [o for o in case.options if not o.proposed]
        assert rest == sorted(rest, key=lambda o: (o.icwa, o.cost, one.pool_keys[o.pool]))
        near = [len(barred.findings) for barred in case.barred]
        assert near == sorted(near)


@FEW
@given(problems(tied=True), policies())
def test_an_option_is_taken_exactly_if_it_would_be_overfilled(one, policy):
    plan, cases = _cases(one, policy)
    places = places_of(one, plan)
    for i, case in enumerate(cases):
        for option in case.options:
            forced = [option.pool if k == i else j for k, j in enumerate(places)]
            assert option.taken == (not option.proposed and _overfills(one, policy, forced, i))


def _overfills(one, policy, places, i):
    """Tell whether the pool or the provider that person i is in holds too many."""
    pool_of_i = places[i]
    home = one.pools.provider
    beds = [r.beds_needed for r in one.referral_records]
    in_pool = sum(b for b, j in zip(beds, places, strict=True) if j == pool_of_i)
    in_home = sum(
        b
        for b, j in zip(beds, places, strict=True)
        if j is not None and home[j] == home[pool_of_i]
    )
    provider = one.provider_records[home[pool_of_i]]
    return in_pool > beds_in(one.pool_records[pool_of_i], policy) or in_home > beds_under(
        one, policy, provider
    )


def _free_options_can_be_taken_without_moving_anybody(one, policy, plan, cases):
    """Checked by making the move and letting the independent check look at it."""
    places, good = places_of(one, plan), set(assignments(one, policy))
    for i, case in enumerate(cases):
        for option in case.options:
            moved = tuple(option.pool if k == i else j for k, j in enumerate(places))
            if not option.proposed:
                assert (moved in good) == (not option.taken)
        if case.proposal is None:
            assert all(option.taken for option in case.options)
    assert verify(one, policy, plan) == ()


@settings(max_examples=5, deadline=None)
@given(problems(people=3, pools=4), policies())
def test_a_near_miss_becomes_an_option_when_its_one_rule_is_lifted(one, policy):
    _, cases = _cases(one, policy)
    for i, case in enumerate(cases):
        for barred in case.barred[:2]:
            lifted = policy
            for k, finding in enumerate(barred.findings, start=1):
                lifted = lifted.with_rule(finding.code, on=False)
                j = one.pool_keys.index((barred.provider_id, barred.pool_id))
                allowed = Judge(one, lifted).allowed(np.array([i]), np.array([j]))[0, 0]
                assert allowed == (k == len(barred.findings))
        for barred in [b for b in case.barred if b.near_miss][:1]:
            again = _explainer(one, policy.with_rule(barred.findings[0].code, on=False))
            options = again.case(i).options
            assert barred.provider_id in {option.provider_id for option in options}


@FEW
@given(problems(people=3, pools=4), st.sets(st.sampled_from(sorted(GENERAL.rules))))
def test_rules_that_are_off_are_never_mentioned(one, off):
    policy = GENERAL
    for code in off:
        policy = policy.with_rule(code, on=False)
    _, cases = _cases(one, policy)
    for case in cases:
        said = {f.code for f in case.met}
        said |= {f.code for b in case.barred for f in b.findings}
        said |= {f.code for o in case.options for f in o.questions}
        assert not said & off


# --- by example ---------------------------------------------------------------------


def test_the_bed_pool_that_got_furthest_speaks_for_its_provider():
    pools = [
        known_pool("P1", "B1", age_min=16),
        known_pool("P1", "B2", gender_lock=w.Gender.MALE),
    ]
    one = problem(known_referral(), known_home("P1", name="Oak"), pools)
    (barred,) = _cases(one)[1][0].barred
    assert (barred.pool_id, barred.name) == ("B2", "Oak")
    assert [f.code for f in barred.findings] == ["resident-gender"]
    assert barred.near_miss


def test_of_two_pools_that_got_as_far_the_one_with_fewer_failures_speaks():
    early = known_pool("P1", "B1", age_min=16, gender_lock=w.Gender.MALE)
    fewer = known_pool("P1", "B2", age_min=16)
    one = problem(known_referral(), known_home(), [early, fewer])
    (barred,) = _cases(one)[1][0].barred
    assert barred.pool_id == "B2"


def test_nearest_misses_come_first_and_then_names():
    homes = [
        known_home("P1", name="Cedar", trainings=()),
        known_home("P2", name="Ash", trainings=()),
        known_home("P3", name="Birch", trainings=(), funding=frozenset({w.Funding.VOCA})),
        known_home("P4", trainings=()),
    ]
    one = problem(known_referral(), homes, [known_pool(h.provider_id) for h in homes])
    assert [b.name for b in _cases(one)[1][0].barred] == ["Ash", "Cedar", "P4", "Birch"]


def test_the_bed_that_goes_to_someone_before_is_taken():
    people = [known_referral("R1"), known_referral("R2", urgency=w.Urgency.PLANNED)]
    one = problem(people, known_home(), known_pool(beds_available=1))
    first, second = _cases(one)[1]
    assert (first.proposal.taken, first.funnel) == (False, ())
    assert second.proposal is None
    assert second.met == ()
    assert [o.taken for o in second.options] == [True]
    assert as_counts(second.funnel) == {TAKEN: 1}
    assert second.funnel[0].title == "Beds go to others in this plan"


def test_a_free_bed_is_taken_where_the_provider_is_full():
    people = [known_referral("R1"), known_referral("R2", urgency=w.Urgency.PLANNED)]
    full = known_home(licensed_capacity=1, residents=0)
    pools = [known_pool("P1", b, beds_available=1) for b in ("B1", "B2")]
    first, second = _cases(problem(people, full, pools))[1]
    # Their own bed is no obstacle to the one beside it.
    assert [o.taken for o in first.options] == [False, False]
    assert [o.taken for o in second.options] == [True, True]


def test_an_ordinary_home_that_stands_in_for_a_certified_one_is_a_recorded_fallback():
    """Acceptance case 9: only with confirmation that the behaviour can be managed."""
    foster = frozenset({w.PlacementType.FOSTER_HOME, w.PlacementType.SAFE_FOSTER_HOME})
    place = known_home(
        certificate=w.Certificate.NONE, placement_type=w.PlacementType.FOSTER_HOME
    )
    child = known_referral(acceptable_types=foster)
    one = problem(child, place, known_pool())
    assert _cases(one, FLORIDA)[1][0].proposal.fallback
    assert not _cases(one, GENERAL)[1][0].proposal.fallback  # asks for no certificate
    certified = problem(child, known_home(), known_pool())
    assert not _cases(certified, FLORIDA)[1][0].proposal.fallback
    adult = replace(child, age_years=18)
    older = known_pool(age_max=20, resident_age_min=18, resident_age_max=18)
    assert not _cases(problem(adult, place, older), FLORIDA)[1][0].proposal.fallback
    risk = replace(child, identification=w.Identification.AT_RISK)
    assert not _cases(problem(risk, place, known_pool()), FLORIDA)[1][0].proposal.fallback
    refused = replace(child, behaviour_managed_confirmed=False)
    case = _cases(problem(refused, place, known_pool()), FLORIDA)[1][0]
    assert [f.code for f in case.barred[0].findings] == ["certificate"]


def test_a_certificate_that_ended_yesterday_leaves_an_ordinary_home():
    """Acceptance case 2."""
    ended = known_home(certificate_expires=day(-1))
    safe_only = problem(known_referral(), ended, known_pool())
    (barred,) = _cases(safe_only)[1][0].barred
    assert [f.code for f in barred.findings] == ["placement-type"]
    assert barred.placement_type is w.PlacementType.FOSTER_HOME
    either = known_referral(
        acceptable_types=frozenset(
            {w.PlacementType.FOSTER_HOME, w.PlacementType.SAFE_FOSTER_HOME}
        )
    )
    case = _cases(problem(either, ended, known_pool()))[1][0]
    assert case.proposal.placement_type is w.PlacementType.FOSTER_HOME


def test_an_unknown_fact_that_blocks_is_a_question_not_a_failure():
    one = problem(known_referral(age_years=None), known_home(), known_pool())
    asked = _cases(one)[1][0]
    assert "age" in [f.code for f in asked.proposal.questions]
    blocked = _cases(one, blocking(GENERAL, ["age"]))[1][0]
    (barred,) = blocked.barred
    assert [(f.code, f.verdict) for f in barred.findings] == [("age", Verdict.UNKNOWN)]
    assert "how old" in barred.findings[0].sentence


def test_questions_of_any_pair_can_be_asked_for():
    one = problem(known_referral(), known_home(), pool())
    judge = Judge(one, GENERAL)
    at = np.array([0])
    bits = int(judge.unknown_of(at, at)[0])
    found = _explainer(one).questions(0, 0, bits)
    assert [f.code for f in found] == Slow(one, GENERAL).asking(0, 0)


@pytest.mark.parametrize(
    ("miles", "words"),
    [
        (None, "distance unknown"),
        (0.0, "same county"),
        (0.5, "up to 10 miles"),
        (10.0, "up to 10 miles"),
        (10.1, "10 to 25 miles"),
        (100.0, "75 to 100 miles"),
        (250.0, "150 to 250 miles"),
        (251.0, "more than 250 miles"),
    ],
)
def test_distance_is_said_as_a_band(miles, words):
    assert distance_band(miles) == words


@pytest.mark.parametrize(
    ("county", "words"),
    [(None, "distance unknown"), (NEAR, "25 to 50 miles"), (FAR, "100 to 150 miles")],
)
def test_no_exact_distance_is_shown(county, words):
    policy = GENERAL.with_rule("distance", parameters={"max_miles": 200})
    one = problem(known_referral(), known_home(county=county), known_pool())
    (option,) = _cases(one, policy)[1][0].options
    assert option.distance == words


# --- providers and people with nothing to look at -----------------------------------


def test_a_provider_without_a_bed_pool_offers_no_kind_of_place():
    """It says nothing about whether the person is here."""
    homes = [known_home("P1"), known_home("P2")]
    one = problem(known_referral(), homes, known_pool("P1"))
    case = _cases(one)[1][0]
    assert as_counts(case.funnel) == {"placement-type": 1}
    assert case.funnel[0].left == 1
    gone = replace(known_referral(), presence=w.Presence.MISSING)
    case = _cases(problem(gone, homes, known_pool("P1")))[1][0]
    assert as_counts(case.funnel) == {"presence": 2}


@pytest.mark.parametrize(("homes", "funnel"), [((), {}), (known_home(), {"placement-type": 1})])
def test_a_case_without_a_single_bed_pool(homes, funnel):
    case = _cases(problem(known_referral(), homes, ()))[1][0]
    assert (case.proposal, case.options, case.barred, case.met) == (None, (), (), ())
    assert as_counts(case.funnel) == funnel


def test_how_far_providers_got_is_the_best_of_their_pools():
    homes = [known_home(f"P{k}") for k in (1, 2, 3)]
    pools = [known_pool("P1", "B1"), known_pool("P1", "B2"), known_pool("P3")]
    judge = Judge(problem([known_referral("R1"), known_referral("R2")], homes, pools), GENERAL)
    first = np.array([[4, 9, 2], [0, 0, 0]], dtype=np.uint8)
    reached = furthest(judge, first, np.array([False, True]))
    assert reached.tolist() == [[9, 3, 2], [0, 0, 0]]


@FEW
@given(problems(), policies(), st.data())
def test_a_waived_rule_bars_nothing_and_is_never_said_to_be_met(one, policy, data):
    slow = Slow(one, policy)
    person = data.draw(st.integers(0, one.size[0] - 1))
    may = sorted(c for c in slow.codes if policy.rules[c].waiver_role)
    codes = data.draw(st.frozensets(st.sampled_from(may), min_size=1, max_size=6))
    name = one.referral_ids[person]
    solution = work_out(
        one, policy, choices=Choices(waived=frozenset(Waiver(name, c) for c in codes))
    )
    case = Explainer(one, solution.judge, solution.fit, solution.plan, solution.choices).case(
        person
    )
    fits = {j for j in range(one.size[1]) if set(slow.barring(person, j)) <= codes}
    assert {option.pool for option in case.options} == fits
    for barred in case.barred:
        j = one.pool_keys.index((barred.provider_id, barred.pool_id))
        assert list(barred.codes) == [c for c in slow.barring(person, j) if c not in codes]
    assert sum(s.fell for s in case.funnel) + len(
        {o.provider_id for o in case.options} if case.proposal else ()
    ) == len(one.provider_ids)
    if case.proposal is None:
        assert case.waived == ()
        return
    j = case.proposal.pool
    open_codes = {*slow.failing(person, j), *slow.asking(person, j)} & codes
    assert {f.code for f in case.waived} == open_codes
    assert all(f.verdict is slow.verdict(f.code, person, j) for f in case.waived)
    assert all(f.waiver_role for f in case.waived)
    said = [f.code for f in (*case.met, *case.waived, *case.proposal.questions)]
    assert sorted(said) == sorted(slow.codes)


@given(st.lists(st.integers(0, 2**64 - 1), max_size=8))
def test_the_lowest_bit_is_the_first_rule(bits):
    found = lowest(np.array(bits, dtype=np.uint64))
    expected = [(b & -b).bit_length() - 1 if b else int(NONE_FAILS) for b in bits]
    assert found.tolist() == expected


def test_sentences_are_made_only_for_the_providers_that_are_read(monkeypatch):
    one = problem(
        [known_referral("R1")],
        [known_home(f"P{k}", county=FAR) for k in range(30)],
        [known_pool(f"P{k}") for k in range(30)],
    )
    solution = work_out(one, GENERAL)
    explainer = Explainer(one, solution.judge, solution.fit, solution.plan)
    made = []
    monkeypatch.setattr(
        explainer,
        "finding",
        lambda *about: made.append(about) or Explainer.finding(explainer, *about),
    )
    case = explainer.case(0)
    assert len(case.barred) == 30
    assert not made
    assert case.barred[3].findings == case.barred[3].findings
    assert len(made) == len(case.barred[3].codes)


def as_counts(steps: tuple[Step, ...]) -> dict[str, int]:
    return {step.code: step.fell for step in steps}
