"""How long the planner takes on a region: ``python -m tests.benchmarks.planner``.

A drawn region with homes of which some could be trained, licensed or certified,
beds that could be added, and homes that could open. Processor time is told
beside the time that passed, since the machine may be shared.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

import numpy as np

from matching.engine.effort import Effort
from matching.engine.planning import exact
from matching.engine.planning.curve import bed_curve
from matching.engine.planning.market import Budget, Market
from matching.engine.planning.network import Network
from matching.engine.planning.search import Found, search

#: Share of people for whom a home of their kind and distance is fit.
_NEAREST = 30


def region(people: int, homes: int, options: int, seed: int = 1) -> Market:
    """Draw a region of people and homes around towns, and things that could be done."""
    rng = np.random.default_rng(seed)
    towns = rng.random((max(3, people // 300), 2))
    where = towns[rng.integers(0, len(towns), people)] + rng.normal(0, 0.04, (people, 2))
    site = towns[rng.integers(0, len(towns), homes)] + rng.normal(0, 0.04, (homes, 2))
    need, serves = rng.integers(0, 6, people), rng.integers(0, 6, (homes, 4))
    room = rng.choice([0, 1, 2, 3], homes, p=[0.35, 0.4, 0.18, 0.07])
    lacking = rng.choice(homes, min(homes, int(options * 0.8)), replace=False)
    home = np.sort(np.concatenate([lacking, rng.choice(lacking, options - len(lacking))]))
    slot = np.array([int((home[:k] == home[k]).sum()) for k in range(options)], dtype=np.int64)
    keep = slot < 4
    home, slot = home[keep], slot[keep]
    room[home] = np.maximum(room[home], 1)
    size = np.bincount(home, minlength=homes)
    person, pool, opened = [], [], []
    for i in range(people):
        fit = (serves == need[i]).any(axis=1)
        far = ((site - where[i]) ** 2).sum(axis=1)
        near = np.flatnonzero(fit)[np.argsort(far[fit])[:_NEAREST]]
        for j in near.tolist():
            sets = 1 << int(size[j])
            wants = int(rng.integers(min(1, sets - 1), sets)) if rng.random() < 0.97 else 0
            person.append(i)
            pool.append(j)
            opened.append(sum(1 << s for s in range(sets) if s & wants == wants))
    return Market(
        tier=rng.integers(0, 4, people),
        tiers=4,
        person=np.array(person, dtype=np.int64),
        pool=np.array(pool, dtype=np.int64),
        opened=np.array(opened, dtype=np.uint64),
        owner=np.arange(homes, dtype=np.int64),
        pool_room=room.astype(np.int64),
        home_room=np.maximum(room, 1).astype(np.int64),
        home=home.astype(np.int64),
        slot=slot,
        kind=rng.integers(0, 3, len(home)),
        bed_limit=np.where(rng.random(homes) < 0.3, 2, 0).astype(np.int64),
    )


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def timed(what: str, run: Callable[[], Found]) -> None:
    """Run a search and print what it took and found."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = run()
    say(
        f"{what}: {time.perf_counter() - wall:.1f} s ({time.process_time() - cpu:.1f} s of "
        f"processor), {len(found.taken)} changes and {int(found.outcome.beds.sum())} beds, "
        f"{found.outcome.placed} with a place, "
        f"{'proven' if found.proven else f'at most {found.more} more'}"
    )


def main() -> None:
    """Measure regions of several sizes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", nargs="*", default=["1500x900", "3000x1800", "10000x6000"])
    parser.add_argument("--options", type=int, default=200)
    wanted = parser.parse_args()
    for size in wanted.sizes:
        people, homes = (int(n) for n in size.split("x"))
        measure(people, homes, wanted.options)


def measure(people: int, homes: int, options: int) -> None:
    """Measure one region."""
    m = region(people, homes, options)
    base = Network(m, Budget()).run(values=False).placed
    b = Budget(options=(6, 4, 4), beds=10)
    say(
        f"{people:,} people, {homes:,} homes, {m.options} options, {len(m.person):,} pairs, "
        f"{exact.columns(m, b):,} columns; {base} have a place"
    )
    begun = time.process_time()
    curve = bed_curve(Network(m, b), 30)
    say(
        f"  the curve of 30 beds: {time.process_time() - begun:.1f} s of processor, "
        f"{sum(curve[30]) - base} more"
    )
    said: list[str] = []
    timed("  searched", lambda: search(m, b, progress=said.append))
    say(f"  told {len(said)} times what it was doing")
    timed("  stopped after 2 s", lambda: search(m, b, effort=Effort(2.0)))


if __name__ == "__main__":
    main()
