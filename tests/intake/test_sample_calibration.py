"""The table of numbers behind the sample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from matching.domain import words as w
from matching.intake.sample_calibration import (
    ASSUMPTION,
    CALIBRATION,
    SOURCES,
    Number,
    sentences,
    value,
)


def shares(found: Any) -> Iterator[Mapping[Any, float]]:
    """Every table of fractions inside a value."""
    if isinstance(found, Mapping):
        parts = list(found.values())
        if parts and all(isinstance(part, float) for part in parts):
            yield found
        for part in parts:
            yield from shares(part)


@pytest.mark.parametrize("name", CALIBRATION)
def test_every_number_has_words_and_a_source(name):
    number = CALIBRATION[name]
    assert isinstance(number, Number)
    assert number.source == ASSUMPTION or number.source in SOURCES
    assert number.says
    assert number.says[0].isupper()
    assert not number.says.endswith(".")


@pytest.mark.parametrize("name", CALIBRATION)
def test_fractions_lie_between_nought_and_one(name):
    number = CALIBRATION[name]
    if isinstance(number.value, float) and not number.bare:
        assert 0 < number.value < 1
    if not number.bare:
        for table in shares(number.value):
            assert all(0 < part <= 1 for part in table.values())


@pytest.mark.parametrize(
    "name",
    [
        "providers.types", "providers.specialised_genders", "providers.licence",
        "providers.faith", "referrals.ages", "referrals.genders", "referrals.urgency",
        "referrals.trafficking", "referrals.icwa", "referrals.payers", "referrals.languages",
    ],
)  # fmt: skip
def test_shares_of_a_whole_add_up(name):
    assert sum(value(name).values()) == pytest.approx(1)


def test_shares_by_group_add_up():
    for name in ("genders", "ages", "trained", "run_tolerance", "stay", "payers"):
        for table in value(f"providers.{name}").values():
            assert sum(table.values()) == pytest.approx(1), name
    for table in value("referrals.patterns").values():
        assert sum(table.values()) == pytest.approx(1)


def test_published_numbers_are_the_published_ones():
    survey = value("providers.specialised_genders")
    assert survey["female"] == 0.867
    assert survey["male"] < 0.01
    assert survey["mixed"] == 0.125
    assert value("providers.specialised_adult") == 0.626
    stated = value("referrals.genders")
    girls = stated[w.Gender.FEMALE] + stated[w.Gender.TRANS_FEMALE]
    assert girls == pytest.approx(value("referrals.female")) == pytest.approx(0.86)


def test_every_type_has_beds_and_ages():
    types = set(value("providers.types"))
    assert set(value("providers.beds")) == set(value("providers.ages")) == types


def test_there_is_one_sentence_for_each_number():
    written = sentences()
    assert len(written) == len(set(written)) == len(CALIBRATION)
    for sentence, number in zip(written, CALIBRATION.values(), strict=True):
        assert sentence.startswith(number.says)
        assert sentence.endswith(f"({number.source}).")
        assert "\n" not in sentence


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("providers.specialised_adult", ": 62.6% (bed survey 2019)."),
        ("providers.foster_cap", ": 6 (Family First)."),
        ("providers.beds", "foster home (1 to 4)"),
        ("referrals.languages", "es and en (10%)"),
        ("providers.occupied", "family ("),
        ("providers.caregivers", "family: 1 (45%), 2 (55%)"),
        ("region.county_people", "country (0.7)"),
        ("providers.receiving_excludes", "medical fragility, pregnancy (Georgia centre)."),
    ],
)
def test_values_are_written_in_words(name, words):
    place = list(CALIBRATION).index(name)
    assert words in sentences()[place]


def test_an_unknown_number_is_an_error():
    with pytest.raises(KeyError):
        value("providers.nothing")
