"""A fictional region, drawn from a seed: providers, bed pools and referrals.

Nothing in it is anybody: names, tokens and counties are invented. The numbers
behind it stand in one table, each with its source or the word "assumption".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from matching.domain import geography
from matching.domain.errors import InputError
from matching.domain.records import BedPool, Provider, Referral
from matching.intake.sample_calibration import sentences
from matching.intake.sample_providers import draw_providers
from matching.intake.sample_referrals import draw_referrals
from matching.intake.sample_region import region

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


def generate(seed: int, providers: int, referrals: int, *, as_of: datetime) -> Sample:
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

    Returns
    -------
    Sample

    Raises
    ------
    InputError
        If a number is negative or too large, or ``as_of`` has no time zone.
    """
    for what, number in (("seed", seed), ("providers", providers), ("referrals", referrals)):
        if number < 0:
            raise InputError(
                f"The sample cannot be drawn: {what} is {number}.",
                next_step="Give a number from 0 on.",
            )
    if max(providers, referrals) > LARGEST:
        raise InputError(
            f"The sample is too large: at most {LARGEST:,} providers and referrals are drawn.",
            next_step="Give smaller numbers.",
        )
    if as_of.tzinfo is None:
        raise InputError(
            "The moment of the sample has no time zone.",
            next_step="Write it with one, such as 2026-11-22T22:00Z.",
        )
    moment = as_of.astimezone(UTC).replace(second=0, microsecond=0)
    seeds = np.random.SeedSequence(seed).spawn(3)
    place, homes, people = (np.random.default_rng(one) for one in seeds)
    where = region(place, providers, geography.load())
    drawn, pools = draw_providers(homes, providers, where, moment)
    waiting = draw_referrals(people, referrals, where, drawn, moment)
    return Sample(drawn, pools, waiting, sentences())
