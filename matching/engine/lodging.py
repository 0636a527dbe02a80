"""What beds and a provider are once some people have moved in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from matching.domain.occupancy import first_decides
from matching.domain.records import BedPool, Provider, Referral
from matching.domain.words import Behaviour, CareNeed, Gender, Level
from matching.engine.rules.residents import LOCK_SETTINGS


@dataclass(frozen=True, slots=True)
class Lodger:
    """Somebody with a settled place.

    Attributes
    ----------
    person : Referral
    counted : bool
        Whether the provider's own numbers include them already.
    """

    person: Referral
    counted: bool


def _beds(lodgers: Iterable[Lodger]) -> int:
    """People and the children with them; each takes a bed."""
    return sum(one.person.beds_needed for one in lodgers)


def _new(lodgers: Iterable[Lodger]) -> list[Lodger]:
    return [one for one in lodgers if not one.counted]


def _old(lodgers: Iterable[Lodger]) -> list[Lodger]:
    return [one for one in lodgers if one.counted]


@dataclass(frozen=True, slots=True)
class Shared:
    """A pool that some people settle in, as it was before any of them was counted.

    Attributes
    ----------
    pool : BedPool
    home : Provider
    here : tuple of Lodger
        Who settles in this pool.
    """

    pool: BedPool
    home: Provider
    here: tuple[Lodger, ...]

    @classmethod
    def before(
        cls,
        pool: BedPool,
        here: Sequence[Lodger],
        home: Provider,
        at_home: Sequence[Lodger],
    ) -> Shared:
        """Return a pool with what its provider already counts of the newcomers taken off."""
        return cls(
            replace(pool, beds_occupied=_less(pool.beds_occupied, _beds(_old(here)))),
            replace(home, residents=_less(home.residents, _beds(_old(at_home)))),
            tuple(here),
        )

    @property
    def empty(self) -> bool:
        """Whether nobody else lives there for sure."""
        return self.pool.beds_occupied == 0 or self.home.residents == 0

    def known_ages(self) -> list[int]:
        """Return the youngest and the oldest resident and the newcomers, where known."""
        there = [] if self.empty else [self.pool.resident_age_min, self.pool.resident_age_max]
        ages = [*there, *(one.person.age_years for one in self.here)]
        return [age for age in ages if age is not None]

    def age_range(self) -> tuple[int | None, int | None]:
        """Return the ages of all residents; unknown as soon as a newcomer's is."""
        low, high = self.pool.resident_age_min, self.pool.resident_age_max
        if any(one.person.age_years is None for one in self.here):
            return None, None
        if not self.empty and (low is None or high is None):
            return low, high
        known = self.known_ages()
        return min(known), max(known)

    def too_far_apart(self, person: Referral) -> bool:
        """Tell whether a person surely widens the ages of the residents beyond the limit."""
        age, limit = person.age_years, self.pool.age_spread_max
        known = self.known_ages()
        if age is None or limit is None or not known:
            return False
        low, high = min(known), max(known)
        return not low <= age <= high and max(high, age) - min(low, age) > limit


def pool_after(pool: BedPool, shared: Shared, lock_empty: bool) -> BedPool:
    """Return a pool once people have moved in.

    Parameters
    ----------
    pool : BedPool
        As it is on the record.
    shared : Shared
        The same pool before any of them was counted, and who they are.
    lock_empty : bool
        Whether the first to move into empty beds decides who else may.

    Returns
    -------
    BedPool
    """
    taken = _beds(_new(shared.here))
    available, held, licensed = pool.beds_available, pool.beds_held, pool.beds_licensed
    if taken and pool.free is not None and licensed is not None and pool.free > licensed:
        available = licensed  # free beds beyond the licence are none
    lock = pool.gender_lock
    if lock_empty and first_decides(shared.home, shared.pool):
        lock = _lock(shared.here)
    youngest, oldest = shared.age_range()
    after = replace(
        pool,
        beds_available=_less(available, taken),
        beds_held=None if held is None else held + taken,
        gender_lock=lock,
        resident_age_min=youngest,
        resident_age_max=oldest,
    )
    full = licensed is not None and _beds(shared.here) >= licensed
    return replace(after, beds_available=0) if full and after.free is None else after


