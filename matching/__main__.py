"""The command line: the same services as the dashboard, on files and on the record.

Run ``python -m matching --help`` for the commands.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from matching.commands import accounts, audit, forgetting, keeping, office, tick
from matching.commands.at_office import add_office, at_office
from matching.domain.errors import InputError, MatchingError
from matching.engine.effort import Effort
from matching.export.workbook import plan_workbook
from matching.services import files
from matching.services.desk import local_desk
from matching.services.documents import gaps_document, plan_document
from matching.services.gap_tables import gaps_book, protected_gaps
from matching.services.plan_lists import file_document
from matching.services.replay import replay
from matching.services.runs import run_lines
from matching.services.samples import write_sample
from matching.settings import load_settings

#: Problems of a file printed before the rest is only counted.
SHOWN = 20

#: Exit statuses: everything is well, some rows were set aside or a plan made
#: again differs, nothing was done.
OK, SET_ASIDE, DIFFERS, FAILED = 0, 1, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the program's name; by default those of the process.

    Returns
    -------
    int
        0 if all is well, 1 if ``check`` found rows that cannot be loaded,
        ``replay`` a difference or ``doctor`` something wrong, or if what was removed
        may still stand on the disk, 2 if nothing was done. Errors are one sentence
        on standard error.
    """
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except MatchingError as error:
        _say(" ".join(part for part in (error.message, error.next_step) if part))
        return FAILED
    except OSError as error:
        _say(f"A file could not be read or written: {error.strerror}.")
        return FAILED
    return status


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m matching",
        description="Find safe beds for survivors of human trafficking, for everyone at once.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    sample = commands.add_parser("sample", help="write a fictional region as two files")
    sample.add_argument("--seed", type=_count, default=1, help="same seed, same region")
    sample.add_argument("--providers", type=_count, default=132)
    sample.add_argument("--referrals", type=_count, default=60)
    sample.add_argument("--as-of", metavar="DATE", help="moment of the sample (default: now)")
    sample.add_argument(
        "--places",
        choices=("real", "invented"),
        default="real",
        help="put the invented people and homes into real or invented counties",
    )
    sample.add_argument("--out", type=Path, required=True, metavar="DIR")
    sample.set_defaults(run=_sample)

    check = commands.add_parser("check", help="say what is in a file and what is wrong with it")
    check.add_argument("file", type=Path)
    check.add_argument("--json", action="store_true", help="print everything as JSON")
    check.set_defaults(run=_check)

    for name, run, text in (
        ("match", _match, "make one plan for everybody in two files"),
        ("gaps", _gaps, "say why people in two files have no place"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("--providers", type=Path, required=True, metavar="FILE")
        command.add_argument("--referrals", type=Path, required=True, metavar="FILE")
        command.add_argument("--policy", default="general", metavar="NAME")
        command.add_argument(
            "--as-of", metavar="DATE", help="date or time of the plan (default: now)"
        )
        command.add_argument(
            "--out", type=Path, required=True, metavar="FILE", help="ends in .json or .xlsx"
        )
        _add_effort(command)
        command.set_defaults(run=run)

    listed = commands.add_parser("runs", help="list the plans saved on the record")
    listed.add_argument("--limit", type=_count, metavar="N", help="only the newest N")
    add_office(listed)
    listed.set_defaults(run=_runs)

    again = commands.add_parser("replay", help="make a saved plan again and say what differs")
    again.add_argument("number", type=_count, metavar="RUN", help="its number; see 'runs'")
    add_office(again)
    _add_effort(again)
    again.set_defaults(run=_replay)

    accounts.add(commands)
    tick.add(commands)
    audit.add(commands)
    keeping.add(commands)
    forgetting.add(commands)
    office.add(commands)
    return parser


def _add_effort(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--seconds",
        type=_count,
        metavar="N",
        help="longest search; the best plan found by then is kept, with how far it is proven",
    )
    command.add_argument("--quiet", action="store_true", help="print no progress")


def _count(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number") from None
    if number < 0:
        raise argparse.ArgumentTypeError(f"'{text}' is less than 0")
    return number


def _sample(options: argparse.Namespace) -> int:
    written = write_sample(
        options.out,
        seed=options.seed,
        providers=options.providers,
        referrals=options.referrals,
        as_of=files.moment(options.as_of),
        invented_places=options.places == "invented",
    )
    for path in written:
        print(path)
    return OK


def _check(options: argparse.Namespace) -> int:
    upload = files.check_file(options.file)
    document = files.upload_document(upload)
    if options.json:
        print(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        rows = document["rows"]
        print(
            f"{document['file']}: {document['kind']} ({document['format']}), "
            f"{rows['read']} rows read, {rows['loaded']} can be loaded, "
            f"{rows['set_aside']} set aside, {rows['left_out']} left out."
        )
        for line in (*upload.issues[:SHOWN], *upload.not_kept, *upload.decisions):
            print(f"- {line}")
        if len(upload.issues) > SHOWN:
            print(f"- and {len(upload.issues) - SHOWN} more problems (--json lists them all)")
    return SET_ASIDE if upload.counts.set_aside else OK


def _match(options: argparse.Namespace) -> int:
    _require_writable(options.out)
    result = _planned(options)
    document = {
        **plan_document(result.run, result.stopped),
        "set_aside": result.set_aside(),
    }
    if options.out.suffix.lower() == ".xlsx":
        document |= file_document(result.run, result.stopped)
    _write(options.out, document, plan_workbook)
    print(
        f"{len(document['placements'])} of {document['referrals']} can be placed "
        f"({document['status']}: {document['claim']}); written to {options.out}."
    )
    return OK


def _gaps(options: argparse.Namespace) -> int:
    _require_writable(options.out)
    result = _planned(options)
    # The workbook is protected whoever writes it, and so is a part of the JSON.
    shown = protected_gaps(result.run, load_settings())
    document = {**gaps_document(result.run, shown), "set_aside": result.set_aside()}
    _write(options.out, document, partial(gaps_book, shown=shown))
    print(
        f"{len(result.run.gaps)} of {result.run.problem.size[0]} have no place; "
        f"written to {options.out}."
    )
    return OK


def _runs(options: argparse.Namespace) -> int:
    with local_desk(load_settings()) as everywhere:
        desk = at_office(options, everywhere)
        lines = run_lines(desk, options.limit)
        for one in lines:
            print(
                f"{one.number}  {desk.local(one.made_at):%Y-%m-%d %H:%M}  {one.made_by}  "
                f"{one.policy} {one.policy_version}  {one.status}"
            )
    if not lines:
        print("There are no saved plans.")
    return OK


def _replay(options: argparse.Namespace) -> int:
    settings = load_settings()
    seconds = settings.plan_seconds if options.seconds is None else options.seconds
    with local_desk(settings) as everywhere:
        desk = at_office(options, everywhere)
        found = replay(
            desk, options.number, progress=_progress(options), effort=Effort(seconds)
        )
        made = f"{desk.local(found.made_at):%Y-%m-%d %H:%M}"
    if found.same:
        print(f"Plan {found.number} of {made}, made again, is the same.")
    else:
        place = "the plan is the same all the same" if found.plan_same else "the plan differs"
        print(f"Plan {found.number} of {made}, made again: {place}. What differs:")
    for sentence in (*found.differences, *found.notes):
        print(f"- {sentence}")
    return OK if found.same else DIFFERS


def _progress(options: argparse.Namespace) -> Callable[[str], None]:
    def progress(stage: str) -> None:
        if not options.quiet:
            _say(f"... {stage}")

    return progress


def _planned(options: argparse.Namespace) -> files.FileRun:
    as_of = files.moment(options.as_of)
    settings = load_settings()
    seconds = settings.plan_seconds if options.seconds is None else options.seconds
    result = files.plan_files(
        options.providers,
        options.referrals,
        options.policy,
        as_of,
        progress=_progress(options),
        effort=Effort(seconds),
        workers=settings.workers,
    )
    for upload in (result.providers, result.referrals):
        counts = upload.counts
        if counts.set_aside:
            _say(
                f"{upload.filename}: {counts.set_aside} of {counts.read} rows were set aside "
                "and are not in the plan:"
            )
        for issue in upload.issues[:SHOWN]:
            _say(f"- {issue}")
        if len(upload.issues) > SHOWN:
            _say(f"- and {len(upload.issues) - SHOWN} more (use 'check' to see them)")
    return result


def _require_writable(path: Path) -> None:
    """Refuse a target that cannot work before anything is computed.

    Raises
    ------
    InputError
    """
    if path.suffix.lower() not in (".json", ".xlsx"):
        raise InputError(
            f"'{path}' ends in neither .json nor .xlsx.", next_step="Choose one of the two."
        )
    if not path.parent.exists():
        raise InputError(f"There is no folder '{path.parent}'.", next_step="Create it first.")


def _write(path: Path, document: dict[str, Any], workbook: Any) -> None:
    if path.suffix.lower() == ".xlsx":
        path.write_bytes(workbook(document))
    else:
        path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
