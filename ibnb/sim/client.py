"""One connected client as the gateway sees it: its session, its subscriptions, what waits to be written.

Knows no socket: bytes leave through `write`, and `close` ends the connection. Whatever a client sends, the worst it
can do is to lose its own connection.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from ibnb.errors import IbnbError
from ibnb.session import Session, Side
from ibnb.sim import registry
from ibnb.sim.errors import RequestRefused
from ibnb.sim.times import local_text
from ibnb.wire import catalogue as m

if TYPE_CHECKING:
    from ibnb.sim.gateway import Gateway

__all__ = ["Client", "Subscription"]

log = logging.getLogger("ibnb.sim")


class Subscription(Protocol):
    """Something a client gets again and again until it cancels it.

    Market data name their `instrument`, and get `pause(now)`, if they have it, in place of `step` while that is silent;
    `is_history` marks those that come from the farm of historical data.
    """

    def step(self, now: float) -> None:
        """Send what is due at `now`."""
        ...


class Client:
    """A connection. `buffered()` tells how many bytes the transport still holds."""

    def __init__(
        self, gateway: Gateway, write: Callable[[bytes], None], close: Callable[[], None],
        buffered: Callable[[], int] = lambda: 0, peer: str = "memory",
    ) -> None:  # fmt: skip
        self.gateway = gateway
        self.peer = peer
        self.session = Session(
            Side.SERVER, server_version=gateway.server_version,
            connection_time=local_text(gateway.clock.now(), gateway.zone),
        )  # fmt: skip
        self.session.on_decode_error = self._undecodable
        self.client_id: int | None = None
        self.subscriptions: dict[tuple[str, int], Subscription] = {}
        self.market_data_type = 1
        self.is_auto_bound = False
        self.is_closed = False
        self._unread = b""  # what came while the gateway hung
        self.state: dict[str, Any] = {}  # what handlers keep for this client, by their own names
        self._write, self._close, self._buffered = write, close, buffered

    @property
    def version(self) -> int:
        """The server version agreed on (0 before that)."""
        return self.session.server_version or 0

    # -- in ------------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Take bytes of the client, answer what they hold, and write."""
        if self.is_closed:
            return
        if self.gateway.is_frozen:
            self._unread += data
            return
        data, self._unread = self._unread + data, b""
        try:
            self.session.receive_data(data)
        except IbnbError as error:
            log.warning("%s: connection dropped: %s", self.peer, error)
            self._flush_then_close()
            return
        events = self.session.events
        while events and not self.is_closed:
            self.dispatch(events.popleft())
        self.flush()

    def dispatch(self, message: Any) -> None:
        """Answer one message; a failure is told to the client and goes no further."""
        if self.client_id is None and type(message) is not m.StartApi:
            log.info("%s: %s before startApi ignored", self.peer, type(message).__name__)
            return
        if self.gateway.pacer.admit(self, message, request_id(message)):
            self.answer(message)

    def answer(self, message: Any, *, held: bool = False) -> None:
        """Answer a message that has been counted; `held`: one that had to wait, which no rule holds again."""
        gateway, req_id = self.gateway, request_id(message)
        handler = registry.handler_of(type(message))
        if handler is None:
            self.error(req_id, 320, f"Error reading request: {type(message).__name__} is not served by this gateway")
            return
        try:
            director = gateway.director
            if director is not None and not held and director.intercepts(self, message):
                return
            if gateway.connectivity.admits(self, message):
                handler(self, message)
        except RequestRefused as refused:
            self.error(req_id, refused.code, refused.text)
        except Exception as error:
            log.exception("%s: %s failed", self.peer, type(message).__name__)
            self.error(req_id, 321, f"Error validating request: {type(error).__name__}: {error}")

    def _undecodable(self, error: Any) -> None:
        req_id = getattr(error, "reqId", None)
        self.error(-1 if req_id is None else req_id, 320, f"Error reading request: {error}")

    # -- out -----------------------------------------------------------------------------------------------------

    def send(self, message: Any) -> None:
        """Queue a message; `flush` writes."""
        if not self.is_closed:
            self.session.send(message)

    def send_raw(self, data: bytes) -> None:
        """Write bytes as they are, behind what is queued: for peers that must live with anything."""
        self.flush()
        if not self.is_closed:
            self._write(data)

    def error(self, req_id: int, code: int, text: str, reject: str = "") -> None:
        """Queue message 4."""
        now_ms = int(self.gateway.clock.now() * 1000)
        self.send(m.Error(req_id, code, text, reject, now_ms))

    def flush(self) -> None:
        """Write everything queued in one go; drop a client that does not read."""
        if self.is_closed:
            return
        data = self.session.data_to_send()
        if data:
            self._write(data)
            waiting = self._buffered()
            if waiting > self.gateway.max_backlog_bytes:
                log.warning("%s: connection dropped: it left %d bytes unread", self.peer, waiting)
                self.close()

    def _flush_then_close(self) -> None:
        self.flush()
        self.close()

    def close(self) -> None:
        """End the connection and forget the client."""
        if not self.is_closed:
            self.is_closed = True
            self.subscriptions.clear()
            self.gateway.forget(self)
            self._close()

    # -- subscriptions -------------------------------------------------------------------------------------------

    def subscribe(self, kind: str, req_id: int, subscription: Subscription) -> None:
        """Keep a subscription, in place of one of the same kind and id."""
        self.subscriptions[kind, req_id] = subscription

    def claim(self, kind: str, req_id: int) -> None:
        """Check that an id is free for a subscription. Raises RequestRefused (322)."""
        if (kind, req_id) in self.subscriptions:
            raise RequestRefused(322, f"Error processing request.-'cd' : cause - Duplicate ticker id {req_id}")

    def unsubscribe(self, kind: str, req_id: int) -> bool:
        """Drop a subscription; False when there is none."""
        return self.subscriptions.pop((kind, req_id), None) is not None

    def step(self, now: float) -> None:
        """Let every subscription send what is due, then write once."""
        self.gateway.pacer.release(self)
        is_silent = self.gateway.connectivity.is_silent
        for name, subscription in list(self.subscriptions.items()):
            try:
                if is_silent(subscription):
                    pause = getattr(subscription, "pause", None)
                    if pause is not None:
                        pause(now)
                else:
                    subscription.step(now)
            except Exception:
                log.exception("%s: subscription %s failed and is dropped", self.peer, name)
                self.subscriptions.pop(name, None)
        self.flush()


def request_id(message: Any) -> int:
    """Return the id that an error about this message must bear; -1 when it has none."""
    for name in ("reqId", "orderId", "tickerId", "requestId"):
        value = getattr(message, name, None)
        if isinstance(value, int):
            return value
    return -1
