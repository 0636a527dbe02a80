"""Files that are there whole or not at all, for their owner only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from matching.domain.errors import InputError

_OWNER_ONLY = 0o600


@contextmanager
def written_aside(path: Path) -> Iterator[BinaryIO]:
    """Write a new file that gets its name only when it is complete and on the disk.

    Where the system can (Linux), the file has no name until then, so that a
    process that is killed leaves nothing; elsewhere it has one that ends in
    ``.part`` until then.

    Parameters
    ----------
    path : Path
        Nothing may be there yet.

    Yields
    ------
    BinaryIO
        Also readable; for its owner only.

    Raises
    ------
    InputError
        If there is such a file already, or no such folder.
    """
    path = path.absolute()
    if not path.parent.is_dir():
        raise InputError(f"There is no folder '{path.parent}'.", next_step="Create it first.")
    if path.exists():
        raise _there_already(path)
    number = _nameless(path.parent)
    if number is None:
        yield from _with_a_name(path)
    else:
        yield from _without_a_name(number, path)
    _keep_name(path.parent)


def _there_already(path: Path) -> InputError:
    return InputError(
        f"There is already a file '{path.name}'.", next_step="Choose another name."
    )


def _nameless(folder: Path) -> int | None:
    """Return the number of an open file without a name, or ``None`` where there is none."""
    kind = getattr(os, "O_TMPFILE", None)
    if kind is None or not Path("/proc/self/fd").is_dir():
        return None
    try:
        return os.open(folder, kind | os.O_RDWR, _OWNER_ONLY)
    except OSError:
        return None


def _without_a_name(number: int, path: Path) -> Iterator[BinaryIO]:
    with os.fdopen(number, "w+b") as file:
        yield file
        _to_disk(file)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            # With a folder given, the link is to the file and not to its entry in /proc.
            os.link(f"/proc/self/fd/{file.fileno()}", path, src_dir_fd=folder)
        except FileExistsError:
            raise _there_already(path) from None
        finally:
            os.close(folder)


def _with_a_name(path: Path) -> Iterator[BinaryIO]:
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    number = os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, _OWNER_ONLY)
    try:
        with os.fdopen(number, "w+b") as file:
            yield file
            _to_disk(file)
        if path.exists():
            raise _there_already(path)
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)


def _to_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _keep_name(folder: Path) -> None:
    """Bring the new name to the disk; Windows does so by itself and cannot open folders."""
    if os.name == "nt":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
