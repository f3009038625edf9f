"""The first schema: facts, baselines, scenarios, versions."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None


def upgrade() -> None:
    facts = op.create_table(
        "trilever_facts",
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "trilever_baselines",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "trilever_scenarios",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("owner", sa.String(64)),
        sa.Column("created", sa.String(32), nullable=False),
        sa.Column("deleted", sa.String(32)),
    )
    op.create_index("trilever_scenarios_owner", "trilever_scenarios", ["owner"])
    op.create_table(
        "trilever_versions",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column(
            "scenario", sa.String(64), sa.ForeignKey("trilever_scenarios.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("saved", sa.String(32), nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("parent", sa.String(64)),
        sa.Column("engine", sa.String(40), nullable=False),
        sa.Column("format", sa.Integer, nullable=False),
        sa.Column("baseline", sa.String(64), sa.ForeignKey("trilever_baselines.digest"), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("revoked", sa.String(32)),
        sa.Column("expires", sa.String(32)),
        sa.UniqueConstraint("scenario", "number", name="trilever_versions_number"),
    )
    op.create_index("trilever_versions_baseline", "trilever_versions", ["baseline"])
    op.bulk_insert(facts, [{"name": "tag", "value": secrets.token_hex(3)}])
