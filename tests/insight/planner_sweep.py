"""The planner against every set of actions, over many draws.

Run ``python -m tests.insight.planner_sweep``.
The tests do a few of these; this does as many as asked for, with people tied
to one another as well.
"""

from __future__ import annotations

import argparse
import sys

from matching.engine.solve import work_out
from matching.insight.planner import Planner, best_choice, placed
from matching.insight.scenario import tried
from tests.engine.small import GENERAL
from tests.insight.test_planner import ASKS, PLAIN, best_of_all, region


def main() -> int:
    """Compare as many draws as asked for; 1 if any differs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--first", type=int, default=0)
    wanted = parser.parse_args()
    compared = proofs = helped = 0
    for seed in range(wanted.first, wanted.first + wanted.seeds):
        for tied in (False, True):
            solution = work_out(region(seed, tied=tied), GENERAL if tied else PLAIN)
            planner = Planner(solution, ASKS[seed % len(ASKS)])
            best, proven, at_most = best_choice(planner)
            slow = best_of_all(solution, planner)
            again = placed(tried(solution, best.choice.steps).after)
            right = best.after == again and best.after <= slow and sum(slow) <= at_most
            if not right or (proven and best.after != slow) or (not tied and not proven):
                sys.stdout.write(f"{seed} tied={tied}: {best.after} against {slow}\n")
                return 1
            compared, proofs = compared + 1, proofs + proven
            helped += slow > placed(solution)
    sys.stdout.write(
        f"{compared} compared, {proofs} proven, something helped in {helped}: no difference\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
