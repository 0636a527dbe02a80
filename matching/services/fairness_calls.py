"""Calls that were declined, and sites reported and cleared, as they may be shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from matching.domain.access import Action
from matching.domain.casework import Offer, OfferState
from matching.insight.disclosure import Cell
from matching.services.fairness_views import shown
from matching.store.audit import AuditEvent


@dataclass(frozen=True, slots=True)
class DeclineLine:
    """How often a provider that was called about somebody said no, as it may be shown.

    Attributes
    ----------
    provider_id, name : str
    declined : Cell
    reasons : tuple of (str, Cell)
        Codes of reasons, most often first; only for those who see cases.
    """

    provider_id: str
    name: str
    declined: Cell
    reasons: tuple[tuple[str, Cell], ...] = ()


@dataclass(frozen=True, slots=True)
class SiteLine:
    """How often a site was reported as not safe, and cleared by two people.

    These are numbers of reports, not of people.
    """

    provider_id: str
    name: str
    reported: int
    cleared: int


def declines_in(offers: Iterable[Offer]) -> dict[tuple[str, str], int]:
    """Return how often each provider said no to a call, by provider and reason."""
    found: Counter[tuple[str, str]] = Counter()
    for one in offers:
        if one.state is OfferState.DECLINED:
            found[one.provider_id, one.reason or ""] += 1
    return dict(found)


def decline_lines(
    said_no: Mapping[tuple[str, str], int], names: Mapping[str, str]
) -> tuple[DeclineLine, ...]:
    """Return declines by provider, most often first."""
    by_home: dict[str, Counter[str]] = {}
    for (home, reason), number in said_no.items():
        by_home.setdefault(home, Counter())[reason] += number
    lines = [
        DeclineLine(
            home,
            names.get(home, home),
            shown(sum(reasons.values())),
            tuple((code, shown(number)) for code, number in reasons.most_common()),
        )
        for home, reasons in by_home.items()
    ]
    return tuple(sorted(lines, key=lambda one: (-(one.declined.count or 0), one.name)))


def reason_cells(said_no: Mapping[tuple[str, str], int]) -> tuple[tuple[str, Cell], ...]:
    """Return how often each reason was given, over all providers."""
    found: Counter[str] = Counter()
    for (_, reason), number in said_no.items():
        found[reason] += number
    return tuple((code, shown(number)) for code, number in found.most_common())


def site_lines(events: Iterable[AuditEvent], names: Mapping[str, str]) -> tuple[SiteLine, ...]:
    """Count reports and clearances by site, most reports first."""
    reported: Counter[str] = Counter()
    cleared: Counter[str] = Counter()
    for event in events:
        if event.action == Action.REPORT_SITE:
            reported[event.object_id] += 1
        elif event.action == Action.CLEAR_SITE:
            cleared[event.object_id] += event.details.get("word") == 2
    lines = (
        SiteLine(home, names.get(home, home), reported[home], cleared[home])
        for home in {*reported, *cleared}
        if reported[home] or cleared[home]
    )
    return tuple(sorted(lines, key=lambda one: (-one.reported, one.name)))
