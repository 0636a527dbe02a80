"""Plans beside casework: made of who waits, made again after an answer, never hidden."""

from __future__ import annotations

import multiprocessing
from datetime import timedelta

import pytest

from matching.domain.access import Actor, Role
from matching.domain.casework import (
    Answer,
    DeclineReason,
    Outcome,
    ReleaseReason,
    StayEnd,
    StayState,
)
from matching.domain.errors import (
    ChoiceError,
    ConflictError,
    InputError,
    MatchingError,
    PermissionDenied,
)
from matching.engine.choices import Choices, Seat
from matching.insight.gaps import Stage
from matching.services import calling, decisions, holding, placing
from matching.services.choosing import Wish, try_out
from matching.services.decisions import Reason
from matching.services.desk import Desk
from matching.services.facts import facts_on
from matching.services.matching import latest_run, reopen, run_plan, save_run
from matching.services.renewing import renew
from matching.services.replay import replay
from matching.services.settled_choices import settled_from_plain, settled_to_plain
from matching.services.stored import kept_in
from matching.store import open_store
from tests.services.casework import (
    NOW,
    SETTINGS,
    beds,
    case,
    desk_of,
    later,
    oak,
    on_record,
    other,
    people,
)
from tests.services.planned import accept


@pytest.fixture
def desk(store):
    put(store)
    return desk_of(store)


@pytest.fixture
def quick(sqlite_store):
    put(sqlite_store)
    return desk_of(sqlite_store)


def put(store):
    on_record(store, [oak(), oak("H2", name="Elm House")], [beds(1), beds(1, "H2")], people(3))


def placed(saved):
    plan, problem = saved.run.plan, saved.run.problem
    pairs = zip(plan.referral.tolist(), plan.pool.tolist(), strict=True)
    return {problem.referral_ids[i]: problem.pool_keys[j][0] for i, j in pairs}


def test_a_plan_is_made_of_those_who_wait_and_of_beds_nobody_has(desk):
    holding.hold(desk, "R1", "H1", "P")
    lives = placing.start(desk, "R2", provider_id="H2", pool_id="P", expected_version=0)
    saved = run_plan(desk)
    assert saved.run.problem.referral_ids == ("R3",)
    assert placed(saved) == {}
    placing.end(desk, lives.id, StayEnd.PLANNED, needs_place=False, expected_version=1)
    assert placed(run_plan(desk)) == {"R3": "H2"}


def test_after_a_decline_the_plan_is_made_again_and_says_what_changed(desk):
    first = run_plan(desk)
    assert renew(desk) is None
    name, home = next(iter(placed(first).items()))
    offer = calling.start_calling(desk, name, home, "P", first.number)
    assert renew(desk) is None  # a call alone moves nothing
    calling.record_answer(
        desk, offer.id, Answer.DECLINED, reason=DeclineReason.AGE, expected_version=1
    )
    found = renew(desk)
    assert found.before == first.number
    assert found.after == latest_run(desk).number
    assert placed(found.saved).get(name) != home
    assert any(name in said for said in found.changes)
    assert replay(desk, found.after).same
    assert renew(desk) is None


def test_nothing_is_renewed_without_a_plan_or_anybody_waiting(quick):
    assert renew(quick) is None
    run_plan(quick)
    for name in ("R1", "R2", "R3"):
        placing.close(quick, name, Outcome.KIN, expected_version=0)
    assert renew(quick) is None
    with pytest.raises(InputError, match="so there is nothing to plan"):
        run_plan(quick)
    with pytest.raises(PermissionDenied):
        renew(other(quick, "max", Role.MANAGER))


def test_a_proposal_somebody_is_calling_about_stays_where_it_is(quick):
    first = run_plan(quick)
    name, home = next(iter(placed(first).items()))
    calling.start_calling(quick, name, home, "P")
    with quick.store.reading() as record:
        assert facts_on(record).choices.calling == {Seat(name, home, "P")}
    saved = run_plan(quick)
    assert saved.kept.settled.calling == {Seat(name, home, "P")}
    assert reopen(quick).run.solution.choices.calling == saved.kept.settled.calling
    calling.withdraw(quick, 1, ReleaseReason.NOT_NEEDED, expected_version=1)
    with quick.store.reading() as record:
        assert not facts_on(record).choices.calling
    # The plan on record keeps what was true when it was made.
    assert reopen(quick).run.solution.choices.calling == saved.kept.settled.calling


def test_what_follows_from_who_lives_where_is_kept_as_it_was():
    choices = Choices(
        only=frozenset({Seat("R1", "H1")}),
        forbidden=frozenset({Seat("R2", "H1"), Seat("R2", "H2", "P")}),
        calling=frozenset({Seat("R3", "H1", "P")}),
    )
    assert settled_from_plain(settled_to_plain(choices)) == choices
    assert settled_from_plain({}) == Choices()
    for wrong in ([], {"only": [["R1"]]}, {"only": [[1, "H1", None]]}):
        with pytest.raises(MatchingError, match="cannot be read"):
            settled_from_plain(wrong)


