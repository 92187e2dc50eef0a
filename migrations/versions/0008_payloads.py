"""Payloads of batches, whose ratios were before a change of ticker, and a place for as_known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    # For the views of sql/as_known/, which are made anew after every step.
    op.execute("create schema as_known")
    op.create_table(
        "payloads",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("format in ('day_file', 'grouped_reply')", name="payloads_format"),
        sa.ForeignKeyConstraint(["batch_id"], ["ingest_batches.batch_id"]),
        sa.PrimaryKeyConstraint("batch_id"),
    )
    # It is compressed already.
    op.execute("alter table payloads alter column content set storage external")
    op.create_table(
        "repointed_fundamentals",
        sa.Column("ticker", sa.Text(), nullable=False),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("fetched_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column(
            "repointed_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("symbol_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("ticker", "known_on", "fetched_at", "repointed_at"),
    )
