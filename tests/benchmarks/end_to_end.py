"""Time from two files to a verified plan, by stage, beside other solvers.

    python -m tests.benchmarks.end_to_end [--sizes 100x150 1000x1500] [--patience 120]
    python -m tests.benchmarks.end_to_end --sizes 400000x200000 --uncoupled --miles 25
    ... --most-pairs 120000000 --rivals "OR-Tools flow call" --patience 1500

Sizes are referrals x providers. Every part runs in a process of its own, so
that its memory is its own; a rival that takes longer than the patience is
stopped, and the table says so. The rivals know of no ties between people, so
the sample has none: no groups, no people kept apart, beds for one gender, no
spreads of ages and no limits. Large sizes lie in real counties all over the
country; with ``--folder`` the files are kept and used again.
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
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SIZES = ("100x150", "1000x1500", "10000x15000", "50000x40000")
STAGES = ("read and check", "freeze", "rules", "fit", "flow", "proof", "lottery", "check")
AS_OF = datetime(2026, 11, 22, 22, tzinfo=UTC)
SEED = 1
#: From so many providers on, the sample lies in real counties: there are not as
#: many invented ones.
NATIONAL = 20_000
#: Most pairs that are listed for the rivals.
MOST_PAIRS = 40_000_000


def _peak() -> float:
    """Largest memory of this process so far, in gigabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def write_files(referrals: int, providers: int, folder: Path) -> None:
    """Draw a sample in which nothing ties anybody, and write its two files."""
    from matching.domain.words import Gender
    from matching.intake.sample import generate
    from matching.intake.template import providers_csv, referrals_csv

    sample = generate(
        SEED,
        providers,
        referrals,
        as_of=AS_OF,
        ties=False,
        invented_places=providers < NATIONAL,
    )
    locks = (Gender.FEMALE, Gender.MALE)
    pools = []
    for number, pool in enumerate(sample.pools):
        here = [lock for lock in locks if pool.genders is None or lock in pool.genders] or locks
        lock = here[number % len(here)]
        genders = None if pool.genders is None else frozenset({lock})
        pools.append(replace(pool, genders=genders, gender_lock=lock, age_spread_max=None))
    homes = [replace(home, high_acuity_limit=None) for home in sample.providers]
    (folder / "providers.csv").write_text(providers_csv(homes, pools), "utf-8")
    (folder / "referrals.csv").write_text(referrals_csv(sample.referrals), "utf-8")


def plan_files(folder: Path, miles: int | None, most: int) -> dict[str, Any]:
    """Make a verified plan from the two files; keep the network for the rivals."""
    from ortools.graph.python import min_cost_flow

    from matching.domain import geography, policy
    from matching.engine.problem import build
    from matching.engine.solve import work_out
    from matching.intake.load import LARGE, load_providers, load_referrals
    from tests.benchmarks import rivals

    calls: list[float] = []

    class Timed(min_cost_flow.SimpleMinCostFlow):
        """The same solver, with a watch on its call."""

        def solve(self) -> Any:
            began = time.perf_counter()
            status = super().solve()
            calls.append(time.perf_counter() - began)
            return status

    geography.load()  # read once in the life of a server
    seconds: dict[str, float] = {}
    began = time.perf_counter()
    homes = load_providers((folder / "providers.csv").read_bytes(), "providers", limits=LARGE)
    people = load_referrals((folder / "referrals.csv").read_bytes(), "people", limits=LARGE)
    seconds["read and check"] = time.perf_counter() - began
    began = time.perf_counter()
    problem = build(people.referrals, homes.providers, homes.pools, AS_OF, geography.load())
    issues = len(homes.issues) + len(people.issues)
    del homes, people
    seconds["freeze"] = time.perf_counter() - began
    general = policy.load("general")
    if miles is not None:
        parameters = {**general.rules["distance"].parameters, "max_miles": miles}
        general = general.with_rule("distance", parameters=parameters)
    min_cost_flow.SimpleMinCostFlow = Timed
    solution = work_out(problem, general)
    plan = solution.plan
    found = {
        "seconds": {**seconds, **plan.seconds},
        "solver": sum(calls),
        "calls": len(calls),
        "peak": _peak(),
        "problems": issues,
        "pairs": plan.pairs,
        "eligible": plan.eligible,
        "listed": len(solution.pairs),
        "rounds": 0 if solution.pricing is None else solution.pricing.rounds,
        "placed": len(plan.referral),
        "people": problem.size[0],
        "status": plan.status,
        "verified": plan.verified,
    }
    if plan.eligible <= most:
        found["objective"] = rivals.save_network(solution, folder / "network.npz")
    return found


def pandas_files(folder: Path) -> dict[str, Any]:
    """Read the two files with pandas, as they are and unchecked."""
    import pandas as pd

    began = time.perf_counter()
    rows = [len(pd.read_csv(folder / f"{name}.csv")) for name in ("providers", "referrals")]
    return {"seconds": time.perf_counter() - began, "rows": rows}


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


