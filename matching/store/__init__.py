"""The record: tables, migrations, repositories and the audit chain.

Open it with :func:`open_store`, then write inside ``store.transaction()`` and
read inside ``store.reading()``.
"""

from matching.store.audit import AuditEvent, ChainHead, ChainProblem, verify_chain
from matching.store.database import Reading, Store, Transaction, open_store
from matching.store.documents import Image, PlanRun, Publication, StoredRecipe, UploadBatch
from matching.store.repositories import Changes, InventoryChanges

__all__ = [
    "AuditEvent",
    "ChainHead",
    "ChainProblem",
    "Changes",
    "Image",
    "InventoryChanges",
    "PlanRun",
    "Publication",
    "Reading",
    "Store",
    "StoredRecipe",
    "Transaction",
    "UploadBatch",
    "open_store",
    "verify_chain",
]
