"""The tables of the record.

Columns of providers, bed pools and referrals come from the dataclasses of the
domain. No table has a place for a field of class X, for a file as it was
uploaded, or for its name.
"""

from __future__ import annotations

import sqlalchemy as sa

from matching.domain import words as w
from matching.domain.records import BedPool, Provider, Referral
from matching.store.columns import (
    JsonText,
    LargeNumber,
    PlainText,
    UtcDateTime,
    Word,
    number_checks,
    record_columns,
)

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def office() -> sa.Column[str]:
    """Return the column that says which office a row belongs to."""
    return sa.Column("office", PlainText, sa.ForeignKey("offices.code"), nullable=False)


def office_key() -> sa.Column[str]:
    """Return the same column as part of the key."""
    return sa.Column("office", PlainText, sa.ForeignKey("offices.code"), primary_key=True)


def _housekeeping() -> list[sa.Column[object]]:
    """Columns each record row has besides its own fields."""
    return [
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("batch_id", sa.ForeignKey("upload_batches.id"), nullable=False),
    ]


#: One row: the counter that caches key on, the end of the audit chain, and the
#: row that every writing transaction locks first.
record_state = sa.Table(
    "record_state",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("data_version", sa.BigInteger, nullable=False),
    sa.Column("audit_seq", sa.BigInteger, nullable=False),
    sa.Column("audit_hash", sa.Text, nullable=False),
    sa.CheckConstraint("id = 1", name="one_row"),
)

#: Offices share providers and their beds; everything about people belongs to one.
offices = sa.Table(
    "offices",
    metadata,
    sa.Column("code", PlainText, primary_key=True),
    sa.Column("name", PlainText, nullable=False),
    sa.Column("data_version", sa.BigInteger, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=True),
)

upload_batches = sa.Table(
    "upload_batches",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    office(),
    sa.Column("kind", PlainText, nullable=False),
    sa.Column("file_sha256", PlainText, nullable=False),
    sa.Column("file_format", PlainText, nullable=False),
    sa.Column("counts", JsonText, nullable=False),
    sa.Column("actor", PlainText, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("data_origin", Word(w.DataOrigin), nullable=True),
    sa.Column("recipe", PlainText, nullable=True),
    sa.Column("undone_at", UtcDateTime, nullable=True),
    sa.Column("undone_by", PlainText, nullable=True),
    sqlite_autoincrement=True,
)

#: Each record that an upload added or changed, as it was before, so that the
#: upload can be undone.
upload_images = sa.Table(
    "upload_images",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("batch_id", sa.ForeignKey("upload_batches.id"), nullable=False),
    sa.Column("kind", PlainText, nullable=False),
    sa.Column("key", JsonText, nullable=False),
    sa.Column("fields", JsonText, nullable=False),
    sa.Column("before", JsonText, nullable=True),
    sa.Column("after", JsonText, nullable=True),
    sa.Column("batch_before", sa.Integer, nullable=True),
    sa.Index(None, "batch_id"),
    sa.Index(None, "kind", "key"),
    sqlite_autoincrement=True,
)

#: How files with certain headers were read, so that the next one is read alike.
upload_recipes = sa.Table(
    "upload_recipes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    office(),
    sa.Column("sender", PlainText, nullable=False),
    sa.Column("headers", PlainText, nullable=False),
    sa.Column("kind", PlainText, nullable=False),
    sa.Column("recipe", JsonText, nullable=False),
    sa.Column("actor", PlainText, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("office", "sender", "headers", "kind"),
    sqlite_autoincrement=True,
)

providers = sa.Table(
    "providers",
    metadata,
    *record_columns(Provider),
    *_housekeeping(),
    *number_checks(Provider),
)

bed_pools = sa.Table(
    "bed_pools",
    metadata,
    *record_columns(BedPool),
    *_housekeeping(),
    *number_checks(BedPool),
    sa.ForeignKeyConstraint(["provider_id"], ["providers.provider_id"]),
    sa.Index(None, "provider_id"),
)

referrals = sa.Table(
    "referrals",
    metadata,
    *record_columns(Referral),
    *_housekeeping(),
    office_key(),
    *number_checks(Referral),
)

plan_runs = sa.Table(
    "plan_runs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    office(),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("actor", PlainText, nullable=False),
    sa.Column("policy_name", PlainText, nullable=False),
    sa.Column("policy_version", PlainText, nullable=False),
    sa.Column("policy_fingerprint", PlainText, nullable=False),
    sa.Column("problem_fingerprint", PlainText, nullable=False),
    sa.Column("as_of", UtcDateTime, nullable=False),
    sa.Column("status", PlainText, nullable=False),
    sa.Column("objective", LargeNumber, nullable=True),
    sa.Column("bound", LargeNumber, nullable=True),
    sa.Column("verified", sa.Boolean, nullable=False),
    sa.Column("engine_version", PlainText, nullable=False),
    sa.Column("solver_version", PlainText, nullable=False),
    sa.Column("salt", PlainText, nullable=False),
    sa.Column("document", JsonText, nullable=False),
    sqlite_autoincrement=True,
)

#: Tables of counts that left a case worker's hands, so that the next ones can be
#: held against them.
publications = sa.Table(
    "publications",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    office(),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("actor", PlainText, nullable=False),
    sa.Column("period", PlainText, nullable=False),
    sa.Column("form", PlainText, nullable=False),
    sa.Column("document", JsonText, nullable=False),
    sa.Index(None, "office", "period"),
    sqlite_autoincrement=True,
)

#: What if: named changes to try on the plan, and what came of them.
scenarios = sa.Table(
    "scenarios",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    office(),
    sa.Column("name", PlainText, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("actor", PlainText, nullable=False),
    sa.Column("steps", JsonText, nullable=False),
    sa.Column("result", JsonText, nullable=True),
    sa.UniqueConstraint("office", "name"),
    sqlite_autoincrement=True,
)

#: Counts by day, kept so that there is a history to forecast from.
history = sa.Table(
    "history",
    metadata,
    office_key(),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("measure", PlainText, primary_key=True),
    sa.Column("category", PlainText, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("unknown", sa.Integer, nullable=False),
)

#: Race and tribal status, for the page on fairness alone: no rule, no plan and
#: no other page reads this table.
equity_facts = sa.Table(
    "equity_facts",
    metadata,
    office_key(),
    sa.Column("referral_id", PlainText, primary_key=True),
    sa.Column("race", JsonText, nullable=True),
    sa.Column("tribal_status", PlainText, nullable=True),
    sa.Column("actor", PlainText, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.ForeignKeyConstraint(
        ["office", "referral_id"],
        ["referrals.office", "referrals.referral_id"],
        ondelete="CASCADE",
    ),
)

audit_events = sa.Table(
    "audit_events",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("actor", PlainText, nullable=False),
    sa.Column("role", PlainText, nullable=False),
    sa.Column("action", PlainText, nullable=False),
    sa.Column("object_kind", PlainText, nullable=False),
    sa.Column("object_id", PlainText, nullable=False),
    sa.Column("reason", PlainText, nullable=False),
    sa.Column("details", JsonText, nullable=False),
    sa.Column("prev_hash", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("office", PlainText, nullable=True),
    sa.UniqueConstraint("prev_hash"),
    sa.Index(None, "object_kind", "object_id"),
)
