"""The tables. This metadata is the one source of the schema; migrations follow it, a test compares.

Tables of bars and values carry no foreign keys: every row of theirs is written by a statement that
joins `symbols`, and a per-row check would double the time of a load.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, DOUBLE_PRECISION, JSONB, TIMESTAMP

from technic_pipeline.indicators.registry import STORED_COLUMNS

metadata = sa.MetaData()

# Ranges of validity are half open; these stand for "always before" and "until further notice".
FIRST_DAY = "0001-01-01"
LAST_DAY = "9999-12-31"


def _number(name: str) -> sa.Column[float]:
    return sa.Column(name, DOUBLE_PRECISION)


def _moment(name: str, **options: object) -> sa.Column:
    return sa.Column(name, TIMESTAMP(timezone=True), **options)  # type: ignore[arg-type]


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
    _moment("known_from", primary_key=True, server_default=sa.func.now()),
    _moment("known_to"),
    *_description(),
)

ticker_changes = sa.Table(
    "ticker_changes",
    metadata,
    sa.Column("old_ticker", sa.Text, primary_key=True),
    sa.Column("new_ticker", sa.Text, primary_key=True),
    sa.Column("effective_date", sa.Date, primary_key=True),
    _moment("known_from", nullable=False, server_default=sa.func.now()),
    _moment("applied_at"),
)

ingest_batches = sa.Table(
    "ingest_batches",
    metadata,
    sa.Column("batch_id", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("session", sa.Date, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("payload_sha256", sa.Text, nullable=False),
    sa.Column("content_sha256", sa.Text, nullable=False),
    _moment("fetched_at", nullable=False),
    _moment("committed_at", nullable=False, server_default=sa.func.clock_timestamp()),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("inserted", sa.Integer, nullable=False),
    sa.Column("revised", sa.Integer, nullable=False),
    sa.Column("removed", sa.Integer, nullable=False),
    sa.Column("rejected", sa.Integer, nullable=False),
    sa.Index("ingest_batches_session", "session", "batch_id"),
)


def _bar() -> list[sa.Column]:
    prices = [
        sa.Column(name, DOUBLE_PRECISION, nullable=False)
        for name in ("open", "high", "low", "close", "volume")
    ]
    return [*prices, _number("vwap"), sa.Column("transactions", sa.BigInteger)]


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
    _moment("replaced_at", nullable=False, server_default=sa.func.now()),
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
    _moment("known_from", nullable=False, server_default=sa.func.now()),
    _moment("known_to"),
    sa.Index("splits_symbol", "symbol_id", "execution_date"),
)

rejected_splits = sa.Table(
    "rejected_splits",
    metadata,
    sa.Column("ticker", sa.Text, primary_key=True),
    sa.Column("execution_date", sa.Date, primary_key=True),
    sa.Column("split_from", DOUBLE_PRECISION, primary_key=True),
    sa.Column("split_to", DOUBLE_PRECISION, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    _moment("known_from", nullable=False, server_default=sa.func.now()),
)

pending_changes = sa.Table(
    "pending_changes",
    metadata,
    sa.Column("change_id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("symbol_id", sa.Integer, nullable=False),
    sa.Column("from_session", sa.Date, nullable=False),
    sa.Column("batch_id", sa.Integer),
    sa.Index("pending_changes_symbol", "symbol_id"),
)

indicators = sa.Table(
    "indicators",
    metadata,
    sa.Column("session", sa.Date, primary_key=True),
    sa.Column("symbol_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("bars", sa.Integer, nullable=False),
    *[_number(name) for name in STORED_COLUMNS],
    sa.PrimaryKeyConstraint("symbol_id", "session"),
    sa.Index("indicators_session", "session"),
    postgresql_partition_by="RANGE (session)",
)

scan_runs = sa.Table(
    "scan_runs",
    metadata,
    sa.Column("scan_run_id", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("scan", sa.Text, nullable=False),
    sa.Column("session", sa.Date, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    _moment("published_at", nullable=False, server_default=sa.func.clock_timestamp()),
    sa.Column("population", sa.Integer, nullable=False),
    sa.Column("universe", sa.Integer, nullable=False),
    sa.Column("ranked", sa.Integer, nullable=False),
    sa.Column("previous_scan_run_id", sa.Integer, sa.ForeignKey("scan_runs.scan_run_id")),
    sa.Column("definition", JSONB, nullable=False),
    sa.Column("definition_sha256", sa.Text, nullable=False),
    sa.Column("code_version", sa.Text, nullable=False),
    sa.Column("engine_fingerprint", sa.Text, nullable=False),
    sa.Column("inputs_sha256", sa.Text, nullable=False),
    _moment("stale_since"),
    sa.Column("seconds", DOUBLE_PRECISION, nullable=False),
    sa.UniqueConstraint("scan", "session", "version", name="scan_runs_version"),
)

SCORES = ("trend_score", "momentum_score", "volume_score", "volatility_score", "score")

scan_results = sa.Table(
    "scan_results",
    metadata,
    sa.Column("scan_run_id", sa.Integer, nullable=False),
    sa.Column("scan", sa.Text, nullable=False),
    sa.Column("session", sa.Date, nullable=False),
    sa.Column("rank", sa.Integer, nullable=False, autoincrement=False),
    sa.Column("symbol_id", sa.Integer, nullable=False),
    sa.Column("ticker", sa.Text, nullable=False),
    sa.Column("name", sa.Text),
    sa.Column("sector", sa.Text, nullable=False),
    sa.Column("industry", sa.Text),
    sa.Column("close", DOUBLE_PRECISION, nullable=False),
    _number("change_pct"),
    sa.Column("volume", DOUBLE_PRECISION, nullable=False),
    _number("rel_volume_10"),
    _number("dollar_volume_20"),
    *[_number(name) for name in SCORES],
    sa.Column("contributions", ARRAY(DOUBLE_PRECISION), nullable=False),
    sa.Column("sector_rank", sa.Integer, nullable=False),
    sa.Column("previous_rank", sa.Integer),
    sa.Column("rank_change", sa.Integer),
    sa.Column("entry", DOUBLE_PRECISION, nullable=False),
    _number("stop"),
    _number("target"),
    sa.PrimaryKeyConstraint("session", "scan_run_id", "rank"),
    sa.Index("scan_results_symbol", "symbol_id", "session"),
    postgresql_partition_by="RANGE (session)",
)

scan_exclusion_lists = sa.Table(
    "scan_exclusion_lists",
    metadata,
    sa.Column("scan_run_id", sa.Integer, sa.ForeignKey("scan_runs.scan_run_id"), primary_key=True),
    sa.Column("symbol_ids", ARRAY(sa.Integer), nullable=False),
    sa.Column("reasons", ARRAY(sa.Text), nullable=False),
)
