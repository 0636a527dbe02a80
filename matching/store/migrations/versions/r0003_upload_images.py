"""What each upload changed, whether it was undone, and how files were read.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXT = sa.Text()
NUMBER = sa.Integer()
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for name, kind in (("recipe", TEXT), ("undone_at", MOMENT), ("undone_by", TEXT)):
        op.add_column("upload_batches", sa.Column(name, kind, nullable=True))
    op.create_table(
        "upload_images",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("batch_id", NUMBER, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("fields", TEXT, nullable=False),
        sa.Column("before", TEXT, nullable=True),
        sa.Column("after", TEXT, nullable=True),
        sa.Column("batch_before", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["upload_batches.id"], name="fk_upload_images_batch_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_upload_images"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_upload_images_batch_id", "upload_images", ["batch_id"])
    op.create_index("ix_upload_images_kind_key", "upload_images", ["kind", "key"])
    op.create_table(
        "upload_recipes",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("sender", TEXT, nullable=False),
        sa.Column("headers", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("recipe", TEXT, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_upload_recipes"),
        sa.UniqueConstraint(
            "sender", "headers", "kind", name="uq_upload_recipes_sender_headers_kind"
        ),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("upload_recipes")
    op.drop_table("upload_images")
    with op.batch_alter_table("upload_batches") as table:
        for name in ("undone_by", "undone_at", "recipe"):
            table.drop_column(name)
