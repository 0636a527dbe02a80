"""Words that plainly are a bed for a night, and words that plainly are not."""

from __future__ import annotations

import pytest

from matching.domain.words import PlacementType as P
from matching.intake.formats import bed_words


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Emergency Shelter", P.EMERGENCY_SHELTER),
        ("HOMELESS SHELTER", P.EMERGENCY_SHELTER),
        ("Women's Shelter", P.EMERGENCY_SHELTER),
        ("Runaway/Youth Shelters", P.EMERGENCY_SHELTER),
        ("Crisis beds", P.EMERGENCY_SHELTER),
        ("Transitional Housing/Shelter", P.TRANSITIONAL),
        ("Transitional Living Program", P.TRANSITIONAL),
        ("Safe Haven", P.SAFE_HAVEN),
        ("Host Homes for youth", P.HOST_HOME),
        ("Residential Treatment", P.RESIDENTIAL),
        ("Group home", P.RESIDENTIAL),
        ("Foster family homes", P.FOSTER_HOME),
        ("Safe House", None),
        ("Safe Housing", None),
    ],
)
def test_names_of_beds(name: str, kind: P | None) -> None:
    assert bed_words.says_bed(name) == (True, kind)


@pytest.mark.parametrize(
    "name",
    [
        "Housing",
        "Housing Advice",
        "Help Pay for Housing",
        "Shelter hotline",
        "Shelter referrals",
        "Shelter Plus Care",
        "Animal shelter",
        "Day shelter",
        "Tax shelter",
        "Permanent Supportive Housing",
        "Homeless Advocacy Project",
        "Foster care licensing",
        "Shelter meals",
        "Domestic Violence",
        "Human Trafficking",
        "Sheltered employment",
        "Bedtime stories",
        "",
    ],
)
def test_names_that_are_no_bed(name: str) -> None:
    assert bed_words.says_bed(name) == (False, None)


@pytest.mark.parametrize(
    ("names", "counted"),
    [
        (("Bed",), "beds"),
        (("", "beds"), "beds"),
        (("Shelter beds",), "beds"),
        (("Room",), "rooms"),
        (("Family rooms",), "rooms"),
        (("Kilogram", "kgm"), "other"),
        (("Bedding set",), "other"),
        (("", " "), ""),
        ((), ""),
    ],
)
def test_units(names: tuple[str, ...], counted: str) -> None:
    assert bed_words.unit(*names) == counted


def test_domestic_violence_is_told_from_violence() -> None:
    assert bed_words.about_violence("Domestic Violence Shelters")
    assert bed_words.about_violence("DV programme")
    assert not bed_words.about_violence("Violence prevention")


def test_what_denies_and_what_mentions() -> None:
    assert bed_words.denies_bed("Shelter helpline")
    assert not bed_words.denies_bed("Harbor Light")
    assert bed_words.mentions_bed("Food, clothing and shelter")
    assert not bed_words.mentions_bed("Embedded in the community")
