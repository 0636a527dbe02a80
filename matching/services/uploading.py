"""A file on its way in: opened once, then worked out anew after each decision."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from matching.domain.access import Action, allows
from matching.intake.draft import Draft, digest, draft
from matching.intake.fields import SheetKind
from matching.intake.guard import MEGABYTE, Limits
from matching.intake.load import without_collection
from matching.intake.package import read_folder
from matching.intake.reader import Book, read
from matching.intake.recipe import Recipe
from matching.services.desk import Desk


@dataclass(frozen=True, slots=True)
class Opened:
    """A file, or several that belong together, in the memory of one session only.

    Attributes
    ----------
    filename : str
        For the screen; never stored.
    files : mapping of str to bytes
    book : Book
    sha256 : str
    """

    filename: str
    files: Mapping[str, bytes]
    book: Book
    sha256: str


def limits(desk: Desk) -> Limits:
    """Return how large a file the office accepts."""
    return Limits(file_bytes=desk.settings.max_upload_mb * MEGABYTE)


def open_files(desk: Desk, files: Mapping[str, bytes], recipe: Recipe | None = None) -> Opened:
    """Read a file, or a folder of files, without saving anything.

    Parameters
    ----------
    desk : Desk
    files : mapping of str to bytes
        Name to content; several are read as one folder.
    recipe : Recipe, optional
        With the encoding and the separator that somebody chose.

    Returns
    -------
    Opened

    Raises
    ------
    PermissionDenied
        If the actor may upload nothing.
    InputError
        If nothing can be read.
    """
    _require_any(desk)
    told, accept = recipe or Recipe(), limits(desk)
    with without_collection():
        if len(files) == 1:
            ((name, data),) = files.items()
            book = read(data, limits=accept, encoding=told.encoding, delimiter=told.delimiter)
            return Opened(name, dict(files), book, digest(data))
        book = read_folder(files, accept)
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(digest(files[name]).encode())
    return Opened(f"{len(files)} files", dict(files), book, whole.hexdigest())


def reopen(desk: Desk, opened: Opened, recipe: Recipe) -> Opened:
    """Read the same files with another encoding or separator, where that was chosen."""
    book = opened.book
    same = (recipe.encoding in (None, book.encoding)) and (
        recipe.delimiter in (None, book.delimiter)
    )
    return opened if same else open_files(desk, opened.files, recipe)


def work_out(
    desk: Desk,
    opened: Opened,
    recipe: Recipe | None = None,
    *,
    kind: SheetKind | None = None,
    sender: str | None = None,
) -> Draft:
    """Work out what a file holds, with what was decided now and remembered from before.

    Parameters
    ----------
    desk : Desk
    opened : Opened
    recipe : Recipe, optional
    kind : SheetKind, optional
        What it is meant to be; recognised if not given.
    sender : str, optional
        The agency it comes from; what was decided for its last file with the
        same columns is taken over, else for anybody's.

    Returns
    -------
    Draft

    Raises
    ------
    PermissionDenied
        If the actor may not upload what the file holds.
    InputError
        If it is not what it is meant to be.
    """
    _require_any(desk)
    today = desk.clock().date()

    def made(remembered: Recipe | None) -> Draft:
        return draft(
            opened.book,
            opened.filename,
            opened.sha256,
            kind=kind,
            recipe=recipe,
            remembered=remembered,
            today=today,
        )

    with without_collection():
        found = made(None)
        desk.require(right(found.kind))
        remembered = _remembered(desk, found, sender)
        return found if remembered is None else made(remembered)


def right(kind: SheetKind) -> Action:
    """Return what a person must be allowed to do to upload a sheet."""
    providers = kind is SheetKind.PROVIDERS
    return Action.UPLOAD_PROVIDERS if providers else Action.UPLOAD_REFERRALS


def _require_any(desk: Desk) -> None:
    """Refuse those who may upload neither of the two."""
    if not any(allows(desk.actor.role, right(kind)) for kind in SheetKind):
        desk.require(Action.UPLOAD_PROVIDERS)


def _remembered(desk: Desk, found: Draft, sender: str | None) -> Recipe | None:
    if found.grid is None:
        return None
    with desk.store.reading() as record:
        kept = record.recipes.find(found.columns_fingerprint, found.kind.value, sender)
        if kept is None and sender is not None:
            kept = record.recipes.find(found.columns_fingerprint, found.kind.value)
    return None if kept is None else replace(Recipe.of_document(kept.recipe), sheet=None)
