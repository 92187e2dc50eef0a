"""A real HTTP server that answers as a test scripts it, one reply a request."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

KEY = "K3y-of-a-test"
SPLIT = {
    "id": "E1",
    "ticker": "AAPL",
    "execution_date": "2020-08-31",
    "split_from": 1.0,
    "split_to": 4,
    "adjustment_type": "forward_split",
    "historical_adjustment_factor": 0.25,
}


@dataclass(frozen=True)
class Reply:
    """`cut` announces more bytes than come; `dribble` waits so many seconds between bytes.

    `dribble_from` says whether the waits begin in the head of the reply or in its body. A header
    that is empty is not sent.
    """

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    dribble: float = 0.0
    dribble_from: Literal["head", "body"] = "body"


@dataclass(frozen=True)
class Request:
    """What was asked, and over which connection."""

    path: str
    parameters: dict[str, str]
    authorization: str | None
    encodings: str | None
    port: int


@dataclass
class ScriptedVendor:
    """Gives its replies in order, and the last one again and again."""

    url: str
    replies: deque[Reply] = field(default_factory=deque)
    requests: list[Request] = field(default_factory=list)

    def say(self, *replies: Reply) -> None:
        """Answer with these from now on."""
        self.replies = deque(replies)

    def next_reply(self) -> Reply:
        """The reply to the next request."""
        return self.replies.popleft() if len(self.replies) > 1 else self.replies[0]


def data(**fields: Any) -> Reply:
    """A reply that succeeds."""
    return Reply(json.dumps({"status": "OK", "request_id": "a", **fields}).encode())


def page(vendor: ScriptedVendor, *results: Any, cursor: str | None = None) -> Reply:
    """A page of a list, with the cursor of the next one."""
    following = {"next_url": f"{vendor.url}/next?cursor={cursor}"} if cursor else {}
    return data(results=list(results), **following)


def refusal(status: int, said: str, word: str = "message", **headers: str) -> Reply:
    """A refusal that explains itself in the field `word`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(json.dumps({"status": "ERROR", word: said}).encode(), status, named)


@contextmanager
def running_vendor() -> Iterator[ScriptedVendor]:
    """A server of the caller's own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.vendor = ScriptedVendor(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.vendor  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        vendor: ScriptedVendor = self.server.vendor  # type: ignore[attr-defined]
        asked = urlsplit(self.path)
        vendor.requests.append(
            Request(
                asked.path,
                dict(parse_qsl(asked.query)),
                self.headers.get("Authorization"),
                self.headers.get("Accept-Encoding"),
                self.client_address[1],
            )
        )
        self._answer(vendor.next_reply())

    def _answer(self, reply: Reply) -> None:
        length = str(len(reply.body) + 100 * reply.cut)
        headers = {n: v for n, v in {"Content-Length": length, **reply.headers}.items() if v}
        head = f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
        whole = head.encode() + reply.body
        # In one piece where nothing dribbles: two would wait for each other's acknowledgement.
        slow = len(whole) if not reply.dribble else len(head) * (reply.dribble_from == "body")
        try:
            self.wfile.write(whole[:slow])
            for at in range(slow, len(whole)):
                time.sleep(reply.dribble)
                self.wfile.write(whole[at : at + 1])
        except OSError:
            self.close_connection = True
        self.close_connection = self.close_connection or reply.cut

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""
