"""Filters of ticks, and bars made of them."""

import math

import pytest
from eventkit import Event

from ibnb.objects import TickData
from ibnb.ticker import Bar, Ticker

TICKS = [
    TickData(0, 1, 1.0, 5.0),
    TickData(1, 2, 3.0, 6.0),
    TickData(2, 4, 2.0, 7.0),
    TickData(3, 0, 1.0, 4.0),
    TickData(4, 5, 2.0, 9.0),
    TickData(5, 66, 1.5, 1.0),
    TickData(6, 68, 2.5, 2.0),
    TickData(7, 9, 8.0, 0.0),
]


@pytest.fixture
def ticker():
    return Ticker(bid=1.0, bidSize=5.0, ask=3.0, askSize=6.0, ticks=TICKS[:])


class Heard(list):
    """Keeps what an event emits."""

    def __call__(self, *args):
        self.append(args)


def hear(event):
    heard = Heard()
    event.connect(heard, keep_ref=True)
    return heard


def row(bar):
    return (bar.time, bar.open, bar.high, bar.low, bar.close, bar.volume, bar.count)


@pytest.mark.parametrize(
    ("name", "times"), [("trades", [2, 4, 6]), ("bids", [0, 3, 5]), ("asks", [1]), ("bidasks", [0, 1, 3, 5])]
)
def test_filters(ticker, name, times):
    heard = hear(getattr(ticker.updateEvent, name)())
    ticker.updateEvent.emit(ticker)
    assert [time for time, _, _ in heard] == times
    assert all(price == TICKS[time].price and size == TICKS[time].size for time, price, size in heard)


def test_midpoints_come_once_for_a_packet_with_ticks(ticker):
    heard = hear(ticker.updateEvent.midpoints())
    ticker.updateEvent.emit(ticker)
    ticker.ticks = []
    ticker.updateEvent.emit(ticker)
    assert heard == [(None, 2.0, 0)]


def test_filters_end_with_their_source(ticker):
    trades = ticker.updateEvent.trades()
    ticker.updateEvent.set_done()
    assert trades.done()


def test_tick_bars(ticker):
    bars = ticker.updateEvent.bidasks().tickbars(2)
    told, emitted = hear(bars.bars.updateEvent), hear(bars)
    ticker.updateEvent.emit(ticker)
    assert [row(b) for b in bars.bars] == [(0, 1.0, 3.0, 1.0, 3.0, 11.0, 2), (3, 1.0, 1.5, 1.0, 1.5, 5.0, 2)]
    assert [(args[0] is bars.bars, args[1]) for args in told] == [(True, True)] * 2
    assert [args[0] is bars.bars for args in emitted] == [True, True]


def test_a_tick_bar_is_told_when_it_is_complete(ticker):
    bars = ticker.updateEvent.trades().tickbars(2)
    told = hear(bars.bars.updateEvent)
    ticker.updateEvent.emit(ticker)
    assert [b.count for b in bars.bars] == [2, 1]
    assert len(told) == 1


def test_volume_bars(ticker):
    bars = ticker.updateEvent.trades().volumebars(10)
    told = hear(bars.bars.updateEvent)
    ticker.updateEvent.emit(ticker)
    assert [row(b) for b in bars.bars] == [(2, 2.0, 2.0, 2.0, 2.0, 16.0, 2), (6, 2.5, 2.5, 2.5, 2.5, 2.0, 1)]
    assert len(told) == 1


def test_time_bars(ticker):
    timer = Event("timer")
    bars = ticker.updateEvent.trades().timebars(timer)
    emitted, told = hear(bars), hear(bars.bars.updateEvent)
    ticker.updateEvent.emit(ticker)
    assert len(bars.bars) == 0
    timer.emit(100)
    ticker.updateEvent.emit(ticker)
    timer.emit(200)
    timer.emit(300)
    assert [row(b) for b in bars.bars[:2]] == [(100, 2.0, 2.5, 2.0, 2.5, 18.0, 3), (200, 2.5, 2.5, 2.5, 2.5, 0, 0)]
    assert [args[0].time for args in emitted] == [100, 200]
    assert [args[1] for args in told] == [False, False, False, True, True]
    assert bars.bars[2] == Bar(300)


def test_a_first_period_without_ticks_has_no_prices():
    timer = Event("timer")
    bars = Ticker().updateEvent.trades().timebars(timer)
    timer.emit(1)
    timer.emit(2)
    assert math.isnan(bars.bars[0].close)


def test_time_bars_end_with_the_timer(ticker):
    timer = Event("timer")
    bars = ticker.updateEvent.trades().timebars(timer)
    timer.set_done()
    assert bars.done()
