"""Processes that write until they are killed, and what must hold afterwards.

Each tells the other end of a pipe what it has saved, as a screen would show it: only
once the call that saves has come back.
"""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from matching.domain.access import Action
from matching.services import keeping
from matching.services.matching import run_plan
from matching.store import open_store, schema, sealing
from matching.store.archive import open_archive
from tests.builders import known_referral
from tests.services.planned import HOMES, PEOPLE, POOLS, desk_at, office
from tests.services.uploads_made import people_upload, upload
from tests.store.making import LOCAL, NOW, batch

#: People in one upload: enough that a kill falls between them.
PEOPLE_AT_ONCE = 40
WORDS = "correct horse battery staple"


def commits(store: Any, tell: Callable[[Any], None], folder: Path) -> None:
    """Write uploads row by row, without a service."""
    while True:
        with store.transaction() as tx:
            one = tx.batches.add(batch(kind="referrals"))
            people = [known_referral(f"B{one.id}-{k}") for k in range(PEOPLE_AT_ONCE)]
            tx.referrals.upsert(people, one)
            tx.audit.append(
                LOCAL, NOW, Action.UPLOAD_REFERRALS, object_kind="upload", object_id=str(one.id)
            )
        tell(one.id)


def uploads(store: Any, tell: Callable[[Any], None], folder: Path) -> None:
    """Compare lists and store them."""
    desk = desk_at(store)
    number = store.data_version()
    while True:
        number += 1
        people = [
            dataclasses.replace(known_referral(f"U{number}-{k}"), data_origin=None)
            for k in range(PEOPLE_AT_ONCE)
        ]
        tell(upload(desk, people_upload(people)).batch)


def runs(store: Any, tell: Callable[[Any], None], folder: Path) -> None:
    """Make plans and save them."""
    desk = desk_at(store)
    while True:
        tell(run_plan(desk).number)


def backups(store: Any, tell: Callable[[Any], None], folder: Path) -> None:
    """Write one backup after the other."""
    sealing.WORK = 4
    desk = desk_at(store)
    while True:
        path = folder / f"{time.time_ns()}.bak"
        keeping.backup(desk, path, WORDS)
        tell(path.name)


def restores(store: Any, tell: Callable[[Any], None], folder: Path) -> None:
    """Put a backup in the place of the record again and again."""
    desk = desk_at(store)
    while True:
        keeping.restore(desk, folder / "first.bak", replace=True)
        tell("restored")


KINDS: dict[str, Callable[..., None]] = {
    one.__name__: one for one in (commits, uploads, runs, backups, restores)
}


def work(kind: str, url: str, folder: str, end: Connection) -> None:
    """Be a process that works until it is killed."""
    store = open_store(url)
    end.send("ready")
    KINDS[kind](store, end.send, Path(folder))


def kill_one(kind: str, url: str, folder: Path, chance: random.Random) -> list[Any]:
    """Let a process work, kill it at some moment, and return what it had shown as saved."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    mine, its = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(kind, url, str(folder), its), daemon=True)
    process.start()
    its.close()
    shown: list[Any] = []
    if not mine.poll(60) or mine.recv() != "ready":
        raise AssertionError(f"the process that does {kind} did not begin")
    if chance.random() < 0.7 and mine.poll(20):
        # However slow the machine is, most are killed when something was saved.
        shown.append(mine.recv())
    end = time.monotonic() + chance.expovariate(6)
    while (left := end - time.monotonic()) > 0:
        if mine.poll(left):
            shown.append(mine.recv())
    os.kill(int(process.pid or 0), signal.SIGKILL)
    process.join(30)
    if process.exitcode != -signal.SIGKILL:
        raise AssertionError(f"the process that does {kind} ended by itself")
    while True:
        try:
            shown.append(mine.recv())
        except (EOFError, OSError):
            return shown


def prepare(url: str, folder: Path) -> None:
    """Put an office with a plan on the record, and write a backup of it."""
    store = open_store(url)
    office(desk_at(store))
    keeping.backup(desk_at(store), folder / "first.bak")
    store.close()


def check(url: str, folder: Path, shown: dict[str, list[Any]]) -> None:
    """Hold the record against what was shown as saved, since it was put back last."""
    store = open_store(url)
    try:
        with store.reading() as record:
            assert record.audit.verify() == []
            events = record.audit.events()
            people = {one.referral_id for one in record.referrals.all()}
            numbers = {one.id for one in record.runs.list()}
            homes, pools = record.providers.all()
        assert (len(homes), len(pools)) == (len(HOMES), len(POOLS))
        of_runs = {int(e.object_id) for e in events if e.action == Action.RUN_PLAN}
        assert numbers == of_runs, "a plan without its event, or the other way round"
        assert set(shown["runs"]) <= numbers
        made = {int(e.object_id) for e in events if e.object_kind == "upload" and e.object_id}
        with store.engine.connect() as connection:
            batches = schema.metadata.tables["upload_batches"]
            on_file = set(connection.execute(sa.select(batches.c.id)).scalars())
            rows = schema.metadata.tables["referrals"]
            counted = sa.select(rows.c.batch_id, sa.func.count()).group_by(rows.c.batch_id)
            sizes = dict(map(tuple, connection.execute(counted)))
        assert made <= on_file
        assert set(shown["commits"]) | set(shown["uploads"]) <= made, (
            "shown as saved and not there"
        )
        for number in made & sizes.keys() - {1}:
            assert sizes[number] in (PEOPLE_AT_ONCE, len(PEOPLE)), "half of an upload"
        assert people
    finally:
        store.close()
    for path in folder.iterdir():
        # Killed or not: a file that has its name is whole.
        with open_archive(path, None if path.name == "first.bak" else WORDS) as archive:
            archive.verify()
    assert set(shown["backups"]) <= {path.name for path in folder.iterdir()}


def rounds(url: str, folder: Path, seed: int, seconds: float) -> dict[str, int]:
    """Kill processes of all kinds for some time; return how many, and what they had saved."""
    chance = random.Random(seed)
    prepare(url, folder)
    counts = dict.fromkeys(("kills", *KINDS), 0)
    shown: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    end = time.monotonic() + seconds
    kinds: list[str] = []
    while time.monotonic() < end or counts["kills"] < len(KINDS):
        kinds = kinds or chance.sample(list(KINDS), len(KINDS))
        kind = kinds.pop()
        new = kill_one(kind, url, folder, chance)
        if kind == "restores":
            # The record is the old one again, or still the one before: both are whole.
            for one in ("commits", "uploads", "runs"):
                shown[one] = []
        shown[kind] += new
        counts["kills"] += 1
        counts[kind] += len(new)
        check(url, folder, shown)
    return counts
