"""Tick-by-tick streams and ticks of the past."""

import datetime as dt

import pytest
from reducing import AMD

from ibnb.errors import RequestError
from ibnb.objects import HistoricalTickBidAsk, TickAttribBidAsk, TickByTickMidPoint
from ibnb.wire import catalogue as m

TICK = HistoricalTickBidAsk(1577836800, TickAttribBidAsk(), 10.0, 11.0, 5.0, 6.0)


def test_a_stream_is_asked_for_and_its_ticker_returned_at_once(wire):
    ticker = wire.ib.reqTickByTickData(AMD, "BidAsk", 10, True)
    (asked,) = wire.sent
    assert (asked.contract.conId, asked.tickType, asked.numberOfTicks, asked.ignoreSize) == (4391, "BidAsk", 10, True)
    assert ticker is wire.ib.ticker(AMD)


def test_ticks_come_in_ticks_of_the_ticker(wire):
    ticker = wire.ib.reqTickByTickData(AMD, "MidPoint")
    wire.tell(m.TickByTick(reqId=wire.sent[0].reqId, tickType=4, midPoint=10.5))
    assert ticker.tickByTicks == [TickByTickMidPoint(wire.ib.wrapper.now, 10.5)]


def test_streams_of_two_kinds_are_cancelled_apart(wire):
    for kind in ("Last", "BidAsk"):
        wire.ib.reqTickByTickData(AMD, kind)
    last, bid_ask = (request.reqId for request in wire.sent)
    assert wire.ib.cancelTickByTickData(AMD, "BidAsk") is True
    assert wire.asked(m.CancelTickByTickData) == [m.CancelTickByTickData(bid_ask)]
    assert wire.ib.cancelTickByTickData(AMD, "BidAsk") is False
    assert wire.ib.cancelTickByTickData(AMD, "Last") is True
    assert wire.asked(m.CancelTickByTickData)[1:] == [m.CancelTickByTickData(last)]


def test_past_ticks_are_asked_for_in_utc_and_returned(wire):
    wire.answer(m.ReqHistoricalTicks, m.HistoricalTicksBidAsk(0, [TICK], True))
    start = dt.datetime(2020, 1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    ticks = wire.ib.reqHistoricalTicks(AMD, start, None, 5, "BID_ASK", False, True)
    assert ticks == [TICK._replace(time=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))]
    (asked,) = wire.sent
    assert (asked.startDateTime, asked.endDateTime) == ("20200101 00:00:00 UTC", "")
    assert (asked.numberOfTicks, asked.whatToShow, asked.useRth, asked.ignoreSize) == (5, "BID_ASK", False, True)


def test_past_ticks_can_be_awaited(wire, awaited):
    wire.answer(m.ReqHistoricalTicks, m.HistoricalTicksBidAsk(0, [TICK], True))
    assert len(awaited(lambda: wire.ib.reqHistoricalTicksAsync(AMD, "", "", 5, "BID_ASK", False))) == 1


def test_refused_past_ticks_are_none_or_an_error(wire):
    wire.answer(m.ReqHistoricalTicks, m.Error(0, 162, "no data"))
    assert wire.ib.reqHistoricalTicks(AMD, "", "", 5, "TRADES", False) == []
    wire.ib.RaiseRequestErrors = True
    with pytest.raises(RequestError, match="no data"):
        wire.ib.reqHistoricalTicks(AMD, "", "", 5, "TRADES", False)


def test_past_ticks_out_of_time_are_cancelled(wire):
    wire.ib.RequestTimeout = 0.01
    with pytest.raises(TimeoutError):
        wire.ib.reqHistoricalTicks(AMD, "", "", 5, "TRADES", False)
    assert wire.asked(m.CancelHistoricalTicks) == [m.CancelHistoricalTicks(wire.sent[0].reqId)]


def test_the_gateway_streams_and_remembers_ticks(ib):
    (contract,) = ib.qualifyContracts(AMD)
    ticker = ib.reqTickByTickData(contract, "BidAsk")
    quotes = []
    ticker.updateEvent += lambda ticker: quotes.extend(ticker.tickByTicks)
    assert list(ib.loopUntil(lambda: quotes, 5))[-1]
    assert quotes[0].bidPrice < quotes[0].askPrice
    past = ib.reqHistoricalTicks(contract, "", dt.datetime.now(dt.UTC), 20, "TRADES", False)
    assert len(past) >= 20
    assert past == sorted(past, key=lambda tick: tick.time)
