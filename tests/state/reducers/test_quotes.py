"""Level-1 quotes into the fields of a Ticker."""

import datetime as dt
import math

import pytest
from reducing import AMD, Reducing

from ibnb.objects import Dividends, OptionComputation, TickAttrib
from ibnb.values import UNSET_DOUBLE
from ibnb.wire import catalogue as m

BID, ASK, LAST = 1, 2, 4


@pytest.fixture
def told():
    return Reducing()


@pytest.fixture
def ticker(told):
    return told.ticker()


def price(tick_type, value, size=0.0, mask=0):
    return m.TickPrice(1, tick_type, value, size, mask)


def ticks(ticker):
    return [tuple(tick)[1:] for tick in ticker.ticks]


@pytest.mark.parametrize(
    ("tick_type", "name"), [(1, "bid"), (66, "bid"), (2, "ask"), (67, "ask"), (4, "last"), (68, "last")]
)
def test_a_price_brings_its_size_and_keeps_the_previous(told, ticker, tick_type, name):
    told.take(price(tick_type, 10.0, 5.0), price(tick_type, 10.5, 7.0))
    previous = f"prev{name.capitalize()}"
    assert (getattr(ticker, name), getattr(ticker, f"{name}Size")) == (10.5, 7.0)
    assert (getattr(ticker, previous), getattr(ticker, f"{previous}Size")) == (10.0, 5.0)
    assert ticks(ticker) == [(tick_type, 10.0, 5.0), (tick_type, 10.5, 7.0)]


def test_a_side_without_size_has_no_quote(told, ticker):
    told.take(price(BID, 10.0, 0.0))
    assert (ticker.bid, ticker.bidSize, ticker.hasBidAsk()) == (-1, 0, False)


@pytest.mark.parametrize(("tick_type", "name"), [(BID, "bid"), (LAST, "last"), (6, "high")])
def test_a_price_whose_size_is_not_told_shows_no_sentinel(told, ticker, tick_type, name):
    told.take(price(tick_type, 10.0, UNSET_DOUBLE))
    assert getattr(ticker, name) == 10.0
    assert ticks(ticker) == [(tick_type, 10.0, 0)]
    assert getattr(ticker, f"{name}Size", 0) == 0


def test_a_size_that_is_withdrawn_takes_its_quote_along(told, ticker):
    told.take(price(BID, 10.0, 5.0), m.TickSize(1, 0, UNSET_DOUBLE), m.TickSize(1, 8, UNSET_DOUBLE))
    assert (ticker.bid, ticker.bidSize, ticker.volume, ticker.hasBidAsk()) == (-1, 0, 0, False)


def test_what_stands_for_nothing_can_be_chosen():
    told = Reducing(emptyPrice=None, emptySize=None)
    ticker = told.ticker()
    told.take(price(ASK, 10.0, 0.0))
    assert (ticker.ask, ticker.askSize) == (None, None)


def test_a_last_price_without_size_is_a_price(told, ticker):
    told.take(price(LAST, 4700.5, 0.0))
    assert (ticker.last, ticker.lastSize) == (4700.5, 0.0)


def test_the_mark_of_a_price_is_kept_until_it_changes(told, ticker):
    told.take(price(BID, 10.0, 5.0, 4))
    assert ticker.bidAttrib == TickAttrib(preOpen=True)
    told.take(price(BID, 10.0, 5.0, 0))
    assert ticker.bidAttrib == TickAttrib()


def test_a_size_that_is_known_says_nothing(told, ticker):
    told.take(price(BID, 10.0, 5.0), m.TickSize(1, 0, 5.0))
    assert ticks(ticker) == [(BID, 10.0, 5.0)]


def test_a_new_size_is_a_tick_at_the_price(told, ticker):
    told.take(price(BID, 10.0, 5.0), m.TickSize(1, 0, 8.0))
    assert (ticker.bid, ticker.bidSize, ticker.prevBidSize, ticks(ticker)[-1]) == (10.0, 8.0, 5.0, (0, 10.0, 8.0))


def test_a_size_of_nothing_removes_the_quote(told, ticker):
    told.take(price(ASK, 10.0, 5.0), m.TickSize(1, 3, 0.0))
    assert (ticker.ask, ticker.askSize) == (-1, 0)


def test_a_last_size_before_any_last_price_says_nothing(told, ticker):
    told.take(m.TickSize(1, 5, 8.0))
    assert math.isnan(ticker.lastSize)


