"""In which order changes are tried, and what they say."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching.domain import words as w
from matching.domain.rulebook import RULE_BY_CODE, Kind
from matching.domain.rulebook import Remedy as Means
from matching.engine.choices import Waiver
from matching.engine.solve import work_out
from matching.insight.attempts import Case, ChangeKind, for_place
from matching.insight.attempts_calls import answers, vacancies
from matching.insight.attempts_people import split, waivers, wider
from matching.insight.attempts_places import beds, kind_of, remedied, staffed
from matching.insight.chances import Chances
from matching.insight.edits import solved_with
from matching.insight.near import Near
from tests.builders import FAR, NEAR, ago, day, known_home, known_pool, known_referral, problem
from tests.engine.small import GENERAL, blocking, policies, problems


def _case(people, homes, pools=None, policy=GENERAL, row=0) -> Case:
    homes = homes if isinstance(homes, list) else [homes]
    pools = [known_pool(h.provider_id) for h in homes] if pools is None else pools
    solution = work_out(problem(people, homes, pools), policy)
    assert solution.chosen[row] < 0
    return Case(row, Near(solution, row), Chances(solution))


def _in_order(attempts):
    return sorted(attempts, key=lambda one: one.order)


def test_the_published_order_of_effort():
    assert [kind.value for kind in ChangeKind] == [
        *("call", "waive", "widen", "train", "relicense", "staff", "bed"),
    ]


def test_every_remedy_of_a_place_has_a_kind():
    kinds = {code: kind_of(code) for code, spec in RULE_BY_CODE.items() if spec.remedy in _OF}
    assert kinds["training"] is ChangeKind.TRAIN
    assert kinds["licence"] is kinds["background-check"] is ChangeKind.RELICENSE
    assert kinds["opening"] is ChangeKind.BED
    assert kinds["staffing"] is ChangeKind.STAFF


_OF = {Means.TRAIN, Means.RELICENSE, Means.STAFF, Means.ADD_BED, Means.CONFIRM}


SOURCES = (answers, vacancies, waivers, wider, remedied, staffed, beds)


@settings(max_examples=6, deadline=None)
@given(problems(people=3, pools=3, tied=True), policies(), st.data())
def test_every_change_opens_the_place_it_is_about_to_the_whole_unit(one, policy, data):
    """Judged anew on the records with the change in: nothing bars any member there."""
    solution = work_out(one, policy)
    without = np.flatnonzero(solution.chosen < 0).tolist()
    assume(without)
    case = Case(
        row := data.draw(st.sampled_from(without)), Near(solution, row), Chances(solution)
    )
    for source in SOURCES:
        for attempt in source(case):
            edit = attempt.make()
            if edit is None:
                continue
            assert attempt.people == case.near.rows
            assert attempt.home is not None
            after = Near(solved_with(solution, edit), row)
            assert attempt.home in after.homes(after.opened(np.uint64(0)))
            if attempt.pool is not None and len(attempt.people) == 1:
                assert after.opened(np.uint64(0))[0, attempt.pool]


@settings(max_examples=10, deadline=None)
@given(problems(people=4, pools=4, tied=True), policies(), st.data())
def test_no_two_changes_of_a_kind_are_ranked_the_same_unless_they_are_about_one_place(
    one, policy, data
):
    solution = work_out(one, policy)
    without = np.flatnonzero(solution.chosen < 0).tolist()
    assume(without)
    row = data.draw(st.sampled_from(without))
    case = Case(row, Near(solution, row), Chances(solution))
    for kind in ChangeKind:
        found = [a for source in SOURCES for a in source(case) if a.kind is kind]
        ranked = sorted(found, key=lambda a: a.order)  # any two can be compared
        for earlier, later in pairwise(ranked):
            assert earlier.order < later.order or earlier.home == later.home
            assert earlier.order[0] <= later.order[0]  # the hopeless come last


def test_a_sentence_begins_with_what_is_done():
    assert for_place("a trafficking course", "for", "Oak House") == (
        "A trafficking course for Oak House"
    )


def test_what_could_work_comes_first_then_less_cost_then_the_name():
    taken = known_referral("R9", received_at=ago(days=9))
    homes = [
        known_home("P1", name="Zoo House", trainings=()),
        known_home("P2", name="Elm House", trainings=()),
        known_home("P3", name="Fir House", trainings=(), county=NEAR),  # dearer
        known_home("P4", name="Ash House"),  # R9 lives here
    ]
    pools = [known_pool(h.provider_id, beds_available=1) for h in homes]
    case = _case(
        [known_referral("R1", vetoed_providers=frozenset({"P4"})), taken], homes, pools
    )
    found = _in_order(a for a in remedied(case) if a.kind is ChangeKind.TRAIN)
    names = [case.near.name(one.home) for one in found]
    assert names == ["Elm House", "Zoo House", "Fir House"]
    assert [one.order[0] for one in found] == [False, False, False]


def test_where_somebody_comes_first_it_is_tried_last():
    before = known_referral("R9", received_at=ago(days=9), vetoed_providers=frozenset({"P2"}))
    homes = [
        known_home("P1", name="Ash House", trainings=()),
        known_home("P2", name="Elm House", trainings=(), county=NEAR),
    ]
    pools = [known_pool(h.provider_id, beds_available=1) for h in homes]
    case = _case([known_referral("R1"), before], homes, pools)
    found = _in_order(remedied(case))
    assert [(case.near.name(one.home), one.order[0]) for one in found] == [
        ("Elm House", False),
        ("Ash House", True),
    ]


def test_a_waiver_is_for_those_members_whom_the_rule_bars():
    people = [
        known_referral("R1", group_id="F1", trafficking_type=w.TraffickingType.LABOUR),
        known_referral("R2", group_id="F1"),
    ]
    home = known_home(trafficking_types=frozenset({w.TraffickingType.SEX}))
    case = _case(people, home)
    (one,) = waivers(case)
    assert (one.code, one.role) == ("trafficking-type", "supervisor")
    assert one.make().waived == {Waiver("R1", "trafficking-type", "P1")}
    assert one.people == (0, 1)


def test_missing_facts_are_asked_about_before_a_rule_is_waived():
    home = known_home(trafficking_types=None)
    policy = blocking(GENERAL, ["trafficking-type"])
    case = _case(known_referral(), home, policy=policy)
    assert list(waivers(case)) == []
    (call,) = answers(case)
    assert call.ask == ("About P1: ask which survivors of trafficking the place takes.")
    assert list(vacancies(case)) == []


def test_one_call_may_settle_several_questions():
    home = known_home(trafficking_types=None, licence_expires=None)
    policy = blocking(GENERAL, ["trafficking-type", "licence"])
    (call,) = answers(_case(known_referral(), home, policy=policy))
    assert call.ask == (
        "About P1: ask until when the licence runs; ask which survivors of trafficking the "
        "place takes."
    )
    edit = call.make()
    assert edit.providers[0].licence_expires is not None
    assert edit.providers[0].trafficking_types is not None


def test_a_call_that_finds_beds_never_finds_more_than_are_licensed():
    people = [known_referral("R1", received_at=ago(hours=1)), known_referral("R2")]
    blank = known_pool(beds_available=None, beds_accepting=None)
    one, other = vacancies(_case(people, known_home(), [blank]))
    assert (one.amount, one.make().pools[0].beds_available) == (2, 2)
    assert other.amount == blank.beds_licensed == 3
    assert list(vacancies(_case(people, known_home(), [replace(blank, beds_licensed=1)]))) == []
    blocked = blocking(GENERAL, ["beds"])
    case = _case(people, known_home(), [replace(blank, beds_licensed=2)], policy=blocked)
    assert [one.amount for one in answers(case)] == [1, 2]


def test_radii_rise_and_each_says_the_limit_it_replaces():
    homes = [known_home("P1", county=FAR), known_home("P2", county=NEAR)]
    case = _case(known_referral(max_distance_miles=10), homes)
    found = _in_order(wider(case))
    where = case.near.solution.problem
    miles = [
        float(where.geography.miles(np.array(where.referrals.home[0]), where.pools.county[j]))
        for j in (1, 0)
    ]
    assert [one.amount for one in found] == [int(np.ceil(m)) for m in miles]
    assert [one.role for one in found] == [None, "supervisor"]
    assert found[0].make().referrals[0].max_distance_miles == found[0].amount
    assert "instead of 10" in found[0].words


def test_a_group_that_cannot_live_together_may_be_split_where_the_policy_lets_somebody():
    token = frozenset({"T1"})
    people = [known_referral(f"R{k}", group_id="F1", separate_from=token) for k in (1, 2)]
    case = _case(people, known_home())
    (one,) = split(case)
    assert (one.people, one.role, one.make().split) == ((0,), "supervisor", {"F1"})
    for other in (answers, vacancies, waivers, wider, remedied, staffed, beds):
        assert list(other(case)) == []
    never = GENERAL.with_rule("together", kind=Kind.SAFETY, waiver_role=None)
    assert list(split(_case(people, known_home(), policy=never))) == []
    assert list(split(_case(known_referral(age_years=40), known_home()))) == []


def test_a_lapsed_certificate_that_decides_the_type_is_renewed():
    home = known_home(certificate_expires=day(-1))
    (one,) = [a for a in remedied(_case(known_referral(), home)) if a.code == "certificate"]
    assert one.kind is ChangeKind.RELICENSE
    assert one.words == "A renewed certificate for P1"
    assert one.make().providers[0].certificate_expires == day(365)
    other_type = known_referral(acceptable_types=frozenset({w.PlacementType.QRTP}))
    assert [a for a in remedied(_case(other_type, home)) if a.code == "certificate"] == []


@pytest.mark.parametrize(
    ("ratio", "residents", "amounts"), [(1, 1, [1, 2]), (2, 4, [2, 3]), (None, 1, [1, 2])]
)
def test_as_many_staff_as_it_takes_and_one_more_for_who_comes_first(ratio, residents, amounts):
    home = known_home(
        residents=residents,
        staff_ratio=ratio,
        staff_on_shift=0 if ratio is None else 1,
        licensed_capacity=9,
    )
    assert [one.amount for one in staffed(_case(known_referral(), home))] == amounts


def test_no_staff_are_asked_for_where_none_are_counted():
    case = _case(known_referral(age_years=40), known_home(staff_on_shift=None))
    assert list(staffed(case)) == []


def test_beds_are_added_where_the_vacancy_is_known_and_nothing_else_bars():
    homes = [known_home(f"P{k}") for k in (1, 2, 3)]
    pools = [
        known_pool("P1", beds_available=0, beds_accepting=None),
        known_pool("P2", beds_available=0, beds_accepting=None, age_min=17),
        known_pool("P3", beds_available=0, beds_accepting=None, available_from=day(9)),
    ]
    case = _case(known_referral(), homes, pools)
    assert {case.near.name(one.home) for one in beds(case)} == {"P1"}
    late = known_pool("P1", available_from=day(9))
    (one,) = remedied(_case(known_referral(), homes[0], [late]))
    assert (one.kind, one.words) == (ChangeKind.BED, "Beds that are open now at P1")
