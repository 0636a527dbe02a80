"""The plan as a page shows it, and its lists as exported."""

import csv
import io
import itertools
import shutil
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from matching.domain.access import Actor, Role
from matching.domain.errors import PermissionDenied
from matching.engine.plan import Status, TierCount
from matching.export.columns import plan_facts
from matching.export.workbook import plan_workbook
from matching.services.intake import load_sample
from matching.services.matching import SavedRun
from matching.services.people import Person
from matching.services.plan_lists import (
    Asking,
    Choice,
    Form,
    Order,
    choose,
    export_plan,
    file_document,
)
from matching.services.plan_views import Claim, plan_state, plan_view, policy_titles, standing
from matching.services.planning import Run
from matching.services.proof import Stopped
from matching.store import open_store
from tests.builders import NOW, known_referral
from tests.services.planned import HOMES, PEOPLE, POOLS, desk_at, events, office


@pytest.fixture(scope="module")
def unchanged(sqlite_template, tmp_path_factory):
    """An office that the tests of this module only look at."""
    path = tmp_path_factory.mktemp("plan") / "record.db"
    shutil.copy(sqlite_template, path)
    store = open_store(f"sqlite:///{path}")
    desk = desk_at(store)
    yield desk, office(desk)
    store.close()


@pytest.fixture(scope="module")
def view(unchanged):
    return plan_view(*unchanged)


@pytest.fixture
def desk(sqlite_store):
    """A desk whose record a test may change."""
    return desk_at(sqlite_store)


@pytest.fixture
def saved(desk):
    return office(desk)


def cases(rows):
    return [row.person.case for row in rows]


def test_everybody_is_on_one_list(view):
    everybody = sorted(cases(view.placed) + cases(view.without))
    assert everybody == sorted(person.referral_id for person in PEOPLE)
    assert len(view.people) == len(PEOPLE)


def test_lists_stand_by_priority_and_then_wait(view):
    assert cases(view.placed)[0] == "R2"
    assert cases(view.placed)[-1] == "R3"


def test_a_proposal_says_place_reasons_and_what_to_ask(view):
    rows = {row.person.case: row for row in view.placed}
    assert rows["R2"].provider in {home.name for home in HOMES}
    assert rows["R2"].placement_type == "safe foster home"
    assert rows["R2"].reasons
    assert not rows["R2"].provisional
    assert rows["R4"].provisional
    assert rows["R4"].questions[0].startswith("Ask")


def test_distances_are_bands(view):
    assert {row.distance for row in view.placed} <= {
        "same county",
        "up to 10 miles",
        "10 to 25 miles",
        "25 to 50 miles",
        "100 to 150 miles",
    }


def test_without_a_place_the_funnel_adds_up_to_all_providers(view):
    for row in view.without:
        assert sum(fell for _, _, fell in row.funnel) == len(HOMES)
        assert row.rule_title


def test_the_full_claim_is_made_only_when_true(desk, saved):
    view = plan_view(desk, saved)
    assert view.claim is Claim.MOST
    tied = [
        *PEOPLE[1:],
        known_referral("R1", group_id="G1"),
        known_referral("R9", group_id="G1"),
    ]
    # A best flow keeps the pair together: nobody is passed over for anybody.
    assert plan_view(desk, office(desk, people=tied)).claim is Claim.MOST
    scarce = [replace(pool, beds_available=1) for pool in POOLS]
    assert plan_view(desk, office(desk, pools=scarce, people=tied)).claim is Claim.IN_ORDER
    open_tiers = (TierCount("tonight", 9, 3, 5),)
    plan = replace(saved.run.plan, status=Status.FEASIBLE, tiers=open_tiers)
    other = SavedRun(1, NOW, "x", 1, Run(replace(saved.run.solution, plan=plan)))
    found = plan_view(desk, other)
    assert (found.claim, found.more) == (Claim.OPEN, 2)


def test_the_certificate_repeats_the_plan(unchanged, view):
    plan, made = unchanged[1].run.plan, view.certificate
    assert made.fingerprint == plan.problem_fingerprint
    assert (made.objective, made.bound, made.salt) == (plan.objective, plan.bound, plan.salt)
    assert sum(tier.placed for tier in made.tiers) == len(view.placed)


def test_the_state_tells_when_records_changed(desk, saved):
    state = plan_state(desk)
    assert (state.number, state.moved) == (saved.number, False)
    load_sample(desk, HOMES, POOLS, (known_referral("R99"),), "1" * 64)
    assert plan_state(desk).moved


def test_there_is_no_state_before_the_first_plan(desk):
    assert plan_state(desk) is None


@pytest.mark.parametrize("role", [Role.MANAGER, Role.LICENSING, Role.AUDITOR])
def test_whoever_may_not_see_cases_sees_no_plan(unchanged, role):
    desk, saved = unchanged
    with pytest.raises(PermissionDenied):
        plan_view(replace(desk, actor=Actor("x", role)), saved)


