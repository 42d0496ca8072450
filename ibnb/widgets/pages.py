"""What each browser page is sent, and when: streams, credits, pauses.

Knows the tables' reading side and the wire format; no widget, no thread. Everything here runs on the IO thread; time
and timers are given, and so is the way out (`send`). The rules:

* a page speaks first, and says in full what it wants and which revision it has ("want"); it gets nothing else;
* one message holds all that moved since the last one, newest values only. At most four times a second a message asks
* for
  an acknowledgement (the kernel announces "busy" and "idle" to the page for each, so every message's would treble the
  traffic); with two of them outstanding nothing more leaves, and what moves meanwhile merges; after 2 s of silence
  the page counts as gone until it speaks;
* the next message leaves 50 ms after the last, or after twice the acknowledgement time; several pages share that
* pace, as
  each page's connection carries the messages of all: it sees less than 30 a second, announcements included;
* while a cell blocks the kernel, so that acknowledgements cannot be handled, a page gets 2 messages a second
  without them ("blind"), after two minutes of that one in 5 s: a closed tab must not fill the server's buffer.
"""

from __future__ import annotations

import base64
import itertools
import logging
import weakref
from collections.abc import Callable
from typing import Any, Protocol

from . import protocol

logger = logging.getLogger("ibnb.widgets")

CREDITS = 2
FLUSH_S, SHARED_FLUSH_S = 0.055, 0.06
SILENT_S = 2.0
ASK_S = 0.25
SLOWEST_S = 1.0
BLIND_S, BLIND_LATER_S, BLIND_LATER_AFTER_S = 0.5, 5.0, 120.0
HEARTBEAT_S = 5.0
DORMANT_S = 60.0
MAX_PAGES = 32
MESSAGE_BYTES = 1_000_000
PROBE = b"IBT\xff"

Send = Callable[[Any, dict[str, Any], list[bytes]], None]


class Source(Protocol):
    """What is read of a table: see ibnb.tables.table, which keeps the promises."""

    name: str
    kind: str
    key: tuple[str, ...]

    def schema(self) -> list[dict[str, Any]]: ...
    def snapshot(self) -> Any: ...
    def delta(self, since: int) -> Any: ...
    def subscribe(self, listener: Callable[[Any], object]) -> Callable[[], object]: ...


class Stream:
    """One table on its way to the pages that want it. The table is watched only while there is such a page."""

    def __init__(self, board: Board, stream_id: int, source: Source) -> None:
        self.board = board
        self.id = stream_id
        self.source = source
        self.views = 0
        self.wanted: dict[str, Wanted] = {}
        self._unsubscribe: Callable[[], object] | None = None
        self._posted = False
        self._failed = False

    def schema(self) -> dict[str, Any]:
        """Return what a page must know before the first row."""
        source = self.source
        return {
            "name": source.name,
            "kind": source.kind,
            "key": list(source.key),
            "columns": source.schema(),
            "sorting": [list(item) for item in getattr(source, "sorting", ())],
            "meta": self.meta(),
        }

    def meta(self) -> dict[str, Any]:
        """Return the table's free JSON for its views (bars: zone, symbol ...)."""
        return dict(getattr(self.source, "meta", None) or {})

    def attach(self, wanted: Wanted) -> None:
        """Let a page follow."""
        self.wanted[wanted.page.id] = wanted
        if self._unsubscribe is None:
            self._unsubscribe = self.source.subscribe(self._moved)

    def detach(self, page_id: str) -> None:
        """Let a page go; with the last one the table is left alone."""
        self.wanted.pop(page_id, None)
        if not self.wanted and self._unsubscribe is not None:
            unsubscribe, self._unsubscribe = self._unsubscribe, None
            unsubscribe()

    def _moved(self, _source: object) -> None:
        # On whatever thread wrote the table; a mark that is on its way already stands for this one too.
        if not self._posted:
            self._posted = True
            self.board.post(self._mark)

    def _mark(self) -> None:
        self._posted = False
        for wanted in list(self.wanted.values()):
            wanted.dirty = True
            wanted.page.arm()

    def failed(self) -> None:
        """Tell once of a table that cannot be read."""
        logger.log(
            logging.DEBUG if self._failed else logging.ERROR, "table %r cannot be read", self.source.name, exc_info=True
        )
        self._failed = True


