"""When what leaves for a page: wants, credits, pace, silence, blindness. Time is wound by hand."""

import base64

import pytest
from widgets.hub_support import Line, frames, kinds, quotes

from ibnb.widgets import pages, protocol


@pytest.fixture
def line():
    return Line()


def opened(line, rows=3, page="p"):
    """A page that follows a table and has its snapshot."""
    t = quotes(rows)
    stream = line.board.add(t)
    line.say("hello", page, mount=True)
    line.want(1, {stream.id: 0}, page)
    line.run(0.2, page=page)
    return t, stream


def buffers(got):
    return [frames(parts[0]) for content, parts in got if content["t"] == "f"]


def test_python_says_nothing_before_hello(line):
    t = quotes()
    line.board.add(t)
    t.upsert({"symbol": "S1", "last": 5.0})
    line.timers.run(10)
    assert line.sent == []


def test_hello_is_answered_with_the_parts_and_a_probe(line):
    line.say("hello", mount=True)
    ((content, parts),) = line.take()
    assert content == {
        "t": "welcome", "p": "p", "proto": 1, "parts": {"engine": "abc"}, "status": {"state": "live", "text": ""},
    }  # fmt: skip
    assert parts == [pages.PROBE] and [page.id for page in line.hellos] == ["p"]


def test_a_want_brings_a_snapshot_and_then_deltas(line):
    t = quotes()
    stream = line.board.add(t)
    line.say("hello")
    line.take()
    line.want(1, {stream.id: 0})
    ((frame,),) = buffers(line.run(0.2))
    assert frame.flags == protocol.SNAPSHOT | protocol.FIRST | protocol.LAST
    t.upsert({"symbol": "S1", "last": 5.0})
    ((frame,),) = buffers(line.run(0.2))
    assert frame.flags == 0 and kinds(frame) == [protocol.ROWS, protocol.PATCH]


def test_a_page_that_has_a_revision_gets_the_delta_only(line):
    t = quotes()
    stream = line.board.add(t)
    at = t.revision
    t.upsert({"symbol": "S1", "last": 5.0})
    line.say("hello")
    line.want(1, {stream.id: at})
    ((frame,),) = buffers(line.run(0.2))
    assert (frame.flags, frame.base) == (0, at)


def test_a_want_without_news_is_answered_by_a_heartbeat(line):
    t, stream = opened(line)
    line.want(2, {stream.id: t.revision})
    (content,) = [content for content, _ in line.run(0.1)]
    assert content["t"] == "b" and content["n"] == 2


def test_older_wants_come_too_late(line):
    _, stream = opened(line)
    line.want(3, {})
    line.want(2, {stream.id: 0})
    assert line.board.pages["p"].wants == {}


def test_changes_between_two_messages_travel_once(line):
    t, _ = opened(line)
    for price in range(100):
        t.upsert({"symbol": "S1", "last": float(price)})
    ((frame,),) = buffers(line.run(0.2))
    assert kinds(frame) == [protocol.ROWS, protocol.PATCH] and frame.revision == t.revision


def test_at_most_twenty_messages_and_four_questions_a_second(line):
    t, _ = opened(line)
    got = []
    for step in range(400):
        t.upsert({"symbol": "S1", "last": float(step)})
        got += line.run(0.01)
    asked = sum(1 for content, _ in got if content.get("a"))
    assert 60 <= len(got) <= 81 and asked <= 17
    # To the page each question costs two more messages: the kernel says that it is busy, and that it is idle.
    assert (len(got) + 2 * asked) / 4 <= 29


def test_two_pages_share_the_pace(line):
    t, stream = opened(line)
    line.say("hello", "q")
    line.want(1, {stream.id: 0}, "q")
    line.run(0.2, page="q")
    count = 0
    for step in range(200):
        t.upsert({"symbol": "S1", "last": float(step)})
        for page in "pq":
            count += len(line.run(0.005, page=page))
    assert count <= 2 * 21
    assert {page.id: page.seq for page in line.board.pages.values()} == pytest.approx({"p": 21, "q": 18}, abs=6)


