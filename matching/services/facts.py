"""What is on the record at one moment, to make a plan from."""

from __future__ import annotations

from dataclasses import dataclass

from matching.domain.errors import InputError
from matching.domain.records import BedPool, Provider, Referral
from matching.store.database import Reading


@dataclass(frozen=True, slots=True)
class Facts:
    """What is on the record at one moment, and the number of that state."""

    referrals: tuple[Referral, ...]
    providers: tuple[Provider, ...]
    pools: tuple[BedPool, ...]
    version: int


def facts_on(record: Reading) -> Facts:
    """Return what is on the record."""
    providers, pools = record.providers.all()
    return Facts(record.referrals.all(), providers, pools, record.data_version())


def require_both(facts: Facts) -> None:
    """Refuse to plan where nobody waits or there is nowhere to go.

    Raises
    ------
    InputError
    """
    if facts.referrals and facts.providers:
        return
    missing = "providers" if facts.referrals else "referrals"
    raise InputError(
        f"There are no {missing} on the record, so there is nothing to plan.",
        next_step=f"Upload {missing} or load the sample data.",
    )