def test_policies_are_named_in_words():
    assert policy_titles().keys() >= {"general", "florida", "texas"}


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(workers=frozenset({"unit 1"})), {"R1"}),
        (Choice(priorities=frozenset({"planned"})), {"R3"}),
        (Choice(kinds=frozenset({"qualified residential treatment programme"})), {"R8"}),
        (Choice(search="r7"), {"R7"}),
        (Choice(asking=Asking.ASK), {"R4"}),
        (Choice(search="nobody"), set()),
    ],
)
def test_filters_keep_what_they_say(view, choice, expected):
    shown = choose(view, choice)
    assert {*cases(shown.placed), *cases(shown.without)} == expected


def test_search_finds_a_provider_by_name(view):
    shown = choose(view, Choice(search="[house"))
    assert {row.provider for row in shown.placed} <= {"Birch [House]"}
    assert not shown.without


def test_no_filter_keeps_everybody(view):
    assert choose(view, Choice()) == view


def test_filters_are_named_in_words():
    choice = Choice(counties=frozenset({"b", "a"}), asking=Asking.READY, search=" x ")
    assert choice.named() == {"county": "a, b", "ask before placing": "no", "search": "x"}


@pytest.mark.parametrize("order", list(Order))
def test_every_order_keeps_the_same_people(view, order):
    shown = choose(view, Choice(order=order))
    assert sorted(cases(shown.placed)) == sorted(cases(view.placed))


def test_orders_order(view):
    by_case = choose(view, Choice(order=Order.CASE))
    assert cases(by_case.placed) == sorted(cases(by_case.placed))
    assert choose(view, Choice(order=Order.WAIT)).placed[0].person.case == "R2"


def test_an_export_is_exactly_what_is_shown_and_is_recorded(desk, saved):
    view = plan_view(desk, saved)
    choice = Choice(workers=frozenset({"unit 1", "unit 2"}), search="r")
    shown = choose(view, choice)
    data = export_plan(desk, saved, shown, choice, Form.CSV)
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [row["Case"] for row in rows] == cases(shown.placed) + cases(shown.without)
    assert rows[0]["Provider"] == shown.placed[0].provider
    assert events(desk, "export_plan") == [
        {
            "kind": "run",
            "id": str(saved.number),
            "form": "csv",
            "rows": 2,
            "filters": ["search", "worker"],
        }
    ]


def test_a_workbook_holds_the_same_rows(unchanged, view):
    data = export_plan(*unchanged, view, Choice(), Form.XLSX)
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    placed = book.get_sheet_by_name("With a place").to_python()
    assert [row[0] for row in placed[1:]] == cases(view.placed)


def test_a_plan_made_from_files_has_names_and_reasons_too(unchanged, view):
    document = file_document(unchanged[1].run)
    assert [row["referral"] for row in document["placements"]] == cases(view.placed)
    assert document["placements"][0]["provider_name"] == view.placed[0].provider
    assert [row["referral"] for row in document["not_placed"]] == cases(view.without)
    book = CalamineWorkbook.from_filelike(io.BytesIO(plan_workbook(document)))
    assert "What decided" in book.get_sheet_by_name("With a place").to_python()[0]


def test_an_export_of_a_stopped_plan_never_says_that_it_is_the_best(unchanged, view):
    saved = unchanged[1]
    solution = saved.run.solution
    first, *rest = solution.plan.tiers
    tiers = (replace(first, most=first.placed + 2), *rest)
    plan = replace(solution.plan, status=Status.FEASIBLE, tiers=tiers)
    document = file_document(Run(replace(solution, plan=plan)), Stopped.TIME)
    assert document["stopped"] == "time"
    said = "best found, proven to within 2 more people of the priority 'tonight'"
    assert dict(plan_facts(document))["How far it is proven"] == said
    proven = dict(plan_facts(file_document(saved.run)))
    assert proven["How far it is proven"].startswith("Proven: no better plan")


def test_a_refused_export_writes_and_records_nothing(desk, saved, view):
    manager = replace(desk, actor=Actor("x", Role.MANAGER))
    with pytest.raises(PermissionDenied):
        export_plan(manager, saved, view, Choice(), Form.CSV)
    assert events(desk, "export_plan") == []


@given(st.lists(st.tuples(st.integers(0, 2), st.none() | st.integers(0, 99)), max_size=8))
def test_standing_is_priority_then_longest_wait_and_unknown_last(pairs):
    people = [
        Person(f"R{k}", None, "", tier, "", None, hours, "", frozenset(), {}, None)
        for k, (tier, hours) in enumerate(pairs)
    ]
    ordered = sorted(people, key=standing)
    for first, second in itertools.pairwise(ordered):
        assert first.tier <= second.tier
        if first.tier == second.tier and second.hours is not None:
            assert first.hours is not None
            assert first.hours >= second.hours
