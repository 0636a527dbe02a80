"""Beds that are free as they were: confirmed in one press, as of now."""

from __future__ import annotations

from dataclasses import dataclass

from matching.domain import policy as policies
from matching.domain.access import Action
from matching.domain.errors import NotFound
from matching.services.desk import Desk
from matching.services.facts import places_on
from matching.services.phone_round import Confirmed, confirm_beds

#: Who is taken to have said so where nobody is on record.
_THEY = "provider"


@dataclass(frozen=True, slots=True)
class Still:
    """A bed pool whose free beds can be confirmed as they are.

    Attributes
    ----------
    pool_id, name : str
    free : int
        Besides those held for us.
    by : str
        Who said so last.
    """

    pool_id: str
    name: str
    free: int
    by: str


def still_free(desk: Desk, provider_id: str) -> tuple[Still, ...]:
    """Return the bed pools of a provider of which somebody has said how many are free.

    Raises
    ------
    PermissionDenied
        If the actor may not confirm beds.
    NotFound
        If there is no such provider.
    """
    desk.require(Action.CONFIRM_BEDS)
    with desk.store.reading() as record:
        if record.providers.get(provider_id) is None:
            raise NotFound(
                "This provider is not on the record any more.", next_step="Go back to the list."
            )
        places = places_on(record, policies.load(desk.settings.policy))
    return tuple(
        Still(one.pool_id, one.pool_name or one.pool_id, one.free, one.confirmed_by or _THEY)
        for one in places.pools
        if one.provider_id == provider_id and one.free is not None
    )


def confirm_still(desk: Desk, provider_id: str, one: Still) -> Confirmed:
    """Record that the beds are free as they were: one transaction, one audit event.

    Raises
    ------
    PermissionDenied, NotFound, InputError
        As for :func:`~matching.services.phone_round.confirm_beds`.
    """
    desk.require(Action.CONFIRM_BEDS)
    return confirm_beds(desk, provider_id, one.pool_id, one.free, one.by)
