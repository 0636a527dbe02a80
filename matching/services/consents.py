"""Written consents to share facts of a case with one partner, for a limited time.

Nothing is shared outside the agency without one in force. It must be written, informed
and limited in time, and may never be a condition of help (34 U.S.C. 12291(b)(2); 28 CFR
94.115): whoever records one says so, and without that nothing is recorded. Help goes on
as before without a consent: no plan reads whether there is one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from matching.domain.access import Action
from matching.domain.errors import InputError, PermissionDenied
from matching.domain.records import Referral
from matching.domain.sharing import MOST_CONSENT_DAYS, GivenBy, Scope, WrittenConsent
from matching.domain.words import Consent
from matching.engine.rules.base import day
from matching.intake.firewall import has_email, is_personal
from matching.services.audit import note_view
from matching.services.casebook import person_of
from matching.services.desk import Desk
from matching.store.database import Reading, Transaction

#: From this age on nobody but the person or a court consents.
ADULT = 18
#: Days before its end from which a consent is among what needs a person.
SOON_DAYS = 7
_PARTNER_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Terms:
    """What whoever records a consent says of it.

    Attributes
    ----------
    written : bool
        Signed on paper or in an equal form, which the office keeps.
    informed : bool
        The person was told what is shared, with whom, why and until when, and that
        they may say no.
    free : bool
        No help depends on it.
    """

    written: bool
    informed: bool
    free: bool


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """One consent as it is shown.

    Attributes
    ----------
    consent : WrittenConsent
    in_force : bool
    days_left : int
        Whole days after today on which it still holds; 0 on the last, and if over.
    """

    consent: WrittenConsent
    in_force: bool
    days_left: int


@dataclass(frozen=True, slots=True)
class Expiring:
    """A consent in force that ends soon.

    Attributes
    ----------
    case, partner : str
    expires : date
        Its last day.
    sentence : str
    """

    case: str
    partner: str
    expires: date
    sentence: str


def record_consent(
    desk: Desk,
    case: str,
    partner: str,
    scope: Collection[Scope],
    given_by: GivenBy,
    given_on: date,
    expires: date,
    terms: Terms,
) -> WrittenConsent:
    """Record a written consent: one transaction, one audit event.

    Parameters
    ----------
    desk : Desk
    case : str
    partner : str
        Name of the agency.
    scope : collection of Scope
        Groups of facts it covers; that a place is needed, and by when, always is.
    given_by : GivenBy
    given_on, expires : date
        The first day and the last, at most :data:`MOST_CONSENT_DAYS` later.
    terms : Terms

    Raises
    ------
    PermissionDenied
        If the actor may not share cases.
    NotFound
        If there is no such case.
    InputError
        If it is not a consent that counts; the message says why.
    """
    desk.require(Action.SHARE_CASE)
    now = desk.clock()
    today = desk.local(now).date()
    name = partner_name(partner)
    _require_terms(terms)
    _require_days(given_on, expires, today)
    with desk.store.transaction() as record:
        _require_giver(person_of(record, case), given_by)
        kept = record.consents.add(
            WrittenConsent(
                referral_id=case,
                partner=name,
                scope=frozenset(scope),
                given_by=given_by,
                given_on=given_on,
                expires=expires,
                recorded_at=now,
                recorded_by=desk.actor.name,
            )
        )
        _keep_in_step(record, case, today)
        record.audit.append(
            desk.actor,
            now,
            Action.SHARE_CASE,
            object_kind="referral",
            object_id=case,
            reason="consent_recorded",
            details={
                "consent": kept.id,
                "given_by": given_by.value,
                "scope": sorted(one.value for one in scope),
                "expires": expires.isoformat(),
            },
        )
    return kept


def withdraw_consent(desk: Desk, consent_id: int) -> WrittenConsent:
    """Record that a consent was withdrawn: from now on nothing is shared under it.

    Raises
    ------
    PermissionDenied
        If the actor may not share cases.
    NotFound
        If there is no such consent in this office.
    ConflictError
        If it was withdrawn before.
    """
    desk.require(Action.SHARE_CASE)
    now = desk.clock()
    with desk.store.transaction() as record:
        gone = record.consents.withdraw(consent_id, now, desk.actor.name)
        _keep_in_step(record, gone.referral_id, desk.local(now).date())
        record.audit.append(
            desk.actor,
            now,
            Action.SHARE_CASE,
            object_kind="referral",
            object_id=gone.referral_id,
            reason="consent_withdrawn",
            details={"consent": gone.id},
        )
    return gone


def consents_of(desk: Desk, case: str) -> tuple[ConsentLine, ...]:
    """Return the consents of a case, newest first; that somebody looked is recorded.

    Raises
    ------
    PermissionDenied
        If the actor may not share cases.
    NotFound
        If there is no such case in this office.
    """
    desk.require(Action.SHARE_CASE)
    today = desk.local(desk.clock()).date()
    with desk.store.reading() as record:
        person_of(record, case)
        found = record.consents.of(case)
    note_view(desk, "referral", case)
    return tuple(_line(one, today) for one in reversed(found))


def require_consent(record: Reading, consent_id: int | None, today: date) -> WrittenConsent:
    """Return a consent that is in force, or refuse to share.

    Raises
    ------
    NotFound
        If there is no such consent in this office.
    PermissionDenied
        If none was named, or it is over or withdrawn.
    """
    if consent_id is None:
        raise PermissionDenied(
            "Nothing may be shared without a written consent.",
            next_step="Record the consent first. Help goes on without one.",
        )
    found = record.consents.get(consent_id)
    if found.withdrawn_at is not None:
        said = "was withdrawn"
    elif today > found.expires:
        said = f"ended on {day(found.expires)}"
    elif today < found.given_on:
        said = f"holds from {day(found.given_on)} on"
    else:
        return found
    raise PermissionDenied(
        f"The consent to share with {found.partner} {said}, so nothing may be shared under it.",
        next_step="Ask again for a written consent. Help goes on without one.",
    )


def expiring(desk: Desk, record: Reading, *, case: str | None = None) -> tuple[Expiring, ...]:
    """Return consents in force that end soon, the earliest first.

    Parameters
    ----------
    desk : Desk
    record : Reading
        Of the desk's office.
    case : str, optional
        Only those about this one.

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    NotFound
        If the office has no such case.
    """
    desk.require(Action.SEE_CASES)
    if case is not None:
        person_of(record, case)
    today = desk.local(desk.clock()).date()
    last = today + timedelta(days=SOON_DAYS)
    given = record.consents.all() if case is None else record.consents.of(case)
    found = [one for one in given if one.in_force(today) and one.expires <= last]
    return tuple(
        Expiring(
            case=one.referral_id,
            partner=one.partner,
            expires=one.expires,
            sentence=f"The consent to share with {one.partner} ends on {day(one.expires)}.",
        )
        for one in sorted(found, key=lambda one: (one.expires, one.referral_id, one.partner))
    )


def _line(consent: WrittenConsent, today: date) -> ConsentLine:
    left = max(0, (consent.expires - today).days)
    return ConsentLine(consent, consent.in_force(today), left)


def partner_name(text: str) -> str:
    """Return the name of a partner agency as it is kept.

    Raises
    ------
    InputError
        If it is none, or holds what looks like a number or an address of a person.
    """
    name = " ".join(text.split())
    if not 2 <= len(name) <= _PARTNER_LENGTH or not any(map(str.isalpha, name)):
        raise InputError(
            "The partner has no name that can be kept.",
            next_step=f"Write the agency's name, up to {_PARTNER_LENGTH} letters.",
        )
    if is_personal(name) or has_email(name) or sum(map(str.isdigit, name)) > 4:
        raise InputError(
            "The name of the partner holds what looks like a number or an address of a person.",
            next_step="Write the name of the agency only.",
        )
    return name


def _require_terms(terms: Terms) -> None:
    for kept, missing, step in (
        (terms.written, "is not in writing", "Have it signed first."),
        (
            terms.informed,
            "is not informed",
            "Tell the person what is shared, with whom, why and until when.",
        ),
        (
            terms.free,
            "was made a condition of help",
            "Help may never depend on it: tell the person so and ask again.",
        ),
    ):
        if not kept:
            raise InputError(f"A consent that {missing} does not count.", next_step=step)


def _require_days(given_on: date, expires: date, today: date) -> None:
    if given_on > today:
        raise InputError(
            "The consent is dated after today.", next_step="Enter the day it was given."
        )
    if expires < today:
        raise InputError(
            "The last day of the consent has passed.", next_step="Ask for a new one."
        )
    most = given_on + timedelta(days=MOST_CONSENT_DAYS)
    if expires > most:
        raise InputError(
            f"A consent runs for {MOST_CONSENT_DAYS} days at most.",
            next_step=f"Choose a last day up to {day(most)}.",
        )


def _require_giver(person: Referral, given_by: GivenBy) -> None:
    adult = person.age_years is not None and person.age_years >= ADULT
    if adult and given_by is GivenBy.GUARDIAN:
        raise InputError(
            "An adult consents for themselves.",
            next_step="Ask the person, or name the court that decides for them.",
        )


def _keep_in_step(record: Transaction, case: str, today: date) -> None:
    """Note on the case itself whether there is a consent, and until when."""
    found = record.consents.of(case)
    open_ends = [one.expires for one in found if one.in_force(today)]
    if open_ends:
        record.referrals.set_consent(case, Consent.GIVEN, max(open_ends))
        return
    over = [one.withdrawn_at.date() if one.withdrawn_at else one.expires for one in found]
    record.referrals.set_consent(case, Consent.EXPIRED, max(over, default=None))
