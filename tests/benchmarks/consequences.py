"""Time what follows a plan: its proof, every alternative, every bed.

    python -m tests.benchmarks.consequences [--sizes 300x300 1000x1500] [--ties]

Sizes are referrals x providers. Times are processor seconds of this process,
so that a busy machine changes them little. With ``--ties`` people are tied
to one another as in the sample; a few alternatives are then answered by making
the plan again, and the rest by chains that surely can be made.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from matching.domain import geography
from matching.domain.policy import Policy, load
from matching.engine.beds import Beds
from matching.engine.certificate import certificate, check_certificate
from matching.engine.consequences import Alternatives
from matching.engine.effort import Effort
from matching.engine.problem import build
from matching.engine.reach import Reaches
from matching.engine.solution import Solution
from matching.engine.solve import work_out
from matching.intake.sample import generate

SIZES = ("300x300", "1000x1500", "5000x7000")
AS_OF = datetime(2026, 11, 22, 22, tzinfo=UTC)
SEED = 1
#: Rules that tie people who are in no group and in no conflict.
SHARED = ("resident-gender", "resident-age", "acuity")
#: Cases asked one by one, and alternatives for which the plan is made again.
CASES, AGAIN = 100, 5
AT_ONCE = Effort(0.0)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the processor seconds of some work, and what came of it."""
    began = time.process_time()
    found = work()
    return time.process_time() - began, found


def plan(referrals: int, providers: int, *, ties: bool) -> tuple[float, Solution]:
    """Draw a region and make its plan."""
    drawn = generate(SEED, providers, referrals, as_of=AS_OF, ties=ties)
    problem = build(drawn.referrals, drawn.providers, drawn.pools, AS_OF, geography.load())
    policy: Policy = load("general")
    for code in () if ties else SHARED:
        policy = policy.with_rule(code, on=False)
    return timed(lambda: work_out(problem, policy))


def _asked(alternatives: Alternatives, cases: list[int]) -> int:
    return sum(len(alternatives.of(i, AT_ONCE)) for i in cases)


def _again(alternatives: Alternatives, cases: list[int]) -> int:
    """Answer some alternatives in full that a chain alone does not settle."""
    seen = 0
    for i in cases:
        for one in alternatives.of(i, AT_ONCE):
            if not one.exact and seen < AGAIN:
                alternatives.consequence(i, one.pool)
                seen += 1
    return seen


def one_size(size: str, *, ties: bool) -> list[str]:
    """Measure one size and return the lines of its report."""
    referrals, providers = (int(part) for part in size.split("x"))
    seconds, solution = plan(referrals, providers, ties=ties)
    alternatives = Alternatives(solution)
    cases = list(range(0, referrals, max(1, referrals // CASES)))
    without = [k for k in range(referrals) if solution.chosen[k] < 0]
    rows = [("plan", seconds, f"{len(solution.plan.referral):,} placed")]

    def row(what: str, work: Callable[[], Any], count: Callable[[Any], str]) -> None:
        took, found = timed(work)
        rows.append((what, took, count(found)))

    row("proof", lambda: certificate(solution, alternatives.networks), _proof)
    proof = certificate(solution, alternatives.networks)
    row(
        "proof checked from the records",
        lambda: check_certificate(solution.problem, solution.policy, solution.plan, proof),
        lambda wrong: "; ".join(wrong) or "holds",
    )
    row(
        "all alternatives of all",
        alternatives.all,
        lambda found: f"{int(found.known.sum()):,} of {len(solution.pairs):,} pairs",
    )
    row(
        f"alternatives of {len(cases)} cases, chains",
        lambda: _asked(alternatives, cases),
        lambda number: f"{number:,} alternatives",
    )
    if ties:
        row(
            "by making the plan again",
            lambda: _again(alternatives, cases),
            lambda number: f"{number} alternatives",
        )
    row(
        "who competes, everybody without a place",
        lambda: [Reaches(solution).of(k) for k in without[:CASES]],
        lambda found: f"{len(found)} cases",
    )
    row(
        "one more bed in every pool",
        lambda: Beds(alternatives).of_pools(),
        lambda found: f"{sum(v.useful for v in found):,} of {len(found):,} of use",
    )
    title = f"## {referrals:,} referrals x {providers:,} providers{', tied' if ties else ''}"
    table = [f"| {what} | {took:.3f} | {said} |" for what, took, said in rows]
    return [title, "", "| what | seconds | |", "|---|---|---|", *table, ""]


def _proof(found: Any) -> str:
    searched = sum(one.people for one in found.searched)
    return f"{found.people:,} people by prices, {searched:,} by search; {found.pairs:,} pairs"


def main(words: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Time what follows a plan.")
    parser.add_argument("--sizes", nargs="+", default=SIZES, metavar="REFERRALSxPROVIDERS")
    parser.add_argument("--ties", action="store_true", help="with people tied to one another")
    options = parser.parse_args(words)
    for size in options.sizes:
        sys.stdout.write("\n".join(one_size(size, ties=options.ties)) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
