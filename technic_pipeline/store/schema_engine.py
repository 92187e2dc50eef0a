"""The tables that say which engine build made what, and how often it could go on from its state."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION, UUID

from technic_pipeline.store.columns import metadata, moment

engine_builds = sa.Table(
    "engine_builds",
    metadata,
    sa.Column("engine_build_id", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("fingerprint", sa.Text, nullable=False, unique=True),
    moment("first_used_at", nullable=False, server_default=sa.func.now()),
)

delta_runs = sa.Table(
    "delta_runs",
    metadata,
    sa.Column("delta_run_id", sa.Integer, sa.Identity(), primary_key=True),
    moment("followed_at", nullable=False, server_default=sa.func.clock_timestamp()),
    sa.Column(
        "engine_build_id",
        sa.Integer,
        sa.ForeignKey("engine_builds.engine_build_id"),
        nullable=False,
    ),
    sa.Column("symbols", sa.Integer, nullable=False),
    sa.Column("resumed", sa.Integer, nullable=False),
    sa.Column("bars_read", sa.BigInteger, nullable=False),
    sa.Column("rows_written", sa.BigInteger, nullable=False),
    sa.Column("cache_answered", sa.Boolean, nullable=False),
    sa.Column("seconds", DOUBLE_PRECISION, nullable=False),
)

# One row, made when it is first asked for: what tells databases apart that share a Redis.
database_identity = sa.Table(
    "database_identity",
    metadata,
    sa.Column(
        "database_id",
        UUID(as_uuid=True),
        primary_key=True,
        server_default=sa.func.gen_random_uuid(),
    ),
)
