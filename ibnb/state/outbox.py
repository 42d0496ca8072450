"""Collect a packet's events and ticks, and hand them to the user's home in server order, whole and once.

Packets that home has not begun to deliver are merged with the newest one waiting, so that a busy home sees fewer,
larger packets and no tick is lost. Past `MAX_TICKS` waiting ticks of one ticker the oldest go, and past `MAX_EVENTS`
waiting events the oldest go; both are counted.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from ibnb.events import listeners
from ibnb.objects import DOMLevel
from ibnb.ticker import Ticker

MAX_TICKS = 100_000
MAX_EVENTS = 1_000_000
STATUS_EVENTS = ("orderStatusEvent", "statusEvent")
Post: TypeAlias = Callable[[Callable[[], object]], None]
Event: TypeAlias = tuple[Any, tuple[Any, ...]]


class QuoteRecord:
    """One ticker's stream: the live Ticker, the ticks of the packet in progress, and those that wait for home.

    `fields` is the ticker's `__dict__`, which reducers write. `ticks` gathers level-1 ticks; `tbt` and `dom_ticks`
    tick-by-tick and depth. `books` is the order book (asks, bids) that reducers write, which the ticker gets at the end
    of the packet. `shown_in` is the packet whose ticks the ticker shows without anybody being told.
    """

    __slots__ = (
        "books", "dirty", "dom_ticks", "fields", "key", "shown_in", "subscriptions", "tbt", "ticker", "ticks", "waiting"
    )  # fmt: skip

    def __init__(self, ticker: Ticker, key: int) -> None:
        self.ticker = ticker
        self.key = key
        self.fields: dict[str, Any] = ticker.__dict__
        self.ticks: list[Any] = []
        self.tbt: list[Any] = []
        self.dom_ticks: list[Any] = []
        self.books: tuple[list[DOMLevel], list[DOMLevel]] = ([], [])
        self.dirty = False
        self.shown_in = -1
        self.waiting: list[list[Any]] | None = None  # ticks, tbt, dom_ticks of packets that home has not seen
        self.subscriptions: dict[int | str, int] = {}

    def publish_books(self) -> None:
        """Give the ticker the books in new lists, so that a reader on another thread never sees one half changed."""
        fields = self.fields
        fields["domAsks"], fields["domBids"] = asks, bids = [*self.books[0]], [*self.books[1]]
        fields["domAsksDict"], fields["domBidsDict"] = dict(enumerate(asks)), dict(enumerate(bids))

    def show(self, ticks: list[list[Any]]) -> None:
        """Let the ticker show these ticks."""
        fields = self.fields
        fields["ticks"], fields["tickByTicks"], fields["domTicks"] = ticks

    def take(self) -> list[list[Any]]:
        """Return the ticks gathered in the packet and begin anew."""
        taken = [self.ticks, self.tbt, self.dom_ticks]
        self.ticks = []
        if self.tbt:
            self.tbt = []
        if self.dom_ticks:
            self.dom_ticks = []
        return taken


class _StatusEvent:
    """An event about a trade's status; it does not fire when the trade has gone on, as the next status has its own.

    A handler that looks for `Filled` would otherwise meet it twice: in the event of the status before, and in its own.
    """

    __slots__ = ("_event", "_status")

    def __init__(self, event: Any, status: str) -> None:
        self._event = event
        self._status = status

    def emit(self, trade: Any) -> None:
        """Fire, if it is still so."""
        if trade.orderStatus.status == self._status:
            self._event.emit(trade)


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
        self._events: list[Event] = []  # of the packet in progress
        self._lock = threading.Lock()
        self._is_posted = False
        self._waiting_events: list[Event] = []
        self._waiting_quotes: list[QuoteRecord] = []
        self._shown: list[QuoteRecord] = []  # those of the packet delivered last
        self._plain: list[QuoteRecord] = []  # those of the newest packet that nobody is told of
        self._firing = 0
        self._packet = 0

    def pending(self) -> list[QuoteRecord]:
        """Return whose ticks are shown: of the packet delivered last, and of the newest one where nobody listens."""
        return [*dict.fromkeys([*self._shown, *self._plain])]

    def emit(self, owner: Any, name: str, *args: Any) -> None:
        """Queue `owner.<name>.emit(*args)` when somebody listens; with the store's lock held."""
        event = listeners(owner, name)
        if event is not None:
            if name in STATUS_EVENTS:
                event = _StatusEvent(event, args[0].orderStatus.status)
            self._events.append((event, args))

    def end_packet(self, dirty: list[QuoteRecord]) -> None:
        """Queue the packet's events and the ticks of its dirty tickers."""
        owner, events = self.owner, self._events
        keep = self.keep_all or listeners(owner, "pendingTickersEvent") is not None
        if not keep or self._plain:
            dirty = self._show_plain(dirty, keep)
        if not (keep or events or dirty or listeners(owner, "updateEvent") is not None):
            if self._shown and not self._firing and not self._is_posted:  # nobody listens any more
                self._shown = self._emptied(self._shown)
            return
        if self.post is None:
            return
        with self._lock:
            quotes = self._waiting_quotes
            for record in dirty:
                if record.waiting is None:
                    record.waiting = record.take()
                    quotes.append(record)
                else:
                    self._add(record.waiting, record.take())
            if events:
                self._waiting_events += events
                self._events = []
                if len(self._waiting_events) > MAX_EVENTS:
                    self.dropped_events += len(self._waiting_events) - MAX_EVENTS
                    del self._waiting_events[:-MAX_EVENTS]
            is_new, self._is_posted = not self._is_posted, True
        if is_new:
            self.post(self.deliver)

    def _show_plain(self, dirty: list[QuoteRecord], keep: bool) -> list[QuoteRecord]:
        """Let tickers without listeners show the packet's ticks, and none of the one before; return the others."""
        before, self._plain = self._plain, []
        packet = self._packet = self._packet + 1
        heard = []
        plain = self._plain.append
        for record in dirty:
            fields = record.fields
            if keep or ("updateEvent" in fields and listeners(record.ticker, "updateEvent") is not None):
                heard.append(record)
                continue
            record.shown_in = packet
            fields["ticks"], record.ticks = record.ticks, []
            if record.tbt or fields["tickByTicks"]:
                fields["tickByTicks"], record.tbt = record.tbt, []
            if record.dom_ticks or fields["domTicks"]:
                fields["domTicks"], record.dom_ticks = record.dom_ticks, []
            plain(record)
        self._emptied(before)
        return heard

    def _emptied(self, records: list[QuoteRecord]) -> list[QuoteRecord]:
        """Let tickers show no ticks, except those of the newest packet that nobody is told of; return an empty list."""
        packet = self._packet
        for record in records:
            if record.shown_in != packet:
                fields = record.fields
                fields["ticks"] = []
                if fields["tickByTicks"]:
                    fields["tickByTicks"] = []
                if fields["domTicks"]:
                    fields["domTicks"] = []
        return []

    def _add(self, waiting: list[list[Any]], more: list[list[Any]]) -> None:
        for kept, new in zip(waiting, more):
            kept += new
            if len(kept) > MAX_TICKS:
                self.dropped_ticks += len(kept) - MAX_TICKS
                del kept[:-MAX_TICKS]

    def deliver(self) -> None:
        """Fire what waits; at home only."""
        with self._lock:
            events, self._waiting_events = self._waiting_events, []
            quotes, self._waiting_quotes = self._waiting_quotes, []
            ticks = []
            for record in quotes:
                ticks.append(record.waiting)
                record.waiting = None
            self._is_posted = False
        self.updates += 1
        self._emptied(self._shown)
        self._shown = quotes
        self._fire(self._steps(deque(events), quotes, ticks))

    def _steps(self, events: deque[Event], quotes: list[QuoteRecord], ticks: list[Any]) -> Iterator[Event]:
        """Yield what is to be emitted, in order, with the tickers showing this packet's ticks each time."""
        while events:
            yield events.popleft()
        shown_at = -1
        owner = self.owner
        if (event := listeners(owner, "updateEvent")) is not None:
            shown_at = self._show(quotes, ticks, shown_at)
            yield event, ()
        for record in quotes:
            if "updateEvent" in record.fields and (event := listeners(record.ticker, "updateEvent")) is not None:
                shown_at = self._show(quotes, ticks, shown_at)
                yield event, (record.ticker,)
        shown_at = self._show(quotes, ticks, shown_at)
        if quotes and (event := listeners(owner, "pendingTickersEvent")) is not None:
            yield event, ({record.ticker for record in quotes},)

    def _show(self, quotes: list[QuoteRecord], ticks: list[Any], shown_at: int) -> int:
        """Show the packet's ticks, unless they still are: a handler that blocks lets later packets show theirs."""
        if shown_at != self.updates:
            for record, taken in zip(quotes, ticks):
                record.show(taken)
        return self.updates

    def _fire(self, steps: Iterator[Event]) -> None:
        """Run the steps in order; an interrupt leaves the rest for later."""
        self._firing += 1
        try:
            for event, args in steps:
                event.emit(*args)
        except BaseException:
            if self.repost is not None:
                self.repost(lambda: self._fire(steps))
            raise
        finally:
            self._firing -= 1
