"""A backfill on two machines of which one dies: as complete, and the same, as on this one alone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
from databases import TEMPLATE, create_database, drop_database

from technic_pipeline import progress
from technic_pipeline.delta import follow_changes
from technic_pipeline.engines import ray_cluster
from technic_pipeline.engines.cpu import Cpu
from technic_pipeline.engines.engine import Engine
from technic_pipeline.engines.ray_cluster import RayCluster, ray
from technic_pipeline.pipeline import ensure_partitions
from technic_pipeline.services import Endpoints
from technic_pipeline.sessions import Calendar
from technic_pipeline.sources.simulated import SimulatedMarket
from technic_pipeline.store.corporate_actions import record_splits
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.ingest import ingest

# Ray's own imports come after the engine's, which says how Ray is to start its workers.
from ray.cluster_utils import Cluster  # isort: skip

SYMBOLS, SESSIONS, LAST = 120, 80, date(2016, 6, 30)
LOADED = "cluster_market"
# Nobody listens there: states would let the second of two databases go on from the first's.
NOWHERE = "redis://127.0.0.1:1/3"
# A machine that is silent for some seconds counts as dead.
NOTICED_SECONDS = 60
EVERY_ROW = "select indicators::text from indicators order by session, symbol_id"


@pytest.fixture
def loaded(servers: Endpoints, calendar: Calendar) -> Iterator[str]:
    """The name of a database with a market's bars, nothing of which is followed."""
    url = create_database(servers, LOADED, TEMPLATE)
    engine = engine_for(url)
    market = SimulatedMarket(SYMBOLS, SESSIONS, seed=5, calendar=calendar, last=LAST)
    days = calendar.between(*market.offered())
    ensure_partitions(engine, days[0], days[-1])
    for day in days:
        ingest(engine, market.bars(day))
    record_splits(engine, market.splits() or [])
    engine.dispose()
    yield LOADED
    drop_database(servers, LOADED)


@pytest.fixture
def two_machines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """One with this process, and one that can die; many small tasks for them."""
    monkeypatch.setattr(ray_cluster, "BARS_A_TASK", 400)
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    cluster.add_node(num_cpus=1)
    yield cluster
    ray.shutdown()
    cluster.shutdown()


def rows_by(servers: Endpoints, loaded: str, calendar: Calendar, computing: Engine) -> list[str]:
    """Every row of the indicators after one engine's backfill of a copy."""
    url = create_database(servers, "cluster_copy", loaded)
    engine = engine_for(url)
    follow_changes(url, NOWHERE, engine, calendar, computing)
    with engine.connect() as connection:
        rows = list(connection.scalars(sa.text(EVERY_ROW)))
    engine.dispose()
    drop_database(servers, "cluster_copy")
    return rows


def machines_alive() -> int:
    return sum(node["Alive"] for node in ray.nodes())


def test_a_machine_killed_in_the_middle_of_a_backfill_costs_no_row_and_no_bit(
    servers: Endpoints, loaded: str, calendar: Calendar, two_machines: Cluster
) -> None:
    expected = rows_by(servers, loaded, calendar, Cpu())
    cluster = RayCluster(two_machines.address)
    assert machines_alive() == 2
    (other,) = two_machines.worker_nodes
    followed = []

    def kill(_: str, done: int, total: int) -> None:
        if not followed:
            assert done < total, "in the middle"
            two_machines.remove_node(other, allow_graceful=False)
        followed.append((done, total))

    with progress.listening(kill):
        found = rows_by(servers, loaded, calendar, cluster)
    ends = time.monotonic() + NOTICED_SECONDS
    while machines_alive() > 1 and time.monotonic() < ends:
        time.sleep(0.5)
    assert machines_alive() == 1
    assert len(followed) > 2
    assert followed[-1][0] == followed[-1][1]
    assert len(expected) > SYMBOLS * SESSIONS / 2
    assert found == expected
