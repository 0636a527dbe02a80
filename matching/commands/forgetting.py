"""Commands that remove: what its time is over of, a case at a person's request, an office."""

from __future__ import annotations

import argparse

from matching.commands.at_office import add_office, at_office
from matching.services.desk import local_desk
from matching.services.retention import delete_case, strip_everywhere
from matching.settings import load_settings

#: Exit status: done.
OK = 0


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
    if not done:
        print("Nothing is due.")
        return OK
    would = "would lose their facts" if options.dry_run else "lost their facts"
    print(f"Closed cases that {would}: {done.cases}.")
    for kind, number in done.removed.items():
        if number:
            print(f"- {kind}: {number} {'are due' if options.dry_run else 'removed'}")
    return OK


def _delete_case(options: argparse.Namespace) -> int:
    with local_desk(load_settings()) as desk:
        removed = delete_case(at_office(options, desk), options.case, options.confirm)
    print(f"The case is deleted: {sum(removed.values())} rows. The audit log keeps its code.")
    return OK
