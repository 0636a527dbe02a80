"""Where everybody stands: in the plan saved last, being called for, with a bed, placed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from matching.domain.access import Action
from matching.domain.casework import Case, CaseState, Offer, OfferState, Placement
from matching.services.desk import Desk
from matching.services.matching import latest_run
from matching.store.database import Reading


class Standing(StrEnum):
    """Where a case stands."""

    NO_PLAN = "no_plan"  #: came after the last plan, or there is none
    PROPOSED = "proposed"
    NO_PLACE = "no_place"
    CALLING = "calling"  #: somebody is calling a place, or shall call back
    HELD = "held"
    ACCEPTED = "accepted"
    PLACED = "placed"
    AWAY = "away"
    CLOSED = "closed"


_OF_STATE = {
    CaseState.HELD: Standing.HELD,
    CaseState.ACCEPTED: Standing.ACCEPTED,
    CaseState.PLACED: Standing.PLACED,
    CaseState.AWAY: Standing.AWAY,
    CaseState.CLOSED: Standing.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Stand:
    """Where one case stands, with what it stands on.

    Attributes
    ----------
    standing : Standing
    provider_id : str or None
        Whose bed it is, or who is being called.
    offer : Offer or None
        The call, the hold or the acceptance.
    placement : Placement or None
        Where the person lives.
    case : Case or None
        As it was moved last; ``None`` if it never was.
    """

    standing: Standing
    provider_id: str | None = None
    offer: Offer | None = None
    placement: Placement | None = None
    case: Case | None = None


@dataclass(frozen=True, slots=True)
class Standings:
    """Everybody's standing.

    Attributes
    ----------
    number : int or None
        Of the plan saved last; ``None`` before the first.
    made_at : datetime or None
    moved : bool
        Whether providers or referrals changed since.
    places : Mapping of str to str
        Provider proposed, by case.
    without : frozenset of str
        Cases the plan has no place for.
    moves : Mapping of str to Stand
        Those who are being called for, have a bed, live somewhere or are closed.
    """

    number: int | None
    made_at: datetime | None
    moved: bool
    places: Mapping[str, str]
    without: frozenset[str]
    moves: Mapping[str, Stand] = field(default_factory=dict)

    def of(self, referral_id: str) -> Standing:
        """Return where a case stands."""
        return self.stand(referral_id).standing

    def stand(self, referral_id: str) -> Stand:
        """Return where a case stands, with what it stands on.

        What people have done comes before what the plan says.
        """
        found = self.moves.get(referral_id)
        if found is not None:
            return found
        if referral_id in self.places:
            return Stand(Standing.PROPOSED, self.places[referral_id])
        nothing = Standing.NO_PLACE if referral_id in self.without else Standing.NO_PLAN
        return Stand(nothing)


def standings(desk: Desk) -> Standings:
    """Return where everybody stands.

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    """
    desk.require(Action.SEE_CASES)
    latest = latest_run(desk)
    with desk.store.reading() as record:
        moves = moves_on(record)
    if latest is None:
        return Standings(None, None, False, {}, frozenset(), moves)
    document = latest.document
    return Standings(
        number=latest.number,
        made_at=latest.made_at,
        moved=latest.record_moved,
        places={one["referral"]: one["provider"] for one in document["placements"]},
        without=frozenset(one["referral"] for one in document["not_placed"]),
        moves=moves,
    )


def moves_on(record: Reading) -> dict[str, Stand]:
    """Return everybody for whom something was done, with what they stand on."""
    offers = _by_case(record.offers.open())
    living = {one.referral_id: one for one in record.placements.open()}
    out: dict[str, Stand] = {}
    for case in record.cases.all():
        standing = _OF_STATE.get(case.state)
        if standing is not None:
            out[case.referral_id] = _stand(standing, case, offers, living)
    for name, mine in offers.items():
        if name not in out:
            first = mine[0]
            out[name] = Stand(Standing.CALLING, first.provider_id, offer=first)
    return out


def _by_case(offers: Iterable[Offer]) -> dict[str, list[Offer]]:
    """Return offers by case; those that take a bed first, then the oldest."""
    out: dict[str, list[Offer]] = {}
    for one in sorted(offers, key=lambda o: (o.state is OfferState.CALLING, o.id or 0)):
        out.setdefault(one.referral_id, []).append(one)
    return out


def _stand(
    standing: Standing,
    case: Case,
    offers: Mapping[str, list[Offer]],
    living: Mapping[str, Placement],
) -> Stand:
    if standing in (Standing.PLACED, Standing.AWAY):
        where = living.get(case.referral_id)
        at = None if where is None else where.provider_id
        return Stand(standing, at, placement=where, case=case)
    if standing in (Standing.HELD, Standing.ACCEPTED):
        offer = next(iter(offers.get(case.referral_id, ())), None)
        at = None if offer is None else offer.provider_id
        return Stand(standing, at, offer=offer, case=case)
    return Stand(standing, case=case)


#: What changes when anything on the boards does: the state of the facts, the number of
#: the newest plan, and number and version of each call and hold that is open.
Pulse = tuple[int, int, tuple[tuple[int, int], ...]]


def pulse(desk: Desk) -> Pulse:
    """Return what changes when anything on the boards does, for a look every few seconds.

    A call that takes no bed makes no plan old, but it is to be seen at once: so
    the version of the facts is not enough.

    Raises
    ------
    PermissionDenied
        If the actor may see neither cases nor providers.
    """
    desk.require(Action.SEE_PROVIDERS)
    with desk.store.reading() as record:
        offers = record.offers.open()
        calls = tuple((int(one.id or 0), one.version) for one in offers)
        return record.data_version(), record.runs.newest(), calls
