"""An IB object wired in memory to a server's session: no socket, but every byte is encoded and read.

Answers come on the IO thread, as from a socket; `tell` and `sent` have everything carried over before they return.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any

from ibnb.ib import IB
from ibnb.net.iothread import IOThread
from ibnb.session.session import Session, Side
from ibnb.session.throttle import Throttle
from ibnb.wire import catalogue as m


class Wire:
    """The gateway's end: `sent` is what the client has asked, `answers` what it is told for a kind of request.

    Args:
        ib: The client; a new IB.
        server_version: 157 to 225.
        accounts: Comma-separated.
    """

    def __init__(self, ib: IB | None = None, server_version: int = 225, accounts: str = "DU1") -> None:
        self.ib = ib if ib is not None else IB()
        self._sent: list[Any] = []
        self.errors: list[Exception] = []  # of reducers
        self.answers: dict[type, Callable[[Any], list[Any]]] = {}
        self.deliveries: deque[Callable[[], object]] = deque()
        self._is_flowing = False
        client = self.ib.client
        self.server = Session(Side.SERVER, server_version=server_version, connection_time="20240105 14:30:00 UTC")
        self.session = Session(Side.CLIENT, client_id=1)
        self.session.on_local_error = self.errors.append
        client._route(self.session)
        client.conn = _Connection(self)  # type: ignore[assignment]
        client.host, client.port, client.clientId = "gateway", 4002, 1
        wrapper = self.ib.wrapper
        wrapper.client_id = 1
        wrapper.outbox.post, wrapper.outbox.repost = self.deliveries.append, self.deliveries.appendleft
        self.flow()
        self.tell(m.ManagedAccounts(accounts), m.NextValidId(1))
        self._sent.clear()

    @property
    def sent(self) -> list[Any]:
        """Return what the client has asked so far."""
        self.flow()
        return self._sent

    def flow(self) -> None:
        """Carry bytes in both directions until there are none, and take what the client has sent."""
        with self.ib.wrapper.lock:
            if self._is_flowing:  # a handler has sent something: the loop below goes on with it
                return
            self._is_flowing = True
            try:
                while self._carry():
                    pass
            finally:
                self._is_flowing = False

    def _carry(self) -> bool:
        up = self.session.data_to_send()
        if up:
            self.server.receive_data(up)
        while self.server.events:
            request = self.server.events.popleft()
            self._sent.append(request)
            for message in self.answers.get(type(request), _nothing)(request):
                self.server.send(message)
        down = self.server.data_to_send()
        if down:
            wrapper = self.ib.wrapper
            wrapper.begin_packet()
            self.session.receive_data(down)
            wrapper.end_packet()
        return bool(up or down)

    def tell(self, *messages: Any) -> None:
        """Tell the client messages, as one packet."""
        for message in messages:
            self.server.send(message)
        self.flow()

    def answer(self, request: type, *messages: Any) -> None:
        """Answer each such request with these messages, its id put in for the id of each."""

        def make(asked: Any) -> list[Any]:
            for message in messages:
                for name in ("reqId", "requestId", "tickerId"):
                    if hasattr(message, name) and hasattr(asked, "reqId"):
                        setattr(message, name, asked.reqId)
            return list(messages)

        self.answers[request] = make

    def fire(self) -> None:
        """Deliver what waits for home."""
        self.flow()
        while self.deliveries:
            self.deliveries.popleft()()

    def asked(self, request: type) -> list[Any]:
        """Return the requests of one kind that have come so far."""
        return [message for message in self.sent if type(message) is request]

    def lose(self) -> None:
        """Lose the connection."""
        self.ib.client._on_lost(None)


def _nothing(_: Any) -> list[Any]:
    return []


class _Connection:
    """What the client takes for its connection."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.session = wire.session
        self.throttle = Throttle(0)
        self.started_at = time.time()
        self.last_received = time.monotonic()
        self.bytes_received = self.bytes_sent = self.messages_sent = 0

    def send(self, message: Any, *, urgent: bool = False) -> None:
        self.session.send(message)
        self.messages_sent += 1
        IOThread.get().call_soon(self.wire.flow)

    def close(self) -> None:
        pass
