"""Ratios with the day they became known, and the statistics of sectors."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

METRICS = (
    "price",
    "market_cap",
    "earnings_per_share",
    "price_to_earnings",
    "price_to_book",
    "price_to_sales",
    "price_to_cash_flow",
    "price_to_free_cash_flow",
    "dividend_yield",
    "return_on_assets",
    "return_on_equity",
    "debt_to_equity",
    "current",
    "quick",
    "cash",
    "ev_to_sales",
    "ev_to_ebitda",
    "enterprise_value",
    "free_cash_flow",
)
QUANTILES = ("p05", "p25", "p50", "p75", "p95")


def upgrade() -> None:
    op.create_table(
        "fundamentals",
        sa.Column("symbol_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("known_on", sa.Date(), nullable=False),
        _moment("fetched_at", nullable=False, server_default=sa.text("now()")),
        sa.Column("ticker", sa.Text(), nullable=False),
        *[sa.Column(name, sa.DOUBLE_PRECISION()) for name in METRICS],
        sa.PrimaryKeyConstraint("symbol_id", "known_on", "fetched_at"),
    )
    op.create_table(
        "sector_distributions",
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("symbols", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("sector_table", sa.Text(), nullable=False),
        _moment("computed_at", nullable=False, server_default=sa.text("now()")),
        _moment("stale_since"),
        sa.PrimaryKeyConstraint("as_of"),
    )
    op.create_table(
        "sector_statistics",
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("symbols", sa.Integer(), nullable=False),
        *[sa.Column(name, sa.DOUBLE_PRECISION()) for name in QUANTILES],
        sa.PrimaryKeyConstraint("as_of", "sector", "metric"),
    )


def _moment(name: str, **options: object) -> sa.Column:
    return sa.Column(name, postgresql.TIMESTAMP(timezone=True), **options)  # type: ignore[arg-type]
