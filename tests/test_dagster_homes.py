"""Dagster's homes: a laptop's, a server's, and what starts the server's two processes."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa
import yaml
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.run_coordinator import QueuedRunCoordinator
from dagster._core.scheduler.instigation import TickStatus
from pydantic import AliasChoices

from technic_pipeline.dagster_home import use_dagster_home
from technic_pipeline.project_files import project_folder
from technic_pipeline.settings import PREFIX, Settings
from technic_pipeline.store.migrate import require_current

SERVER = project_folder("dagster_home") / "server"
UNITS = sorted(SERVER.glob("*.service"))
RECORDS_URL = "DAGSTER_POSTGRES_URL"

DAYS_OF_TICKS = {
    TickStatus.SKIPPED: 7,
    TickStatus.STARTED: 30,
    TickStatus.SUCCESS: 365,
    TickStatus.FAILURE: 365,
}


@dg.op
def nothing() -> None:
    """A step that succeeds."""


@dg.job(executor_def=dg.in_process_executor)
def trivial() -> None:
    """One step."""
    nothing()


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """What `technic run` and `technic up` open when nothing is set."""
    use_dagster_home(Settings(home=tmp_path / "home"))
    with dg.DagsterInstance.get() as instance:
        yield instance


@pytest.fixture
def server_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A DAGSTER_HOME as a server has it."""
    home = tmp_path / "dagster"
    home.mkdir()
    shutil.copy(SERVER / "dagster.yaml", home)
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    return home


@pytest.fixture
def server(
    server_home: Path, empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dg.DagsterInstance]:
    """What a server's processes open; the records have a database of their own."""
    monkeypatch.setenv(RECORDS_URL, _with_driver(empty_database_url))
    with dg.DagsterInstance.from_config(str(server_home)) as instance:
        yield instance


@pytest.fixture(params=["laptop", "server"])
def either(request: pytest.FixtureRequest) -> dg.DagsterInstance:
    """Each of the homes."""
    return request.getfixturevalue(request.param)


def test_a_second_run_waits_in_the_queue(either: dg.DagsterInstance) -> None:
    queue = either.get_concurrency_config().run_queue_config
    assert isinstance(either.run_coordinator, QueuedRunCoordinator)
    assert queue is not None
    assert queue.max_concurrent_runs == 1


def test_only_a_process_that_died_is_started_again(either: dg.DagsterInstance) -> None:
    assert either.run_retries_enabled
    assert either.run_retries_max_retries == 2
    assert not either.run_retries_retry_on_asset_or_op_failure


def test_no_run_holds_up_the_queue_for_ever(either: dg.DagsterInstance) -> None:
    assert either.run_monitoring_enabled
    assert either.run_monitoring_start_timeout_seconds == 300
    assert either.run_monitoring_cancel_timeout_seconds == 300
    assert either.run_monitoring_max_runtime_seconds == 6 * 60 * 60


@pytest.mark.parametrize("kind", [InstigatorType.SCHEDULE, InstigatorType.SENSOR])
def test_ticks_are_kept_for_a_time(either: dg.DagsterInstance, kind: InstigatorType) -> None:
    assert either.get_tick_retention_settings(kind) == DAYS_OF_TICKS


def test_nothing_is_told_to_anybody(either: dg.DagsterInstance) -> None:
    assert not either.telemetry_enabled
    assert not either.nux_enabled


def test_a_run_in_the_own_process_does_not_queue(either: dg.DagsterInstance) -> None:
    result = trivial.execute_in_process(instance=either)
    (record,) = either.get_run_records()
    assert result.success
    assert record.dagster_run.status is dg.DagsterRunStatus.SUCCESS
    assert either.all_logs(result.run_id, of_type=dg.DagsterEventType.STEP_SUCCESS)


def test_a_laptop_s_records_lie_in_its_home(laptop: dg.DagsterInstance, tmp_path: Path) -> None:
    trivial.execute_in_process(instance=laptop)
    assert list((tmp_path / "home" / "dagster").rglob("runs.db"))


