"""What comes back from a file: records, problems, and a list of what was dropped."""

from __future__ import annotations

from dataclasses import dataclass

from matching.domain.records import BedPool, Provider, Referral
from matching.intake.issues import Issue, NotKept


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows went where; read = loaded + set aside + left out.

    Attributes
    ----------
    read : int
        Rows under the header that are not blank.
    loaded : int
        Rows that became records.
    set_aside : int
        Rows with an error.
    left_out : int
        Rows that repeat another one or are no place for a night.
    """

    read: int
    loaded: int
    set_aside: int
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What every upload has.

    Attributes
    ----------
    filename : str
        Name of the file, for the screen.
    sha256 : str
        Fingerprint of the file.
    format : str
        "template" or the name of a known format.
    issues : tuple of Issue
        Problems by row, in the order of the file.
    not_kept : tuple of NotKept
        Columns that were dropped, and why.
    decisions : tuple of str
        What was decided to read the file, one sentence each.
    counts : Counts
        How many rows went where.
    said_unknown : frozenset of (str, tuple of str, str)
        Facts that the file itself says nobody knows, as kind of record
        ("provider", "bed_pool", "referral"), key and field. A cell left blank
        says nothing, and keeps what is on record.
    """

    filename: str
    sha256: str
    format: str
    issues: tuple[Issue, ...]
    not_kept: tuple[NotKept, ...]
    decisions: tuple[str, ...]
    counts: Counts
    said_unknown: frozenset[tuple[str, tuple[str, ...], str]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderUpload(Upload):
    """A provider sheet that was read."""

    providers: tuple[Provider, ...]
    pools: tuple[BedPool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralUpload(Upload):
    """A referral sheet that was read."""

    referrals: tuple[Referral, ...]
