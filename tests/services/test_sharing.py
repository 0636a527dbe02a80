"""Requests to partners: the least data, under a consent, with a code that says nothing."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain import geography
from matching.domain import policy as policies
from matching.domain import words as w
from matching.domain.access import Role
from matching.domain.errors import ConflictError, InputError, NotFound, PermissionDenied
from matching.domain.sharing import MOST_ANSWER_HOURS, Scope
from matching.intake.reader import read
from matching.services import consents, sharing
from matching.services.diligence_exports import PaperForm
from matching.services.request_facts import NEVER_SHARED, left_out, request_facts
from tests.builders import FAR, HERE, NEAR, TODAY, known_referral
from tests.services.casefiles import later, open_office
from tests.services.conftest import as_role
from tests.services.planned import events
from tests.services.test_consents import give

ALL = frozenset(Scope)
#: A person whose every fact would give them away.
TELLING = known_referral(
    "CASE-4417",
    age_years=13,
    home_county=HERE,
    school_county=NEAR,
    sibling_county=FAR,
    group_id="SIBS-9",
    separate_from=frozenset({"GANG-7"}),
    vetoed_providers=frozenset({"P3"}),
    declined_by=frozenset({"P4"}),
    worker="unit 77",
    mental_health_need=w.CareNeed.INTENSIVE,
    behaviours=frozenset({w.Behaviour.FIRE_SETTING}),
    languages=("es",),
    lgbtq_affirming_requested=True,
    faith_preference=w.FaithCharacter.SECULAR,
)


def told(scope):
    return request_facts(
        TELLING, frozenset(scope), policies.load("general"), geography.load(), TODAY
    )


@given(st.sets(st.sampled_from(list(Scope))))
def test_a_request_says_what_the_consent_covers_and_no_more(scope):
    found = told(scope)
    assert {one.scope for one in found} - {None} == scope
    assert {one.scope for one in told(ALL)} == {None, *Scope}
    out = left_out(frozenset(scope))
    assert out[: len(NEVER_SHARED)] == NEVER_SHARED
    assert len(out) == len(NEVER_SHARED) + len(ALL - scope)


@given(st.sets(st.sampled_from(list(Scope))))
def test_nothing_that_gives_somebody_away_is_in_any_request(scope):
    said = " ".join(f"{one.name} {one.said}" for one in told(scope))
    where = geography.load()
    names = [where.name(fips).split(",")[0] for fips in (HERE, NEAR, FAR)]
    for word in ("4417", "SIBS", "GANG", "P3", "P4", "unit 77", *names, "fire"):
        assert word not in said
    if Scope.AGE not in scope:
        assert "13" not in said.replace("13 to", "")
    if Scope.TRAFFICKING not in scope:
        assert "sex" not in said
    if Scope.WISHES not in scope:
        assert "LGBTQ" not in said
    if Scope.LANGUAGE not in scope:
        assert "Spanish" not in said
    if Scope.GENDER not in scope:
        assert "female" not in said


def test_an_age_is_a_band():
    (age,) = [one.said for one in told({Scope.AGE}) if one.scope is Scope.AGE]
    assert age == "13 to 15"


KINDS = ("list", "whole", "list", "list", "list")


@pytest.fixture
def desk(sqlite_store):
    return open_office(sqlite_store)[0]


@pytest.fixture
def either(store):
    """A desk on each database in turn."""
    return open_office(store)[0]


def ask(desk, case="R1", hours=72, **changes):
    return sharing.make_request(desk, case, int(give(desk, case, **changes).id), hours)


def test_a_request_carries_a_code_and_an_end(either):
    desk = either
    share = ask(desk)
    assert share.partner == "Harbour team"
    assert share.expires_at == desk.clock() + timedelta(hours=72)
    assert "R1" not in share.code
    event = events(desk, "share_case")[-1]
    assert (event["share"], event["facts"]) == (share.id, len(share.fields))
    assert "Age" in share.fields
    assert "Gender" not in share.fields


def test_a_request_never_outlives_its_consent(desk):
    share = ask(desk, hours=MOST_ANSWER_HOURS, days=1)
    assert share.expires_at.date().isoformat() == "2026-11-05"
    assert share.expires_at.hour == 0


@pytest.mark.parametrize("hours", [0, -1, MOST_ANSWER_HOURS + 1])
def test_an_impossible_time_is_refused(desk, hours):
    consent = give(desk)
    with pytest.raises(InputError):
        sharing.make_request(desk, "R1", int(consent.id), hours)


def test_nothing_is_shared_without_a_consent_for_that_case(desk):
    consent = give(desk)
    with pytest.raises(InputError, match="not about this case"):
        sharing.make_request(desk, "R2", int(consent.id))
    with pytest.raises(NotFound):
        sharing.make_request(desk, "R1", 99)
    consents.withdraw_consent(desk, int(consent.id))
    with pytest.raises(PermissionDenied):
        sharing.make_request(desk, "R1", int(consent.id))
    assert [one["share"] for one in events(desk, "share_case") if "share" in one] == []


def words_of(export):
    if export.filename.endswith("html"):
        return export.content.decode()
    sheets = read(export.content).sheets
    return " ".join(cell for sheet in sheets for row in sheet.rows for cell in row)


@pytest.mark.parametrize("form", list(PaperForm))
def test_a_file_says_the_least_and_its_name_tells_nobody(desk, form):
    share = ask(desk, scope=ALL)
    file = sharing.export_request(desk, int(share.id), form)
    said = words_of(file)
    assert share.code in said
    assert "R1" not in said
    assert "R1" not in file.filename
    assert "unit 1" not in said
    for one in NEVER_SHARED:
        assert one in said
    assert events(desk, "share_case")[-1]["form"] == form.value


def test_the_sheet_for_the_answer_offers_what_can_be_said(desk):
    file = sharing.export_request(desk, int(ask(desk).id))
    assert read(file.content).sheets[0].name == "Answer"
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    rules = re.findall(r'<dataValidation type="(\w+)".*?sqref="(\w+)"', sheet)
    assert rules == [(kind, f"{cell}2") for kind, cell in zip(KINDS, "BCEFG", strict=True)]


def test_no_file_leaves_once_the_consent_is_over(either):
    desk = either
    share = ask(desk)
    consents.withdraw_consent(desk, int(share.consent_id))
    before = len(events(desk, "share_case"))
    with pytest.raises(PermissionDenied):
        sharing.export_request(desk, int(share.id))
    with pytest.raises(ConflictError, match="ended on 6 Nov 2026"):
        sharing.export_request(later(desk, hours=73), int(ask(desk, "R2").id))
    assert len(events(desk, "share_case")) == before + 2  # the second consent and request


def test_what_is_over_is_listed_as_over(either):
    desk = either
    first, second, third = ask(desk), ask(desk, "R2", hours=1), ask(desk, "R3")
    consents.withdraw_consent(desk, int(third.consent_id))
    with desk.store.transaction() as record:
        record.shares.answer(int(first.id), desk.clock(), {"answer": "no_bed"})
    lines = sharing.requests(later(desk, hours=2))
    assert [(one.share.id, one.standing.value) for one in lines] == [
        (third.id, "over"),
        (second.id, "over"),
        (first.id, "answered"),
    ]
    assert lines[2].sentence == "Harbour team has no bed."


def test_another_office_sees_no_request(desk):
    share = ask(desk)
    other = replace(desk, store=desk.store.at("other"))
    assert sharing.requests(other) == ()
    with pytest.raises(NotFound):
        sharing.export_request(other, int(share.id))


@pytest.mark.parametrize(
    "role", [r for r in Role if r not in (Role.LOCAL, Role.WORKER, Role.SUPERVISOR)]
)
def test_whoever_may_not_share_is_refused(desk, role):
    share = ask(desk)
    other = as_role(desk, role)
    for call in (
        lambda: sharing.make_request(other, "R1", int(share.consent_id)),
        lambda: sharing.export_request(other, int(share.id)),
        lambda: sharing.requests(other),
    ):
        with pytest.raises(PermissionDenied):
            call()
