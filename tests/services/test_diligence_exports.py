"""Papers as files: what they hold, what they leave out, and the event each leaves."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from matching.domain import policy as policies
from matching.domain import words as w
from matching.domain.access import Role
from matching.domain.errors import NotFound, PermissionDenied
from matching.domain.sharing import ShareKind
from matching.intake.reader import read
from matching.services import diligence
from matching.services import diligence_exports as exports
from matching.services.diligence_exports import PaperForm
from matching.services.provider_copy import LEFT_OUT, copy_facts
from tests.builders import TODAY, known_home
from tests.export.test_brief import Tags
from tests.services.casefiles import open_office
from tests.services.conftest import as_role
from tests.services.planned import HOMES, events
from tests.services.test_sharing import TELLING


@pytest.fixture
def made(sqlite_store):
    return open_office(sqlite_store)


def said(file):
    return " ".join(Tags(file.content.decode()).words)


def test_the_printed_record_says_everything_on_the_record(made):
    desk, saved = made
    found = diligence.record(desk, "R1", saved)
    told = said(exports.export_record(desk, "R1", saved=saved))
    for sentence in (
        found.sentence,
        *found.notes,
        *(one.sentence for one in found.events),
        *(said for part in found.searches for said in part.proof),
        *(r for part in found.searches for line in part.lines for r in line.reasons),
        *(one.answer for one in found.wishes.lines),
    ):
        assert sentence in told
    assert "Destroy after use" in told


def test_the_workbook_has_a_sheet_for_each_part_and_every_provider(made):
    desk, saved = made
    file = exports.export_record(desk, "R5", PaperForm.WORKBOOK, saved)
    sheets = {one.name: one.rows for one in read(file.content).sheets}
    assert list(sheets) == [
        *("Read me", "History", "Searches", "Considered", "Situation", "Rules", "Wishes")
    ]
    considered = {row[2] for row in sheets["Considered"][1:]}
    assert considered == set(saved.run.problem.provider_ids)


@pytest.mark.parametrize("form", list(PaperForm))
def test_each_export_is_one_event_with_the_fingerprint_of_the_file(made, form):
    desk, saved = made
    file = exports.export_record(desk, "R1", form, saved)
    (event,) = events(desk, "export_case")
    assert event["sha256"] == hashlib.sha256(file.content).hexdigest()
    assert (event["id"], event["part"], event["form"]) == ("R1", "diligent_search", form.value)
    assert str(event["document"]) in file.filename
    assert "R1" not in file.filename


def test_the_sheet_of_wishes_names_no_case_and_nobody_else(made):
    desk, saved = made
    file = exports.export_wishes(desk, "R1", saved)
    told = said(file)
    assert "Your wishes" in told
    for one in ("R1", "R2", "case", "provider"):
        assert one not in told
    assert events(desk, "export_case")[0]["part"] == "wishes"


def test_the_copy_for_a_provider_stands_under_a_code_that_the_office_knows(made):
    desk, saved = made
    file = exports.export_provider_copy(desk, "R1", "P1", saved)
    with desk.store.reading() as record:
        (share,) = record.shares.of("R1")
        assert record.searches.kept("R1", saved.number)
    assert (share.kind, share.partner) == (ShareKind.PROVIDER, "P1")
    told = said(file)
    assert share.code in told
    for line in LEFT_OUT:
        assert line in told
    for secret in ("R1", "unit 1", "Alder", "sex", "verified"):
        assert secret not in told
    assert "13 to 15 years" in told


def test_no_copy_for_a_place_that_does_not_fit(made):
    desk, saved = made
    for provider in ("P3", "P99"):
        with pytest.raises(NotFound):
            exports.export_provider_copy(desk, "R1", provider, saved)
    assert events(desk, "export_case") == []


POLICY = policies.load("general")


def copied(**home):
    return copy_facts(TELLING, known_home("P1", **home), POLICY, TODAY)


def test_a_provider_is_told_the_least():
    told = " ".join(f"{what} {value}" for what, value in copied())
    for secret in ("4417", "SIBS", "GANG", "Alder", "fire", "sex", "verified", "unit 77"):
        assert secret not in told
    assert "13 to 15 years" in told


def test_the_kind_of_trafficking_only_where_the_licence_asks_for_it():
    some = frozenset({w.TraffickingType.SEX})
    assert ("Kind of trafficking, as the licence asks", "sex") in copied(trafficking_types=some)
    for taken in (None, frozenset(w.TraffickingType)):
        assert "trafficking" not in str(copied(trafficking_types=taken))


@pytest.mark.parametrize("age", [None, 3, 17, 24, 60])
def test_an_age_is_a_band_or_not_known(age):
    found = dict(copy_facts(replace(TELLING, age_years=age), HOMES[0], POLICY, TODAY))
    assert ("not known" in found["Age"]) is (age is None)
    assert str(age) + " years" != found["Age"]


@pytest.mark.parametrize(
    "role", [r for r in Role if r not in (Role.LOCAL, Role.WORKER, Role.SUPERVISOR)]
)
def test_whoever_may_not_hand_out_a_case_gets_no_file(made, role):
    desk, saved = made
    other = as_role(desk, role)
    for call in (
        lambda: exports.export_record(other, "R1", saved=saved),
        lambda: exports.export_wishes(other, "R1", saved),
        lambda: exports.export_provider_copy(other, "R1", "P1", saved),
    ):
        with pytest.raises(PermissionDenied):
            call()
    assert events(desk, "export_case") == []


def test_another_office_gets_no_file(made):
    desk = made[0]
    other = replace(desk, store=desk.store.at("other"))
    with pytest.raises(NotFound):
        exports.export_record(other, "R1", saved=None)
    with pytest.raises(NotFound):
        exports.export_wishes(other, "R1")
