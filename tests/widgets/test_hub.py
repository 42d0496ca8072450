"""The hub widget: one a kernel, streams by table, messages handed over and never handled on the caller's thread."""

import gzip
import sys

import pytest
from widgets.hub_support import quotes

from ibnb.widgets import hub, parts


def test_there_is_one_hub_and_a_new_one_after_it_was_closed(timers):
    first = hub()
    assert hub() is first
    first.close()
    assert hub() is not first


def test_without_an_io_thread_it_says_what_to_do(timers, monkeypatch):
    monkeypatch.setattr(sys.modules["ibnb.widgets.hub"], "_timers", None)
    with pytest.raises(RuntimeError, match="set_io"):
        hub()


def test_its_state_is_small_and_names_the_engine(timers):
    state = hub().get_state()
    assert state["_kind"] == "hub" and state["_hub"] == hub().model_id
    assert state["_engine"] == parts.part("engine").hash
    assert len(state["_esm"].encode()) <= 3000


def test_all_views_of_a_table_share_a_stream_and_the_last_one_ends_it(timers):
    t, h = quotes(), hub()
    one, two = h.stream(t), h.stream(t)
    assert one is two and h.stream(quotes()).id != one.id
    h.release(one)
    assert one.id in h.board.streams
    h.release(two)
    timers.run()
    assert one.id not in h.board.streams


def test_a_front_end_message_waits_for_the_io_thread(timers):
    h = hub()
    h._handle_custom_msg({"t": "hello", "p": "x"}, [])
    assert h.board.pages == {}
    timers.run()
    assert list(h.board.pages) == ["x"] and h.has_page()
    assert [m["t"] for m in h.comm.custom()] == ["welcome"]


def test_nonsense_from_the_page_is_logged_and_harms_nothing(timers, caplog):
    h = hub()
    for content in ({"t": "hello", "p": "x"}, {"t": "want", "p": "x"}, {"t": "ack", "p": "x", "q": None}, "text", None):
        h.receive(h, content)
    timers.run()
    assert caplog.text.count("cannot be understood") == 4
    assert list(h.board.pages) == ["x"]


def test_a_part_travels_as_gzip_under_its_hash(timers):
    h = hub()
    h.receive(h, {"t": "part", "p": "x", "name": "engine"})
    timers.run()
    message = h.comm.messages[-1]
    content = message["data"]["content"]
    assert (content["name"], content["hash"], content["kind"]) == ("engine", parts.part("engine").hash, "esm")
    assert gzip.decompress(message["buffers"][0]) == parts.part("engine").path.read_bytes()


def test_a_part_travels_as_text_where_bytes_do_not(timers):
    h = hub()
    h.receive(h, {"t": "part", "p": "x", "name": "engine", "text": True})
    h.receive(h, {"t": "part", "p": "x", "name": "no such part"})
    timers.run()
    (content,) = h.comm.custom()
    assert content["d"].isascii() and h.comm.messages[-1]["buffers"] == []


def test_the_reply_subshell_of_ipykernel_is_forgotten(timers):
    h = hub()
    h.comm._reply_subshell_id = None  # as ipykernel 7.4 notes it when it sends
    h.receive(h, {"t": "hello", "p": "x"})
    timers.run()
    assert "_reply_subshell_id" not in h.comm.__dict__


def test_a_closed_hub_swallows_what_is_sent(timers):
    h = hub()
    h.receive(h, {"t": "hello", "p": "x"})
    h.close()
    timers.run()


def test_a_follower_of_new_pages_that_fails_is_logged(timers, caplog):
    h = hub()
    seen = []
    h.on_hello(lambda _page: 1 / 0)
    h.on_hello(seen.append)
    h.receive(h, {"t": "hello", "p": "x"})
    timers.run()
    assert len(seen) == 1 and "ZeroDivisionError" in caplog.text