class Wanted:
    """How far one page is with one stream."""

    def __init__(self, page: Page, stream: Stream) -> None:
        self.page = page
        self.stream = stream
        self.dirty = True
        self.revision: int | None = None
        self.meta: dict[str, Any] = {}
        self.meta_moved = False
        self._schema: dict[str, Any] | None = None
        self._snapshot: Any = None
        self._at = self._chunk = 0

    def adopt(self, revision: int) -> None:
        """Take the page's word for what it has; 0 = nothing."""
        self.revision = revision or None
        self._snapshot = None
        self.dirty = True

    def frame(self, seq: int) -> bytes:
        """Return the next frame: a delta, or a chunk of a snapshot; b"" when there is nothing to say."""
        source = self.stream.source
        if self._snapshot is None and self.revision is not None:
            delta = source.delta(self.revision)
            if not delta.reset:
                self.dirty = False
                self._look_at_meta()
                if not delta:
                    return b""  # and the page stays at its revision: what it has not been told is no base of anything
                frame = protocol.write_delta(self.stream.id, self._columns(), delta).frame(seq)
                self.revision = delta.revision
                return frame
        return self._next_chunk(seq)

    def _next_chunk(self, seq: int) -> bytes:
        if self._snapshot is None:
            self._schema = None
            self._snapshot = self.stream.source.snapshot()
            self._at = self._chunk = 0
            self.meta = self.stream.meta()
        schema, snapshot, start = self._columns(), self._snapshot, self._at
        rows = max(64, MESSAGE_BYTES // (16 + 8 * len(schema["columns"])))
        stop = min(start + rows, len(snapshot.slots))
        frame = protocol.write_snapshot(self.stream.id, schema, snapshot, start, stop, self._chunk).frame(seq)
        self._at, self._chunk = stop, self._chunk + 1
        self.dirty = True  # more chunks, or what moved since
        if stop >= len(snapshot.slots):
            self.revision, self._snapshot = snapshot.revision, None
        return frame

    def _columns(self) -> dict[str, Any]:
        if self._schema is None:
            self._schema = self.stream.schema()
        return self._schema

    def _look_at_meta(self) -> None:
        meta = self.stream.meta()
        if meta != self.meta:
            self.meta, self.meta_moved = meta, True


class Page:
    """One browser page: what it wants, what is on its way to it, and when the next message may leave."""

    def __init__(self, board: Board, page_id: str, link: Any) -> None:
        self.board = board
        self.id = page_id
        self.link = link
        self.binary = True
        self.mount = False
        self.wants: dict[int, Wanted] = {}
        self.has: set[int] = set()  # streams of which it keeps rows
        self.want_number = 0
        self.seq = 0
        self.in_flight: dict[int, float] = {}
        self.ack_s = 0.0
        self.heard_at = board.clock()
        self.sent_at = self.asked_at = -1e9
        self.blind_since: float | None = None
        self.dormant = False
        self._armed = False
        self._answer_due = False

    # -- what the page says ----------------------------------------------------------------------------------------

    def heard(self, now: float) -> None:
        """Note a sign of life."""
        self.heard_at, self.blind_since = now, None
        if self.is_silent(now):
            self.in_flight.clear()
        if self.dormant:
            self.dormant = False
            for wanted in self.wants.values():
                wanted.dirty = True
                wanted.stream.attach(wanted)

    def want(self, number: int, streams: dict[int, int]) -> None:
        """Take the page's full list of wishes: stream -> revision it has, -1 = as before. Older lists come too late."""
        if number <= self.want_number:
            return
        self.want_number = number
        for stream_id in [known for known in self.wants if known not in streams]:
            self.wants.pop(stream_id).stream.detach(self.id)
        for stream_id, revision in streams.items():
            stream = self.board.streams.get(stream_id)
            if stream is None:
                continue
            wanted = self.wants.get(stream_id)
            if wanted is None:
                wanted = self.wants[stream_id] = Wanted(self, stream)
                stream.attach(wanted)
                wanted.adopt(max(0, revision))
            elif revision >= 0:
                wanted.adopt(revision)
        self._answer_due = bool(self.wants)
        self.arm()
        self.board.beat()

    def ack(self, seq: int, now: float) -> None:
        """Take back the credit of message `seq` and of those before it."""
        sent = self.in_flight.get(seq)
        if sent is not None:
            self.ack_s += 0.3 * (min(now - sent, SLOWEST_S / 2) - self.ack_s)
        for older in [number for number in self.in_flight if number <= seq]:
            del self.in_flight[older]
        self.arm()

    # -- when to send ----------------------------------------------------------------------------------------------

    def is_silent(self, now: float) -> bool:
        """Tell whether the oldest question has waited too long for its acknowledgement."""
        return bool(self.in_flight) and now - next(iter(self.in_flight.values())) > SILENT_S

    def arm(self) -> None:
        """See to it that a flush comes when it may, if there is anything to send."""
        if self._armed or not self.wants or not (self._answer_due or any(w.dirty for w in self.wants.values())):
            return
        delay = self.delay(self.board.clock())
        if delay is not None:
            self._armed = True
            self.board.call_later(delay, self._flush)

    def delay(self, now: float) -> float | None:
        """Return the seconds until a message may leave; None = when the page has spoken."""
        if len(self.in_flight) >= CREDITS or self.is_silent(now):
            if not self.board.busy():
                self.blind_since = None
                return None
            if self.blind_since is None:
                self.blind_since = now
            long_ago = now - self.blind_since > BLIND_LATER_AFTER_S
            return max(0.0, self.sent_at + (BLIND_LATER_S if long_ago else BLIND_S) - now)
        pages = self.board.active_pages()
        pace = max(FLUSH_S if pages < 2 else SHARED_FLUSH_S * pages, min(2 * self.ack_s, SLOWEST_S))
        return max(0.0, self.sent_at + pace - now)

    def _flush(self) -> None:
        self._armed = False
        now = self.board.clock()
        delay = self.delay(now)
        if delay is None:
            return
        if delay > 0.001:
            self.arm()
            return
        frames, metas = self._frames()
        if frames or metas:
            content = {"t": "f", "m": metas} if metas else {"t": "f"}
            self._send(content, b"".join(frames), now)
        elif self._answer_due:
            self.heartbeat(now)
        self._answer_due = False
        self.arm()

    def _frames(self) -> tuple[list[bytes], dict[int, Any]]:
        frames: list[bytes] = []
        metas: dict[int, Any] = {}
        size = 0
        for stream_id, wanted in list(self.wants.items()):
            if not wanted.dirty:
                continue
            if size >= MESSAGE_BYTES:
                break
            try:
                frame = wanted.frame(self.seq + 1)
            except Exception:  # noqa: BLE001  one table that fails must not stop the others
                wanted.dirty = False
                wanted.stream.failed()
                continue
            if wanted.meta_moved:
                wanted.meta_moved = False
                metas[stream_id] = wanted.meta
            if frame:
                frames.append(frame)
                self.has.add(stream_id)
                size += len(frame)
                self.wants[stream_id] = self.wants.pop(stream_id)  # the next time the others come first
        return frames, metas

    def heartbeat(self, now: float) -> None:
        """Say that the kernel lives, and how far it has heard the page."""
        self.asked_at = -1e9
        self._send({"t": "b"}, None, now)

    def _send(self, content: dict[str, Any], buffer: bytes | None, now: float) -> None:
        self.seq += 1
        self.sent_at = now
        if now - self.asked_at >= ASK_S * max(1, self.board.active_pages()):
            self.asked_at = self.in_flight[self.seq] = now
            content = {**content, "a": 1}
        while len(self.in_flight) > 4 * CREDITS:  # blind
            del self.in_flight[next(iter(self.in_flight))]
        self.board.send(self, {**content, "q": self.seq, "n": self.want_number}, buffer)


class Board:
    """All pages and streams of one kernel."""

    def __init__(
        self,
        *,
        send: Send,
        post: Callable[..., object],
        call_later: Callable[..., object],
        clock: Callable[[], float],
        busy: Callable[[], bool] = lambda: False,
        on_hello: Callable[[Page], object] = lambda _page: None,
        welcome: Callable[[], dict[str, Any]] = dict,
    ) -> None:
        self._out = send
        self.post = post
        self.call_later = call_later
        self.clock = clock
        self.busy = busy
        self.pages: dict[str, Page] = {}
        self.streams: dict[int, Stream] = {}
        self._status: dict[str, Any] = {"state": "live", "text": ""}  # of all
        self._statuses: weakref.WeakKeyDictionary[Any, dict[str, Any]] = weakref.WeakKeyDictionary()  # by origin
        self._on_hello = on_hello
        self._welcome = welcome
        self._ids = itertools.count(1)
        self._beating = False

    # -- streams -----------------------------------------------------------------------------------------------------

    def add(self, source: Source) -> Stream:
        """Make a stream of a table. Its id is never given again."""
        stream = Stream(self, next(self._ids), source)
        self.streams[stream.id] = stream
        if self._of(stream) is not None:
            self.post(self._tell_status)
        return stream

    def remove(self, stream: Stream) -> None:
        """Forget a stream, here and in the pages: its last view is closed."""
        self.streams.pop(stream.id, None)
        for page in self.pages.values():
            if page.wants.pop(stream.id, None) is not None:
                stream.detach(page.id)
            if stream.id in page.has:
                page.has.discard(stream.id)
                self._out(page.link, {"t": "drop", "p": page.id, "s": stream.id}, [])

    # -- messages ----------------------------------------------------------------------------------------------------

    def receive(self, link: Any, content: dict[str, Any]) -> None:
        """Take a page's message that came over `link`."""
        kind, page_id = content.get("t"), str(content.get("p"))
        now = self.clock()
        page = self.pages.get(page_id)
        if kind == "hello":
            self._hello(page or self._add_page(page_id, link), link, content)
            return
        if kind == "bye":
            self._drop(page_id)
            return
        if page is None:
            self._out(link, {"t": "again", "p": page_id}, [])
            return
        page.heard(now)
        if kind == "ack":
            page.ack(int(content["q"]), now)
        elif kind == "want":
            page.want(int(content["n"]), {int(key): int(value) for key, value in content["s"].items()})

    def _hello(self, page: Page, link: Any, content: dict[str, Any]) -> None:
        page.link = link
        page.binary = bool(content.get("binary", True))
        page.mount = bool(content.get("mount"))
        page.heard(self.clock())
        welcome = {"t": "welcome", "proto": protocol.PROTOCOL, "status": self.status, **self._welcome()}
        self._out(link, {**welcome, "p": page.id}, [PROBE])
        self._on_hello(page)

    def _add_page(self, page_id: str, link: Any) -> Page:
        while len(self.pages) >= MAX_PAGES:
            self._drop(min(self.pages.values(), key=lambda page: page.heard_at).id)
        page = self.pages[page_id] = Page(self, page_id, link)
        return page

    def _drop(self, page_id: str) -> None:
        page = self.pages.pop(page_id, None)
        if page is not None:
            page.want(page.want_number + 1, {})

    def send(self, page: Page, content: dict[str, Any], buffer: bytes | None) -> None:
        """Send a page its message, as text where its host cannot carry bytes."""
        content = {**content, "p": page.id}
        buffers = []
        if buffer is not None and page.binary:
            buffers = [buffer]
        elif buffer is not None:
            content["d"] = base64.b64encode(buffer).decode("ascii")
        self._out(page.link, content, buffers)

    def set_status(self, state: str, text: str, since: float | None = None, origin: object | None = None) -> None:
        """Tell all pages how the connection to TWS stands: "live" or "stale"; `since` in seconds since 1970.

        It concerns the streams whose source has it among its `origins`; None: all.
        """
        status = {"state": state, "text": text, "since": since}
        if origin is None:
            self._status = status
        else:
            self._statuses[origin] = status
        self._tell_status()

    @property
    def status(self) -> dict[str, Any]:
        """What pages are told: the state of all, and under `streams` that of those that stand worse."""
        streams = {str(stream.id): told for stream in [*self.streams.values()] if (told := self._of(stream))}
        return {**self._status, "streams": streams} if streams else self._status

    def _of(self, stream: Stream) -> dict[str, Any] | None:
        """Return the status of that one of a stream's own connections that is not live."""
        origins = getattr(stream.source, "origins", ())
        return next((told for one in origins if (told := self._statuses.get(one)) and told["state"] != "live"), None)

    def _tell_status(self) -> None:
        status, now = self.status, self.clock()
        for page in self.pages.values():
            if not page.is_silent(now):
                self._out(page.link, {"t": "status", "p": page.id, "status": status}, [])

    # -- time --------------------------------------------------------------------------------------------------------

    def active_pages(self) -> int:
        """Count the pages that are being sent data."""
        return sum(1 for page in self.pages.values() if page.wants and not page.dormant)

    def beat(self) -> None:
        """Keep the heartbeat going while any page wants anything."""
        if not self._beating and self.active_pages():
            self._beating = True
            self.call_later(HEARTBEAT_S, self._beat)

    def _beat(self) -> None:
        self._beating = False
        now = self.clock()
        for page in self.pages.values():
            if not page.wants or page.dormant:
                continue
            if now - page.heard_at > DORMANT_S and page.is_silent(now) and not self.busy():
                page.dormant = True
                for wanted in page.wants.values():
                    wanted.stream.detach(page.id)
            elif now - page.sent_at >= 0.9 * HEARTBEAT_S and page.delay(now) == 0:
                page.heartbeat(now)
            else:
                page.arm()
        self.beat()
