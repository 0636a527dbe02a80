"""Offices, accounts and sessions; casework; and to which office a row belongs.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

from contextlib import AbstractContextManager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TEXT = sa.Text()
NUMBER = sa.Integer()
YES_NO = sa.Boolean()
MOMENT = sa.DateTime(timezone=True)

#: Everything that is there already belongs to the one office there was.
FIRST = "main"

#: Tables that get a column for the office, those where it is part of the key last.
OWNED = ("upload_batches", "upload_recipes", "plan_runs", "publications", "scenarios")
KEYED = {
    "history": ["office", "day", "measure", "category"],
    "referrals": ["office", "referral_id"],
    "equity_facts": ["office", "referral_id"],
}
#: Names that are unique within an office now.
NAMES = {
    "upload_recipes": ["sender", "headers", "kind"],
    "scenarios": ["name"],
}
NEW = (
    "clearances",
    "searches",
    "placements",
    "calls",
    "offers",
    "shares",
    "consents",
    "cases",
    "openings",
    "sessions",
    "memberships",
    "accounts",
)


def _rebuilt(name: str) -> AbstractContextManager[BatchOperations]:
    """Change a table as SQLite does it, by copying it, with its numbering kept."""
    kept = {"sqlite_autoincrement": True} if name in OWNED else {}
    return op.batch_alter_table(name, table_kwargs=kept)


def upgrade() -> None:
    _create_offices()
    op.add_column("audit_events", sa.Column("office", TEXT, nullable=True))
    _alone("equity_facts")
    for table in (*OWNED, *KEYED):
        _give_office(table)
    for table, columns in KEYED.items():
        _key(table, columns)
    with op.batch_alter_table("equity_facts") as batch:
        batch.create_foreign_key(
            "fk_equity_facts_office_referral_id",
            "referrals",
            ["office", "referral_id"],
            ["office", "referral_id"],
            ondelete="CASCADE",
        )
    for name, columns in NAMES.items():
        _unique(name, columns, ["office", *columns])
    op.drop_index("ix_publications_period", "publications")
    op.create_index("ix_publications_office_period", "publications", ["office", "period"])
    _create_access()
    _create_casework()


def downgrade() -> None:
    for table in NEW:
        op.drop_table(table)
    op.drop_index("ix_publications_office_period", "publications")
    op.create_index("ix_publications_period", "publications", ["period"])
    for name, columns in NAMES.items():
        _unique(name, ["office", *columns], columns)
    with op.batch_alter_table("equity_facts") as batch:
        batch.drop_constraint("fk_equity_facts_office_referral_id", type_="foreignkey")
    for name, columns in KEYED.items():
        _key(name, columns[1:])
    for name in (*OWNED, *KEYED):
        with _rebuilt(name) as batch:
            batch.drop_constraint(f"fk_{name}_office", type_="foreignkey")
            batch.drop_column("office")
    with op.batch_alter_table("equity_facts") as batch:
        batch.create_foreign_key(
            "fk_equity_facts_referral_id",
            "referrals",
            ["referral_id"],
            ["referral_id"],
            ondelete="CASCADE",
        )
    op.drop_column("audit_events", "office")
    op.drop_table("offices")


def _alone(name: str) -> None:
    with _rebuilt(name) as batch:
        batch.drop_constraint("fk_equity_facts_referral_id", type_="foreignkey")


def _give_office(name: str) -> None:
    with _rebuilt(name) as batch:
        batch.add_column(sa.Column("office", TEXT, nullable=True))
    op.execute(f"UPDATE {name} SET office = '{FIRST}'")  # noqa: S608 - names of this file
    with _rebuilt(name) as batch:
        batch.alter_column("office", existing_type=TEXT, nullable=False)
        batch.create_foreign_key(f"fk_{name}_office", "offices", ["office"], ["code"])


def _key(name: str, columns: list[str]) -> None:
    with _rebuilt(name) as batch:
        batch.drop_constraint(f"pk_{name}", type_="primary")
        batch.create_primary_key(f"pk_{name}", columns)


def _unique(name: str, before: list[str], after: list[str]) -> None:
    with _rebuilt(name) as batch:
        batch.drop_constraint(f"uq_{name}_{'_'.join(before)}", type_="unique")
        batch.create_unique_constraint(f"uq_{name}_{'_'.join(after)}", after)


def _create_offices() -> None:
    offices = op.create_table(
        "offices",
        sa.Column("code", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("data_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("code", name="pk_offices"),
    )
    op.bulk_insert(offices, [{"code": FIRST, "name": "Office", "data_version": 0}])


def _create_access() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("password_hash", TEXT, nullable=True),
        sa.Column("issuer", TEXT, nullable=True),
        sa.Column("subject", TEXT, nullable=True),
        sa.Column("active", YES_NO, nullable=False),
        sa.Column("must_change", YES_NO, nullable=False),
        sa.Column("failures", NUMBER, nullable=False),
        sa.Column("locked_until", MOMENT, nullable=True),
        sa.Column("password_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", TEXT, nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("issuer", "subject", name="uq_accounts_issuer_subject"),
        sa.UniqueConstraint("name", name="uq_accounts_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "memberships",
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("office", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_memberships_account_id"
        ),
        sa.ForeignKeyConstraint(["office"], ["offices.code"], name="fk_memberships_office"),
        sa.PrimaryKeyConstraint("account_id", "office", name="pk_memberships"),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", TEXT, nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("office", TEXT, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("end_reason", TEXT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_sessions_account_id"),
        sa.ForeignKeyConstraint(["office"], ["offices.code"], name="fk_sessions_office"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
    )
    op.create_index("ix_sessions_account_id", "sessions", ["account_id"])
    op.create_table(
        "openings",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("office", TEXT, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("provider_id", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["office"], ["offices.code"], name="fk_openings_office"),
        sa.PrimaryKeyConstraint("id", name="pk_openings"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_openings_office_actor", "openings", ["office", "actor"])


def _create_casework() -> None:
    op.create_table(
        "cases",
        sa.Column("office", TEXT, nullable=False),
        sa.Column("referral_id", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("emergency_at", MOMENT, nullable=True),
        sa.Column("reviewed_at", MOMENT, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("outcome", TEXT, nullable=True),
        sa.Column("stripped_at", MOMENT, nullable=True),
        sa.Column("version", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["office", "referral_id"],
            ["referrals.office", "referrals.referral_id"],
            name="fk_cases_office_referral_id",
        ),
        sa.ForeignKeyConstraint(["office"], ["offices.code"], name="fk_cases_office"),
        sa.PrimaryKeyConstraint("office", "referral_id", name="pk_cases"),
    )
    op.create_table(
        "consents",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("office", TEXT, nullable=False),
        sa.Column("referral_id", TEXT, nullable=False),
        sa.Column("partner", TEXT, nullable=False),
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("given_by", TEXT, nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("expires", sa.Date(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", TEXT, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("withdrawn_by", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["office", "referral_id"],
            ["referrals.office", "referrals.referral_id"],
            name="fk_consents_office_referral_id",
        ),
        sa.ForeignKeyConstraint(["office"], ["offices.code"], name="fk_consents_office"),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_consents_office_referral_id", "consents", ["office", "referral_id"])
    op.create_table(
        "shares",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("office", TEXT, nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("partner", TEXT, nullable=False),
        sa.Column("referral_id", TEXT, nullable=True),
        sa.Column("consent_id", NUMBER, nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("fields", TEXT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answer", TEXT, nullable=True),
        sa.ForeignKeyConstraint(["consent_id"], ["consents.id"], name="fk_shares_consent_id"),
        sa.ForeignKeyConstraint(["office"], ["offices.code"], name="fk_shares_office"),
        sa.PrimaryKeyConstraint("id", name="pk_shares"),
        sa.UniqueConstraint("code", name="uq_shares_code"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_shares_office_referral_id", "shares", ["office", "referral_id"])
    op.create_table(
        "offers",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("office", TEXT, nullable=False),
        sa.Column("referral_id", TEXT, nullable=False),
        sa.Column("provider_id", TEXT, nullable=False),
        sa.Column("pool_id", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("beds", NUMBER, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("opened_by", TEXT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", TEXT, nullable=False),
        sa.Column("hold_until", MOMENT, nullable=True),
        sa.Column("call_back_at", MOMENT, nullable=True),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("run_id", NUMBER, nullable=True),
        sa.Column("share_id", NUMBER, nullable=True),
        sa.Column("version", NUMBER, nullable=False),
        sa.CheckConstraint("beds >= 1", name=op.f("ck_offers_beds")),
        sa.ForeignKeyConstraint(
            ["office", "referral_id"],
            ["referrals.office", "referrals.referral_id"],
            name="fk_offers_office_referral_id",
        ),
        sa.ForeignKeyConstraint(["office"], ["offices.code"], name="fk_offers_office"),
        sa.ForeignKeyConstraint(
            ["pool_id", "provider_id"],
            ["bed_pools.pool_id", "bed_pools.provider_id"],
            name="fk_offers_pool_id_provider_id",
        ),
        sa.ForeignKeyConstraint(["run_id"], ["plan_runs.id"], name="fk_offers_run_id"),
        sa.ForeignKeyConstraint(["share_id"], ["shares.id"], name="fk_offers_share_id"),
        sa.PrimaryKeyConstraint("id", name="pk_offers"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_offers_office_referral_id", "offers", ["office", "referral_id"])
    op.create_index("ix_offers_provider_id_pool_id", "offers", ["provider_id", "pool_id"])
    op.create_index(
        "uq_offers_one_bed_a_person",
        "offers",
        ["office", "referral_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('held', 'accepted')"),
        postgresql_where=sa.text("state IN ('held', 'accepted')"),
    )
    op.create_index(
        "uq_offers_one_open_a_place",
        "offers",
        ["office", "referral_id", "provider_id", "pool_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('calling', 'held', 'accepted')"),
        postgresql_where=sa.text("state IN ('calling', 'held', 'accepted')"),
    )
    op.create_table(
        "calls",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("office", TEXT, nullable=False),
        sa.Column("offer_id", NUMBER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("answer", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("asked", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name="fk_calls_offer_id"),
        sa.ForeignKeyConstraint(["office"], ["offices.code"], name="fk_calls_office"),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_calls_offer_id", "calls", ["offer_id"])
    op.create_table(
        "placements",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("office", TEXT, nullable=False),
        sa.Column("referral_id", TEXT, nullable=False),
        sa.Column("provider_id", TEXT, nullable=False),
        sa.Column("pool_id", TEXT, nullable=False),
        sa.Column("offer_id", NUMBER, nullable=True),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("beds", NUMBER, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("started_by", TEXT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("planned_end", sa.Date(), nullable=True),
        sa.Column("notice_at", MOMENT, nullable=True),
        sa.Column("away_since", MOMENT, nullable=True),
        sa.Column("bed_until", MOMENT, nullable=True),
        sa.Column("day14_reviewed_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", TEXT, nullable=True),
        sa.Column("end_reason", TEXT, nullable=True),
        sa.Column("learned", TEXT, nullable=True),
        sa.Column("version", NUMBER, nullable=False),
        sa.CheckConstraint("beds >= 1", name=op.f("ck_placements_beds")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name="fk_placements_offer_id"),
        sa.ForeignKeyConstraint(
            ["office", "referral_id"],
            ["referrals.office", "referrals.referral_id"],
            name="fk_placements_office_referral_id",
        ),
        sa.ForeignKeyConstraint(["office"], ["offices.code"], name="fk_placements_office"),
        sa.ForeignKeyConstraint(
            ["pool_id", "provider_id"],
            ["bed_pools.pool_id", "bed_pools.provider_id"],
            name="fk_placements_pool_id_provider_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_placements"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_placements_office_referral_id", "placements", ["office", "referral_id"])
    op.create_index(
        "ix_placements_provider_id_pool_id", "placements", ["provider_id", "pool_id"]
    )
    op.create_index(
        "uq_placements_one_a_person",
        "placements",
        ["office", "referral_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'ended'"),
        postgresql_where=sa.text("state <> 'ended'"),
    )
    op.create_table(
        "searches",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("office", TEXT, nullable=False),
        sa.Column("referral_id", TEXT, nullable=False),
        sa.Column("run_id", NUMBER, nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("document", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["office", "referral_id"],
            ["referrals.office", "referrals.referral_id"],
            name="fk_searches_office_referral_id",
        ),
        sa.ForeignKeyConstraint(["office"], ["offices.code"], name="fk_searches_office"),
        sa.ForeignKeyConstraint(["run_id"], ["plan_runs.id"], name="fk_searches_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_searches"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_searches_office_referral_id", "searches", ["office", "referral_id"])
    op.create_table(
        "clearances",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("provider_id", TEXT, nullable=False),
        sa.Column("compromised_until", sa.Date(), nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("first_by", TEXT, nullable=False),
        sa.Column("first_at", MOMENT, nullable=False),
        sa.Column("second_by", TEXT, nullable=True),
        sa.Column("second_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("second_by <> first_by", name=op.f("ck_clearances_two_people")),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["providers.provider_id"],
            name="fk_clearances_provider_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_clearances"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_clearances_provider_id", "clearances", ["provider_id"])
