"""Steps of a scenario: what they refuse, and that they survive being stored."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain import words as w
from matching.domain.errors import InputError, StoreError
from matching.domain.scenario import (
    MOST_BEDS,
    NAMES,
    AddBeds,
    ChangeAges,
    ChangeRadius,
    CloseProvider,
    LapseLicence,
    OpenProvider,
    Paper,
    Relicense,
    Step,
    Surge,
    Train,
    of_plain,
    to_plain,
)

_NAMES = st.text("abcXYZ 123-", min_size=1, max_size=8)
_AGES = st.tuples(st.integers(0, 120), st.integers(0, 120)).map(sorted)
_GENDERS = st.frozensets(st.sampled_from(list(w.Gender)), min_size=1)


@st.composite
def _opened(draw: st.DrawFn) -> OpenProvider:
    like = draw(st.none() | _NAMES)
    low, high = draw(_AGES)
    whole = OpenProvider(
        beds=draw(st.integers(1, MOST_BEDS)),
        placement_type=draw(st.sampled_from(list(w.PlacementType))),
        county=draw(_NAMES),
        age_min=low,
        age_max=high,
        genders=draw(_GENDERS),
        like=like,
        services=draw(st.none() | st.frozensets(st.sampled_from(list(w.Capability)))),
    )
    return OpenProvider(beds=whole.beds, like=like) if like and draw(st.booleans()) else whole


@st.composite
def _aged(draw: st.DrawFn) -> ChangeAges:
    low, high = draw(_AGES)
    kept = draw(st.sampled_from(["low", "high", "both"]))
    return ChangeAges(
        draw(_NAMES),
        draw(_NAMES),
        None if kept == "high" else low,
        None if kept == "low" else high,
    )


STEPS = st.one_of(
    st.builds(AddBeds, _NAMES, _NAMES, st.integers(1, MOST_BEDS), st.booleans()),
    st.builds(Train, _NAMES, st.frozensets(st.sampled_from(list(w.Course)), min_size=1)),
    st.builds(Relicense, _NAMES, st.sampled_from(list(Paper))),
    st.builds(CloseProvider, _NAMES),
    st.builds(LapseLicence, _NAMES),
    _opened(),
    _aged(),
    st.builds(ChangeRadius, st.integers(0, 5000)),
    st.builds(
        Surge,
        st.integers(1, 2000),
        st.none() | _NAMES,
        st.none() | st.sampled_from(list(w.Urgency)),
    ),
)


@given(st.lists(STEPS, max_size=6))
def test_steps_survive_being_stored(steps: list[Step]) -> None:
    stored = json.loads(json.dumps(to_plain(steps)))
    assert of_plain(stored) == tuple(steps)


def test_every_step_has_a_name() -> None:
    one = {
        "add_beds": AddBeds("A", "p", 1),
        "train": Train("A", frozenset({w.Course.TRAFFICKING})),
        "relicense": Relicense("A"),
        "close_provider": CloseProvider("A"),
        "lapse_licence": LapseLicence("A"),
        "open_provider": OpenProvider(2, like="A"),
        "change_ages": ChangeAges("A", "p", 12),
        "change_radius": ChangeRadius(100),
        "surge": Surge(3),
    }
    assert set(one) == set(NAMES)
    assert {name: to_plain([step])[0]["step"] for name, step in one.items()} == {
        name: name for name in NAMES
    }


def test_what_was_not_said_is_not_stored() -> None:
    assert to_plain([Surge(3)]) == [{"step": "surge", "people": 3}]
    assert to_plain(
        [Train("A", frozenset({w.Course.COMPLEX_TRAUMA, w.Course.TRAFFICKING}))]
    ) == [{"step": "train", "provider_id": "A", "courses": ["trafficking", "complex_trauma"]}]


@pytest.mark.parametrize(
    "make",
    [
        lambda: AddBeds("A", "p", 0),
        lambda: AddBeds("A", "p", MOST_BEDS + 1),
        lambda: Train("A", frozenset()),
        lambda: OpenProvider(0, like="A"),
        lambda: OpenProvider(1),
        lambda: OpenProvider(
            1, w.PlacementType.HOST_HOME, "12086", 12, 17, genders=frozenset(), like="A"
        ),
        lambda: OpenProvider(1, age_min=18, age_max=17, like="A"),
        lambda: ChangeAges("A", "p"),
        lambda: ChangeAges("A", "p", 18, 17),
        lambda: ChangeAges("A", "p", -1),
        lambda: ChangeRadius(-1),
        lambda: Surge(0),
    ],
)
def test_what_cannot_be_meant_is_refused(make: Any) -> None:
    with pytest.raises(InputError) as refused:
        make()
    assert refused.value.next_step


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"step": "burn"},
        {"step": "surge"},
        {"step": "surge", "people": "3"},
        {"step": "surge", "people": True},
        {"step": "surge", "people": 3, "urgency": "soon"},
        {"step": "surge", "people": 3, "more": 1},
        {"step": "surge", "people": 0},
        {"step": "train", "provider_id": "A", "courses": None},
        {"step": "close_provider", "provider_id": 7},
        "surge",
    ],
)
def test_another_form_is_not_read(row: Any) -> None:
    with pytest.raises(StoreError):
        of_plain([row])
