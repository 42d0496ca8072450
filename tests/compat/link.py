"""An IB object and the built-in gateway in one thread, joined by two byte queues instead of a socket.

The client is the real one: `IB`, session, codec, send queue, reducers. Only the I/O thread and the transport are
played, so that a test decides when bytes move, how they are cut, and when the line breaks. A market without a clock of
its own (`Floor`) makes thousands of such days a minute.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

from ibnb.ib import IB
from ibnb.net.connection import Connection
from ibnb.net.iothread import IOThread
from ibnb.session.session import Session, Side
from ibnb.session.throttle import Throttle
from ibnb.sim.accounts import Account
from ibnb.sim.clock import ManualClock
from ibnb.sim.exchange import Exchange
from ibnb.sim.gateway import Gateway
from ibnb.sim.matching import Market
from ibnb.sim.quotes import Quote
from ibnb.wire import catalogue as m

ACCOUNT = "DU1234567"


class Floor(Gateway):
    """A gateway whose prices are set by the test; `renew` empties its books and accounts."""

    def __init__(self, start: float, **options: Any) -> None:
        self.prices: dict[int, float] = {}
        self.sizes: dict[int, float] = {}
        super().__init__(clock=ManualClock(start), positions=False, **options)
        self.start_time = start

    def renew(self) -> None:
        """Begin anew: no orders, no positions, no clients."""
        assert isinstance(self.clock, ManualClock)
        self.drop()
        self.clock.set(self.start_time)
        self.now = self.start_time
        self.accounts = {ACCOUNT: Account(ACCOUNT, cash={"USD": 1_000_000.0})}
        self.exchange = Exchange(self, self.market, self.rate, self.db.by_id, salt=self.seed * 7919)
        self.exchange.now = self.start_time
        self.prices.clear()
        self.sizes.clear()

    def market(self, instrument: Any, since: float, now: float) -> Market:
        """The price of now; nothing happened in between."""
        price, size = self.prices.get(instrument.con_id, 100.0), self.sizes.get(instrument.con_id, 1000.0)
        tick = instrument.tick
        quote = Quote(
            0, price - tick, price + tick, price, size, size, 1.0, 1.0, price, price, price, price, int(now), True
        )  # fmt: skip
        return Market(quote, price, price)

    def quote(self, instrument: Any, now: float | None = None) -> Quote:
        """The quote of now."""
        return self.market(instrument, self.now, self.now).quote

    def rate(self, currency: str) -> float:
        """Every currency is worth the same here."""
        return 1.0

    def pass_time(self, seconds: float) -> None:
        """Move time and all orders."""
        assert isinstance(self.clock, ManualClock)
        self.clock.advance(seconds)
        self.step()


class PlayedThread:
    """In the place of the I/O thread: what is handed to it waits in `jobs` until the test lets it run."""

    def __init__(self) -> None:
        self.jobs: deque[Callable[[], object]] = deque()
        self.loop = self
        self.open: set[Any] = set()

    def is_alive(self) -> bool:
        return True

    def on_thread(self) -> bool:
        return False

    def call_soon(self, fn: Callable[..., object], *args: object) -> None:
        self.jobs.append(lambda: fn(*args))

    def call_later(self, seconds: float, fn: Callable[..., object], *args: object) -> None:
        raise AssertionError("nothing is to wait for time here")

    def run_jobs(self) -> None:
        while self.jobs:
            self.jobs.popleft()()


@contextlib.contextmanager
def played_thread() -> Iterator[PlayedThread]:
    """Let clients hand their work to a played I/O thread."""
    real, played = IOThread._current, PlayedThread()
    IOThread._current = played  # type: ignore[assignment]
    try:
        yield played
        played.run_jobs()
    finally:
        IOThread._current = real


class _Transport(asyncio.Transport):
    """Takes what the client writes."""

    def __init__(self, link: Link) -> None:
        super().__init__()
        self._link = link

    def write(self, data: Any) -> None:
        self._link.up += data

    def get_write_buffer_size(self) -> int:
        return 0

    def close(self) -> None:
        self._link.hang_up()

    def abort(self) -> None:
        self._link.hang_up()


class Link:
    """One client of a gateway. Bytes wait in `up` and `down` until they are carried.

    `calls` is what the test has asked the client to place in this connection, `frames` what the gateway has got of it.
    """

    def __init__(self, thread: PlayedThread, gateway: Gateway, client_id: int, version: int = 225) -> None:
        self.thread, self.gateway, self.client_id, self.version = thread, gateway, client_id, version
        self.ib = IB()
        self.ib.client.MaxRequests = 0
        self.up, self.down = bytearray(), bytearray()
        self.deliveries: deque[Callable[[], object]] = deque()
        self.calls: list[tuple[Any, ...]] = []
        self.frames: list[tuple[Any, ...]] = []
        self.far: Any = None  # the gateway's side

    def open(self, *, reports_first: bool = False) -> None:
        """Connect: greeting, start, ids and accounts; with `reports_first` commissions overtake their executions."""
        client, wrapper = self.ib.client, self.ib.wrapper
        session = Session(Side.CLIENT, max_version=self.version, client_id=self.client_id)
        client._route(session)
        client.connState, client.host, client.port = client.CONNECTING, "memory", 1
        client.clientId = wrapper.client_id = self.client_id
        conn = Connection(
            session, wrapper.lock, wrapper.begin_packet, wrapper.end_packet, client._on_lost, Throttle(0)
        )  # fmt: skip
        conn.session.on_local_error = _raise
        client.conn = conn
        wrapper.outbox.post, wrapper.outbox.repost = self.deliveries.append, self.deliveries.appendleft
        self.up.clear()
        self.down.clear()
        self.calls.clear()
        self.frames.clear()
        self.far = self.gateway.connect(self.down.extend)
        dispatch = self.far.dispatch

        def count(message: Any) -> None:
            if type(message) is m.PlaceOrder:
                self.frames.append(terms(message.orderId, message.order))
            dispatch(message)

        self.far.dispatch = count
        if reports_first:
            self.far.send = _Swap(self.far.send)
        conn.connection_made(_Transport(self))
        self.settle()
        assert client.isReady()

    @property
    def is_open(self) -> bool:
        """Whether the client can make requests."""
        return self.ib.client.isReady()

    def carry_up(self, count: int | None = None) -> bool:
        """Carry bytes to the gateway; tell whether any moved."""
        self.thread.run_jobs()
        data = bytes(self.up[:count])
        del self.up[:count]
        if data and not self.far.is_closed:
            self.far.data_received(data)
        return bool(data)

    def carry_down(self, count: int | None = None) -> bool:
        """Carry bytes to the client; tell whether any moved."""
        data = bytes(self.down[:count])
        del self.down[:count]
        conn = self.ib.client.conn
        if data and conn is not None:
            conn.data_received(data)
        return bool(data)

    def settle(self) -> None:
        """Carry everything both ways until nothing moves, and deliver the events."""
        self.far.flush()
        while self.carry_up() | self.carry_down():
            self.far.flush()
        self.fire()

    def fire(self) -> None:
        """Deliver what waits for home."""
        while self.deliveries:
            self.deliveries.popleft()()

    def lose(self, rng: random.Random) -> None:
        """Break the line: some of the bytes under way still arrive."""
        self.thread.run_jobs()
        self.carry_up(rng.randint(0, len(self.up)))
        self.carry_down(rng.randint(0, len(self.down)))
        conn = self.ib.client.conn
        self.up.clear()
        self.hang_up()
        if conn is not None:
            conn.connection_lost(None)
        self.fire()

    def close(self) -> None:
        """Disconnect in order: what has been sent still arrives."""
        self.ib.disconnect()
        self.thread.run_jobs()
        self.fire()

    def hang_up(self) -> None:
        """End the gateway's side, once it has read what came."""
        if not self.far.is_closed:
            if self.up:
                self.far.data_received(bytes(self.up))
            self.far.close()
        self.up.clear()
        self.down.clear()

    def ask(self, future: Future[Any]) -> Any:
        """Return the answer to a request."""
        self.settle()
        assert future.done(), "a request got no answer"
        return future.result()


class _Swap:
    """Sends each execution after its commission report."""

    def __init__(self, send: Callable[[Any], None]) -> None:
        self._send = send
        self._held: list[Any] = []

    def __call__(self, message: Any) -> None:
        if type(message) is m.ExecDetails:
            self._held.append(message)
            return
        self._send(message)
        while self._held:
            self._send(self._held.pop(0))


def terms(order_id: int, order: Any) -> tuple[Any, ...]:
    """Return what tells one placing of an order from another."""
    return order_id, order.orderType, order.totalQuantity, order.lmtPrice, order.auxPrice, order.whatIf, order.transmit


def _raise(error: Exception) -> None:
    raise error