def test_a_server_keeps_all_records_in_postgresql(
    server: dg.DagsterInstance, server_home: Path
) -> None:
    stores = (server.run_storage, server.event_log_storage, server.schedule_storage)
    trivial.execute_in_process(instance=server)
    assert {type(store).__module__.split(".")[0] for store in stores} == {"dagster_postgres"}
    assert not list(server_home.rglob("*.db"))


@pytest.mark.usefixtures("server_home")
def test_records_in_a_schema_leave_the_market_s_tables_alone(
    database_url: str, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("create schema dagster"))
    in_schema = _with_driver(database_url) + "&options=-csearch_path%3Ddagster"
    monkeypatch.setenv(RECORDS_URL, in_schema)
    with dg.DagsterInstance.get() as instance:
        trivial.execute_in_process(instance=instance)
    with engine.connect() as connection:
        runs = connection.scalar(sa.text("select count(*) from dagster.runs"))
        outside = connection.scalar(sa.text("select to_regclass('public.runs')"))
    assert (runs, outside) == (1, None)
    require_current(engine)


def test_a_server_lets_a_stopped_run_say_so(server: dg.DagsterInstance) -> None:
    assert server.wait_for_local_code_server_processes_on_shutdown


def test_a_pool_of_the_server_takes_one_run_at_a_time(server: dg.DagsterInstance) -> None:
    pools = server.get_concurrency_config().pool_config
    assert pools.pool_granularity is not None
    assert (pools.pool_granularity.value, pools.default_pool_limit) == ("run", 1)


@pytest.mark.parametrize("path", sorted(SERVER.iterdir()), ids=lambda path: path.name)
def test_every_setting_named_for_the_server_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = set(re.findall(rf"\b(?:{PREFIX}|MASSIVE_)[A-Z0-9_]+", text))
    assert named <= _known_settings()


def test_the_example_s_url_of_the_records_names_the_driver_that_can_store_them() -> None:
    lines = (SERVER / "technic.env.example").read_text(encoding="utf-8").splitlines()
    settings = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    assert sa.make_url(settings[RECORDS_URL]).drivername == "postgresql+psycopg2"
    assert set(settings) <= _known_settings() | {RECORDS_URL}


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_s_keys_are_systemd_s(path: Path, tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    programs = Path(sys.executable).parent
    installed = path.read_text(encoding="utf-8").replace("/opt/technic/.venv/bin", str(programs))
    copy = tmp_path / path.name
    copy.write_text(installed, encoding="utf-8")
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", copy], capture_output=True, text=True, check=False
    )
    assert (said.returncode, said.stderr) == (0, "")


def test_systemd_and_docker_start_the_same_two_programs() -> None:
    units = {path.stem.removeprefix("technic-"): _command(path) for path in UNITS}
    services = {name: shlex.split(s["command"]) for name, s in _compose()["services"].items()}
    installed = {script.name for script in entry_points(group="console_scripts")}
    assert set(units) == set(services) == {"daemon", "webserver"}
    assert {command[0] for command in services.values()} <= installed
    for name, command in services.items():
        assert [word.replace("0.0.0.0", "127.0.0.1") for word in command] == units[name]  # noqa: S104


def test_what_docker_is_given_exists_and_no_secret_of_it_is_built_in() -> None:
    built = (SERVER / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    taken = [line.removeprefix("!") for line in built if line.startswith("!")]
    for service in _compose()["services"].values():
        context = SERVER / service["build"]["context"]
        assert (context / service["build"]["dockerfile"]).is_file()
        assert all((context / path).exists() for path in taken)
        assert (SERVER / service["volumes"][1].split(":")[0]).is_file()
    assert built[0] == "*"
    assert not any("env" in path for path in taken)


def _with_driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg2://")


def _known_settings() -> set[str]:
    known: set[str] = set()
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        names = alias.choices if isinstance(alias, AliasChoices) else [PREFIX + name.upper()]
        known |= {str(name) for name in names}
    return known


def _compose() -> dict[str, Any]:
    return yaml.safe_load((SERVER / "docker-compose.yml").read_text(encoding="utf-8"))


def _command(unit: Path) -> list[str]:
    parsed = configparser.ConfigParser(strict=False, interpolation=None)
    parsed.read(unit, encoding="utf-8")
    words = shlex.split(parsed["Service"]["ExecStart"])
    return [Path(words[0]).name, *words[1:]]
