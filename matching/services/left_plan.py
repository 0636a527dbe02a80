"""What became of those who are in a plan no more: to have a bed held reads as no loss."""

from __future__ import annotations

from dataclasses import replace

from matching.domain.access import Action
from matching.domain.casework import TAKES_BED, OfferState, StayState
from matching.insight.difference import Difference
from matching.services.desk import Desk
from matching.services.room import name_at
from matching.store.database import Reading

_OFFERS = {
    OfferState.HELD: "now has a bed held at {name}",
    OfferState.ACCEPTED: "was accepted at {name} and has not moved in",
}
_STAYS = {
    StayState.LIVING: "now lives at {name}",
    StayState.MISSING: "is missing from {name}, where the bed is kept",
    StayState.HOSPITAL: "is in hospital; the bed at {name} is kept",
}


def with_beds(desk: Desk, found: Difference) -> Difference:
    """Return a difference that tells which bed those have who left the plan.

    Parameters
    ----------
    desk : Desk
    found : Difference

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    """
    desk.require(Action.SEE_CASES)
    gone = {one.referral_id for one in found.gone}
    if not gone:
        return found
    with desk.store.reading() as record:
        return replace(found, beds=_beds(record, gone))


def _beds(record: Reading, cases: set[str]) -> dict[str, str]:
    """Return what each has who has a bed, as the end of a sentence."""
    said = {}
    for offer in record.offers.open():
        if offer.referral_id in cases and offer.state in TAKES_BED:
            name = name_at(record, offer.provider_id)
            said[offer.referral_id] = _OFFERS[offer.state].format(name=name)
    for stay in record.placements.open():
        if stay.referral_id in cases:
            name = name_at(record, stay.provider_id)
            said[stay.referral_id] = _STAYS[stay.state].format(name=name)
    return said
