"""What every function does with a case or with the record that it could give out.

A function is listed by how it is found: those that name a case, or something of a case,
and those that need the right to give something out or return bytes. Each is watched,
which a test proves by calling it, or it stands here with the reason why it need not be.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from matching.domain.casework import Answer, Outcome, ReleaseReason, StayEnd, StayState
from matching.domain.scenario import CloseProvider
from matching.services import (
    audit,
    call_print,
    call_sheet,
    calling,
    case_desk,
    case_reviews,
    case_views,
    closing,
    consents,
    diligence,
    diligence_exports,
    exports,
    fairness,
    first_answer,
    gap_exports,
    holding,
    phone_round,
    placing,
    plan_lists,
    planner,
    referral_forms,
    retention,
    scenario_export,
    scenarios,
    shared_beds,
    sharing,
    sheets,
    stays,
    taking_back,
    views,
)
from matching.services.casebook import case_of
from matching.services.desk import Desk
from matching.services.diligence_exports import PaperForm
from matching.services.matching import SavedRun
from matching.services.plan_views import plan_view
from matching.services.scenario_runs import work_out
from tests.services.planned import PEOPLE
from tests.services.test_consents import give

#: Case references that are part of no other word.
CASES = tuple(f"CASE-{k:05d}-QX" for k in range(len(PEOPLE)))
ONE = CASES[0]

Call = Callable[[Desk, SavedRun], Any]


def _plan(form: plan_lists.Form) -> Call:
    def call(desk: Desk, saved: SavedRun) -> bytes:
        view = plan_view(desk, saved)
        return plan_lists.export_plan(desk, saved, view, plan_lists.Choice(), form)

    return call


def _standard(form: exports.StandardForm) -> Call:
    return lambda d, _: exports.export_standard(d, views.provider_rows(d), form)


def _request(desk: Desk) -> int:
    consent = give(desk, ONE)
    return int(sharing.make_request(desk, ONE, int(consent.id or 0)).id or 0)


def _shared(form: PaperForm) -> Call:
    return lambda d, _: sharing.export_request(d, _request(d), form)


def _comparison(desk: Desk, saved: SavedRun) -> bytes:
    one = scenarios.save(desk, "One closes", (CloseProvider("P2"),))
    work_out(desk, one.number, saved)
    return scenario_export.export_comparison(desk, (one.number,), saved)


#: Ways to look at a case or to take something out: the function, and what its event says
#: was done.
WATCHED: dict[str, tuple[str, str, Call]] = {
    "case in the plan": (
        "case_views.open_case",
        "see_cases",
        lambda d, s: case_views.open_case(d, s, ONE),
    ),
    "case": ("case_desk.case_desk", "see_cases", lambda d, _: case_desk.case_desk(d, ONE)),
    "form": (
        "referral_forms.open_form",
        "see_cases",
        lambda d, _: referral_forms.open_form(d, ONE),
    ),
    "calls for a case": (
        "call_sheet.for_case",
        "see_cases",
        lambda d, s: call_sheet.for_case(d, s, ONE),
    ),
    "consents": (
        "consents.consents_of",
        "see_cases",
        lambda d, _: consents.consents_of(d, ONE),
    ),
    "search": (
        "diligence.record",
        "see_cases",
        lambda d, s: diligence.record(d, ONE, s),
    ),
    "search kept": (
        "diligence.keep_search",
        "see_cases",
        lambda d, s: diligence.keep_search(d, s, ONE),
    ),
    "providers.csv": (
        "sheets.export_providers",
        "export_providers",
        lambda d, _: sheets.export_providers(d, views.provider_rows(d)),
    ),
    "providers.xlsx": (
        "sheets.export_workbook",
        "export_providers",
        lambda d, _: sheets.export_workbook(d, views.provider_rows(d)),
    ),
    "hsds": (
        "exports.export_standard",
        "export_providers",
        _standard(exports.StandardForm.HSDS),
    ),
    "hmis": (
        "exports.export_standard",
        "export_providers",
        _standard(exports.StandardForm.HMIS),
    ),
    "phone round": (
        "phone_round.phone_round_csv",
        "export_providers",
        lambda d, _: phone_round.phone_round_csv(d, phone_round.phone_round(d)),
    ),
    "plan.csv": ("plan_lists.export_plan", "export_plan", _plan(plan_lists.Form.CSV)),
    "plan.xlsx": ("plan_lists.export_plan", "export_plan", _plan(plan_lists.Form.XLSX)),
    "gaps": (
        "gap_exports.export_gaps",
        "export_gaps",
        lambda d, s: gap_exports.export_gaps(d, s),
    ),
    "brief": (
        "gap_exports.export_brief",
        "export_gaps",
        lambda d, s: gap_exports.export_brief(d, s),
    ),
    "fairness": (
        "fairness.export_fairness",
        "export_gaps",
        lambda d, s: fairness.export_fairness(d, s),
    ),
    "comparison": ("scenario_export.export_comparison", "export_gaps", _comparison),
    "record.html": (
        "diligence_exports.export_record",
        "export_case",
        lambda d, s: diligence_exports.export_record(d, ONE, PaperForm.PRINT, s),
    ),
    "record.xlsx": (
        "diligence_exports.export_record",
        "export_case",
        lambda d, s: diligence_exports.export_record(d, ONE, PaperForm.WORKBOOK, s),
    ),
    "provider copy": (
        "diligence_exports.export_provider_copy",
        "export_case",
        lambda d, s: diligence_exports.export_provider_copy(d, ONE, "P1", s),
    ),
    "wishes": (
        "diligence_exports.export_wishes",
        "export_case",
        lambda d, s: diligence_exports.export_wishes(d, ONE, s),
    ),
    "call sheet": (
        "call_print.printed",
        "export_case",
        lambda d, s: call_print.printed(d, call_sheet.tonight(d, s), lambda _: b"printed"),
    ),
    "answer of the planner": (
        "planner.export_answer",
        "export_gaps",
        lambda d, _: planner.export_answer(d, planner.answer(d, planner.Ask(beds=2))),
    ),
    "request.html": ("sharing.export_request", "share_case", _shared(PaperForm.PRINT)),
    "request.xlsx": ("sharing.export_request", "share_case", _shared(PaperForm.WORKBOOK)),
    "beds.html": (
        "shared_beds.export_beds",
        "share_beds",
        lambda d, _: shared_beds.export_beds(d, "Harbour team", PaperForm.PRINT),
    ),
    "beds.xlsx": (
        "shared_beds.export_beds",
        "share_beds",
        lambda d, _: shared_beds.export_beds(d, "Harbour team", PaperForm.WORKBOOK),
    ),
    "audit.csv": (
        "audit.export_audit",
        "audit_exported",
        lambda d, _: audit.export_audit(d, audit.AuditForm.CSV),
    ),
}


def _version(desk: Desk) -> int:
    with desk.store.reading() as record:
        return case_of(record, ONE).version


Act = Callable[[Desk], Callable[[], Any]]
_PLACE = ONE, "P1", "B1"


def _called(do: Callable[..., Any], *args: Any) -> Act:
    """Return an act on a call under way."""

    def made(desk: Desk) -> Callable[[], Any]:
        offer = calling.start_calling(desk, *_PLACE)
        return partial(do, desk, offer.id, *args, expected_version=offer.version)

    return made


def _held(do: Callable[..., Any], *args: Any) -> Act:
    """Return an act on a bed that is held."""

    def made(desk: Desk) -> Callable[[], Any]:
        offer = holding.hold(desk, *_PLACE, minutes=30)
        return partial(do, desk, offer.id, *args, expected_version=offer.version)

    return made


def _in(desk: Desk) -> Any:
    return placing.start(
        desk, ONE, provider_id="P1", pool_id="B1", expected_version=_version(desk)
    )


def _living(do: Callable[..., Any], *args: Any, **more: Any) -> Act:
    """Return an act on somebody who lives there."""

    def made(desk: Desk) -> Callable[[], Any]:
        stay = _in(desk)
        return partial(do, desk, stay.id, *args, expected_version=stay.version, **more)

    return made


def _back(desk: Desk) -> Callable[[], Any]:
    stay = _in(desk)
    away = stays.leave(
        desk, stay.id, StayState.MISSING, desk.clock(), expected_version=stay.version
    )
    return partial(stays.come_back, desk, away.id, expected_version=away.version)


def _missed(desk: Desk) -> Callable[[], Any]:
    stay = _in(desk)
    away = stays.leave(
        desk, stay.id, StayState.MISSING, desk.clock(), expected_version=stay.version
    )
    return partial(case_reviews.missing_reported, desk, away.id, away.version)


def _reviewed(desk: Desk) -> Callable[[], Any]:
    case = referral_forms.add(desk, {}, emergency=True).case
    return partial(case_reviews.emergency_reviewed, desk, case, 1)


def _reopened(desk: Desk) -> Callable[[], Any]:
    done = closing.close(desk, ONE, Outcome.KIN, expected_version=_version(desk))
    return partial(closing.reopen, desk, ONE, expected_version=done.version)


def _all_ended(desk: Desk) -> Callable[[], Any]:
    offer = calling.start_calling(desk, *_PLACE)
    shown = {int(offer.id or 0): offer.version}
    return partial(taking_back.withdraw_all, desk, shown, ReleaseReason.NOT_NEEDED)


def _taken_back(desk: Desk) -> Callable[[], Any]:
    offer = calling.start_calling(desk, *_PLACE)
    done = calling.record_answer(
        desk, int(offer.id or 0), Answer.NO_ANSWER, expected_version=offer.version
    )
    return partial(
        taking_back.take_back_answer,
        desk,
        done.offer.id,
        expected_version=done.offer.version,
    )


#: What is done to a case: one press, one event.
ACTS: dict[str, Act] = {
    "calling.start_calling": lambda d: partial(calling.start_calling, d, *_PLACE),
    "calling.start_calls": lambda d: partial(
        calling.start_calls, d, "P1", [calling.ToCall(ONE, "B1")]
    ),
    "first_answer.record_first_answer": lambda d: partial(
        first_answer.record_first_answer,
        d,
        "P1",
        calling.ToCall(ONE, "B1"),
        Answer.NO_ANSWER,
    ),
    "calling.record_answer": _called(calling.record_answer, Answer.NO_ANSWER),
    "case_reviews.day_14_reviewed": _living(
        case_reviews.day_14_reviewed, next(iter(case_reviews.PaymentReview))
    ),
    "case_reviews.emergency_reviewed": _reviewed,
    "case_reviews.missing_reported": _missed,
    "case_reviews.screened": lambda d: partial(
        case_reviews.screened, d, ONE, d.clock().date(), 1
    ),
    "closing.close": lambda d: partial(
        closing.close, d, ONE, Outcome.KIN, expected_version=_version(d)
    ),
    "closing.reopen": _reopened,
    "consents.record_consent": lambda d: partial(give, d, ONE),
    "consents.withdraw_consent": lambda d: partial(
        consents.withdraw_consent, d, int(give(d, ONE).id or 0)
    ),
    "holding.hold": lambda d: partial(holding.hold, d, *_PLACE),
    "holding.extend": _held(holding.extend, 60),
    "holding.release": _held(holding.release, ReleaseReason.NOT_NEEDED),
    "placing.start": lambda d: partial(_in, d),
    "referral_forms.edit": lambda d: partial(referral_forms.edit, d, ONE, {"age_years": 14}, 1),
    "retention.delete_case": lambda d: partial(retention.delete_case, d, ONE, ONE),
    "sharing.make_request": lambda d: partial(
        sharing.make_request, d, ONE, int(give(d, ONE).id or 0)
    ),
    "stays.come_back": _back,
    "stays.end": _living(stays.end, StayEnd.PLANNED, needs_place=True),
    "stays.leave": _living(stays.leave, StayState.MISSING),
    "stays.notice": _living(stays.notice),
    "stays.transfer": _living(stays.transfer, "P2", "B1"),
    "taking_back.take_back_answer": _taken_back,
    "taking_back.withdraw": _called(taking_back.withdraw, ReleaseReason.NOT_NEEDED),
    "taking_back.withdraw_all": _all_ended,
}

_PART = "a part of the page of a case, which is opened, and noted, first"
_INNER = "what watched functions are made of; no page and no command calls it"
_IN = "takes in what it was handed, and gives that back"

#: Named as others are, and neither a look of its own nor a way out, with the reason.
ELSEWHERE: dict[str, str] = {
    "clocks.due_for": _INNER,
    "consents.expiring": "dates of consents, in a list of all cases",
    "diligence.gathered": _INNER,
    "diligence.prepared": _INNER,
    "groups.group_of": _PART,
    "options.case_options": _PART,
    "options.start_case_options": _PART,
    "promises.promise_to": _PART,
    "referral_forms.preview": "what somebody is writing into a form that was opened",
    "smallest.small_changes": _PART,
    "smallest.start_small_changes": _PART,
    "wishes.wishes_of": _PART,
    "wishes.read_wishes": _INNER,
    "diligence_book.diligence_workbook": _INNER,
    "doctor.examine": "says numbers about the record, and nothing of it",
    "keeping.encrypt_record": "watched in tests/services/test_keeping.py",
    "keeping.backup": "watched in tests/services/test_keeping.py",
    "keeping.restore": "watched in tests/services/test_keeping.py",
    "keeping.verify_backup": "reads a file, and takes nothing out",
    "office_export.export_office": "watched in tests/services/test_office_export.py",
    "partner_answers.note_answers": "watched in tests/services/test_partner_answers.py",
    "partner_answers.read_answers": _IN,
    "publishing.publish": "is what the others take counts out with",
    "scenario_views.compare_for_export": "makes the counts of the export",
    "shared_beds.bed_list": "beds by kind and county, on a page; no case",
    "sharing.requests": "a list of all requests: codes, partners and hours",
    "uploading.open_files": _IN,
    "uploading.reopen": _IN,
}
#: Of these, what only services may call.
INNER = frozenset(name for name, why in ELSEWHERE.items() if why is _INNER)
