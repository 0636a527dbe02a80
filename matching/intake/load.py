"""The way in: the bytes of a file become records, problems and a list of what was dropped."""

from __future__ import annotations

import gc
import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from matching.domain.errors import InputError
from matching.domain.records import BedPool, Provider, Referral
from matching.intake import checks, columns, firewall, table
from matching.intake.fields import CATALOGUE, Field, SheetKind
from matching.intake.formats import hic
from matching.intake.guard import LARGE, SMALL, Limits
from matching.intake.issues import Code, Issue, NotKept, Severity
from matching.intake.reader import Book, Sheet, read
from matching.intake.uploads import Counts, ProviderUpload, ReferralUpload

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
]


@contextmanager
def _without_collection() -> Iterator[None]:
    """Hold back the garbage collector: a million cells make it search in vain."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_without_collection()
def load_providers(data: bytes, filename: str, *, limits: Limits = SMALL) -> ProviderUpload:
    """Read a provider sheet: the template's columns or a known format.

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
    book = read(data, limits=limits)
    sheet, known = _choose(book, SheetKind.PROVIDERS)
    return _providers(data, filename, book, sheet, known)


@_without_collection()
def load_referrals(data: bytes, filename: str, *, limits: Limits = SMALL) -> ReferralUpload:
    """Read a referral sheet in the template's columns.

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
    book = read(data, limits=limits)
    sheet, known = _choose(book, SheetKind.REFERRALS)
    if known is not None:
        raise InputError(
            "The file is a list of providers, not of referrals.",
            next_step="Choose the list of referrals.",
        )
    return _referrals(data, filename, book, sheet)


@_without_collection()
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
    book = read(data, limits=limits)
    sheet, known = _choose(book, SheetKind.REFERRALS)
    if known is None and _is_referrals(sheet):
        return _referrals(data, filename, book, sheet)
    sheet, known = _choose(book, SheetKind.PROVIDERS)
    return _providers(data, filename, book, sheet, known)


def _is_referrals(sheet: Sheet) -> bool:
    """Tell whether a sheet names cases, and not rather providers."""
    row, found = columns.header_row(sheet, SheetKind.REFERRALS)
    other, most = columns.header_row(sheet, SheetKind.PROVIDERS)
    referrals = columns.has_key(sheet.rows[row], SheetKind.REFERRALS)
    providers = columns.has_key(sheet.rows[other], SheetKind.PROVIDERS)
    return referrals and (not providers or found >= most)


def _choose(book: Book, kind: SheetKind) -> tuple[Sheet, hic.Layout | None]:
    """Return the sheet to read, and its format if it is a known one."""
    shown = [sheet for sheet in book.sheets if not sheet.hidden] or list(book.sheets)
    for sheet in shown:
        layout = hic.recognise(sheet)
        if layout is not None:
            return sheet, layout
    return max(shown, key=lambda sheet: _fit(sheet, kind)), None


def _fit(sheet: Sheet, kind: SheetKind) -> tuple[bool, int]:
    """Return how well a sheet fits; its key counts before all else."""
    row, found = columns.header_row(sheet, kind)
    return columns.has_key(sheet.rows[row], kind), found


def _providers(
    data: bytes, filename: str, book: Book, sheet: Sheet, layout: hic.Layout | None
) -> ProviderUpload:
    """Turn a sheet into providers and bed pools."""
    if layout is not None:
        found = hic.load(sheet, layout)
        return ProviderUpload(
            providers=found.providers,
            pools=found.pools,
            **_common(
                data,
                filename,
                book,
                sheet,
                layout.name,
                found.issues,
                found.not_kept,
                found.decisions,
                found.counts,
            ),
        )
    header, body = _table(sheet, SheetKind.PROVIDERS)
    _name_pools(body)
    checks.check_providers(body)
    providers, pools = _provider_records(body)
    return ProviderUpload(
        providers=providers,
        pools=pools,
        **_described(data, filename, book, sheet, header, body),
    )


def _referrals(data: bytes, filename: str, book: Book, sheet: Sheet) -> ReferralUpload:
    """Turn a sheet into referrals."""
    header, body = _table(sheet, SheetKind.REFERRALS)
    checks.check_referrals(body)
    names = list(body.values)
    cells = zip(*(body.good_values(name) for name in names), strict=True)
    referrals = tuple(Referral(**dict(zip(names, row, strict=True))) for row in cells)
    return ReferralUpload(
        referrals=referrals, **_described(data, filename, book, sheet, header, body)
    )


def _table(sheet: Sheet, kind: SheetKind) -> tuple[columns.Header, table.Table]:
    """Match the columns and read the cells of a sheet that must have rows."""
    header = columns.match(sheet, kind)
    body = table.build(sheet, header)
    if not body.rows:
        raise InputError(
            f"The file has the columns of a list of {kind.value} but no rows.",
            next_step="Fill in at least one row.",
        )
    return header, body


def _name_pools(body: table.Table) -> None:
    """Give every bed pool a code of its own.

    A provider's only row may leave the code out; a code used by several
    providers is joined to the provider's.
    """
    providers, pools = body.column("provider_id"), list(body.column("bed_pool"))
    rows_of = Counter(providers)
    owners: dict[str, set[str]] = {}
    for provider, pool in zip(providers, pools, strict=True):
        if provider is not None and pool is not None:
            owners.setdefault(pool, set()).add(provider)
    shared = {pool for pool, found in owners.items() if len(found) > 1}
    taken, own, unnamed = set(owners) - shared, dict[tuple[str, str], str](), 0
    for k, (provider, pool) in enumerate(zip(providers, pools, strict=True)):
        if pool in shared and provider is not None:
            if (provider, pool) not in own:
                own[provider, pool] = _unused(f"{provider}/{pool}", taken)
            pools[k] = own[provider, pool]
        elif pool is None and provider is not None and rows_of[provider] == 1:
            pools[k] = _unused(f"{provider}/1", taken)
            unnamed += 1
        elif pool is None and provider is not None and k not in body.bad:
            body.add(
                Severity.ERROR,
                Code.MISSING_ID,
                k,
                "bed_pool",
                None,
                "the provider has several rows, so each needs a code for its bed pool.",
                "Give each of its rows a different bed_pool.",
            )
    body.values["bed_pool"] = pools
    if shared:
        body.decisions.append(
            f"{len(shared)} bed pool codes are used by several providers; "
            "the provider's code was put in front of them."
        )
    if unnamed:
        body.decisions.append(
            f"{unnamed} rows name no bed pool; each is its provider's only one."
        )


def _unused(code: str, taken: set[str]) -> str:
    """Return a code, or the next one like it, that no bed pool has; it is taken then."""
    found, number = code, 2
    while found in taken:
        found, number = f"{code}-{number}", number + 1
    taken.add(found)
    return found


def _provider_records(
    body: table.Table,
) -> tuple[tuple[Provider, ...], tuple[BedPool, ...]]:
    """Build one provider from its rows and one bed pool from each row."""
    fields = [field for field in CATALOGUE[SheetKind.PROVIDERS] if field.column in body.values]
    facts = [field for field in fields if field.record is Provider]
    beds = [field for field in fields if field.record is BedPool]
    providers: dict[str, Provider] = {}
    for row in _rows(body, facts):
        if row["provider_id"] not in providers:
            providers[row["provider_id"]] = Provider(**row)
    pools = tuple(
        BedPool(provider_id=owner, **row)
        for owner, row in zip(body.good_values("provider_id"), _rows(body, beds), strict=True)
    )
    return tuple(providers.values()), pools


def _rows(body: table.Table, fields: list[Field]) -> Iterator[dict[str, Any]]:
    """Return the good rows as keyword arguments."""
    names = [field.attribute for field in fields]
    picked = (body.good_values(field.column) for field in fields)
    return (dict(zip(names, row, strict=True)) for row in zip(*picked, strict=True))


def _described(
    data: bytes,
    filename: str,
    book: Book,
    sheet: Sheet,
    header: columns.Header,
    body: table.Table,
) -> dict[str, Any]:
    """Return what the template's sheets have in common."""
    left_out = len(body.left_out)
    counts = Counts(len(body.rows), len(body.good), len(body.bad), left_out)
    issues = (*header.issues, *sorted(body.issues, key=lambda issue: issue.row or 0))
    return _common(
        data,
        filename,
        book,
        sheet,
        "template",
        issues,
        header.not_kept,
        tuple(body.decisions),
        counts,
    )


def _common(
    data: bytes,
    filename: str,
    book: Book,
    sheet: Sheet,
    name: str,
    issues: tuple[Issue, ...],
    not_kept: tuple[NotKept, ...],
    decisions: tuple[str, ...],
    counts: Counts,
) -> dict[str, Any]:
    """Return the parts of every upload."""
    said = list(book.decisions)
    if len(book.sheets) > 1:
        chosen = firewall.safe_header(sheet.name)
        said.append(f"Of {len(book.sheets)} sheets, '{chosen}' was read.")
    if book.formulas_without_result:
        issues = (
            Issue(
                Severity.WARNING,
                Code.FORMULA_WITHOUT_RESULT,
                None,
                None,
                None,
                f"{book.formulas_without_result} formulas have no stored result; "
                "their cells are read as unknown.",
                "Open the file in a spreadsheet program, save it, and load it again.",
            ),
            *issues,
        )
    return {
        "filename": filename,
        "sha256": hashlib.sha256(data).hexdigest(),
        "format": name,
        "issues": issues,
        "not_kept": not_kept,
        "decisions": tuple(said) + decisions,
        "counts": counts,
    }
