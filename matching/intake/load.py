"""The way in without a person: the bytes of a file become records and problems."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from matching.domain.errors import InputError
from matching.intake.draft import Draft, digest, draft
from matching.intake.fields import SheetKind
from matching.intake.guard import LARGE, SMALL, Limits
from matching.intake.reader import read
from matching.intake.uploads import Counts, ProviderUpload, ReferralUpload

U = TypeVar("U", ProviderUpload, ReferralUpload)

__all__ = [
    "LARGE",
    "SMALL",
    "Counts",
    "Limits",
    "ProviderUpload",
    "ReferralUpload",
    "load_any",
    "load_providers",
    "load_referrals",
    "without_collection",
]


@contextmanager
def without_collection() -> Iterator[None]:
    """Hold back the garbage collector: a million cells make it search in vain.

    What was read lives on. It is moved among the oldest objects at once, which
    ``freeze`` and ``unfreeze`` do without looking at any of it; a server that
    has frozen its own objects keeps them frozen.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()


def load_providers(data: bytes, filename: str, *, limits: Limits = SMALL) -> ProviderUpload:
    """Read a provider sheet: any table with the template's columns, or a known standard.

    Parameters
    ----------
    data : bytes
        The file.
    filename : str
        Its name; only shown, never trusted.
    limits : Limits
        How large the file may be.

    Returns
    -------
    ProviderUpload
        Good rows as records, bad rows as issues.

    Raises
    ------
    InputError
        If nothing at all can be read: no spreadsheet, another list, no rows.
    """
    found = _settled(_draft(data, filename, SheetKind.PROVIDERS, limits))
    return _of_kind(found, ProviderUpload)


def load_referrals(data: bytes, filename: str, *, limits: Limits = SMALL) -> ReferralUpload:
    """Read a referral sheet.

    Parameters
    ----------
    data : bytes
        The file.
    filename : str
        Its name; only shown, never trusted.
    limits : Limits
        How large the file may be.

    Returns
    -------
    ReferralUpload
        Good rows as records, bad rows as issues.

    Raises
    ------
    InputError
        If nothing at all can be read: no spreadsheet, another list, no rows.
    """
    found = _settled(_draft(data, filename, SheetKind.REFERRALS, limits))
    return _of_kind(found, ReferralUpload)


def load_any(
    data: bytes, filename: str, *, limits: Limits = SMALL
) -> ProviderUpload | ReferralUpload:
    """Read whichever of the two sheets a file holds.

    Parameters
    ----------
    data : bytes
        The file.
    filename : str
        Its name; only shown, never trusted.
    limits : Limits
        How large the file may be.

    Returns
    -------
    ProviderUpload or ReferralUpload

    Raises
    ------
    InputError
        If it is neither, or nothing can be read.
    """
    return _settled(_draft(data, filename, None, limits))


def _of_kind(found: ProviderUpload | ReferralUpload, kind: type[U]) -> U:
    """Return an upload as what it was read as."""
    if isinstance(found, kind):
        return found
    raise TypeError(f"{type(found).__name__} is not {kind.__name__}")


@without_collection()
def _draft(data: bytes, filename: str, kind: SheetKind | None, limits: Limits) -> Draft:
    return draft(read(data, limits=limits), filename, digest(data), kind=kind)


def _settled(found: Draft) -> ProviderUpload | ReferralUpload:
    """Return the records of a draft.

    Raises
    ------
    InputError
        If it is not settled what the file is.
    """
    if found.stop is not None:
        raise found.stop
    if found.upload is None:
        raise InputError("Nothing in the file can be read.", next_step="Choose another file.")
    return found.upload
