"""What a URL says of TLS reaches every client: psycopg, ADBC and Redis."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
import trustme
from commands import TICKERS, Technic
from dayfiles import write_day
from psycopg.conninfo import conninfo_to_dict
from tls import tls_before

from technic_pipeline.services import Endpoints
from technic_pipeline.sessions import Calendar
from technic_pipeline.store.database import engine_for


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def context(authority: trustme.CA) -> ssl.SSLContext:
    """A server's, with a certificate of the authority for localhost."""
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(made)
    return made


@pytest.fixture(scope="module")
def postgres_port(servers: Endpoints, context: ssl.SSLContext) -> Iterator[int]:
    place = conninfo_to_dict(servers.database_url)["host"]
    with tls_before(f"{place}/.s.PGSQL.5432", context, asked_for=True) as port:
        yield port


@pytest.fixture(scope="module")
def redis_port(servers: Endpoints, context: ssl.SSLContext) -> Iterator[int]:
    place = urlsplit(servers.redis_url).path
    with tls_before(place, context, asked_for=False) as port:
        yield port


def certificate_of(authority: trustme.CA, folder: Path) -> str:
    """The root's file, percent-encoded for a URL."""
    path = folder / "root 100%.pem"
    authority.cert_pem.write_to_path(path)
    return quote(str(path), safe="")


def over_tls(port: int, **settings: str) -> str:
    """The URL of the test's database behind TLS; 127.0.0.1, because the port is on no other."""
    database = conninfo_to_dict(os.environ["TECHNIC_DATABASE_URL"])["dbname"]
    said = "&".join(f"{name}={value}" for name, value in settings.items())
    return f"postgresql://postgres@localhost:{port}/{database}?hostaddr=127.0.0.1&{said}"


def test_an_evening_over_tls_verifies_both_servers(
    published: Technic,
    market: Path,
    days: list[date],
    calendar: Calendar,
    authority: trustme.CA,
    postgres_port: int,
    redis_port: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root = certificate_of(authority, tmp_path)
    url = over_tls(postgres_port, sslmode="verify-full", sslrootcert=root)
    monkeypatch.setenv("TECHNIC_DATABASE_URL", url)
    cache = f"rediss://localhost:{redis_port}/0?ssl_ca_certs={root}"
    monkeypatch.setenv("TECHNIC_REDIS_URL", cache)
    following = calendar.before(days[-1], -1)
    write_day(market, following, {ticker: 19.0 + at for at, ticker in enumerate(TICKERS)})

    ran = published("run")

    assert ran.status == 0, ran.err
    assert "cache" not in ran.err
    assert str(following) in published("top").out
    verified = " ".join(published("verify", "--all").out.split())
    assert f"{len(TICKERS) * (len(days) + 1)} rows recomputed: 0 differ" in verified
    engine_for(url).dispose()


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"sslmode": "verify-full"}, "certificate verify failed"),
        ({"sslmode": "disable"}, "server closed the connection"),
    ],
    ids=["the root of somebody else", "no TLS"],
)
def test_a_database_that_tls_does_not_lead_to_is_answered_in_one_line(
    published: Technic,
    settings: dict[str, str],
    says: str,
    postgres_port: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stranger = certificate_of(trustme.CA(), tmp_path)
    url = over_tls(postgres_port, sslrootcert=stranger, **settings)
    monkeypatch.setenv("TECHNIC_DATABASE_URL", url)

    ended = published("top")

    assert ended.status == 1
    [line] = ended.err.splitlines()
    assert line.startswith("error: cannot reach PostgreSQL at postgresql://postgres@localhost:")
    assert says in line


def test_a_cache_whose_certificate_is_somebody_elses_is_done_without(
    published: Technic,
    redis_port: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    stranger = certificate_of(trustme.CA(), tmp_path)
    cache = f"rediss://localhost:{redis_port}/0?ssl_ca_certs={stranger}"
    monkeypatch.setenv("TECHNIC_REDIS_URL", cache)

    assert published("top").status == 0

    [said] = caplog.messages
    assert said.startswith("going on without a cache: cannot reach Redis at rediss://localhost:")
    assert "certificate verify failed" in said
    assert "\n" not in said
