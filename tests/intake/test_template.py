"""What the template writer writes is read back as it was, with nothing to say about it."""

from __future__ import annotations

import csv
import dataclasses
import io
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.domain import geography
from matching.domain.records import BedPool, Provider, Referral
from matching.domain.words import Funding
from matching.intake.fields import SheetKind, by_column
from matching.intake.load import load_any, load_providers, load_referrals
from matching.intake.template import cell, header, providers_csv, referrals_csv
from tests.strategies import inventories, referral_lists

QUICK = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _consistent(record: Any) -> Any:
    """Take out of a drawn record what the checks would rightly object to."""
    changes: dict[str, Any] = {}
    if isinstance(record, Provider):
        changes["state"] = geography.load().state_of(record.county) or record.state
        if record.domestic_violence or record.victim_service_provider:
            changes["confidential"] = True
    if isinstance(record, BedPool):
        changes |= dict.fromkeys(("beds_occupied", "beds_held"))
        licensed = record.beds_licensed
        for name in ("beds_staffed", "beds_accepting", "beds_available"):
            value = getattr(record, name)
            if value is not None:
                licensed = value = min(value, licensed if licensed is not None else value)
            changes[name] = value
    if isinstance(record, Referral):
        changes |= dict.fromkeys(("needed_by", "children_with"))
    return dataclasses.replace(record, **changes)


@QUICK
@given(referral_lists(max_size=3).filter(bool))
def test_referrals_round_trip(drawn: tuple[Referral, ...]) -> None:
    referrals = tuple(map(_consistent, drawn))
    found = load_referrals(referrals_csv(referrals).encode(), "r.csv")
    assert found.referrals == referrals
    assert found.issues == ()
    assert found.not_kept == ()
    assert found.counts.read == found.counts.loaded == len(referrals)


@QUICK
@given(inventories(max_providers=2, max_pools=2))
def test_providers_round_trip(drawn: tuple[tuple[Provider, ...], tuple[BedPool, ...]]) -> None:
    providers = tuple(map(_consistent, drawn[0]))
    pools = {pool.pool_id: _consistent(pool) for pool in drawn[1]}
    housed = {pool.provider_id for pool in pools.values()}
    providers = tuple(one for one in providers if one.provider_id in housed)
    if not providers:
        return
    found = load_any(providers_csv(providers, pools.values()).encode(), "p.csv")
    assert found.issues == ()
    assert found.not_kept == ()
    assert set(found.providers) == set(providers)
    assert found.pools == tuple(pools.values())


def test_every_field_filled_round_trips() -> None:
    """One record with every field known, so that no column can hide behind a blank."""
    strategy = referral_lists(max_size=1, unknown=False).filter(bool)

    @settings(max_examples=5, deadline=None)
    @given(strategy)
    def check(drawn: tuple[Referral, ...]) -> None:
        (record,) = map(_consistent, drawn)
        found = load_referrals(referrals_csv([record]).encode(), "r.csv")
        assert found.referrals == (record,)

    check()


@given(st.sampled_from(list(SheetKind)))
def test_the_empty_template_is_its_header(kind: SheetKind) -> None:
    text = providers_csv([], []) if kind is SheetKind.PROVIDERS else referrals_csv([])
    assert next(csv.reader(io.StringIO(text))) == header(kind)
    assert text.count("\n") == 1


def test_unknown_and_none_are_written_apart() -> None:
    field = by_column(SheetKind.PROVIDERS)["excludes"]
    assert cell(field, None) == ""
    assert cell(field, frozenset()) == "none"


def test_a_vocabularys_own_none_is_not_the_empty_set() -> None:
    payers = (
        frozenset[Funding](),
        frozenset({Funding.NONE}),
        frozenset({Funding.NONE, Funding.STATE}),
        None,
    )
    drawn = [Referral(referral_id=f"R{k}", funding=f) for k, f in enumerate(payers)]
    found = load_referrals(referrals_csv(drawn).encode(), "r.csv")
    assert [one.funding for one in found.referrals] == list(payers)


def test_a_pool_without_its_provider_is_left_out() -> None:
    text = providers_csv(
        [Provider(provider_id="P1")],
        [BedPool(pool_id="B1", provider_id="P1"), BedPool(pool_id="B2", provider_id="P9")],
    )
    found = load_providers(text.encode(), "p.csv")
    assert [pool.pool_id for pool in found.pools] == ["B1"]
