"""What a vendor was asked, and what it says of a symbol one call at a time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "vendor_calls",
        sa.Column("called_on", sa.Date(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("called_on", "endpoint"),
    )
    op.create_table(
        "vendor_lists",
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column(
            "refreshed_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("list"),
    )
    op.create_table(
        "symbol_details",
        sa.Column("symbol_id", sa.Integer(), nullable=False),
        sa.Column("composite_figi", sa.Text()),
        sa.Column("cik", sa.Text()),
        sa.Column("sic_code", sa.Text()),
        sa.Column("industry", sa.Text()),
        sa.Column("list_date", sa.Date()),
        sa.Column("asked_at", postgresql.TIMESTAMP(timezone=True)),
        sa.ForeignKeyConstraint(["symbol_id"], ["symbols.symbol_id"]),
        sa.PrimaryKeyConstraint("symbol_id"),
    )
    op.create_index("symbol_details_figi", "symbol_details", ["composite_figi"])
