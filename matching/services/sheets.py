"""Files that pages give out, and what an upload looks like before it is saved."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matching.domain import geography
from matching.domain.access import Action
from matching.domain.records import BedPool, Provider
from matching.export.flat import safe_text
from matching.export.template import template_workbook
from matching.intake.fields import CATALOGUE, Field, Kind, SheetKind, sentence
from matching.intake.issues import Issue, Severity
from matching.intake.template import header, providers_csv
from matching.intake.uploads import ProviderUpload, ReferralUpload, Upload
from matching.services.confidential import shown, shown_pools
from matching.services.desk import Desk
from matching.services.intake import Uploaded
from matching.services.views import ProviderRow


def written(rows: Iterable[Iterable[object]]) -> bytes:
    """Return rows as a CSV file that spreadsheet programs read as UTF-8."""
    out = io.StringIO()
    csv.writer(out).writerows([safe_text(str(value)) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def template_csv(kind: str) -> bytes:
    """Return an empty sheet with the template's columns.

    Parameters
    ----------
    kind : str
        "providers" or "referrals".
    """
    return written([header(SheetKind(kind))])


def template_book(kind: str) -> bytes:
    """Return the template as a workbook, with drop-downs, help and an example.

    Parameters
    ----------
    kind : str
        "providers" or "referrals".
    """
    return template_workbook(SheetKind(kind))


@dataclass(frozen=True, slots=True)
class ColumnHelp:
    """What may stand in a column of the template."""

    column: str
    label: str
    required: bool
    says: str


def template_help(kind: str) -> tuple[ColumnHelp, ...]:
    """Return the columns of a template with what may stand in them, in order."""
    return tuple(
        ColumnHelp(field.column, field.label, field.required, sentence(field))
        for field in CATALOGUE[SheetKind(kind)]
    )


def export_providers(desk: Desk, rows: Sequence[ProviderRow]) -> bytes:
    """Return providers in the template's columns and say so in the audit.

    Raises
    ------
    PermissionDenied
        If the actor may not export providers.
    """
    return written(_exported(desk, rows))


def export_workbook(desk: Desk, rows: Sequence[ProviderRow]) -> bytes:
    """Return providers in the template's workbook, to be corrected and loaded again.

    Raises
    ------
    PermissionDenied
        If the actor may not export providers.
    """
    _, *cells = _exported(desk, rows)
    return template_workbook(SheetKind.PROVIDERS, cells)


def _exported(desk: Desk, rows: Sequence[ProviderRow]) -> list[list[str]]:
    """Return providers as cells, header first, and say in the audit that they were given."""
    desk.require(Action.EXPORT_PROVIDERS)
    with desk.store.transaction() as record:
        veil = record.providers.veil()
        homes: list[Provider] = [*shown(veil, (row.provider for row in rows))]
        pools: list[BedPool] = [*shown_pools(veil, (p for row in rows for p in row.pools))]
        record.audit.append(
            desk.actor,
            desk.clock(),
            Action.EXPORT_PROVIDERS,
            object_kind="providers",
            details={"providers": len(homes), "bed_pools": len(pools)},
        )
    return list(csv.reader(io.StringIO(providers_csv(homes, pools), newline="")))


#: Columns of the preview that say most about a row, where the sheet has them.
_TELLING = {
    SheetKind.PROVIDERS: (
        "provider_id",
        "bed_pool",
        "name",
        "placement_type",
        "county",
        "beds_licensed",
        "beds_available",
        "as_of",
    ),
    SheetKind.REFERRALS: (
        "referral_id",
        "received_at",
        "urgency",
        "age_years",
        "gender",
        "trafficking_type",
        "home_county",
    ),
}


@dataclass(frozen=True, slots=True)
class Preview:
    """The first good rows as they will be saved.

    Attributes
    ----------
    titles : tuple of str
    rows : tuple of tuple
        Values of the records; ``None`` is unknown, counties are in words.
    """

    titles: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def preview(upload: ProviderUpload | ReferralUpload, limit: int = 5) -> Preview:
    """Return the first good rows of an upload in its most telling columns."""
    records: list[tuple[object, object]]
    if isinstance(upload, ProviderUpload):
        kind = SheetKind.PROVIDERS
        owners = {one.provider_id: one for one in upload.providers}
        records = [(owners[pool.provider_id], pool) for pool in upload.pools[:limit]]
    else:
        kind = SheetKind.REFERRALS
        records = [(one, one) for one in upload.referrals[:limit]]
    fields = [field for field in CATALOGUE[kind] if field.column in _TELLING[kind]]
    return Preview(
        tuple(field.label for field in fields),
        tuple(
            tuple(_shown(field, pool if field.record is BedPool else owner) for field in fields)
            for owner, pool in records
        ),
    )


def _shown(field: Field, record: object) -> object:
    value = getattr(record, field.attribute)
    if field.kind is Kind.COUNTY and value is not None:
        return geography.load().name(value)
    return value


@dataclass(frozen=True, slots=True)
class Change:
    """What saving did to the records of one kind.

    Attributes
    ----------
    noun : str
        "providers", "pools" or "referrals".
    added, changed, unchanged : int
    """

    noun: str
    added: int
    changed: int
    unchanged: int


def changes(uploaded: Uploaded) -> tuple[Change, ...]:
    """Return what an upload changed, the records its rows name first."""
    counts = uploaded.changes
    nouns = ("providers", "pools") if uploaded.kind == "providers" else ("",)
    return tuple(
        Change(
            noun or uploaded.kind,
            *(
                counts[f"{noun}_{what}" if noun else what]
                for what in ("added", "changed", "unchanged")
            ),
        )
        for noun in nouns
    )


def sets_aside(issue: Issue) -> bool:
    """Tell whether a problem keeps its row from being saved."""
    return issue.severity is Severity.ERROR


def ordered(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Return problems: rows set aside first, then by row."""
    return tuple(sorted(issues, key=lambda one: (not sets_aside(one), one.row or 0)))


def problems_csv(upload: Upload) -> bytes:
    """Return the problems of an upload as a sheet, in the order of the page."""
    titles = ("row", "column", "value", "problem", "what to do", "row was")
    lines = [
        (
            "" if one.row is None else one.row,
            one.column or "",
            one.value or "",
            one.sentence,
            one.fix,
            "set aside" if sets_aside(one) else "loaded",
        )
        for one in ordered(upload.issues)
    ]
    return written([titles, *lines])
