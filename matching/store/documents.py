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
    recipe : str or None
        Fingerprint of how the file was read, as a person decided.
    undone_at : datetime or None
        When it was undone; ``None`` if it was not.
    undone_by : str or None
        Account name of who undid it.
    """

    id: int | None = None
    kind: str
    file_sha256: str
    file_format: str
    counts: Mapping[str, int]
    actor: str
    at: datetime
    data_origin: DataOrigin | None = None
    recipe: str | None = None
    undone_at: datetime | None = None
    undone_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """What an upload did to one record.

    Attributes
    ----------
    batch_id : int
        The upload.
    kind : str
        "provider", "bed_pool" or "referral".
    key : tuple of str
        As the record's table is keyed.
    fields : tuple of str
        Fields that changed; none if the record was added.
    before, after : mapping or None
        Their values, as plain data; ``before`` is ``None`` if the record was added.
    batch_before : int or None
        The upload that the record came from before.
    """

    batch_id: int
    kind: str
    key: tuple[str, ...]
    fields: tuple[str, ...] = ()
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    batch_before: int | None = None

    @property
    def added(self) -> bool:
        """Whether the record was not there before."""
        return self.before is None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecipe:
    """How a file was read, for the next one with the same headers.

    Attributes
    ----------
    sender : str
        Agency or sender, or empty.
    headers : str
        Fingerprint of the headers.
    kind : str
        "providers" or "referrals".
    recipe : mapping
        What a person decided, as plain data.
    actor : str
        Account name of who decided it.
    at : datetime
        When, aware.
    """

    sender: str
    headers: str
    kind: str
    recipe: Mapping[str, Any]
    actor: str
    at: datetime


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Tables of counts that were given to somebody who may not see cases.

    Attributes
    ----------
    id : int or None
        Given by the record; ``None`` before it is added.
    made_at : datetime
        When, aware.
    actor : str
        Account name of who asked for them.
    period : str
        The day at the office: what is published on one day is held together.
    form : str
        The page or the kind of file.
    document : mapping
        What was shown, and until the period is over the true counts.
    """

    id: int | None = None
    made_at: datetime
    actor: str
    period: str
    form: str
    document: Mapping[str, Any]
