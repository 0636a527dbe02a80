"""Providers whose place must not become known, and what stands in place of their name.

A trafficker looks for the house. Whoever has not opened such a provider, for a
reason that is kept, is told its kind and a number, and neither its name, nor whom
to call there, nor the agency, nor the county.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from matching.domain.records import BedPool, Provider
from matching.domain.words import PlacementType, label

#: Confidential unless somebody has said that they are not.
SECRET_KINDS = frozenset({PlacementType.SAFE_HOUSE, PlacementType.SAFE_FOSTER_HOME})

#: Said in place of the county.
COUNTY_KEPT = "county not shown"

#: Numbers have four digits, so that they hardly ever meet.
_LOWEST, _MANY = 1000, 9000

#: Fields that are not shown of a provider, and of its bed pools, until it is opened.
#: The county is a fact that plans are made from: it is left out where it would be shown.
HIDDEN = ("name", "agency", "contact")
HIDDEN_OF_POOLS = ("pool_name", "confirmed_by")


class OpenReason(StrEnum):
    """Why somebody needs to know who a confidential provider is."""

    PLACING = "placing"  #: a case is to be placed there
    CONFIRMING = "confirming"  #: its beds are to be asked about
    LICENSING = "licensing"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class Veil:
    """What stands in place of the names of confidential providers.

    Attributes
    ----------
    numbers : dict of str to int
        By identifier, of every confidential provider on record.
    opened : frozenset of str
        Those that the person who reads has opened.
    """

    numbers: dict[str, int]
    opened: frozenset[str] = frozenset()

    def covers(self, provider_id: str) -> bool:
        """Tell whether a provider is not to be shown."""
        return provider_id in self.numbers and provider_id not in self.opened

    def over(self, provider: Provider) -> Provider:
        """Return a provider as it may be shown, its county left in for the planning."""
        if not self.covers(provider.provider_id):
            return provider
        name = stand_in(provider.placement_type, self.numbers[provider.provider_id])
        return replace(provider, name=name, agency=None, contact=None)

    def over_pool(self, pool: BedPool) -> BedPool:
        """Return a bed pool as it may be shown."""
        if not self.covers(pool.provider_id):
            return pool
        return replace(pool, pool_name=None, confirmed_by=None)


#: Over nothing.
NO_VEIL = Veil({})


def is_secret(provider: Provider) -> bool:
    """Tell whether a provider's name and county must not be given away.

    What nobody has said counts as no for an ordinary place, which is in public
    lists, and as yes for a safe house or a safe foster home.
    """
    if provider.confidential or provider.victim_service_provider or provider.domestic_violence:
        return True
    return provider.confidential is None and provider.placement_type in SECRET_KINDS


def stand_in(kind: PlacementType | None, number: int) -> str:
    """Return what an unopened provider is called, such as "Confidential safe house 4417"."""
    return f"Confidential {'place' if kind is None else label(kind)} {number}"


def numbers(provider_ids: Iterable[str]) -> dict[str, int]:
    """Return the number of every confidential provider.

    A number follows from the identifier alone, so that it stays what it is when
    others come or go; where two would meet, the one later in the alphabet takes
    the next free number.

    Parameters
    ----------
    provider_ids : iterable of str
        Of all confidential providers.
    """
    out: dict[str, int] = {}
    taken: set[int] = set()
    for name in sorted(set(provider_ids)):
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]) % _MANY
        while number in taken and len(taken) < _MANY:
            number = (number + 1) % _MANY
        taken.add(number)
        out[name] = _LOWEST + number
    return out


def veil_of(providers: Iterable[Provider], opened: frozenset[str] = frozenset()) -> Veil:
    """Return the veil over all providers on record for one who has opened some."""
    return Veil(numbers(one.provider_id for one in providers if is_secret(one)), opened)
