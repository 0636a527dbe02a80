"""An office large enough for groups to be shown, and a walk through what is shown."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from matching.domain.access import Actor, Role
from matching.domain.records import BedPool, Provider, Referral
from matching.insight.disclosure import THRESHOLD, Cell
from matching.insight.fairness import Finding, Measure
from matching.intake.sample import generate
from matching.services.desk import Desk
from matching.services.fairness_bands import Change
from matching.services.intake import load_sample
from matching.services.matching import SavedRun, run_plan
from matching.settings import Settings
from matching.store import Store, open_store

#: Who may not see fairness.
OTHERS = (Role.WORKER, Role.LICENSING, Role.AUDITOR, Role.ADMIN)
AS_OF = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)


def desk_of(store: Store, role: Role = Role.LOCAL) -> Desk:
    settings = Settings(database_url="sqlite:///unused.db")
    return Desk(store, Actor("tester", role), settings, lambda: AS_OF)


def at(desk: Desk, role: Role) -> Desk:
    return dataclasses.replace(desk, actor=Actor("x", role))


@cache
def drawn() -> tuple[tuple[Provider, ...], tuple[BedPool, ...], tuple[Referral, ...]]:
    found = generate(5, 60, 180, as_of=AS_OF)
    return tuple(found.providers), tuple(found.pools), tuple(found.referrals)


@cache
def _prepared() -> tuple[bytes, SavedRun]:
    """Put a region of 180 people on a record and make its plan, once for all tests."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "record.db"
        store = open_store(f"sqlite:///{path}")
        desk = desk_of(store)
        load_sample(desk, *drawn(), "0" * 64)
        saved = run_plan(desk)
        store.close()
        return path.read_bytes(), saved


def large_desk(folder: Path) -> Desk:
    """Return a desk at a record of its own with the region and its plan."""
    path = folder / "large.db"
    path.write_bytes(_prepared()[0])
    return desk_of(open_store(f"sqlite:///{path}"))


def large_plan() -> SavedRun:
    """Return the plan of the region."""
    return _prepared()[1]


def races(saved: SavedRun) -> bytes:
    """Return a list of race and tribal status of most people of a plan."""
    words = ["Asian", "Black", "Black; White", "White", "White", "declined"]
    tribes = ["member", "neither", "neither", "unknown"]
    lines = [
        f"{name},{words[k % 6]},{tribes[k % 4]}"
        for k, name in enumerate(saved.run.problem.referral_ids[:170])
    ]
    return "\n".join(["case reference,race,tribal status", *lines]).encode()


def parts_of(thing: object) -> Iterator[object]:
    """Yield everything a view holds, itself included."""
    yield thing
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        for one in dataclasses.fields(thing):
            yield from parts_of(getattr(thing, one.name))
    elif isinstance(thing, tuple | list):
        for one in thing:
            yield from parts_of(one)


def counts_of(thing: object) -> list[int]:
    """Return every count of people that a view tells."""
    out: list[int] = []
    for one in parts_of(thing):
        if isinstance(one, Cell) and one.count is not None:
            out.append(one.count)
        elif isinstance(one, Change) and one.exact is not None:
            out.append(one.exact)
        elif isinstance(one, Finding):
            out += [one.mine[1], one.others[1]]
            if one.measure is Measure.WITHOUT:
                both = (one.mine, one.others)
                out += [int(n) for n, _ in both] + [people - int(n) for n, people in both]
    return out


def small_counts(thing: object) -> list[int]:
    """Return the counts of people in a view that nobody must be able to see."""
    return [one for one in counts_of(thing) if 0 < one <= THRESHOLD]
