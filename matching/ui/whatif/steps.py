"""The fields of one step, and the step that they make."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from matching.domain import scenario as domain
from matching.domain.scenario import MOST_AGE, MOST_BEDS, MOST_MILES, MOST_PEOPLE, Paper, Step
from matching.domain.words import Capability, Course, Gender, PlacementType, Urgency, label
from matching.insight.remedies import COURSES
from matching.insight.scenario_words import PAPERS
from matching.services.scenario_choices import PlaceChoice, PoolChoice, StepChoices
from matching.ui import components as ui
from matching.ui.text import common
from matching.ui.text import whatif as text

T = TypeVar("T")

#: Makes the step from what stands in its fields.
Maker = Callable[[], Step]


def fields(name: str, choices: StepChoices) -> Maker | None:
    """Draw the fields of a step and return what makes it.

    Parameters
    ----------
    name : str
        One of :data:`matching.domain.scenario.NAMES`.
    choices : StepChoices

    Returns
    -------
    callable or None
        It raises ``InputError`` where what stands there cannot be meant; ``None``
        if there is nothing to choose from.
    """
    if name == "surge":
        return _surge(choices)
    if name == "change_radius":
        return _radius(choices)
    if name == "open_provider":
        return _open(choices)
    places = choices.places
    if name == "train":
        places = tuple(one for one in places if one.trainable)
    if name == "lapse_licence":
        places = tuple(one for one in places if one.licensed)
    if name in ("add_beds", "change_ages"):
        places = tuple(one for one in places if one.pools)
    if not places:
        ui.note(text.NO_PLACES)
        return None
    place = _place(places, f"whatif-{name}-place")
    return _MAKERS[name](place)


def _place(places: tuple[PlaceChoice, ...], key: str) -> PlaceChoice:
    return _select(text.PLACE, places, lambda one: one.name, key)


def _select(title: str, options: tuple[T, ...], words: Callable[[T], str], key: str) -> T:
    """Draw a choice of one by its position, so that it survives a new list."""
    at = st.selectbox(
        title,
        range(len(options)),
        format_func=lambda k: common.capital(words(options[k])),
        key=key,
    )
    return options[int(at or 0)]


def _close(place: PlaceChoice) -> Maker:
    return lambda: domain.CloseProvider(place.provider_id)


def _lapse(place: PlaceChoice) -> Maker:
    return lambda: domain.LapseLicence(place.provider_id)


def _relicense(place: PlaceChoice) -> Maker:
    what = _select(text.WHAT, tuple(Paper), PAPERS.__getitem__, "whatif-what")
    return lambda: domain.Relicense(place.provider_id, what)


def _train(place: PlaceChoice) -> Maker:
    chosen = st.multiselect(
        text.COURSES,
        list(Course),
        default=[Course.TRAFFICKING],
        format_func=COURSES.__getitem__,
        key="whatif-courses",
    )
    return lambda: domain.Train(place.provider_id, frozenset(chosen))


def _pool(place: PlaceChoice, key: str) -> PoolChoice:
    if len(place.pools) == 1:
        return place.pools[0]
    return _select(text.POOL, place.pools, lambda one: one.name, f"{key}-{place.provider_id}")


def _add_beds(place: PlaceChoice) -> Maker:
    pool = _pool(place, "whatif-beds-pool")
    beds = _number(text.MORE_BEDS, 1, MOST_BEDS, 1, "whatif-beds")
    licence = st.checkbox(text.LICENCE, value=True, key="whatif-licence")
    return lambda: domain.AddBeds(place.provider_id, pool.pool_id, beds, licence)


def _change_ages(place: PlaceChoice) -> Maker:
    pool = _pool(place, "whatif-ages-pool")
    # The fields are the pool's own, so that they begin with its limits.
    key = f"{place.provider_id}-{pool.pool_id}"
    low, high = _ages(pool.age_min, pool.age_max, f"whatif-ages-{key}")
    return lambda: domain.ChangeAges(
        place.provider_id,
        pool.pool_id,
        None if low == pool.age_min else low,
        None if high == pool.age_max else high,
    )


def _ages(low: int | None, high: int | None, key: str) -> tuple[int | None, int | None]:
    first, second = st.columns(2, gap="small")
    with first:
        lowest = st.number_input(text.AGE_MIN, 0, MOST_AGE, value=low, step=1, key=f"{key}-low")
    with second:
        highest = st.number_input(
            text.AGE_MAX, 0, MOST_AGE, value=high, step=1, key=f"{key}-high"
        )
    return lowest, highest


def _number(title: str, low: int, high: int, value: int, key: str, help_text: str = "") -> int:
    said = st.number_input(
        title, low, high, value=value, step=1, key=key, help=help_text or None, width=220
    )
    return int(said)


_MAKERS: dict[str, Callable[[PlaceChoice], Maker]] = {
    "close_provider": _close,
    "lapse_licence": _lapse,
    "relicense": _relicense,
    "train": _train,
    "add_beds": _add_beds,
    "change_ages": _change_ages,
}


def _radius(choices: StepChoices) -> Maker:
    said = text.MILES_HELP.format(miles=choices.miles)
    miles = _number(text.MILES, 0, MOST_MILES, choices.miles, "whatif-miles")
    ui.note(said)
    return lambda: domain.ChangeRadius(miles)


def _county(choices: StepChoices, title: str, otherwise: str, key: str) -> str | None:
    codes: list[str | None] = [None, *(code for code, _ in choices.counties)]
    names = dict(choices.counties)
    return st.selectbox(
        title,
        codes,
        format_func=lambda code: common.capital(otherwise) if code is None else names[code],
        key=key,
    )


def _surge(choices: StepChoices) -> Maker:
    people = _number(text.PEOPLE, 1, MOST_PEOPLE, 10, "whatif-people")
    first, second = st.columns(2, gap="small")
    with first:
        county = _county(choices, text.FROM, text.ANYWHERE, "whatif-from")
    urgencies: list[Urgency | None] = [None, *Urgency]
    with second:
        urgency = st.selectbox(
            text.NEEDED,
            urgencies,
            format_func=lambda one: common.capital(
                text.AS_WAITING if one is None else text.URGENCY_WORDS[one]
            ),
            key="whatif-needed",
        )
    ui.note(text.SURGE_NOTE)
    return lambda: domain.Surge(people, county, urgency)


def _open(choices: StepChoices) -> Maker:
    models: list[PlaceChoice | None] = [None, *choices.places]
    at = st.selectbox(
        text.LIKE,
        range(len(models)),
        format_func=lambda k: _model_name(models[k]),
        key="whatif-like",
    )
    model = models[int(at or 0)]
    plain = model is None
    ui.note(text.PLAIN_NOTE if model is None else text.LIKE_NOTE.format(name=model.name))
    key = "whatif-plain" if plain else "whatif-as"
    otherwise = "" if plain else text.AS_LIKE
    first, second = st.columns(2, gap="small")
    with first:
        kind = _kind(key, otherwise)
    with second:
        county = _county(choices, text.COUNTY, otherwise or "–", f"{key}-county")
    low, high = _ages(12 if plain else None, 17 if plain else None, f"{key}-ages")
    genders = st.multiselect(
        text.GENDERS,
        list(Gender),
        default=[Gender.FEMALE, Gender.TRANS_FEMALE] if plain else [],
        format_func=text.GENDER_WORDS.__getitem__,
        placeholder=common.capital(otherwise) or None,
        key=f"{key}-genders",
    )
    services = st.multiselect(
        text.SERVICES,
        list(Capability),
        format_func=lambda one: common.capital(label(one)),
        placeholder=common.capital(otherwise or text.NO_SERVICES),
        key=f"{key}-services",
    )
    beds = _number(text.BEDS, 1, MOST_BEDS, 2, f"{key}-beds")
    like = None if model is None else model.provider_id
    return lambda: domain.OpenProvider(
        beds,
        kind,
        county,
        low,
        high,
        frozenset(genders) or None,
        like,
        frozenset(services) or None,
    )


def _model_name(model: PlaceChoice | None) -> str:
    return common.capital(text.PLAIN) if model is None else model.name


def _kind(key: str, otherwise: str) -> PlacementType | None:
    kinds: list[PlacementType | None] = [*([None] if otherwise else []), *PlacementType]
    start = 0 if otherwise else kinds.index(PlacementType.SAFE_FOSTER_HOME)
    return st.selectbox(
        text.KIND,
        kinds,
        index=start,
        format_func=lambda one: common.capital(otherwise if one is None else label(one)),
        key=f"{key}-kind",
    )
