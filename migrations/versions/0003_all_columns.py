"""Every indicator column of the contract, the scores that scans show, explained jumps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

KNOWN = postgresql.TIMESTAMP(timezone=True)

INDICATORS = """
gap_pct change_from_open_pct perf_1w perf_9m perf_1y perf_ytd sma_10 sma_30 sma_100 ema_10 ema_30
ema_50 ema_100 ema_200 hma_9 vwma_20 ichimoku_conversion ichimoku_base ichimoku_lead_a
ichimoku_lead_b stoch_k stoch_d cci_20 plus_di_14 minus_di_14 adx_14 ao mom_10 macd macd_signal
macd_hist stoch_rsi_k stoch_rsi_d willr_14 bull_power_13 bear_power_13 uo bb_upper bb_middle
bb_lower bb_pct_b volume_avg_10 volume_avg_30 obv mfi_14 cmf_20 high_20 low_20 low_52w
pct_from_high_20 pct_from_low_52w ma_rating osc_rating tech_rating
"""

# The rows that are there have none of these values: the next run works them out.
ALL_FROM_THE_FIRST_BAR = """
insert into pending_changes (symbol_id, from_session)
select symbol_id, min(session) from daily_bars group by symbol_id
"""


def upgrade() -> None:
    for name in INDICATORS.split():
        op.add_column("indicators", sa.Column(name, sa.DOUBLE_PRECISION()))
    for name in ("market_cap", "tech_rating", "fundamental_score"):
        op.add_column("scan_results", sa.Column(name, sa.DOUBLE_PRECISION()))
    op.add_column("scan_results", sa.Column("rating_label", sa.Text()))
    op.add_column("scan_results", sa.Column("rs_rating", sa.Integer()))
    op.create_table(
        "explained_jumps",
        sa.Column("symbol_id", sa.Integer(), sa.ForeignKey("symbols.symbol_id"), nullable=False),
        sa.Column("session", sa.Date(), nullable=False),
        sa.Column("known_from", KNOWN, server_default=sa.text("now()"), nullable=False),
        sa.Column("known_to", KNOWN),
        sa.PrimaryKeyConstraint("symbol_id", "session", "known_from"),
    )
    op.execute(ALL_FROM_THE_FIRST_BAR)