def in_child(*words: str, patience: float | None = None) -> dict[str, Any] | str:
    """Run a part in a process of its own; a text says why there is no result."""
    command = [sys.executable, "-m", "tests.benchmarks.end_to_end", *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=patience)  # noqa: S603
    except subprocess.TimeoutExpired:
        return f"stopped after {patience:.0f} s"
    if done.returncode:
        said = done.stderr.strip().splitlines()
        return f"failed: {said[-1] if said else done.returncode}"
    return dict(json.loads(done.stdout))


def one_size(size: str, options: argparse.Namespace) -> list[str]:
    """Measure one size and return the lines of its report."""
    from tests.benchmarks.rivals import RIVALS

    referrals, providers = (int(part) for part in size.split("x"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.folder:
            folder = Path(options.folder) / size
            folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "referrals.csv").exists():
            write_files(referrals, providers, folder)
        where = str(folder)
        more = [] if options.miles is None else ["--miles", str(options.miles)]
        more += ["--most-pairs", str(options.most_pairs)]
        if options.processor:
            more.append("--processor")
        plan = in_child("--part", "plan", where, *more)
        if isinstance(plan, str):
            return [f"## {referrals:,} x {providers:,}", "", plan, ""]
        plain = in_child("--part", "pandas", where, *more)
        lines = report(f"{referrals:,} referrals x {providers:,} providers", plan)
        found = {}
        for label in options.rivals or RIVALS if "objective" in plan else ():
            found[label] = in_child(
                "--part", "rival", where, label, *more, patience=options.patience
            )
            lines.append(compared(label, plan, found[label]))
        (folder / "network.npz").unlink(missing_ok=True)
    return [*lines, *multiples(plan, plain, found.get("OR-Tools flow call", "")), ""]


def multiples(
    plan: dict[str, Any], plain: dict[str, Any] | str, raw: dict[str, Any] | str
) -> list[str]:
    """Return the line that compares the whole with its smallest parts."""
    total = sum(plan["seconds"].values())
    said = []
    if not isinstance(raw, str) and raw["solver"]:
        said.append(f"{total / raw['solver']:.2f} times the raw flow call on the same pairs")
    if not isinstance(plain, str):
        times = plan["seconds"]["read and check"] / plain["seconds"]
        said.append(
            f"{total / plain['seconds']:.1f} times what pandas takes to read the two files "
            f"({plain['seconds']:.2f} s; reading and checking them here, {times:.1f} times)"
        )
    return ["", f"From files to plan: {'; '.join(said)}."] if said else []


def report(title: str, plan: dict[str, Any]) -> list[str]:
    """Return the lines on the plan itself."""
    spent: dict[str, float] = plan["seconds"]
    total = sum(spent.values())
    outside = total - plan["solver"]
    cells = [f"{spent.get(stage, 0.0):.2f}" for stage in STAGES]
    listed = "all listed"
    if plan["rounds"]:
        listed = f"{plan['listed']:,} listed, all priced in {plan['rounds']} rounds, violated 0"
    return [
        f"## {title}",
        "",
        f"{plan['pairs']:,} pairs, {plan['eligible']:,} eligible, {listed}; "
        f"{plan['placed']:,} of "
        f"{plan['people']:,} placed; {plan['status']}, "
        f"{'verified' if plan['verified'] else 'NOT VERIFIED'}; "
        f"{plan['problems']} problems in the files; peak {plan['peak']:.2f} GB; "
        f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.",
        "",
        f"| {' | '.join(STAGES)} | total | {plan['calls']} solver calls | outside |",
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


def part(
    what: str, folder: Path, name: list[str], miles: int | None, most: int
) -> dict[str, Any]:
    """Run one part in this process."""
    if what == "plan":
        return plan_files(folder, miles, most)
    return pandas_files(folder) if what == "pandas" else rival(name[0], folder)


def main(words: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Time from two files to a verified plan.")
    parser.add_argument("--sizes", nargs="+", default=SIZES, metavar="REFERRALSxPROVIDERS")
    parser.add_argument("--patience", type=float, default=120.0, help="seconds for each rival")
    parser.add_argument("--miles", type=int, help="how far from home; else as the policy says")
    parser.add_argument("--rivals", nargs="+", help="only these; else all")
    parser.add_argument("--most-pairs", type=int, default=MOST_PAIRS, help="listed for rivals")
    parser.add_argument("--folder", help="keep the files here, or use those that are there")
    parser.add_argument(
        "--uncoupled", action="store_true", help="nothing ties people (as always here)"
    )
    parser.add_argument(
        "--processor",
        action="store_true",
        help="seconds of the processor, where other work shares the machine",
    )
    parser.add_argument("--part", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args(words)
    if options.processor:
        time.perf_counter = time.process_time
    if options.part:
        what, folder, *name = options.part
        found = part(what, Path(folder), name, options.miles, options.most_pairs)
        sys.stdout.write(json.dumps(found))
        return 0
    for size in options.sizes:
        sys.stdout.write("\n".join(one_size(size, options)) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
