"""What a certificate makes of a place: on the day it ends, the day after, and unknown."""

from __future__ import annotations

import pytest

from matching.domain import words as w
from matching.domain.certification import certificate_valid, effective_type
from tests.builders import TODAY, day, home

HOUSE, FAMILY = w.PlacementType.SAFE_HOUSE, w.PlacementType.SAFE_FOSTER_HOME


@pytest.mark.parametrize(
    ("facts", "valid"),
    [
        ({"certificate": w.Certificate.SAFE_HOUSE, "certificate_expires": day(0)}, True),
        ({"certificate": w.Certificate.SAFE_HOUSE, "certificate_expires": day(-1)}, False),
        ({"certificate": w.Certificate.NONE, "certificate_expires": day(9)}, False),
        ({"certificate": w.Certificate.NONE}, False),
        ({"certificate_expires": day(-1)}, False),
        ({"certificate_expires": day(9)}, None),
        ({"certificate": w.Certificate.SAFE_HOUSE}, None),
        ({}, None),
    ],
)
def test_a_certificate_counts_through_its_last_day_and_unknown_stays_unknown(facts, valid):
    assert certificate_valid(home(**facts), TODAY) is valid


@pytest.mark.parametrize(
    ("claimed", "without"),
    [(HOUSE, w.PlacementType.RESIDENTIAL), (FAMILY, w.PlacementType.FOSTER_HOME)],
)
def test_without_its_certificate_a_place_is_what_its_licence_makes_it(claimed, without):
    lapsed = home(
        placement_type=claimed,
        certificate=w.Certificate.SAFE_HOUSE,
        certificate_expires=day(-1),
    )
    assert effective_type(lapsed, TODAY) is without
    assert effective_type(lapsed, day(-1)) is claimed
    assert effective_type(home(placement_type=claimed), TODAY) is claimed


@pytest.mark.parametrize(
    "kind", [None, *(t for t in w.PlacementType if t not in (HOUSE, FAMILY))]
)
def test_other_places_need_no_certificate_to_be_what_they_are(kind):
    assert (
        effective_type(home(placement_type=kind, certificate=w.Certificate.NONE), TODAY) is kind
    )
