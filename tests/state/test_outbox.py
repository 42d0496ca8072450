"""Events and ticks on their way home: whole, once, in order."""

from collections import deque

import pytest

from ibnb.events import EventSlot
from ibnb.order import OrderStatus, Trade
from ibnb.state import outbox as module
from ibnb.state.outbox import Outbox, QuoteRecord
from ibnb.ticker import Ticker


class Owner:
    updateEvent = EventSlot()
    pendingTickersEvent = EventSlot()
    newOrderEvent = EventSlot()
    orderStatusEvent = EventSlot()


class FakeHome:
    def __init__(self):
        self.queue = deque()

    def run(self):
        while self.queue:
            self.queue.popleft()()


@pytest.fixture
def owner():
    return Owner()


@pytest.fixture
def home():
    return FakeHome()


@pytest.fixture
def outbox(owner, home):
    box = Outbox(owner)
    box.post, box.repost = home.queue.append, home.queue.appendleft
    return box


def ticked(record, *ticks):
    record.ticks.extend(ticks)
    return record


def test_without_listeners_the_ticker_shows_the_last_packet_and_nothing_is_queued(outbox, home):
    record = QuoteRecord(Ticker(), 1)
    outbox.end_packet([ticked(record, "a")])
    outbox.end_packet([ticked(record, "b", "c")])
    assert record.ticker.ticks == ["b", "c"]
    assert not home.queue


def test_packets_wait_as_one_and_no_tick_is_lost(outbox, home, owner):
    record, seen = QuoteRecord(Ticker(), 1), []
    owner.pendingTickersEvent += lambda tickers: seen.append([list(t.ticks) for t in tickers])
    for tick in "abc":
        outbox.end_packet([ticked(record, tick)])
    assert len(home.queue) == 1
    home.run()
    assert seen == [[["a", "b", "c"]]]
    outbox.end_packet([ticked(record, "d")])
    home.run()
    assert seen[1] == [["d"]]


def test_events_keep_their_order_and_precede_the_packet_events(outbox, home, owner):
    seen = []
    owner.newOrderEvent += lambda n: seen.append(n)
    owner.updateEvent += lambda: seen.append("update")
    outbox.emit(owner, "newOrderEvent", 1)
    outbox.end_packet([])
    outbox.emit(owner, "newOrderEvent", 2)
    outbox.end_packet([])
    home.run()
    assert seen == [1, 2, "update"]


def test_only_tickers_with_listeners_travel(outbox, home):
    heard, quiet = QuoteRecord(Ticker(), 1), QuoteRecord(Ticker(), 2)
    seen = []
    heard.ticker.updateEvent += lambda ticker: seen.append(list(ticker.ticks))
    outbox.end_packet([ticked(heard, 1), ticked(quiet, 2)])
    home.run()
    assert seen == [[1]]
    assert quiet.ticker.ticks == [2]


def test_ticks_are_gone_at_the_next_packet(outbox, home, owner):
    first, second = QuoteRecord(Ticker(), 1), QuoteRecord(Ticker(), 2)
    owner.pendingTickersEvent += lambda tickers: None
    outbox.end_packet([ticked(first, 1)])
    home.run()
    assert first.ticker.ticks == [1]
    outbox.end_packet([ticked(second, 2)])
    home.run()
    assert first.ticker.ticks == []


def test_an_interrupt_leaves_the_rest_for_later(outbox, home, owner):
    seen = []

    def handler(n):
        seen.append(n)
        if n == 1:
            raise KeyboardInterrupt

    owner.newOrderEvent += handler
    for n in range(4):
        outbox.emit(owner, "newOrderEvent", n)
    outbox.end_packet([])
    with pytest.raises(KeyboardInterrupt):
        home.run()
    home.run()
    assert seen == [0, 1, 2, 3]


def test_a_handler_that_lets_later_packets_in_does_not_lose_the_ticks_of_others(outbox, home):
    one, two = QuoteRecord(Ticker(), 1), QuoteRecord(Ticker(), 2)
    seen = []

    def blocking_handler(ticker):
        seen.append(("one", list(ticker.ticks)))
        if len(seen) == 1:
            outbox.end_packet([ticked(one, "later")])
            home.run()

    one.ticker.updateEvent += blocking_handler
    two.ticker.updateEvent += lambda ticker: seen.append(("two", list(ticker.ticks)))
    outbox.end_packet([ticked(one, "a"), ticked(two, "b")])
    home.run()
    assert seen == [("one", ["a"]), ("one", ["later"]), ("two", ["b"])]


def test_backlog_is_bounded_and_counted(outbox, home, owner, monkeypatch):
    monkeypatch.setattr(module, "MAX_TICKS", 3)
    record, seen = QuoteRecord(Ticker(), 1), []
    owner.pendingTickersEvent += lambda tickers: seen.append([list(t.ticks) for t in tickers])
    for n in range(5):
        outbox.end_packet([ticked(record, n)])
    home.run()
    assert seen == [[[2, 3, 4]]]
    assert outbox.dropped_ticks == 2


def test_a_status_that_is_over_is_not_told_as_the_next_one(outbox, home, owner):
    trade, seen = Trade(orderStatus=OrderStatus(status="Submitted")), []
    owner.orderStatusEvent += lambda trade: seen.append(trade.orderStatus.status)
    trade.statusEvent += lambda trade: seen.append(f"own {trade.orderStatus.status}")
    for status in ("Submitted", "Filled"):
        trade.orderStatus.status = status
        outbox.emit(owner, "orderStatusEvent", trade)
        outbox.emit(trade, "statusEvent", trade)
    outbox.end_packet([])
    home.run()
    assert seen == ["Filled", "own Filled"]
