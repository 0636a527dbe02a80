"""One provider in full: what it holds and until when, in the order things end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from matching.domain import words as w
from matching.domain.access import Action
from matching.domain.confidential import COUNTY_KEPT, is_secret
from matching.domain.errors import NotFound
from matching.domain.records import Provider
from matching.domain.words import label
from matching.services.audit import note_view
from matching.services.clearing import Site, site
from matching.services.desk import Desk
from matching.services.views import SOON_DAYS, ProviderRow, provider_rows


class Term(StrEnum):
    """How long something still holds."""

    IN_FORCE = "in_force"
    SOON = "soon"  #: ends within 30 days
    ENDED = "ended"
    NOT_KNOWN = "not_known"  #: it exists, and nobody has said until when


@dataclass(frozen=True, slots=True)
class Held:
    """A licence, certificate or course of a provider.

    Attributes
    ----------
    what : str
        In words.
    ends : date or None
        Last day.
    term : Term
    people : int
        Caregivers it is the same for; 0 where it is the provider's own.
    """

    what: str
    ends: date | None
    term: Term
    people: int = 0


@dataclass(frozen=True, slots=True)
class ProviderCard:
    """One provider.

    Attributes
    ----------
    row : ProviderRow
    held : tuple of Held
        Earliest end first; what has no date comes last.
    county_only : bool
        Whether it is confidential and was opened, so that the county is all there is.
    closed : Site or None
        Why nobody is placed there while its site is compromised.
    """

    row: ProviderRow
    held: tuple[Held, ...]
    county_only: bool
    closed: Site | None = None


def provider_card(desk: Desk, provider_id: str) -> ProviderCard:
    """Return one provider; that a confidential one is looked at is an event.

    Raises
    ------
    PermissionDenied
        If the actor may not see providers.
    NotFound
        If there is no such provider on the record.
    """
    desk.require(Action.SEE_PROVIDERS)
    for row in provider_rows(desk):
        if row.provider.provider_id == provider_id:
            one = row.provider
            opened = is_secret(one) and row.county != COUNTY_KEPT
            if opened:
                note_view(desk, "provider", provider_id)
            today = desk.local(desk.clock()).date()
            return ProviderCard(row, held(one, today), opened, site(desk, provider_id))
    raise NotFound(
        "This provider is not on the record any more.", next_step="Go back to the list."
    )


def term(ends: date | None, today: date) -> Term:
    """Tell how long something with this last day still holds."""
    if ends is None:
        return Term.NOT_KNOWN
    if ends < today:
        return Term.ENDED
    return Term.SOON if ends - today <= timedelta(days=SOON_DAYS) else Term.IN_FORCE


def held(provider: Provider, today: date) -> tuple[Held, ...]:
    """Return what a provider holds, earliest end first."""
    out: list[Held] = []
    if provider.licence_status is not w.LicenceStatus.NOT_REQUIRED:
        out.append(_licence(provider, today))
    if provider.certificate not in (None, w.Certificate.NONE):
        ends = provider.certificate_expires
        out.append(Held(f"certificate: {label(provider.certificate)}", ends, term(ends, today)))
    same: dict[tuple[str, date | None], int] = {}
    for one in provider.trainings or ():
        course = f"{label(one.course)} training"
        same[course, one.expires] = same.get((course, one.expires), 0) + 1
    out += [Held(what, ends, term(ends, today), n) for (what, ends), n in same.items()]
    return tuple(sorted(out, key=lambda one: (one.ends is None, one.ends or today, one.what)))


def _licence(provider: Provider, today: date) -> Held:
    """Return the licence; one that was taken away has ended whatever its date."""
    lost = (w.LicenceStatus.EXPIRED, w.LicenceStatus.REVOKED)
    ends = provider.licence_expires
    status = provider.licence_status
    what = "licence" if status is None else f"licence ({label(status)})"
    return Held(what, ends, Term.ENDED if status in lost else term(ends, today))
