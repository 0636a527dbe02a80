from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import words as w
from matching.domain.rulebook import PREFERENCES
from matching.engine import fit as fit_module
from matching.engine import keyed
from matching.engine.fit import MOST_POINTS, Fit, icwa_rank, tier
from tests import strategies
from tests.builders import (
    FAR,
    HERE,
    NEAR,
    ago,
    course,
    day,
    home,
    known_home,
    known_pool,
    known_referral,
    pool,
    problem,
    referral,
)
from tests.engine.small import GENERAL, policies, problems, weighted

CODES = [spec.code for spec in PREFERENCES]
T, F, D = w.PlacementType, w.FaithCharacter, w.DevicePolicy
SPECIAL = {"placement_type": T.SPECIALISED_FOSTER_HOME}
ORDINARY = {"placement_type": T.FOSTER_HOME}
AT_RISK = {"identification": w.Identification.AT_RISK}
VERIFIED = {"identification": w.Identification.VERIFIED}
SUITABLE = {"acceptable_types": frozenset({T.FOSTER_HOME, T.SAFE_HOUSE})}


def _everything(policy=GENERAL):
    """A policy in which every preference counts."""
    return replace(
        policy,
        preferences={
            code: replace(setting, weight=setting.weight or 1)
            for code, setting in policy.preferences.items()
        },
    )


def _points(code, person, place, beds=None, questions=0):
    one = problem(person, place, beds or pool(place.provider_id))
    at = np.array([0])
    found = Fit(one, _everything()).points(at, at, np.array([questions]))
    return int(found[code][0])


TRAINED = (course(w.Course.TRAFFICKING), course(w.Course.COMPLEX_TRAUMA))
LAPSED = (course(w.Course.TRAFFICKING, day(-1)), course(w.Course.COMPLEX_TRAUMA, day(0)))

