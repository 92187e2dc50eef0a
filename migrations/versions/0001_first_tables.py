"""The first tables: symbols, bars, splits, indicators, scans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "bar_revisions",
        sa.Column("revision_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("symbol_id", sa.Integer(), nullable=False),
        sa.Column("session", sa.Date(), nullable=False),
        sa.Column("ticker", sa.Text(), nullable=False),
        sa.Column("open", sa.DOUBLE_PRECISION(), nullable=False),
        sa.Column("high", sa.DOUBLE_PRECISION(), nullable=False),
        sa.Column("low", sa.DOUBLE_PRECISION(), nullable=False),
        sa.Column("close", sa.DOUBLE_PRECISION(), nullable=False),
        sa.Column("volume", sa.DOUBLE_PRECISION(), nullable=False),
        sa.Column("vwap", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("transactions", sa.BigInteger(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("replaced_by", sa.Integer(), nullable=True),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column(
            "replaced_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "change in ('revised', 'removed', 'repointed')", name="bar_revisions_change"
        ),
        sa.PrimaryKeyConstraint("revision_id"),
    )
    op.create_index("bar_revisions_session", "bar_revisions", ["session"], unique=False)
    op.create_index("bar_revisions_symbol", "bar_revisions", ["symbol_id", "session"], unique=False)
    op.create_table(
        "daily_bars",
        sa.Column("symbol_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("session", sa.Date(), nullable=False),
        sa.Column("ticker", sa.Text(), nullable=False),
        sa.Column("open", sa.DOUBLE_PRECISION(), nullable=False),
        sa.Column("high", sa.DOUBLE_PRECISION(), nullable=False),
        sa.Column("low", sa.DOUBLE_PRECISION(), nullable=False),
        sa.Column("close", sa.DOUBLE_PRECISION(), nullable=False),
        sa.Column("volume", sa.DOUBLE_PRECISION(), nullable=False),
        sa.Column("vwap", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("transactions", sa.BigInteger(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("symbol_id", "session"),
        postgresql_partition_by="RANGE (session)",
    )
    op.create_index("daily_bars_session", "daily_bars", ["session"], unique=False)
    op.create_table(
        "indicators",
        sa.Column("session", sa.Date(), nullable=False),
        sa.Column("symbol_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bars", sa.Integer(), nullable=False),
        sa.Column("change_pct", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("sma_20", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("sma_50", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("sma_200", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("ema_20", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("rsi_14", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("atr_14", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("atr_pct", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("perf_1m", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("perf_3m", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("perf_6m", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("volatility_20", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("rel_volume_10", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("dollar_volume_20", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("high_52w", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("pct_from_high_52w", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("bars_since_jump", sa.DOUBLE_PRECISION(), nullable=True),
        sa.PrimaryKeyConstraint("symbol_id", "session"),
        postgresql_partition_by="RANGE (session)",
    )
    op.create_index("indicators_session", "indicators", ["session"], unique=False)
    op.create_table(
        "ingest_batches",
        sa.Column("batch_id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("session", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("payload_sha256", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("fetched_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column(
            "committed_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("inserted", sa.Integer(), nullable=False),
        sa.Column("revised", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id"),
    )
    op.create_index(
        "ingest_batches_session", "ingest_batches", ["session", "batch_id"], unique=False
    )
    op.create_table(
        "pending_changes",
        sa.Column("change_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("symbol_id", sa.Integer(), nullable=False),
        sa.Column("from_session", sa.Date(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("change_id"),
    )
    op.create_index("pending_changes_symbol", "pending_changes", ["symbol_id"], unique=False)
    op.create_table(
        "rejected_splits",
        sa.Column("ticker", sa.Text(), nullable=False),
        sa.Column("execution_date", sa.Date(), nullable=False),
        sa.Column("split_from", sa.DOUBLE_PRECISION(), nullable=False),
        sa.Column("split_to", sa.DOUBLE_PRECISION(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "known_from",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("ticker", "execution_date", "split_from", "split_to"),
    )
    op.create_table(
        "scan_results",
        sa.Column("scan_run_id", sa.Integer(), nullable=False),
        sa.Column("scan", sa.Text(), nullable=False),
        sa.Column("session", sa.Date(), nullable=False),
        sa.Column("rank", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("symbol_id", sa.Integer(), nullable=False),
        sa.Column("ticker", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("industry", sa.Text(), nullable=True),
        sa.Column("close", sa.DOUBLE_PRECISION(), nullable=False),
        sa.Column("change_pct", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("volume", sa.DOUBLE_PRECISION(), nullable=False),
        sa.Column("rel_volume_10", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("dollar_volume_20", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("trend_score", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("momentum_score", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("volume_score", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("volatility_score", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("score", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("contributions", postgresql.ARRAY(sa.DOUBLE_PRECISION()), nullable=False),
        sa.Column("sector_rank", sa.Integer(), nullable=False),
        sa.Column("previous_rank", sa.Integer(), nullable=True),
        sa.Column("rank_change", sa.Integer(), nullable=True),
        sa.Column("entry", sa.DOUBLE_PRECISION(), nullable=False),
        sa.Column("stop", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("target", sa.DOUBLE_PRECISION(), nullable=True),
        sa.PrimaryKeyConstraint("session", "scan_run_id", "rank"),
        postgresql_partition_by="RANGE (session)",
    )
    op.create_index("scan_results_symbol", "scan_results", ["symbol_id", "session"], unique=False)
    op.create_table(
        "scan_runs",
        sa.Column("scan_run_id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("scan", sa.Text(), nullable=False),
        sa.Column("session", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "published_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("universe", sa.Integer(), nullable=False),
        sa.Column("ranked", sa.Integer(), nullable=False),
        sa.Column("previous_scan_run_id", sa.Integer(), nullable=True),
        sa.Column("definition", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("definition_sha256", sa.Text(), nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("engine_fingerprint", sa.Text(), nullable=False),
        sa.Column("inputs_sha256", sa.Text(), nullable=False),
        sa.Column("stale_since", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("seconds", sa.DOUBLE_PRECISION(), nullable=False),
        sa.ForeignKeyConstraint(
            ["previous_scan_run_id"],
            ["scan_runs.scan_run_id"],
        ),
        sa.PrimaryKeyConstraint("scan_run_id"),
        sa.UniqueConstraint("scan", "session", "version", name="scan_runs_version"),
    )
    op.create_table(
        "symbols",
        sa.Column("symbol_id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("ticker", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("exchange", sa.Text(), nullable=True),
        sa.Column("sector", sa.Text(), nullable=True),
        sa.Column("sector_given", sa.Text(), nullable=True),
        sa.Column("industry", sa.Text(), nullable=True),
        sa.Column("first_session", sa.Date(), nullable=True),
        sa.Column("last_session", sa.Date(), nullable=True),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merged_into"],
            ["symbols.symbol_id"],
        ),
        sa.PrimaryKeyConstraint("symbol_id"),
    )
    op.create_index("symbols_ticker", "symbols", ["ticker"], unique=False)
    op.create_table(
        "ticker_changes",
        sa.Column("old_ticker", sa.Text(), nullable=False),
        sa.Column("new_ticker", sa.Text(), nullable=False),
        sa.Column("effective_date", sa.Date(), nullable=False),
        sa.Column(
            "known_from",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("applied_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("old_ticker", "new_ticker", "effective_date"),
    )
    op.create_table(
        "rejected_bars",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("ticker", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("row", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["ingest_batches.batch_id"],
        ),
    )
    op.create_index("rejected_bars_batch", "rejected_bars", ["batch_id"], unique=False)
    op.create_table(
        "scan_exclusion_lists",
        sa.Column("scan_run_id", sa.Integer(), nullable=False),
        sa.Column("symbol_ids", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("reasons", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["scan_run_id"],
            ["scan_runs.scan_run_id"],
        ),
        sa.PrimaryKeyConstraint("scan_run_id"),
    )
    op.create_table(
        "splits",
        sa.Column("split_id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("symbol_id", sa.Integer(), nullable=False),
        sa.Column("execution_date", sa.Date(), nullable=False),
        sa.Column("split_from", sa.DOUBLE_PRECISION(), nullable=False),
        sa.Column("split_to", sa.DOUBLE_PRECISION(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=True),
        sa.Column(
            "known_from",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("known_to", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["symbol_id"],
            ["symbols.symbol_id"],
        ),
        sa.PrimaryKeyConstraint("split_id"),
    )
    op.create_index("splits_symbol", "splits", ["symbol_id", "execution_date"], unique=False)
    op.create_table(
        "symbol_tickers",
        sa.Column("symbol_id", sa.Integer(), nullable=False),
        sa.Column("ticker", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), server_default="0001-01-01", nullable=False),
        sa.Column("valid_to", sa.Date(), server_default="9999-12-31", nullable=False),
        sa.CheckConstraint("valid_from < valid_to", name="symbol_tickers_range"),
        sa.ForeignKeyConstraint(
            ["symbol_id"],
            ["symbols.symbol_id"],
        ),
        sa.PrimaryKeyConstraint("ticker", "valid_from"),
    )
    op.create_index("symbol_tickers_symbol", "symbol_tickers", ["symbol_id"], unique=False)
    op.create_table(
        "symbol_versions",
        sa.Column("symbol_id", sa.Integer(), nullable=False),
        sa.Column(
            "known_from",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("known_to", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("exchange", sa.Text(), nullable=True),
        sa.Column("sector", sa.Text(), nullable=True),
        sa.Column("sector_given", sa.Text(), nullable=True),
        sa.Column("industry", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["symbol_id"],
            ["symbols.symbol_id"],
        ),
        sa.PrimaryKeyConstraint("symbol_id", "known_from"),
    )
