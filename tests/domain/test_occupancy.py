from __future__ import annotations

import pytest

from matching.domain.occupancy import first_decides
from matching.domain.words import Gender
from tests.builders import home, pool

GIRLS = frozenset({Gender.FEMALE})


@pytest.mark.parametrize(
    ("place", "beds", "expected"),
    [
        ({}, {"beds_occupied": 0}, True),
        ({"residents": 0}, {}, True),
        ({"residents": 0}, {"genders": frozenset(Gender)}, True),
        ({"residents": 3}, {"beds_occupied": 0}, True),  # this pool is empty
        ({"residents": 3}, {"beds_occupied": 1}, False),
        ({}, {"beds_occupied": 2}, False),
        ({"residents": 3}, {}, None),
        ({}, {}, None),
        ({"residents": 0}, {"genders": GIRLS}, False),
        ({}, {"genders": GIRLS}, False),
        ({"residents": 0}, {"genders": frozenset()}, False),
        ({"residents": 0}, {"gender_lock": Gender.MALE}, False),
        ({}, {"gender_lock": Gender.MALE}, False),
    ],
)
def test_the_first_decides_where_nobody_lives_and_several_genders_might(place, beds, expected):
    assert first_decides(home(**place), pool(**beds)) is expected
