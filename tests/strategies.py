"""Hypothesis strategies for the records of the domain.

Every strategy is derived from the type hints of the dataclasses, so that a new
field is drawn without a change here; only fields whose values must mean
something (counties, languages, ages) have a strategy of their own. ``None``
(unknown) and the empty set (known to be none) are both drawn, and are the
simplest values to shrink to.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from hypothesis import strategies as st

from matching.domain import geography
from matching.domain.records import BedPool, Provider, Referral, Training
from matching.domain.words import Course

#: The day around which every drawn date lies.
TODAY = date(2026, 11, 3)
NOW = datetime(2026, 11, 3, 22, 41, tzinfo=UTC)

Strategy = st.SearchStrategy[Any]


@cache
def _counties() -> tuple[str, ...]:
    """Two dozen counties spread over the shipped list."""
    every = geography.load().counties
    return tuple(county.fips for county in every[:: max(1, len(every) // 24)])


def tokens(prefix: str) -> st.SearchStrategy[str]:
    """Opaque tokens such as ``P7``; few enough that records refer to each other."""
    return st.integers(1, 40).map(lambda number: f"{prefix}{number}")


def counties() -> st.SearchStrategy[str]:
    """Five-digit codes of counties that exist."""
    return st.sampled_from(_counties())


def languages() -> st.SearchStrategy[str]:
    """Two-letter language codes."""
    return st.sampled_from(["en", "es", "fr", "ht", "vi", "zh"])


def days() -> st.SearchStrategy[date]:
    """Days within two years of :data:`TODAY`."""
    return st.dates(date(2024, 11, 3), date(2028, 11, 3))


def moments() -> st.SearchStrategy[datetime]:
    """Moments of the last two years, aware and in UTC."""
    return st.datetimes(datetime(2024, 11, 3), datetime(2026, 11, 3)).map(  # noqa: DTZ001
        lambda moment: moment.replace(tzinfo=UTC)
    )


def trainings() -> st.SearchStrategy[tuple[Training, ...]]:
    """Up to three courses, in any order."""
    one = st.builds(
        Training,
        course=st.sampled_from(list(Course)),
        expires=st.none() | days(),
        caregiver=st.none() | tokens("G"),
    )
    return st.lists(one, max_size=3).map(tuple)


#: Fields whose values must mean something to more than one record.
_NAMED: Mapping[str, Strategy] = {
    "trainings": st.deferred(trainings),
    "separate_from": st.frozensets(tokens("T"), max_size=3),
    "resident_tokens": st.frozensets(tokens("T"), max_size=3),
    "vetoed_providers": st.frozensets(tokens("P"), max_size=3),
    "avoid_providers": st.frozensets(tokens("P"), max_size=3),
    "declined_by": st.frozensets(tokens("P"), max_size=3),
    "preferred_providers": st.lists(tokens("P"), max_size=3, unique=True).map(tuple),
    "group_id": tokens("F"),
    "state": st.sampled_from(["FL", "TX", "XA"]),
    "distance_reason": st.sampled_from(["court", "school", "safety"]),
    "age_years": st.integers(0, 30),
    "days_to_birthday": st.integers(0, 366),
    "children_with": st.integers(0, 3),
    "stay_days": st.integers(0, 730),
    "max_stay_days": st.integers(0, 730),
    "max_distance_miles": st.integers(0, 500),
    "staff_on_shift": st.integers(0, 6),
    "staff_ratio": st.integers(1, 12),
}
_BY_ENDING: Mapping[str, Strategy] = {
    "county": st.deferred(counties),
    "counties": st.frozensets(st.deferred(counties), max_size=3),
    "service_area": st.frozensets(st.deferred(counties), max_size=4),
}


def from_type(hint: Any) -> Strategy:
    """Return the strategy for a field's type, without ``None``."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return st.one_of(*(from_type(a) for a in arguments if a is not type(None)))
    if origin is frozenset:
        return st.frozensets(from_type(arguments[0]), max_size=4)
    if origin is tuple:
        return st.lists(from_type(arguments[0]), max_size=3, unique=True).map(tuple)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return st.sampled_from(list(hint))
    by_type: dict[Any, Strategy] = {
        bool: st.booleans(),
        int: st.integers(0, 40),
        str: tokens("X"),
        date: days(),
        datetime: moments(),
    }
    return by_type[hint]


