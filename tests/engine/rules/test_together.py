from __future__ import annotations

from hypothesis import given, settings

from matching.domain.policy import load
from matching.engine.allowed import also_barred, with_groups
from matching.engine.choices import NO_CHOICES, Choices, Seat, Waiver
from matching.engine.judge import BIT, Judge
from matching.engine.rules import BY_CODE
from matching.engine.rules.base import Verdict, facts
from matching.engine.solve import solve
from tests.builders import known_home, known_pool, known_referral, problem
from tests.engine.small import GENERAL, Slow, policies, problems

TOGETHER = 1 << BIT["together"]


def _family(**second):
    people = [
        known_referral("R1", group_id="F1"),
        known_referral("R2", group_id="F1", **second),
    ]
    homes = [known_home("P1"), known_home("P2")]
    beds = [known_pool("P1", age_min=10, age_max=17), known_pool("P2", age_min=0, age_max=17)]
    return problem(people, homes, beds)


def _bits(one, choices=NO_CHOICES, row=0, policy=GENERAL):
    choices = with_groups(one, policy, choices)
    return also_barred(Judge(one, policy), choices, row).tolist()


def test_where_a_sibling_is_too_young_nobody_of_the_group_is_offered_the_place():
    one = _family(age_years=9)
    assert _bits(one) == [TOGETHER, 0]
    # The sibling fails there alone already: the rule on groups adds nothing.
    assert _bits(one, row=1) == [0, 0]


def test_two_of_a_group_who_must_be_kept_apart_can_stay_nowhere():
    people = [
        known_referral(f"R{k}", group_id="F1", separate_from=frozenset({"T1"})) for k in (1, 2)
    ]
    one = problem(people, [known_home("P1")], [known_pool("P1", beds_available=2)])
    assert _bits(one) == [TOGETHER]
    assert len(solve(one, GENERAL).referral) == 0


def test_a_split_a_waiver_and_a_policy_without_the_rule_lift_it():
    one = _family(age_years=9)
    assert _bits(one, Choices(split=frozenset({"F1"}))) == [0, 0]
    assert _bits(one, Choices(waived=frozenset({Waiver("R2", "together")}))) == [0, 0]
    off = GENERAL.with_rule("together", on=False)
    assert _bits(one, policy=off) == [0, 0]
    assert (
        len(
            solve(
                problem(one.referral_records[:1], one.provider_records, one.pool_records), off
            ).referral
        )
        == 1
    )


def test_a_place_forbidden_for_one_closes_it_for_the_group():
    one = _family(age_years=15)
    assert _bits(one) == [0, 0]
    forbidden = Choices(forbidden=frozenset({Seat("R2", "P1")}))
    assert _bits(one, forbidden) == [TOGETHER, 0]
    assert _bits(one, forbidden, row=1) == [1 << BIT["do-not-place"], 0]
    only = Choices(only=frozenset({Seat("R2", "P2")}))
    assert _bits(one, only) == [TOGETHER, 0]
    forced = Choices(forced=frozenset({Seat("R2", "P2")}))
    assert _bits(one, forced) == [0, 0]  # the whole group follows; nothing is barred


@settings(max_examples=25, deadline=None)
@given(problems(tied=True), policies())
def test_it_bars_what_a_slow_reading_of_the_group_bars(one, policy):
    slow, judge = Slow(one, policy), Judge(one, policy)
    for row in range(one.size[0]):
        expected = [
            TOGETHER if "together" in slow.failing(row, j) else 0 for j in range(one.size[1])
        ]
        assert also_barred(judge, NO_CHOICES, row).tolist() == expected


def test_the_sentences():
    rule = BY_CODE["together"]
    one = _family(age_years=9)
    about, alone = (
        facts(one, 0, 0),
        facts(problem([known_referral("R1")], one.provider_records, one.pool_records), 0, 0),
    )
    assert rule.say(about, {}, Verdict.FAIL) == (
        "This young person could live here, but somebody of the group that stays together "
        "could not."
    )
    assert rule.say(about, {}, Verdict.PASS) == (
        "Every member of the group that stays together could live here."
    )
    assert rule.say(about, {}, Verdict.UNKNOWN).startswith("Ask whether the whole group")
    assert rule.say(alone, {}, Verdict.PASS) == (
        "Nobody is recorded with whom this young person must be placed together."
    )


def test_every_shipped_policy_says_who_may_split_a_group():
    for name in ("general", "florida", "texas"):
        setting = load(name).rules["together"]
        assert setting.on
        assert setting.waiver_role is not None
        assert setting.citation
