"""`ib.wrapper`: the store under the names, attributes and callbacks that programs written for ib_async use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ibnb.api.callbacks import Callbacks
from ibnb.contract import Contract
from ibnb.errors import ConnectionLost, RequestError
from ibnb.events import listeners
from ibnb.net.calls import RequestFuture, awaitable
from ibnb.objects import IBDefaults, NewsBulletin
from ibnb.records import Record
from ibnb.state import ticks
from ibnb.state.reducers import routes
from ibnb.state.requests import Key
from ibnb.state.store import Store, order_key
from ibnb.ticker import Ticker

__all__ = ["OrderKeyType", "RequestError", "TickDict", "Wrapper"]

OrderKeyType: TypeAlias = int | tuple[int, int]
TickDict: TypeAlias = dict[int, str]

PRICE_TICK_MAP: TickDict = ticks.PRICES
SIZE_TICK_MAP: TickDict = ticks.SIZES
GENERIC_TICK_MAP: TickDict = ticks.GENERICS
GREEKS_TICK_MAP: TickDict = ticks.GREEKS
EFP_TICK_MAP: TickDict = ticks.EFPS
STRING_TICK_MAP: TickDict = ticks.STRINGS
TIMESTAMP_TICK_MAP: TickDict = ticks.TIMESTAMPS
RT_VOLUME_TICK_MAP: TickDict = ticks.RT_VOLUMES


@dataclass(eq=False, repr=False)
class Wrapper(Callbacks, Record):
    """The state of one connection; reducers write it, see `ibnb.state`.

    Events that callbacks cause fire at once where the callback is called; those of the gateway go home.
    """

    ib: Any
    defaults: IBDefaults = field(default_factory=IBDefaults)

    def __post_init__(self) -> None:
        self._driven = False  # a callback is being called
        self._told: list[tuple[Any, tuple[Any, ...]]] = []  # events of callbacks
        self._handlers: dict[type, Callable[..., Any]] = {}
        Store.__init__(self, self.ib, self.defaults)

    __repr__ = object.__repr__

    def reset(self) -> None:
        """Forget everything of the connection but the log."""
        super().reset()
        self._handlers = {}  # they hold on to what has just been replaced

    # -- what ib_async calls by other names

    @property
    def clientId(self) -> int:
        """Return this client's id, -1 before connecting."""
        return self.client_id

    @clientId.setter
    def clientId(self, value: int) -> None:
        self.client_id = value

    @property
    def lastTime(self) -> dt.datetime:
        """Return when the newest packet came."""
        return self.now

    @property
    def time(self) -> float:
        """Return when the newest packet came, in epoch seconds."""
        return self.timestamp

    @property
    def defaultTimezone(self) -> dt.tzinfo:
        """Return the zone of log, fill and tick times."""
        return self.defaults.timezone

    @property
    def defaultEmptyPrice(self) -> Any:
        """Return the price of a side of the market that has no quote."""
        return self.defaults.emptyPrice

    @property
    def defaultEmptySize(self) -> Any:
        """Return the size of a side of the market that has no quote."""
        return self.defaults.emptySize

    @property
    def reqId2Ticker(self) -> dict[int, Ticker]:
        """Return the tickers by request id."""
        return {reqId: record.ticker for reqId, record in self.records.items()}

    @property
    def ticker2ReqId(self) -> dict[int | str, dict[Ticker, int]]:
        """Return the request ids by what is subscribed (`mktData`, `Last` ...) and ticker."""
        found: dict[int | str, dict[Ticker, int]] = {}
        for record in self.quotes.values():
            for name, reqId in record.subscriptions.items():
                found.setdefault(name, {})[record.ticker] = reqId
        return found

    @property
    def pendingTickers(self) -> set[Ticker]:
        """Return the tickers that the newest packet changed."""
        return {record.ticker for record in [*self.pending_quotes, *self.dirty_quotes]}

    @property
    def reqId2Subscriber(self) -> dict[int, Any]:
        """Return the live lists by request id."""
        return self.subscribers

    @property
    def msgId2NewsBulletin(self) -> dict[int, NewsBulletin]:
        """Return the bulletins by their id."""
        return self.newsBulletins

    def orderKey(self, clientId: int, orderId: int, permId: int) -> OrderKeyType:
        """Return the key of a Trade in `trades`."""
        key: OrderKeyType = order_key(clientId, orderId, permId)
        return key

    # -- requests and subscriptions

    def startReq(self, key: Key, contract: Contract | None = None, container: Any = None) -> RequestFuture:
        """Register a request and return its answer as a future; it gathers in `container`, a list by default."""
        with self.lock:
            results = [] if container is None else container
            future, _ = self.requests.start(key, f"request {key}", contract=contract, results=results)
            if contract is not None and isinstance(key, int):
                self.contracts[key] = contract
        return awaitable(future)

    def startTicker(self, reqId: int, contract: Contract, tickType: int | str) -> Ticker:
        """Return the contract's Ticker and route the ticks of a request to it."""
        with self.lock:
            return self.start_ticker(reqId, contract, tickType)

    def endTicker(self, ticker: Ticker, tickType: int | str) -> int:
        """Stop routing ticks; return the request id, 0 when there is none."""
        with self.lock:
            return self.end_ticker(ticker.contract, tickType) if ticker.contract is not None else 0

    def startSubscription(self, reqId: int, subscriber: Any, contract: Contract | None = None) -> None:
        """Route the answers of a request to a live list."""
        with self.lock:
            self.subscribers[reqId] = subscriber
            if contract is not None:
                self.contracts[reqId] = contract

    def endSubscription(self, subscriber: Any) -> None:
        """Stop filling a live list."""
        with self.lock:
            self.subscribers.pop(subscriber.reqId, None)

    def setTimeout(self, timeout: float) -> None:
        """Emit the IB object's `timeoutEvent` when nothing has come for so many seconds."""
        self.ib.setTimeout(timeout)

    # -- the end

    def live_events(self) -> list[Any]:
        """Return the events of tickers, live lists and trades that anybody has looked at."""
        owners = [(owner, "updateEvent") for owner in (*self.tickers.values(), *self.subscribers.values())]
        owners += [(trade, name) for trade in self.trades.values() for name in trade.events]
        return [event for owner, name in owners if (event := owner.__dict__.get(name)) is not None]

    def setEventsDone(self) -> None:
        """Tell the listeners of all subscriptions that nothing more will come."""
        with self.lock:
            events = self.live_events()
        for event in events:
            event.set_done()

    def connectionClosed(self) -> None:
        """Fail what waits and forget the state, as when the socket is lost."""
        with self.lock:
            self.requests.fail_all(lambda pending: ConnectionLost(f"{pending.what}: the connection is closed"))
            self.requests.hand_over()
            self.reset()

    # -- callbacks

    def take(self, message: type, *fields: Any) -> None:
        """Hand the fields of a message, in class order, to its handler, as if the gateway had sent it."""
        # handlers keep what they are given, but a caller's contract stays the caller's
        fields = tuple(copy(value) if type(value) is Contract else value for value in fields)
        with self.lock:
            if not self._handlers:
                self._handlers = routes(self)
            self._driven = True
            try:
                self._handlers[message](*fields)
            finally:
                self._driven = False
            record = self.records.get(fields[0]) if fields and isinstance(fields[0], int) else None
            if record is not None:  # ticks show at once, not at the end of a packet
                ticker = record.ticker
                ticker.ticks, ticker.tickByTicks, ticker.domTicks = record.ticks, record.tbt, record.dom_ticks
                if record.dom_ticks:
                    record.publish_books()
            self.requests.hand_over()
        self.tell()

    def tcpDataArrived(self) -> None:
        """Begin a packet: stamp it, and empty the ticks of the one before."""
        with self.lock:
            for record in self.pending_quotes:
                ticker = record.ticker
                ticker.ticks, ticker.tickByTicks, ticker.domTicks = [], [], []
            self.pending_quotes = []
            self.begin_packet()

    def tcpDataProcessed(self) -> None:
        """End a packet and fire its events."""
        deliveries: list[Callable[[], object]] = []
        with self.lock:
            post, self.outbox.post = self.outbox.post, deliveries.append
            try:
                self.end_packet()
            finally:
                self.outbox.post = post
        for deliver in deliveries:
            deliver()

    def emit(self, owner: Any, name: str, *args: Any) -> None:
        """Queue an event for home; one that a callback causes, or that has no home yet, for the caller."""
        if self._driven or self.outbox.post is None:
            event = listeners(owner, name)
            if event is not None:
                self._told.append((event, args))
        else:
            self.outbox.emit(owner, name, *args)

    def emit_ib(self, name: str, *args: Any) -> None:
        """Queue one of the IB object's own events."""
        if name in self.owner.__dict__:  # else nobody has asked for it yet
            self.emit(self.owner, name, *args)

    def tell(self) -> None:
        """Fire the events queued for the caller; without the lock, as handlers may block."""
        while self._told:
            with self.lock:
                told, self._told = self._told, []
            for event, args in told:
                event.emit(*args)
