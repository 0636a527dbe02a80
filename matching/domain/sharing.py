"""What may leave the office: written consents, what was shared, and kept searches.

A consent is written, informed and limited in time, names one partner and the groups
of facts it covers, and is never a condition of help (34 U.S.C. 12291(b)(2); 28 CFR
94.115). What is shared carries a one-time code and never the case reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

#: Longest time a consent may run, in days. The law says "reasonably time-limited" and
#: names no number; this is this software's reading, for a search that takes weeks.
MOST_CONSENT_DAYS = 90
#: Longest time a partner has to answer, in hours.
MOST_ANSWER_HOURS = 14 * 24
#: Letters and digits of one-time codes: none that are mistaken for another.
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 12


class GivenBy(StrEnum):
    """Who gave a consent."""

    PERSON = "person"  #: an adult, or a young person who may receive services alone
    GUARDIAN = "guardian"  #: never one who took part in the abuse
    COURT = "court"


class Scope(StrEnum):
    """Groups of facts that a consent may cover."""

    AGE = "age"
    GENDER = "gender"
    AREA = "area"
    CARE = "care"
    LANGUAGE = "language"
    WISHES = "wishes"
    TRAFFICKING = "trafficking"


class ShareKind(StrEnum):
    """What was handed over."""

    REQUEST = "request"  #: a request for a place, to a partner agency
    BEDS = "beds"  #: a list of beds; about nobody
    PROVIDER = "provider"  #: the provider's copy of what is asked of it


class PartnerAnswer(StrEnum):
    """What a partner says to a request."""

    OFFERED = "offered"
    NO_BED = "no_bed"
    NOT_SUITABLE = "not_suitable"


class Condition(StrEnum):
    """What a partner's offer depends on."""

    INTERVIEW = "interview"
    FUNDING = "funding"
    SHORT_STAY = "short_stay"
    DAYTIME_INTAKE = "daytime_intake"
    SUPPORT_VISITS = "support_visits"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenConsent:
    """One written consent to share facts of a case with one partner.

    Attributes
    ----------
    id : int or None
        Given by the record.
    referral_id, partner : str
    scope : frozenset of Scope
        Groups of facts it covers, besides that a place is needed and by when.
    given_by : GivenBy
    given_on, expires : date
        ``expires`` is the last day on which it holds.
    recorded_at : datetime
    recorded_by : str
        Account name.
    withdrawn_at : datetime or None
    withdrawn_by : str or None
    """

    id: int | None = None
    referral_id: str
    partner: str
    scope: frozenset[Scope]
    given_by: GivenBy
    given_on: date
    expires: date
    recorded_at: datetime
    recorded_by: str
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None

    def in_force(self, today: date) -> bool:
        """Tell whether it holds on a day."""
        return self.withdrawn_at is None and self.given_on <= today <= self.expires


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One thing that was handed over.

    Attributes
    ----------
    id : int or None
        Given by the record.
    code : str
        One-time code; stands for the case outside the office.
    kind : ShareKind
    partner : str
        Name of the agency, or code of the provider.
    referral_id : str or None
        ``None`` for a list of beds.
    consent_id : int or None
    made_at, expires_at : datetime
    actor : str
        Account name.
    fields : tuple of str
        Names of the facts it carried, not what they were.
    answered_at : datetime or None
    answer : mapping or None
        Codes and numbers of the answer.
    """

    id: int | None = None
    code: str
    kind: ShareKind
    partner: str
    referral_id: str | None = None
    consent_id: int | None = None
    made_at: datetime
    actor: str
    expires_at: datetime
    fields: tuple[str, ...] = ()
    answered_at: datetime | None = None
    answer: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Who was considered for a case at one moment.

    Attributes
    ----------
    id : int or None
        Given by the record.
    referral_id : str
    run_id : int or None
        Number of the plan it was made with.
    made_at : datetime
    actor : str
        Account name.
    document : mapping
        As :mod:`matching.services.search_documents` writes it.
    """

    id: int | None = None
    referral_id: str
    run_id: int | None
    made_at: datetime
    actor: str
    document: Mapping[str, Any]
