from __future__ import annotations

import logging
import threading

import psycopg
import pytest

from technic_pipeline.errors import ConnectionLost
from technic_pipeline.store import database
from technic_pipeline.store.database import writer_lock
from technic_pipeline.store.roles import WRITER, acting_as


def test_a_second_writer_waits_for_the_first_and_says_for_whom(
    database_url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LOCK_POLL_SECONDS", 0.02)
    entered = threading.Event()

    def second() -> None:
        # To the role PostgreSQL does not say since when the first is connected.
        with writer_lock(acting_as(WRITER, database_url), "run second"):
            entered.set()

    with caplog.at_level(logging.WARNING), writer_lock(database_url, "run first"):
        thread = threading.Thread(target=second)
        thread.start()
        assert not entered.wait(0.5)
        assert "waiting for 'technic run first'" in caplog.text
    assert entered.wait(5)
    thread.join()


def test_the_lock_is_free_when_its_holder_dies_and_the_holder_notices(database_url: str) -> None:
    with writer_lock(database_url, "run first") as require_lock:
        require_lock()
        with psycopg.connect(database_url, autocommit=True) as other:
            other.execute(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
                " where application_name = 'technic run first'"
            )
        with writer_lock(database_url, "run second"):
            pass
        with pytest.raises(ConnectionLost, match="PostgreSQL: "):
            require_lock()