#: (preference, facts of the person, of the home, of the pool, points)
EXAMPLES = [
    ("least-restrictive", SUITABLE, ORDINARY, {}, 0),
    ("least-restrictive", SUITABLE, {"placement_type": T.KINSHIP}, {}, 0),
    ("least-restrictive", SUITABLE, {"placement_type": T.TRANSITIONAL}, {}, 6),
    ("least-restrictive", SUITABLE, {"placement_type": T.QRTP}, {}, 10),
    ("least-restrictive", SUITABLE, {}, {}, 0),
    ("least-restrictive", {}, {"placement_type": T.KINSHIP}, {}, 0),
    ("least-restrictive", {}, {"placement_type": T.INPATIENT}, {}, 10),
    ("distance", {"home_county": HERE}, {"county": HERE}, {}, 0),
    ("distance", {"home_county": HERE}, {"county": NEAR}, {}, 4),
    ("distance", {"home_county": HERE}, {"county": FAR}, {}, 10),
    ("distance", {}, {"county": FAR}, {}, 0),
    ("distance", {"home_county": HERE}, {}, {}, 0),
    ("school", {"school_county": HERE}, {"county": HERE}, {}, 0),
    ("school", {"school_county": HERE}, {"county": NEAR}, {}, 10),
    ("school", {}, {"county": NEAR}, {}, 0),
    ("school", {"school_county": HERE}, {}, {}, 0),
    ("siblings", {"sibling_county": NEAR}, {"county": NEAR}, {}, 0),
    ("siblings", {"sibling_county": NEAR}, {"county": HERE}, {}, 10),
    ("siblings", {}, {"county": HERE}, {}, 0),
    ("training", {}, {"trainings": TRAINED}, {}, 0),
    ("training", {}, {"trainings": LAPSED}, {}, 5),
    ("training", {}, {"trainings": ()}, {}, 10),
    ("training", {}, {}, {}, 0),
    ("language", {"languages": ("es", "en")}, {"languages": frozenset({"es"})}, {}, 0),
    ("language", {"languages": ("es", "en")}, {"languages": frozenset({"en"})}, {}, 10),
    ("language", {"languages": ("es",)}, {"languages": frozenset()}, {}, 10),
    ("language", {"languages": ("es",)}, {}, {}, 0),
    ("language", {}, {"languages": frozenset({"en"})}, {}, 0),
    ("wishes", {"preferred_providers": ("P1", "P2")}, {}, {}, 0),
    ("wishes", {"preferred_providers": ("P2", "P1")}, {}, {}, 1),
    ("wishes", {"preferred_providers": tuple(f"P{k}" for k in range(9, 0, -1))}, {}, {}, 5),
    ("wishes", {"preferred_providers": ("P7",)}, {}, {}, 0),
    ("wishes", {"preferred_types": (T.KINSHIP,)}, {"placement_type": T.KINSHIP}, {}, 0),
    ("wishes", {"preferred_types": (T.KINSHIP,)}, {"placement_type": T.QRTP}, {}, 5),
    ("wishes", {"preferred_types": (T.KINSHIP,)}, {}, {}, 0),
    ("wishes", {}, {"placement_type": T.QRTP}, {}, 0),
    ("faith", {"faith_preference": F.SECULAR}, {"faith_character": F.SECULAR}, {}, 0),
    ("faith", {"faith_preference": F.SECULAR}, {"faith_character": F.FAITH_FRIENDLY}, {}, 3),
    ("faith", {"faith_preference": F.SECULAR}, {"faith_character": F.RELIGIOUS}, {}, 10),
    ("faith", {"faith_preference": F.RELIGIOUS}, {"faith_character": F.SECULAR}, {}, 10),
    ("faith", {}, {"faith_character": F.RELIGIOUS}, {}, 0),
    ("faith", {"faith_preference": F.SECULAR}, {}, {}, 0),
    ("devices", {"device_preference": D.OPEN}, {"device_policy": D.OPEN}, {}, 0),
    ("devices", {"device_preference": D.OPEN}, {"device_policy": D.SUPERVISED}, {}, 5),
    ("devices", {"device_preference": D.OPEN}, {"device_policy": D.NONE}, {}, 10),
    ("devices", {"device_preference": D.NONE}, {"device_policy": D.OPEN}, {}, 0),
    ("devices", {}, {"device_policy": D.NONE}, {}, 0),
    ("devices", {"device_preference": D.OPEN}, {}, {}, 0),
    ("freshness", {}, {}, {"as_of": ago(hours=23)}, 0),
    ("freshness", {}, {}, {"as_of": ago(hours=24)}, 1),
    ("freshness", {}, {}, {"as_of": ago(days=40)}, 10),
    ("freshness", {}, {}, {}, 10),
    ("scarce", VERIFIED, SPECIAL, {}, 0),
    ("scarce", AT_RISK, SPECIAL, {}, 10),
    ("scarce", AT_RISK, ORDINARY, {}, 0),
    ("scarce", AT_RISK, {}, {}, 0),
    ("scarce", {}, {"placement_type": T.SAFE_HOUSE}, {}, 0),
]  # fmt: skip


@pytest.mark.parametrize(("code", "person", "place", "beds", "points"), EXAMPLES)
def test_points_by_example(code, person, place, beds, points):
    found = _points(code, referral(**person), home(**place), pool(**beds))
    assert found == points


def test_every_preference_has_a_best_and_a_worst_example():
    for code in CODES:
        points = [p for c, *_, p in EXAMPLES if c == code]
        if code == "certainty":
            assert not points  # tested below: it counts questions, not facts
        elif code == "wishes":
            assert {min(points), max(points)} == {0, 5}  # and 10 together, below
        else:
            assert {min(points), max(points)} == {0, MOST_POINTS}