def _less(number: int | None, by: int) -> int | None:
    return None if number is None else max(0, number - by)


def _lock(here: Sequence[Lodger]) -> Gender | None:
    """Return the gender that beds are kept for once some people live there.

    It is one that all of them fit: a girl's own; for transgender and
    non-binary people that of the setting they can live in.
    """
    fits = [_locks(one.person) for one in here if one.person.gender is not None]
    common = [lock for lock in (fits or [[]])[0] if all(lock in one for one in fits)]
    return common[0] if common else None


_BINARY = (Gender.FEMALE, Gender.MALE)


def _locks(person: Referral) -> list[Gender]:
    """Return the locks a person fits: that of their usual setting, their own, others."""
    if person.gender is None or person.gender in _BINARY:
        return [] if person.gender is None else [person.gender]
    usual = LOCK_SETTINGS[person.gender]
    order = sorted(
        Gender,
        key=lambda g: (LOCK_SETTINGS[g] is not usual, g not in _BINARY, g is not person.gender),
    )
    settings = person.acceptable_settings or frozenset()
    return [g for g in order if g is person.gender or LOCK_SETTINGS[g] in settings]


def provider_after(
    home: Provider, lodgers: Sequence[Lodger], pools: Sequence[BedPool]
) -> Provider:
    """Return a provider once people have moved in.

    Parameters
    ----------
    home : Provider
        As it is on the record.
    lodgers : sequence of Lodger
        Everybody who moves in there.
    pools : sequence of BedPool
        Its pools, as they were before.

    Returns
    -------
    Provider
        Tokens are unknown as soon as those of one resident are.
    """
    tokens = [home.resident_tokens, *(one.person.separate_from for one in lodgers)]
    surely = [one for one in lodgers if surely_high(one.person)]
    high, limit = home.high_acuity_residents, home.high_acuity_limit
    if high is not None:
        high += len(_new(surely))
    elif limit is not None:
        # Nobody has counted them: the limit is what is left of it beside those known,
        # and once they reach it, they are number enough.
        full = len(surely) >= limit
        high, limit = (len(surely), limit) if full else (None, limit - len(surely))
    return replace(
        home,
        residents=_residents(home, lodgers, pools),
        resident_tokens=union(tokens) if None not in tokens else None,
        high_acuity_residents=high,
        high_acuity_limit=limit,
    )


def _residents(
    home: Provider,
    lodgers: Sequence[Lodger],
    pools: Sequence[BedPool],
) -> int | None:
    """Return the residents: as recorded, or added up over the pools, and those who come.

    Where nobody has counted them, those who come are the ones that count
    against the licence and the staff.
    """
    there = home.residents
    if there is None:
        lived_in = [pool.beds_occupied for pool in pools]
        known = [beds for beds in lived_in if beds is not None]
        there = sum(known) if len(known) == len(lived_in) else None
    return _beds(lodgers) if there is None else there + _beds(_new(lodgers))


def union(sets: Iterable[frozenset[str] | None]) -> frozenset[str]:
    """Return what is in any of some sets; unknown ones add nothing."""
    return frozenset(item for one in sets for item in one or ())


def surely_high(person: Referral) -> bool:
    """Tell whether a person surely has high needs, as the rule on acuity counts them."""
    return (
        Level.HIGH in (person.run_risk, person.recruitment_risk)
        or person.mental_health_need in (CareNeed.INTENSIVE, CareNeed.INPATIENT)
        or bool(
            (person.behaviours or frozenset()) & {Behaviour.AGGRESSION, Behaviour.FIRE_SETTING}
        )
    )
