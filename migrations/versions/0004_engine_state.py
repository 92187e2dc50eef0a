"""What an engine's state must agree with, and which engine build made a row."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "engine_builds",
        sa.Column("engine_build_id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        _moment("first_used_at", server_default=sa.text("now()")),
        sa.PrimaryKeyConstraint("engine_build_id"),
        sa.UniqueConstraint("fingerprint"),
    )
    op.create_table(
        "delta_runs",
        sa.Column("delta_run_id", sa.Integer(), sa.Identity(), nullable=False),
        _moment("followed_at", server_default=sa.text("clock_timestamp()")),
        sa.Column("engine_build_id", sa.Integer(), nullable=False),
        sa.Column("symbols", sa.Integer(), nullable=False),
        sa.Column("resumed", sa.Integer(), nullable=False),
        sa.Column("bars_read", sa.BigInteger(), nullable=False),
        sa.Column("rows_written", sa.BigInteger(), nullable=False),
        sa.Column("cache_answered", sa.Boolean(), nullable=False),
        sa.Column("seconds", sa.DOUBLE_PRECISION(), nullable=False),
        sa.ForeignKeyConstraint(["engine_build_id"], ["engine_builds.engine_build_id"]),
        sa.PrimaryKeyConstraint("delta_run_id"),
    )
    op.create_table(
        "database_identity",
        sa.Column(
            "database_id",
            postgresql.UUID(as_uuid=True),
            server_default=sa.text("gen_random_uuid()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("database_id"),
    )
    op.add_column("indicators", sa.Column("bars_digest", sa.BigInteger()))
    op.add_column("indicators", sa.Column("engine_build_id", sa.Integer()))


def _moment(name: str, server_default: sa.TextClause) -> sa.Column:
    return sa.Column(
        name, postgresql.TIMESTAMP(timezone=True), nullable=False, server_default=server_default
    )
