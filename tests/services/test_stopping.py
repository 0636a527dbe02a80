"""A plan that is really stopped: kept, said, opened, decided on and made again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matching.engine.effort import Effort
from matching.engine.plan import Status
from matching.engine.verify import verify
from matching.services import decisions as d
from matching.services.choosing import Wish, try_out
from matching.services.documents import plan_document
from matching.services.jobs import start_plan
from matching.services.last_plan import since_last
from matching.services.matching import latest_run, reopen, run_plan
from matching.services.plan_views import Claim, plan_view
from matching.services.proof import Stopped, proof_of, sentences
from matching.services.replay import replay
from tests.builders import NEAR, ago, known_home, known_pool, known_referral
from tests.services.planned import accept, desk_at, office

#: Pairs that stay together, parents with a child and people who must be kept apart, for
#: too few beds.
PEOPLE = tuple(
    known_referral(
        f"R{k:02}",
        received_at=ago(hours=100 - k),
        group_id=f"G{k // 2}" if k < 8 else None,
        children_with=int(k % 3 == 0),
        separate_from=frozenset({f"t{k % 3}"}) if k >= 8 else frozenset(),
    )
    for k in range(20)
)
HOMES = tuple(known_home(f"P{k}", **({"county": NEAR} if k % 2 else {})) for k in range(5))
POOLS = tuple(
    known_pool(home.provider_id, beds_available=1 + k % 4) for k, home in enumerate(HOMES)
)
AT_ONCE = Effort(stopped=lambda: True)


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


@pytest.fixture
def best(desk):
    return office(desk, HOMES, POOLS, PEOPLE)


@pytest.fixture
def cut(desk, best):
    """The plan of the same office, stopped before it began to search."""
    return run_plan(desk, effort=AT_ONCE)


def reached(saved):
    return [tier.placed for tier in saved.run.plan.tiers]


def test_a_stopped_plan_is_kept_with_what_is_proven_of_it(desk, best, cut):
    assert best.run.plan.status is Status.OPTIMAL
    assert cut.run.plan.status is Status.FEASIBLE
    assert cut.stopped is Stopped.PERSON
    assert reached(cut) <= reached(best) <= [tier.most for tier in cut.run.plan.tiers]
    solution = cut.run.solution
    assert verify(solution.problem, solution.policy, solution.plan, solution.choices) == ()
    document = latest_run(desk).document
    assert document["stopped"] == "person"
    assert document["claim"].startswith("best found, proven to within ")
    assert sum(document["gap"]["people"].values()) == plan_view(desk, cut).more > 0


def test_no_word_about_a_stopped_plan_says_that_it_is_the_best(desk, cut):
    view = plan_view(desk, cut)
    assert view.claim is Claim.OPEN
    said = " ".join(sentences(proof_of(cut.run.solution, cut.stopped)))
    assert "best" not in said.replace("best found", "")
    assert "stopped by hand" in said


def test_a_stopped_plan_is_opened_as_it_was(desk, cut):
    again = reopen(desk)
    assert (again.number, again.stopped) == (cut.number, Stopped.PERSON)
    assert plan_document(again.run, again.stopped) == plan_document(cut.run, cut.stopped)


def test_a_stopped_plan_made_again_lies_within_what_it_said(desk, cut):
    found = replay(desk, cut.number)
    assert (found.same, found.plan_same, found.differences) == (True, True, ())
    assert "stopped before its proof" in found.notes[0]


def test_the_next_plan_goes_on_and_says_what_changed(desk, best, cut):
    later = run_plan(desk)
    assert later.stopped is None
    assert reached(later) == reached(best)
    gained = len(since_last(desk, later).difference.gained)
    lost = len(since_last(desk, later).difference.lost)
    assert gained - lost == sum(reached(best)) - sum(reached(cut))


def test_a_decision_on_a_stopped_plan_is_tried_and_kept(desk, cut):
    trial = try_out(desk, cut, Wish(d.force("R08", "P2")))
    made = accept(desk, trial)
    assert plan_document(made.run)["placements"]
    assert reopen(desk).decisions == made.decisions
    assert replay(desk, made.number).same


def test_a_limit_in_the_settings_stops_the_search(desk, best):
    limited = replace(desk, settings=replace(desk.settings, plan_seconds=1))
    saved = run_plan(limited, effort=Effort(1e-9))
    assert saved.stopped is Stopped.TIME
    job = start_plan(limited)
    assert job.result().stopped in (None, Stopped.TIME)


def test_a_plan_stopped_in_the_background_is_saved(desk, best):
    job = start_plan(desk)
    job.stop()
    saved = job.result()
    assert saved.number == best.number + 1
    assert saved.stopped in (None, Stopped.PERSON)
    assert (saved.stopped is None) == (saved.run.plan.status is Status.OPTIMAL)
    assert latest_run(desk).number == saved.number


def test_gaps_of_a_stopped_plan_still_add_up(desk, cut):
    stages = cut.run.gaps
    assert len(stages) + len(cut.run.plan.referral) == len(PEOPLE)
