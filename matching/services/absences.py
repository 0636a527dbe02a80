"""What is owed to somebody who is missing, and to somebody who is back.

Whoever is missing from care is reported to the police and to the National Center for
Missing & Exploited Children within a day: 42 U.S.C. 671(a)(35)(B). Whoever comes back is
screened again for what happened meanwhile: 42 U.S.C. 671(a)(35)(A)(iii).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from matching.domain.casework import Placement, StayState
from matching.domain.clocks import Clocks
from matching.domain.records import Referral
from matching.domain.words import Funding
from matching.engine.rules.base import day
from matching.services.casebook import when
from matching.services.desk import Desk

#: Whoever is younger is reported. An adult who leaves is free to, unless in care.
ADULT = 18


def owed_report(
    desk: Desk, stay: Placement, person: Referral | None, lengths: Clocks
) -> tuple[datetime, str] | None:
    """Return by when somebody missing is to be reported, and a sentence that says so.

    Parameters
    ----------
    desk : Desk
    stay : Placement
    person : Referral or None
    lengths : Clocks
        Of the policy.

    Returns
    -------
    (datetime, str) or None
        ``None`` for whoever is not missing, was reported, or is an adult whose stay
        Title IV-E does not pay. An age that nobody knows may be that of a child.
    """
    if stay.state is not StayState.MISSING or stay.away_since is None:
        return None
    if stay.missing_reported_at is not None or not _in_care(person):
        return None
    by = stay.away_since + lengths.missing_report
    must = "was to be reported" if by < desk.clock() else "is to be reported"
    known = person is not None and person.age_years is not None
    age = "" if known else " The age is not known."
    said = (
        f"Case {stay.referral_id} is missing since {when(desk, stay.away_since)} and {must} "
        f"to the police and to NCMEC by {when(desk, by)}.{age}"
    )
    return by, said


def _in_care(person: Referral | None) -> bool:
    if person is None or person.age_years is None or person.age_years < ADULT:
        return True
    return person.funding is not None and Funding.IV_E in person.funding


def owed_screening(
    desk: Desk, stay: Placement, person: Referral | None, lengths: Clocks
) -> tuple[datetime, str] | None:
    """Return by when somebody who was missing is to be screened again.

    Parameters are those of :func:`owed_report`.

    Returns
    -------
    (datetime, str) or None
        ``None`` for whoever was not missing or was screened since; and where no screening
        is on record at all, which has a clock of its own.
    """
    last = None if person is None else person.screening_date
    back = came_back_on(desk, [stay])
    if stay.found_at is None or back is None or last is None or last >= back:
        return None
    by = stay.found_at + lengths.screening
    must = "was to begin" if by < desk.clock() else "is to begin"
    said = (
        f"Case {stay.referral_id} came back on {day(back)} after being missing, and the last "
        f"screening was on {day(last)}: a new one {must} by {when(desk, by)}."
    )
    return by, said


def came_back_on(desk: Desk, stays: Iterable[Placement]) -> date | None:
    """Return the day on which somebody was back after being missing, if ever; the last."""
    found = [desk.local(one.found_at).date() for one in stays if one.found_at is not None]
    return max(found, default=None)
