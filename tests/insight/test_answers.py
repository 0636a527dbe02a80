"""Answers to open questions that would let somebody live somewhere."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import words as w
from matching.engine.judge import BIT, Judge
from matching.engine.rules import CATALOGUE
from matching.insight.answers import about_person, favourable
from matching.insight.edits import Edit, facts_of
from tests.builders import (
    course,
    home,
    known_home,
    known_pool,
    known_referral,
    pool,
    problem,
    referral,
)
from tests.engine.small import FLORIDA, GENERAL, blocking, problems


def _blocked(one, policy, i=0, j=0):
    """The bits of the rules that block a pair since a fact is unknown; none if one fails."""
    judge = Judge(one, policy)
    failed, unknown = judge.bits(np.array([i]), np.array([j]))
    barred = int(judge.barred(failed, unknown)[0, 0])
    return 0 if int(failed[0, 0]) else barred


def _after(one, edit: Edit):
    def side(records, changed, key):
        new = {key(r): r for r in changed}
        return [new.get(key(r), r) for r in records]

    return problem(
        side(one.referral_records, edit.referrals, lambda r: r.referral_id),
        side(one.provider_records, edit.providers, lambda p: p.provider_id),
        side(one.pool_records, edit.pools, lambda b: (b.provider_id, b.pool_id)),
    )


def _only_what_was_open(one, edit):
    for fact in facts_of(one, edit):
        part = fact.field in ("trainings", "genders")
        assert fact.before is None or part


NOTHING = [
    (referral("R1"), known_home(), known_pool()),
    (known_referral(), home("P1"), pool()),
    (referral("R1"), home("P1"), pool()),
]


@pytest.mark.parametrize("rule", [rule.code for rule in CATALOGUE])
@pytest.mark.parametrize("parts", NOTHING, ids=["person", "place", "both"])
def test_every_rule_can_be_answered(rule, parts):
    policy = blocking(FLORIDA, [rule])
    one = problem(*parts)
    blocked = _blocked(one, policy)
    edit = favourable(one, policy, [(0, 0)], {0: blocked})
    assert _blocked(_after(one, edit), policy) == 0
    _only_what_was_open(one, edit)
    if not blocked >> BIT[rule] & 1:  # nothing to ask
        assert edit == Edit()


def test_everything_can_be_answered_at_once():
    policy, one = blocking(FLORIDA), problem(*NOTHING[2])
    edit = favourable(one, policy, [(0, 0)], {0: _blocked(one, policy)})
    after = _after(one, edit)
    assert _blocked(after, policy) == 0
    judge = Judge(after, policy)
    assert not judge.barred(*judge.bits(np.array([0]), np.array([0])))[0, 0]


@settings(max_examples=15, deadline=None)
@given(problems(people=2, pools=3, tied=True), st.data())
def test_answers_bar_nothing_else(one, data):
    policy = blocking(GENERAL)
    i = data.draw(st.integers(0, one.size[0] - 1))
    j = data.draw(st.integers(0, one.size[1] - 1))
    blocked = _blocked(one, policy, i, j)
    if not blocked:
        return
    edit = favourable(one, policy, [(i, j)], {i: blocked})
    if edit is None:
        return
    after = _after(one, edit)
    judge = Judge(after, policy)
    assert not judge.barred(*judge.bits(np.array([i]), np.array([j])))[0, 0]
    _only_what_was_open(one, edit)


def test_the_fewest_facts_are_asked_for():
    one = problem(known_referral(age_years=None), known_home(), known_pool())
    policy = blocking(GENERAL, ["age", "age-stay"])
    edit = favourable(one, policy, [(0, 0)], {0: _blocked(one, policy)})
    assert [fact.field for fact in facts_of(one, edit)] == ["age_years"]


def test_a_course_without_an_end_is_asked_about():
    trainings = (course(), replace(course(w.Course.COMPLEX_TRAUMA), expires=None))
    policy = blocking(GENERAL, ["training"]).with_rule(
        "training", parameters={"courses": ("trafficking", "complex_trauma")}
    )
    one = problem(known_referral(), known_home(trainings=trainings), known_pool())
    edit = favourable(one, policy, [(0, 0)], {0: _blocked(one, policy)})
    (fact,) = facts_of(one, edit)
    assert (fact.field, fact.after[0]) == ("trainings", trainings[0])
    assert fact.after[1].expires is not None


def test_a_place_is_asked_whether_it_serves_somebody_it_does_not_name():
    person = known_referral(gender=w.Gender.NONBINARY)
    policy = blocking(GENERAL, ["gender"])
    one = problem(person, known_home(), known_pool(gender_lock=None))
    edit = favourable(one, policy, [(0, 0)], {0: _blocked(one, policy)})
    (fact,) = facts_of(one, edit)
    assert fact.after == fact.before | {w.Gender.NONBINARY}


def test_two_people_share_the_answers_about_a_place():
    people = [known_referral("R1"), known_referral("R2", identification=None)]
    policy = blocking(GENERAL, ["training"])
    one = problem(people, known_home(trainings=None), [known_pool(), known_pool("P1", "B2")])
    blocked = {k: _blocked(one, policy, k, k) for k in (0, 1)}
    edit = favourable(one, policy, [(0, 0), (1, 1)], blocked)
    assert [fact.record for fact in facts_of(one, edit)] == ["provider"]
    after = _after(one, edit)
    assert not _blocked(after, policy, 0, 0)
    assert not _blocked(after, policy, 1, 1)


def test_where_no_answer_helps_there_is_none():
    one = problem(
        known_referral(age_years=None), known_home(), known_pool(age_min=9, age_max=8)
    )
    policy = blocking(GENERAL, ["age"])
    assert favourable(one, policy, [(0, 0)], {0: _blocked(one, policy)}) is None


def test_answers_given_before_are_kept():
    beds = known_pool(beds_available=None, beds_accepting=None)
    one = problem(known_referral(), known_home(licence_expires=None), beds)
    policy = blocking(GENERAL, ["beds", "licence"])
    told = replace(beds, beds_available=3)
    edit = favourable(one, policy, [(0, 0)], {0: _blocked(one, policy)}, [told])
    assert edit.pools == (told,)
    assert {f.field for f in facts_of(one, edit)} == {"beds_available", "licence_expires"}
    assert {one.name for one in fields(edit)} >= {"referrals", "providers", "pools"}


@pytest.mark.parametrize(
    ("code", "facts", "about"),
    [
        ("age", {"age_years": None}, True),
        ("age", {}, False),
        ("language", {"interpreter_ok": None}, True),
        ("licence", {"age_years": None}, False),
        ("beds", {}, False),
    ],
)
def test_a_question_is_about_the_person_only_where_a_fact_of_theirs_is_missing(
    code, facts, about
):
    assert about_person(code, known_referral(**facts)) is about
