"""The record: tables, migrations, repositories and the audit chain.

Open it with :func:`open_store`, then write inside ``store.transaction()`` and
read inside ``store.reading()``.
"""

from matching.store.audit import AuditEvent, ChainHead, ChainProblem, verify_chain
from matching.store.database import Reading, Store, Transaction, open_store
from matching.store.documents import PlanRun, UploadBatch
from matching.store.repositories import Changes, InventoryChanges

__all__ = [
    "AuditEvent",
    "ChainHead",
    "ChainProblem",
    "Changes",
    "InventoryChanges",
    "PlanRun",
    "Reading",
    "Store",
    "Transaction",
    "UploadBatch",
    "open_store",
    "verify_chain",
]
