"""The vendor's bucket of day files, at a real S3-compatible server of this machine."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import date

import boto3
import pytest
from moto.server import ThreadedMotoServer
from pydantic import SecretStr
from vendor_files import ROW, SESSION, lines

from technic_pipeline.errors import (
    BucketRefused,
    InputTooLarge,
    MalformedInput,
    SessionNotOffered,
    SettingsError,
    SourceNotFound,
    TechnicError,
)
from technic_pipeline.settings import Settings
from technic_pipeline.sources import Source, open_source
from technic_pipeline.sources.day_files import BUCKET, LARGEST_DAY_FILE

KEY = f"us_stocks_sip/day_aggs_v1/{SESSION:%Y/%m/%Y-%m-%d}.csv.gz"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def put(endpoint: str) -> Iterator[object]:
    """Puts an object into the bucket, which is empty before and after."""
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="k",
        aws_secret_access_key="s",  # noqa: S106 - of a server of this test
    )
    client.create_bucket(Bucket=BUCKET)
    yield lambda name, body: client.put_object(Bucket=BUCKET, Key=name, Body=body)
    for entry in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=entry["Key"])
    client.delete_bucket(Bucket=BUCKET)


@pytest.fixture
def settings(endpoint: str) -> Settings:
    return Settings(
        source="flatfiles",
        s3_endpoint=endpoint,
        s3_key=SecretStr("k"),
        s3_secret=SecretStr("s"),
    )


@pytest.fixture
def bucket(put, settings: Settings) -> Source:
    put(KEY, gzip.compress(lines(ROW)))
    return open_source(settings)


def test_a_session_is_read_from_the_bucket(bucket: Source) -> None:
    assert bucket.offered() == (SESSION, SESSION)
    bars = bucket.bars(SESSION)
    assert bars.ticker.to_pylist() == ["A"]
    assert bars.close.tolist() == [42.21]
    assert bars.source == "flatfiles"


def test_lists_come_from_the_directory_beside_it(
    bucket: Source, settings: Settings, tmp_path
) -> None:
    assert bucket.splits() is None
    (tmp_path / "splits.json").write_text('{"results": []}')
    beside = open_source(settings.model_copy(update={"flatfiles_dir": tmp_path}))
    assert beside.splits() == []
    assert beside.bars(SESSION).close.tolist() == [42.21]


def test_a_session_without_a_file_is_named_with_its_place(bucket: Source) -> None:
    with pytest.raises(SessionNotOffered, match=r"flatfiles/us_stocks_sip.*2015-03-23"):
        bucket.bars(date(2015, 3, 23))


def test_half_a_file_is_refused(put, bucket: Source) -> None:
    put(KEY, gzip.compress(lines(ROW))[:-9])
    with pytest.raises(MalformedInput, match="not a whole gzip file"):
        bucket.bars(SESSION)


def test_a_file_larger_than_any_day_is_not_fetched(put, bucket: Source) -> None:
    put(KEY, bytes(LARGEST_DAY_FILE + 1))
    with pytest.raises(InputTooLarge, match=rf"flatfiles/{KEY}: has 67,108,865 bytes"):
        bucket.bars(SESSION)


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"s3_key": None}, SettingsError, "TECHNIC_S3_KEY: is not set"),
        ({"s3_secret": None}, SettingsError, "TECHNIC_S3_SECRET: is not set"),
        ({"s3_endpoint": "http://127.0.0.1:9"}, BucketRefused, "check TECHNIC_S3_ENDPOINT"),
    ],
)
def test_what_is_wrong_with_the_settings_is_said_in_one_line(
    settings: Settings, change: dict[str, object], error: type[TechnicError], said: str
) -> None:
    with pytest.raises(error, match=said) as refused:
        open_source(settings.model_copy(update=change))
    assert "\n" not in str(refused.value)


def test_an_empty_bucket_says_what_it_lacks(put, settings: Settings) -> None:
    with pytest.raises(SourceNotFound, match="no day files"):
        open_source(settings)
    put("us_stocks_sip/day_aggs_v1/2015/03/notes.csv.gz", b"")
    with pytest.raises(SourceNotFound, match="'notes' is not named like a day file"):
        open_source(settings)
