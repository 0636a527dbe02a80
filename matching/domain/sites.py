"""Sites that somebody found out about: why one is not used, and who says it is safe again.

A site is compromised where an exploiter knows it, comes to it, or recruits there. One
person's word takes it out of use at once; two different people must say that it is
clear. A new report undoes what was said before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from matching.domain.records import Provider

#: The longest time for which one report takes a site out of use, in days.
MOST_DAYS = 730


class SiteReason(StrEnum):
    """Why a site is compromised. No free text, which could carry a personal fact."""

    EXPLOITER_KNOWS = "exploiter_knows"
    EXPLOITER_CAME = "exploiter_came"
    RECRUITING = "recruiting"
    LOCATION_PUBLISHED = "location_published"
    VIOLENCE = "violence"
    POLICE = "police"
    OTHER = "other"


SITE_REASON_WORDS: Mapping[SiteReason, str] = {
    SiteReason.EXPLOITER_KNOWS: "an exploiter knows where it is",
    SiteReason.EXPLOITER_CAME: "an exploiter, or somebody sent, came there",
    SiteReason.RECRUITING: "somebody recruits there",
    SiteReason.LOCATION_PUBLISHED: "its location was made known",
    SiteReason.VIOLENCE: "there was violence",
    SiteReason.POLICE: "the police or a court asked for it",
    SiteReason.OTHER: "another reason, in the file of the site",
}


class ClearReason(StrEnum):
    """Why somebody says that a site is clear."""

    INSPECTED = "inspected"
    POLICE = "police"
    CAUSE_GONE = "cause_gone"
    MEASURES = "measures"
    BY_MISTAKE = "by_mistake"
    FILE = "file"  #: a list that was uploaded says so; never chosen by hand


CLEAR_REASON_WORDS: Mapping[ClearReason, str] = {
    ClearReason.INSPECTED: "the site was visited and found safe",
    ClearReason.POLICE: "the police say that it is safe",
    ClearReason.CAUSE_GONE: "what made it unsafe is gone",
    ClearReason.MEASURES: "it is secured now",
    ClearReason.BY_MISTAKE: "it was reported by mistake",
    ClearReason.FILE: "a list that was uploaded says so",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """What two people say about one compromised site.

    Attributes
    ----------
    id : int or None
        Given by the record.
    provider_id : str
    compromised_until : date
        Of the report that they speak of.
    reason : str
        Code of :class:`ClearReason` that the first of them gave.
    first_by : str
        Account name.
    first_at : datetime
    second_by : str or None
        Account name of another person.
    second_at : datetime or None
    ended_at : datetime or None
        When a new report undid it.
    """

    id: int | None = None
    provider_id: str
    compromised_until: date
    reason: str
    first_by: str
    first_at: datetime
    second_by: str | None = None
    second_at: datetime | None = None
    ended_at: datetime | None = None


def is_closed(provider: Provider, today: date) -> bool:
    """Tell whether nobody may be placed at a site because it is compromised."""
    until = provider.compromised_until
    return until is not None and until >= today and provider.compromise_cleared is not True


def opened_by(before: Provider | None, after: Provider, today: date) -> bool:
    """Tell whether a change would open a site that only two people may open.

    Parameters
    ----------
    before : Provider or None
        As it is on record; ``None`` if it is new.
    after : Provider
        As it would be.
    today : date
        In the office's time zone.
    """
    if before is not None and is_closed(before, today):
        was, would = before.compromised_until, after.compromised_until
        shorter = would is None or (was is not None and would < was)
        return shorter or after.compromise_cleared is True
    until = after.compromised_until
    if until is None or until < today or after.compromise_cleared is not True:
        return False
    # Cleared for another report than the one that two people spoke of.
    return before is None or (before.compromise_cleared, before.compromised_until) != (
        True,
        until,
    )
