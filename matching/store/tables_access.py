"""The tables of those who work with the record: accounts, sessions, what they opened."""

from __future__ import annotations

import sqlalchemy as sa

from matching.store.columns import PlainText, UtcDateTime
from matching.store.tables import metadata, office

#: Members of staff. A password is kept as its argon2 hash alone; who signs in at
#: an identity provider has none.
accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("name", PlainText, nullable=False),
    sa.Column("password_hash", sa.Text, nullable=True),
    sa.Column("issuer", PlainText, nullable=True),
    sa.Column("subject", PlainText, nullable=True),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("must_change", sa.Boolean, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("locked_until", UtcDateTime, nullable=True),
    sa.Column("password_at", UtcDateTime, nullable=True),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("created_by", PlainText, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.UniqueConstraint("name"),
    sa.UniqueConstraint("issuer", "subject"),
    sqlite_autoincrement=True,
)

#: The role an account has at each office.
memberships = sa.Table(
    "memberships",
    metadata,
    sa.Column("account_id", sa.ForeignKey("accounts.id"), primary_key=True),
    sa.Column("office", PlainText, sa.ForeignKey("offices.code"), primary_key=True),
    sa.Column("role", PlainText, nullable=False),
)

#: Who is signed in; of the browser's token only its SHA-256 is kept.
sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("account_id", sa.ForeignKey("accounts.id"), nullable=False),
    office(),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime, nullable=True),
    sa.Column("end_reason", PlainText, nullable=True),
    sa.Index(None, "account_id"),
)

#: Confidential providers that somebody opened, why, and until when.
openings = sa.Table(
    "openings",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    office(),
    sa.Column("actor", PlainText, nullable=False),
    sa.Column("provider_id", PlainText, nullable=False),
    sa.Column("reason", PlainText, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("until", UtcDateTime, nullable=False),
    sa.Index(None, "office", "actor"),
    sqlite_autoincrement=True,
)
