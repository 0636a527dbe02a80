"""Many workers in processes fight for few beds: none is given twice, none is lost."""

from __future__ import annotations

import os
import random
import signal
import time

from matching.store import open_store
from tests.services.fights import arena

WORKERS = 6


def test_workers_in_processes_never_take_a_bed_twice(new_url, tmp_path):
    url = new_url(tables=True)
    store = open_store(url)
    arena.prepare(store)
    rounds = 30
    for process in arena.start_workers(url, tmp_path, WORKERS, rounds, seed=1):
        process.join(120)
        assert process.exitcode == 0
    told = arena.told(tmp_path, WORKERS)
    assert arena.require_sound(store, told) == sum(told.values())
    # Some things were done and some refused, or nobody fought.
    assert WORKERS <= sum(told.values()) < WORKERS * rounds
    store.close()


def test_a_killed_worker_leaves_nothing_half_done(new_url, tmp_path):
    url = new_url(tables=True)
    store = open_store(url)
    arena.prepare(store)
    rng = random.Random(7)
    killed, begin = [], time.time()
    for life in range(4):
        crew = arena.start_workers(url, tmp_path, 3, 500, seed=life, begin=begin)
        before = sum(arena.told(tmp_path, 3).values())
        patience = time.monotonic() + 60
        while sum(arena.told(tmp_path, 3).values()) < before + 3:
            assert time.monotonic() < patience
            time.sleep(0.02)
        time.sleep(rng.random() / 2)
        for number, process in enumerate(crew):
            os.kill(process.pid, signal.SIGKILL)
            process.join(30)
            assert process.exitcode == -signal.SIGKILL
            killed.append(f"w{number}")
    reopened = open_store(url)
    told = arena.told(tmp_path, 3)
    assert sum(told.values()) > 0
    arena.require_sound(reopened, told, killed=killed)
    reopened.close()
    store.close()
