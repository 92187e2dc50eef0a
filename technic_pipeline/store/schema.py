"""The tables. This metadata is the one source of the schema; migrations follow it, a test compares.

Tables of bars and values carry no foreign keys: every row of theirs is written by a statement that
joins `symbols`, and a per-row check would double the time of a load.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION, JSONB

from technic_pipeline.indicators.registry import STORED_COLUMNS
from technic_pipeline.store import (  # noqa: F401 - their tables are part of it
    schema_engine,
    schema_fundamentals,
    schema_scans,
    schema_vendor,
)
from technic_pipeline.store.columns import metadata, moment, number

# Ranges of validity are half open; these stand for "always before" and "until further notice".
FIRST_DAY = "0001-01-01"
LAST_DAY = "9999-12-31"


def _description() -> list[sa.Column[str]]:
    """What a reference list says of a symbol; `sector` is ours, `sector_given` the list's word."""
    names = ("name", "type", "exchange", "sector", "sector_given", "industry")
    return [sa.Column(name, sa.Text) for name in names]


symbols = sa.Table(
    "symbols",
    metadata,
    sa.Column("symbol_id", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("ticker", sa.Text, nullable=False),
    *_description(),
    sa.Column("first_session", sa.Date),
    sa.Column("last_session", sa.Date),
    sa.Column("merged_into", sa.Integer, sa.ForeignKey("symbols.symbol_id")),
    sa.Index("symbols_ticker", "ticker"),
    # An evening updates every row. With room beside it, no index has to follow.
    postgresql_with={"fillfactor": 45},
)

symbol_tickers = sa.Table(
    "symbol_tickers",
    metadata,
    sa.Column("symbol_id", sa.Integer, sa.ForeignKey("symbols.symbol_id"), nullable=False),
    sa.Column("ticker", sa.Text, primary_key=True),
    sa.Column("valid_from", sa.Date, primary_key=True, server_default=FIRST_DAY),
    sa.Column("valid_to", sa.Date, nullable=False, server_default=LAST_DAY),
    sa.Index("symbol_tickers_symbol", "symbol_id"),
    sa.CheckConstraint("valid_from < valid_to", name="symbol_tickers_range"),
)

symbol_versions = sa.Table(
    "symbol_versions",
    metadata,
    sa.Column("symbol_id", sa.Integer, sa.ForeignKey("symbols.symbol_id"), primary_key=True),
    moment("known_from", primary_key=True, server_default=sa.func.now()),
    moment("known_to"),
    *_description(),
)

ticker_changes = sa.Table(
    "ticker_changes",
    metadata,
    sa.Column("old_ticker", sa.Text, primary_key=True),
    sa.Column("new_ticker", sa.Text, primary_key=True),
    sa.Column("effective_date", sa.Date, primary_key=True),
    moment("known_from", nullable=False, server_default=sa.func.now()),
    moment("applied_at"),
)

ingest_batches = sa.Table(
    "ingest_batches",
    metadata,
    sa.Column("batch_id", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("session", sa.Date, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("payload_sha256", sa.Text, nullable=False),
    sa.Column("content_sha256", sa.Text, nullable=False),
    moment("fetched_at", nullable=False),
    moment("committed_at", nullable=False, server_default=sa.func.clock_timestamp()),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("inserted", sa.Integer, nullable=False),
    sa.Column("revised", sa.Integer, nullable=False),
    sa.Column("removed", sa.Integer, nullable=False),
    sa.Column("rejected", sa.Integer, nullable=False),
    sa.Index("ingest_batches_session", "session", "batch_id"),
)


# As it was received, compressed; of batches older than the user wants to keep there is none.
payloads = sa.Table(
    "payloads",
    metadata,
    sa.Column("batch_id", sa.Integer, sa.ForeignKey("ingest_batches.batch_id"), primary_key=True),
    sa.Column("format", sa.Text, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.CheckConstraint("format in ('day_file', 'grouped_reply')", name="payloads_format"),
)


def _bar() -> list[sa.Column]:
    prices = [
        sa.Column(name, DOUBLE_PRECISION, nullable=False)
        for name in ("open", "high", "low", "close", "volume")
    ]
    return [*prices, number("vwap"), sa.Column("transactions", sa.BigInteger)]


daily_bars = sa.Table(
    "daily_bars",
    metadata,
    sa.Column("symbol_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("session", sa.Date, primary_key=True),
    sa.Column("ticker", sa.Text, nullable=False),
    *_bar(),
    sa.Column("batch_id", sa.Integer, nullable=False),
    sa.Index("daily_bars_session", "session"),
    postgresql_partition_by="RANGE (session)",
)

bar_revisions = sa.Table(
    "bar_revisions",
    metadata,
    sa.Column("revision_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("symbol_id", sa.Integer, nullable=False),
    sa.Column("session", sa.Date, nullable=False),
    sa.Column("ticker", sa.Text, nullable=False),
    *_bar(),
    sa.Column("batch_id", sa.Integer, nullable=False),
    sa.Column("replaced_by", sa.Integer),
    sa.Column("change", sa.Text, nullable=False),
    moment("replaced_at", nullable=False, server_default=sa.func.now()),
    sa.CheckConstraint("change in ('revised', 'removed', 'repointed')", "bar_revisions_change"),
    sa.Index("bar_revisions_symbol", "symbol_id", "session"),
    sa.Index("bar_revisions_session", "session"),
)

rejected_bars = sa.Table(
    "rejected_bars",
    metadata,
    sa.Column("batch_id", sa.Integer, sa.ForeignKey("ingest_batches.batch_id"), nullable=False),
    sa.Column("ticker", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("row", JSONB, nullable=False),
    sa.Index("rejected_bars_batch", "batch_id"),
)

splits = sa.Table(
    "splits",
    metadata,
    sa.Column("split_id", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("symbol_id", sa.Integer, sa.ForeignKey("symbols.symbol_id"), nullable=False),
    sa.Column("execution_date", sa.Date, nullable=False),
    sa.Column("split_from", DOUBLE_PRECISION, nullable=False),
    sa.Column("split_to", DOUBLE_PRECISION, nullable=False),
    sa.Column("source_id", sa.Text),
    moment("known_from", nullable=False, server_default=sa.func.now()),
    moment("known_to"),
    sa.Index("splits_symbol", "symbol_id", "execution_date"),
)

explained_jumps = sa.Table(
    "explained_jumps",
    metadata,
    sa.Column("symbol_id", sa.Integer, sa.ForeignKey("symbols.symbol_id"), primary_key=True),
    sa.Column("session", sa.Date, primary_key=True),
    moment("known_from", primary_key=True, server_default=sa.func.now()),
    moment("known_to"),
)

rejected_splits = sa.Table(
    "rejected_splits",
    metadata,
    sa.Column("ticker", sa.Text, primary_key=True),
    sa.Column("execution_date", sa.Date, primary_key=True),
    sa.Column("split_from", DOUBLE_PRECISION, primary_key=True),
    sa.Column("split_to", DOUBLE_PRECISION, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    moment("known_from", nullable=False, server_default=sa.func.now()),
)

pending_changes = sa.Table(
    "pending_changes",
    metadata,
    sa.Column("change_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("symbol_id", sa.Integer, nullable=False),
    sa.Column("from_session", sa.Date, nullable=False),
    sa.Column("batch_id", sa.Integer),
)

indicators = sa.Table(
    "indicators",
    metadata,
    sa.Column("session", sa.Date, primary_key=True),
    sa.Column("symbol_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("bars", sa.Integer, nullable=False),
    *[number(name) for name in STORED_COLUMNS],
    # Of all the symbol's bars up to the session, as they were adjusted then.
    sa.Column("bars_digest", sa.BigInteger),
    sa.Column("engine_build_id", sa.Integer),
    sa.PrimaryKeyConstraint("symbol_id", "session"),
    sa.Index("indicators_session", "session"),
    postgresql_partition_by="RANGE (session)",
)
