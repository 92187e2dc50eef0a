"""The tables of ratios, and of where they lie in each sector."""

from __future__ import annotations

import sqlalchemy as sa

from technic_pipeline.sources.reference import RATIO_METRICS
from technic_pipeline.store.columns import metadata, moment, number

# Every value that was ever told, by the day it became known; of one day the newest fetch counts.
fundamentals = sa.Table(
    "fundamentals",
    metadata,
    sa.Column("symbol_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("known_on", sa.Date, primary_key=True),
    moment("fetched_at", primary_key=True, server_default=sa.func.now()),
    sa.Column("ticker", sa.Text, nullable=False),
    *[number(name) for name in RATIO_METRICS],
)

# Of ratios that a change of ticker moved: whose they were until then.
repointed_fundamentals = sa.Table(
    "repointed_fundamentals",
    metadata,
    sa.Column("ticker", sa.Text, primary_key=True),
    sa.Column("known_on", sa.Date, primary_key=True),
    moment("fetched_at", primary_key=True),
    moment("repointed_at", primary_key=True, server_default=sa.func.now()),
    sa.Column("symbol_id", sa.Integer, nullable=False),
)

# One row a day: the digest by which a cached distribution is known to be the right one.
sector_distributions = sa.Table(
    "sector_distributions",
    metadata,
    sa.Column("as_of", sa.Date, primary_key=True),
    sa.Column("symbols", sa.Integer, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("sector_table", sa.Text, nullable=False),
    moment("computed_at", nullable=False, server_default=sa.func.now()),
    moment("stale_since"),
)

sector_statistics = sa.Table(
    "sector_statistics",
    metadata,
    sa.Column("as_of", sa.Date, primary_key=True),
    sa.Column("sector", sa.Text, primary_key=True),
    sa.Column("metric", sa.Text, primary_key=True),
    sa.Column("symbols", sa.Integer, nullable=False),
    *[number(name) for name in ("p05", "p25", "p50", "p75", "p95")],
)
