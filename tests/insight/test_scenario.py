"""What if: a scenario is other records, and the best plan for those."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import words as w
from matching.domain.errors import InputError, NotFound
from matching.domain.scenario import (
    MOST_STEPS,
    AddBeds,
    ChangeAges,
    ChangeRadius,
    CloseProvider,
    LapseLicence,
    OpenProvider,
    Paper,
    Relicense,
    Surge,
    Train,
)
from matching.engine.choices import Choices, Seat
from matching.engine.solve import work_out
from matching.insight.difference import placings
from matching.insight.edits import with_edit
from matching.insight.scenario import changed, tried
from matching.insight.scenario_people import INVENTED
from tests.builders import FAR, HERE, NEAR, known_home, known_pool, known_referral, problem
from tests.engine.best import Best
from tests.engine.small import GENERAL, named, places_of, problems

FEW = settings(max_examples=10, deadline=None)


def pool_key(data, one):
    return data.draw(st.sampled_from(one.pool_keys))


def tier_counts(solution):
    return tuple(tier.placed for tier in solution.plan.tiers)


def steps_for(data, one):
    """One step of any kind, about what is there."""
    provider, pool = pool_key(data, one)
    return data.draw(
        st.sampled_from(
            [
                AddBeds(provider, pool, 1, licence=True),
                AddBeds(provider, pool, 2),
                Train(provider, frozenset(w.Course)),
                Relicense(provider),
                Relicense(provider, Paper.CERTIFICATE),
                CloseProvider(provider),
                LapseLicence(provider),
                ChangeAges(provider, pool, 0, 30),
                ChangeRadius(200),
                OpenProvider(2, like=provider),
                Surge(2),
                Surge(1, HERE, w.Urgency.TONIGHT),
            ]
        )
    )


@FEW
@given(problems(people=4, pools=4, tied=True), st.data())
def test_a_scenario_is_the_best_plan_of_the_records_as_they_would_be(one, data):
    solution = work_out(one, GENERAL, salt="s")
    steps = tuple(steps_for(data, one) for _ in range(data.draw(st.integers(1, 2))))
    try:
        found = tried(solution, steps)
    except NotFound:  # the second step is about what the first closed
        assert isinstance(steps[0], CloseProvider)
        return
    records = with_edit(one, found.changed.edit)
    assert found.after.problem.fingerprint() == records.fingerprint()
    assert found.after.plan.salt == solution.plan.salt
    best = Best(records, found.changed.policy)
    assert best.of(places_of(records, found.after.plan)) == best.key
    assert one.fingerprint() == solution.plan.problem_fingerprint


@FEW
@given(problems(people=5, pools=5, tied=True))
def test_today_is_the_plan(one):
    solution = work_out(one, GENERAL, salt="s")
    found = tried(solution, ())
    assert found.after is solution
    assert not found.difference
    assert found.changed.edit == type(found.changed.edit)()


@FEW
@given(problems(people=5, pools=5, tied=True), st.data())
def test_closing_never_helps(one, data):
    solution = work_out(one, GENERAL, salt="s")
    found = tried(solution, (CloseProvider(pool_key(data, one)[0]),))
    assert tier_counts(found.after) <= tier_counts(solution)


@FEW
@given(problems(people=5, pools=5, tied=True), st.data())
def test_what_is_added_never_hurts(one, data):
    solution = work_out(one, GENERAL, salt="s")
    provider, pool = pool_key(data, one)
    step = data.draw(
        st.sampled_from(
            [
                AddBeds(provider, pool, 1),
                AddBeds(provider, pool, 3, licence=True),
                Train(provider, frozenset({w.Course.TRAFFICKING})),
                Relicense(provider, data.draw(st.sampled_from([Paper.LICENCE, *Paper]))),
                OpenProvider(2, like=provider),
                OpenProvider(
                    1,
                    w.PlacementType.SAFE_FOSTER_HOME,
                    HERE,
                    10,
                    17,
                    frozenset({w.Gender.FEMALE}),
                ),
                ChangeRadius(500),
            ]
        )
    )
    if step == Relicense(provider, Paper.CERTIFICATE):
        return  # a certificate makes another type of place of it, see below
    assert tier_counts(tried(solution, (step,)).after) >= tier_counts(solution)


@FEW
@given(problems(people=5, pools=5, tied=True), st.data())
def test_a_lapsed_licence_is_a_closed_door_for_newcomers(one, data):
    solution = work_out(one, GENERAL, salt="s")
    provider, _ = pool_key(data, one)
    lapsed = tried(solution, (LapseLicence(provider),)).after
    closed = tried(solution, (CloseProvider(provider),)).after
    assert named(lapsed.problem, lapsed.plan) == named(closed.problem, closed.plan)


@FEW
@given(problems(people=5, pools=5), st.integers(1, 4))
def test_a_surge_takes_no_place_from_anybody_more_urgent(one, people):
    solution = work_out(one, GENERAL, salt="s")
    found = tried(solution, (Surge(people, urgency=w.Urgency.PLANNED),))
    before, after = placings(solution), placings(found.after)
    for name in one.referral_ids:
        if before.tiers[name] != w.Urgency.PLANNED and name in before.places:
            assert name in after.places
    assert {move.referral_id for move in found.difference.new} == found.changed.invented
    assert all(name.startswith(INVENTED) for name in found.changed.invented)


HOMES = (
    known_home("P1", name="Oak House"),
    known_home("P2", name="Birch House", trainings=()),
    known_home("P3", name="Far House", county=FAR),
)
POOLS = tuple(known_pool(home.provider_id, beds_available=1) for home in HOMES)
PEOPLE = tuple(known_referral(f"R{k}") for k in range(1, 4))


def solved(people=PEOPLE, homes=HOMES, pools=POOLS, **options):
    return work_out(problem(people, homes, pools), GENERAL, salt="s", **options)


def placed(trial):
    return len(trial.after.plan.referral)


@pytest.mark.parametrize(
    ("steps", "number"),
    [
        ((), 1),
        ((AddBeds("P1", "B1", 1),), 2),
        ((AddBeds("P1", "B1", 5),), 3),
        ((Train("P2", frozenset({w.Course.COMPLEX_TRAUMA})),), 1),
        ((Train("P2", frozenset(w.Course)),), 2),
        ((ChangeRadius(200),), 2),
        ((ChangeRadius(200), Train("P2", frozenset(w.Course))), 3),
        ((CloseProvider("P1"),), 0),
        ((LapseLicence("P1"),), 0),
        ((LapseLicence("P1"), Relicense("P1")), 1),
        ((CloseProvider("P1"), OpenProvider(2, like="P2")), 0),
        ((OpenProvider(2, like="P1"),), 3),
        ((ChangeAges("P1", "B1", age_min=16),), 0),
        ((ChangeAges("P1", "B1", age_max=14),), 0),
        ((ChangeAges("P1", "B1", age_max=19),), 1),
    ],
)
def test_each_step_does_what_it_says(steps, number):
    assert placed(tried(solved(), steps)) == number


def test_a_plain_new_place_takes_those_it_is_for():
    step = OpenProvider(
        2,
        w.PlacementType.SAFE_FOSTER_HOME,
        HERE,
        12,
        17,
        frozenset({w.Gender.FEMALE}),
    )
    found = tried(solved(), (step,))
    assert placed(found) == 3
    (name,) = found.changed.opened
    at = found.after.problem.provider_ids.index(name)
    called = found.after.problem.provider_records[at].name
    assert called == f"New safe foster home in {solved().problem.geography.name(HERE)}"
    # Nothing about it has to be asked first.
    new = range(len(found.after.plan.pool))
    keys = found.after.problem.pool_keys
    asked = [
        int(found.after.plan.unknown[k])
        for k in new
        if keys[int(found.after.plan.pool[k])][0] == name
    ]
    assert asked == [0, 0]


def test_a_place_for_boys_does_not_help_girls():
    step = OpenProvider(
        2, w.PlacementType.SAFE_FOSTER_HOME, HERE, 12, 17, frozenset({w.Gender.MALE})
    )
    assert placed(tried(solved(), (step,))) == 1


def test_opened_places_are_numbered_and_can_be_changed_and_closed_again():
    steps = (
        OpenProvider(1, like="P1"),
        OpenProvider(1, like="P1"),
        AddBeds("new place 1", "beds", 1, licence=True),
        CloseProvider("new place 2"),
    )
    found = changed(solved().problem, GENERAL, steps)
    assert found.opened == ("new place 1",)
    assert {type(one).__name__ for one in found.edit.added} == {"Provider", "BedPool"}
    (pool,) = [one for one in found.edit.added if isinstance(one, type(POOLS[0]))]
    assert pool.free == 2
    assert found.edit.removed == frozenset()


def test_a_chosen_place_that_would_be_gone_is_dropped_and_named():
    seats = frozenset({Seat("R1", "P1"), Seat("R2", "P4")})
    homes = (*HOMES, known_home("P4"))
    pools = (*POOLS, known_pool("P4", beds_available=1))
    solution = solved(homes=homes, pools=pools, choices=Choices(forced=seats))
    found = tried(solution, (CloseProvider("P1"),))
    assert found.dropped == (Seat("R1", "P1"),)
    assert named(found.after.problem, found.after.plan) == {"R2": ("P4", "B1")}
    assert found.after.choices.forced == {Seat("R2", "P4")}
    assert [move.referral_id for move in found.difference.lost] == ["R1"]


def test_forbidden_places_stay_forbidden():
    against = Choices(forbidden=frozenset(Seat(one.referral_id, "P1") for one in PEOPLE))
    solution = solved(choices=against)
    assert placed(tried(solution, (AddBeds("P1", "B1", 5),))) == 0


def test_a_persons_own_limit_is_not_moved_by_the_radius():
    people = [known_referral("R1", max_distance_miles=10), known_referral("R2")]
    solution = solved(people, homes=HOMES[2:], pools=POOLS[2:])
    found = tried(solution, (ChangeRadius(200),))
    assert named(found.after.problem, found.after.plan) == {"R2": ("P3", "B1")}


def test_a_radius_counts_where_the_policy_has_none():
    off = GENERAL.with_rule("distance", on=False)
    solution = work_out(problem(PEOPLE, HOMES, POOLS), off, salt="s")
    assert len(solution.plan.referral) == 2
    assert placed(tried(solution, (ChangeRadius(50),))) == 1


@pytest.mark.parametrize(
    ("steps", "error"),
    [
        ((CloseProvider("P9"),), NotFound),
        ((AddBeds("P1", "B9", 1),), NotFound),
        ((CloseProvider("P1"), LapseLicence("P1")), NotFound),
        ((OpenProvider(1, like="P9"),), NotFound),
        ((OpenProvider(1, county="00000", like="P1"),), NotFound),
        ((ChangeAges("P1", "B1", age_min=18),), InputError),
        ((Train("P4", frozenset(w.Course)),), InputError),
        ((LapseLicence("P4"),), InputError),
        ((ChangeRadius(0),), InputError),
        (tuple(Relicense("P1") for _ in range(MOST_STEPS + 1)), InputError),
    ],
)
def test_a_step_that_cannot_be_done_is_refused(steps, error):
    stubborn = known_home(
        "P4", trainable=False, licence_status=w.LicenceStatus.NOT_REQUIRED, name="Elm"
    )
    solution = solved(homes=(*HOMES, stubborn), pools=POOLS)
    with pytest.raises(error) as refused:
        tried(solution, steps)
    assert refused.value.next_step


def test_nobody_waiting_gives_no_surge():
    with pytest.raises(InputError):
        tried(solved(people=()), (Surge(3),))


def test_progress_is_told_and_the_radius_alone_is_a_scenario():
    told: list[str] = []
    people = [replace(one, home_county=NEAR) for one in PEOPLE]
    found = tried(solved(people), (ChangeRadius(25),), progress=told.append)
    assert "rules" in told
    assert (placed(found), len(found.difference.lost)) == (0, 1)


@FEW
@given(problems(people=5, pools=4, tied=True), st.data())
def test_more_beds_place_no_fewer_people(one, data):
    solution = work_out(one, GENERAL, salt="s")
    provider, pool = pool_key(data, one)
    counts = [
        tier_counts(tried(solution, (AddBeds(provider, pool, n, licence=True),)).after)
        for n in (1, 2, 4)
    ]
    assert [tier_counts(solution), *counts] == sorted([tier_counts(solution), *counts])


@FEW
@given(problems(people=5, pools=5), st.data())
def test_steps_about_different_places_can_be_taken_in_any_order(one, data):
    homes = sorted(one.provider_ids)
    if len(homes) < 2:
        return
    first, second = data.draw(st.permutations(homes))[:2]
    steps = (LapseLicence(first), Train(second, frozenset(w.Course)), ChangeRadius(60))
    order = tuple(data.draw(st.permutations(steps)))
    assert changed(one, GENERAL, steps) == changed(one, GENERAL, order)


@FEW
@given(problems(people=5, pools=5, tied=True), st.data())
def test_a_place_that_opens_and_closes_again_changes_nothing(one, data):
    provider, _ = pool_key(data, one)
    steps = (OpenProvider(3, like=provider), CloseProvider("new place 1"))
    found = changed(one, GENERAL, steps)
    assert not found.edit.touches_record
    assert found.opened == ()


@FEW
@given(problems(people=5, pools=5), st.integers(1, 3), st.integers(1, 3))
def test_a_larger_surge_leaves_no_fewer_of_today_without_a_place(one, few, more):
    solution = work_out(one, GENERAL, salt="s")
    lost = [
        len(found.difference.lost) - len(found.difference.gained)
        for found in (tried(solution, (Surge(n),)) for n in (few, few + more))
    ]
    assert 0 <= lost[0] <= lost[1]


def test_a_surge_is_the_same_people_each_time_and_two_surges_are_others():
    solution = solved()
    one = changed(solution.problem, GENERAL, (Surge(3),))
    assert one == changed(solution.problem, GENERAL, (Surge(3),))
    two = changed(solution.problem, GENERAL, (Surge(3), Surge(3)))
    assert len(two.invented) == 6
    assert one.invented < two.invented


def test_a_renewal_after_a_lapse_is_the_record_with_a_longer_licence():
    solution = solved()
    found = changed(solution.problem, GENERAL, (LapseLicence("P1"), Relicense("P1")))
    (home,) = found.edit.providers
    assert home == replace(HOMES[0], licence_expires=home.licence_expires)
    assert home.licence_expires > HOMES[0].licence_expires


def test_the_last_radius_counts():
    found = changed(solved().problem, GENERAL, (ChangeRadius(30), ChangeRadius(200)))
    assert found.policy.rules["distance"].parameters["max_miles"] == 200
    assert found.policy.rules["danger-zone"] == GENERAL.rules["danger-zone"]
    same = GENERAL.rules["distance"].parameters["max_miles"]
    assert changed(solved().problem, GENERAL, (ChangeRadius(same),)).policy == GENERAL
