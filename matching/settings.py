"""Settings from environment variables and a file of secrets, read once at the start.

The environment wins over the file, the file over what is built in:

=================  =========================  ===============================
Setting            Variable                   Built in
=================  =========================  ===============================
database_url       DATABASE_URL               SQLite file .matching/record.db
(its key)          MATCHING_DATABASE_KEY      none
(its key)          MATCHING_DATABASE_KEY_FILE none
policy             MATCHING_POLICY            general
time_zone          MATCHING_TIME_ZONE         UTC
max_upload_mb      MATCHING_MAX_UPLOAD_MB     10
plan_seconds       MATCHING_PLAN_SECONDS      no limit
workers            MATCHING_WORKERS           none
small_count        MATCHING_SMALL_COUNT       10
protection_width   MATCHING_PROTECTION_WIDTH  the same as small_count
idle_minutes       MATCHING_IDLE_MINUTES      15
session_hours      MATCHING_SESSION_HOURS     10
secure_cookies     MATCHING_SECURE_COOKIES    no; yes behind https anyway
proxies            MATCHING_PROXIES           none
oidc               MATCHING_OIDC_ISSUER,      none
                   MATCHING_OIDC_CLIENT_ID,
                   MATCHING_OIDC_CLIENT_SECRET,
                   MATCHING_OIDC_NAME_CLAIM   email
=================  =========================  ===============================

The file is ``.streamlit/secrets.toml`` under the working directory, with the
same names at its top level.
"""

from __future__ import annotations

import ipaddress
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from matching import database_address
from matching.domain.errors import InputError

SECRETS_FILE = Path(".streamlit") / "secrets.toml"
RECORD_FILE = Path(".matching") / "record.db"

#: More than this would not fit in memory several times over.
LARGEST_UPLOAD_MB = 200
#: A day.
LONGEST_PLAN_SECONDS = 86_400
MOST_WORKERS = 256
#: Counts from 1 to this may be set to be hidden, and no fewer than to that.
LEAST_SMALL_COUNT, MOST_SMALL_COUNT = 3, 100
LONGEST_IDLE_MINUTES, LONGEST_SESSION_HOURS = 120, 24


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityProvider:
    """Where members of staff sign in instead of with a password kept here.

    Attributes
    ----------
    issuer : str
        Its address: https, or this machine.
    client_id, client_secret : str
        What this installation is registered as there. The secret is not shown.
    name_claim : str
        Claim that holds the name which an administrator gave the account.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name_claim: str = "email"

    def __post_init__(self) -> None:
        """Refuse an address that others can listen in on."""
        parts = urlsplit(self.issuer)
        local = parts.scheme == "http" and _is_loopback(parts.hostname or "")
        if not (parts.hostname and (parts.scheme == "https" or local)):
            raise InputError(
                "MATCHING_OIDC_ISSUER is not a https address.",
                next_step="Use the address that the identity provider names as its issuer.",
            )
        if not (self.client_id and self.client_secret):
            raise InputError(
                "MATCHING_OIDC_ISSUER is set without a client's name and secret.",
                next_step="Set MATCHING_OIDC_CLIENT_ID and MATCHING_OIDC_CLIENT_SECRET too.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What differs between one installation and another.

    Attributes
    ----------
    database_url : str
        SQLAlchemy URL of the record; PostgreSQL always through psycopg 3.
    policy : str
        Name of the policy file in force.
    time_zone : str
        IANA name of the office's time zone; times are kept in UTC and shown in it.
    max_upload_mb : int
        Largest file that may be uploaded, in megabytes.
    plan_seconds : int or None
        Longest search for one plan, in seconds; the best plan found by then is
        kept, with how far it is proven. ``None`` is no limit.
    workers : int or None
        Processes that share the work on a plan; ``None`` is the one that asks.
    small_count : int
        Published counts of people from 1 to this are hidden.
    protection_width : int or None
        How far apart the least and the greatest must be that an outsider could
        derive for a hidden count; ``None`` is ``small_count``.
    idle_minutes : int
        A session ends after so long without anybody doing anything in it.
    session_hours : int
        A session ends after so long in any case.
    secure_cookies : bool
        Whether the browser may send the session's cookie over https only, also
        where the server itself is asked over http, as behind a proxy.
    proxies : tuple of str
        Addresses or networks whose word on who asks is taken.
    oidc : IdentityProvider or None
    """

    database_url: str
    policy: str = "general"
    time_zone: str = "UTC"
    max_upload_mb: int = 10
    plan_seconds: int | None = None
    workers: int | None = None
    small_count: int = 10
    protection_width: int | None = None
    idle_minutes: int = 15
    session_hours: int = 10
    secure_cookies: bool = False
    proxies: tuple[str, ...] = ()
    oidc: IdentityProvider | None = None

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant."""
        object.__setattr__(self, "database_url", database_address.plain_url(self.database_url))
        if not re.fullmatch(r"[a-z0-9_-]+", self.policy):
            raise InputError(
                "MATCHING_POLICY is not the name of a policy.",
                next_step="Use the name of a policy file without its ending, such as florida.",
            )
        _check_zone(self.time_zone)
        if not 1 <= self.max_upload_mb <= LARGEST_UPLOAD_MB:
            raise InputError(
                f"MATCHING_MAX_UPLOAD_MB must be from 1 to {LARGEST_UPLOAD_MB}.",
                next_step="Choose a size in that range, in megabytes.",
            )
        _check_range("MATCHING_PLAN_SECONDS", self.plan_seconds, LONGEST_PLAN_SECONDS)
        _check_range("MATCHING_WORKERS", self.workers, MOST_WORKERS)
        for name, number in (
            ("MATCHING_SMALL_COUNT", self.small_count),
            ("MATCHING_PROTECTION_WIDTH", self.protection_width),
        ):
            _check_range(name, number, MOST_SMALL_COUNT, LEAST_SMALL_COUNT)
        _check_range("MATCHING_IDLE_MINUTES", self.idle_minutes, LONGEST_IDLE_MINUTES)
        _check_range("MATCHING_SESSION_HOURS", self.session_hours, LONGEST_SESSION_HOURS)
        _check_networks(self.proxies)

    def __repr__(self) -> str:
        """Return the settings without the password of the database."""
        return (
            f"Settings(database_url={self.shown_database_url!r}, policy={self.policy!r}, "
            f"time_zone={self.time_zone!r}, max_upload_mb={self.max_upload_mb}, "
            f"plan_seconds={self.plan_seconds}, workers={self.workers}, "
            f"small_count={self.small_count}, protection_width={self.protection_width}, "
            f"idle_minutes={self.idle_minutes}, session_hours={self.session_hours}, "
            f"secure_cookies={self.secure_cookies}, proxies={self.proxies}, "
            f"oidc={self.oidc!r})"
        )

    @property
    def shown_database_url(self) -> str:
        """The database's URL without password and options, fit for a screen or a log."""
        return database_address.redacted(self.database_url)

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return ZoneInfo(self.time_zone)


