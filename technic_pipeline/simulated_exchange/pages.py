"""Long lists, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from technic_pipeline.simulated_exchange.answers import Answer, data
from technic_pipeline.simulated_exchange.securities import Record

DEFAULT_LIMIT = 100


def page(records: Sequence[Record], url: str, query: dict[str, str], order: str) -> Answer:
    """The records from the query's cursor on, and where the next page is."""
    in_order = sorted(records, key=lambda record: record[order])
    start, limit = int(query.get("cursor", 0)), int(query.get("limit", DEFAULT_LIMIT))
    told: dict[str, object] = {"results": in_order[start : start + limit]}
    if start + limit < len(in_order):
        # Like the vendor's, the cursor carries everything but the key.
        further = {k: v for k, v in query.items() if k != "apiKey"} | {"cursor": str(start + limit)}
        told["next_url"] = f"{url}?{urlencode(further)}"
    return data(**told)