def _strategy(name: str, hint: Any) -> Strategy:
    if name in _NAMED:
        return _NAMED[name]
    for ending, strategy in _BY_ENDING.items():
        if name.endswith(ending):
            return strategy
    if name == "languages":
        many = st.lists(languages(), max_size=3, unique=True)
        return many.map(frozenset if "frozenset" in str(hint) else tuple)
    return from_type(hint)


@cache
def field_strategies(record: type) -> Mapping[str, Strategy]:
    """Return, per field of a record, the strategy of its *known* values."""
    hints = typing.get_type_hints(record)
    return {
        field.name: _strategy(field.name, hints[field.name])
        for field in dataclasses.fields(record)
    }


def _ordered(values: dict[str, Any], low: str, high: str) -> None:
    """Put a pair of bounds in order where both are known."""
    if values[low] is not None and values[high] is not None:
        values[low], values[high] = sorted((values[low], values[high]))


def _records(
    record: type, keys: Mapping[str, Strategy], unknown: bool, fixed: Mapping[str, Any]
) -> Strategy:
    drawn: dict[str, Strategy] = {}
    for name, strategy in field_strategies(record).items():
        if name in fixed:
            value = fixed[name]
            drawn[name] = value if isinstance(value, st.SearchStrategy) else st.just(value)
        elif name in keys:
            drawn[name] = keys[name]
        else:
            drawn[name] = st.none() | strategy if unknown else strategy
    return st.fixed_dictionaries(drawn)


def referrals(*, unknown: bool = True, **fixed: Any) -> st.SearchStrategy[Referral]:
    """Draw referrals.

    Parameters
    ----------
    unknown : bool, default True
        Whether fields may be ``None``.
    **fixed
        Fields given a value, or a strategy, of the caller's.
    """
    keys = {"referral_id": tokens("R")}
    return _records(Referral, keys, unknown, fixed).map(lambda values: Referral(**values))


def providers(*, unknown: bool = True, **fixed: Any) -> st.SearchStrategy[Provider]:
    """Draw providers; arguments as for :func:`referrals`."""
    keys = {"provider_id": tokens("P")}
    return _records(Provider, keys, unknown, fixed).map(lambda values: Provider(**values))


def pools(
    provider_id: str | Strategy = "P1", *, unknown: bool = True, **fixed: Any
) -> st.SearchStrategy[BedPool]:
    """Draw bed pools of one provider; other arguments as for :func:`referrals`.

    Lower bounds never exceed upper bounds.
    """
    fixed = {"provider_id": provider_id, **fixed}

    def build(values: dict[str, Any]) -> BedPool:
        values = dict(values)
        _ordered(values, "age_min", "age_max")
        _ordered(values, "resident_age_min", "resident_age_max")
        return BedPool(**values)

    keys = {"pool_id": tokens("B")}
    return _records(BedPool, keys, unknown, fixed).map(build)


@st.composite
def referral_lists(
    draw: st.DrawFn, *, max_size: int = 5, unknown: bool = True, **fixed: Any
) -> tuple[Referral, ...]:
    """Draw referrals with distinct references."""
    names = draw(st.lists(tokens("R"), max_size=max_size, unique=True))
    return tuple(
        draw(referrals(unknown=unknown, **{**fixed, "referral_id": name})) for name in names
    )


@st.composite
def inventories(
    draw: st.DrawFn,
    *,
    max_providers: int = 4,
    max_pools: int = 2,
    unknown: bool = True,
) -> tuple[tuple[Provider, ...], tuple[BedPool, ...]]:
    """Draw providers with distinct codes, and bed pools of theirs."""
    names = draw(st.lists(tokens("P"), max_size=max_providers, unique=True))
    homes = tuple(draw(providers(unknown=unknown, provider_id=name)) for name in names)
    beds: list[BedPool] = []
    for name in names:
        for number in range(1, draw(st.integers(0, max_pools)) + 1):
            pool_id = f"{name}-{number}"
            beds.append(draw(pools(name, unknown=unknown, pool_id=pool_id)))
    return homes, tuple(beds)
