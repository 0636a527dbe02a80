"""Each field of a step reaches the step that is built."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from matching.domain import scenario as domain
from matching.domain import words as w
from matching.domain.errors import InputError
from matching.domain.scenario import Paper
from matching.services.scenario_choices import PlaceChoice, PoolChoice, StepChoices

PLACES = (
    PlaceChoice("P1", "Birch House", (PoolChoice("a", "a", 10, 17),), True, True),
    PlaceChoice(
        "P2",
        "Oak House",
        (PoolChoice("a", "ground floor", None, 17), PoolChoice("b", "upper floor", 5, None)),
        False,
        False,
    ),
    PlaceChoice("P3", "No beds", (), True, True),
)
CHOICES = StepChoices(PLACES, (("80001", "Alder County"), ("80007", "Birch County")), 100)


def _script(name: str, choices: object) -> None:
    import streamlit as st

    from matching.ui.whatif.steps import fields

    st.session_state["make"] = fields(name, choices)


@pytest.fixture
def fields():
    """Draw the fields of a step, fill some in, and return what makes it."""

    def fill(name, choices=CHOICES, **values):
        app = AppTest.from_function(_script, args=(name, choices), default_timeout=30).run()
        for key, value in values.items():
            for kind in (app.selectbox, app.number_input, app.multiselect, app.checkbox):
                for one in kind:
                    if one.key == f"whatif-{key.replace('__', '-')}":
                        one.set_value(value).run()
        assert not app.exception
        return app.session_state["make"]

    return fill


@pytest.mark.parametrize(
    ("name", "values", "step"),
    [
        ("close_provider", {}, domain.CloseProvider("P1")),
        ("close_provider", {"close_provider__place": 2}, domain.CloseProvider("P3")),
        # Who needs no licence cannot lose one, and who cannot be trained is not trained.
        ("lapse_licence", {"lapse_licence__place": 1}, domain.LapseLicence("P3")),
        (
            "train",
            {"train__place": 1, "courses": [w.Course.COMPLEX_TRAUMA]},
            domain.Train("P3", frozenset({w.Course.COMPLEX_TRAUMA})),
        ),
        ("relicense", {"what": 1}, domain.Relicense("P1", Paper.CERTIFICATE)),
        (
            "add_beds",
            {"add_beds__place": 1, "beds__pool__P2": 1, "beds": 3, "licence": False},
            domain.AddBeds("P2", "b", 3, licence=False),
        ),
        ("add_beds", {}, domain.AddBeds("P1", "a", 1, licence=True)),
        ("change_ages", {"ages__P1__a__low": 8}, domain.ChangeAges("P1", "a", 8, None)),
        (
            "change_ages",
            {"change_ages__place": 1, "ages__P2__a__low": 12, "ages__P2__a__high": 19},
            domain.ChangeAges("P2", "a", 12, 19),
        ),
        ("change_radius", {"miles": 150}, domain.ChangeRadius(150)),
        (
            "surge",
            {"people": 25, "from": "80007", "needed": w.Urgency.TONIGHT},
            domain.Surge(25, "80007", w.Urgency.TONIGHT),
        ),
        ("surge", {}, domain.Surge(10)),
        (
            "open_provider",
            {"plain__county": "80001", "plain__services": [w.Capability.THERAPY]},
            domain.OpenProvider(
                2,
                w.PlacementType.SAFE_FOSTER_HOME,
                "80001",
                12,
                17,
                frozenset({w.Gender.FEMALE, w.Gender.TRANS_FEMALE}),
                None,
                frozenset({w.Capability.THERAPY}),
            ),
        ),
        (
            "open_provider",
            {"like": 2, "as__beds": 5, "as__kind": w.PlacementType.SAFE_HOUSE},
            domain.OpenProvider(5, w.PlacementType.SAFE_HOUSE, like="P2"),
        ),
    ],
)
def test_what_stands_in_the_fields_is_the_step(fields, name, values, step):
    assert fields(name, **values)() == step


@pytest.mark.parametrize(
    ("name", "values"),
    [("change_ages", {}), ("train", {"courses": []}), ("open_provider", {})],
)
def test_what_cannot_be_meant_is_refused_when_it_is_added(fields, name, values):
    make = fields(name, **values)
    with pytest.raises(InputError):
        make()


def test_without_providers_there_is_nothing_to_choose(fields):
    empty = StepChoices((), (), 100)
    for name in ("close_provider", "add_beds", "train", "lapse_licence"):
        assert fields(name, empty) is None
    assert fields("surge", empty)() == domain.Surge(10)
