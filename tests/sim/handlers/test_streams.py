"""Tick-by-tick data and five-second bars over the wire."""

from itertools import pairwise

import pytest

from ibnb.contract import Forex, Index, Stock
from ibnb.wire import catalogue as m
from tests.sim.peer import FRIDAY, Peer, error_of, only

AMD, EURUSD = Stock("AMD", "SMART", "USD"), Forex("EURUSD")


@pytest.mark.parametrize(("kind", "code"), [("Last", 1), ("AllLast", 2), ("BidAsk", 3), ("MidPoint", 4)])
@pytest.mark.parametrize("version", [157, 225])
def test_every_type(version, kind, code):
    peer = Peer(version=version)
    assert peer.ask(m.ReqTickByTickData(1, AMD, kind)) == []
    ticks = only(peer.step(0.2, 25), m.TickByTick)
    assert ticks and {t.tickType for t in ticks} == {code}
    times = [t.time for t in ticks]
    assert times == sorted(times) and times[0] >= int(FRIDAY)


def test_live_ticks_are_those_of_history(peer):
    peer.ask(m.ReqTickByTickData(1, EURUSD, "BidAsk"))
    live = [(t.time, t.bidPrice, t.askPrice, t.bidSize, t.askSize) for t in only(peer.step(0.3, 40), m.TickByTick)]
    ask = m.ReqHistoricalTicks(2, EURUSD, "20261120-16:37:22", "", 1000, "BID_ASK", 0)
    past = [(t.time, t.priceBid, t.priceAsk, t.sizeBid, t.sizeAsk) for t in peer.ask(ask)[0].ticks]
    start = past.index(live[0])
    assert past[start : start + len(live)] == live


def test_history_first(peer):
    assert len(only(peer.ask(m.ReqTickByTickData(1, EURUSD, "BidAsk", 10)), m.TickByTick)) == 10


def test_sizes_can_be_ignored(peer):
    peer.ask(m.ReqTickByTickData(1, EURUSD, "BidAsk", 0, True))
    ticks = only(peer.step(0.3, 100), m.TickByTick)
    sides = [(t.bidPrice, t.askPrice) for t in ticks]
    assert len(sides) > 2
    assert all(a != b for a, b in pairwise(sides))


def test_cancel_and_refusals(peer):
    peer.ask(m.ReqTickByTickData(1, AMD, "Last"))
    peer.ask(m.CancelTickByTickData(1))
    assert peer.step(1, 3) == []
    assert error_of(peer.ask(m.CancelTickByTickData(1))) == (1, 300)
    assert error_of(peer.ask(m.ReqTickByTickData(2, EURUSD, "Last"))) == (2, 10189)
    assert error_of(peer.ask(m.ReqTickByTickData(2, Index("SPX", "CBOE"), "BidAsk"))) == (2, 10189)
    assert error_of(peer.ask(m.ReqTickByTickData(2, AMD, "Everything"))) == (2, 321)


def test_five_streams_when_paced():
    peer = Peer(pacing=True)
    for n in range(5):
        peer.ask(m.ReqTickByTickData(n, AMD, "Last"))
    assert error_of(peer.ask(m.ReqTickByTickData(9, AMD, "Last"))) == (9, 10190)


@pytest.mark.parametrize("version", [157, 225])
def test_five_second_bars_are_those_of_history(version):
    peer = Peer(version=version)
    assert peer.ask(m.ReqRealTimeBars(1, AMD, 5, "TRADES", True)) == []
    bars = only(peer.step(0.5, 60), m.RealtimeBar)
    times = [b.time for b in bars]
    assert times == list(range(int(FRIDAY) // 5 * 5, int(FRIDAY) + 28, 5))
    past = peer.ask(m.ReqHistoricalData(2, AMD, "", "5 secs", "60 S", 1, "TRADES", 2, False))[0].bars
    same = {int(b.date): (b.open, b.high, b.low, b.close, b.volume) for b in past}
    assert all(same[b.time] == (b.open_, b.high, b.low, b.close, b.volume) for b in bars)


def test_real_time_bars_refusals_and_cancel(peer):
    assert error_of(peer.ask(m.ReqRealTimeBars(1, EURUSD, 5, "TRADES", True))) == (1, 162)
    assert error_of(peer.ask(m.ReqRealTimeBars(1, AMD, 5, "BID_ASK", True))) == (1, 321)
    peer.ask(m.ReqRealTimeBars(1, AMD, 5, "TRADES", True))
    peer.ask(m.CancelRealTimeBars(1))
    assert peer.step(5, 3) == []
    assert error_of(peer.ask(m.CancelRealTimeBars(1))) == (1, 300)
