"""Requests for a place to partner agencies: minimum data, a one-time code, an end.

A request is made under a written consent in force and says only what that consent
covers. The code stands for the case; nobody outside the office can tell whose it is.
Each time the request leaves the office the consent is looked at again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from matching.domain import geography
from matching.domain import policy as policies
from matching.domain.access import Action
from matching.domain.errors import ConflictError, InputError
from matching.domain.sharing import (
    MOST_ANSWER_HOURS,
    Condition,
    PartnerAnswer,
    Share,
    ShareKind,
    WrittenConsent,
)
from matching.engine.rules.base import day
from matching.export.paper import Bullets, Facts, Paper, Section, paper_page
from matching.export.sharing import Choice, RequestBook, request_workbook
from matching.services.case_history import answer_words
from matching.services.casebook import person_of
from matching.services.casework_words import CONDITIONS, PARTNER_ANSWERS
from matching.services.codes import secret_code
from matching.services.consents import require_consent
from matching.services.desk import Desk
from matching.services.diligence_exports import HTML, XLSX, PaperForm
from matching.services.exports import Export
from matching.services.request_facts import Told, left_out, request_facts
from matching.store.database import Reading

WARNING = "Confidential. For the agency named here only. Destroy after use"
TITLE = "Request for a safe place"


class Standing(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    ANSWERED = "answered"
    OVER = "over"  #: its time is over, or the consent is


@dataclass(frozen=True, slots=True)
class ShareLine:
    """One request as it is listed.

    Attributes
    ----------
    share : Share
    standing : Standing
    sentence : str
        Where it stands, in words.
    offer_made : bool
        Whether the answer was turned into an offer.
    """

    share: Share
    standing: Standing
    sentence: str
    offer_made: bool


def make_request(desk: Desk, case: str, consent_id: int, hours: int = 72) -> Share:
    """Make a request for a place: one transaction, one audit event.

    Parameters
    ----------
    desk : Desk
    case : str
    consent_id : int
        Names the partner, and what may be told.
    hours : int
        How long the partner may answer; never beyond the consent.

    Returns
    -------
    Share
        With its one-time code; files are made by :func:`export_request`.

    Raises
    ------
    PermissionDenied
        If the actor may not share cases, or the consent is not in force.
    NotFound
        If there is no such case or consent.
    InputError
        If the consent is another person's, or the time is impossible.
    """
    desk.require(Action.SHARE_CASE)
    if not 1 <= hours <= MOST_ANSWER_HOURS:
        raise InputError(
            f"A request is good for 1 to {MOST_ANSWER_HOURS} hours.",
            next_step="Choose a time in between.",
        )
    now = desk.clock()
    today = desk.local(now).date()
    with desk.store.transaction() as record:
        consent = require_consent(record, consent_id, today)
        if consent.referral_id != case:
            raise InputError("This consent is not about this case.")
        told = _told(desk, record, consent)
        share = record.shares.add(
            Share(
                code=secret_code(),
                kind=ShareKind.REQUEST,
                partner=consent.partner,
                referral_id=case,
                consent_id=consent.id,
                made_at=now,
                actor=desk.actor.name,
                expires_at=min(now + timedelta(hours=hours), _end_of(desk, consent)),
                fields=tuple(dict.fromkeys(one.name for one in told)),
            )
        )
        record.audit.append(
            desk.actor,
            now,
            Action.SHARE_CASE,
            object_kind="referral",
            object_id=case,
            reason="request_made",
            details={"share": share.id, "consent": consent.id, "facts": len(share.fields)},
        )
    return share


def _end_of(desk: Desk, consent: WrittenConsent) -> datetime:
    """Return the moment after the last day of a consent, in the office's time."""
    zone = desk.local(desk.clock()).tzinfo
    return datetime.combine(consent.expires + timedelta(days=1), datetime.min.time(), zone)


def _told(desk: Desk, record: Reading, consent: WrittenConsent) -> tuple[Told, ...]:
    return request_facts(
        person_of(record, consent.referral_id),
        consent.scope,
        policies.load(desk.settings.policy),
        geography.load(),
        desk.local(desk.clock()).date(),
    )


def require_open(desk: Desk, record: Reading, share: Share) -> WrittenConsent:
    """Return the consent of a request that may still be handed out or answered.

    Raises
    ------
    ConflictError
        If it was answered, or its time is over.
    PermissionDenied
        If its consent is over or withdrawn.
    """
    if share.answered_at is not None:
        raise ConflictError(
            "This request was answered already; an answer counts once.",
            next_step="Make a new request if something changed.",
        )
    now = desk.clock()
    if now > share.expires_at:
        ended = desk.local(share.expires_at)
        raise ConflictError(
            f"This request ended on {day(ended.date())} at {ended:%H:%M}.",
            next_step="Make a new request and ask the partner again.",
        )
    return require_consent(record, share.consent_id, desk.local(now).date())


