"""Commands for an office as a whole, and the one that says whether all is in order."""

from __future__ import annotations

import argparse
from pathlib import Path

from matching.commands.forgetting import told
from matching.services.desk import local_desk
from matching.services.doctor import examine
from matching.services.office_export import delete_office, export_office
from matching.settings import load_settings

#: Exit statuses: all is well, something is wrong with the record.
OK, WRONG = 0, 1


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    out = commands.add_parser(
        "export-office", help="write everything an office owns into a zip"
    )
    out.add_argument("code", metavar="CODE")
    out.add_argument("--out", type=Path, required=True, metavar="FILE")
    out.set_defaults(run=_export)

    gone = commands.add_parser("delete-office", help="remove everything an office owns")
    gone.add_argument("code", metavar="CODE")
    gone.add_argument("--confirm", required=True, metavar="CODE", help="the same once more")
    first = gone.add_mutually_exclusive_group(required=True)
    first.add_argument("--out", type=Path, metavar="FILE", help="export it there first")
    first.add_argument("--without-export", action="store_true", help="no export is wanted")
    gone.set_defaults(run=_delete)

    doctor = commands.add_parser("doctor", help="say whether the record is in order")
    doctor.set_defaults(run=_doctor)


def _export(options: argparse.Namespace) -> int:
    with local_desk(load_settings()) as desk:
        done = export_office(desk, options.code, options.out)
    print(f"Written to {options.out}: {sum(done.counts.values()):,} rows. It is NOT encrypted.")
    return OK


def _delete(options: argparse.Namespace) -> int:
    with local_desk(load_settings()) as desk:
        exported = None
        if options.out is not None and options.confirm == options.code:
            exported = export_office(desk, options.code, options.out)
        done = delete_office(
            desk,
            options.code,
            options.confirm,
            exported=exported,
            refused=options.without_export,
        )
    what = "is emptied, since one office stays" if done.emptied else "is deleted"
    print(
        f"The office {done.office} {what}: {sum(done.counts.values()):,} rows. "
        "The audit log stays as it is."
    )
    return told(done.left)


def _doctor(_options: argparse.Namespace) -> int:
    with local_desk(load_settings()) as desk:
        findings = examine(desk)
    for one in findings:
        print(f"{'well' if not one.wrong else 'WRONG'}: {one.what}")
        for sentence in one.wrong:
            print(f"- {sentence}")
    return WRONG if any(one.wrong for one in findings) else OK