def test_where_somebody_is_to_go_is_over_once_they_have_a_bed(quick):
    saved = run_plan(quick)
    saved = accept(quick, try_out(quick, saved, Wish(decisions.force("R1", "H1"))))
    saved = accept(quick, try_out(quick, saved, Wish(decisions.forbid("R2", "H2"))))
    holding.hold(quick, "R1", "H1", "P")
    saved = run_plan(quick)
    (gone,) = saved.dropped
    assert gone.why == "the case has a place, or a bed is held for it."
    assert [one.matter for one in saved.decisions] == [decisions.forbid("R2", "H2")]
    placing.start(quick, "R1", offer_id=1, expected_version=case(quick).version)
    placing.close(quick, "R2", Outcome.KIN, expected_version=0)
    (gone,) = run_plan(quick).dropped
    assert gone.why == "the case is closed."


def test_a_plan_of_older_facts_never_hides_a_newer_one(desk):
    older = run_plan(desk)
    holding.hold(desk, "R1", "H1", "P")
    newer = run_plan(desk)
    with pytest.raises(ConflictError, match="newer facts") as caught:
        save_run(desk, older.run, older.data_version, NOW)
    assert caught.value.saved is False
    assert latest_run(desk).number == newer.number


def test_a_plan_that_does_not_know_of_a_decision_does_not_undo_it(desk):
    first = run_plan(desk)
    decided = accept(desk, try_out(desk, first, Wish(decisions.forbid("R1", "H1"))))
    with pytest.raises(ConflictError, match="Somebody decided on the plan"):
        save_run(desk, first.run, first.data_version, NOW, basis=())
    assert latest_run(desk).number == decided.number
    again = save_run(
        desk, decided.run, decided.data_version, NOW, decided.kept, basis=decided.decisions
    )
    assert latest_run(desk).number == again.number


def _plan(url, name, answers):
    store = open_store(url)
    desk = Desk(store, Actor(name, Role.WORKER), SETTINGS, lambda: NOW + timedelta(minutes=1))
    try:
        answers.put((name, run_plan(desk).number))
    except ConflictError as error:
        answers.put((name, error.message))
    store.close()


def test_plans_of_several_processes_do_not_corrupt_anything(new_url):
    url = new_url(tables=True)
    store = open_store(url)
    put(store)
    desk = desk_of(store)
    first = run_plan(desk)
    accept(desk, try_out(desk, first, Wish(decisions.forbid("R1", "H1"))))
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    answers = context.Queue()
    crew = [
        context.Process(target=_plan, args=(url, f"w{k}", answers), daemon=True)
        for k in range(3)
    ]
    for one in crew:
        one.start()
    holding.hold(desk, "R2", "H2", "P")
    found = dict(answers.get(timeout=120) for _ in crew)
    for one in crew:
        one.join(60)
    numbers = [one for one in found.values() if isinstance(one, int)]
    assert numbers
    with store.reading() as record:
        runs = record.runs.list()
        versions = [record.runs.get(one.id).document["data_version"] for one in runs]
        documents = [record.runs.get(one.id).document for one in runs]
        assert record.audit.verify() == []
    assert versions == sorted(versions, reverse=True)
    assert {one.id for one in runs} >= set(numbers)
    for document in documents[:-2]:
        assert [one.matter for one in kept_in(document).decisions] == [
            decisions.forbid("R1", "H1")
        ]
    renew(later(desk, minutes=2))
    assert replay(desk, latest_run(desk).number).same
    store.close()


def test_somebody_missing_is_in_demand_and_wants_no_bed(quick):
    lives = placing.start(quick, "R1", provider_id="H1", pool_id="P", expected_version=0)
    placing.leave(quick, lives.id, StayState.MISSING, expected_version=1)
    saved = run_plan(later(quick, days=15))  # one day after the bed was kept
    assert set(saved.run.problem.referral_ids) == {"R1", "R2", "R3"}
    assert set(placed(saved)) == {"R2", "R3"}
    (gap,) = saved.run.gaps
    assert (gap.stage, gap.row) == (Stage.PERSON, 0)


def test_a_sibling_goes_where_the_other_lives_or_nowhere(sqlite_store):
    desk = desk_of(sqlite_store)
    homes = [oak(), oak("H2", name="Elm House")]
    on_record(sqlite_store, homes, [beds(1), beds(1, "H2")], people(2, group_id="G"))
    run_plan(desk)
    alone = Wish(decisions.split("G"), Reason.COURT_ORDER, NOW.date())
    boss = other(desk, "max", Role.SUPERVISOR)
    accept(boss, try_out(boss, reopen(boss), alone))
    placing.start(desk, "R1", provider_id="H1", pool_id="P", expected_version=0)
    assert placed(run_plan(desk)) == {"R2": "H2"}
    tomorrow = later(desk, days=1)
    saved = run_plan(tomorrow)  # the split held for one day
    assert placed(saved) == {}
    assert saved.kept.settled.only == {Seat("R2", "H1")}
    with pytest.raises(ChoiceError, match="has a place at Oak House"):
        holding.hold(tomorrow, "R2", "H2", "P")
