"""Small makers that the tests of the store share."""

from __future__ import annotations

from datetime import UTC, datetime

from matching.domain.access import Actor, Role
from matching.domain.records import BedPool, Provider, Referral
from matching.store import PlanRun, UploadBatch

NOW = datetime(2026, 11, 3, 22, 41, 7, 123456, tzinfo=UTC)
LOCAL = Actor("local", Role.LOCAL)


def batch(**changed):
    """An upload that was not recorded yet."""
    values = {
        "kind": "providers",
        "file_sha256": "ab" * 32,
        "file_format": "csv",
        "counts": {"rows": 3},
        "actor": "local",
        "at": NOW,
    }
    return UploadBatch(**{**values, **changed})


def run(**changed):
    """A run that was not saved yet."""
    values = {
        "created_at": NOW,
        "actor": "local",
        "policy_name": "general",
        "policy_version": "1",
        "policy_fingerprint": "aa",
        "problem_fingerprint": "bb",
        "as_of": NOW,
        "status": "optimal",
        "objective": 2**62,
        "bound": 2**62,
        "verified": True,
        "engine_version": "0.1.0",
        "solver_version": "9.15",
        "salt": "7",
        "document": {"status": "optimal", "placements": [], "not_placed": None},
    }
    return PlanRun(**{**values, **changed})


def record(store, *, providers=(), pools=(), referrals=(), replace=False):
    """Save records in one transaction; return what changed in each."""
    with store.transaction() as tx:
        saved = tx.batches.add(batch())
        if replace:
            inventory = tx.providers.replace(providers, pools, saved)
            return inventory, tx.referrals.replace(referrals, saved)
        inventory = tx.providers.upsert(providers, pools, saved)
        return inventory, tx.referrals.upsert(referrals, saved)


def write_all(tx):
    """Write something of every kind in a transaction."""
    saved = tx.batches.add(batch())
    tx.providers.upsert(
        [Provider(provider_id="P1")], [BedPool(pool_id="B1", provider_id="P1")], saved
    )
    tx.referrals.upsert([Referral(referral_id="R1")], saved)
    tx.runs.add(run())
    tx.audit.append(LOCAL, NOW, "upload_providers")