def test_a_place_and_a_kind_not_wished_for_are_the_worst_together():
    person = referral(preferred_providers=("P2",), preferred_types=(T.KINSHIP,))
    one = problem(person, [home("P1", placement_type=T.QRTP), home("P2")])
    at = np.array([0])
    assert int(Fit(one, _everything()).points(at, at, at)["wishes"][0]) == 10


def test_a_lapsed_certificate_makes_a_bed_an_ordinary_one():
    person = referral(identification=w.Identification.AT_RISK)
    for expires, points in ((day(1), 10), (day(-1), 0)):
        place = home(
            placement_type=T.SAFE_HOUSE,
            certificate=w.Certificate.SAFE_HOUSE,
            certificate_expires=expires,
        )
        assert _points("scarce", person, place) == points


@pytest.mark.parametrize(("questions", "points"), [(0, 0), (1, 2), (4, 8), (5, 10), (40, 10)])
def test_open_questions_count_up_to_ten_points(questions, points):
    assert _points("certainty", referral(), home(), questions=questions) == points


def test_certainty_weighs_more_for_more_urgent_people():
    people = [referral(f"R{k}", urgency=u) for k, u in enumerate([*w.Urgency, None])]
    fit = Fit(problem(people, home(), pool()), GENERAL)
    weight = GENERAL.preferences["certainty"].weight
    every = np.arange(4)
    assert fit.weights("certainty", every).tolist() == [
        3 * weight,
        2 * weight,
        weight,
        3 * weight,  # unknown urgency counts as tonight
    ]
    assert fit.weights("faith", every).tolist() == [GENERAL.preferences["faith"].weight] * 4


