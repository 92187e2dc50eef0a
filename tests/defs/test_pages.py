"""The page of a session follows its scans by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest
from market_runs import run_market

from technic_pipeline.definitions import defs

EVENING = datetime(2016, 4, 5, 22, tzinfo=UTC)
PAGE = dg.AssetSelection.assets("scan_report")


@pytest.mark.usefixtures("market")
def test_a_page_is_asked_for_once_when_the_newest_session_s_scans_are_made() -> None:
    with dg.instance_for_test() as instance:
        before = dg.evaluate_automation_conditions(
            defs, instance, asset_selection=PAGE, evaluation_time=EVENING
        )
        run_market(instance, "2016-04-04", "2016-04-05")
        after = dg.evaluate_automation_conditions(
            defs, instance, asset_selection=PAGE, evaluation_time=EVENING, cursor=before.cursor
        )
        again = dg.evaluate_automation_conditions(
            defs, instance, asset_selection=PAGE, evaluation_time=EVENING, cursor=after.cursor
        )
    page = dg.AssetKey("scan_report")
    assert before.get_requested_partitions(page) == set()
    assert after.get_requested_partitions(page) == {"2016-04-05"}
    assert again.get_requested_partitions(page) == set()


@pytest.mark.usefixtures("market")
def test_a_page_is_written_where_its_metadata_say() -> None:
    with dg.instance_for_test() as instance:
        run_market(instance, "2016-04-04", "2016-04-05")
        made = dg.materialize(
            [*(defs.assets or [])],
            selection=PAGE,
            instance=instance,
            resources=defs.resources,
            partition_key="2016-04-05",
        )
    (event,) = made.asset_materializations_for_node("scan_report")
    page = Path(str(event.metadata["path"].value))
    assert "2016-04-05" in page.read_text(encoding="utf-8")
