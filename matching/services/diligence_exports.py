"""Papers about one case as files: the record, the provider's copy, the wishes.

Each export is one audit event with the number of the document and the fingerprint of
its bytes, so that a paper can be held against the log. File names carry no case.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from enum import StrEnum

from matching.domain.access import Action
from matching.domain.errors import NotFound
from matching.domain.sharing import Share, ShareKind
from matching.engine.rules.base import day
from matching.export.paper import paper_page
from matching.insight.answers import about_person
from matching.insight.asking import distinct
from matching.services.codes import secret_code
from matching.services.desk import Desk
from matching.services.diligence import gathered, keep_search
from matching.services.diligence_book import diligence_workbook
from matching.services.diligence_papers import (
    diligence_paper,
    wishes_paper,
)
from matching.services.exports import Export
from matching.services.matching import SavedRun, reopen
from matching.services.provider_copy import COPY_HOURS, copy_facts, copy_paper
from matching.services.smallest import SmallChanges
from matching.services.wishes import read_wishes, search_in

HTML = "text/html"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PaperForm(StrEnum):
    """How a record is handed out."""

    PRINT = "html"
    WORKBOOK = "xlsx"


def export_record(
    desk: Desk,
    case: str,
    form: PaperForm = PaperForm.PRINT,
    saved: SavedRun | None = None,
    changes: SmallChanges | None = None,
) -> Export:
    """Write the diligent-search record of a case.

    Parameters
    ----------
    desk : Desk
    case : str
    form : PaperForm
    saved, changes
        As for :func:`matching.services.diligence.record`.

    Raises
    ------
    PermissionDenied
        If the actor may not hand out what a case holds; then nothing is written.
    NotFound
        If there is no such case on the record.
    """
    desk.require(Action.EXPORT_CASE)
    found = gathered(desk, case, saved, changes)
    number = f"DS-{secret_code(8)}"
    if form is PaperForm.PRINT:
        content, mime = paper_page(diligence_paper(desk, found, number)), HTML
    else:
        content, mime = diligence_workbook(desk, found, number), XLSX
    _note(desk, case, number, "diligent_search", form, content)
    return Export(f"diligent-search-{number}.{form.value}", content, mime)


def export_wishes(desk: Desk, case: str, saved: SavedRun | None = None) -> Export:
    """Write the sheet of somebody's own wishes, for them to keep.

    Raises
    ------
    PermissionDenied
        If the actor may not hand out what a case holds; then nothing is written.
    NotFound
        If there is no such case on the record.
    """
    desk.require(Action.EXPORT_CASE)
    search = search_in(saved, case)
    with desk.store.reading() as record:
        found = read_wishes(desk, record, case, search)
    number = f"W-{secret_code(8)}"
    today = day(desk.local(desk.clock()).date())
    content = paper_page(wishes_paper(found, number, today))
    _note(desk, case, number, "wishes", PaperForm.PRINT, content)
    return Export(f"wishes-{number}.html", content, HTML)


def export_provider_copy(
    desk: Desk, case: str, provider_id: str, saved: SavedRun | None = None
) -> Export:
    """Write what one provider must know to answer, under a one-time code.

    The code is kept with the case, so that the office, and nobody else, can tell
    whom it stands for.

    Parameters
    ----------
    desk : Desk
    case, provider_id : str
    saved : SavedRun, optional
        The plan shown, for what must be asked; by default the plan saved last.

    Raises
    ------
    PermissionDenied
        If the actor may not hand out what a case holds; then nothing is written.
    NotFound
        If there is no such case or provider, or no plan that the case is part of.
    """
    desk.require(Action.EXPORT_CASE)
    saved = saved or reopen(desk)
    if saved is None:
        raise NotFound("There is no plan of today's facts.", next_step="Make the plan first.")
    run = saved.run
    option = next((o for o in run.case(case).options if o.provider_id == provider_id), None)
    with desk.store.reading() as record:
        referral = record.referrals.get(case)
        home = next(
            (p for p in record.providers.all()[0] if p.provider_id == provider_id), None
        )
    if referral is None or home is None or option is None:
        raise NotFound(
            "This provider is not one that fits this case.",
            next_step="Choose one of the places that fit.",
        )
    keep_search(desk, saved, case)
    now, code = desk.clock(), secret_code()
    ends = now + timedelta(hours=COPY_HOURS)
    until = desk.local(ends)
    facts = copy_facts(referral, home, run.policy, desk.local(now).date())
    # What nobody knows about the person is no question to a provider.
    asked = [one for one in option.questions if not about_person(one.code, referral)]
    paper = copy_paper(
        code,
        f"{day(until.date())}, {until:%H:%M}",
        home.name or "your place",
        facts,
        distinct(asked),
    )
    content = paper_page(paper)
    share = Share(
        code=code,
        kind=ShareKind.PROVIDER,
        partner=provider_id,
        referral_id=case,
        made_at=now,
        actor=desk.actor.name,
        expires_at=ends,
        fields=tuple(what for what, _ in facts),
    )
    _note(desk, case, code, "provider_copy", PaperForm.PRINT, content, share)
    return Export(f"request-{code}.html", content, HTML)


def _note(
    desk: Desk,
    case: str,
    number: str,
    part: str,
    form: PaperForm,
    content: bytes,
    share: Share | None = None,
) -> None:
    """Keep what was handed out, in one transaction with its audit event."""
    with desk.store.transaction() as record:
        if share is not None:
            record.shares.add(share)
        record.audit.append(
            desk.actor,
            desk.clock(),
            Action.EXPORT_CASE,
            object_kind="referral",
            object_id=case,
            details={
                "part": part,
                "document": number,
                "form": form.value,
                "sha256": hashlib.sha256(content).hexdigest(),
            },
        )
