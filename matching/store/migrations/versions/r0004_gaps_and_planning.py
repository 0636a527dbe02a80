"""Published counts, scenarios, a history by day, and facts for fairness alone.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXT = sa.Text()
NUMBER = sa.Integer()
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "publications",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("period", TEXT, nullable=False),
        sa.Column("form", TEXT, nullable=False),
        sa.Column("document", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_publications"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_publications_period", "publications", ["period"])
    op.create_table(
        "scenarios",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("steps", TEXT, nullable=False),
        sa.Column("result", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_scenarios"),
        sa.UniqueConstraint("name", name="uq_scenarios_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "history",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("measure", TEXT, nullable=False),
        sa.Column("category", TEXT, nullable=False),
        sa.Column("count", NUMBER, nullable=False),
        sa.Column("unknown", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("day", "measure", "category", name="pk_history"),
    )
    op.create_table(
        "equity_facts",
        sa.Column("referral_id", TEXT, nullable=False),
        sa.Column("race", TEXT, nullable=True),
        sa.Column("tribal_status", TEXT, nullable=True),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referrals.referral_id"],
            name="fk_equity_facts_referral_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("referral_id", name="pk_equity_facts"),
    )


def downgrade() -> None:
    for name in ("equity_facts", "history", "scenarios", "publications"):
        op.drop_table(name)
