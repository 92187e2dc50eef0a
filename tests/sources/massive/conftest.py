"""A vendor to talk to, and a clock on which nobody waits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import SecretStr
from scripted_vendor import KEY, ScriptedVendor, running_vendor
from vendor_waits import Waits

from technic_pipeline.sessions import Calendar
from technic_pipeline.sources.massive.connection import Connection
from technic_pipeline.sources.massive.plans import ADVANCED, FREE
from technic_pipeline.sources.massive.source import Massive


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def vendor() -> Iterator[ScriptedVendor]:
    with running_vendor() as server:
        yield server


@pytest.fixture
def connection(vendor: ScriptedVendor, waits: Waits) -> Iterator[Connection]:
    """A connection to the scripted vendor that waits without waiting."""
    opened = Connection(vendor.url, SecretStr(KEY), ADVANCED, clock=waits.clock)
    yield opened
    opened.close()


@pytest.fixture
def massive(connection: Connection, calendar: Calendar) -> Massive:
    return Massive(connection, FREE, calendar)
