"""Pairs strained in bits are the pairs that each rule leaves, asked one by one."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import geography
from matching.domain import words as w
from matching.engine import keyed
from matching.engine import sieve as sieve_module
from matching.engine.candidates import candidates, gathered
from matching.engine.judge import BIT, Judge
from matching.engine.problem import build
from matching.engine.rules.base import Verdict
from matching.engine.sieve import Sieve
from matching.intake.sample import generate
from tests import strategies
from tests.builders import known_home, known_pool, known_referral, problem
from tests.engine.small import GENERAL, POLICIES, Slow, blocking, policies, problems

FEW = settings(max_examples=8, deadline=None)
AS_OF = datetime(2026, 11, 22, 22, tzinfo=UTC)

#: Entries of a rule's table, words of a sheet, pairs in one go, entries of questions.
LIMITS = {
    "ordinary": (20_000_000, 1_000_000, 1_000_000, 200_000),
    "nothing tabulated": (0, 1_000_000, 1, 0),
    "no sheets": (20_000_000, 0, 3, 1),
    "a little of each": (3, 2, 2, 4),
}


@pytest.fixture(params=LIMITS.values(), ids=LIMITS.keys())
def limits(request):
    """Tables, sheets and blocks of different sizes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyed, "MAX_TABLE", request.param[0])
        for name, size in zip(("SHEET", "AT_ONCE", "TABLE"), request.param[1:], strict=True):
            patch.setattr(sieve_module, name, size)
        yield request.param


@st.composite
def any_problem(draw):
    """Problems of every kind: likely ones, and ones of arbitrary records."""
    if draw(st.booleans()):
        return draw(problems(people=4, pools=4))
    people = draw(strategies.referral_lists(max_size=3))
    return problem(people, *draw(strategies.inventories(max_providers=3)))


@pytest.mark.usefixtures("limits")
@FEW
@given(any_problem(), policies() | st.sampled_from([blocking(p) for p in POLICIES]))
def test_every_pair_that_no_rule_bars_stands_in_one_block(one, policy):
    slow = Slow(one, policy)
    sieve = Sieve(Judge(one, policy))
    found = list(sieve.blocks())
    pairs = [
        (i, j, int(asked))
        for block in found
        for i, j, asked in zip(block.referral, block.pool, block.unknown, strict=True)
    ]
    wanted = [
        (i, j, sum(1 << BIT[code] for code in slow.asking(i, j)))
        for i, j in np.ndindex(*one.size)
        if not slow.barring(i, j)
    ]
    assert sorted(pairs) == wanted
    assert sieve.count() == len(wanted)
    seen: set[int] = set()
    for block in found:
        mine = set(block.referral.tolist())
        assert not mine & seen
        seen |= mine
    together = gathered(found, one.size[0])
    assert list(zip(together.referral, together.pool, together.unknown, strict=True)) == wanted


@pytest.fixture(scope="module")
def county():
    """A problem of some hundred pools, so that they fill several machine words."""
    sample = generate(3, 150, 40, as_of=AS_OF, invented_places=False)
    return build(sample.referrals, sample.providers, sample.pools, AS_OF, geography.load())


@pytest.mark.usefixtures("limits")
def test_many_words_of_pools(county):
    judge = Judge(county, blocking(GENERAL, ["age", "gender"]))
    every = np.arange(county.size[0]), np.arange(county.size[1])
    failed, unknown = judge.bits(*every)
    row, pool = np.nonzero(judge.barred(failed, unknown) == 0)
    found = candidates(judge)
    assert len(row) > 50
    assert found.referral.tolist() == row.tolist()
    assert found.pool.tolist() == pool.tolist()
    assert found.unknown.tolist() == unknown[row, pool].tolist()
    assert judge.unknown_of(row, pool).tolist() == unknown[row, pool].tolist()
    assert Sieve(judge).count() == len(row)


def test_only_what_is_asked_for_is_listed(county):
    judge = Judge(county, GENERAL)
    every = candidates(judge)
    asked: list[int] = []

    def wanted(people, pools):
        asked.append(len(people))
        return (people + pools) % 3 == 0

    some = gathered(Sieve(judge).blocks(wanted), county.size[0])
    keep = (every.referral + every.pool) % 3 == 0
    assert sum(asked) == len(every)
    assert some.referral.tolist() == every.referral[keep].tolist()
    assert some.pool.tolist() == every.pool[keep].tolist()
    assert some.unknown.tolist() == every.unknown[keep].tolist()


def test_pools_and_people_barred_from_everything_are_left_out():
    here = known_referral("R1")
    gone = known_referral("R2", presence=w.Presence.MISSING)
    home, lapsed = known_home("P1"), known_home("P2", licence_status=w.LicenceStatus.REVOKED)
    judge = Judge(
        problem([here, gone], [home, lapsed], [known_pool("P1"), known_pool("P2")]), GENERAL
    )
    assert judge.of_use.tolist() == [True, False]
    assert judge.of_use_people.tolist() == [True, False]
    assert [(b.referral.tolist(), b.pool.tolist()) for b in Sieve(judge).blocks()] == [
        ([0], [0])
    ]


def test_a_rule_that_asks_is_asked_about_and_not_barred():
    judge = Judge(problem(known_referral(), known_home(funding=None), known_pool()), GENERAL)
    (block,) = Sieve(judge).blocks()
    bound = next(b for b in judge.bound if b.rule.code == "funding")
    assert bound.verdict.pairs(np.array([0]), np.array([0])) == Verdict.UNKNOWN
    assert int(block.unknown[0]) >> bound.bit & 1


@pytest.mark.parametrize("parts", [((), ()), (known_referral(), ()), ((), known_home())])
def test_nothing_to_strain(parts):
    sieve = Sieve(Judge(problem(*parts), GENERAL))
    assert sieve.count() == 0
    assert list(sieve.blocks()) == []
