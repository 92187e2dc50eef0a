"""The audit fails on a known vulnerability, and says when it could not look."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from technic_pipeline.project_files import PACKAGE

AUDIT = PACKAGE.parent / ".ci" / "audit"
KNOWN = {"id": "PYSEC-0", "modified": "2026-01-01T00:00:00Z", "summary": "made up", "affected": []}


class Vulnerabilities(BaseHTTPRequestHandler):
    """Answers as osv.dev does: one package has one vulnerability."""

    package: str

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        found = [each["package"]["name"] == self.package for each in asked["queries"]]
        self._answer({"results": [{"vulns": [KNOWN]} if known else {} for known in found]})

    def do_GET(self) -> None:
        self._answer(KNOWN)

    def _answer(self, said: object) -> None:
        content = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        pass


@pytest.fixture
def database() -> Iterator[str]:
    """The URL of a database of vulnerabilities."""
    with HTTPServer(("127.0.0.1", 0), Vulnerabilities) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def audit(url: str) -> subprocess.CompletedProcess[str]:
    if shutil.which("uv") is None:
        pytest.skip("uv is not on the path; uv run puts it there")
    return subprocess.run(
        [AUDIT, "--service-url", url], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("package", "status", "says"),
    [
        pytest.param("redis", 1, "PYSEC-0: made up", id="a dependency"),
        pytest.param("left-pad", 0, "Found no known vulnerabilities", id="of somebody else's"),
    ],
)
def test_a_known_vulnerability_fails_when_it_is_of_a_dependency(
    database: str, monkeypatch: pytest.MonkeyPatch, package: str, status: int, says: str
) -> None:
    monkeypatch.setattr(Vulnerabilities, "package", package, raising=False)
    ended = audit(database)
    assert ended.returncode == status, ended.stdout
    assert says in ended.stdout


def test_an_audit_without_a_way_to_the_database_says_so_in_one_line() -> None:
    ended = audit("http://127.0.0.1:1")
    assert ended.returncode == 0
    assert ended.stdout.splitlines() == [
        "audit: the database of vulnerabilities is out of reach; no dependency was looked up"
    ]
