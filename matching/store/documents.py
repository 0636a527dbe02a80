"""What the record keeps besides the records themselves: uploads and saved plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matching.domain.words import DataOrigin


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadBatch:
    """One upload, of which the file itself is not kept.

    Attributes
    ----------
    id : int or None
        Given by the record; ``None`` before it is added.
    kind : str
        "providers" or "referrals".
    file_sha256 : str
        Fingerprint of the file's bytes, in hexadecimal.
    file_format : str
        Such as "csv", "xlsx" or "hud_hic".
    counts : mapping of str to int
        Rows read, kept, set aside and the like.
    actor : str
        Account name of the member of staff.
    at : datetime
        When, aware.
    data_origin : DataOrigin or None
        Where the facts come from.
    """

    id: int | None = None
    kind: str
    file_sha256: str
    file_format: str
    counts: Mapping[str, int]
    actor: str
    at: datetime
    data_origin: DataOrigin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRun:
    """One saved run of the planner.

    Attributes
    ----------
    id : int or None
        Given by the record; ``None`` before it is added.
    created_at : datetime
        When it was saved, aware.
    actor : str
        Account name of the member of staff.
    policy_name, policy_version, policy_fingerprint : str
        The policy it was made under.
    problem_fingerprint : str
        Fingerprint of everything the engine was given.
    as_of : datetime
        The moment the plan is for, aware.
    status : str
        "optimal" when proven.
    objective, bound : int or None
        In the engine's whole-number cost; equal when proven.
    verified : bool
        Whether the independent check found nothing.
    engine_version, solver_version, salt : str
        What it takes to get the same plan again.
    document : mapping or None
        The full plan; ``None`` in a list of runs, which leaves it out.
    """

    id: int | None = None
    created_at: datetime
    actor: str
    policy_name: str
    policy_version: str
    policy_fingerprint: str
    problem_fingerprint: str
    as_of: datetime
    status: str
    objective: int | None = None
    bound: int | None = None
    verified: bool
    engine_version: str
    solver_version: str
    salt: str
    document: Mapping[str, Any] | None = None
