"""Replies that the vendor has sent decode, row by row, into good bars."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from technic_pipeline.errors import ChangedReply
from technic_pipeline.sources.massive.grouped import read_payload, session_bars
from technic_pipeline.store.validation import judge

# A recorded reply, by its path in the file: the session it is of.
RECORDED = {
    ("client_python_mock",): date(2020, 10, 14),
    ("real_2023_01_09",): date(2023, 1, 9),
    ("same_day_aggs_endpoint",): date(2023, 1, 9),
    ("real_2023_06_09_rows",): date(2023, 6, 9),
    ("real_prev_rows_scientific_notation", 0): date(2024, 8, 20),
    ("real_prev_rows_scientific_notation", 1): date(2025, 10, 10),
    ("row_without_n",): date(2020, 4, 7),
}


@pytest.fixture(scope="module")
def samples() -> dict[str, Any]:
    """The recorded replies beside the day files that TECHNIC_TEST_DATA names."""
    named = os.environ.get("TECHNIC_TEST_DATA")
    if not named:
        pytest.skip("TECHNIC_TEST_DATA is not set; .ci/run sets it")
    return json.loads((Path(named) / "massive_samples.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("place", "session"), RECORDED.items(), ids=str)
def test_a_recorded_reply_decodes_into_good_bars(
    samples: dict[str, Any], place: tuple[str | int, ...], session: date
) -> None:
    reply: Any = samples
    for step in place:
        reply = reply[step]
    rows = [row if "T" in row else {"T": reply["ticker"], **row} for row in reply["results"]]
    payload = json.dumps({**reply, "adjusted": False, "results": rows}).encode()
    bars = session_bars(session, read_payload(payload))
    assert len(bars) == len(rows)
    assert bars.volume.tolist() == [row["v"] for row in rows]
    assert judge(bars).reason.tolist() == [""] * len(rows)


def test_a_recorded_volume_in_scientific_notation_is_read_as_sent(samples: dict[str, Any]) -> None:
    reply = samples["real_prev_rows_scientific_notation"][0]
    row = reply["results"][0]
    payload = json.dumps({"adjusted": False, "results": [{**row, "v": "@"}]})
    sent = payload.replace('"@"', row["_v_as_sent"]).encode()
    assert session_bars(date(2024, 8, 20), read_payload(sent)).volume.tolist() == [row["v"]]


def test_a_recorded_reply_that_was_adjusted_is_refused(samples: dict[str, Any]) -> None:
    with pytest.raises(ChangedReply, match=r"\$\.adjusted"):
        read_payload(json.dumps(samples["real_2023_01_09"]).encode())
