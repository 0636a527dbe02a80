"""Whether the record is in order: what is checked, and what is wrong, in plain sentences.

No sentence names a case, a person or a provider.
"""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from matching.domain import policy as policies
from matching.domain.access import Action
from matching.domain.errors import MatchingError
from matching.services.desk import Desk
from matching.store.checks import Checks

#: Free space on the disk of the record below which it is told, in bytes.
LEAST_SPACE = 500 * 2**20


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found.

    Attributes
    ----------
    what : str
        What was checked.
    wrong : tuple of str
        What is wrong and what to do, in sentences; empty if nothing is.
    """

    what: str
    wrong: tuple[str, ...] = ()


def examine(desk: Desk) -> tuple[Finding, ...]:
    """Check the settings, the database, the record and its files; nothing is changed.

    Raises
    ------
    PermissionDenied
        If the actor may not export the record.
    """
    desk.require(Action.EXPORT_RECORD)
    checks = Checks(desk.store)
    steps: tuple[tuple[str, Callable[[], list[str]]], ...] = (
        ("the policy", lambda: _policy(desk)),
        ("the tables", checks.tables),
        ("the audit chain", checks.chain),
        ("rows that refer to nothing", checks.orphans),
        ("beds", checks.beds),
        ("holds", lambda: checks.overdue(desk.clock())),
        ("the files of the record", lambda: _files(checks.path)),
        ("space on the disk", lambda: _space(checks.path)),
    )
    return tuple(Finding(what, tuple(_found(step))) for what, step in steps)


def _found(step: Callable[[], list[str]]) -> list[str]:
    try:
        return step()
    except MatchingError as error:
        return [" ".join(part for part in (error.message, error.next_step) if part)]


def _policy(desk: Desk) -> list[str]:
    policies.load(desk.settings.policy)
    return []


def _files(path: Path | None) -> list[str]:
    if path is None:
        return []
    open_to_others = [
        file.name
        for file in sorted(path.parent.glob(f"{path.name}*"))
        if stat.S_IMODE(file.stat().st_mode) & 0o077
    ]
    return [
        f"Others on this machine may read or write {name}: take the right away (chmod 600)."
        for name in open_to_others
    ]


def _space(path: Path | None) -> list[str]:
    free = shutil.disk_usage(path.parent).free if path is not None else LEAST_SPACE
    if free < LEAST_SPACE:
        return [f"Only {free // 2**20} MB are free on the disk of the record: make room."]
    return []
