"""People tied to nobody: the best flow by all aims, whichever way it was found."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import flow, free, lottery
from matching.engine.aims import Aims, Folding, Reach, suggestion, whole
from tests.engine.networks import every_choice, networks

MANY = settings(max_examples=40, deadline=None)


@st.composite
def tasks(draw, people=5, pools=3):
    """Draw people with aims of every kind over a small network."""
    one = draw(networks(people=people, pools=pools, most=4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, pairs = one.people, len(one.person)
    standing = np.unique(rng.integers(0, 3, n), return_inverse=True)[1].astype(np.int64)
    some = draw(st.sampled_from([0.0, 0.5]))
    goal = Aims(
        tier=standing,
        standing=standing,
        moved=(rng.random(pairs) < some).astype(np.int64),
        icwa=rng.integers(0, 3, pairs) * (rng.random(pairs) < some),
        cost=one.cost,
    )
    return free.Task(
        person=one.person,
        pool=one.pool,
        goal=goal,
        pool_room=one.pool_room,
        owner=one.owner,
        provider_room=one.provider_room,
        person_hash=lottery.name_hashes([f"R{k}" for k in range(n)], "salt"),
        pool_hash=lottery.name_hashes([f"P{k}" for k in range(len(one.pool_room))], "salt"),
        bits=30,
        salt="salt",
    )


def _rank(task, choice):
    """Compare plans: who is placed by standing, and then the later aims."""
    used = [k for k in choice if k >= 0]
    placed = Counter(task.goal.standing[task.person[used]].tolist())
    classes = range(int(task.goal.standing.max(initial=0)) + 1)
    later = (int(aim[used].sum()) for aim in (task.goal.moved, task.goal.icwa, task.goal.cost))
    return (*(-placed[k] for k in classes), *later)


def _every(task):
    return every_choice(
        flow.Network(
            task.person, task.pool, task.goal.cost, task.goal.standing,
            task.pool_room, task.owner, task.provider_room,
        )
    )  # fmt: skip


@MANY
@given(tasks())
def test_no_choice_is_better(task):
    found = free.solve(task)
    assert _rank(task, found.tolist()) == min(_rank(task, c) for c in _every(task))


#: Ways to force another road to the same plan.
ROADS = {
    "numbers too large for one exact run": ("whole", lambda *_: None),
    "a suggestion that forgets the order": ("suggestion", lambda _: Folding(0, 0, 1)),
    "a suggestion that forgets later aims": ("suggestion", lambda _: Folding(1, 1, 10**6)),
}


@pytest.mark.parametrize(("name", "other"), ROADS.values(), ids=ROADS.keys())
@MANY
@given(tasks(people=8, pools=5))
def test_every_road_leads_to_the_same_plan(name, other, task):
    usual = free.solve(task)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(free, name, other)
        assert free.solve(task).tolist() == usual.tolist()


def test_the_stages_are_told():
    task = free.Task(
        person=np.zeros(1, np.int64),
        pool=np.zeros(1, np.int64),
        goal=Aims(*(np.zeros(1, np.int64) for _ in range(5))),
        pool_room=np.ones(1, np.int64),
        owner=np.zeros(1, np.int64),
        provider_room=np.ones(1, np.int64),
        person_hash=lottery.name_hashes(["R"], ""),
        pool_hash=lottery.name_hashes(["P"], ""),
        bits=30,
        salt="",
    )
    told: list[str] = []
    assert free.solve(task, told.append).tolist() == [0]
    assert told == ["flow", "proof", "lottery"]


# --- folding ------------------------------------------------------------------------

reaches = st.builds(
    Reach,
    people=st.integers(0, 10**6),
    moved=st.tuples(st.integers(0, 50), st.integers(0, 1)),
    icwa=st.tuples(st.integers(0, 10**5), st.integers(0, 4)),
    cost=st.integers(0, 10**4),
)


@given(reaches, st.integers(1, 10**4))
def test_a_step_of_an_aim_outweighs_all_that_follows(reach, classes):
    found = whole(reach, classes)
    total = reach.people * reach.cost
    for (touched, largest), step in ((reach.icwa, "icwa"), (reach.moved, "moved")):
        if found is not None and touched:
            assert getattr(found, step) > total
            total += touched * largest * getattr(found, step)
    if found is not None:
        assert found.later > total
        assert 4 * (classes + 2) * found.later < flow.PRICES
    small = suggestion(reach)
    assert small.later > 0
    if found is not None:
        assert (small.icwa, small.moved, small.later) <= (found.icwa, found.moved, found.later)


def test_a_small_problem_is_suggested_with_its_exact_numbers():
    reach = Reach(people=3, moved=(1, 1), icwa=(2, 4), cost=9)
    assert suggestion(reach) == whole(reach, 3) == Folding(moved=252, icwa=28, later=504)


def test_numbers_that_64_bits_cannot_hold_are_not_folded():
    huge = Reach(people=10**6, moved=(0, 0), icwa=(10**6, 4), cost=10**9)
    assert whole(huge, 2) is None
    assert suggestion(huge).later < 2**60
