from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa
from commands import TICKERS
from dayfiles import write_day
from market_runs import run_market

from technic_pipeline.definitions import defs
from technic_pipeline.defs.partitions import session_partitions
from technic_pipeline.errors import MalformedInput
from technic_pipeline.sessions import Calendar
from technic_pipeline.sources.flatfiles import DAY_FILES
from technic_pipeline.store.schema import daily_bars, indicators
from technic_pipeline.store.schema_scans import scan_results, scan_runs


def test_what_dagster_loads_is_one_story_from_bars_to_scans() -> None:
    graph = defs.resolve_asset_graph()
    upstream = {
        key.to_user_string(): {k.to_user_string() for k in graph.get(key).parent_keys}
        for key in graph.get_all_asset_keys()
    }

    dg.Definitions.validate_loadable(defs)
    assert upstream == {
        "daily_bars": set(),
        "corporate_actions": {"daily_bars"},
        "reference": {"daily_bars", "corporate_actions"},
        "indicators": {"daily_bars", "corporate_actions"},
        "sector_stats": {"corporate_actions", "reference"},
        "scan_results": {"indicators", "reference", "sector_stats"},
        "indicator_state": set(),
        "scan_report": {"scan_results"},
    }


TIMED = (
    "daily_bars", "corporate_actions", "reference", "sector_stats", "indicators", "scan_results",
)  # fmt: skip


def test_partitions_are_the_sessions_of_the_calendar(calendar: Calendar) -> None:
    partitions = session_partitions(calendar)
    # A Saturday: the Friday before it is the last one.
    now = datetime(2016, 12, 31, 12, tzinfo=UTC)

    keys = partitions.get_partition_keys(current_time=now)

    assert keys == [str(day) for day in calendar.between(calendar.first, date(2016, 12, 30))]


def test_a_session_has_its_partition_on_the_evening_it_closes(calendar: Calendar) -> None:
    evening = datetime(2016, 12, 30, 22, tzinfo=UTC)

    keys = session_partitions(calendar).get_partition_keys(current_time=evening)

    assert keys[-1] == "2016-12-30"


@pytest.mark.usefixtures("market")
def test_a_range_is_one_run_that_materializes_every_session(engine: sa.Engine) -> None:
    with dg.instance_for_test() as instance:
        run_market(instance, "2016-01-04", "2016-04-05")
        run_market(instance, "2016-04-05", "2016-04-05")
        materialized = instance.get_materialized_partitions(dg.AssetKey("scan_results"))
        shown = instance.get_latest_materialization_event(dg.AssetKey("scan_results"))
        stages = {
            str(step): instance.get_latest_materialization_event(dg.AssetKey(step))
            for step in TIMED
        }

    assert len(materialized) == 64
    assert shown is not None
    assert shown.asset_materialization is not None
    for stage, event in stages.items():
        assert event is not None and event.asset_materialization is not None, stage
        assert isinstance(event.asset_materialization.metadata["seconds"].value, float), stage
    metadata = shown.asset_materialization.metadata
    assert metadata["swing_population"].value == 7
    assert metadata["swing_ranked"].value == 7
    top = metadata["top"]
    assert isinstance(top, dg.TableMetadataValue)
    assert [record.data["rank"] for record in top.records] == list(range(1, 8))
    for name in ("breadth_lately", "scores_lately", "picture_of_sectors"):
        assert "](data:image/svg+xml" in str(metadata[name].value)
    assert "| population | 7 |" in str(metadata["funnel"].value)
    with engine.connect() as connection:
        runs = connection.execute(sa.select(scan_runs.c.version, scan_runs.c.session)).all()
    assert [version for version, _ in runs] == [1] * 64, "equal inputs give no second version"


def test_a_run_that_fails_half_way_is_continued_by_the_next(
    market: Path, engine: sa.Engine
) -> None:
    file = market / DAY_FILES / "2016/02/2016-02-10.csv.gz"
    whole = file.read_bytes()
    file.write_bytes(whole[:-30])
    with dg.instance_for_test() as instance:
        with pytest.raises(MalformedInput):
            run_market(instance, "2016-01-04", "2016-04-05")
        with engine.connect() as connection:
            stored = connection.scalar(sa.select(sa.func.max(daily_bars.c.session)))
            published = connection.scalar(sa.select(sa.func.count()).select_from(scan_runs))
        file.write_bytes(whole)
        run_market(instance, "2016-01-04", "2016-04-05")

    assert (stored, published) == (date(2016, 2, 9), 0)
    with engine.connect() as connection:
        rows = connection.scalar(sa.select(sa.func.count()).select_from(indicators))
        published = connection.scalar(sa.select(sa.func.count()).select_from(scan_runs))
    assert (rows, published) == (64 * 7, 64)


def test_a_corrected_past_session_makes_stale_what_it_touches_and_republishes_the_newest(
    market: Path, engine: sa.Engine
) -> None:
    with dg.instance_for_test() as instance:
        run_market(instance, "2016-01-04", "2016-04-05")
        with engine.connect() as connection:
            before = connection.execute(sa.select(scan_results)).all()
        write_day(market, date(2016, 3, 31), dict.fromkeys(TICKERS, 25.0))
        run_market(instance, "2016-03-31", "2016-03-31")

    with engine.connect() as connection:
        runs = connection.execute(
            sa.select(scan_runs.c.session, scan_runs.c.version, scan_runs.c.stale_since)
            .where(scan_runs.c.session >= date(2016, 3, 30))
            .order_by(scan_runs.c.session, scan_runs.c.version)
        ).all()
        first_versions = connection.execute(
            sa.select(scan_results).where(
                scan_results.c.scan_run_id.in_(
                    sa.select(scan_runs.c.scan_run_id).where(scan_runs.c.version == 1)
                )
            )
        ).all()
    assert [(str(day), version, stale is not None) for day, version, stale in runs] == [
        ("2016-03-30", 1, False),
        ("2016-03-31", 1, True),
        ("2016-03-31", 2, False),
        ("2016-04-01", 1, True),
        ("2016-04-04", 1, True),
        ("2016-04-05", 1, True),
        ("2016-04-05", 2, False),
    ]
    assert sorted(first_versions) == sorted(before), "a published version is never altered"
