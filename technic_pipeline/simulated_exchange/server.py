"""The exchange behind a socket."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

from technic_pipeline.simulated_exchange.answers import Answer
from technic_pipeline.simulated_exchange.exchange import SimulatedExchange

# How long a late reply takes, and every piece of a dribbled one.
LATE_SECONDS, PIECE_SECONDS, PIECES = 2.0, 0.5, 20


@contextmanager
def serve(exchange: SimulatedExchange, port: int = 0) -> Iterator[str]:
    """The address of a server of this machine, by default on a free port, while the block lasts."""
    with ThreadingHTTPServer(("127.0.0.1", port), _handler(exchange)) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def _handler(exchange: SimulatedExchange) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        # Connections are kept open between calls, as the vendor's are.
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            base = f"http://{self.headers.get('Host', 'localhost')}"
            query = dict(parse_qsl(asked.query))
            authorization = self.headers.get("Authorization")
            self._send(exchange.answer(asked.path, query, authorization, base))

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Nothing: a request's line may hold a key."""

        def _send(self, answer: Answer) -> None:
            if answer.late:
                time.sleep(LATE_SECONDS)
            self.send_response(answer.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer.body)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self._send_body(answer)

        def _send_body(self, answer: Answer) -> None:
            if answer.cut:
                self.wfile.write(answer.body[: len(answer.body) // 2])
                self.close_connection = True
            elif answer.dribbled:
                size = max(len(answer.body) // PIECES, 1)
                for start in range(0, len(answer.body), size):
                    self.wfile.write(answer.body[start : start + size])
                    self.wfile.flush()
                    time.sleep(PIECE_SECONDS)
            else:
                self.wfile.write(answer.body)

    return Handler
