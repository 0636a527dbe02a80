"""``python -m matching verify-audit``: whether the audit log is as it was written."""

from __future__ import annotations

import argparse

from matching.services.audit import verify
from matching.services.desk import local_desk
from matching.settings import load_settings

#: Exit status: every event holds, or some do not.
HOLDS, BROKEN = 0, 3


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    one = commands.add_parser(
        "verify-audit",
        allow_abbrev=False,
        help="find changed, missing and re-ordered events of the audit log",
    )
    one.add_argument(
        "--head",
        metavar="HASH",
        help="hash of an event, noted earlier: alone, or as NUMBER:HASH",
    )
    one.set_defaults(run=_verify)


def _verify(options: argparse.Namespace) -> int:
    with local_desk(load_settings()) as desk:
        found = verify(desk, options.head)
    print(found.sentence)
    for said in found.problems:
        print(f"- {said}")
    if not found.holds:
        return BROKEN
    head = f"{found.head.seq}:{found.head.hash}"
    print(f"Note this outside the record, to hold the log against later: {head}")
    return HOLDS
