"""A fictional region, drawn from a seed: providers, bed pools and referrals.

Nothing in it is anybody: names and tokens are invented, and counties too unless
real ones are asked for. The numbers
behind it stand in one table, each with its source or the word "assumption".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from matching.domain import geography
from matching.domain.errors import InputError
from matching.domain.records import BedPool, Provider, Referral
from matching.intake.sample_calibration import sentences
from matching.intake.sample_providers import draw_providers
from matching.intake.sample_referrals import draw_referrals
from matching.intake.sample_region import region, region_of

#: Most records of a kind that are drawn at once.
LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Sample:
    """Invented records.

    Attributes
    ----------
    providers : tuple of Provider
    pools : tuple of BedPool
    referrals : tuple of Referral
    assumptions : tuple of str
        Every number behind them as a sentence with its source.
    """

    providers: tuple[Provider, ...]
    pools: tuple[BedPool, ...]
    referrals: tuple[Referral, ...]
    assumptions: tuple[str, ...]


def generate(
    seed: int,
    providers: int,
    referrals: int,
    *,
    as_of: datetime,
    ties: bool = True,
    invented_places: bool = True,
) -> Sample:
    """Draw a sample; the same arguments give the same one.

    Region, providers and referrals are drawn from seeds of their own, so that
    another number of referrals leaves the providers as they are.

    Parameters
    ----------
    seed : int
        Not negative.
    providers, referrals : int
        How many, at most :data:`LARGEST` of each.
    as_of : datetime
        The moment the sample is of, with a time zone; all dates lie around it.
    ties : bool, default True
        Whether referrals are tied to each other: a few pairs that stay
        together or apart and people who bring a child, and homes where those
        who are placed together must fit one another. Nothing else changes.
    invented_places : bool, default True
        Whether counties and states are invented too; otherwise the invented
        people and homes are put into real counties.

    Returns
    -------
    Sample

    Raises
    ------
    InputError
        If a number is negative or too large, or ``as_of`` has no time zone.
    """
    moment = _checked(seed, max(providers, referrals), min(providers, referrals), as_of)
    place, homes, people = _seeds(seed)
    where = region(place, providers, geography.load(), invented=invented_places)
    drawn, pools = draw_providers(homes, providers, where, moment)
    waiting = draw_referrals(people, referrals, where, drawn, moment)
    if not ties:
        drawn, pools, waiting = *unbound(drawn, pools), untied(waiting)
    return Sample(drawn, pools, waiting, sentences())


def referrals_for(
    seed: int,
    referrals: int,
    providers: Sequence[Provider],
    *,
    as_of: datetime,
    ties: bool = True,
) -> tuple[Referral, ...]:
    """Draw invented referrals for an inventory that was not invented.

    Parameters
    ----------
    seed : int
        Not negative.
    referrals : int
        How many.
    providers : sequence of Provider
        The inventory; homes lie in its counties, more where it has more providers.
    as_of : datetime
        The moment the referrals are of, with a time zone.
    ties : bool, default True
        As for :func:`generate`.

    Returns
    -------
    tuple of Referral

    Raises
    ------
    InputError
        As for :func:`generate`, and if no provider names its county.
    """
    moment = _checked(seed, referrals, referrals, as_of)
    where = region_of(providers, geography.load())
    drawn = draw_referrals(_seeds(seed)[2], referrals, where, tuple(providers), moment)
    return drawn if ties else untied(drawn)


def untied(referrals: Iterable[Referral]) -> tuple[Referral, ...]:
    """Return referrals without what ties them to each other.

    Parameters
    ----------
    referrals : iterable of Referral

    Returns
    -------
    tuple of Referral
        Nobody in a group, with a conflict that another of them shares, or
        with a child who comes along.
    """
    people = tuple(referrals)
    held = Counter(token for one in people for token in one.separate_from or ())
    return tuple(
        replace(
            one,
            group_id=None,
            children_with=0 if one.children_with else one.children_with,
            separate_from=one.separate_from
            and frozenset(token for token in one.separate_from if held[token] == 1),
        )
        for one in people
    )


def unbound(
    providers: Iterable[Provider], pools: Iterable[BedPool]
) -> tuple[tuple[Provider, ...], tuple[BedPool, ...]]:
    """Return homes where nobody has to fit others who are placed there.

    Parameters
    ----------
    providers : iterable of Provider
    pools : iterable of BedPool

    Returns
    -------
    providers : tuple of Provider
        Without a limit of high needs; none is said to be empty.
    pools : tuple of BedPool
        Without a limit on the spread of ages; none is said to be empty, and as
        many beds are free.
    """
    homes = tuple(
        replace(one, high_acuity_limit=None, residents=one.residents or None)
        for one in providers
    )
    beds = tuple(
        replace(
            one,
            age_spread_max=None,
            beds_available=one.free,
            beds_accepting=one.beds_accepting if one.beds_occupied else None,
            beds_occupied=one.beds_occupied or None,
        )
        for one in pools
    )
    return homes, beds


def _seeds(seed: int) -> tuple[np.random.Generator, np.random.Generator, np.random.Generator]:
    """Return one generator each for the region, the providers and the referrals."""
    place, homes, people = map(np.random.default_rng, np.random.SeedSequence(seed).spawn(3))
    return place, homes, people


def _checked(seed: int, most: int, least: int, as_of: datetime) -> datetime:
    """Refuse what cannot be drawn; return the moment in whole minutes of universal time."""
    if min(seed, least) < 0:
        raise InputError(
            "The sample cannot be drawn from a negative number.",
            next_step="Give a seed and numbers of providers and referrals from 0 on.",
        )
    if most > LARGEST:
        raise InputError(
            f"The sample is too large: at most {LARGEST:,} providers and referrals are drawn.",
            next_step="Give smaller numbers.",
        )
    if as_of.tzinfo is None:
        raise InputError(
            "The moment of the sample has no time zone.",
            next_step="Write it with one, such as 2026-11-22T22:00Z.",
        )
    return as_of.astimezone(UTC).replace(second=0, microsecond=0)
