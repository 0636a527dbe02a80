"""Time to place people who are tied together, beside other solvers of the same program.

    python -m tests.benchmarks.coupled [--sizes 300x300 1000x1500] [--patience 120]

Sizes are referrals x providers. One referral in ten is in a pair of siblings,
one in twenty is to be kept apart from another. Every solver runs in a process
of its own; one that is not done within the patience says what it has by then.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from typing import Any

SIZES = ("300x300", "1000x1500", "5000x7000", "20000x15000")
SEED = 1
COLUMNS = (
    "solver",
    "placed by tier",
    "wait bands",
    "ICWA",
    "cost",
    "seconds",
    "times",
    "proven",
    "gap",
    "GB",
)
#: Time that laying out a program may take on top of the patience, in seconds.
SPARE = 60.0


def _outcome(component: Any, chosen: Any, **more: Any) -> dict[str, Any]:
    """Say what a choice reaches, worked out again in whole numbers."""
    from matching.engine.component import counts, keeps, value
    from matching.engine.weights import weigh

    reached = value(component, chosen)
    return {
        "placed": counts(component, chosen).tolist(),
        "reached": list(reached),
        "total": weigh(component).worth(reached),
        "kept": bool(keeps(component, chosen)),
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
        **more,
    }


def engine(component: Any, patience: float) -> dict[str, Any]:
    """Solve with the engine."""
    from matching.engine.coupled import solve
    from matching.engine.effort import Effort

    began = time.perf_counter()
    found = solve(component, Effort(patience))
    seconds = time.perf_counter() - began
    proven = not any(found.more) and found.gap == 0
    gap = "0" if proven else f"people {list(found.more)}, cost {found.gap}"
    return _outcome(component, found.chosen, seconds=seconds, proven=proven, gap=gap)


def cp_sat(component: Any, patience: float) -> dict[str, Any]:
    """Solve the same program with CP-SAT, all aims in one total."""
    import numpy as np
    from ortools.sat.python import cp_model

    from matching.engine.weights import weigh

    began = time.perf_counter()
    model = cp_model.CpModel()
    rows = _rows(component)
    columns = _columns(component)
    used = [model.new_bool_var("") for _ in range(columns)]
    order = np.argsort(rows.row, kind="stable")
    ends = np.searchsorted(rows.row[order], np.arange(len(rows) + 1))
    variable, weight = rows.column[order].tolist(), rows.weight[order].tolist()
    for k in range(len(rows)):
        span = slice(int(ends[k]), int(ends[k + 1]))
        low = -(2**40) if np.isinf(rows.low[k]) else int(rows.low[k])
        high = 2**40 if np.isinf(rows.high[k]) else int(rows.high[k])
        terms = cp_model.LinearExpr.weighted_sum(
            [used[a] for a in variable[span]], weight[span]
        )
        model.add_linear_constraint(terms, low, high)
    gain = weigh(component).gain().tolist()
    model.minimize(cp_model.LinearExpr.weighted_sum(used[: len(gain)], gain))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = patience
    solver.parameters.num_workers = os.cpu_count() or 1
    status = solver.solve(model)
    seconds = time.perf_counter() - began
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return {"seconds": seconds, "nothing": True}
    taken = np.flatnonzero([solver.boolean_value(one) for one in used[: len(gain)]])
    left = solver.objective_value - solver.best_objective_bound
    proven = status == cp_model.OPTIMAL
    gap = "0" if proven else f"{left / max(1.0, abs(solver.objective_value)):.2%} of the total"
    return _outcome(
        component, _chosen(component, taken), seconds=seconds, proven=proven, gap=gap
    )


def highs(component: Any, patience: float) -> dict[str, Any]:
    """Solve the same program with HiGHS, all pairs and all aims in one run."""
    import numpy as np

    from matching.engine.effort import Effort
    from matching.engine.program import whole
    from matching.engine.weights import weigh

    began = time.perf_counter()
    columns = _columns(component)
    gain = np.zeros(columns, dtype=np.int64)
    gain[: len(component.person)] = weigh(component).gain()
    answer = whole(gain, _rows(component), np.arange(columns), Effort(patience))
    seconds = time.perf_counter() - began
    if answer.values is None:
        return {"seconds": seconds, "nothing": True}
    taken = np.flatnonzero(answer.values[: len(component.person)] > 0.5)
    total = int(gain[taken].sum())
    gap = (
        "0"
        if answer.proven
        else f"{(total - answer.bound) / max(1, abs(total)):.2%} of the total"
    )
    chosen = _chosen(component, taken)
    return _outcome(component, chosen, seconds=seconds, proven=answer.proven, gap=gap)


SOLVERS = {"engine": engine, "CP-SAT, one total": cp_sat, "HiGHS, one run": highs}


def _rows(component: Any) -> Any:
    from matching.engine.rows import flow_rows, mode_rows, tie_rows

    modes = mode_rows(component, range(len(component.modes)))
    return flow_rows(component).and_also(tie_rows(component), modes)


def _columns(component: Any) -> int:
    from matching.engine.rows import mode_columns

    return int(mode_columns(component)[-1])


def _chosen(component: Any, taken: Any) -> Any:
    import numpy as np

    chosen = np.full(component.people, -1, dtype=np.int64)
    chosen[component.person[taken]] = taken
    return chosen


def in_child(solver: str, size: str, patience: float) -> dict[str, Any] | str:
    """Run one solver in a process of its own; a text says why there is no result."""
    command = [sys.executable, "-m", "tests.benchmarks.coupled", "--sizes", size]
    command += ["--patience", str(patience), "--only", solver]
    try:
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, timeout=patience + SPARE
        )
    except subprocess.TimeoutExpired:
        return f"stopped after {patience + SPARE:.0f} s, without a word"
    if done.returncode:
        return f"failed: {done.stderr.strip().splitlines()[-1]}"
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def one_size(size: str, patience: float) -> list[str]:
    """Measure one size and return the lines of its report."""
    from tests.benchmarks.region import region

    people, providers = (int(part) for part in size.split("x"))
    c = region(people, providers, seed=SEED)
    lines = [
        f"## {people:,} referrals x {providers:,} providers",
        "",
        f"{len(c.person):,} eligible pairs, {int(c.provider_room.sum()):,} beds; "
        f"{len(c.groups)} pairs of siblings, {len(c.conflicts)} pairs kept apart; load of the "
        f"machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.",
        "",
        f"| {' | '.join(COLUMNS)} |",
        "|---" * len(COLUMNS) + "|",
    ]
    base = 0.0
    for solver in SOLVERS:
        found = in_child(solver, size, patience)
        if isinstance(found, str):
            lines.append(f"| {solver} | {found} | | | | | | | | |")
            continue
        base = base or found["seconds"]
        lines.append(_row(solver, found, base))
    return [*lines, ""]


def _row(solver: str, found: dict[str, Any], base: float) -> str:
    times = f"{found['seconds']:.2f} | {found['seconds'] / base:.1f}"
    if "nothing" in found:
        return f"| {solver} | nothing found | | | | {times} | no | | |"
    *_, bands, _, icwa, cost = found["reached"]
    words = "yes" if found["proven"] else "no"
    placed = ", ".join(f"{count:,}" for count in found["placed"])
    broken = "" if found["kept"] else " BROKEN"
    return (
        f"| {solver} | {placed}{broken} | {bands:,} | {icwa:,} | {cost:,} | {times} "
        f"| {words} | {found['gap']} | {found['peak']:.2f} |"
    )


def main(words: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Time to place people who are tied together.")
    parser.add_argument("--sizes", nargs="+", default=SIZES, metavar="REFERRALSxPROVIDERS")
    parser.add_argument("--patience", type=float, default=120.0, help="seconds for each solver")
    parser.add_argument("--only", choices=SOLVERS, help=argparse.SUPPRESS)
    options = parser.parse_args(words)
    for size in options.sizes:
        if options.only:
            from tests.benchmarks.region import region

            people, providers = (int(part) for part in size.split("x"))
            found = SOLVERS[options.only](
                region(people, providers, seed=SEED), options.patience
            )
            sys.stdout.write(json.dumps(found) + "\n")
        else:
            sys.stdout.write("\n".join(one_size(size, options.patience)) + "\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
