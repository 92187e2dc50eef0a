"""The tables of what a vendor was asked, and of what it says of a symbol one call at a time."""

from __future__ import annotations

import sqlalchemy as sa

from technic_pipeline.store.columns import metadata, moment

vendor_calls = sa.Table(
    "vendor_calls",
    metadata,
    # The day in New York.
    sa.Column("called_on", sa.Date, primary_key=True),
    sa.Column("endpoint", sa.Text, primary_key=True),
    sa.Column("calls", sa.Integer, nullable=False),
)

# When each list was last asked for as a whole, and what became of it: 'ok' or 'not in plan NAME'.
vendor_lists = sa.Table(
    "vendor_lists",
    metadata,
    sa.Column("list", sa.Text, primary_key=True),
    moment("refreshed_at", nullable=False, server_default=sa.func.clock_timestamp()),
    sa.Column("outcome", sa.Text, nullable=False),
)

symbol_details = sa.Table(
    "symbol_details",
    metadata,
    sa.Column("symbol_id", sa.Integer, sa.ForeignKey("symbols.symbol_id"), primary_key=True),
    sa.Column("composite_figi", sa.Text),
    sa.Column("cik", sa.Text),
    sa.Column("sic_code", sa.Text),
    sa.Column("industry", sa.Text),
    sa.Column("list_date", sa.Date),
    # When the vendor was last asked for this symbol alone; null while it never was.
    moment("asked_at"),
    sa.Index("symbol_details_figi", "composite_figi"),
)
