"""What an upload would change, as plain data and in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from matching.intake.uploads import ProviderUpload, ReferralUpload
from matching.services.upload_people import Shrunk
from matching.services.upload_records import Key, Record, Where
from matching.store.repositories import State

#: What one and several records of each kind are called in a sentence.
NOUNS = {
    "provider": ("provider", "providers"),
    "bed_pool": ("bed pool", "bed pools"),
    "referral": ("referral", "referrals"),
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of one record that would change; the values are those of the records."""

    where: Where
    label: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A record that would be added or changed.

    Attributes
    ----------
    kind : str
        "provider", "bed_pool" or "referral".
    key : tuple of str
    name : str
        What it is called in a sentence.
    before : Provider, BedPool, Referral or None
        ``None`` if it is new.
    after : same type
    fields : tuple of FieldChange
        What changes; of a new record, nothing.
    """

    kind: str
    key: Key
    name: str
    before: Record | None
    after: Record
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Loosening:
    """A change after which somebody may be placed with less protection.

    Attributes
    ----------
    change : FieldChange
    name : str
        Of the record.
    why : str
        What it means, in one sentence.
    """

    change: FieldChange
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Gone:
    """A record that the file does not name; it is kept unless it is closed."""

    kind: str
    key: Key
    name: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Facts that are kept because the file says nothing of them: in how many records."""

    kind: str
    attribute: str
    label: str
    records: int


@dataclass(frozen=True)
class Comparison:
    """What an upload would change, as of one state of the record.

    Attributes
    ----------
    upload : ProviderUpload or ReferralUpload
    kind : str
        "providers" or "referrals".
    at : datetime
        When it was compared.
    today : date
        In the office's time zone.
    new, changed : tuple of RecordChange
    unchanged : tuple of (str, Key)
        Records that the file has as they are.
    gone : tuple of Gone
        Records on file that the upload does not name.
    closing : frozenset of str
        Providers that somebody wants to close.
    closed : tuple of RecordChange
        Their bed pools, which take in nobody any more. Licence, certificate
        and the people living there stay as they are: to close a place is not
        to decide on its licence.
    loosening : tuple of Loosening
        To be confirmed before anything is stored.
    shrunk : tuple of Shrunk
        To be overridden by somebody with a name and a reason.
    kept : tuple of Kept
        What the record knows and the file leaves blank.
    first_words : frozenset of str
        Compromised sites that the file calls clear: its word is the first of two.
    unheard : frozenset of str
        Those that it calls clear although whoever saves it may not clear sites: they
        stay as they are, and no word is added.
    sample_removed : int
        Sample records that real ones take off the record.
    data_version : int
        State of the record.
    scope : frozenset of str
        Providers, or cases, that the comparison saw.
    expected : mapping of str to mapping
        By kind and key, version and upload of each record that it saw.
    """

    upload: ProviderUpload | ReferralUpload
    kind: str
    at: datetime
    today: date
    new: tuple[RecordChange, ...]
    changed: tuple[RecordChange, ...]
    unchanged: tuple[tuple[str, Key], ...]
    gone: tuple[Gone, ...]
    closing: frozenset[str]
    closed: tuple[RecordChange, ...]
    loosening: tuple[Loosening, ...]
    shrunk: tuple[Shrunk, ...]
    kept: tuple[Kept, ...]
    first_words: frozenset[str]
    unheard: frozenset[str]
    sample_removed: int
    data_version: int
    scope: frozenset[str]
    expected: Mapping[str, Mapping[Key, State]] = field(repr=False)

    @property
    def nothing(self) -> bool:
        """Whether storing it would change nothing."""
        return not (
            self.new or self.changed or self.closed or self.sample_removed or self.first_words
        )

    @property
    def to_confirm(self) -> frozenset[Where]:
        """The fields whose change loosens safety."""
        return frozenset(one.change.where for one in self.loosening)

    @property
    def to_override(self) -> frozenset[Where]:
        """The numbers that would fall below the people living there."""
        return frozenset(one.where for one in self.shrunk)

    def count(self, what: str, kind: str) -> int:
        """Return how many records of a kind are "new", "changed", "unchanged", "gone"."""
        if what == "unchanged":
            return sum(one[0] == kind for one in self.unchanged)
        return sum(one.kind == kind for one in getattr(self, what))

    @property
    def sentences(self) -> tuple[str, ...]:
        """Say what is new, changes, stays, and is not in the file."""
        ends = (
            ("new", "is new.", "are new."),
            ("changed", "changes.", "change."),
            ("unchanged", "stays as it is.", "stay as they are."),
            (
                "gone",
                "on record is not in the file and is kept.",
                "on record are not in the file and are kept.",
            ),
            ("closed", "takes in nobody any more.", "take in nobody any more."),
        )
        said = [self._said(*one) for one in ends]
        facts_kept = sum(one.records for one in self.kept)
        if facts_kept:
            facts_are = "fact is" if facts_kept == 1 else "facts are"
            said.append(f"{facts_kept:,} known {facts_are} kept where the file is blank.")
        return tuple(one for one in (*said, self.of_sites) if one)

    @property
    def of_sites(self) -> str:
        """Say what its word on compromised sites does; nothing if it calls none clear."""
        said = []
        if self.first_words:
            said.append(_first_words(len(self.first_words)))
        if self.unheard:
            said.append(_unheard(len(self.unheard)))
        return " ".join(said)

    def _said(self, what: str, one: str, many: str) -> str:
        counts = [(self.count(what, kind), NOUNS[kind]) for kind in NOUNS]
        parts = [
            f"{number:,} {nouns[0] if number == 1 else nouns[1]}"
            for number, nouns in counts
            if number
        ]
        if not parts:
            return ""
        total = sum(number for number, _ in counts)
        return f"{' and '.join(parts)} {one if total == 1 else many}"


def _first_words(number: int) -> str:
    """Say that a file's word on a compromised site is the first of two."""
    if number == 1:
        return (
            "1 compromised site is called clear: that counts as the first word. A second "
            "person must say so before it is used again."
        )
    return (
        f"{number:,} compromised sites are called clear: that counts as the first word. A "
        "second person must say so before they are used again."
    )


def _unheard(number: int) -> str:
    """Say that a list does not open a site for whoever may not say that it is clear."""
    if number == 1:
        return (
            "This list calls 1 compromised site clear. It stays out of use until two people "
            "who may say so have said that it is clear."
        )
    return (
        f"This list calls {number:,} compromised sites clear. They stay out of use until two "
        "people who may say so have said that they are clear."
    )
