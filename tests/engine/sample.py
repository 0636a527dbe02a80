"""Plans for a sample region, larger than what can be tried out by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from matching.domain import geography
from matching.engine.problem import build
from matching.engine.solution import Solution
from matching.engine.solve import work_out
from matching.intake.sample import generate
from tests.engine.oracle import untied
from tests.engine.small import GENERAL

AS_OF = datetime(2026, 11, 22, 22, tzinfo=UTC)


@cache
def sample_solution(referrals: int, providers: int, *, ties: bool = False) -> Solution:
    """Return the plan of a drawn region; nothing ties anybody unless asked for."""
    drawn = generate(1, providers, referrals, as_of=AS_OF, ties=ties)
    one = build(drawn.referrals, drawn.providers, drawn.pools, AS_OF, geography.load())
    return work_out(one, GENERAL if ties else untied(GENERAL))
