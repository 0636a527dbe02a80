"""The tables of casework: where a case stands, offers, calls, placements, consents.

At most one bed is held for a person, and a person lives at one place at most:
the partial unique indexes see to it whatever a program does.
"""

from __future__ import annotations

import sqlalchemy as sa

from matching.store.columns import JsonText, PlainText, UtcDateTime
from matching.store.tables import metadata, office, office_key


def _case() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["office", "referral_id"], ["referrals.office", "referrals.referral_id"]
    )


def _bed_pool() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["pool_id", "provider_id"], ["bed_pools.pool_id", "bed_pools.provider_id"]
    )


#: Where a case stands. A case without a row waits, and nothing was done for it yet.
cases = sa.Table(
    "cases",
    metadata,
    office_key(),
    sa.Column("referral_id", PlainText, primary_key=True),
    sa.Column("state", PlainText, nullable=False),
    sa.Column("since", UtcDateTime, nullable=False),
    sa.Column("emergency_at", UtcDateTime, nullable=True),
    sa.Column("reviewed_at", UtcDateTime, nullable=True),
    sa.Column("closed_at", UtcDateTime, nullable=True),
    sa.Column("outcome", PlainText, nullable=True),
    sa.Column("stripped_at", UtcDateTime, nullable=True),
    sa.Column("version", sa.Integer, nullable=False),
    _case(),
)

