"""Answers that come back: in any shape, checked, and noted once."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.access import Role
from matching.domain.casework import Answer, OfferState
from matching.domain.errors import (
    ConflictError,
    InputError,
    MatchingError,
    PermissionDenied,
)
from matching.domain.sharing import Condition, PartnerAnswer, ShareKind
from matching.export.sharing import ANSWER_COLUMNS
from matching.services import consents, sharing
from matching.services.calling import record_answer, start_calling
from matching.services.diligence_exports import export_provider_copy
from matching.services.partner_answers import _code, note_answers, read_answers
from matching.store.database import Store
from tests.services.casefiles import later, open_office
from tests.services.conftest import as_role
from tests.services.planned import NOW, events
from tests.services.test_sharing import ask

OFFER = ("offered", "2", "2026-11-05", "interview", "", "")


@pytest.fixture
def desk(sqlite_store: Store):
    return open_office(sqlite_store)[0]


@pytest.fixture
def either(store):
    """A desk on each database in turn."""
    return open_office(store)[0]


def sheet(rows, columns=ANSWER_COLUMNS, before=()) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([*before, columns, *rows])
    return out.getvalue().encode()


def answer(code, *cells):
    return (code, *(cells or OFFER))


def test_the_sheet_that_was_sent_comes_back_with_the_answer(desk):
    share = ask(desk)
    sent = sharing.export_request(desk, int(share.id))
    blank = read_answers(desk, sent.content)
    assert [one.problem for one in blank.rows] == [
        "What stands under 'Answer' is not one of the answers."
    ]
    choice = sharing.ANSWER_CHOICES[0].words
    condition = sharing.CONDITION_CHOICES[2].words
    back = sheet([(share.code, choice, "2", "2026-11-05", condition, "", "")])
    (row,) = read_answers(desk, back).rows
    assert row.problem == ""
    assert (row.answer, row.beds, row.conditions) == (
        PartnerAnswer.OFFERED,
        2,
        (Condition.SHORT_STAY,),
    )
    assert row.sentence() == (
        "Harbour team offers a bed: 2 beds from 5 Nov 2026; depends on a short stay only."
    )


@pytest.mark.parametrize("seed", range(8))
def test_any_order_of_rows_and_columns_and_any_clutter_is_read(sqlite_store, seed):
    desk = open_office(sqlite_store)[0]
    chance = random.Random(seed)
    shares = [ask(desk, case) for case in ("R1", "R2", "R3")]
    columns = [*ANSWER_COLUMNS, "Remarks", "", "Date of birth"]
    chance.shuffle(columns)
    rows = []
    for share in shares:
        cells = dict(zip(ANSWER_COLUMNS, answer(share.code), strict=True))
        rows.append([cells.get(name, "") for name in columns])
    rows += [[""] * len(columns)] * 2
    chance.shuffle(rows)
    title = [["Answers of the Harbour team"], [], ["please see below"]]
    found = read_answers(desk, sheet(rows, [f" {c.upper()} " for c in columns], title))
    assert {one.code for one in found.good} == {one.code for one in shares}
    assert sorted(found.dropped) == [
        "DATE OF BIRTH: birth dates are never stored.",
        "REMARKS: free text is never stored, because it may tell who somebody is.",
    ]


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (("maybe", "", "", "", "", ""), "not one of the answers"),
        (("offered", "two", "", "", "", ""), "not a whole number"),
        (("offered", "21", "", "", "", ""), "not a whole number"),
        (("offered", "-1", "", "", "", ""), "not a whole number"),
        (("offered", "0", "", "", "", ""), "number of beds is 0"),
        (("offered", "1", "someday", "", "", ""), "The day is not one"),
        (("offered", "1", "05/06/2026", "", "", ""), "The day is not one"),
        (("offered", "1", "", "money", "", ""), "not one of the answers"),
        (("offered for Jane Doe", "1", "", "", "", ""), "may tell who somebody is"),
        (("offered", "1", "", "call 555-123-4567", "", ""), "may tell who somebody is"),
        (("offered", "1", "Jane Doe 123-45-6789", "", "", ""), "may tell who somebody is"),
    ],
)
def test_what_is_no_answer_is_refused_in_words(desk, cells, why):
    share = ask(desk)
    (row,) = read_answers(desk, sheet([answer(share.code, *cells)])).rows
    assert why in row.problem
    for told in ("Jane", "555", "6789"):
        assert told not in str(row)
    with pytest.raises(InputError):
        note_answers(desk, read_answers(desk, sheet([answer(share.code, *cells)])))


@pytest.mark.parametrize("code", ["", "ABCD-EFGH-JKLM", "R1", "DROP TABLE", "=1+1"])
def test_a_code_of_nobody_is_refused(desk, code):
    ask(desk)
    (row,) = read_answers(desk, sheet([answer(code)])).rows
    assert row.problem == "The code is not one of a request of this office."


def test_the_code_of_a_list_or_a_copy_is_no_request(store):
    desk, saved = open_office(store)
    file = export_provider_copy(desk, "R1", "P1", saved)
    code = file.filename.removeprefix("request-").removesuffix(".html")
    with store.reading() as record:
        assert record.shares.by_code(code).kind is ShareKind.PROVIDER
    (row,) = read_answers(desk, sheet([answer(code)])).rows
    assert row.problem == "The code is not one of a request of this office."


def test_another_office_cannot_answer(desk):
    share = ask(desk)
    other = replace(desk, store=desk.store.at("other"))
    (row,) = read_answers(other, sheet([answer(share.code)])).rows
    assert row.problem == "The code is not one of a request of this office."
    good = read_answers(desk, sheet([answer(share.code)]))
    with pytest.raises(MatchingError):
        note_answers(other, good)


def test_the_same_code_twice_counts_once(desk):
    share = ask(desk)
    rows = [
        answer(share.code),
        answer(share.code.replace("-", " ").lower(), "no_bed", *[""] * 5),
    ]
    found = read_answers(desk, sheet(rows))
    assert [bool(one.problem) for one in found.rows] == [False, True]


def test_an_answer_becomes_an_open_call_that_somebody_settles(either):
    desk = either
    share = ask(desk)
    preview = read_answers(desk, sheet([answer(share.code)]))
    noted = note_answers(desk, preview, {share.code: ("P1", "B1")})
    (offer,) = noted.offers
    assert (offer.state, offer.share_id, offer.referral_id) == (
        OfferState.CALLING,
        share.id,
        "R1",
    )
    assert noted.new_partners == ()
    done = record_answer(desk, int(offer.id), Answer.ACCEPTED, expected_version=offer.version)
    assert done.offer.state is OfferState.ACCEPTED
    (line,) = sharing.requests(desk)
    assert (line.standing, line.offer_made) == (sharing.Standing.ANSWERED, True)
    event = [one for one in events(desk, "share_case") if one.get("answer")][-1]
    assert event["offers"] == [offer.id]


def test_an_answer_belongs_to_the_call_that_is_open_there_already(either):
    desk = either
    share = ask(desk)
    open_call = start_calling(desk, "R1", "P1", "B1")
    preview = read_answers(desk, sheet([answer(share.code)]))
    (offer,) = note_answers(desk, preview, {share.code: ("P1", "B1")}).offers
    assert (offer.id, offer.share_id) == (open_call.id, share.id)
    assert (offer.state, offer.opened_by) == (OfferState.CALLING, open_call.opened_by)
    assert sharing.requests(desk)[0].offer_made
    with desk.store.reading() as record:
        assert record.offers.of("R1") == (offer,)


def test_a_sibling_who_is_called_for_already_keeps_the_call(either):
    desk = either
    first = start_calling(desk, "R2", "P1", "B1")
    with desk.store.transaction() as record:
        both = [replace(record.referrals.get(name), group_id="G1") for name in ("R1", "R2")]
        record.referrals.rows["referral"].put_back([(one, 1) for one in both], NOW)
    share = ask(desk)
    preview = read_answers(desk, sheet([answer(share.code)]))
    made = note_answers(desk, preview, {share.code: ("P1", "B1")}).offers
    assert [(one.referral_id, one.share_id) for one in made] == [
        ("R1", share.id),
        ("R2", share.id),
    ]
    assert made[1].id == first.id


def test_a_partner_that_is_not_on_the_record_is_named_to_be_added(desk):
    share = ask(desk)
    noted = note_answers(desk, read_answers(desk, sheet([answer(share.code)])))
    assert (noted.answers, noted.offers, noted.new_partners) == (1, (), ("Harbour team",))
    (line,) = sharing.requests(desk)
    assert not line.offer_made


def test_a_no_is_noted_and_makes_no_call(desk):
    share = ask(desk)
    back = sheet([answer(share.code, "no_bed", *[""] * 5)])
    noted = note_answers(desk, read_answers(desk, back), {share.code: ("P1", "B1")})
    assert noted.offers == ()
    assert sharing.requests(desk)[0].sentence == "Harbour team has no bed."


def test_a_replayed_answer_is_refused_plainly(either):
    desk = either
    share = ask(desk)
    back = sheet([answer(share.code)])
    first = read_answers(desk, back)
    note_answers(desk, first)
    (row,) = read_answers(desk, back).rows
    assert row.problem == "This request was answered already; an answer counts once."
    with pytest.raises(ConflictError, match="counts once"):
        note_answers(desk, first)


def test_one_that_comes_too_late_or_without_consent_is_refused_plainly(either):
    desk = either
    late, gone = ask(desk, hours=1), ask(desk, "R2")
    back = sheet([answer(late.code), answer(gone.code)])
    before = read_answers(desk, back)
    assert len(before.good) == 2
    consents.withdraw_consent(desk, int(gone.consent_id))
    after = read_answers(later(desk, hours=2), back)
    assert [one.problem for one in after.rows] == [
        "This request ended on 3 Nov 2026 at 23:41.",
        "The consent to share with Harbour team was withdrawn, so nothing may be shared "
        "under it.",
    ]
    with pytest.raises(MatchingError):
        note_answers(later(desk, hours=2), before)
    assert all(one.share.answered_at is None for one in sharing.requests(desk))


def test_either_all_answers_are_noted_or_none(either):
    desk = either
    one, two = ask(desk), ask(desk, "R2")
    preview = read_answers(desk, sheet([answer(one.code), answer(two.code)]))
    with desk.store.transaction() as record:
        record.shares.answer(int(two.id), desk.clock(), {"answer": "no_bed"})
    with pytest.raises(ConflictError):
        note_answers(desk, preview)
    assert [line.share.answered_at for line in sharing.requests(desk)][-1] is None


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", b"\x00\x01\x02" * 50, b"Code\nX\n"])
def test_what_is_no_answer_sheet_is_refused(desk, data):
    with pytest.raises(InputError):
        read_answers(desk, data)


@given(st.text(max_size=40))
def test_any_text_is_a_code_or_none(text):
    found = _code(text)
    assert found == "" or len(found) == 14
    assert _code(found) == found


@pytest.mark.parametrize(
    "role", [r for r in Role if r not in (Role.LOCAL, Role.WORKER, Role.SUPERVISOR)]
)
def test_whoever_may_not_share_is_refused(desk, role):
    share = ask(desk)
    preview = read_answers(desk, sheet([answer(share.code)]))
    other = as_role(desk, role)
    with pytest.raises(PermissionDenied):
        read_answers(other, b"")
    with pytest.raises(PermissionDenied):
        note_answers(other, preview)
