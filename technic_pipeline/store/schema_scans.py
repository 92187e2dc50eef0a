"""The tables of published scans."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, DOUBLE_PRECISION, JSONB

from technic_pipeline.store.columns import metadata, moment, number

scan_runs = sa.Table(
    "scan_runs",
    metadata,
    sa.Column("scan_run_id", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("scan", sa.Text, nullable=False),
    sa.Column("session", sa.Date, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    moment("published_at", nullable=False, server_default=sa.func.clock_timestamp()),
    sa.Column("population", sa.Integer, nullable=False),
    sa.Column("universe", sa.Integer, nullable=False),
    sa.Column("ranked", sa.Integer, nullable=False),
    sa.Column("previous_scan_run_id", sa.Integer, sa.ForeignKey("scan_runs.scan_run_id")),
    sa.Column("definition", JSONB, nullable=False),
    sa.Column("definition_sha256", sa.Text, nullable=False),
    sa.Column("code_version", sa.Text, nullable=False),
    sa.Column("engine_fingerprint", sa.Text, nullable=False),
    sa.Column("inputs_sha256", sa.Text, nullable=False),
    moment("stale_since"),
    sa.Column("seconds", DOUBLE_PRECISION, nullable=False),
    sa.UniqueConstraint("scan", "session", "version", name="scan_runs_version"),
)

SCORES = (
    "trend_score",
    "momentum_score",
    "volume_score",
    "volatility_score",
    "fundamental_score",
    "score",
)

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
    number("change_pct"),
    sa.Column("volume", DOUBLE_PRECISION, nullable=False),
    number("rel_volume_10"),
    number("dollar_volume_20"),
    number("market_cap"),
    number("tech_rating"),
    sa.Column("rating_label", sa.Text),
    *[number(name) for name in SCORES],
    sa.Column("contributions", ARRAY(DOUBLE_PRECISION), nullable=False),
    sa.Column("rs_rating", sa.Integer),
    sa.Column("sector_rank", sa.Integer, nullable=False),
    sa.Column("previous_rank", sa.Integer),
    sa.Column("rank_change", sa.Integer),
    sa.Column("entry", DOUBLE_PRECISION, nullable=False),
    number("stop"),
    number("target"),
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
