"""Commands that remove: what its time is over of, a case at a person's request, an office."""

from __future__ import annotations

import argparse
import sys

from matching.commands.at_office import add_office, at_office
from matching.services.desk import local_desk
from matching.services.retention import delete_case, strip_everywhere, tidy_again
from matching.settings import load_settings

#: Exit statuses: done; removed, but what it said may still stand on the disk.
OK, LEFT = 0, 1


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    retaining = commands.add_parser(
        "retain", help="remove what the policy's retention says is over"
    )
    retaining.add_argument("--dry-run", action="store_true", help="only say what is due")
    retaining.set_defaults(run=_retain)

    case = commands.add_parser("delete-case", help="remove one case at the person's request")
    case.add_argument("case", metavar="CASE")
    case.add_argument("--confirm", required=True, metavar="CASE", help="the same once more")
    add_office(case)
    case.set_defaults(run=_delete_case)


def _retain(options: argparse.Namespace) -> int:
    with local_desk(load_settings()) as desk:
        done = strip_everywhere(
            desk.store, desk.settings, desk.clock(), desk.actor, dry_run=options.dry_run
        )
        # What another removal could not bring off the disk is tried again.
        again = not done and not options.dry_run
        left = tidy_again(desk) if again else done.left
    if not done:
        print("Nothing is due.")
        return told(left)
    would = "would lose their facts" if options.dry_run else "lost their facts"
    print(f"Closed cases that {would}: {done.cases}.")
    for kind, number in done.removed.items():
        if number:
            print(f"- {kind}: {number} {'are due' if options.dry_run else 'removed'}")
    return told(left)


def _delete_case(options: argparse.Namespace) -> int:
    with local_desk(load_settings()) as desk:
        done = delete_case(at_office(options, desk), options.case, options.confirm)
    rows = sum(done.counts.values())
    print(f"The case is deleted: {rows} rows. The audit log keeps its code.")
    return told(done.left)


def told(left: str) -> int:
    """Say what a removal could not bring off the disk; return the exit status."""
    if left:
        print(left, file=sys.stderr)
    return LEFT if left else OK
