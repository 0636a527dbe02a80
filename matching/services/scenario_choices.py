"""What the steps of a scenario can be about: providers, their bed pools, counties."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from matching.domain import geography
from matching.domain import policy as policies
from matching.domain.access import Action
from matching.domain.records import BedPool, Provider
from matching.domain.words import LicenceStatus
from matching.services.desk import Desk


@dataclass(frozen=True, slots=True)
class PoolChoice:
    """One bed pool, with the ages it takes."""

    pool_id: str
    name: str
    age_min: int | None
    age_max: int | None


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """One provider.

    Attributes
    ----------
    provider_id, name : str
        The code stands beside a name that several have.
    pools : tuple of PoolChoice
    trainable : bool
        Unless it is recorded as one that cannot be trained.
    licensed : bool
        Unless it needs no licence.
    """

    provider_id: str
    name: str
    pools: tuple[PoolChoice, ...]
    trainable: bool
    licensed: bool


@dataclass(frozen=True, slots=True)
class StepChoices:
    """What can be chosen.

    Attributes
    ----------
    places : tuple of PlaceChoice
        By name.
    counties : tuple of (str, str)
        Codes and names, of every state that has a provider; by name.
    miles : int
        How far from home a place may be now.
    """

    places: tuple[PlaceChoice, ...]
    counties: tuple[tuple[str, str], ...]
    miles: int


def step_choices(desk: Desk) -> StepChoices:
    """Return what the steps of a scenario can be about.

    Raises
    ------
    PermissionDenied
        If the actor may not plan capacity or see providers.
    """
    desk.require(Action.PLAN_CAPACITY)
    desk.require(Action.SEE_PROVIDERS)
    with desk.store.reading() as record:
        providers, pools = record.providers.all()
    mine: dict[str, list[BedPool]] = defaultdict(list)
    for pool in pools:
        mine[pool.provider_id].append(pool)
    called = Counter(one.name or one.provider_id for one in providers)
    places = [_place(one, mine[one.provider_id], called) for one in providers]
    where = geography.load()
    states = {one.state or where.state_of(one.county) for one in providers}
    counties = [
        (one.fips, where.name(one.fips)) for one in where.counties if one.state in states
    ]
    policy = policies.load(desk.settings.policy)
    return StepChoices(
        places=tuple(sorted(places, key=lambda one: (one.name, one.provider_id))),
        counties=tuple(sorted(counties, key=lambda one: (one[1], one[0]))),
        miles=int(policy.rules["distance"].parameters["max_miles"]),
    )


def _place(home: Provider, pools: list[BedPool], called: Counter[str]) -> PlaceChoice:
    name = home.name or home.provider_id
    return PlaceChoice(
        provider_id=home.provider_id,
        name=name if called[name] == 1 else f"{name} ({home.provider_id})",
        pools=tuple(
            PoolChoice(one.pool_id, one.pool_name or one.pool_id, one.age_min, one.age_max)
            for one in sorted(pools, key=lambda one: one.pool_id)
        ),
        trainable=home.trainable is not False,
        licensed=home.licence_status is not LicenceStatus.NOT_REQUIRED,
    )
