"""Drafts: what browsers have not saved."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "trilever_drafts",
        sa.Column("browser", sa.String(64), primary_key=True),
        sa.Column("tab", sa.String(32), primary_key=True),
        sa.Column("left_at", sa.String(32), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("trilever_drafts_left_at", "trilever_drafts", ["left_at"])
