"""The way in: the bytes of a file become records, problems and a list of what was dropped."""

from __future__ import annotations

import gc
import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import compress
from typing import Any

from matching.domain.errors import InputError
from matching.domain.records import BedPool, Provider, Referral
from matching.intake import checks, columns, firewall, table
from matching.intake.bulk import make_records
from matching.intake.fields import CATALOGUE, SheetKind
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
    referrals = make_records(Referral, _facts(body, Referral), len(body.good))
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
    if None not in pools and len(set(pools)) == len(pools):
        return
    rows_of = Counter(providers)
    named = [
        (pool, provider)
        for provider, pool in zip(providers, pools, strict=True)
        if provider is not None and pool is not None
    ]
    owner = dict(named)
    shared = {pool for pool, provider in named if owner[pool] != provider}
    taken, own, unnamed = owner.keys() - shared, dict[tuple[str, str], str](), 0
    for k, (provider, pool) in enumerate(zip(providers, pools, strict=True)):
        if provider is None or (pool is not None and pool not in shared):
            continue
        if pool is not None:
            if (provider, pool) not in own:
                own[provider, pool] = _unused(f"{provider}/{pool}", taken)
            pools[k] = own[provider, pool]
        elif rows_of[provider] == 1:
            pools[k] = _unused(f"{provider}/1", taken)
            unnamed += 1
        elif k not in body.bad:
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
    facts, beds = _facts(body, Provider), _facts(body, BedPool)
    owners = facts["provider_id"]
    first: dict[str, int] = {}
    for k, owner in enumerate(owners):
        first.setdefault(owner, k)
    if len(first) < len(owners):
        starts = set(first.values())
        named = [k in starts for k in range(len(owners))]
        facts = {name: list(compress(values, named)) for name, values in facts.items()}
    return (
        make_records(Provider, facts, len(first)),
        make_records(BedPool, {**beds, "provider_id": owners}, len(owners)),
    )


def _facts(body: table.Table, record: type) -> dict[str, list[Any]]:
    """Return the good values of one kind of record by attribute."""
    every = (field for kind in SheetKind for field in CATALOGUE[kind])
    fields = [one for one in every if one.record is record and one.column in body.values]
    values = body.good_values(one.column for one in fields)
    return dict(zip((one.attribute for one in fields), values, strict=True))


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
