"""The other places of a case: each consequence is what deciding on it really changes."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from matching.domain.access import Actor, Role
from matching.domain.errors import ChoiceError, ConflictError, NotFound, PermissionDenied
from matching.engine.effort import Effort
from matching.intake.sample import generate
from matching.services import decisions as d
from matching.services import options as service
from matching.services.choosing import Wish, try_out
from matching.services.jobs import State
from matching.services.options import case_options, start_case_options
from matching.services.turn import turn
from tests.builders import NEAR, NOW, ago, known_home, known_pool, known_referral
from tests.services.planned import accept, desk_at, office

HOMES = (
    known_home("P1", name="Oak House"),
    known_home("P2", name="Elm Street", county=NEAR),
    known_home("P3", name="Birch House", county=NEAR),
)
POOLS = tuple(known_pool(home.provider_id, beds_available=1) for home in HOMES)
PEOPLE = tuple(
    known_referral(f"R{k}", received_at=ago(hours=90 - k), preferred_providers=("P1",))
    for k in range(3)
)


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


@pytest.fixture
def saved(desk):
    return office(desk, HOMES, POOLS, PEOPLE)


def tied(desk):
    people = (
        known_referral("R0", received_at=ago(hours=90), separate_from=frozenset({"t"})),
        known_referral("R1", received_at=ago(hours=80), separate_from=frozenset({"t"})),
        known_referral("R2", received_at=ago(hours=70), group_id="G"),
        known_referral("R3", received_at=ago(hours=60), group_id="G"),
    )
    pools = [known_pool(home.provider_id, beds_available=2) for home in HOMES]
    return office(desk, HOMES, pools, people)


def place_of(saved, case):
    run = saved.run
    pool = run.plan.place_of(run.problem.size[0])[run.row(case)]
    return run.problem.pool_keys[pool]


def check_against_deciding(desk, saved, case):
    """Every consequence against the plan made with that place forced."""
    found = case_options(desk, saved, case, effort=Effort(60.0))
    for one in found.others:
        wish = Wish(d.force(case, one.option.provider_id, one.option.pool_id))
        if not one.possible:
            with pytest.raises(ChoiceError):
                try_out(desk, saved, wish)
            continue
        trial = try_out(desk, saved, wish)
        others = trial.difference.without({case})
        assert one.exact
        assert one.moves == sum(
            len(part) for part in (others.gained, others.lost, others.moved, others.shifted)
        )
        assert set(one.loses) == {move.referral_id for move in others.lost}
        assert set(one.gains) == {move.referral_id for move in others.gained}
        assert ("nobody else moves" in one.sentences[0]) == (one.moves == 0)
        assert ("nobody loses a place" in one.sentences[0]) == (not one.loses)
    return found


def test_each_other_place_says_what_it_changes_for_others(desk, saved):
    found = check_against_deciding(desk, saved, "R0")
    assert [one.option.provider_id for one in found.others] != []
    assert place_of(saved, "R0")[0] not in {one.option.provider_id for one in found.others}
    for one in found.others:
        assert one.sentences[0].startswith(
            f"This young person would go to {one.option.name}; case R"
        )
        assert one.sentences[0].endswith("; nobody loses a place.")
        assert one.worked_out
    assert found.complete
    assert not found.proposal_forced


def test_the_chain_is_told_case_by_case(desk, saved):
    home = place_of(saved, "R0")[0]
    (one, *_) = case_options(desk, saved, "R0").others
    taken_from = next(
        c for c in ("R1", "R2") if place_of(saved, c)[0] == one.option.provider_id
    )
    names = {p.provider_id: p.name for p in HOMES}
    assert one.moves == 1
    assert one.sentences[0] == (
        f"This young person would go to {one.option.name}; case {taken_from} would move to "
        f"{names[home]}; nobody loses a place."
    )


def test_where_people_are_tied_the_answer_is_as_exact(desk):
    saved = tied(desk)
    for case in ("R0", "R1", "R2", "R3"):
        check_against_deciding(desk, saved, case)


def test_a_whole_region_agrees_with_deciding(desk):
    made = generate(7, 60, 20, as_of=NOW)
    saved = office(desk, made.providers, made.pools, made.referrals)
    checked = 0
    for case in saved.run.problem.referral_ids[:10]:
        checked += len(check_against_deciding(desk, saved, case).others)
    assert checked > 5


def test_somebody_without_a_place_would_take_one_from_another(desk):
    people = (*PEOPLE, known_referral("R9", received_at=ago(hours=1)))
    saved = office(desk, HOMES, POOLS, people)
    found = case_options(desk, saved, "R9")
    assert len(found.others) == 3
    for one in found.others:
        assert "would be left without a place" in one.sentences[0]
        assert len(one.loses) == 1


def test_what_must_be_asked_is_with_each_place(desk):
    people = (known_referral("R0", age_years=None), *PEOPLE[1:])
    saved = office(desk, HOMES, POOLS, people)
    for one in case_options(desk, saved, "R0").others:
        assert one.questions
        assert all(said.startswith("Ask") for said in one.questions)


def test_decisions_on_a_place_are_marked(desk, saved):
    (first, *_) = case_options(desk, saved, "R0").others
    place = first.option.provider_id
    forced = accept(desk, try_out(desk, saved, Wish(d.force("R0", place))))
    found = case_options(desk, forced, "R0")
    assert found.proposal_forced
    assert found.others
    for one in found.others:
        assert not one.forced
        assert one.sentences == (service.DECIDED,)
    assert not case_options(desk, forced, "R1").proposal_forced
    kept = [one for one in case_options(desk, forced, "R1").others if not one.possible]
    assert [one.option.provider_id for one in kept] == [place]
    assert "the beds there are kept by decisions" in kept[0].sentences[0]


def test_a_forbidden_place_is_listed_to_be_taken_back(desk, saved):
    home = place_of(saved, "R0")[0]
    after = accept(desk, try_out(desk, saved, Wish(d.forbid("R0", home))))
    found = case_options(desk, after, "R0")
    assert [one.matter for one in found.forbidden] == [d.forbid("R0", home)]
    assert home not in {one.option.provider_id for one in found.others}


def test_what_is_not_worked_out_yet_says_so_and_comes_later(desk):
    saved = tied(desk)
    quick = case_options(desk, saved, "R2", effort=Effort(0.0))
    for one in quick.others:
        if not one.worked_out:
            assert "not worked out yet" in one.sentences[0]
        elif not one.exact:
            assert "there may be a better way" in one.sentences[-1]
    job = start_case_options(desk, saved, "R2")
    full = job.result()
    assert job.state is State.DONE
    assert full.complete
    assert case_options(desk, saved, "R2", effort=Effort(0.0)) == full


def test_only_the_places_that_a_page_shows_are_worked_out(desk):
    saved = tied(desk)
    every = case_options(desk, saved, "R2").others
    wanted = [one.option.pool for one in every[1:]]
    stages = []
    found = case_options(
        desk, saved, "R2", pools=wanted, progress=stages.append, effort=Effort(60.0)
    )
    assert [one.option.pool for one in found.others] == wanted
    assert all(one.worked_out and one.exact for one in found.others)
    assert stages == [f"{k} of {len(wanted)}" for k in range(1, len(wanted) + 1)]
    assert case_options(desk, saved, "R2", pools=()).others == ()


def test_while_another_plan_is_made_nothing_is_solved(desk):
    saved = tied(desk)
    began = time.monotonic()
    with turn():
        found = case_options(desk, saved, "R2")
        with pytest.raises(ConflictError, match="Another plan"):
            start_case_options(desk, saved, "R2")
    assert time.monotonic() - began < 10
    assert [one.option.pool for one in found.others] == [
        one.option.pool for one in case_options(desk, saved, "R2").others
    ]


@pytest.mark.parametrize("ask", [case_options, start_case_options])
def test_only_those_who_see_cases_and_only_cases_of_the_plan(desk, saved, ask):
    with pytest.raises(NotFound):
        ask(desk, saved, "R99")
    for role in (Role.MANAGER, Role.AUDITOR, Role.LICENSING):
        with pytest.raises(PermissionDenied):
            ask(replace(desk, actor=Actor("x", role)), saved, "R0")
