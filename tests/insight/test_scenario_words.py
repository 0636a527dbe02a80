"""Each step reads as one plain sentence."""

from __future__ import annotations

import pytest
from hypothesis import given

from matching.domain import words as w
from matching.domain.scenario import (
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
from matching.insight.scenario_words import Names, sentence
from tests.domain.test_scenario import STEPS

NAMES = Names(
    {"P1": "Oak House", "P2": "Birch House"},
    {("P2", "B2"): "second floor"},
    {"80001": "Alder County"}.get,
)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (AddBeds("P1", "B1", 1), "1 more bed at Oak House."),
        (
            AddBeds("P2", "B2", 3, licence=True),
            "3 more beds at Birch House (second floor), with a licence for them.",
        ),
        (
            Train("P1", frozenset({w.Course.COMPLEX_TRAUMA, w.Course.TRAFFICKING})),
            "Oak House takes a trafficking course and a course on complex trauma.",
        ),
        (Relicense("P1"), "The licence of Oak House is good for a year."),
        (
            Relicense("P1", Paper.BACKGROUND_CHECK),
            "The background check of the adults of Oak House is clear.",
        ),
        (CloseProvider("P9"), "P9 closes."),
        (LapseLicence("P1"), "The licence of Oak House runs out."),
        (OpenProvider(1, like="P1"), "A new place opens, like Oak House, with 1 bed."),
        (
            OpenProvider(
                4,
                w.PlacementType.SAFE_HOUSE,
                "80001",
                12,
                17,
                frozenset({w.Gender.FEMALE, w.Gender.TRANS_FEMALE}),
            ),
            "A new safe house opens in Alder County, with 4 beds for girls and women and "
            "trans girls and women of ages 12 to 17.",
        ),
        (
            OpenProvider(2, age_min=18, genders=frozenset(w.Gender), like="P1"),
            "A new place opens, like Oak House, with 2 beds for people of any gender of "
            "ages from 18.",
        ),
        (
            OpenProvider(
                1,
                like="P1",
                services=frozenset({w.Capability.NURSING, w.Capability.THERAPY}),
            ),
            "A new place opens, like Oak House, with 1 bed; it has intensive therapy and "
            "nursing.",
        ),
        (
            OpenProvider(2, age_max=18, like="P1"),
            "A new place opens, like Oak House, with 2 beds for people of ages up to 18.",
        ),
        (ChangeAges("P1", "B1", 10, 19), "Oak House takes ages 10 to 19."),
        (ChangeAges("P1", "B1", age_max=19), "Oak House takes ages up to 19."),
        (ChangeRadius(150), "A place may be up to 150 miles from home."),
        (Surge(1), "1 more person is referred."),
        (
            Surge(1, urgency=w.Urgency.WITHIN_72_HOURS),
            "1 more person who needs a bed within 72 hours is referred.",
        ),
        (
            Surge(20, "80001", w.Urgency.TONIGHT),
            "20 more people who need a bed tonight are referred from Alder County.",
        ),
        (
            Surge(2, urgency=w.Urgency.PLANNED),
            "2 more people whose move is planned are referred.",
        ),
    ],
)
def test_a_step_in_words(step, said):
    assert sentence(step, NAMES) == said


@given(STEPS)
def test_every_step_is_one_sentence(step):
    said = sentence(step, Names({}, {}, lambda county: f"county {county}"))
    assert said.endswith(".")
    assert "None" not in said
