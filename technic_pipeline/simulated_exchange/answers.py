"""An answer as it goes out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any

_number = count(1)


@dataclass(frozen=True)
class Answer:
    """A reply's body and status.

    `late` lets the client wait for the first byte, `dribbled` for every one; `cut` ends the
    connection in the middle of the body.
    """

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    late: bool = False
    dribbled: bool = False
    cut: bool = False


def data(**fields: Any) -> Answer:
    """A reply that succeeds; like the vendor's it differs from every other by its request id."""
    told = {"status": "OK", "request_id": f"{next(_number):032x}", **fields}
    return Answer(json.dumps(told, separators=(",", ":")).encode())


def refusal(status: int, said: str, headers: dict[str, str] | None = None) -> Answer:
    """A reply that says no, and why."""
    told = {"status": "ERROR", "request_id": f"{next(_number):032x}", "error": said}
    return Answer(json.dumps(told).encode(), status, headers or {})
