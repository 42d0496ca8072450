"""Collect a packet's events and ticks, and hand them to the user's home in server order, whole and once.

Packets that home has not begun to deliver are merged with the newest one waiting, so that a busy home sees fewer,
larger packets and no tick is lost. Past `MAX_TICKS` waiting ticks of one ticker the oldest go, and past `MAX_EVENTS`
waiting events the oldest go; both are counted.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Any, TypeAlias

from ibnb.events import listeners
from ibnb.ticker import Ticker

MAX_TICKS = 100_000
MAX_EVENTS = 1_000_000
Post: TypeAlias = Callable[[Callable[[], object]], None]
Ticks: TypeAlias = tuple[list[Any], list[Any], list[Any]]  # ticks, tickByTicks, domTicks
Step: TypeAlias = tuple[Callable[..., object], tuple[Any, ...], tuple[tuple["QuoteRecord", Ticks], ...]]


class QuoteRecord:
    """One ticker's stream: the live Ticker and the ticks of the packet in progress."""

    __slots__ = ("dirty", "dom_ticks", "fields", "key", "subscriptions", "tbt", "ticker", "ticks")

    def __init__(self, ticker: Ticker, key: int) -> None:
        self.ticker = ticker
        self.key = key
        self.fields: dict[str, Any] = ticker.__dict__
        self.ticks: list[Any] = []
        self.tbt: list[Any] = []
        self.dom_ticks: list[Any] = []
        self.dirty = False
        self.subscriptions: dict[int | str, int] = {}

    def take(self) -> Ticks:
        """Return the gathered ticks and begin anew."""
        taken = self.ticks, self.tbt, self.dom_ticks
        self.ticks, self.tbt, self.dom_ticks = [], [], []
        return taken


class Packet:
    """Events and ticks that wait for home."""

    __slots__ = ("events", "quotes", "update")

    def __init__(self) -> None:
        self.events: list[tuple[Any, tuple[Any, ...]]] = []
        self.quotes: dict[QuoteRecord, Ticks] = {}
        self.update = False


class Outbox:
    """Everything on its way from the IO thread to home; `owner` is the IB whose events fire."""

    def __init__(self, owner: Any) -> None:
        self.owner = owner
        self.post: Post | None = None
        self.repost: Post | None = None
        self.keep_all = False  # set by waitOnUpdate and its like: ticks are kept for the caller without any listener
        self.dropped_ticks = 0
        self.dropped_events = 0
        self.updates = 0  # packets delivered
        self._events: list[tuple[Any, tuple[Any, ...]]] = []
        self._waiting: Packet | None = None
        self._lock = threading.Lock()
        self._shown: list[Ticker] = []

    def emit(self, owner: Any, name: str, *args: Any) -> None:
        """Queue `owner.<name>.emit(*args)` when somebody listens; with the store's lock held."""
        event = listeners(owner, name)
        if event is not None:
            self._events.append((event, args))

    def end_packet(self, dirty: list[QuoteRecord]) -> None:
        """Queue the packet's events and the ticks of its dirty tickers."""
        owner = self.owner
        keep = self.keep_all or listeners(owner, "pendingTickersEvent") is not None
        update = self.keep_all or listeners(owner, "updateEvent") is not None
        for_home: list[QuoteRecord] = []
        for record in dirty:
            if keep or ("updateEvent" in record.fields and listeners(record.ticker, "updateEvent") is not None):
                for_home.append(record)
            else:
                ticker = record.ticker
                ticker.ticks, ticker.tickByTicks, ticker.domTicks = record.take()
        events = self._events
        if not (events or for_home or update) or self.post is None:
            return
        with self._lock:
            packet = self._waiting
            if is_new := packet is None:
                packet = self._waiting = Packet()
            assert packet is not None
            if events:
                packet.events += events
                self._events = []
                if len(packet.events) > MAX_EVENTS:
                    self.dropped_events += len(packet.events) - MAX_EVENTS
                    del packet.events[:-MAX_EVENTS]
            for record in for_home:
                self._gather(packet, record)
            packet.update = True
        if is_new:
            self.post(self.deliver)

    def _gather(self, packet: Packet, record: QuoteRecord) -> None:
        before = packet.quotes.get(record)
        if before is None:
            packet.quotes[record] = record.take()
            return
        for kept, new in zip(before, record.take()):
            kept += new
            if len(kept) > MAX_TICKS:
                self.dropped_ticks += len(kept) - MAX_TICKS
                del kept[:-MAX_TICKS]

    def deliver(self) -> None:
        """Fire what waits; at home only."""
        with self._lock:
            packet, self._waiting = self._waiting, None
        if packet is None:
            return
        self.updates += 1
        for ticker in self._shown:
            ticker.ticks, ticker.tickByTicks, ticker.domTicks = [], [], []
        self._shown = []
        owner = self.owner
        steps: deque[Step] = deque((event.emit, args, ()) for event, args in packet.events)
        everything = tuple(packet.quotes.items())
        if everything:
            steps.append((_nothing, (), everything))
        if packet.update and (event := listeners(owner, "updateEvent")) is not None:
            steps.append((event.emit, (), ()))
        for record, ticks in everything:
            if (event := listeners(record.ticker, "updateEvent")) is not None:
                steps.append((event.emit, (record.ticker,), ((record, ticks),)))
        if everything and (event := listeners(owner, "pendingTickersEvent")) is not None:
            steps.append((event.emit, ({record.ticker for record in packet.quotes},), everything))
        self._fire(steps)

    def _fire(self, steps: deque[Step]) -> None:
        """Run the steps in order; an interrupt leaves the rest for later."""
        try:
            while steps:
                emit, args, shown = steps.popleft()
                for record, ticks in shown:  # set anew for each handler: one that blocks lets later packets show theirs
                    ticker = record.ticker
                    ticker.ticks, ticker.tickByTicks, ticker.domTicks = ticks
                    self._shown.append(ticker)
                emit(*args)
        except BaseException:
            if steps and self.repost is not None:
                self.repost(lambda: self._fire(steps))
            raise


def _nothing() -> None:
    pass
