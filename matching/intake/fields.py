"""The one catalogue of columns: template, checks and help texts read it."""

from __future__ import annotations

from functools import cache

from matching.domain.records import BedPool, Provider, Referral
from matching.intake.field_types import SEVERAL, WRITTEN, Field, Kind, SheetKind, plain
from matching.intake.provider_fields import POOL, PROVIDER
from matching.intake.referral_fields import REFERRAL

__all__ = [
    "CATALOGUE",
    "DERIVED",
    "RECORDS",
    "SEVERAL",
    "WRITTEN",
    "Field",
    "Kind",
    "SheetKind",
    "by_column",
    "key_of",
    "plain",
    "sentence",
]

#: The columns of each sheet, in the order of the template.
CATALOGUE: dict[SheetKind, tuple[Field, ...]] = {
    SheetKind.PROVIDERS: PROVIDER[:1] + POOL[:2] + PROVIDER[1:] + POOL[2:],
    SheetKind.REFERRALS: REFERRAL,
}

#: The records each sheet fills.
RECORDS: dict[SheetKind, tuple[type, ...]] = {
    SheetKind.PROVIDERS: (Provider, BedPool),
    SheetKind.REFERRALS: (Referral,),
}

#: Attributes that no column fills because another column already does.
DERIVED: frozenset[tuple[type, str]] = frozenset({(BedPool, "provider_id")})


@cache
def by_column(kind: SheetKind) -> dict[str, Field]:
    """Return the fields of a sheet by the name of their column."""
    return {field.column: field for field in CATALOGUE[kind]}


def key_of(kind: SheetKind) -> Field:
    """Return the column that names the rows of a sheet."""
    return CATALOGUE[kind][0]


def sentence(field: Field) -> str:
    """Return what may stand in a column, for a help text.

    Parameters
    ----------
    field : Field
        A column of the catalogue.

    Returns
    -------
    str
        The help sentence, the values allowed and an example.
    """
    parts = [field.help]
    if field.kind is Kind.NUMBER:
        parts.append(f"A whole number from {field.low} to {field.high}.")
    if field.words is not None:
        parts.append("One of: " if field.kind is Kind.ONE_OF else "Any of: ")
        parts[-1] += ", ".join(word.value for word in field.words) + "."
    if field.kind in SEVERAL:
        parts.append("Separate several with a semicolon; write none if known to be none.")
    parts.append(f"Example: {field.example}. Blank means unknown.")
    return " ".join(parts)
