"""`ib.wrapper` under ib_async's names."""

import asyncio
import dataclasses

import pytest
from reducing import AMD

from ibnb.bars import BarDataList
from ibnb.contract import Contract, ContractDetails, Stock
from ibnb.errors import ConnectionLost
from ibnb.ib import IB
from ibnb.objects import DOMLevel, IBDefaults, NewsBulletin
from ibnb.state import ticks
from ibnb.wire import catalogue as m
from ibnb.wrapper import PRICE_TICK_MAP, STRING_TICK_MAP, Wrapper


@pytest.fixture
def ib():
    return IB(IBDefaults(emptyPrice=-9, emptySize=-8))


@pytest.fixture
def wrapper(ib):
    return ib.wrapper


def test_it_is_a_dataclass_of_the_object_and_its_defaults(ib, wrapper):
    assert [field.name for field in dataclasses.fields(Wrapper)] == ["ib", "defaults"]
    assert wrapper.dict() == {"ib": ib, "defaults": ib.wrapper.defaults}
    assert Wrapper(ib).defaults == IBDefaults()


def test_values_for_nothing_come_from_the_defaults(wrapper):
    assert (wrapper.defaultEmptyPrice, wrapper.defaultEmptySize) == (-9, -8)
    assert wrapper.defaultTimezone is wrapper.defaults.timezone


def test_the_maps_of_ticks_are_the_tables(wrapper):
    assert PRICE_TICK_MAP is ticks.PRICES
    assert STRING_TICK_MAP is ticks.STRINGS


def test_tickers_are_found_by_request_and_by_what_is_subscribed(wrapper):
    ticker = wrapper.startTicker(1, AMD, "mktData")
    assert wrapper.startTicker(2, AMD, "Last") is ticker
    assert wrapper.reqId2Ticker == {1: ticker, 2: ticker}
    assert wrapper.ticker2ReqId == {"mktData": {ticker: 1}, "Last": {ticker: 2}}
    assert (wrapper.endTicker(ticker, "Last"), wrapper.endTicker(ticker, "Last")) == (2, 0)


def test_pending_tickers_are_those_of_the_packet(wrapper):
    ticker = wrapper.startTicker(1, AMD, "mktData")
    wrapper.tcpDataArrived()
    wrapper.priceSizeTick(1, 1, 10.0, 5.0)
    assert wrapper.pendingTickers == {ticker}
    wrapper.tcpDataProcessed()
    assert wrapper.pendingTickers == {ticker}
    wrapper.tcpDataArrived()
    assert (wrapper.pendingTickers, ticker.ticks) == (set(), [])


def test_a_packet_fires_its_events_in_order_when_it_ends(ib, wrapper):
    seen = []
    ticker = wrapper.startTicker(1, AMD, "mktData")
    ib.pendingTickersEvent += lambda tickers: seen.append("pending")
    ib.updateEvent += lambda: seen.append("update")
    ticker.updateEvent += lambda ticker: seen.append("ticker")
    wrapper.tcpDataArrived()
    wrapper.priceSizeTick(1, 1, 10.0, 5.0)
    assert seen == []
    wrapper.tcpDataProcessed()
    assert seen == ["update", "ticker", "pending"]
    assert (ticker.time, ticker.timestamp) == (wrapper.lastTime, wrapper.time)


def test_a_request_is_answered_by_callbacks(ib, wrapper):
    async def ask():
        answer = wrapper.startReq(5, AMD, [])
        wrapper.contractDetails(5, ContractDetails())
        wrapper.contractDetailsEnd(5)
        return await answer

    seen = []
    ib.errorEvent += lambda *args: seen.append(args)
    assert asyncio.run(ask()) == [ContractDetails()]
    wrapper.error(5, 2104, "text", "")
    assert seen == [(5, 2104, "text", AMD)]


def test_a_contract_given_to_a_callback_stays_the_callers(wrapper):
    contract = Contract(secType="STK", symbol="AMD", conId=7)
    wrapper.position("DU1", contract, 5, 10.0)
    kept = wrapper.positions["DU1"][7].contract
    assert type(contract) is Contract
    assert type(kept) is Stock
    contract.symbol = "other"
    assert kept.symbol == "AMD"


def test_live_lists_are_subscribed_and_ended(ib, wrapper):
    bars = BarDataList()
    bars.reqId = 3
    wrapper.startSubscription(3, bars, AMD)
    assert (wrapper.reqId2Subscriber, ib.realtimeBars()) == ({3: bars}, [bars])
    wrapper.endSubscription(bars)
    assert ib.realtimeBars() == []


def test_bulletins_are_found_by_their_id(wrapper):
    wrapper.updateNewsBulletin(8, 1, "text", "NYSE")
    assert wrapper.msgId2NewsBulletin == {8: NewsBulletin(8, 1, "text", "NYSE")}


def test_a_closed_connection_fails_what_waits_and_forgets_all(wrapper):
    async def ask():
        answer = wrapper.startReq("currentTime")
        wrapper.startTicker(1, AMD, "mktData")
        wrapper.connectionClosed()
        return await answer

    with pytest.raises(ConnectionLost):
        asyncio.run(ask())
    assert wrapper.tickers == {}


def test_callbacks_work_after_a_reset(ib, wrapper):
    wrapper.managedAccounts("DU1")
    wrapper.reset()
    wrapper.managedAccounts("DU2")
    ticker = wrapper.startTicker(1, AMD, "mktData")
    wrapper.priceSizeTick(1, 1, 10.0, 5.0)
    assert (wrapper.accounts, ticker.bid) == (["DU2"], 10.0)


def test_subscriptions_can_be_told_to_be_over(wrapper):
    seen = []
    ticker = wrapper.startTicker(1, AMD, "mktData")
    ticker.updateEvent.done_event += lambda event: seen.append("done")
    wrapper.setEventsDone()
    assert (seen, ticker.updateEvent.done()) == (["done"], True)


def test_the_key_of_a_trade(wrapper):
    assert (wrapper.orderKey(1, 7, 99), wrapper.orderKey(1, 0, 99)) == ((1, 7), 99)


def test_the_client_id_can_be_set(wrapper):
    wrapper.clientId = 5
    assert wrapper.clientId == wrapper.client_id == 5


def test_silence_is_watched_for(ib, wrapper):
    seen = []
    ib.timeoutEvent += seen.append
    wrapper.setTimeout(0.01)
    ib.sleep(0.05)
    assert len(seen) == 1


def test_events_of_the_gateway_go_home(wire):
    seen = []
    wire.ib.positionEvent += seen.append
    wire.tell(m.Position("DU1", AMD, 5.0, 9.0))
    assert seen == []
    wire.fire()
    assert len(seen) == 1


def test_a_book_shows_at_once(wrapper):
    ticker = wrapper.startTicker(1, AMD, "mktDepth")
    wrapper.tcpDataArrived()
    wrapper.updateMktDepth(1, 0, 0, 1, 10.0, 5.0)
    assert ticker.domBids == [DOMLevel(10.0, 5.0, "")]
