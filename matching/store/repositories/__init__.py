"""Repositories: the only place where rows become records and records rows."""

from matching.store.repositories.audit_log import AuditLog
from matching.store.repositories.batches import Batches
from matching.store.repositories.inventory import InventoryChanges, Providers
from matching.store.repositories.keyed import Changes
from matching.store.repositories.referrals import Referrals
from matching.store.repositories.runs import Runs

__all__ = [
    "AuditLog",
    "Batches",
    "Changes",
    "InventoryChanges",
    "Providers",
    "Referrals",
    "Runs",
]