def export_request(desk: Desk, share_id: int, form: PaperForm = PaperForm.WORKBOOK) -> Export:
    """Write a request as a file: a workbook with a sheet for the answer, or a paper.

    Parameters
    ----------
    desk : Desk
    share_id : int
    form : PaperForm

    Raises
    ------
    PermissionDenied
        If the actor may not share cases, or the consent is not in force any more.
    NotFound
        If there is no such request in this office.
    ConflictError
        If it was answered, or its time is over.
    """
    desk.require(Action.SHARE_CASE)
    now = desk.clock()
    with desk.store.transaction() as record:
        share = record.shares.get(share_id)
        consent = require_open(desk, record, share)
        told = _told(desk, record, consent)
        content, mime = _file(desk, share, consent, told, form)
        record.audit.append(
            desk.actor,
            now,
            Action.SHARE_CASE,
            object_kind="referral",
            object_id=consent.referral_id,
            reason="request_handed_out",
            details={
                "share": share.id,
                "form": form.value,
                "facts": len(told),
                "sha256": hashlib.sha256(content).hexdigest(),
            },
        )
    return Export(f"request-{share.code}.{form.value}", content, mime)


ANSWER_CHOICES = tuple(
    Choice(one.value, f"{one.value}: {PARTNER_ANSWERS[one]}") for one in PartnerAnswer
)
CONDITION_CHOICES = tuple(
    Choice(one.value, f"{one.value}: {CONDITIONS[one]}") for one in Condition
)


def _file(
    desk: Desk,
    share: Share,
    consent: WrittenConsent,
    told: tuple[Told, ...],
    form: PaperForm,
) -> tuple[bytes, str]:
    until = desk.local(share.expires_at)
    limit = f"{day(until.date())}, {until:%H:%M} ({until.tzinfo})"
    facts = tuple((one.name, one.said) for one in told)
    if form is PaperForm.WORKBOOK:
        book = RequestBook(
            code=share.code,
            partner=share.partner,
            made_at=desk.local(share.made_at),
            until=limit,
            facts=facts,
            left_out=left_out(consent.scope),
            answers=ANSWER_CHOICES,
            conditions=CONDITION_CHOICES,
        )
        return request_workbook(book), XLSX
    conditions = "; ".join(CONDITIONS[one] for one in Condition)
    paper = Paper(
        title=TITLE,
        number=share.code,
        sentence=f"{share.partner} is asked for a place. The code {share.code} stands for "
        "the person.",
        warning=WARNING,
        facts=(f"Please answer by {limit}. After that the code means nothing.",),
        sections=(
            Section("What is needed", (Facts(facts),)),
            Section(
                "Your answer",
                (
                    Bullets(
                        (
                            f"Code: {share.code}",
                            "We offer a bed / we have no bed / we are not the right place: "
                            "______________________",
                            "Beds: ________   From (day): ____________________",
                            f"It depends on (if anything): {conditions}",
                        )
                    ),
                ),
                "Or send back the workbook. Write no name and no other fact about anybody.",
            ),
            Section("Left out on purpose", (Bullets(left_out(consent.scope)),)),
        ),
        ending="Shared under a written consent that can be withdrawn at any time. Do not pass "
        "this on. Destroy this sheet after use.",
    )
    return paper_page(paper), HTML


def requests(desk: Desk) -> tuple[ShareLine, ...]:
    """Return all requests, newest first; those whose time is over are listed as over.

    Raises
    ------
    PermissionDenied
        If the actor may not share cases.
    """
    desk.require(Action.SHARE_CASE)
    now = desk.clock()
    today = desk.local(now).date()
    with desk.store.reading() as record:
        found = record.shares.all(ShareKind.REQUEST)
        consents = {one.id: one for one in record.consents.all()}
        offered = {
            offer.share_id for offer in record.offers.all() if offer.share_id is not None
        }
    lines = []
    for share in reversed(found):
        consent = consents.get(share.consent_id)
        holds = consent is not None and consent.in_force(today)
        standing, said = _standing(desk, share, now, holds=holds)
        lines.append(ShareLine(share, standing, said, share.id in offered))
    return tuple(lines)


def _standing(desk: Desk, share: Share, now: datetime, *, holds: bool) -> tuple[Standing, str]:
    if share.answered_at is not None:
        return Standing.ANSWERED, f"{share.partner} {answer_words(share.answer or {})}."
    until = desk.local(share.expires_at)
    limit = f"{day(until.date())}, {until:%H:%M}"
    if now > share.expires_at:
        return Standing.OVER, f"Not answered by {limit}; the code means nothing any more."
    if not holds:
        return Standing.OVER, "The consent is over or was withdrawn; no answer counts any more."
    return Standing.OPEN, f"Waits for an answer until {limit}."
