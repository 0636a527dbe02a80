"""``python -m tests.services.fights.long --rounds N``: the fight for thousands of rounds."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from matching.store import open_store
from tests.conftest import Postgres
from tests.services.fights import arena


def main() -> None:
    """Fight on the databases named, and say what came of it."""
    parser = argparse.ArgumentParser(description="Twenty workers fight for six beds.")
    parser.add_argument("--rounds", type=int, default=2000, help="of all workers together")
    parser.add_argument("--workers", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--on", nargs="*", default=["sqlite", "postgresql"])
    parser.add_argument("--method", default="spawn", choices=["spawn", "forkserver"])
    given = parser.parse_args()
    for name in given.on:
        with tempfile.TemporaryDirectory(prefix="fight-") as folder:
            _on(name, Path(folder), given)


def _on(name: str, folder: Path, given: argparse.Namespace) -> None:
    server = Postgres(folder) if name == "postgresql" else None
    url = f"sqlite:///{folder}/record.db" if server is None else server.url()
    store = open_store(url)
    arena.prepare(store)
    each = -(-given.rounds // given.workers)
    begin = time.monotonic()
    crew = arena.start_workers(
        url, folder, given.workers, each, given.seed, method=given.method
    )
    for process in crew:
        process.join()
    seconds = time.monotonic() - begin
    failed = [one.exitcode for one in crew if one.exitcode]
    told = arena.told(folder, given.workers)
    events = arena.require_sound(store, told)
    store.close()
    if server is not None:
        server.stop()
    rounds = each * given.workers
    sys.stdout.write(
        f"{name}: {given.workers} processes, {rounds} rounds in {seconds:.0f} s "
        f"({rounds / seconds:.0f} a second), {events} done and in the chain, "
        f"{rounds - events} refused or by the clock; no bed twice, none lost.\n"
    )
    if failed:
        raise SystemExit(f"{len(failed)} workers failed")


if __name__ == "__main__":
    main()