def test_with_two_questions_open_nothing_leaves_and_changes_merge(line):
    t, _ = opened(line)
    for step in range(100):
        t.upsert({"symbol": "S1", "last": float(step)})
        line.run(0.01, ack=False)
    page = line.board.pages["p"]
    assert len(page.in_flight) == 2
    seq = page.seq
    t.upsert({"symbol": "S2", "last": 7.0})
    assert line.run(0.5, ack=False) == []
    line.say("ack", q=seq)
    (((frame,),)) = buffers(line.run(0.1))
    assert frame.revision == t.revision


def test_two_seconds_of_silence_stop_the_line_until_the_page_speaks(line):
    t, stream = opened(line)
    line.run(1)
    t.upsert({"symbol": "S1", "last": 5.0})
    line.run(0.5, ack=False)
    line.timers.run(3)
    line.take()
    t.upsert({"symbol": "S1", "last": 6.0})
    assert line.run(5, ack=False) == []
    line.want(2, {stream.id: 1})
    assert [frame.revision for (frame,) in buffers(line.run(0.1))] == [t.revision]


def test_a_late_acknowledgement_counts_as_speaking(line):
    t, _ = opened(line)
    t.upsert({"symbol": "S1", "last": 5.0})
    seq = line.run(0.5, ack=False)[-1][0]["q"]
    line.timers.run(10)
    line.take()
    t.upsert({"symbol": "S1", "last": 6.0})
    line.say("ack", q=seq)
    assert len(buffers(line.run(0.2))) == 1


def test_a_busy_cell_gets_two_messages_a_second_and_later_one_in_five(line):
    t, _ = opened(line)
    line.busy = True
    counts = []
    for _second in range(200):
        n = 0
        for _ in range(10):
            t.upsert({"symbol": "S1", "last": line.timers.now})
            n += len(line.run(0.1, ack=False))
        counts.append(n)
    assert sum(counts[10:110]) == pytest.approx(200, abs=5)
    assert sum(counts[130:]) == pytest.approx(14, abs=2)
    assert len(line.board.pages["p"].in_flight) <= 8
    line.busy = False
    line.say("ack", q=line.board.pages["p"].seq)
    t.upsert({"symbol": "S1", "last": 1.0})
    assert len(buffers(line.run(0.6))) == 1


def test_a_hidden_page_costs_nothing_and_comes_back_with_what_it_missed(line):
    t, stream = opened(line)
    line.want(2, {})
    at = t.revision
    for step in range(50):
        t.upsert({"symbol": "S1", "last": 100.0 + step})
        assert line.run(0.1) == []
    assert stream._unsubscribe is None  # the table is not even watched
    line.want(3, {stream.id: at})
    (((frame,),)) = buffers(line.run(0.05))
    assert (frame.base, frame.revision, len(frame.blocks)) == (at, t.revision, 2)


def test_a_quiet_line_has_a_heartbeat_every_five_seconds(line):
    opened(line)
    got = line.run(30)
    assert [content["t"] for content, _ in got] == ["b"] * 6


def test_a_page_that_is_gone_for_a_minute_is_dormant_until_it_speaks(line):
    t, stream = opened(line)
    t.upsert({"symbol": "S1", "last": 5.0})
    line.timers.run(80)
    line.take()
    assert line.board.pages["p"].dormant and stream._unsubscribe is None and line.board.active_pages() == 0
    t.upsert({"symbol": "S1", "last": 6.0})
    line.say("ack", q=line.board.pages["p"].seq)
    assert buffers(line.run(0.2))[-1][0].revision == t.revision


def test_a_large_snapshot_comes_in_chunks_and_ends_with_what_moved_meanwhile(line, monkeypatch):
    monkeypatch.setattr(pages, "MESSAGE_BYTES", 1)
    t = quotes(200)
    stream = line.board.add(t)
    line.say("hello")
    line.want(1, {stream.id: 0})
    got = line.run(0.07)
    t.upsert({"symbol": "S1", "last": 5.0})
    got += line.run(1.0)
    parts = [frame for message in buffers(got) for frame in message]
    assert [(part.flags & protocol.SNAPSHOT, part.base) for part in parts[:-1]] == [(1, i) for i in range(4)]
    assert parts[-1].base == parts[0].revision and parts[-1].revision == t.revision


