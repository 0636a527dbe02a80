"""From the checked columns of a sheet to records."""

from __future__ import annotations

from collections import Counter
from itertools import compress
from typing import Any

from matching.domain.records import BedPool, Provider, Referral
from matching.intake.bulk import make_records
from matching.intake.fields import CATALOGUE, SheetKind
from matching.intake.issues import Code, Severity
from matching.intake.table import Table


def name_pools(body: Table) -> None:
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
            "The provider's code was put in front of bed pool codes that several "
            f"providers use: {len(shared)} of them."
        )
    if unnamed:
        body.decisions.append(
            f"{unnamed} {'row names' if unnamed == 1 else 'rows name'} no bed pool; "
            "each is its provider's only one."
        )


def _unused(code: str, taken: set[str]) -> str:
    """Return a code, or the next one like it, that no bed pool has; it is taken then."""
    found, number = code, 2
    while found in taken:
        found, number = f"{code}-{number}", number + 1
    taken.add(found)
    return found


def provider_records(
    body: Table,
) -> tuple[tuple[Provider, ...], tuple[BedPool, ...]]:
    """Build one provider from its rows and one bed pool from each row."""
    facts, beds = facts_of(body, Provider), facts_of(body, BedPool)
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


def facts_of(body: Table, record: type) -> dict[str, list[Any]]:
    """Return the good values of one kind of record by attribute."""
    every = (field for kind in SheetKind for field in CATALOGUE[kind])
    fields = [one for one in every if one.record is record and one.column in body.values]
    values = body.good_values(one.column for one in fields)
    return dict(zip((one.attribute for one in fields), values, strict=True))


def referral_records(body: Table) -> tuple[Referral, ...]:
    """Build one referral from each row."""
    return make_records(Referral, facts_of(body, Referral), len(body.good))


def records_of(body: Table, kind: SheetKind) -> dict[str, Any]:
    """Return the records of an upload and what it says that nobody knows, by field of it."""
    unknown = {"said_unknown": said_unknown(body, kind)}
    if kind is SheetKind.REFERRALS:
        return {"referrals": referral_records(body), **unknown}
    providers, pools = provider_records(body)
    return {"providers": providers, "pools": pools, **unknown}


def said_unknown(body: Table, kind: SheetKind) -> frozenset[tuple[str, tuple[str, ...], str]]:
    """Return the facts of which the rows that load say that nobody knows them.

    Parameters
    ----------
    body : Table
        Once its bed pools have their codes.
    kind : SheetKind

    Returns
    -------
    frozenset of (str, tuple of str, str)
        Kind of record, key and field, as ``Upload.said_unknown`` has them.
    """
    keys: dict[type, tuple[str, tuple[str, ...]]] = {
        Provider: ("provider", ("provider_id",)),
        BedPool: ("bed_pool", ("bed_pool", "provider_id")),
        Referral: ("referral", ("referral_id",)),
    }
    out, found = body.bad | body.left_out, set()
    for field in CATALOGUE[kind]:
        name, columns = keys[field.record]
        if field.column in columns:
            continue
        values = body.values.get(field.column, ())
        named = [body.column(column) for column in columns]
        for k in body.said_unknown.get(field.column, set()) - out:
            if values[k] is None:
                found.add((name, tuple(column[k] for column in named), field.attribute))
    return frozenset(found)
