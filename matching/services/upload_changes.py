"""What an upload changes: compare it, see whom it touches, store it, take it back.

One door to the modules that do it, in the order in which they are used.
"""

from matching.services.upload_affected import Affected, Held, affected, start_affected
from matching.services.upload_commit import (
    SHRINK_WORDS,
    HowRead,
    Override,
    ShrinkReason,
    Uploaded,
    commit,
)
from matching.services.upload_compare import compare
from matching.services.upload_comparison import (
    Comparison,
    FieldChange,
    Gone,
    Kept,
    Loosening,
    RecordChange,
)
from matching.services.upload_conflicts import Conflict
from matching.services.upload_merging import VACANCY_NEWS
from matching.services.upload_people import Shrunk
from matching.services.upload_records import Where
from matching.services.upload_undo import BatchLine, Undone, batches, undo

__all__ = [
    "SHRINK_WORDS",
    "VACANCY_NEWS",
    "Affected",
    "BatchLine",
    "Comparison",
    "Conflict",
    "FieldChange",
    "Gone",
    "Held",
    "HowRead",
    "Kept",
    "Loosening",
    "Override",
    "RecordChange",
    "ShrinkReason",
    "Shrunk",
    "Undone",
    "Uploaded",
    "Where",
    "affected",
    "batches",
    "commit",
    "compare",
    "start_affected",
    "undo",
]
