"""What a step makes of one provider: only what it says, unknown facts untouched."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from matching.domain import geography
from matching.domain import words as w
from matching.domain.certification import certificate_valid, effective_type
from matching.domain.errors import InputError
from matching.domain.records import Training
from matching.domain.scenario import AddBeds, ChangeAges, OpenProvider, Paper
from matching.insight import scenario_places as places
from tests.builders import (
    HERE,
    MIAMI,
    NOW,
    TODAY,
    course,
    day,
    home,
    known_home,
    known_pool,
    pool,
)
from tests.engine.small import GENERAL

FEMALE = frozenset({w.Gender.FEMALE})
YEAR = TODAY + timedelta(days=365)


def differing(one, other):
    return {f.name for f in fields(one) if getattr(one, f.name) != getattr(other, f.name)}


def test_training_renews_every_caregiver_and_nothing_else():
    two = (course(ends=day(-5)), course(ends=day(900)), course(w.Course.COMPLEX_TRAUMA))
    before = known_home(trainings=two)
    after = places.trained(before, {w.Course.TRAFFICKING, w.Course.LABOUR_TRAFFICKING}, TODAY)
    assert differing(before, after) == {"trainings"}
    ends = [(one.course, one.expires) for one in after.trainings]
    assert ends == [
        (w.Course.TRAFFICKING, YEAR),
        (w.Course.TRAFFICKING, day(900)),
        (w.Course.COMPLEX_TRAUMA, day(365)),
        (w.Course.LABOUR_TRAFFICKING, YEAR),
    ]


def test_training_somewhere_nobody_knows_about_leaves_the_rest_unknown():
    after = places.trained(home(), {w.Course.TRAFFICKING}, TODAY)
    told = {one.course: one.expires for one in after.trainings}
    assert set(told) == set(w.Course)
    assert {c for c, end in told.items() if end is not None} == {w.Course.TRAFFICKING}


def test_a_home_that_cannot_be_trained_is_not():
    with pytest.raises(InputError, match="P1"):
        places.trained(home(trainable=False), {w.Course.TRAFFICKING}, TODAY)


@pytest.mark.parametrize("status", [*w.LicenceStatus, None])
def test_a_renewed_licence_counts_for_a_year(status):
    before = known_home(licence_status=status, licence_expires=day(-40))
    after = places.relicensed(before, Paper.LICENCE, TODAY)
    if status is w.LicenceStatus.NOT_REQUIRED:
        assert after == before
        return
    assert after.licence_expires == YEAR
    kept = w.LicenceStatus.PROBATION
    assert after.licence_status is (kept if status is kept else w.LicenceStatus.ACTIVE)


def test_a_licence_that_runs_longer_is_not_cut_short():
    before = known_home(licence_expires=day(900))
    assert places.relicensed(before, Paper.LICENCE, TODAY) == before


@pytest.mark.parametrize(
    ("kind", "held", "made"),
    [
        (w.PlacementType.SAFE_FOSTER_HOME, None, w.Certificate.SAFE_FOSTER_HOME),
        (w.PlacementType.SAFE_HOUSE, w.Certificate.NONE, w.Certificate.SAFE_HOUSE),
        (
            w.PlacementType.SAFE_HOUSE,
            w.Certificate.SAFE_HOUSE_TIER_1,
            w.Certificate.SAFE_HOUSE_TIER_1,
        ),
    ],
)
def test_a_certificate_is_renewed_or_given(kind, held, made):
    before = known_home(placement_type=kind, certificate=held, certificate_expires=day(-1))
    after = places.relicensed(before, Paper.CERTIFICATE, TODAY)
    assert after.certificate is made
    assert certificate_valid(after, TODAY)
    assert effective_type(after, TODAY) is kind


def test_a_check_can_be_made_clear():
    before = known_home(background_check=w.BackgroundCheck.PENDING)
    after = places.relicensed(before, Paper.BACKGROUND_CHECK, TODAY)
    assert after == replace(before, background_check=w.BackgroundCheck.CLEAR)


@pytest.mark.parametrize("grace", [0, 30])
@pytest.mark.parametrize("ends", [day(300), day(-400), None])
def test_a_lapsed_licence_is_out_of_its_grace(grace, ends):
    policy = GENERAL.with_rule("licence", parameters={"grace_days": grace})
    after = places.lapsed(known_home(licence_expires=ends), policy, TODAY)
    assert after.licence_status is w.LicenceStatus.EXPIRED
    assert after.licence_expires + timedelta(days=grace) < TODAY


def test_a_revoked_licence_stays_revoked():
    before = known_home(licence_status=w.LicenceStatus.REVOKED)
    assert places.lapsed(before, GENERAL, TODAY).licence_status is w.LicenceStatus.REVOKED


def test_ages_change_only_where_said():
    before = known_pool()
    assert places.with_ages(before, ChangeAges("P1", "B1", 8)).age_max == before.age_max
    after = places.with_ages(before, ChangeAges("P1", "B1", None, 20))
    assert differing(before, after) == {"age_max"}
    with pytest.raises(InputError):
        places.with_ages(before, ChangeAges("P1", "B1", 18))


def test_beds_are_added_with_or_without_their_licence():
    house, beds = known_home(residents=4), known_pool()
    _, plain = places.with_more_beds(house, [beds], beds, AddBeds("P1", "B1", 2), GENERAL)
    assert (plain.free, plain.beds_licensed) == (4, 3)
    wider, grown = places.with_more_beds(
        house, [beds], beds, AddBeds("P1", "B1", 2, licence=True), GENERAL
    )
    assert (grown.free, grown.beds_licensed, wider.licensed_capacity) == (4, 4, 6)


def test_beds_added_to_beds_nobody_has_told_of_are_known():
    policy = replace(GENERAL, unknown_vacancy_beds=3)
    beds = pool()
    _, grown = places.with_more_beds(home(), [beds], beds, AddBeds("P1", "B1", 1), policy)
    assert grown.free == 3  # as many as the plan proposes there already


def test_people_living_there_are_counted_or_added_up():
    assert places.residents(home(residents=4), []) == 4
    two = [pool(pool_id="a", beds_occupied=1), pool(pool_id="b", beds_occupied=2)]
    assert places.residents(home(), two) == 3
    assert places.residents(home(), [*two, pool(pool_id="c")]) == 0


def test_a_place_like_another_is_empty_ready_and_its_own():
    model = known_home(
        "P7",
        name="Oak House",
        licence_expires=day(-3),
        certificate_expires=day(-3),
        trainings=(course(ends=day(-3)),),
        background_check=w.BackgroundCheck.PENDING,
        resident_tokens=frozenset({"t"}),
        compromised_until=day(20),
        high_acuity_residents=2,
        contact="x",
    )
    pools = (known_pool("P7", "a", beds_licensed=1), known_pool("P7", "b", age_max=20))
    like = (model, pools)
    step = OpenProvider(5, like="P7", age_min=14, genders=frozenset(w.Gender))
    made, beds = places.opened(step, "new", like, NOW, geography.load())
    assert made.name == "New place like Oak House"
    assert (made.provider_id, beds.provider_id) == ("new", "new")
    assert (made.residents, made.resident_tokens, made.compromised_until) == (
        0,
        frozenset(),
        None,
    )
    assert (made.licence_expires, made.certificate_expires) == (YEAR, YEAR)
    assert made.trainings == (replace(course(), expires=YEAR),)
    assert made.background_check is w.BackgroundCheck.CLEAR
    assert made.service_area == model.service_area
    assert (beds.free, beds.age_min, beds.age_max) == (5, 14, 20)
    assert beds.genders == frozenset(w.Gender)
    assert beds.gender_lock is None
    assert (made.staff_on_shift or 0) * (made.staff_ratio or 0) >= 5


def test_a_place_like_another_elsewhere_serves_its_own_state():
    like = (known_home("P7"), (known_pool("P7"),))
    step = OpenProvider(1, county=MIAMI, like="P7")
    made, _ = places.opened(step, "new", like, NOW, geography.load())
    assert (made.county, made.state, made.service_area) == (MIAMI, "FL", None)


@pytest.mark.parametrize("kind", list(w.PlacementType))
def test_a_plain_place_of_any_type_is_ready(kind):
    step = OpenProvider(3, kind, HERE, 10, 17, FEMALE)
    made, beds = places.opened(step, "new", None, NOW, geography.load())
    assert effective_type(made, TODAY) is kind
    assert made.licence_expires == YEAR
    assert {one.course for one in made.trainings} == set(w.Course)
    assert all(one.expires == YEAR for one in made.trainings)
    assert made.licensed_capacity == beds.free == 3
    assert made.capabilities == frozenset()


def test_a_place_like_one_of_unknown_type_needs_a_type():
    like = (home("P7"), ())
    with pytest.raises(InputError):
        places.opened(OpenProvider(1, like="P7"), "new", like, NOW, geography.load())
    step = OpenProvider(1, w.PlacementType.HOST_HOME, like="P7")
    made, beds = places.opened(step, "new", like, NOW, geography.load())
    assert made.placement_type is w.PlacementType.HOST_HOME
    assert beds.age_min is None
    assert made.trainings is None
    assert Training(course=w.Course.TRAFFICKING).expires is None


@pytest.mark.parametrize("like", [None, (known_home("P7"), (known_pool("P7"),))])
def test_a_new_place_has_the_services_that_are_named(like):
    services = frozenset({w.Capability.THERAPY})
    kind = w.PlacementType.SAFE_HOUSE
    named = None if like is None else "P7"
    step = OpenProvider(1, kind, HERE, 10, 17, FEMALE, named, services)
    made, _ = places.opened(step, "new", like, NOW, geography.load())
    assert made.capabilities == services
