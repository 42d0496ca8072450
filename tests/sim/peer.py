"""A client in memory: the wire and session of ibnb on the other end of a gateway that is stepped by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from ibnb.session import Session, Side
from ibnb.sim.clock import ManualClock
from ibnb.sim.gateway import Gateway
from ibnb.wire import catalogue as m

T = TypeVar("T")
FRIDAY = dt.datetime(2026, 11, 20, 16, 37, 22, tzinfo=dt.UTC).timestamp()  # 11:37 in New York, all markets open
SUNDAY = dt.datetime(2026, 11, 22, 16, 0, tzinfo=dt.UTC).timestamp()  # everything closed but crypto


def make_gateway(version: int = 225, start: float = FRIDAY, **options: Any) -> Gateway:
    """A gateway at a fixed time, without positions unless asked for."""
    options.setdefault("positions", False)
    return Gateway(version, clock=ManualClock(start), **options)


class Peer:
    """One client of a gateway; makes its own gateway unless given one."""

    def __init__(
        self,
        gateway: Gateway | None = None,
        *,
        client_id: int = 1,
        version: int = 225,
        connect_options: str = "",
        **options: Any,
    ) -> None:
        self.gateway = gateway if gateway is not None else make_gateway(version, **options)
        assert isinstance(self.gateway.clock, ManualClock)
        self.clock = self.gateway.clock
        self.session = Session(Side.CLIENT, client_id=client_id, connect_options=connect_options)
        self.raw: list[bytes] = []
        self.closed = False
        self.client = self.gateway.connect(self.raw.append, self._closed)
        self.hello = self.pump()

    def _closed(self) -> None:
        self.closed = True

    def pump(self) -> list[Any]:
        """Carry bytes both ways until nothing moves; return the messages that came."""
        while True:
            data = self.session.data_to_send()
            if data:
                self.client.data_received(data)
            if not self.raw:
                break
            chunk = b"".join(self.raw)
            self.raw.clear()
            self.session.receive_data(chunk)
        messages = list(self.session.events)
        self.session.events.clear()
        return messages

    def ask(self, message: Any) -> list[Any]:
        """Send a message; return what is answered at once."""
        self.session.send(message)
        return self.pump()

    def step(self, seconds: float = 0.1, times: int = 1) -> list[Any]:
        """Move time and the gateway; return what came."""
        messages = []
        for _ in range(times):
            self.clock.advance(seconds)
            self.gateway.step()
            messages += self.pump()
        return messages


def only(messages: list[Any], cls: type[T]) -> list[T]:
    """The messages of a class."""
    return [message for message in messages if type(message) is cls]


def one(messages: list[Any], cls: type[T]) -> T:
    """The one message of a class."""
    found = only(messages, cls)
    assert len(found) == 1, [type(message).__name__ for message in messages][:9]
    return found[0]


def error_of(messages: list[Any]) -> tuple[int, int]:
    """(id, code) of the one error, which must be the only message."""
    assert len(messages) == 1, [type(message).__name__ for message in messages][:9]
    error = one(messages, m.Error)
    return error.reqId, error.errorCode
