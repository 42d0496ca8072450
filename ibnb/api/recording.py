"""`ib.record(path)`: what goes over the connection, written to a file as it goes.

The I/O thread only appends to a queue; a thread of the recording's own cuts, masks and writes five times a second.
The format is that of `ibnb.wire.recording`.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from ibnb.api.core import Core
from ibnb.client import Client
from ibnb.version import __version__
from ibnb.wire import catalogue as m
from ibnb.wire.recording import ConnectionLog, Header, Masker, Writer

FLUSH_S = 0.2
MAX_WAITING_BYTES = 256 << 20
_logger = logging.getLogger("ibnb.record")


class _Sink:
    """The queue and the thread that writes it; knows nothing of IB, so that a forgotten recording can be closed."""

    def __init__(self, file: BinaryIO, masker: Masker | None, date: str, limit_bytes: int | None) -> None:
        self.file = file
        self.masker = masker
        self.writer = Writer(file, Header(__version__, date=date, masked=masker is not None), limit_bytes)
        self.started_ns = time.monotonic_ns()
        self.reason = ""
        self._queue: deque[tuple[int, ConnectionLog, bool, bytes]] = deque()
        self._taken = self._written = 0  # bytes; one writer each
        self._is_open = True
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ibnb-record", daemon=True)

    def start(self) -> None:
        """Write what stands in front, and begin."""
        self.file.flush()
        self._thread.start()

    def now_ns(self) -> int:
        """Return nanoseconds since the start."""
        return time.monotonic_ns() - self.started_ns

    def tap(self, log: ConnectionLog) -> Callable[[bool, bytes], None]:
        """Return the tap of a connection: what runs on the hot path."""
        queue, clock, started = self._queue, time.monotonic_ns, self.started_ns

        def tap(outgoing: bool, data: bytes) -> None:
            if not self._is_open:
                return
            if self._taken - self._written > MAX_WAITING_BYTES:
                self._is_open = False
                self.reason = f"the disk is {MAX_WAITING_BYTES >> 20} MB behind the connection"
                return
            self._taken += len(data)
            queue.append((clock() - started, log, outgoing, data))

        return tap

    def _run(self) -> None:
        ended = False
        while not ended:
            ended = self._ending.wait(FLUSH_S)
            self._drain()
            if self.reason and not ended:
                _logger.warning("recording to %s has ended: %s", self.file.name, self.reason)
                ended = True
        self.file.close()

    def _drain(self) -> None:
        queue, writer = self._queue, self.writer
        try:
            for _ in range(len(queue)):
                time_ns, log, outgoing, data = queue.popleft()
                self._written += len(data)
                log.take(time_ns, outgoing, data)
            self.file.flush()
        except Exception as error:
            self.reason = str(error)
            _logger.exception("writing the recording %s has failed", self.file.name)
        if writer.is_full and not self.reason:
            self.reason = f"its limit of {writer.size} bytes is reached"
        if self.reason:
            self._is_open = False
            queue.clear()

    def close(self) -> None:
        """Write what is queued and close the file; may be called again, from any thread."""
        self._is_open = False
        self._ending.set()
        if self._thread.ident is None:
            self.file.close()
        elif threading.current_thread() is not self._thread:
            self._thread.join(timeout=10)


class Recorder:
    """A recording under way: made by `IB.record`, ended by `stop` or at the end of a `with` block.

    Attributes:
        path: The file.
    """

    def __init__(self, client: Client, path: Path, *, mask: bool, limit_bytes: int | None) -> None:
        self.path = path
        date = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
        self._client = client
        self._sink = _Sink(path.open("wb"), Masker() if mask else None, date, limit_bytes)
        self._finalizer = weakref.finalize(self, self._sink.close)  # also when the interpreter ends

    def start(self) -> None:
        """Begin, with the connection there is or the next one; with the client's lock held."""
        conn = self._client.conn
        if conn is not None and self._client.isReady():
            conn.tap = self._join(conn)
        elif conn is not None or self._client.connState != Client.DISCONNECTED:
            raise RuntimeError("the connection is being opened; record before connect() or after it")
        self._client.new_tap = self._new_tap
        self._sink.start()

    def _new_tap(self) -> Callable[[bool, bytes], None]:
        return self._sink.tap(ConnectionLog(self._sink.writer, self._sink.masker))

    def _join(self, conn: Any) -> Callable[[bool, bytes], None]:
        """Return the tap of a connection that is open; the file is told how it began."""
        sink, client, session = self._sink, self._client, conn.session
        log = ConnectionLog(sink.writer, sink.masker, session.server_version, session.unread)
        accounts = ",".join(client.wrapper.accounts)
        if sink.masker is not None:
            sink.masker.add(accounts)
        log.begin_within(
            0, f"v{client.MinClientVersion}..{client.MaxClientVersion}", session.connection_time,
            m.StartApi(client.clientId, client.optCapab), m.ManagedAccounts(accounts), m.NextValidId(client.getReqId()),
        )  # fmt: skip
        return sink.tap(log)

    @property
    def is_running(self) -> bool:
        """Whether frames are still written: not after `stop`, at the size limit or after an error of the disk."""
        return self._client.new_tap == self._new_tap and not self._sink.reason

    @property
    def frames(self) -> int:
        """How many frames the file holds (those of the last fifth of a second are still to come)."""
        return self._sink.writer.frames

    @property
    def size(self) -> int:
        """How many bytes the file has."""
        return self._sink.writer.size

    @property
    def seconds(self) -> float:
        """How long ago the recording began: the moment, in its time, of what is recorded now."""
        return self._sink.now_ns() / 1e9

    @property
    def reason(self) -> str:
        """Why the recording has ended by itself; empty if it has not."""
        return self._sink.reason

    def stop(self) -> None:
        """Record no more, write what is queued, and close the file. May be called again."""
        client = self._client
        with client.wrapper.lock:
            if client.new_tap == self._new_tap:
                client.new_tap = None
                if client.conn is not None:
                    client.conn.tap = None
        self._sink.close()

    def __enter__(self) -> Recorder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        state = "recording" if self.is_running else "ended" + (f", {self.reason}" if self.reason else "")
        return f"<Recorder {self.path} {state}, {self.frames} frames, {self.size} bytes>"


class RecordingMixin(Core):
    """Recording of `IB`."""

    def record(self, path: str | os.PathLike[str], *, mask: bool = True, max_bytes: int | None = 1 << 30) -> Recorder:
        """Write everything that goes over the connection to a file, until `stop()` or the end of a `with` block.

        Call it before `connect`, so that the handshake and the start-up are in the file: only then can
        `ibnb.replay(path)` give everything back. On an open connection it begins with the next message. It stays on
        over reconnections. The file is written as it grows; what a crash leaves can be read.

        Args:
            path: The file; one that exists is replaced.
            mask: Replace account numbers by made-up ones of the same length (see docs/recording.md for the limits).
            max_bytes: Size at which the recording ends by itself; None for no limit.

        Raises:
            OSError: The file cannot be written.
            RuntimeError: A recording is under way.
        """
        client = self.client
        with self.wrapper.lock:
            current = getattr(client.new_tap, "__self__", None)
            if isinstance(current, Recorder) and not current.is_running:
                current.stop()  # it has ended by itself
            if client.new_tap is not None:
                raise RuntimeError("a recording of this connection is under way; stop() it first")
            recorder = Recorder(client, Path(path), mask=mask, limit_bytes=max_bytes)
            try:
                recorder.start()
            except BaseException:
                recorder.stop()
                raise
        return recorder
