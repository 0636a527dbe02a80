"""Commands that keep the record: backups, checks, and putting back."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from matching.database_address import checked_key
from matching.domain.errors import InputError
from matching.services.desk import local_desk
from matching.services.keeping import Backup, backup, encrypt_record, restore, verify_backup
from matching.settings import load_settings
from matching.store.archive import sealed

#: Exit status: done.
OK = 0


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    making = commands.add_parser(
        "backup", allow_abbrev=False, help="write the whole record into one file"
    )
    making.add_argument("file", type=Path, metavar="FILE")
    making.add_argument(
        "--verify", action="store_true", help="read a backup to its end and check it"
    )
    making.add_argument(
        "--plain", action="store_true", help="do not encrypt it and do not ask for a passphrase"
    )
    _add_key(making)
    making.set_defaults(run=_backup)

    again = commands.add_parser(
        "restore", allow_abbrev=False, help="put a backup in the place of the record"
    )
    again.add_argument("file", type=Path, metavar="FILE")
    again.add_argument(
        "--replace", action="store_true", help="even if the record holds something"
    )
    _add_key(again)
    again.set_defaults(run=_restore)

    for name, text in (
        ("encrypt-record", "write an encrypted copy of a record in SQLite"),
        ("rekey", "write a copy of an encrypted record under another key"),
    ):
        command = commands.add_parser(name, allow_abbrev=False, help=text)
        command.add_argument("file", type=Path, metavar="FILE", help="the copy")
        command.add_argument(
            "--new-key-file",
            type=Path,
            metavar="FILE",
            help="file whose first line is the new key (default: ask for it)",
        )
        command.set_defaults(run=_encrypt)


def _add_key(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--passphrase-file",
        type=Path,
        metavar="FILE",
        help="file whose first line is the passphrase (default: ask for it)",
    )


def _backup(options: argparse.Namespace) -> int:
    if options.verify:
        with local_desk(load_settings()) as desk:
            found = verify_backup(desk, options.file, _known(options))
        print(f"The backup is whole. {_described(found)}")
        return OK
    passphrase = None if options.plain else _new(options)
    with local_desk(load_settings()) as desk:
        made = backup(desk, options.file, passphrase)
    print(f"Written to {options.file}. {_described(made)}")
    if not made.encrypted:
        print(
            "It is NOT encrypted, and it holds everything about every case: "
            "keep it where nobody else can read it.",
            file=sys.stderr,
        )
    return OK


def _restore(options: argparse.Namespace) -> int:
    with local_desk(load_settings()) as desk:
        found = restore(desk, options.file, _known(options), replace=options.replace)
    print(f"The record is as it was in the backup. {_described(found)}")
    print("Everybody was signed out. What was removed since the backup is back: run 'retain'.")
    return OK


def _described(one: Backup) -> str:
    tables = f"{one.rows:,} rows in {one.tables} tables as of {one.made_at:%Y-%m-%d %H:%M} UTC"
    chain = f"the audit chain ends at event {one.head.seq} with {one.head.hash}"
    return f"{tables}; {chain}. SHA-256 of the file: {one.sha256}"


def _known(options: argparse.Namespace) -> str | None:
    """Return the passphrase of a backup that is there; ``None`` if it has none."""
    if not sealed(options.file):
        return None
    return _from_file(options) or _asked("Passphrase of the backup: ")


def _new(options: argparse.Namespace) -> str | None:
    """Return the passphrase for a new backup; ``None`` if somebody wants none."""
    given = _from_file(options)
    if given is not None:
        return given
    first = _asked("Passphrase for the backup (empty: not encrypted): ")
    if not first:
        return None
    if _asked("Once more: ") != first:
        raise InputError("The two passphrases differ.", next_step="Try again.")
    return first


def _from_file(options: argparse.Namespace) -> str | None:
    if options.passphrase_file is None:
        return None
    try:
        lines = options.passphrase_file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise InputError(
            "The file of the passphrase cannot be read.", next_step="Check its name and rights."
        ) from None
    if not lines or not lines[0]:
        raise InputError(
            "The file of the passphrase is empty.", next_step="Write it into its first line."
        )
    return str(lines[0])


def _asked(question: str) -> str:
    if not sys.stdin.isatty():
        raise InputError(
            "Nobody is there to type a passphrase.",
            next_step="Use --passphrase-file, or --plain for a backup that is not encrypted.",
        )
    return getpass.getpass(question)


def _encrypt(options: argparse.Namespace) -> int:
    """Write an encrypted copy of the record: of a plain one, or under another key."""
    key = _new_key(options)
    with local_desk(load_settings()) as desk:
        head = encrypt_record(desk, options.file, key)
    print(
        f"Written to {options.file}: the audit chain holds up to event {head.seq}. "
        "Set DATABASE_URL and the key to it, and remove the record that it is a copy of."
    )
    return OK


def _new_key(options: argparse.Namespace) -> str:
    if options.new_key_file is not None:
        return checked_key("", str(options.new_key_file))
    key = _asked("New key of the record: ")
    if _asked("Once more: ") != key:
        raise InputError("The two keys differ.", next_step="Try again.")
    return checked_key(key)
