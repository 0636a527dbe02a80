"""Accounts of members of staff, and their sessions, as they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from matching.domain.access import Role


class SessionEnd(StrEnum):
    """Why a session ended."""

    SIGNED_OUT = "signed_out"
    LEFT = "left"  #: in a hurry, by "Leave now"
    IDLE = "idle"
    EXPIRED = "expired"  #: the longest a session may last
    REPLACED = "replaced"  #: by the next sign-in in the same browser
    OFFICE = "office"  #: went on at another office
    PASSWORD = "password"  #: changed or reset  # noqa: S105
    ROLE = "role"  #: the role at the office changed, or there is none any more
    DISABLED = "disabled"
    REVOKED = "revoked"  #: ended from another session of the same account


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A member of staff who may sign in.

    Attributes
    ----------
    id : int
    name : str
        What they sign in with; unique.
    password_hash : str or None
        Argon2 hash; ``None`` if they sign in at an identity provider. Not shown.
    issuer, subject : str or None
        Who they are at the identity provider, once they signed in there.
    active : bool
    must_change : bool
        Whether the password was given by somebody else and has to be changed.
    failures : int
        Wrong passwords since the last right one.
    locked_until : datetime or None
    password_at : datetime or None
        When the password was set.
    created_at : datetime
    created_by : str
    version : int
        Grows with every change.
    roles : mapping of str to Role
        By office.
    last_sign_in : datetime or None
    """

    id: int
    name: str
    password_hash: str | None = field(repr=False)
    issuer: str | None = None
    subject: str | None = None
    active: bool = True
    must_change: bool = False
    failures: int = 0
    locked_until: datetime | None = None
    password_at: datetime | None = None
    created_at: datetime
    created_by: str
    version: int = 1
    roles: Mapping[str, Role] = field(default_factory=dict)
    last_sign_in: datetime | None = None

    @property
    def offices(self) -> tuple[str, ...]:
        """The offices they belong to, in the order of their codes."""
        return tuple(sorted(self.roles))

    def locked(self, now: datetime) -> bool:
        """Tell whether sign-in is barred at a moment."""
        return self.locked_until is not None and now < self.locked_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One sign-in, from its start to its end.

    Attributes
    ----------
    key : str
        SHA-256 of the browser's token, in hexadecimal. The token is kept nowhere.
    account_id : int
    office : str
        Where they work in it.
    started_at, seen_at : datetime
    ended_at : datetime or None
    end_reason : SessionEnd or None
    """

    key: str
    account_id: int
    office: str
    started_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None
    end_reason: SessionEnd | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """An office that keeps cases of its own.

    Attributes
    ----------
    code : str
    name : str
    """

    code: str
    name: str
