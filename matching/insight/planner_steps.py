"""What could be done at existing homes, and which new homes could open: steps of a scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from typing import Any

from matching.domain import words as w
from matching.domain.certification import certificate_valid
from matching.domain.policy import Policy
from matching.domain.records import BedPool, Provider
from matching.domain.scenario import AddBeds, OpenProvider, Paper, Relicense, Train
from matching.insight import scenario_places as places

Action = Train | Relicense | OpenProvider


class Kind(IntEnum):
    """Kinds of options, as a budget counts them; beds are counted apart."""

    TRAIN = 0  #: an existing home takes a course
    PAPER = 1  #: an existing home's licence, certificate or background check is made good
    OPEN = 2  #: a new home is recruited


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of home that could be recruited.

    Attributes
    ----------
    placement_type : PlacementType
    age_min, age_max : int
    """

    placement_type: w.PlacementType
    age_min: int
    age_max: int

    def opens(self, county: str, beds: int) -> OpenProvider:
        """Return the step that opens one in a county; it takes people of any gender."""
        return OpenProvider(
            beds=beds,
            placement_type=self.placement_type,
            county=county,
            age_min=self.age_min,
            age_max=self.age_max,
            genders=frozenset(w.Gender),
        )


_T = w.PlacementType
#: Kinds of homes that offices recruit. Host homes are found with faith-based and
#: other community partners; they and foster homes need no building.
PROFILES = (
    Profile(_T.HOST_HOME, 16, 24),
    Profile(_T.FOSTER_HOME, 0, 17),
    Profile(_T.SAFE_FOSTER_HOME, 10, 17),
    Profile(_T.SAFE_HOUSE, 12, 17),
    Profile(_T.EMERGENCY_SHELTER, 18, 99),
    Profile(_T.TRANSITIONAL, 18, 99),
)

_READY = (w.LicenceStatus.ACTIVE, w.LicenceStatus.PROBATION, w.LicenceStatus.NOT_REQUIRED)


def at_home(home: Provider, policy: Policy, today: date) -> tuple[Action, ...]:
    """Return what could be done so that an existing home may take more people.

    A licence that was revoked and a home that cannot be trained are left alone,
    and what nobody has said is asked about first: a call, not a course.

    Parameters
    ----------
    home : Provider
    policy : Policy
    today : date

    Returns
    -------
    tuple of Train or Relicense
        At most one of each.
    """
    name = home.provider_id
    rules = {code: one for code, one in policy.rules.items() if one.in_force(today)}
    out: list[Action] = []
    if "training" in rules and home.trainable is not False:
        courses = _lacking(home, rules["training"].parameters, today)
        if courses:
            out.append(Train(name, courses))
    if "licence" in rules and _licence_is_bad(home, today):
        out.append(Relicense(name, Paper.LICENCE))
    if certificate_valid(home, today) is False and (
        "certificate" in rules or home.placement_type in w.WITHOUT_CERTIFICATE
    ):
        out.append(Relicense(name, Paper.CERTIFICATE))
    bad = home.background_check not in (None, w.BackgroundCheck.CLEAR)
    if "background-check" in rules and bad:
        out.append(Relicense(name, Paper.BACKGROUND_CHECK))
    return tuple(out)


def _lacking(home: Provider, parameters: Mapping[str, Any], today: date) -> frozenset[w.Course]:
    if home.trainings is None:
        return frozenset()
    names: list[str] = []
    for key in ("courses", "labour_courses"):
        names += parameters[key]
    last = today - timedelta(days=parameters["grace_days"])
    held = {one.course for one in home.trainings}
    over = {
        one.course for one in home.trainings if one.expires is not None and one.expires < last
    }
    return frozenset(
        w.Course(n) for n in names if w.Course(n) not in held or w.Course(n) in over
    )


def _licence_is_bad(home: Provider, today: date) -> bool:
    status = home.licence_status
    if status in (None, w.LicenceStatus.REVOKED, w.LicenceStatus.NOT_REQUIRED):
        return False
    over = home.licence_expires is not None and home.licence_expires < today
    return over or status not in _READY


def kind_of(action: Action) -> Kind:
    """Return the kind of an action, for the budget."""
    if isinstance(action, Train):
        return Kind.TRAIN
    return Kind.OPEN if isinstance(action, OpenProvider) else Kind.PAPER


def with_actions(
    home: Provider,
    pools: Sequence[BedPool],
    actions: Iterable[Action],
    beds: Iterable[AddBeds],
    policy: Policy,
    today: date,
) -> tuple[Provider, tuple[BedPool, ...]]:
    """Return a home and its pools with beds added and some actions done there.

    Parameters
    ----------
    home : Provider
    pools : sequence of BedPool
        All of it.
    actions : iterable of Train or Relicense
    beds : iterable of AddBeds
    policy : Policy
    today : date
    """
    there = {pool.pool_id: pool for pool in pools}
    for one in beds:
        home, grown = places.with_more_beds(
            home, there.values(), there[one.pool_id], one, policy
        )
        there[one.pool_id] = grown
    for action in actions:
        if isinstance(action, Train):
            home = places.trained(home, action.courses, today)
        elif isinstance(action, Relicense):
            home = places.relicensed(home, action.what, today)
    return home, tuple(there.values())