def test_a_table_that_cannot_be_read_stops_only_itself(line, caplog):
    class Broken:
        name, kind, key = "broken", "keyed", ()

        def schema(self):
            return []

        def snapshot(self):
            raise RuntimeError("disk on fire")

        def subscribe(self, _listener):
            return lambda: None

    t = quotes()
    good, bad = line.board.add(t), line.board.add(Broken())
    line.say("hello")
    line.want(1, {bad.id: 0, good.id: 0})
    assert [frame.stream for (frame,) in buffers(line.run(0.3))] == [good.id]
    assert "broken" in caplog.text and "disk on fire" in caplog.text


def test_a_change_of_meta_travels_beside_the_frames(line):
    t, stream = opened(line)
    t.meta = {"zone": "UTC"}
    t.upsert({"symbol": "S1", "last": 5.0})
    metas = [content["m"] for content, _ in line.run(0.2) if "m" in content]
    assert metas == [{stream.id: {"zone": "UTC"}}]


def test_a_host_that_loses_bytes_gets_text(line):
    t, stream = opened(line)
    line.say("hello", binary=False)
    line.take()
    t.upsert({"symbol": "S1", "last": 5.0})
    ((content, parts),) = [item for item in line.run(0.2) if item[0]["t"] == "f"]
    assert parts == [] and frames(base64.b64decode(content["d"]))[0].stream == stream.id


def test_a_page_that_python_does_not_know_is_asked_to_introduce_itself(line):
    line.say("ack", "stranger", q=1)
    assert [content["t"] for content, _ in line.take("stranger")] == ["again"]


def test_a_removed_stream_is_wanted_no_more(line):
    t, stream = opened(line)
    line.board.remove(stream)
    assert line.take() == [({"t": "drop", "p": "p", "s": stream.id}, [])]  # and the page keeps nothing of it
    t.upsert({"symbol": "S1", "last": 5.0})
    assert line.run(1) == [] and stream._unsubscribe is None and line.board.pages["p"].wants == {}


def test_bye_forgets_the_page(line):
    _, stream = opened(line)
    line.say("bye")
    assert line.board.pages == {} and stream._unsubscribe is None


def test_the_oldest_of_too_many_pages_goes(line):
    for number in range(pages.MAX_PAGES + 3):
        line.say("hello", f"p{number}")
        line.timers.run(1)
    assert len(line.board.pages) == pages.MAX_PAGES and "p2" not in line.board.pages


class Origin:
    """Stands for a connection."""


def test_each_stream_has_the_status_of_its_own_connection(line):
    opened(line)
    one, other = Origin(), Origin()
    ids = []
    for origin in (one, other, None):
        table = quotes()
        table.origins = () if origin is None else (origin,)
        ids.append(str(line.board.add(table).id))
    line.board.set_status("stale", "disconnected", 5.0, one)
    line.board.set_status("live", "", 6.0, other)
    told = [content["status"] for content, _ in line.take()]
    assert [status["state"] for status in told] == ["live", "live"]
    assert told[-1]["streams"] == {ids[0]: {"state": "stale", "text": "disconnected", "since": 5.0}}
    line.board.set_status("stale", "farm down", 7.0, other)
    assert line.take()[-1][0]["status"]["streams"][ids[1]]["text"] == "farm down"
    for origin in (one, other):
        line.board.set_status("live", "", 8.0, origin)
    assert line.take()[-1][0]["status"] == {"state": "live", "text": ""}


def test_pages_learn_that_a_new_stream_is_stale_already(line):
    opened(line)
    origin = Origin()
    line.board.set_status("stale", "disconnected", 5.0, origin)
    line.take()
    table = quotes()
    table.origins = (origin,)
    derived = table.where("last > 0")
    streams = [line.board.add(table), line.board.add(derived)]
    status = line.run(0.1)[-1][0]["status"]
    assert status["streams"] == {
        str(stream.id): {"state": "stale", "text": "disconnected", "since": 5.0} for stream in streams
    }


def test_status_reaches_pages_that_listen(line):
    opened(line)
    line.board.set_status("stale", "TWS closed the connection", 5.0)
    ((content, _),) = line.take()
    assert content["status"] == {"state": "stale", "text": "TWS closed the connection", "since": 5.0}
    line.say("hello", "later")
    assert line.take("later")[0][0]["status"]["state"] == "stale"