@pytest.fixture(params=[(200_000, 1_000_000), (0, 3), (9, 1)], ids=str)
def limits(request):
    """Tables of joined costs, and pairs in one go, of different sizes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fit_module, "TABLE", request.param[0])
        patch.setattr(fit_module, "AT_ONCE", request.param[1])
        yield request.param


@pytest.mark.usefixtures("limits")
@settings(max_examples=8, deadline=None)
@given(strategies.referral_lists(), strategies.inventories(), st.integers(0, 50), policies())
def test_points_are_whole_from_0_to_10_and_add_up_to_the_cost(people, inventory, asked, policy):
    one = problem(people, *inventory)
    i, j = (index.ravel() for index in np.indices(one.size))
    questions = np.full(len(i), asked)
    fit = Fit(one, policy)
    points = fit.points(i, j, questions)
    assert list(points) == [c for c in CODES if policy.preferences[c].weight]
    for values in points.values():
        assert values.dtype == np.int64
        assert values.shape == i.shape
        assert values.min(initial=0) >= 0
        assert values.max(initial=0) <= MOST_POINTS
    total = sum(
        (fit.weights(code, i) * values for code, values in points.items()),
        np.zeros(len(i), dtype=np.int64),
    )
    assert np.array_equal(fit.cost(i, j, questions), total)


@settings(max_examples=8, deadline=None)
@given(problems())
def test_points_of_a_pair_do_not_depend_on_the_others(one):
    fit = Fit(one, _everything())
    i, j = (index.ravel() for index in np.indices(one.size))
    together = fit.points(i, j, np.zeros(len(i), int))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyed, "MAX_TABLE", 0)
        plain = Fit(one, _everything()).points(i, j, np.zeros(len(i), int))
    for code, values in together.items():
        assert np.array_equal(values, plain[code]), code
    k = len(i) // 2
    person = one.referral_records[i[k]]
    homes = one.provider_records  # wishes look at every provider that is there
    alone = problem(person, homes, one.pool_records)
    at = np.array([0])
    for code, values in Fit(alone, _everything()).points(at, j[[k]], at).items():
        assert values[0] == together[code][k], code


def test_a_preference_of_no_weight_is_left_out():
    one = problem(known_referral(), known_home(), known_pool())
    at = np.array([0])
    nothing = Fit(one, weighted(GENERAL, 0))
    assert nothing.points(at, at, at) == {}
    assert nothing.cost(at, at, at).tolist() == [0]


# --- tiers and ICWA -----------------------------------------------------------------


def test_an_order_of_one_tier_makes_all_alike():
    people = [referral(f"R{k}", urgency=u) for k, u in enumerate((*w.Urgency, None))]
    order = replace(
        GENERAL.ordering, tiers=(w.Urgency.TONIGHT,), unknown_urgency=w.Urgency.TONIGHT
    )
    one = replace(GENERAL, ordering=order)
    assert tier(problem(people, ()), one).tolist() == [0, 0, 0, 0]


def test_tiers_follow_the_policy():
    people = [referral(f"R{k}", urgency=u) for k, u in enumerate([*w.Urgency, None])]
    one = problem(people)
    assert tier(one, GENERAL).tolist() == [0, 1, 2, 0]
    turned = replace(
        GENERAL,
        ordering=replace(
            GENERAL.ordering,
            tiers=tuple(reversed(w.Urgency)),
            unknown_urgency=w.Urgency.WITHIN_72_HOURS,
        ),
    )
    assert tier(one, turned).tolist() == [2, 1, 0, 1]


HOMES = [home(f"P{k}", icwa_tier=t) for k, t in enumerate([*w.IcwaTier, None])]


def _ranks(person, policy=GENERAL):
    one = problem(person, HOMES)
    return icwa_rank(one, policy, np.zeros(6, int), np.arange(6)).tolist()


@pytest.mark.parametrize("status", [w.IcwaStatus.YES, w.IcwaStatus.INQUIRY])
def test_the_usual_order_of_preferences(status):
    assert _ranks(referral(icwa_status=status)) == [0, 1, 2, 3, 4, 4]


@pytest.mark.parametrize("status", [w.IcwaStatus.NO, None])
def test_nobody_else_is_ranked(status):
    order = (w.IcwaTier.INDIAN_HOME,)
    assert _ranks(referral(icwa_status=status, icwa_order=order)) == [0] * 6


def test_a_tribe_may_set_its_own_order():
    """25 CFR 23.131(c); what it leaves out comes last."""
    I = w.IcwaTier  # noqa: E741
    child = referral(icwa_status=w.IcwaStatus.YES)
    assert _ranks(replace(child, icwa_order=(I.INDIAN_HOME, I.TRIBE_LICENSED))) == [
        4, 1, 0, 4, 4, 4,
    ]  # fmt: skip
    whole = (I.TRIBAL_INSTITUTION, I.INDIAN_HOME, I.TRIBE_LICENSED, I.EXTENDED_FAMILY)
    assert _ranks(replace(child, icwa_order=whole)) == [3, 2, 1, 0, 4, 4]
    assert _ranks(replace(child, icwa_order=(I.NONE, I.INDIAN_HOME)))[4] == 4
    assert _ranks(replace(child, icwa_order=())) == [0, 1, 2, 3, 4, 4]


def test_a_policy_may_leave_the_act_out():
    off = replace(GENERAL, ordering=replace(GENERAL.ordering, icwa=False))
    assert _ranks(referral(icwa_status=w.IcwaStatus.YES), off) == [0] * 6


def test_pairs_in_any_order_are_ranked_alike():
    people = [
        referral("R1", icwa_status=w.IcwaStatus.YES),
        referral("R2"),
        referral("R3", icwa_status=w.IcwaStatus.YES, icwa_order=(w.IcwaTier.INDIAN_HOME,)),
    ]
    one = problem(people, HOMES)
    i, j = (index.ravel() for index in np.indices(one.size))
    order = np.random.default_rng(3).permutation(len(i))
    straight = icwa_rank(one, GENERAL, i, j)
    assert np.array_equal(icwa_rank(one, GENERAL, i[order], j[order]), straight[order])
    assert len(icwa_rank(one, GENERAL, i[:0], j[:0])) == 0
