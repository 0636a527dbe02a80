"""The providers of the sample: calibrated, and nothing contradicts itself."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime
from functools import cache

import pytest

from matching.domain import geography
from matching.domain import words as w
from matching.intake.sample import Sample, generate
from matching.intake.sample_calibration import value
from matching.intake.sample_kinds import HOMES, SPECIALISED

AS_OF = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
TODAY = AS_OF.date()
LARGE = 4_000


@cache
def sample() -> Sample:
    return generate(11, LARGE, 0, as_of=AS_OF)


def share(records, test) -> float:
    """Share of records with a known answer for which it is yes."""
    answers = [answer for one in records if (answer := test(one)) is not None]
    return sum(answers) / len(answers)


def test_codes_are_opaque_and_different():
    homes = sample().providers
    assert homes[11].provider_id == "P-00012"
    assert len({p.provider_id for p in homes}) == LARGE
    assert len({p.name for p in homes}) == LARGE


def test_places_are_invented_and_agree():
    geo = geography.load()
    for one in sample().providers:
        assert one.state in geography.FICTIONAL_STATES
        assert geo.state_of(one.county) == one.state
        assert one.service_area is None or one.county in one.service_area


def test_some_counties_are_dense_and_some_empty():
    counts = Counter(p.county for p in generate(1, 1_500, 0, as_of=AS_OF).providers)
    assert max(counts.values()) > 40
    assert len(counts) < 150


def test_types_are_in_their_shares():
    counts = Counter(p.placement_type for p in sample().providers)
    for kind, part in value("providers.types").items():
        assert counts[kind] / LARGE == pytest.approx(part / _total(), abs=0.001)
    certified = sum(p.certificate not in (None, w.Certificate.NONE) for p in sample().providers)
    assert certified / LARGE < 0.13


def _total() -> float:
    return sum(value("providers.types").values())


def test_every_fact_is_unknown_for_a_few():
    for name in (
        "licence_status", "licence_expires", "certificate", "family_first", "residents",
        "licensed_capacity", "trainings", "capabilities", "languages", "excludes",
        "trafficking_types", "identifications", "referral_sources", "run_tolerance",
        "awake_night", "intake_24_7", "max_stay_days", "funding", "lgbtq_affirming",
        "icwa_tier", "resident_tokens",
    ):  # fmt: skip
        unknown = sum(getattr(p, name) is None for p in sample().providers) / LARGE
        assert 0.02 <= unknown <= 0.05, name


def test_a_lapsed_licence_says_when_and_a_running_one_runs():
    for one in sample().providers:
        if one.licence_status is None or one.licence_expires is None:
            continue
        lapsed = one.licence_status is w.LicenceStatus.EXPIRED
        assert (one.licence_expires < TODAY) == lapsed


def test_certificates_belong_to_their_types():
    kinds = defaultdict(set)
    for one in sample().providers:
        kinds[one.placement_type].add(one.certificate)
    assert kinds[w.PlacementType.SAFE_FOSTER_HOME] <= {w.Certificate.SAFE_FOSTER_HOME, None}
    assert w.Certificate.NONE not in kinds[w.PlacementType.SAFE_HOUSE]
    assert kinds[w.PlacementType.FOSTER_HOME] == {w.Certificate.NONE, None}
    for one in sample().providers:
        if one.certificate is w.Certificate.NONE:
            assert one.certificate_expires is None


def test_capacity_holds_the_pools_and_the_cap_on_foster_children():
    beds, taken = Counter(), Counter()
    unknown = set()
    for pool in sample().pools:
        if pool.beds_licensed is None:
            unknown.add(pool.provider_id)
        beds[pool.provider_id] += pool.beds_licensed or 0
        taken[pool.provider_id] += pool.beds_occupied or 0
    for one in sample().providers:
        if one.licensed_capacity is None:
            continue
        assert one.licensed_capacity >= beds[one.provider_id]
        if one.placement_type in w.FOSTER_FAMILY_TYPES:
            assert one.licensed_capacity <= value("providers.foster_cap")
        if one.residents is not None:
            assert taken[one.provider_id] <= one.residents <= one.licensed_capacity
            assert one.high_acuity_residents is None or (
                one.high_acuity_residents <= one.residents
            )


def test_homes_of_domestic_violence_and_safe_houses_are_confidential():
    for one in sample().providers:
        hidden = one.domestic_violence or one.placement_type in SPECIALISED
        if hidden:
            assert one.confidential is True
        assert one.confidential is not False or not one.victim_service_provider
    assert any(one.domestic_violence for one in sample().providers)


def test_training_is_in_its_shares_and_lapses_for_one_caregiver():
    def state(one) -> str | None:
        if one.trainings is None:
            return None
        ends = [t.expires for t in one.trainings if t.course is w.Course.TRAFFICKING]
        return "none" if not ends else "lapsed" if min(ends) < TODAY else "valid"

    ordinary = [
        p for p in sample().providers if p.placement_type is w.PlacementType.FOSTER_HOME
    ]
    for name, part in value("providers.trained")["ordinary home"].items():
        found = share(
            ordinary, lambda p, name=name: None if state(p) is None else state(p) == name
        )
        assert found == pytest.approx(part, abs=0.04)
    for one in sample().providers:
        past = {t.caregiver for t in one.trainings or () if t.expires < TODAY}
        assert len(past) <= 1


def test_other_courses_stand_beside_the_first():
    for one in sample().providers:
        trained = {t.caregiver for t in one.trainings or () if t.course is w.Course.TRAFFICKING}
        assert {t.caregiver for t in one.trainings or ()} == trained


def test_receiving_centres_exclude_and_limit_as_the_published_one_does():
    centres = [
        p
        for p in sample().providers
        if p.excludes == value("providers.receiving_excludes") and p.max_stay_days == 90
    ]
    kinds = {p.placement_type for p in centres}
    assert {w.PlacementType.EMERGENCY_SHELTER, w.PlacementType.SAFE_HOUSE} <= kinds


def test_background_checks_are_for_homes():
    for one in sample().providers:
        assert one.background_check is None or one.placement_type in HOMES


def test_a_compromised_site_says_until_when():
    marked = [p for p in sample().providers if p.compromised_until]
    assert 0 < len(marked) < 0.03 * LARGE
    assert all(p.compromised_until >= TODAY for p in marked)
    assert {p.compromise_cleared for p in marked} == {True, False}
    assert all(
        p.compromise_cleared is None for p in sample().providers if not p.compromised_until
    )


def test_residents_tokens_are_few_and_different():
    tokens = [t for p in sample().providers for t in p.resident_tokens or ()]
    assert len(tokens) == len(set(tokens))
    assert len(tokens) / LARGE == pytest.approx(value("providers.resident_tokens"), abs=0.015)