def load_settings(
    environ: Mapping[str, str] | None = None,
    secrets: Mapping[str, Any] | None = None,
) -> Settings:
    """Read the settings.

    Parameters
    ----------
    environ : mapping, optional
        Environment variables; by default those of the process.
    secrets : mapping, optional
        Content of the file of secrets; by default read from :data:`SECRETS_FILE`.

    Returns
    -------
    Settings

    Raises
    ------
    InputError
        If a value cannot be used.
    """
    environ = os.environ if environ is None else environ
    secrets = _read_secrets() if secrets is None else secrets

    def value(name: str, default: str) -> str:
        found = environ.get(name) or secrets.get(name)
        return default if found is None else str(found).strip()

    megabytes = value("MATCHING_MAX_UPLOAD_MB", "10")
    small = _whole_number("MATCHING_SMALL_COUNT", value("MATCHING_SMALL_COUNT", "10"))
    return Settings(
        database_url=database_address.with_key(
            value("DATABASE_URL", f"sqlite:///{Path.cwd() / RECORD_FILE}"), value
        ),
        policy=value("MATCHING_POLICY", "general"),
        time_zone=value("MATCHING_TIME_ZONE", "UTC"),
        max_upload_mb=_whole_number("MATCHING_MAX_UPLOAD_MB", megabytes),
        plan_seconds=_number_or_none("MATCHING_PLAN_SECONDS", value),
        workers=_number_or_none("MATCHING_WORKERS", value),
        small_count=small,
        protection_width=_number_or_none("MATCHING_PROTECTION_WIDTH", value),
        idle_minutes=_whole_number(
            "MATCHING_IDLE_MINUTES", value("MATCHING_IDLE_MINUTES", "15")
        ),
        session_hours=_whole_number(
            "MATCHING_SESSION_HOURS", value("MATCHING_SESSION_HOURS", "10")
        ),
        secure_cookies=_yes(value("MATCHING_SECURE_COOKIES", "no")),
        proxies=tuple(value("MATCHING_PROXIES", "").replace(",", " ").split()),
        oidc=_identity_provider(value),
    )


def _identity_provider(value: Callable[[str, str], str]) -> IdentityProvider | None:
    issuer = value("MATCHING_OIDC_ISSUER", "")
    if not issuer:
        return None
    return IdentityProvider(
        issuer=issuer,
        client_id=value("MATCHING_OIDC_CLIENT_ID", ""),
        client_secret=value("MATCHING_OIDC_CLIENT_SECRET", ""),
        name_claim=value("MATCHING_OIDC_NAME_CLAIM", "email"),
    )


def _yes(text: str) -> bool:
    said = text.lower()
    if said in ("yes", "true", "1", "on"):
        return True
    if said in ("no", "false", "0", "off", ""):
        return False
    raise InputError("MATCHING_SECURE_COOKIES is neither yes nor no.", next_step="Write yes.")


def _check_networks(networks: tuple[str, ...]) -> None:
    for one in networks:
        try:
            ipaddress.ip_network(one)
        except ValueError:
            raise InputError(
                "MATCHING_PROXIES holds something that is no address of a network.",
                next_step="Write addresses such as 10.0.0.7 or 10.0.0.0/24, with commas.",
            ) from None


def _number_or_none(name: str, value: Callable[[str, str], str]) -> int | None:
    text = value(name, "")
    return _whole_number(name, text) if text else None


def _check_range(name: str, number: int | None, most: int, fewest: int = 1) -> None:
    if number is not None and not fewest <= number <= most:
        raise InputError(
            f"{name} must be from {fewest} to {most}.",
            next_step="Choose a number in that range, or leave it out.",
        )


def _whole_number(name: str, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise InputError(f"{name} is not a whole number.", next_step="Write digits only.")
    return int(text)


def _read_secrets() -> dict[str, Any]:
    try:
        return tomllib.loads(SECRETS_FILE.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        # The parser's own message would repeat a line of the file.
        raise InputError(
            f"{SECRETS_FILE.as_posix()} cannot be read.",
            next_step="Correct the file or remove it.",
        ) from None


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise InputError(
            "MATCHING_TIME_ZONE is not a time zone.",
            next_step="Use a name such as America/New_York.",
        ) from None


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