#: One place asked for one person: from the first call to the answer.
offers = sa.Table(
    "offers",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    office(),
    sa.Column("referral_id", PlainText, nullable=False),
    sa.Column("provider_id", PlainText, nullable=False),
    sa.Column("pool_id", PlainText, nullable=False),
    sa.Column("state", PlainText, nullable=False),
    sa.Column("beds", sa.Integer, nullable=False),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("opened_by", PlainText, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Column("changed_by", PlainText, nullable=False),
    sa.Column("hold_until", UtcDateTime, nullable=True),
    sa.Column("call_back_at", UtcDateTime, nullable=True),
    sa.Column("reason", PlainText, nullable=True),
    sa.Column("run_id", sa.ForeignKey("plan_runs.id"), nullable=True),
    sa.Column("share_id", sa.ForeignKey("shares.id"), nullable=True),
    sa.Column("version", sa.Integer, nullable=False),
    _case(),
    _bed_pool(),
    sa.CheckConstraint("beds >= 1", name="beds"),
    sa.Index(None, "office", "referral_id"),
    sa.Index(None, "provider_id", "pool_id"),
    sa.Index(
        "uq_offers_one_bed_a_person",
        "office",
        "referral_id",
        unique=True,
        sqlite_where=sa.text("state IN ('held', 'accepted')"),
        postgresql_where=sa.text("state IN ('held', 'accepted')"),
    ),
    sa.Index(
        "uq_offers_one_open_a_place",
        "office",
        "referral_id",
        "provider_id",
        "pool_id",
        unique=True,
        sqlite_where=sa.text("state IN ('calling', 'held', 'accepted')"),
        postgresql_where=sa.text("state IN ('calling', 'held', 'accepted')"),
    ),
    sqlite_autoincrement=True,
)

#: Every telephone call, in the order of time; rows are only added.
calls = sa.Table(
    "calls",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    office(),
    sa.Column("offer_id", sa.ForeignKey("offers.id"), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("actor", PlainText, nullable=False),
    sa.Column("answer", PlainText, nullable=False),
    sa.Column("reason", PlainText, nullable=True),
    sa.Column("asked", JsonText, nullable=False),
    sa.Index(None, "offer_id"),
    sqlite_autoincrement=True,
)

#: Where somebody lives or lived.
placements = sa.Table(
    "placements",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    office(),
    sa.Column("referral_id", PlainText, nullable=False),
    sa.Column("provider_id", PlainText, nullable=False),
    sa.Column("pool_id", PlainText, nullable=False),
    sa.Column("offer_id", sa.ForeignKey("offers.id"), nullable=True),
    sa.Column("state", PlainText, nullable=False),
    sa.Column("beds", sa.Integer, nullable=False),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("started_by", PlainText, nullable=False),
    sa.Column("recorded_at", UtcDateTime, nullable=False),
    sa.Column("planned_end", sa.Date, nullable=True),
    sa.Column("notice_at", UtcDateTime, nullable=True),
    sa.Column("away_since", UtcDateTime, nullable=True),
    sa.Column("bed_until", UtcDateTime, nullable=True),
    sa.Column("missing_reported_at", UtcDateTime, nullable=True),
    sa.Column("found_at", UtcDateTime, nullable=True),
    sa.Column("day14_reviewed_at", UtcDateTime, nullable=True),
    sa.Column("ended_at", UtcDateTime, nullable=True),
    sa.Column("ended_by", PlainText, nullable=True),
    sa.Column("end_reason", PlainText, nullable=True),
    sa.Column("learned", JsonText, nullable=True),
    sa.Column("version", sa.Integer, nullable=False),
    _case(),
    _bed_pool(),
    sa.CheckConstraint("beds >= 1", name="beds"),
    sa.Index(None, "office", "referral_id"),
    sa.Index(None, "provider_id", "pool_id"),
    sa.Index(
        "uq_placements_one_a_person",
        "office",
        "referral_id",
        unique=True,
        sqlite_where=sa.text("state <> 'ended'"),
        postgresql_where=sa.text("state <> 'ended'"),
    ),
    sqlite_autoincrement=True,
)

#: Who was considered for a case at one moment, as the diligent-search record keeps it.
searches = sa.Table(
    "searches",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    office(),
    sa.Column("referral_id", PlainText, nullable=False),
    sa.Column("run_id", sa.ForeignKey("plan_runs.id"), nullable=True),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("actor", PlainText, nullable=False),
    sa.Column("document", JsonText, nullable=False),
    _case(),
    sa.Index(None, "office", "referral_id"),
    sqlite_autoincrement=True,
)

#: A site that was compromised is clear once two different people have said so.
clearances = sa.Table(
    "clearances",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column(
        "provider_id",
        sa.ForeignKey("providers.provider_id", ondelete="CASCADE"),
        nullable=False,
    ),
    sa.Column("compromised_until", sa.Date, nullable=False),
    sa.Column("reason", PlainText, nullable=False),
    sa.Column("first_by", PlainText, nullable=False),
    sa.Column("first_at", UtcDateTime, nullable=False),
    sa.Column("second_by", PlainText, nullable=True),
    sa.Column("second_at", UtcDateTime, nullable=True),
    sa.Column("ended_at", UtcDateTime, nullable=True),
    sa.CheckConstraint("second_by <> first_by", name="two_people"),
    sa.Index(None, "provider_id"),
    sqlite_autoincrement=True,
)

#: Written, time-limited consent to share facts of a case with a partner agency.
consents = sa.Table(
    "consents",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    office(),
    sa.Column("referral_id", PlainText, nullable=False),
    sa.Column("partner", PlainText, nullable=False),
    sa.Column("scope", JsonText, nullable=False),
    sa.Column("given_by", PlainText, nullable=False),
    sa.Column("given_on", sa.Date, nullable=False),
    sa.Column("expires", sa.Date, nullable=False),
    sa.Column("recorded_at", UtcDateTime, nullable=False),
    sa.Column("recorded_by", PlainText, nullable=False),
    sa.Column("withdrawn_at", UtcDateTime, nullable=True),
    sa.Column("withdrawn_by", PlainText, nullable=True),
    _case(),
    sa.Index(None, "office", "referral_id"),
    sqlite_autoincrement=True,
)

#: What was handed to a partner agency, and what it answered.
shares = sa.Table(
    "shares",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    office(),
    sa.Column("code", PlainText, nullable=False),
    sa.Column("kind", PlainText, nullable=False),
    sa.Column("partner", PlainText, nullable=False),
    sa.Column("referral_id", PlainText, nullable=True),
    sa.Column("consent_id", sa.ForeignKey("consents.id"), nullable=True),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("actor", PlainText, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("fields", JsonText, nullable=False),
    sa.Column("answered_at", UtcDateTime, nullable=True),
    sa.Column("answer", JsonText, nullable=True),
    sa.UniqueConstraint("code"),
    sa.Index(None, "office", "referral_id"),
    sqlite_autoincrement=True,
)
