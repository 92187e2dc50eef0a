"""Lists that come a page at a time, each reply naming the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Protocol, TypeVar

import httpx

from technic_pipeline.errors import ChangedReply
from technic_pipeline.sources.massive.connection import Connection
from technic_pipeline.sources.massive.replies import decode

# One vendor under its old name and its new one, either of which may stand in a cursor.
VENDOR_HOSTS = frozenset({"api.massive.com", "api.polygon.io"})
# Ten times what the longest list, that of the delisted tickers, takes.
MOST_PAGES = 300


class Page(Protocol):
    """A reply that may name the next one."""

    next_url: str | None


AnyPage = TypeVar("AnyPage", bound=Page)


def pages(
    connection: Connection,
    endpoint: str,
    path: str,
    parameters: Mapping[str, str],
    shape: type[AnyPage],
) -> Iterator[AnyPage]:
    """Every page of a list, in the vendor's order.

    Raises:
        ChangedReply: a cursor points to another host or a page that was read, or there is no end.
        VendorError: as `Connection.get`.
    """
    url: str | None = path
    seen: set[str] = set()
    while url is not None:
        seen.add(url)
        first = len(seen) == 1
        page = connection.get(
            endpoint, url, parameters if first else {}, partial(decode, endpoint, shape=shape)
        )
        yield page
        url = _following(connection, endpoint, page.next_url) if page.next_url else None
        if url in seen:
            raise ChangedReply(endpoint, "the cursor in $.next_url leads back to a page before")
        if len(seen) > MOST_PAGES:
            raise ChangedReply(endpoint, f"more than {MOST_PAGES} pages, by $.next_url")


def _following(connection: Connection, endpoint: str, cursor: str) -> str:
    """The cursor's address at the host that we were told to ask: it alone is sent the key."""
    try:
        asked = connection.url.join(cursor)
    except (httpx.InvalidURL, ValueError):
        raise ChangedReply(endpoint, "$.next_url is no address") from None
    here = connection.url
    if {asked.host, here.host} <= VENDOR_HOSTS:
        asked = asked.copy_with(scheme=here.scheme, host=here.host, port=here.port)
    if (asked.scheme, asked.host, asked.port) != (here.scheme, here.host, here.port):
        raise ChangedReply(endpoint, f"$.next_url points to another host, {asked.host}")
    return str(asked.copy_remove_param("apiKey"))
