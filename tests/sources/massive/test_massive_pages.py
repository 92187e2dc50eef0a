"""Lists are read page by page, and only from the host that may be told the key."""

from __future__ import annotations

import logging

import pytest
from scripted_vendor import KEY, SPLIT, Reply, ScriptedVendor, data, page

from technic_pipeline.errors import ChangedReply
from technic_pipeline.sources.massive.pages import MOST_PAGES
from technic_pipeline.sources.massive.source import Massive


def test_every_page_is_read_with_the_key_and_each_is_a_counted_call(
    massive: Massive, vendor: ScriptedVendor
) -> None:
    second, third = SPLIT | {"id": "E2"}, SPLIT | {"id": "E3"}
    vendor.say(
        page(vendor, SPLIT, cursor="two"), page(vendor, second, cursor="a%2Bb"), page(vendor, third)
    )
    assert [split.source_id for split in massive.splits()] == ["E1", "E2", "E3"]
    assert [request.parameters.get("cursor") for request in vendor.requests] == [None, "two", "a+b"]
    assert {request.authorization for request in vendor.requests} == {f"Bearer {KEY}"}
    assert massive.connection.calls == {"splits": 3}


def test_a_page_that_fails_is_asked_again_and_none_is_lost_or_doubled(
    massive: Massive, vendor: ScriptedVendor
) -> None:
    last = page(vendor, SPLIT | {"id": "E2"})
    vendor.say(page(vendor, SPLIT, cursor="two"), Reply(b"", 503), Reply(last.body[:-9]), last)
    assert [split.source_id for split in massive.splits()] == ["E1", "E2"]


# A cursor that is not followed: what the refusal says.
CURSORS = {
    "another host": ("http://evil.example/next?cursor=a", "evil.example"),
    "another port": ("http://127.0.0.1:1/next?cursor=a", "another host"),
    "another scheme": ("{host}/next?cursor=a", "another host"),
    "a host in the user's place": ("http://127.0.0.1@evil.example/next", "evil.example"),
    "a relative host": ("//evil.example/next", "evil.example"),
    "no address": ("http://host:port/next", "no address"),
}


@pytest.mark.parametrize(("cursor", "problem"), CURSORS.values(), ids=CURSORS)
def test_the_key_is_sent_to_no_other_host(
    massive: Massive, vendor: ScriptedVendor, cursor: str, problem: str
) -> None:
    secure = vendor.url.replace("http:", "https:")
    vendor.say(data(results=[SPLIT], next_url=cursor.format(host=secure)))
    with pytest.raises(ChangedReply, match="next_url") as refused:
        massive.splits()
    assert problem in str(refused.value)
    assert len(vendor.requests) == 1


def test_a_cursor_that_leads_in_a_circle_is_refused(
    massive: Massive, vendor: ScriptedVendor
) -> None:
    vendor.say(page(vendor, SPLIT, cursor="again"))
    with pytest.raises(ChangedReply, match="leads back"):
        massive.splits()
    assert len(vendor.requests) == 2


def test_a_list_without_an_end_is_given_up(massive: Massive, vendor: ScriptedVendor) -> None:
    vendor.say(*(page(vendor, SPLIT, cursor=f"{number}") for number in range(MOST_PAGES + 9)))
    with pytest.raises(ChangedReply, match=f"more than {MOST_PAGES} pages"):
        massive.splits()


def test_a_key_in_a_cursor_is_neither_sent_nor_logged(
    massive: Massive, vendor: ScriptedVendor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    vendor.say(page(vendor, SPLIT, cursor=f"two&apiKey={KEY}"), page(vendor, SPLIT))
    massive.splits()
    assert vendor.requests[1].parameters == {"cursor": "two"}
    assert "cursor=two" in caplog.text
    assert KEY not in caplog.text
