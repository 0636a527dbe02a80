"""The smallest changes, against trying everything on the records with the change in."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching.domain import words as w
from matching.domain.errors import ChoiceError
from matching.domain.policy import Policy
from matching.domain.records import Training
from matching.domain.rulebook import Kind
from matching.engine.choices import NO_CHOICES, Choices, Seat, Waiver
from matching.engine.problem import Problem
from matching.engine.rules.base import Verdict
from matching.engine.solution import Solution
from matching.engine.solve import work_out
from matching.insight import changes as changes_module
from matching.insight.attempts import ChangeKind
from matching.insight.changes import TRIES, Change, smallest_changes
from tests.builders import FAR, NEAR, ago, day, known_home, known_pool, known_referral, problem
from tests.engine.best import Best
from tests.engine.small import (
    GENERAL,
    Slow,
    blocking,
    named,
    policies,
    problems,
    within,
)

ALL = 10_000  # more tries than there are changes


def _outcomes(one: Problem, policy: Policy, choices: Choices, rows: set[int]) -> set[bool]:
    """Whether some people have a place in each of the best plans."""
    best = Best(one, policy, choices)
    out = set()
    for circle in best.circles:
        if not rows <= set(circle.people):
            continue
        may = [best.may[i] if i in circle.people else [] for i in range(one.size[0])]
        for places in within(one, policy, may, best.beds):
            if _among_the_best(best, circle, places):
                out.add(all(places[i] is not None for i in rows))
    return out or {False}  # people in different circles have no place together


def _among_the_best(best: Best, circle, places) -> bool:
    key = best.ranking.free_key if circle.kept else best.ranking.tied_key
    return best._holds(places) and key(places) == circle.best


def _unit(one: Problem, row: int, choices: Choices) -> list[int]:
    """Return who must be placed with a person; a group that may be apart is no unit."""
    group = one.referral_records[row].group_id
    people = enumerate(one.referral_records)
    return (
        [row]
        if group is None or group in choices.split
        else [k for k, r in people if r.group_id == group]
    )


def _with(one: Problem, facts) -> Problem:
    """Put facts on the record, field by field."""
    sides = {
        "referral": {(r.referral_id,): r for r in one.referral_records},
        "provider": {(p.provider_id,): p for p in one.provider_records},
        "pool": {(b.provider_id, b.pool_id): b for b in one.pool_records},
    }
    for fact in facts:
        record = sides[fact.record][fact.identifier]
        assert getattr(record, fact.field) == fact.before
        sides[fact.record][fact.identifier] = replace(record, **{fact.field: fact.after})
    return problem(*(list(records.values()) for records in sides.values()))


#: Which facts a change of each kind may touch.
TOUCHES = {
    ChangeKind.WAIVE: set(),
    ChangeKind.WIDEN: {"max_distance_miles"},
    ChangeKind.TRAIN: {"trainings", "capabilities", "lgbtq_affirming"},
    ChangeKind.RELICENSE: {
        *("licence_status", "licence_expires", "certificate", "certificate_expires"),
        *("age_min", "age_max", "genders", "households", "capabilities", "family_first"),
        "background_check",
    },
    ChangeKind.STAFF: {"staff_on_shift"},
    ChangeKind.BED: {
        *("beds_available", "beds_accepting", "beds_staffed", "beds_licensed"),
        *("licensed_capacity", "foster_cap_exception", "available_from"),
    },
}


def _is_real(solution: Solution, row: int, change: Change) -> None:
    """The change is of its kind, and with it some best plan places the person."""
    one, policy = solution.problem, solution.policy
    fields = {fact.field for fact in change.facts}
    if change.kind is ChangeKind.CALL:  # only what nobody has said, and the date of the news
        news = {"as_of", "trainings", "genders"}
        assert all(f.before is None or f.field in news for f in change.facts)
    else:
        assert fields <= TOUCHES[change.kind]
    choices = solution.choices
    people = _unit(one, row, choices)
    if change.kind is ChangeKind.WAIVE:
        setting = policy.rules[change.code]
        assert setting.kind is Kind.POLICY
        assert change.role == setting.waiver_role.value
        if change.code == "together":
            choices = choices.and_(split={one.referral_records[row].group_id})
            people = [row]
        else:
            waived = {Waiver(one.referral_ids[k], change.code, change.provider) for k in people}
            assert change.edit.waived <= waived
            choices = choices.and_(waived=change.edit.waived)
    assert True in _outcomes(_with(one, change.facts), policy, choices, set(people))


def _single(slow: Slow, choices: Choices, row: int, j: int, code: str) -> bool:
    barring = set(slow.barring(row, j)) - slow.waived(choices, row, j)
    return barring == {code} and slow.verdict(code, row, j) is Verdict.FAIL


def _candidates(solution: Solution, row: int) -> Iterator[tuple[ChangeKind, Problem, Choices]]:
    """Single near misses of a person, each with its remedy put on the record by hand."""
    one, policy, choices = solution.problem, solution.policy, solution.choices
    slow, people = Slow(one, policy), _unit(one, row, choices)
    homes = {p.provider_id: p for p in one.provider_records}
    for j, (pool, key) in enumerate(zip(one.pool_records, one.pool_keys, strict=True)):
        home = homes[key[0]]
        here = [k for k, other in enumerate(one.pool_keys) if other[0] == key[0]]
        for code in slow.codes:
            if not any(_single(slow, choices, k, j, code) for k in people):
                continue
            setting = policy.rules[code]
            may_waive = setting.kind is Kind.POLICY and code not in ("distance", "together")
            if may_waive:
                near = {
                    k for k in people if any(_single(slow, choices, k, h, code) for h in here)
                }
                waived = {Waiver(one.referral_ids[k], code, key[0]) for k in near}
                yield ChangeKind.WAIVE, one, choices.and_(waived=waived)
            if code == "distance":
                yield ChangeKind.WIDEN, _wide_enough(one, people, j), choices
            if code == "training":
                courses = tuple(Training(course=c, expires=day(365)) for c in w.Course)
                trained = replace(home, trainings=courses)
                yield ChangeKind.TRAIN, _one_changed(one, home=trained), choices
            if code == "licence":
                renewed = replace(home, licence_expires=day(365))
                yield ChangeKind.RELICENSE, _one_changed(one, home=renewed), choices
            if code == "certificate":
                renewed = replace(home, certificate_expires=day(365))
                yield ChangeKind.RELICENSE, _one_changed(one, home=renewed), choices
            if code == "age":
                wider = replace(pool, age_min=0, age_max=99)
                yield ChangeKind.RELICENSE, _one_changed(one, pool=wider), choices
        full = any(
            not slow.barring(k, j) or _single(slow, choices, k, j, "beds") for k in people
        )
        if full and pool.free is not None:
            more = replace(
                pool, beds_available=pool.free + 1, beds_licensed=None, beds_accepting=None
            )
            yield ChangeKind.BED, _one_changed(one, pool=more), choices


def _asked(solution: Solution, row: int) -> Iterator[tuple[ChangeKind, Problem, Choices]]:
    """Facts of a place that nobody has said, with the answer that helps put in by hand."""
    one, policy, choices = solution.problem, solution.policy, solution.choices
    slow, people = Slow(one, policy), _unit(one, row, choices)
    needed = sum(one.referral_records[k].beds_needed for k in people)
    homes = {p.provider_id: p for p in one.provider_records}
    courses = tuple(Training(course=c, expires=day(365)) for c in w.Course)
    for j, (pool, key) in enumerate(zip(one.pool_records, one.pool_keys, strict=True)):
        home = homes[key[0]]

        def waits_for(code: str, j: int = j) -> bool:
            return all(
                set(slow.barring(k, j)) - {"together"} == {code}
                and slow.verdict(code, k, j) is Verdict.UNKNOWN
                for k in people
            )

        if home.licence_expires is None and waits_for("licence"):
            told = replace(home, licence_expires=day(365))
            yield ChangeKind.CALL, _one_changed(one, home=told), choices
        if home.trainings is None and waits_for("training"):
            told = replace(home, trainings=courses)
            yield ChangeKind.CALL, _one_changed(one, home=told), choices
        if pool.free is not None:
            continue
        supposed = min(policy.unknown_vacancy_beds, pool.beds_licensed or 99)
        if all(set(slow.barring(k, j)) <= {"together"} for k in people):
            found = range(supposed + 1, supposed + needed + 3)
        elif waits_for("beds") and home.foster_cap_exception is False:
            found = range(needed, needed + 3)
        else:
            continue
        for beds in found:
            if pool.beds_licensed is None or beds <= pool.beds_licensed:
                told = replace(pool, beds_available=beds)
                yield ChangeKind.CALL, _one_changed(one, pool=told), choices


def _one_changed(one: Problem, *, home=None, pool=None) -> Problem:
    homes = [
        home if home is not None and p.provider_id == home.provider_id else p
        for p in one.provider_records
    ]
    key = None if pool is None else (pool.provider_id, pool.pool_id)
    pools = [pool if (b.provider_id, b.pool_id) == key else b for b in one.pool_records]
    return problem(one.referral_records, homes, pools)


def _wide_enough(one: Problem, people: list[int], j: int) -> Problem:
    """Let everybody of the unit go as far as the farthest of them lives from a pool."""
    persons = list(one.referral_records)
    county = one.pools.county[j]
    miles = [float(one.geography.miles(one.referrals.home[k], county)) for k in people]
    radius = max(math.ceil(m) for m in miles if not math.isnan(m))
    for k in people:
        limit = persons[k].max_distance_miles
        if (100 if limit is None else limit) < radius:
            persons[k] = replace(persons[k], max_distance_miles=radius)
    return problem(persons, one.provider_records, one.pool_records)


def _compare(one: Problem, policy: Policy, row: int, choices: Choices = NO_CHOICES) -> None:
    solution = work_out(one, policy, choices=choices)
    found = smallest_changes(solution, row, tries=ALL)
    assert found.exhausted
    assert not found.left_out
    kinds = [change.kind for change in found.found]
    assert kinds == sorted(set(kinds), key=list(ChangeKind).index)
    assert found.tried >= len(kinds)
    for change in found.found:
        _is_real(solution, row, change)
    people = set(_unit(one, row, solution.choices))
    for kind, changed, decided in (*_candidates(solution, row), *_asked(solution, row)):
        if kind not in kinds:
            assert _outcomes(changed, policy, decided, people) != {True}, kind


@settings(max_examples=10, deadline=None)
@given(problems(people=3, pools=3, tied=True), policies(), st.data())
def test_every_change_is_real_and_none_is_overlooked(one, policy, data):
    solution = work_out(one, policy)
    without = np.flatnonzero(solution.chosen < 0).tolist()
    assume(without)
    _compare(one, policy, data.draw(st.sampled_from(without)))


@settings(max_examples=6, deadline=None)
@given(problems(people=4, pools=3), policies(), st.data())
def test_the_same_among_people_tied_to_nobody(one, policy, data):
    solution = work_out(one, policy)
    without = np.flatnonzero(solution.chosen < 0).tolist()
    assume(without)
    _compare(one, policy, data.draw(st.sampled_from(without)))


# --- each kind, by example ----------------------------------------------------------


def _changes(people, homes, pools=None, *, policy=GENERAL, row=0, **options):
    homes = homes if isinstance(homes, list) else [homes]
    pools = [known_pool(h.provider_id) for h in homes] if pools is None else pools
    one = problem(people, homes, pools)
    solution = work_out(one, policy, choices=options.pop("choices", NO_CHOICES))
    found = smallest_changes(solution, row, **options)
    return solution, found, {change.kind: change for change in found.found}


def test_a_course_for_one_home():
    home = known_home("P1", name="Oak House", trainings=())
    _, found, by_kind = _changes(known_referral(), home)
    change = by_kind[ChangeKind.TRAIN]
    assert change.sentence == (
        "A trafficking course for Oak House would give this young person a place; "
        "nobody else's place changes."
    )
    assert (change.provider, change.code, change.place) == ("P1", "training", ("P1", "B1"))
    assert [m.referral_id for m in change.difference.gained] == ["R1"]
    waiver = by_kind[ChangeKind.WAIVE]
    assert waiver.role == "supervisor"
    assert waiver.sentence == (
        "A waiver of the rule 'Trained for trafficking' for Oak House, by a supervisor, would "
        "give this young person a place; nobody else's place changes."
    )
    assert [change.kind for change in found.found] == [ChangeKind.WAIVE, ChangeKind.TRAIN]
    assert (found.tried, found.exhausted) == (2, True)


def test_a_trained_home_is_trained_for_all_and_who_comes_first_takes_the_bed():
    people = [
        known_referral("R1", urgency=w.Urgency.PLANNED),
        known_referral("R2", vetoed_providers=frozenset({"P2"})),
    ]
    homes = [
        known_home("P1", trainings=()),
        known_home("P2", trainings=(), county=NEAR),  # dearer
    ]
    pools = [known_pool(h.provider_id, beds_available=1) for h in homes]
    _, found, by_kind = _changes(people, homes, pools, tries=ALL)
    assert by_kind[ChangeKind.TRAIN].provider == "P2"
    # A waiver is for one person alone.
    assert by_kind[ChangeKind.WAIVE].provider == "P1"
    assert found.exhausted


def test_a_home_that_will_not_be_trained_is_left_alone():
    _, found, by_kind = _changes(
        known_referral(), known_home(trainings=(), trainable=False), tries=ALL
    )
    assert ChangeKind.TRAIN not in by_kind
    assert found.exhausted


def test_law_and_safety_are_never_waived():
    home = known_home(licence_status=w.LicenceStatus.EXPIRED, licence_expires=day(-9))
    _, _, by_kind = _changes(known_referral(), home)
    assert set(by_kind) == {ChangeKind.RELICENSE}
    assert by_kind[ChangeKind.RELICENSE].sentence.startswith("A renewed licence for P1 would")
    revoked = replace(home, licence_status=w.LicenceStatus.REVOKED)
    _, found, by_kind = _changes(known_referral(), revoked)
    assert not by_kind
    assert (found.tried, found.exhausted) == (0, True)


def test_the_smallest_radius_that_is_enough():
    homes = [known_home("P1", county=FAR), known_home("P2", county=NEAR)]
    person = known_referral(max_distance_miles=10)
    _, _, by_kind = _changes(person, homes, tries=ALL)
    change = by_kind[ChangeKind.WIDEN]
    assert (change.amount, change.provider, change.role) == (28, "P2", None)
    assert change.sentence.startswith("Looking up to 28 miles from home instead of 10 would")
    _, _, by_kind = _changes(known_referral(), homes[0])
    change = by_kind[ChangeKind.WIDEN]
    assert (change.amount, change.role) == (123, "supervisor")
    lawful = GENERAL.with_rule(
        "distance", kind=Kind.LAW, waiver_role=None, citation="an Act of the state"
    )
    _, found, by_kind = _changes(known_referral(), homes[0], policy=lawful)
    assert not by_kind
    assert found.exhausted


def test_one_more_bed():
    people = [known_referral("R1", urgency=w.Urgency.PLANNED), known_referral("R2")]
    beds = known_pool(beds_available=1, beds_licensed=3, beds_accepting=None)
    _, _, by_kind = _changes(people, known_home(name="Oak House"), [beds])
    change = by_kind[ChangeKind.BED]
    assert (change.amount, change.licence, change.pool) == (1, False, "B1")
    assert change.sentence == (
        "1 more bed at Oak House would give this young person a place; nobody else's place "
        "changes."
    )


@pytest.mark.parametrize(
    ("home", "beds", "besides"),
    [
        ({"licensed_capacity": 2}, {}, "a licence for that"),
        ({}, {"beds_licensed": 1}, "a licence for that"),
        (
            {"licensed_capacity": None, "residents": 5},
            {},
            "an exception to the cap of 6 foster children",
        ),
        (
            {"licensed_capacity": 6, "residents": 5},
            {},
            "a licence for that and an exception to the cap of 6 foster children",
        ),
    ],
)
def test_one_more_bed_where_the_licence_binds_says_so(home, beds, besides):
    people = [known_referral("R1", urgency=w.Urgency.PLANNED), known_referral("R2")]
    facts = {"beds_available": 1, "beds_licensed": 3, "beds_accepting": None, **beds}
    place = known_home(residents=home.pop("residents", 1), staff_on_shift=9, **home)
    _, _, by_kind = _changes(people, place, [known_pool(**facts)])
    change = by_kind[ChangeKind.BED]
    assert change.licence
    assert change.sentence.startswith(f"1 more bed, with {besides}, at P1 would give")


def test_a_parent_and_child_need_two_beds():
    mother = known_referral(pregnant_parenting=w.Parenting.PARENTING, children_with=1)
    beds = known_pool(beds_available=0, beds_accepting=None)
    _, found, by_kind = _changes(mother, known_home(residents=0), [beds], tries=ALL)
    assert by_kind[ChangeKind.BED].amount == 2
    assert found.exhausted


def test_a_call_that_finds_more_beds_than_are_supposed():
    people = [known_referral("R1", urgency=w.Urgency.PLANNED), known_referral("R2")]
    beds = known_pool(beds_available=None, beds_accepting=None)
    _, _, by_kind = _changes(people, known_home(name="Oak House"), [beds])
    change = by_kind[ChangeKind.CALL]
    assert change.amount == 2
    assert change.sentence == (
        "About Oak House: ask how many beds are free. 2 free beds would give this young person "
        "a place; nobody else's place changes."
    )


def test_a_call_that_settles_what_blocks():
    home = known_home(name="Oak House", licence_expires=None)
    policy = blocking(GENERAL, ["licence"])
    _, _, by_kind = _changes(known_referral(), home, policy=policy)
    change = by_kind[ChangeKind.CALL]
    assert change.sentence == (
        "About Oak House: ask until when the licence runs. The right answer would give this "
        "young person a place; nobody else's place changes."
    )
    assert [(f.field, f.before) for f in change.facts] == [("licence_expires", None)]


def test_more_staff():
    home = known_home(name="Oak House", staff_on_shift=1, staff_ratio=1, residents=1)
    _, _, by_kind = _changes(known_referral(), home)
    change = by_kind[ChangeKind.STAFF]
    assert change.amount == 1
    assert change.sentence.startswith("1 more member of staff on shift at Oak House would give")


def test_a_group_gets_a_place_as_a_whole_or_is_split():
    people = [known_referral(f"R{k}", group_id="F1") for k in (1, 2)]
    homes = [known_home("P1", name="Oak House"), known_home("P2", name="Elm Street")]
    pools = [known_pool(h.provider_id, beds_available=1, beds_accepting=None) for h in homes]
    _, _, by_kind = _changes(people, homes, pools)
    assert by_kind[ChangeKind.WAIVE].code == "together"
    assert by_kind[ChangeKind.WAIVE].sentence.startswith(
        "Placing the group apart, approved by a supervisor, would give this young person a "
    )
    bed = by_kind[ChangeKind.BED]
    assert bed.sentence == (
        "1 more bed at Elm Street would give this young person and the rest of the group a "
        "place; nobody else's place changes."
    )
    assert {m.referral_id for m in bed.difference.gained} == {"R1", "R2"}


def test_one_change_serves_the_whole_group():
    people = [
        known_referral("R1", group_id="F1", max_distance_miles=5),
        known_referral("R2", group_id="F1", home_county=NEAR),
    ]
    home = known_home("P1", name="Oak House", county=NEAR)
    _, _, by_kind = _changes(people, home)
    wider = by_kind[ChangeKind.WIDEN]
    assert wider.amount == 28
    assert [fact.identifier for fact in wider.facts] == [("R1",)]
    assert wider.sentence.startswith(
        "Looking up to 28 miles from home instead of 5 would give this young person and the "
        "rest of the group a place"
    )
    untrained = [replace(r, max_distance_miles=None) for r in people]
    _, _, by_kind = _changes(untrained, replace(home, trainings=()))
    assert {m.referral_id for m in by_kind[ChangeKind.TRAIN].difference.gained} == {"R1", "R2"}
    assert len(by_kind[ChangeKind.WAIVE].edit.waived) == 2  # one waiver for each member


def test_a_group_is_asked_about_as_one():
    people = [
        known_referral("R1", group_id="F1", age_years=None),
        known_referral("R2", group_id="F1"),
    ]
    home = known_home(name="Oak House", licence_expires=None)
    policy = blocking(GENERAL, ["licence", "age", "age-stay", "resident-age"])
    _, _, by_kind = _changes(people, home, policy=policy)
    change = by_kind[ChangeKind.CALL]
    assert change.sentence.startswith("About Oak House: ask until when the licence runs; ask ")
    assert "how old this young person is" in change.sentence
    assert {fact.field for fact in change.facts} >= {"licence_expires", "age_years"}
    assert {m.referral_id for m in change.difference.gained} == {"R1", "R2"}


def test_the_person_may_end_up_elsewhere_and_it_is_said_where():
    """Oak House is trained; R2 moves there, nearer to school, and leaves Elm Street to R1."""
    people = [
        known_referral("R1", school_county=NEAR, received_at=ago(hours=1)),
        known_referral("R2", preferred_providers=("P1",)),
    ]
    homes = [
        known_home("P1", name="Oak House", trainings=()),
        known_home("P2", name="Elm Street", county=NEAR),
    ]
    pools = [known_pool(h.provider_id, beds_available=1) for h in homes]
    _, _, by_kind = _changes(people, homes, pools)
    change = by_kind[ChangeKind.TRAIN]
    assert change.place == ("P2", "B1")
    assert change.sentence == (
        "A trafficking course for Oak House would give this young person a place at Elm "
        "Street; 1 other person moves, nobody else gets or loses a place."
    )


@pytest.mark.parametrize(
    ("home", "pool", "begins"),
    [
        ({"certificate_expires": day(-2)}, {}, "A renewed certificate for Oak House would"),
        (
            {"background_check": w.BackgroundCheck.PENDING},
            {},
            "A clear background check of the adults for Oak House would",
        ),
        ({}, {"age_max": 14}, "A licence for ages 10 to 15 at Oak House would"),
        ({}, {"available_from": day(40)}, "Beds that are open now at Oak House would"),
    ],
)
def test_what_is_not_ready_yet(home, pool, begins):
    place = known_home(name="Oak House", **home)
    _, found, _ = _changes(known_referral(), place, [known_pool(**pool)])
    assert any(change.sentence.startswith(begins) for change in found.found)


def test_a_change_that_an_earlier_decision_forbids_is_none(monkeypatch):
    def refused(*_):
        raise ChoiceError("This was decided otherwise.")

    monkeypatch.setattr(changes_module, "solved_with", refused)
    _, found, by_kind = _changes(known_referral(), known_home(trainings=()))
    assert not by_kind
    assert (found.tried, found.exhausted) == (2, True)


def test_who_else_is_touched_is_said():
    """R1 comes first once the waiver is there, and the only bed is taken from R2."""
    people = [
        known_referral("R1", identification=w.Identification.AT_RISK),
        known_referral("R2", urgency=w.Urgency.PLANNED),
    ]
    home = known_home(identifications=frozenset({w.Identification.VERIFIED}))
    _, _, by_kind = _changes(people, home, [known_pool(beds_available=1)])
    assert by_kind[ChangeKind.WAIVE].sentence.endswith(
        "would give this young person a place; 1 other person loses a place, nobody else gets "
        "one."
    )
    assert by_kind[ChangeKind.WAIVE].difference.by_tier == {"tonight": 1, "planned": -1}


# --- how far it looks ---------------------------------------------------------------


def test_somebody_with_a_place_needs_no_change():
    _, found, _ = _changes(known_referral(), known_home())
    assert (found.found, found.tried, found.exhausted) == ((), 0, True)


def test_somebody_who_is_missing_is_not_helped_by_beds():
    _, found, _ = _changes(known_referral(presence=w.Presence.MISSING), known_home())
    assert (found.found, found.tried, found.exhausted) == ((), 0, True)


def test_what_was_not_tried_is_said():
    people = [known_referral("R1", urgency=w.Urgency.PLANNED), known_referral("R2")]
    homes = [known_home(f"P{k}", trainings=()) for k in range(1, TRIES + 3)]
    pools = [known_pool(h.provider_id, beds_available=1) for h in homes]
    _, found, by_kind = _changes(people, homes, pools)
    assert ChangeKind.TRAIN not in by_kind  # R2 comes first wherever somebody is trained
    assert not found.exhausted
    assert found.left_out == {ChangeKind.TRAIN: 2}
    assert found.tried == TRIES + 1
    _, found, _ = _changes(people, homes, pools, tries=ALL)
    assert found.exhausted
    assert found.tried == len(homes) + 1
    _, found, _ = _changes(people, homes, pools, kinds=[ChangeKind.WAIVE])
    assert [change.kind for change in found.found] == [ChangeKind.WAIVE]


def test_the_search_says_what_it_tries_and_can_be_stopped():
    homes = [known_home("P1", trainings=())]
    told: list[str] = []
    _, found, _ = _changes(known_referral(), homes, progress=told.append)
    assert told == ["Trying a waiver, 1 of 1", "Trying training, 1 of 1"]
    _, found, _ = _changes(known_referral(), homes, stop=lambda: True)
    assert (found.found, found.tried, found.exhausted) == ((), 0, False)
    assert found.left_out == {ChangeKind.WAIVE: 1, ChangeKind.TRAIN: 1}
    calls = iter([False, True])
    _, found, _ = _changes(known_referral(), homes, stop=lambda: next(calls, True))
    assert (found.found, found.tried) == ((), 1)  # stopped while the first was tried


def test_what_people_decided_stays_in_force():
    homes = [known_home("P1", trainings=()), known_home("P2", trainings=(), county=NEAR)]
    against = Choices(forbidden=frozenset({Seat("R1", "P1")}))
    _, _, by_kind = _changes(known_referral(), homes, choices=against)
    assert {change.provider for change in by_kind.values()} == {"P2"}
    only = Choices(only=frozenset({Seat("R1", "P2")}))
    _, _, by_kind = _changes(known_referral(), homes, choices=only)
    assert {change.provider for change in by_kind.values()} == {"P2"}
    waived = Choices(waived=frozenset({Waiver("R1", "training", "P1")}))
    solution, _, _ = _changes(known_referral(), homes, choices=waived)
    assert named(solution.problem, solution.plan) == {"R1": ("P1", "B1")}
