"""One case: what is known, what fits, and why not the rest."""

from dataclasses import replace

import pytest

from matching.domain.access import Actor, Role
from matching.domain.errors import NotFound, PermissionDenied
from matching.intake.fields import SheetKind, by_column
from matching.services import case_views as cases
from tests.builders import known_referral, referral
from tests.services.planned import HOMES, PEOPLE, desk_at, events, office


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


@pytest.fixture
def saved(desk):
    return office(desk)


def test_every_case_can_be_chosen(desk, saved):
    lines = cases.case_lines(desk, saved)
    assert [line.case for line in lines] == [person.referral_id for person in PEOPLE]
    assert [line.case for line in lines if line.placed] == ["R1", "R2", "R3", "R4"]


def test_opening_a_case_is_recorded(desk, saved):
    cases.open_case(desk, saved, "R1")
    assert events(desk, "see_cases") == [{"kind": "referral", "id": "R1", "run": saved.number}]


@pytest.mark.parametrize("role", [Role.MANAGER, Role.LICENSING, Role.AUDITOR, Role.ADMIN])
def test_whoever_may_not_see_cases_sees_none_and_leaves_no_trace(desk, saved, role):
    other = replace(desk, actor=Actor("x", role))
    with pytest.raises(PermissionDenied):
        cases.open_case(other, saved, "R1")
    with pytest.raises(PermissionDenied):
        cases.case_lines(other, saved)
    assert events(desk, "see_cases") == []


def test_a_case_that_is_not_in_the_plan_is_said_to_be_so(desk, saved):
    with pytest.raises(NotFound):
        cases.open_case(desk, saved, "R99")
    assert events(desk, "see_cases") == []


def test_known_none_and_not_known_are_told_apart(desk):
    people = [
        known_referral("R1", avoid_counties=frozenset(), school_county=None, stay_days=90),
        referral("R2"),
    ]
    saved = office(desk, people=people)
    names = by_column(SheetKind.REFERRALS)
    view = cases.open_case(desk, saved, "R1")
    assert names["avoid_counties"].label in view.none
    assert names["school_county"].label in view.unknown
    assert (names["stay_days"].label, "90 days") in view.facts
    nothing = cases.open_case(desk, saved, "R2")
    assert nothing.facts == ()
    assert nothing.none == ()
    assert len(nothing.unknown) == len(cases.SHOWN) - 1


def test_a_known_no_is_said_as_no(desk):
    """Read aloud, "known to be none: an interpreter will do" says nothing."""
    names = by_column(SheetKind.REFERRALS)
    saved = office(desk, people=[known_referral("R1", interpreter_ok=False)])
    view = cases.open_case(desk, saved, "R1")
    label = names["interpreter_ok"].label
    assert (label, "no") in view.facts
    assert label not in view.none


def test_every_fact_shown_is_in_exactly_one_list(desk, saved):
    view = cases.open_case(desk, saved, "R1")
    listed = [what for what, _ in view.facts] + [*view.none, *view.unknown]
    assert len(listed) == len(set(listed))
    assert len(listed) in (len(cases.SHOWN), len(cases.SHOWN) - 1)


def test_providers_are_named_and_conflict_codes_are_not(desk):
    person = known_referral(
        "R1",
        vetoed_providers=frozenset({"P1"}),
        preferred_providers=("P4", "P2"),
        separate_from=frozenset({"secret-token"}),
        languages=("es", "en"),
    )
    view = cases.open_case(desk, office(desk, people=[person]), "R1")
    said = dict(view.facts)
    names = by_column(SheetKind.REFERRALS)
    assert said[names["vetoed_providers"].label] == "Oak House"
    assert said[names["preferred_providers"].label] == "Elm House, Birch [House]"
    assert said[names["separate_from"].label] == "1 code"
    assert said[names["languages"].label] == "Spanish, English"
    assert "secret-token" not in str(view.facts)


def test_each_step_of_the_funnel_opens_the_providers_that_fell_there(desk, saved):
    for person in PEOPLE:
        found = cases.open_case(desk, saved, person.referral_id).explanation
        for step in found.funnel:
            if not cases.is_taken_step(step.code):
                assert len(cases.fallen(found, step.code)) == step.fell
        fitting = {one.provider_id for one in found.options}
        assert len(fitting) + len(found.barred) == len(HOMES)


def test_those_without_a_place_have_a_stage_and_those_with_one_have_none(desk, saved):
    assert cases.open_case(desk, saved, "R1").gap is None
    assert cases.open_case(desk, saved, "R7").gap.stage.value == "f"


def test_a_provider_is_found_by_name_code_or_kind(desk, saved):
    found = cases.open_case(desk, saved, "R1").explanation
    assert [one.name for one in cases.search_barred(found, "cedar")] == ["Cedar House"]
    assert [one.name for one in cases.search_barred(found, "P3")] == ["Cedar House"]
    assert cases.search_barred(found, "foster")
    assert cases.search_barred(found, " ") == found.barred
    assert cases.search_barred(found, "nowhere") == ()
    assert [one.name for one in cases.found_in_options(found, "oak")] == ["Oak House"]
    assert cases.found_in_options(found, "") == ()


def test_the_proposal_is_not_among_the_others(desk, saved):
    found = cases.open_case(desk, saved, "R1").explanation
    others = cases.standing_options(found)
    assert len(others) == len(found.options) - 1
    assert not [one for one in others if one.proposed]
