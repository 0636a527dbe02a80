"""How quick the dashboard stays with many people on it, and whether its memory stays flat.

``python -m tests.benchmarks.people [--people 100] [--minutes 3] [--think 20]`` starts the
dashboard on a record of its own with the sample region, lets so many members of staff in
over loopback, each signed in, and has each of them press, type and turn pages with pauses
between. It prints how long a press took until the page was drawn again, by kind of press
and minute by minute, what failed, the memory of the one process that serves them, and what
the machine gave to others meanwhile. The visitors share the machine with it.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from matching.domain.access import Role
from matching.services import accounts, sessions
from matching.services.desk import COMMAND_LINE, Desk, utc_now
from matching.services.matching import run_plan
from matching.services.samples import ensure_sample
from matching.settings import Settings
from matching.store import open_store
from tests.benchmarks.visitor import Visitor
from tests.browser.conftest import start_server

#: What is measured, and how many hundredths may be slower.
BUDGET_MS, SHARE = 200, 95
#: Visitors that come in each second at the beginning.
ARRIVALS = 5
#: Seconds that they have until they count, in which each page is drawn for the first time.
SETTLING = 30


@dataclass
class Measured:
    """What was measured.

    Attributes
    ----------
    complete : float
        Moment at which everybody has come, with a while for it.
    seconds : dict of str to list of float
        By kind of press, of those after that moment.
    coming : list of float
        Of the presses before it, each the first of its kind for somebody.
    failures : list of str
        What went wrong, by kind.
    looks : int
        Times that a page looked by itself whether anything moved.
    ended : list of (float, float)
        Of every press the moment at which it was over, and its seconds.
    """

    complete: float
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    coming: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    looks: int = 0
    ended: list[tuple[float, float]] = field(default_factory=list)

    def all(self) -> list[float]:
        """Return the seconds of every press."""
        return [one for some in self.seconds.values() for one in some]


def at_share(seconds: list[float], share: int) -> float:
    """Return what so many hundredths stay below, in milliseconds."""
    if len(seconds) < 2:
        return 1000 * max(seconds, default=0.0)
    return 1000 * statistics.quantiles(seconds, n=100)[share - 1]


async def _board(one: Visitor, chance: random.Random) -> None:
    fields = one.labels("text_input")
    await one.write(fields[0], chance.choice(["", "R"]))


async def _open_case(one: Visitor, chance: random.Random) -> None:
    cases = [label for label in one.labels() if label.startswith("R\\-")]
    await one.press(chance.choice(cases))


async def _page(one: Visitor, chance: random.Random) -> None:
    await one.go(chance.choice([path for path in one.pages if path not in ("", "upload")]))


async def _back(one: Visitor, chance: random.Random) -> None:
    del chance
    await one.go("")


#: What a visitor does, over and over: the board, a case, some page, the board.
ROUND: tuple[tuple[str, Callable[[Visitor, random.Random], Awaitable[None]]], ...] = (
    ("type into the board's search", _board),
    ("open a case", _open_case),
    ("turn to a page", _page),
    ("turn to the board", _back),
)


def prepared(url: str, people: int) -> list[str]:
    """Fill a record with the sample region and sign people in; return their cookies."""
    store, now = open_store(url), utc_now()
    desk = Desk(store, COMMAND_LINE, Settings(database_url=url))
    ensure_sample(desk)
    run_plan(desk)
    roles = [Role.ADMIN, *itertools.repeat(Role.WORKER, people)]
    for k, role in enumerate(roles):
        accounts.add(desk, f"person-{k}", role, elsewhere=True)
    with store.transaction() as change:
        staff = [one for one in change.accounts.all() if Role.WORKER in one.roles.values()]
        tokens = [sessions.begin(change, one, store.office, now) for one in staff]
    store.close()
    return [f"session={token}" for token in tokens]


async def _visit(
    number: int, address: str, cookie: str, until: float, think: float, measured: Measured
) -> None:
    chance = random.Random(number)
    await asyncio.sleep(number / ARRIVALS)
    one = Visitor(address, cookie)
    try:
        await one.open()
        # People are not in step: each begins somewhere else in the round.
        first = number % len(ROUND)
        while time.monotonic() < until:
            for name, act in (*ROUND[first:], *ROUND[:first]):
                await one.rest(think * chance.uniform(0.5, 1.5))
                begun = time.perf_counter()
                await act(one, chance)
                seconds = time.perf_counter() - begun
                measured.ended.append((time.monotonic(), seconds))
                there = time.monotonic() > measured.complete
                (measured.seconds[name] if there else measured.coming).append(seconds)
    except Exception as error:  # a benchmark counts what goes wrong and goes on
        measured.failures.append(type(error).__name__)
    finally:
        measured.looks += one.looks
        await one.close()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def memory_mb(process: int) -> float:
    """Return the resident memory of a process, in megabytes."""
    status = Path(f"/proc/{process}/status").read_text("ascii")
    (line,) = (text for text in status.splitlines() if text.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def processor_time() -> tuple[int, int]:
    """Return how long the processors were somebody else's, and in all, in ticks.

    The first is what a machine that is shared took away ("steal" in proc(5)).
    """
    first, *_ = Path("/proc/stat").read_text("ascii").splitlines()
    ticks = [int(number) for number in first.split()[1:9]]
    return ticks[7], sum(ticks)


@dataclass(frozen=True)
class Glance:
    """One look at the machine: seconds since the beginning, megabytes, ticks."""

    at: float
    memory: float
    stolen: int
    ticks: int


async def _watch(process: int, until: float, seen: list[Glance]) -> None:
    begun = time.monotonic()
    while time.monotonic() < until:
        seen.append(Glance(time.monotonic() - begun, memory_mb(process), *processor_time()))
        await asyncio.sleep(5)


def minutes_of(measured: Measured, seen: list[Glance], coming: float) -> Iterator[str]:
    """Say of each minute how late presses were, what memory was, and what was taken away."""
    begun = measured.complete - coming
    last = int(seen[-1].at // 60)
    for minute in range(last + 1):
        looks = [one for one in seen if one.at // 60 == minute]
        late = [took for ended, took in measured.ended if (ended - begun) // 60 == minute]
        ticks = looks[-1].ticks - looks[0].ticks
        stolen = (looks[-1].stolen - looks[0].stolen) / ticks if ticks else 0.0
        yield (
            f"  minute {minute}: {len(late)} presses, {SHARE} % within "
            f"{at_share(late, SHARE):.0f} ms, {looks[-1].memory:.0f} MB, "
            f"{stolen:.0%} of the processors taken by others"
        )


async def run(
    address: str, process: int, cookies: list[str], minutes: float, think: float
) -> bool:
    """Let the people in, and print what was measured.

    Parameters
    ----------
    address : str
    process : int
        That serves it.
    cookies : list of str
        One for each of the people.
    minutes : float
        After the last of them has come.
    think : float
        Seconds between two presses of one of them, on average.

    Returns
    -------
    bool
        Whether it stayed within the budget and nothing failed.
    """
    people = len(cookies)
    coming = people / ARRIVALS + SETTLING
    complete = time.monotonic() + coming
    measured, seen = Measured(complete), []  # type: tuple[Measured, list[Glance]]
    until = complete + 60 * minutes
    visits = [
        _visit(k, address, cookie, until, think, measured) for k, cookie in enumerate(cookies)
    ]
    await asyncio.gather(*visits, _watch(process, until, seen))
    _say(f"{people} people, {minutes:g} minutes, {think:g} s between presses")
    for name, seconds in sorted(measured.seconds.items()):
        _say(
            f"  {name}: {len(seconds)} presses, half within {at_share(seconds, 50):.0f} ms, "
            f"{SHARE} % within {at_share(seconds, SHARE):.0f} ms"
        )
    total = measured.all()
    slowest = 1000 * max(total, default=0.0)
    _say(
        f"  all: {len(total)} presses, half within {at_share(total, 50):.0f} ms, "
        f"{SHARE} % within {at_share(total, SHARE):.0f} ms, slowest {slowest:.0f} ms"
    )
    _say(
        f"  while they came: {len(measured.coming)} presses, {SHARE} % within "
        f"{at_share(measured.coming, SHARE):.0f} ms"
    )
    _say(f"  pages looked by themselves {measured.looks} times beside")
    _say(f"  failed: {len(measured.failures)} {sorted(set(measured.failures))}")
    for line in minutes_of(measured, seen, coming):
        _say(line)
    arrived = [one.memory for one in seen if one.at > coming]
    half = len(arrived) // 2
    first, second = max(arrived[:half], default=0.0), max(arrived[half:], default=0.0)
    _say(
        f"  memory: {seen[0].memory:.0f} MB at the start, at most {first:.0f} MB in the first "
        f"half and {second:.0f} MB in the second"
    )
    return at_share(total, SHARE) <= BUDGET_MS and not measured.failures


def main() -> int:
    """Start the dashboard and measure; 0 if it stayed within the budget."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--think", type=float, default=20.0, help="seconds between presses")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cookies = prepared(f"sqlite:///{folder}/record.db", options.people)
        process, address = start_server(Path(folder))
        try:
            good = asyncio.run(
                run(address, process.pid, cookies, options.minutes, options.think)
            )
        finally:
            process.terminate()
            process.wait(timeout=20)
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
