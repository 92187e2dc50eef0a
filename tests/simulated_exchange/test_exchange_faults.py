"""Every fault between a request and its reply ends as documented: retried, or refused in words."""

from __future__ import annotations

import pytest
from conftest import TODAY  # type: ignore[import-not-found]

from technic_pipeline.errors import (
    ChangedReply,
    EmptyReply,
    RateExceeded,
    TechnicError,
    VendorUnavailable,
)
from technic_pipeline.simulated_exchange import Fault, SimulatedExchange
from technic_pipeline.simulated_exchange.faults import Kind
from technic_pipeline.sources.massive.source import Massive

ALWAYS = 10_000
PASSING: list[tuple[Kind, str]] = [
    ("too_many", "the client waits on its own account"),
    ("retry_after", "it waits the seconds named"),
    ("retry_on_date", "it waits until the date named"),
    ("server_error", "500 passes"),
    ("unavailable", "503 passes"),
    ("slow", "no first byte within the read timeout"),
    ("dribble", "byte by byte, for longer than a call may take"),
    ("cut", "fewer bytes than announced"),
    ("garbage", "half a JSON text under status 200"),
    ("html", "somebody else's page under status 200"),
    ("empty", "an empty reply on a day of trading"),
]
LASTING: list[tuple[Kind, type[TechnicError], str]] = [
    ("too_many", RateExceeded, "TECHNIC_MASSIVE_PLAN"),
    ("unavailable", VendorUnavailable, "run again later"),
    ("cut", VendorUnavailable, "run again later"),
    ("html", VendorUnavailable, "run again later"),
    ("empty", EmptyReply, "nothing was stored"),
    ("wrong_shape", ChangedReply, r"\$\.results"),
]


@pytest.mark.parametrize(("kind", "why"), PASSING)
def test_a_fault_that_passes_costs_calls_and_no_rows(
    exchange: SimulatedExchange, massive: Massive, slept: list[float], kind: Kind, why: str
) -> None:
    exchange.faults = [Fault(kind, times=2)]
    bars = massive.bars(TODAY)
    assert bars.content_sha256() == exchange.market.bars(TODAY).content_sha256(), why
    assert massive.take_calls() == {"grouped daily": 3}, why
    assert exchange.faults == []
    assert 0.0 < sum(slept) < 120.0, why


@pytest.mark.parametrize(("kind", "error", "remedy"), LASTING)
def test_a_fault_that_lasts_is_refused_with_its_remedy(
    exchange: SimulatedExchange,
    massive: Massive,
    kind: Kind,
    error: type[TechnicError],
    remedy: str,
) -> None:
    exchange.faults = [Fault(kind, times=ALWAYS)]
    with pytest.raises(error, match=remedy) as refused:
        massive.bars(TODAY)
    assert exchange.key not in str(refused.value)
    assert massive.take_calls().total() < 20


def test_a_fault_of_one_endpoint_leaves_the_others_alone(
    exchange: SimulatedExchange, massive: Massive
) -> None:
    exchange.faults = [Fault("unavailable", "/splits", times=ALWAYS)]
    assert len(massive.bars(TODAY)) > 200
    with pytest.raises(VendorUnavailable, match="splits"):
        massive.splits(TODAY)
