"""When somebody missing was reported, and when they were back.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ADDED = ("missing_reported_at", "found_at")


def upgrade() -> None:
    for name in ADDED:
        column = sa.Column(name, sa.DateTime(timezone=True), nullable=True)
        op.add_column("placements", column)


def downgrade() -> None:
    with op.batch_alter_table("placements") as batch:
        for name in reversed(ADDED):
            batch.drop_column(name)
