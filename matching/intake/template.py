"""Writes records in the columns of the template; what it writes loads with no problem."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from matching.domain.records import BedPool, Provider, Referral, Training
from matching.intake.fields import CATALOGUE, Field, Kind, SheetKind
from matching.intake.vocabulary import ONLY_NONE


def header(kind: SheetKind) -> list[str]:
    """Return the columns of a sheet's template, in order.

    Parameters
    ----------
    kind : SheetKind
        Providers or referrals.

    Returns
    -------
    list of str
    """
    return [field.column for field in CATALOGUE[kind]]


def providers_csv(providers: Iterable[Provider], pools: Iterable[BedPool]) -> str:
    """Write a provider sheet: one row for each bed pool, its provider's facts repeated.

    Parameters
    ----------
    providers : iterable of Provider
        The providers. One without a bed pool has no row, since the sheet has
        a row for each pool; a pool whose provider is missing is left out too.
    pools : iterable of BedPool
        Their bed pools.

    Returns
    -------
    str
        The text of a CSV file, header first.
    """
    owners: Mapping[str, Provider] = {one.provider_id: one for one in providers}
    fields = CATALOGUE[SheetKind.PROVIDERS]
    return _csv(
        fields,
        (
            [
                cell(
                    field, getattr(pool if field.record is BedPool else owner, field.attribute)
                )
                for field in fields
            ]
            for pool in pools
            if (owner := owners.get(pool.provider_id)) is not None
        ),
    )


def referrals_csv(referrals: Iterable[Referral]) -> str:
    """Write a referral sheet: one row for each person.

    Parameters
    ----------
    referrals : iterable of Referral
        The referrals.

    Returns
    -------
    str
        The text of a CSV file, header first.
    """
    fields = CATALOGUE[SheetKind.REFERRALS]
    return _csv(
        fields,
        ([cell(field, getattr(one, field.attribute)) for field in fields] for one in referrals),
    )


def cell(field: Field, value: Any) -> str:
    """Return a value as a cell of the template.

    Parameters
    ----------
    field : Field
        The column.
    value : object
        The attribute's value; ``None`` becomes a blank cell.

    Returns
    -------
    str
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (frozenset, tuple)):
        parts = [_entry(part) for part in _ordered(field, value)]
        if parts == ["none"] and field.words is not None:
            return ONLY_NONE.get(field.words, "none")
        return "; ".join(parts) or "none"
    return str(value)


def _ordered(field: Field, value: Iterable[Any]) -> list[Any]:
    """Return entries in their own order, or sorted where they have none."""
    ranked = {Kind.RANKED, Kind.RANKED_TOKENS, Kind.RANKED_LANGUAGES, Kind.TRAININGS}
    return list(value) if field.kind in ranked else sorted(value)


def _entry(part: Any) -> str:
    """Return one entry of a cell with several."""
    if not isinstance(part, Training):
        return str(part)
    ends = "" if part.expires is None else f" until {part.expires.isoformat()}"
    who = "" if part.caregiver is None else f" by {part.caregiver}"
    return f"{part.course}{ends}{who}"


def _csv(fields: tuple[Field, ...], rows: Iterable[list[str]]) -> str:
    """Write rows under the names of their columns."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([field.column for field in fields])
    writer.writerows(rows)
    return out.getvalue()