@pytest.mark.parametrize(
    ("message", "name", "value"),
    [
        (m.TickPrice(1, 6, 12.0), "high", 12.0),
        (m.TickPrice(1, 105, 12.0), "oddLotBid", 12.0),
        (m.TickSize(1, 8, 900.0), "volume", 900.0),
        (m.TickSize(1, 107, 9.0), "oddLotBidSize", 9.0),
        (m.TickGeneric(1, 49, 1.0), "halted", 1.0),
        (m.TickGeneric(1, 49, -1.0), "halted", 0),
        (m.TickString(1, 32, "PQ"), "bidExchange", "PQ"),
        (m.TickString(1, 45, "1577836800"), "lastTimestamp", dt.datetime(2020, 1, 1, tzinfo=dt.UTC)),
        (m.TickString(1, 45, "0"), "lastTimestamp", None),
        (m.TickString(1, 59, "1.5,,20240315,0.4"), "dividends", Dividends(1.5, None, dt.date(2024, 3, 15), 0.4)),
        (m.MarketDataType(1, 3), "marketDataType", 3),
        (m.TickReqParams(1, 0.01, "9c0001", 3), "bboExchange", "9c0001"),
    ],
)
def test_a_tick_fills_its_field(told, ticker, message, name, value):
    told.take(message)
    assert getattr(ticker, name) == value


def test_a_tick_type_of_the_future_is_kept(told, ticker):
    told.take(m.TickPrice(1, 999, 12.0))
    assert ticker.tick999 == 12.0


def test_volume_ticks_carry_a_trade(told, ticker):
    told.take(m.TickString(1, 48, "55.5;2;1600000000500;900;55.25;true"))
    assert (ticker.last, ticker.lastSize, ticker.rtVolume, ticker.vwap) == (55.5, 2.0, 900.0, 55.25)
    assert ticker.rtTime == dt.datetime(2020, 9, 13, 12, 26, 40, 500000, tzinfo=dt.UTC)
    assert ticks(ticker) == [(48, 55.5, 2.0)]


def test_ratios_are_numbers_where_they_can_be(told, ticker):
    told.take(m.TickString(1, 47, "TTMNPMGN=0.5;NLOW=12;NHIGH=-99999.99;CURRENCY=USD"))
    ratios = ticker.fundamentalRatios
    assert (ratios.TTMNPMGN, ratios.NLOW, ratios.CURRENCY) == (0.5, 12, "USD")
    assert math.isnan(ratios.NHIGH)


def test_greeks_without_value_are_none(told, ticker):
    told.take(m.TickOptionComputation(1, 13, 0, -1.0, -2.0, -1.0, -1.0, -2.0, -2.0, -2.0, 100.0))
    assert ticker.modelGreeks == OptionComputation(0, undPrice=100.0)


def test_a_computation_answers_its_request(told):
    answer = told.start(9)
    told.take(m.TickOptionComputation(9, 53, 0, 0.25, 0.5, 5.0, 0.0, 0.1, 0.2, -0.3, 100.0))
    assert answer.result() == OptionComputation(0, 0.25, 0.5, 5.0, 0.0, 0.1, 0.2, -0.3, 100.0)


def test_the_end_of_a_snapshot_answers_its_request(told):
    answer = told.start(9, [])
    told.take(m.TickSnapshotEnd(9))
    assert answer.done()


def test_a_packet_stamps_the_tickers_it_changed(told, ticker):
    told.take(price(BID, 10.0, 5.0))
    assert (ticker.time, ticker.timestamp) == (told.store.now, told.store.timestamp)
    assert [record.ticker for record in told.store.pending_quotes] == [ticker]


def test_requests_of_one_contract_share_a_ticker(told, ticker):
    told.store.start_ticker(2, AMD, "snapshot")
    told.take(m.TickPrice(2, BID, 10.0, 5.0))
    assert ticker.bid == 10.0


@pytest.mark.parametrize(
    "message",
    [m.TickPrice(5), m.TickSize(5), m.TickString(5), m.TickGeneric(5), m.TickOptionComputation(5)],
)
def test_ticks_for_nobody_are_counted(told, message):
    told.take(message)
    assert told.store.unknown_ids == 1


def test_the_price_increment_is_learnt_for_all_tables(told, ticker):
    told.take(m.TickReqParams(1, 0.01, "9c0001", 3))
    assert told.store.min_ticks == {ticker.contract.conId: 0.01}


def test_a_last_size_alone_is_a_tick_at_the_last_price(told, ticker):
    told.take(price(LAST, 2.0, 1.0), m.TickSize(1, 5, 8.0))
    assert (ticker.lastSize, ticker.prevLastSize, ticks(ticker)[-1]) == (8.0, 1.0, (5, 2.0, 8.0))


def test_a_text_of_an_unknown_type_is_kept(told, ticker):
    told.take(m.TickString(1, 999, "text"))
    assert ticker.tick999 == "text"


def test_precisions_are_numbers_where_they_are_told(told, ticker):
    told.take(m.TickReqParams(1, 0.01, "9c0001", 3, 2, 4))
    assert (ticker.minTick, ticker.lastPricePrecision, ticker.lastSizePrecision) == (0.01, 2.0, 4.0)
