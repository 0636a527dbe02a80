"""The wishes of one person on the record, held against the place they have or may have."""

from __future__ import annotations

from collections.abc import Mapping

from matching.domain.access import Action
from matching.domain.casework import OfferState
from matching.domain.records import Provider
from matching.services.casebook import person_of
from matching.services.desk import Desk
from matching.services.matching import SavedRun
from matching.services.search_documents import Considered, considered, search_document
from matching.services.wish_lines import Place, Standing, Wishes, wishes
from matching.store.database import Reading


def place_of(
    record: Reading, case: str, search: Considered | None, homes: Mapping[str, Provider]
) -> Place:
    """Return where a person lives, or else may live, surest first.

    Parameters
    ----------
    record : Reading
    case : str
    search : Considered or None
        The last one; its proposal counts where nothing surer is on record.
    homes : mapping of str to Provider
        As the reader may see them.
    """
    lives = [one for one in record.placements.of(case) if one.ended_at is None]
    offers = record.offers.of(case)
    steps = [(Standing.LIVES, one.provider_id) for one in lives]
    for state, standing in (
        (OfferState.ACCEPTED, Standing.ACCEPTED),
        (OfferState.HELD, Standing.HELD),
    ):
        steps += [(standing, one.provider_id) for one in offers if one.state is state]
    if search is not None and search.placed is not None:
        steps.append((Standing.PROPOSED, search.placed[0]))
    for standing, provider_id in steps:
        if provider_id in homes:
            secret = record.providers.veil().covers(provider_id)
            return Place(standing, homes[provider_id], secret)
    return Place(Standing.NONE)


def wishes_of(desk: Desk, case: str, saved: SavedRun | None = None) -> Wishes:
    """Return the wishes of one person, held against the place they have or may have.

    Parameters
    ----------
    desk : Desk
    case : str
    saved : SavedRun, optional
        The plan shown; by default the last search that was kept.

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    NotFound
        If there is no such case on the record.
    """
    desk.require(Action.SEE_CASES)
    with desk.store.reading() as record:
        about = _asked_about(record, case)
        return read_wishes(desk, record, case, search_in(saved, case, about))


def _asked_about(record: Reading, case: str) -> frozenset[str]:
    """Return the providers that a person wished for, was offered or lives at."""
    return frozenset(
        [
            *(one.provider_id for one in record.placements.of(case)),
            *(one.provider_id for one in record.offers.of(case)),
            *(person_of(record, case).preferred_providers or ()),
        ]
    )


def search_in(
    saved: SavedRun | None, case: str, about: frozenset[str] | None = None
) -> Considered | None:
    """Return the search for a case in a plan; ``None`` if it is not part of one.

    Parameters
    ----------
    saved : SavedRun or None
    case : str
    about : frozenset of str, optional
        Providers whose reasons are wanted; by default everybody's. The place
        proposed has none.
    """
    if saved is None or case not in saved.run.problem.referral_ids:
        return None
    return considered(search_document(saved.run, case, {}, only=about))


def read_wishes(
    desk: Desk, record: Reading, case: str, search: Considered | None = None
) -> Wishes:
    """Return the wishes of one person from the record.

    Raises
    ------
    NotFound
        If there is no such case.
    """
    referral = person_of(record, case)
    if search is None:
        kept = record.searches.of(case)
        search = considered(kept[-1].document) if kept else None
    homes = {one.provider_id: one for one in record.providers.all()[0]}
    veil = record.providers.veil()
    names = {
        name: "a safe place with a secret name" if veil.covers(name) else one.name or name
        for name, one in homes.items()
    }
    place = place_of(record, case, search, homes)
    today = desk.local(desk.clock()).date()
    return wishes(referral, place, names, today, search, homes)
