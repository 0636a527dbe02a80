"""What if: the single steps of a scenario, as plain as they are stored.

A step names records by identifier and carries no fact of any person. What a
step does to a plan is worked out in :mod:`matching.insight.scenario`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from matching.domain.errors import InputError, StoreError
from matching.domain.words import Capability, Course, Gender, PlacementType, Urgency

#: Most that one step may ask for, so that a slip of the finger starts no endless work.
MOST_BEDS, MOST_AGE, MOST_MILES, MOST_PEOPLE = 200, 120, 5000, 2000
#: Most steps in one scenario.
MOST_STEPS = 40


class Paper(StrEnum):
    """What a provider holds and can lose or renew, besides training."""

    LICENCE = "licence"
    CERTIFICATE = "certificate"
    BACKGROUND_CHECK = "background check"


@dataclass(frozen=True, slots=True)
class AddBeds:
    """More beds in one pool of a provider.

    Attributes
    ----------
    provider_id, pool_id : str
    beds : int
    licence : bool
        Whether the licence grows with them where it has to.
    """

    provider_id: str
    pool_id: str
    beds: int
    licence: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        _within("beds", self.beds, 1, MOST_BEDS)


@dataclass(frozen=True, slots=True)
class Train:
    """Every caregiver of a provider takes, or renews, some courses."""

    provider_id: str
    courses: frozenset[Course]

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if not self.courses:
            raise InputError("No course was chosen.", next_step="Choose at least one course.")


@dataclass(frozen=True, slots=True)
class Relicense:
    """A provider's licence, certificate or background check is made good again."""

    provider_id: str
    what: Paper = Paper.LICENCE


@dataclass(frozen=True, slots=True)
class CloseProvider:
    """A provider closes: nobody can be placed there any more."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class LapseLicence:
    """A provider's licence runs out: it takes nobody new."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class OpenProvider:
    """A new provider opens, licensed, checked, certified and trained.

    Attributes
    ----------
    beds : int
    placement_type : PlacementType or None
    county : str or None
        FIPS code.
    age_min, age_max : int or None
    genders : frozenset of Gender or None
        What is ``None`` is as at ``like``.
    like : str or None
        Identifier of a provider whose facts the new one has; without one,
        everything above must be said.
    services : frozenset of Capability or None
        Special services and access; ``None`` is as at ``like``, or none.
    """

    beds: int
    placement_type: PlacementType | None = None
    county: str | None = None
    age_min: int | None = None
    age_max: int | None = None
    genders: frozenset[Gender] | None = None
    like: str | None = None
    services: frozenset[Capability] | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        _within("beds", self.beds, 1, MOST_BEDS)
        _ages(self.age_min, self.age_max)
        if self.genders is not None and not self.genders:
            raise InputError("No gender was chosen.", next_step="Choose who can live there.")
        said = (self.placement_type, self.county, self.age_min, self.age_max, self.genders)
        if self.like is None and any(one is None for one in said):
            raise InputError(
                "A new provider needs a type, a county, ages and genders.",
                next_step="Fill them in, or choose a provider that it is like.",
            )


@dataclass(frozen=True, slots=True)
class ChangeAges:
    """A bed pool takes other ages; a limit that is ``None`` stays as it is."""

    provider_id: str
    pool_id: str
    age_min: int | None = None
    age_max: int | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        _ages(self.age_min, self.age_max)
        if self.age_min is None and self.age_max is None:
            raise InputError("No age was given.", next_step="Give the lowest or highest age.")


@dataclass(frozen=True, slots=True)
class ChangeRadius:
    """How far from home a place may be, in miles between county centres.

    It takes the place of the policy's limit. Whoever has a limit of their own on
    the record keeps it: it was set for a reason, and no policy moves it.
    """

    miles: int

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        _within("miles", self.miles, 0, MOST_MILES)


@dataclass(frozen=True, slots=True)
class Surge:
    """More people are referred, invented after those who are waiting.

    Attributes
    ----------
    people : int
    county : str or None
        Where all of them are from (FIPS code); ``None`` is where those waiting are from.
    urgency : Urgency or None
        When all of them need a bed; ``None`` is as those waiting do.
    """

    people: int
    county: str | None = None
    urgency: Urgency | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        _within("people", self.people, 1, MOST_PEOPLE)


Step = (
    AddBeds
    | Train
    | Relicense
    | CloseProvider
    | LapseLicence
    | OpenProvider
    | ChangeAges
    | ChangeRadius
    | Surge
)
Steps = tuple[Step, ...]

#: Name of each step as it is stored.
NAMES: dict[str, type[Step]] = {
    "add_beds": AddBeds,
    "train": Train,
    "relicense": Relicense,
    "close_provider": CloseProvider,
    "lapse_licence": LapseLicence,
    "open_provider": OpenProvider,
    "change_ages": ChangeAges,
    "change_radius": ChangeRadius,
    "surge": Surge,
}
_NAME_OF = {kind: name for name, kind in NAMES.items()}

_WORDS: dict[str, type[StrEnum]] = {
    "placement_type": PlacementType,
    "urgency": Urgency,
    "what": Paper,
}
_SETS: dict[str, type[StrEnum]] = {
    "courses": Course,
    "genders": Gender,
    "services": Capability,
}
_NUMBERS = frozenset({"beds", "age_min", "age_max", "miles", "people"})


def to_plain(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Return steps as plain data, in their order.

    Parameters
    ----------
    steps : iterable of Step

    Returns
    -------
    list of dict
        Each with ``step``, its name, and its fields; what was not said is left out.
    """
    out = []
    for one in steps:
        row: dict[str, Any] = {"step": _NAME_OF[type(one)]}
        for field in fields(one):
            value = getattr(one, field.name)
            if field.name in _SETS and value is not None:
                value = [word.value for word in _SETS[field.name] if word in value]
            elif isinstance(value, StrEnum):
                value = value.value
            if value is not None:
                row[field.name] = value
        out.append(row)
    return out


def of_plain(rows: Iterable[Mapping[str, Any]]) -> Steps:
    """Return the steps that :func:`to_plain` wrote.

    Raises
    ------
    StoreError
        If they are not in that form.
    """
    try:
        return tuple(_step(row) for row in rows)
    except (InputError, KeyError, TypeError, ValueError, AttributeError):
        raise StoreError(
            "A stored scenario cannot be read: it was written in another form.",
            next_step="Delete it and build it again.",
        ) from None


def _step(row: Mapping[str, Any]) -> Step:
    kind = NAMES[row["step"]]
    return kind(**{name: _value(name, row[name]) for name in row if name != "step"})


def _value(name: str, value: Any) -> Any:
    if name in _SETS:
        return frozenset(_SETS[name](word) for word in value)
    if name in _WORDS:
        return _WORDS[name](value)
    wanted: type = int if name in _NUMBERS else bool if name == "licence" else str
    if type(value) is not wanted:
        raise TypeError(name)
    return value


def _within(what: str, value: int, low: int, high: int) -> None:
    if isinstance(value, bool) or not low <= value <= high:
        raise InputError(
            f"The number of {what} must be from {low:,} to {high:,}.",
            next_step="Choose another number.",
        )


def _ages(low: int | None, high: int | None) -> None:
    for age in (low, high):
        if age is not None:
            _within("years", age, 0, MOST_AGE)
    if low is not None and high is not None and low > high:
        raise InputError(
            "The lowest age is above the highest.", next_step="Change one of the two."
        )
