"""Time from two files to a verified plan, by stage, beside other solvers.

    python -m tests.benchmarks.end_to_end [--sizes 100x150 1000x1500] [--patience 120]

Sizes are referrals x providers. Every part runs in a process of its own, so
that its memory is its own; a rival that takes longer than the patience is
stopped, and the table says so. The sample has no ties between people, since
the rivals know of none.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SIZES = ("100x150", "1000x1500", "10000x15000", "50000x40000")
STAGES = ("read and check", "freeze", "rules", "fit", "flow", "proof", "lottery", "check")
AS_OF = datetime(2026, 11, 22, 22, tzinfo=UTC)
SEED = 1


def _peak() -> float:
    """Largest memory of this process so far, in gigabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def write_files(referrals: int, providers: int, folder: Path) -> None:
    """Draw a sample and write its two files."""
    from matching.intake.sample import generate
    from matching.intake.template import providers_csv, referrals_csv

    sample = generate(SEED, providers, referrals, as_of=AS_OF, ties=False)
    homes = providers_csv(sample.providers, sample.pools)
    (folder / "providers.csv").write_text(homes, "utf-8")
    (folder / "referrals.csv").write_text(referrals_csv(sample.referrals), "utf-8")


def plan_files(folder: Path) -> dict[str, Any]:
    """Make a verified plan from the two files; keep the network for the rivals."""
    from ortools.graph.python import min_cost_flow

    from matching.domain import geography, policy
    from matching.engine import flow, solve
    from matching.engine.problem import build
    from matching.intake.load import LARGE, load_providers, load_referrals
    from tests.benchmarks import rivals

    calls: list[float] = []
    networks: list[flow.Network] = []
    plain_solve = flow.solve

    class Timed(min_cost_flow.SimpleMinCostFlow):
        """The same solver, with a watch on its call."""

        def solve(self) -> Any:
            began = time.perf_counter()
            status = super().solve()
            calls.append(time.perf_counter() - began)
            return status

    def recorded(network: flow.Network) -> flow.Flow:
        networks.append(network)
        return plain_solve(network)

    geography.load()  # read once in the life of a server
    seconds: dict[str, float] = {}
    began = time.perf_counter()
    homes = load_providers((folder / "providers.csv").read_bytes(), "providers", limits=LARGE)
    people = load_referrals((folder / "referrals.csv").read_bytes(), "people", limits=LARGE)
    seconds["read and check"] = time.perf_counter() - began
    began = time.perf_counter()
    problem = build(people.referrals, homes.providers, homes.pools, AS_OF, geography.load())
    seconds["freeze"] = time.perf_counter() - began
    general = policy.load("general")
    min_cost_flow.SimpleMinCostFlow, flow.solve = Timed, recorded
    plan = solve.solve(problem, general)
    rivals.save(networks[0], folder / "network.npz")
    return {
        "seconds": {**seconds, **plan.seconds},
        "solver": sum(calls),
        "peak": _peak(),
        "problems": len(homes.issues) + len(people.issues),
        "pairs": plan.pairs,
        "eligible": plan.eligible,
        "placed": len(plan.referral),
        "people": problem.size[0],
        "status": plan.status,
        "verified": plan.verified,
        "objective": int(plain_solve(networks[0]).objective),
    }


def rival(name: str, folder: Path) -> dict[str, Any]:
    """Solve the kept network another way."""
    from tests.benchmarks import rivals

    found = rivals.RIVALS[name](rivals.load(folder / "network.npz"))
    return {
        "solver": found.solver_seconds,
        "seconds": found.seconds,
        "objective": found.objective,
        "placed": found.placed,
        "peak": _peak(),
    }


def in_child(*words: str, patience: float | None) -> dict[str, Any] | str:
    """Run a part in a process of its own; a text says why there is no result."""
    command = [sys.executable, "-m", "tests.benchmarks.end_to_end", "--part", *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=patience)  # noqa: S603
    except subprocess.TimeoutExpired:
        return f"stopped after {patience:.0f} s"
    if done.returncode:
        return f"failed: {done.stderr.strip().splitlines()[-1]}"
    return dict(json.loads(done.stdout))


def one_size(size: str, patience: float) -> list[str]:
    """Measure one size and return the lines of its report."""
    from tests.benchmarks.rivals import RIVALS

    referrals, providers = (int(part) for part in size.split("x"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_files(referrals, providers, folder)
        plan = in_child("plan", name, patience=None)
        if isinstance(plan, str):
            return [f"## {referrals:,} x {providers:,}", "", plan, ""]
        lines = report(f"{referrals:,} referrals x {providers:,} providers", plan)
        for label in RIVALS:
            lines.append(
                compared(label, plan, in_child("rival", name, label, patience=patience))
            )
    return [*lines, ""]


def report(title: str, plan: dict[str, Any]) -> list[str]:
    """Return the lines on the plan itself."""
    spent: dict[str, float] = plan["seconds"]
    total = sum(spent.values())
    outside = total - plan["solver"]
    cells = [f"{spent.get(stage, 0.0):.2f}" for stage in STAGES]
    return [
        f"## {title}",
        "",
        f"{plan['pairs']:,} pairs, {plan['eligible']:,} eligible; {plan['placed']:,} of "
        f"{plan['people']:,} placed; {plan['status']}, "
        f"{'verified' if plan['verified'] else 'NOT VERIFIED'}; "
        f"{plan['problems']} problems in the files; peak {plan['peak']:.2f} GB; "
        f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.",
        "",
        f"| {' | '.join(STAGES)} | total | solver calls | outside |",
        "|" + "---|" * (len(STAGES) + 3),
        f"| {' | '.join(cells)} | {total:.2f} | {plan['solver']:.2f} | {outside:.2f} |",
        "",
        "| the same pairs and costs | solver s | with its set-up s | objective | placed | GB |",
        "|---|---|---|---|---|---|",
    ]


def compared(label: str, plan: dict[str, Any], found: dict[str, Any] | str) -> str:
    """Return the row of one rival."""
    if isinstance(found, str):
        return f"| {label} | {found} | | | | |"
    gap = found["objective"] - plan["objective"]
    same = "equal" if gap == 0 else f"off by {gap:+.3g}"
    return (
        f"| {label} | {found['solver']:.2f} | {found['seconds']:.2f} | {same} "
        f"| {found['placed']:,} | {found['peak']:.2f} |"
    )


def main(words: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Time from two files to a verified plan.")
    parser.add_argument("--sizes", nargs="+", default=SIZES, metavar="REFERRALSxPROVIDERS")
    parser.add_argument("--patience", type=float, default=120.0, help="seconds for each rival")
    parser.add_argument("--part", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args(words)
    if options.part:
        what, folder, *name = options.part
        found = plan_files(Path(folder)) if what == "plan" else rival(name[0], Path(folder))
        sys.stdout.write(json.dumps(found))
        return 0
    for size in options.sizes:
        sys.stdout.write("\n".join(one_size(size, options.patience)) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
