"""The rules that bar one pair are those that the judge tells."""

from __future__ import annotations

import numpy as np
import pytest

from matching.domain import policy as policies
from matching.engine.judge import BIT, Judge
from matching.engine.rules.base import Verdict
from matching.engine.single import barring
from matching.intake.sample import generate
from tests.builders import NOW, problem


@pytest.mark.parametrize("name", ["general", "florida", "texas"])
def test_one_pair_is_told_as_among_many(name):
    sample = generate(5, 25, 20, as_of=NOW)
    whole = problem(sample.referrals, sample.providers, sample.pools)
    policy = policies.load(name)
    judge = Judge(whole, policy)
    rows, pools = np.arange(whole.size[0]), np.arange(whole.size[1])
    failed, unknown = judge.bits(rows, pools)
    barred = judge.barred(failed, unknown)
    seen = set()
    for i in range(0, whole.size[0], 3):
        for j in range(0, whole.size[1], 4):
            found = barring(whole, policy, i, j)
            assert sum(1 << BIT[code] for code in found) == int(barred[i, j])
            for code, verdict in found.items():
                fails = bool(int(failed[i, j]) >> BIT[code] & 1)
                assert verdict is (Verdict.FAIL if fails else Verdict.UNKNOWN)
            seen |= set(found)
    assert len(seen) > 5
