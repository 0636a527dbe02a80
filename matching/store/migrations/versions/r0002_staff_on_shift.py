"""How many members of direct-care staff can be there tonight.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("providers") as table:
        table.add_column(sa.Column("staff_on_shift", sa.Integer(), nullable=True))
        table.create_check_constraint(
            op.f("ck_providers_staff_on_shift_range"),
            "staff_on_shift BETWEEN 0 AND 2147483647",
        )


def downgrade() -> None:
    with op.batch_alter_table("providers") as table:
        table.drop_constraint(op.f("ck_providers_staff_on_shift_range"), type_="check")
        table.drop_column("staff_on_shift")
