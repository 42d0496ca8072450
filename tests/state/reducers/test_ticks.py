"""Tick-by-tick streams, ticks of the past, exchange-for-physical quotes."""

import datetime as dt

import pytest
from reducing import Reducing

from ibnb.objects import (
    EfpData,
    HistoricalTickLast,
    TickAttribBidAsk,
    TickAttribLast,
    TickByTickAllLast,
    TickByTickBidAsk,
    TickByTickMidPoint,
)
from ibnb.wire import catalogue as m


@pytest.fixture
def told():
    return Reducing()


def quote(bid=10.0, ask=11.0, bid_size=5.0, ask_size=6.0, mask=0):
    return m.TickByTick(reqId=1, tickType=3, bidPrice=bid, askPrice=ask, bidSize=bid_size, askSize=ask_size, mask=mask)


def test_a_trade_becomes_the_last_price_and_a_tick(told):
    ticker = told.ticker(1, "Last")
    told.take(m.TickByTick(reqId=1, tickType=1, price=5.0, size=2.0, mask=2, exchange="Q", specialConditions="I"))
    expected = TickByTickAllLast(1, told.store.now, 5.0, 2.0, TickAttribLast(False, True), "Q", "I")
    assert (ticker.last, ticker.lastSize, ticker.tickByTicks) == (5.0, 2.0, [expected])


def test_a_trade_keeps_the_one_before_as_previous(told):
    ticker = told.ticker(1, "Last")
    for price in (5.0, 6.0):
        told.take(m.TickByTick(reqId=1, tickType=2, price=price, size=price))
    assert (ticker.prevLast, ticker.prevLastSize, ticker.last) == (5.0, 5.0, 6.0)


def test_a_quote_fills_both_sides_and_becomes_a_tick(told):
    ticker = told.ticker(1, "BidAsk")
    told.take(quote(mask=1))
    assert (ticker.bid, ticker.bidSize, ticker.ask, ticker.askSize) == (10.0, 5.0, 11.0, 6.0)
    assert ticker.tickByTicks == [
        TickByTickBidAsk(told.store.now, 10.0, 11.0, 5.0, 6.0, TickAttribBidAsk(bidPastLow=True))
    ]


def test_only_what_changed_in_a_quote_moves_to_the_previous_fields(told):
    ticker = told.ticker(1, "BidAsk")
    told.take(quote(), quote(bid=10.5))
    assert (ticker.prevBid, ticker.bid) == (10.0, 10.5)
    assert ticker.isUnset(ticker.prevAsk)


@pytest.mark.parametrize(
    ("price", "size", "shown"), [(0.0, 0.0, (-1, 0)), (-1.0, 0.0, (-1, 0)), (-37.6, 5.0, (-37.6, 5.0))]
)
def test_no_quote_is_a_price_without_size_and_not_a_negative_price(told, price, size, shown):
    ticker = told.ticker(1, "BidAsk")
    told.take(quote(bid=price, bid_size=size))
    assert (ticker.bid, ticker.bidSize) == shown


def test_a_midpoint_is_a_tick_only(told):
    ticker = told.ticker(1, "MidPoint")
    told.take(m.TickByTick(reqId=1, tickType=4, midPoint=10.5))
    assert ticker.tickByTicks == [TickByTickMidPoint(told.store.now, 10.5)]
    assert ticker.isUnset(ticker.last)


def test_ticks_of_one_packet_are_together_and_those_of_the_next_alone(told):
    ticker = told.ticker(1, "MidPoint")
    told.take(m.TickByTick(reqId=1, tickType=4, midPoint=1.0), m.TickByTick(reqId=1, tickType=4, midPoint=2.0))
    assert [tick.midPoint for tick in ticker.tickByTicks] == [1.0, 2.0]
    told.take(m.TickByTick(reqId=1, tickType=4, midPoint=3.0))
    assert [tick.midPoint for tick in ticker.tickByTicks] == [3.0]


def test_a_tick_for_nobody_is_counted(told):
    told.take(quote(), m.TickEFP(reqId=1, tickType=38))
    assert told.store.unknown_ids == 2


def test_past_ticks_gather_until_done_with_times_in_the_zone_of_the_defaults():
    zone = dt.timezone(dt.timedelta(hours=1))
    told = Reducing(timezone=zone)
    answer = told.start(7, [])
    tick = HistoricalTickLast(1577836800, TickAttribLast(), 5.0, 2.0, "Q", "")
    told.take(m.HistoricalTicksLast(7, [tick], done=False))
    assert not answer.done()
    told.take(m.HistoricalTicksLast(7, [tick], done=True))
    (first, second) = answer.result()
    assert first == second == tick._replace(time=dt.datetime(2020, 1, 1, 1, tzinfo=zone))
    assert first.time.utcoffset() == dt.timedelta(hours=1)


def test_past_ticks_for_nobody_are_counted(told):
    told.take(m.HistoricalTicks(7, [], done=True))
    assert told.store.unknown_ids == 1


def test_an_efp_quote_fills_its_field(told):
    ticker = told.ticker()
    told.take(m.TickEFP(1, 38, 12.5, "12.5", 101.0, 30, "20240315", 0.1, 0.2))
    assert ticker.bidEfp == EfpData(12.5, "12.5", 101.0, 30, "20240315", 0.1, 0.2)


def test_a_trade_of_nothing_shows_what_stands_for_nothing():
    told = Reducing(emptyPrice=None, emptySize=None)
    ticker = told.ticker(1, "Last")
    told.take(m.TickByTick(reqId=1, tickType=1, price=-1.0, size=0.0))
    assert (ticker.last, ticker.lastSize) == (None, None)
