"""Carry one session over a TCP socket on the IO thread: bytes in under the store's lock, messages out in order and
within the rate limit.

Knows the session and hooks (`before`, `after`, `lost`), not what they do.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from ibnb.errors import IbnbError, NotConnected
from ibnb.net.iothread import IOThread
from ibnb.session.session import Session
from ibnb.session.throttle import SendQueue, Throttle

MAX_UNSENT_BYTES = 64 << 20
_logger = logging.getLogger("ibnb.net")


class Connection(asyncio.Protocol):
    """One socket and its session.

    Made and used on the IO thread, except `send`, which any thread may call with the lock held.
    """

    def __init__(
        self,
        session: Session,
        lock: AbstractContextManager[Any],
        before: Callable[[], None],
        after: Callable[[], None],
        lost: Callable[[BaseException | None], None],
        throttle: Throttle,
    ) -> None:
        self.session = session
        self.throttle = throttle
        self.on_throttle: Callable[[bool], None] | None = None
        self.tap: Callable[[bool, bytes], None] | None = None  # sees all bytes: (outgoing, data)
        self.started_at = time.time()
        self.bytes_received = 0
        self.bytes_sent = 0
        self.messages_sent = 0
        self.last_received = time.monotonic()
        self._lock = lock
        self._before = before
        self._after = after
        self._lost = lost
        self._io = IOThread.get()
        self._transport: asyncio.Transport | None = None
        self._queue = SendQueue(throttle)
        self._flush_scheduled = False
        self._throttled = False
        self._raised = 0
        session.on_local_error = self._on_local_error

    # -- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the greeting."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._io.open.add(self)
        sock = transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            _watch_peer(sock)
        with self._lock:
            self._write(self.session.data_to_send())

    def data_received(self, data: bytes) -> None:
        """Let the session read one packet; its handlers change the state under the lock."""
        self.bytes_received += len(data)
        self.last_received = time.monotonic()
        with self._lock:
            if self.tap is not None:
                self.tap(False, data)
            self._before()
            try:
                self.session.receive_data(data)
            except IbnbError as error:
                _logger.error("%s", error)
                self._abort(error)
            self.session.events.clear()  # messages that nobody has asked for
            out = self.session.data_to_send()
            if out:
                self._write(out)
            self._after()

    def eof_received(self) -> bool:
        """Close with the peer."""
        return False

    def connection_lost(self, error: BaseException | None) -> None:
        """Tell once that the socket is gone."""
        if self._transport is not None:
            self._transport = None
            self._lost(error)

    # -- sending

    def send(self, message: Any, *, urgent: bool = False) -> None:
        """Encode a message now, so that errors reach the caller, and queue it; urgent ones overtake those that the rate
        limit holds back.

        Call with the lock held. Raises NotConnected, FieldError, ServerTooOld.
        """
        if self._transport is None:
            raise NotConnected("the socket is closed; connect again")
        self.session.send(message)
        self._queue.put(self.session.data_to_send(), urgent=urgent)
        if self._io.on_thread():
            self._flush()
        elif not self._flush_scheduled:
            self._flush_scheduled = True
            self._io.call_soon(self._flush)

    def _flush(self) -> None:
        with self._lock:
            self._flush_scheduled = False
            now = time.monotonic()
            chunks = self._queue.ready(now)
            if chunks:
                self.messages_sent += len(chunks)
                self._write(b"".join(chunks))
            wait = self._queue.next_in(now)
            if wait is not None:
                self._flush_scheduled = True
                self._io.call_later(wait, self._flush)
            throttled = wait is not None
            if throttled != self._throttled:
                self._throttled = throttled
                if self.on_throttle is not None:
                    self.on_throttle(throttled)

    def _write(self, data: bytes) -> None:
        if self._transport is None or not data:
            return
        if self._transport.get_write_buffer_size() > MAX_UNSENT_BYTES:
            self._abort(
                NotConnected(
                    f"the gateway has not read for {MAX_UNSENT_BYTES >> 20} MB of requests; connection given up"
                )
            )
            return
        self.bytes_sent += len(data)
        if self.tap is not None:
            self.tap(True, data)
        self._transport.write(data)

    # -- closing

    def close(self) -> None:
        """Send what is queued and close; on the IO thread."""
        if self._transport is not None:
            self._queue.throttle = None
            self._write(b"".join(self._queue.ready(time.monotonic())))
            transport, self._transport = self._transport, None
            transport.close()

    def _on_local_error(self, error: Exception) -> None:
        """Tell of a reducer that failed: a fault of ours, which must not end the feed."""
        self._raised += 1
        if self._raised <= 10 or self._raised % 1000 == 0:
            _logger.error("taking in a message failed (%d so far)", self._raised, exc_info=error)

    def _abort(self, error: BaseException) -> None:
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.abort()
            self._io.loop.call_soon(self._lost, error)


def _watch_peer(sock: socket.socket) -> None:
    """Have the system notice, within half a minute, a machine that went away without a word: quotes stop being live."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 15), ("TCP_KEEPALIVE", 15), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3)):
        option = getattr(socket, name, None)  # which of them there are depends on the system
        if option is not None:
            sock.setsockopt(socket.IPPROTO_TCP, option, value)
