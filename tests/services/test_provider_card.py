"""One provider in full: terms on their boundaries, in order."""

from __future__ import annotations

import dataclasses

import pytest

from matching.domain import words as w
from matching.domain.access import Actor, Role
from matching.domain.confidential import COUNTY_KEPT
from matching.domain.errors import NotFound, PermissionDenied
from matching.domain.sites import SiteReason
from matching.services.clearing import report
from matching.services.desk import Desk
from matching.services.finding import find_providers
from matching.services.intake import load_sample
from matching.services.openings import open_provider
from matching.services.provider_card import Term, held, provider_card, term
from matching.services.views import provider_rows
from tests.builders import NOW, TODAY, course, day, home, known_home, known_pool


@pytest.fixture
def desk(sqlite_desk):
    """A desk at the moment of the builders' records."""
    return dataclasses.replace(sqlite_desk, clock=lambda: NOW)


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        (None, Term.NOT_KNOWN),
        (day(-1), Term.ENDED),
        (day(0), Term.SOON),
        (day(30), Term.SOON),
        (day(31), Term.IN_FORCE),
    ],
)
def test_terms(ends, expected):
    assert term(ends, TODAY) is expected


def test_earliest_end_comes_first_and_unknown_ends_last():
    one = known_home(
        licence_expires=None,
        certificate_expires=day(5),
        trainings=(course(ends=day(90)), course(ends=day(-2))),
    )
    assert [(h.what, h.term) for h in held(one, TODAY)] == [
        ("trafficking training", Term.ENDED),
        ("certificate: safe foster home", Term.SOON),
        ("trafficking training", Term.IN_FORCE),
        ("licence (active)", Term.NOT_KNOWN),
    ]


def test_the_same_course_of_two_caregivers_is_one_line():
    (line,) = [h for h in held(known_home(trainings=(course(), course())), TODAY) if h.people]
    assert line.people == 2


@pytest.mark.parametrize("status", [w.LicenceStatus.REVOKED, w.LicenceStatus.EXPIRED])
def test_a_licence_taken_away_has_ended_whatever_its_date(status):
    lines = held(known_home(licence_status=status, licence_expires=day(300)), TODAY)
    assert next(h.term for h in lines if "licence" in h.what) is Term.ENDED


def test_what_is_not_required_or_known_to_be_none_is_not_listed():
    one = home(licence_status=w.LicenceStatus.NOT_REQUIRED, certificate=w.Certificate.NONE)
    assert held(one, TODAY) == ()


def test_an_unknown_licence_is_listed_as_unknown():
    (line,) = held(home(), TODAY)
    assert (line.what, line.ends, line.term) == ("licence", None, Term.NOT_KNOWN)


@pytest.mark.parametrize(
    "fact", ["confidential", "victim_service_provider", "domestic_violence"]
)
def test_confidential_places_are_known_by_county_only_and_once_opened(desk, fact):
    load_sample(desk, (known_home(**{fact: True}),), (known_pool(),), (), "a" * 64)
    closed = provider_card(desk, "P1")
    assert (closed.county_only, closed.row.county) == (False, COUNTY_KEPT)
    open_provider(desk, "P1", "licensing")
    opened = provider_card(desk, "P1")
    assert opened.county_only
    assert opened.row.county != COUNTY_KEPT


def test_card_of_an_open_place(desk):
    load_sample(desk, (known_home(name="Oak"),), (known_pool(),), (), "a" * 64)
    card = provider_card(desk, "P1")
    assert not card.county_only
    assert card.row.free.known == 2
    assert card.held


def test_a_provider_that_is_gone_is_an_error_in_words(desk):
    with pytest.raises(NotFound, match="not on the record"):
        provider_card(desk, "P1")


def test_auditors_do_not_see_providers(desk):
    auditor = Desk(desk.store, Actor("a", Role.AUDITOR), desk.settings, desk.clock)
    with pytest.raises(PermissionDenied):
        provider_card(auditor, "P1")


@pytest.mark.parametrize(("role", "people"), [(Role.SUPERVISOR, 0), (Role.MANAGER, None)])
def test_a_compromised_home_is_closed_on_its_card_and_people_are_for_who_sees_cases(
    desk, role, people
):
    load_sample(desk, (known_home("P1"),), (known_pool("P1"),), (), "1" * 64)
    at = dataclasses.replace(desk, actor=Actor("kim", role))
    assert provider_card(at, "P1").closed is None
    report(at, "P1", day(9), SiteReason.POLICE)
    found = provider_card(at, "P1").closed
    assert (found.until, found.people) == (day(9), people)


def test_a_compromised_home_has_no_free_bed_in_the_list(desk):
    homes = (known_home("P1"), known_home("P2"))
    load_sample(desk, homes, (known_pool("P1"), known_pool("P2")), (), "1" * 64)
    report(desk, "P1", day(9), SiteReason.POLICE)
    rows = provider_rows(desk)
    free = {row.provider.provider_id: (row.closed, row.free.known) for row in rows}
    assert free == {"P1": (True, 0), "P2": (False, 2)}
    found = find_providers(rows, 24, free_only=True)
    assert [row.provider.provider_id for row in found] == ["P2"]
